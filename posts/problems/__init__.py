"""Define the table of problems: every code with its severity and its documentation.

Every problem takes its severity from here, so a code that is not in the table cannot be reported. The table is also
the source of `docs/reference/problems.md`.
"""

from __future__ import annotations

from posts.errors import Problem, ProblemKind, Severity
from posts.problems.bodies import BODY_PROBLEMS
from posts.problems.checks import CHECK_PROBLEMS

PROBLEMS: dict[str, ProblemKind] = {
    # Files
    "file-name": ProblemKind(
        "error",
        "the name of a post on a Jekyll site does not begin with a date, or a file name is not UTF-8",
        "rename the file, for example to `2021-12-31-name.md`",
    ),
    "object-name": ProblemKind(
        "error",
        "the name of an object in a bucket cannot be that of a file, so it is left out",
        "rename the object",
    ),
    "symlink": ProblemKind(
        "error",
        "a symbolic link leads out of the site, in a circle, or to a configuration or hidden file; it is not followed",
        "copy the file into the site",
    ),
    "not-a-file": ProblemKind(
        "error", "a pipe, device, socket or dangling link is in the place of a post", "remove it"
    ),
    "unreadable": ProblemKind(
        "error", "the operating system does not let feedmill read a file or folder", "check its permissions"
    ),
    "changing": ProblemKind(
        "error",
        "the file changed while it was read; the published version of the post is kept",
        "nothing; the next run reads it again",
    ),
    "file-too-large": ProblemKind("error", "the file is larger than 16 MiB", "split the post"),
    "too-deep": ProblemKind(
        "error",
        "folders are nested deeper than 64 levels or front matter deeper than 16 (errors), or the elements of a body "
        "deeper than 250 (a warning: its text is published)",
        "flatten the nesting; in a body, close the tags that are still open",
        can_warn=True,
    ),
    "other-markup": ProblemKind(
        "warning",
        "a Hugo site has content in AsciiDoc, Org, reStructuredText or Pandoc, or pages that a content adapter makes",
        "convert it to Markdown or HTML",
    ),
    "bad-cascade": ProblemKind(
        "error",
        "the `_index.md` of a section above the post cannot be read, and may say that the post is a draft",
        "correct that file",
    ),
    "undecodable": ProblemKind(
        "warning",
        "the file has bytes that are not valid in its encoding; they became U+FFFD",
        "save the file as UTF-8, or set `[posts] encoding`",
    ),
    # Front matter
    "unclosed-fence": ProblemKind(
        "error", "the front matter has no closing `---`", "end the front matter with a line `---`"
    ),
    "late-fence": ProblemKind(
        "warning",
        "the front matter begins after blank lines, where Jekyll does not see it",
        "remove the blank lines before the first `---`",
    ),
    "matter-too-large": ProblemKind(
        "error",
        "the front matter is longer than 64 KiB or has more than 10,100 keys and values",
        "move text from the front matter to the body",
    ),
    "bad-yaml": ProblemKind(
        "error", "the front matter is not valid YAML", "correct the line; quote values that contain `: ` or ` #`"
    ),
    "bad-toml": ProblemKind("error", "the front matter between lines `+++` is not valid TOML", "correct the line"),
    "bad-json": ProblemKind("error", "the front matter is a JSON object that is not valid", "correct the line"),
    "front-matter-format": ProblemKind(
        "error",
        "the front matter is in a language that is not read, or that Jekyll does not read on a Jekyll site",
        "write it as YAML between two lines `---`",
    ),
    "bad-data": ProblemKind(
        "warning",
        "a data file of the site (`_data/…`) is too large or cannot be read; its values are missing in the body, and "
        "feeds show authors as the posts name them",
        "correct the file",
    ),
    "not-a-mapping": ProblemKind(
        "error", "the front matter is not a mapping", "write the front matter as lines of `key: value`"
    ),
    "duplicate-key": ProblemKind("warning", "a key occurs twice; the last value is used", "remove one of the two"),
    "yaml-alias": ProblemKind(
        "error", "the front matter has a YAML anchor (`&name`) or alias (`*name`)", "write the value out"
    ),
    "yaml-tag": ProblemKind("error", "the front matter has a YAML tag (`!name`)", "remove the tag"),
    # Fields
    "no-date": ProblemKind(
        "error", "neither the front matter nor the file name has a date", "add `date:` to the front matter"
    ),
    "bad-date": ProblemKind(
        "error",
        "a date does not exist, is ambiguous or is incomplete; it is a warning for dates other than `date`, and where "
        "the date of the file name is used instead",
        "write the date as `2021-12-31 11:38:35 +0800`",
        can_warn=True,
    ),
    "bad-time": ProblemKind(
        "warning",
        "a date has a day and a time that cannot be read; midnight in the site's time zone is used",
        "write the date as `2021-12-31 11:38:35 +0800`",
    ),
    "bad-offset": ProblemKind(
        "warning",
        "a date has an offset from UTC that does not exist; the site's time zone is used, or on a Jekyll site the "
        "offset that Jekyll uses",
        "write an offset between `-14:00` and `+14:00`",
    ),
    "unknown-zone": ProblemKind(
        "warning",
        "a date has a time zone abbreviation without a known offset; the site's time zone is used",
        "write a numeric offset, or define the abbreviation in `[posts] zones`",
    ),
    "bad-title": ProblemKind(
        "warning", "`title` is not text; the title is taken from the body", "write `title` as one line of text"
    ),
    "no-title": ProblemKind(
        "error", "a post on a Pelican site has no title, so Pelican leaves it out", "add a line `Title: …`"
    ),
    "bad-status": ProblemKind(
        "error",
        "the `status` of a post on a Pelican site is not one of Pelican's, so Pelican leaves it out",
        "write `published`, `draft`, `hidden` or `skip`",
    ),
    "needs-docutils": ProblemKind(
        "error",
        "the post is reStructuredText, and docutils, which reads it, is not installed",
        "install it: `pip install 'feedmill[rst]'`",
    ),
    "bad-permalink": ProblemKind(
        "error", "the permalink has an unknown placeholder or is too long", "correct `permalink`"
    ),
    "bad-id": ProblemKind(
        "warning",
        "`guid` or `uuid` is not an absolute IRI or a UUID; it is not used as the id of the item",
        "write an IRI or a UUID, or remove the key",
    ),
    "bad-address": ProblemKind(
        "warning",
        "an address in the body or the front matter is invalid, or of a kind that readers do not follow (`magnet:`, "
        "`ftp:`); it is left out, and its text stays",
        "correct the address",
    ),
    "bad-media": ProblemKind(
        "warning",
        "`image`, `enclosure`, `audio` or `video` is neither the address of a file or page nor a word such as `false`",
        "write an address, or a mapping with `url`",
    ),
    "bad-length": ProblemKind(
        "warning", "the `length` of a media file is not a number of bytes; it is ignored", "write a number, or nothing"
    ),
    "bad-episode": ProblemKind(
        "warning",
        "a value of an episode (`duration`, `explicit`, `hosts`, …) is not what its key is for; it is ignored",
        "write it as in [Publish a podcast](../how-to/podcast.md#front-matter)",
    ),
    "too-many-terms": ProblemKind(
        "warning", "the post has more than 100 categories or tags; the first 100 are used", "remove the others"
    ),
    "too-many-parts": ProblemKind(
        "warning", "the post has more than 20 authors or media files; the first 20 are used", "remove the others"
    ),
    # Identity
    "shared-source": ProblemKind(
        "warning",
        "two different posts have the same source link, id or address; the later one gets another id",
        "give each post its own source link or permalink",
    ),
    "same-article": ProblemKind(
        "warning",
        "two posts have the same source (or address), title and text; they are one item, with the body of the older "
        "post",
        "remove one of the two, or change its title",
    ),
    **BODY_PROBLEMS,
    # Configuration
    "code-setting": ProblemKind(
        "warning",
        "a setting in the configuration of Pelican or Nikola, or in the configuration or a data file of Eleventy or "
        "Astro, is computed by code, which feedmill does not run; the default of the site generator is used",
        "write it as a literal, or set it in `feedmill.toml`",
    ),
    "local-url": ProblemKind(
        "warning",
        "the address of the site is on this machine or its local network (`localhost`, `127.0.0.1`, `*.local`), which "
        "subscribers cannot reach; the feeds are published with it",
        "set `url` to the public address of the site",
    ),
    "other-generator": ProblemKind(
        "warning",
        "the site looks made for a site generator that feedmill does not know (Eleventy, Astro, Gatsby, …), and "
        "no setting says where its posts are; templates and pages may be published, with wrong addresses",
        "set `[posts] folders` and `permalink`",
    ),
    **CHECK_PROBLEMS,
    # Runs
    "internal": ProblemKind("error", "feedmill itself failed on the post", "report the bug"),
    "hub": ProblemKind(
        "warning",
        "a WebSub hub did not accept a notification; it is sent again later",
        "check the address in `[publish] hubs`",
    ),
    "ping": ProblemKind(
        "warning", "an address of `[publish] ping` did not accept the ping", "check the address and its server"
    ),
}


def severity_of(code: str, *, published: bool = False) -> Severity:
    """Return the severity of a problem.

    Args:
        code: The code of the problem.
        published: Whether the post is published in spite of the problem.

    Raises:
        KeyError: The code is not in the table.
    """
    kind = PROBLEMS[code]
    return "warning" if published and kind.can_warn else kind.severity


def make_problem(path: str, line: int, code: str, message: str) -> Problem:
    """Return a problem with the severity of its code. `line` counts from 1; 0 is the whole file."""
    return Problem(path, line, code, severity_of(code), message)
