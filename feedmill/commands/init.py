"""`feedmill init`: write a `feedmill.toml` for what was found in the site, with all other settings as comments."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from feedmill.cli.console import as_json
from feedmill.cli.options.commands import InitOptions
from feedmill.cli.report import counted
from feedmill.run.feed_settings import with_feeds
from feedmill.run.proposed_feeds import ProposedFeeds, propose_feeds
from posts.config.load import FILE
from posts.errors import RefusedError
from posts.files.read import begins_with_front_matter
from posts.pipeline.built_pages import Proposal, propose_permalink
from posts.pipeline.closing_links import end_in_links
from posts.sites.base import SiteKind
from posts.sites.detect import detect_site
from posts.sites.folder import EXCLUDED, NOT_POSTS, is_document
from posts.sites.hints import other_generator

_TEMPLATE = """\
# Configuration of feedmill. Commented lines show defaults or examples: remove the "#" to set one.
{origin}
[site]
{site}
[posts]
{folders}
# naive = "site"               # dates without an offset are in the site's time zone; "utc": as Jekyll reads them
# encoding = "gb18030"         # encoding of files that are not UTF-8
# zones = {{ CEST = "+02:00" }}  # UTC offsets of time zone abbreviations
{permalink}
# excerpt_separator = "<!--more-->"
# exclude = ["drafts/"]

[clean]
# remove = [".share", "p.advert"]   # CSS selectors of elements to remove from posts

[identity]
{closing_link}

# [[identity.rewrite]]         # keep ids when a source has moved to another host
# match = 'https?://old\\.example/(.*)'
# replace = 'https://new.example/\\1'

[feeds]
# out = "feeds"                # output folder, below the site
# url = "{url}/feeds"          # the address of the output folder
# formats = ["rss", "atom", "json"]
# items = 50                   # the newest by date ...
# keep = "24h"                 # ... and posts first published less than this ago
# content = "full"             # or "summary"
# by = ["category"]            # also "tag", "author", "language"
# link = "post"                # items link to the site's page; "source": to the source link
# pages = true                 # an HTML page for every feed, and files to embed it
# archives = true              # archive documents: all items can be reached from the Atom feeds
# gzip = true                  # compressed copies (rss.xml.gz), for servers that send them
# headers = true               # a _headers file, for hosts that read it

# [feeds.titles.category]
# news = "All the news"

# [[feeds.custom]]
# name = "selected"
# title = "Selected"
# category = ["news"]
# not_tag = ["advert"]
# match = "[Rr]elease"         # regular expression to search for in the title

[publish]
# to = ["s3://bucket/feeds"]        # destinations that get what changed; also gs://, az://, ssh:// and git:
# hub = ["https://hub.example/"]    # WebSub hubs to notify of changed feeds
# ping = {{ success = "https://ping.example/", failure = "https://ping.example/fail" }}   # called after each run
"""

_MOST_ADOPTED = 20  # the main feeds come first, and have the ids of most items

_CLOSING_LINKS = {
    True: "closing_link = true         # most posts end in a bare link to another host: it is their source",
    False: '# closing_link = "auto"      # a last link is the source if the post says so; true: always; false: never',
}

_SITE = (
    ("title", "My site", ""),
    ("url", "https://example.org", "absolute; relative addresses are resolved against it"),
    ("baseurl", "", "the path of the site below its url"),
    ("description", "", ""),
    ("language", "en", ""),
    ("timezone", "UTC", 'such as "Asia/Shanghai"'),
    ("author", "", ""),
    ("rights", "", ""),
    ("icon", "/icon.png", "square"),
    ("logo", "/logo.png", "wide"),
)


class Written(NamedTuple):
    """The path of a new configuration, and the settings in it for a site that has feeds."""

    path: Path
    feeds: ProposedFeeds | None


def init(options: InitOptions) -> int:
    """Write the configuration of a site that has none."""
    written = write_config(options.site, detect_site(options.site).kind, options.config)
    adoption = _adoption(options.site, written.feeds) if written.feeds else []
    if options.json:
        print(as_json({"written": str(written.path), **({"adopt": adoption} if adoption else {})}))
        return 0
    if options.quiet:
        return 0
    then = f"run `feedmill {options.site}`"
    if adoption:
        print(f"wrote {written.path}; check its settings. The site has feeds: keep the ids that subscribers know with")
        print(f"  feedmill adopt {options.site} {shlex.join(adoption)}")
        then = f"run the same command with --yes, and then `feedmill {options.site}`"
        print(f"and if its items match, {then}")
    else:
        print(f"wrote {written.path}; check its settings, then {then}")
    return 0


def _adoption(site: Path, feeds: ProposedFeeds) -> list[str]:
    """Return the feeds to adopt: files of the built site, else addresses."""
    return [*(str(site / path) for path in feeds.published), *feeds.addresses][:_MOST_ADOPTED]


def write_config(root: Path, kind: SiteKind, path: Path | None) -> Written:
    """Write the configuration of a site: to `path`, or if that is None to `feedmill.toml` in the site.

    Raises:
        RefusedError: The file already exists; it is not changed.
    """
    path = path or root / FILE
    sections = kind.sections()
    folders = _folders(root) if kind.chooses_folders else []
    chosen = {**sections.get("posts", {}), "folders": folders} if folders else sections.get("posts", {})
    sections = {**sections, "posts": chosen}
    closing, learned = end_in_links(root, kind, sections), propose_permalink(root, kind, sections)
    feeds = propose_feeds(root, kind, sections)
    text = config_text(sections.get("site", {}), folders, closing_link=closing, learned=learned)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(with_feeds(text, feeds) if feeds else text)
    except FileExistsError:
        raise RefusedError(f"{path} already exists; edit it, or move it away first") from None
    return Written(path, feeds)


def config_text(
    found: Mapping[str, Any], folders: list[str], *, closing_link: bool = False, learned: Proposal | None = None
) -> str:
    """Return the text of a configuration.

    Args:
        found: Settings of the site generator's configuration, which are shown as comments.
        folders: The folders of posts in a plain folder.
        closing_link: Whether most posts end with a link to their source.
        learned: The pattern of addresses that the pages of the built site have.
    """
    lines = []
    for key, example, comment in _SITE:
        value = found.get(key)
        line = f"# {key} = {_toml(example if value is None else value)}"
        if key == "url" and value is None:
            comment = "REQUIRED: remove the # and set the address of the site"  # noqa: PLW2901 # in place of the usual one
        lines.append(line + (f"  # {comment}" if comment else ""))
    origin = "# The site generator's settings are shown as comments: set them here to override them.\n" if found else ""
    url = found.get("url") or "https://example.org"
    where = "where the posts of a plain folder are; not needed for a Jekyll site"
    setting = f"folders = {json.dumps(folders, ensure_ascii=False)}" if folders else '# folders = ["posts"]'
    return _TEMPLATE.format(
        origin=origin,
        site="\n".join(lines) + "\n",
        folders=f"{setting}  # {where}",
        url=url,
        closing_link=_CLOSING_LINKS[closing_link],
        permalink=_permalink(learned) if learned else '# permalink = "/:year/:month/:day/:title/"',
    )


def _permalink(proposal: Proposal) -> str:
    """Return the setting that was learned from the built site, with the evidence for it."""
    learned = proposal.learned
    path, address = (_printable(one) for one in learned.example)
    evidence = (
        f"# Learned from {proposal.folder}/: {learned.right:,} of the {counted(learned.found, 'page')} found for"
        f" {counted(proposal.posts, 'post')} are there"
    )
    example = f"# ({proposal.before:,} without this setting). Example: {path} is {address}"
    return f"{evidence}\n{example}\npermalink = {_toml(learned.pattern)}"


def _printable(text: str) -> str:
    """Return a path for a comment, which control characters would end."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _folders(root: Path) -> list[str]:
    """Return the folders below the site that have posts; none if the site's own folder has posts too.

    Templates and example sites of themes are not the site's own posts.
    """
    if (folder := other_generator(root)[1]) and (root / folder).is_dir():
        return [folder]
    found = [path for path in sorted(root.rglob("*")) if path.suffix in (".md", ".markdown", ".html")]
    posts = [path.relative_to(root).parts for path in found if begins_with_front_matter(path)]
    shown = [
        parts
        for parts in posts
        if not any(part.startswith((".", "_")) for part in parts)
        and not {part.lower() for part in parts} & {*NOT_POSTS, *EXCLUDED}
        and not is_document("/".join(parts))
    ]
    tops = dict.fromkeys(parts[0] for parts in shown)
    return [] if any(len(parts) == 1 for parts in shown) else list(tops)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    # JSON's strings are TOML's basic strings, but for DEL, which JSON leaves as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
