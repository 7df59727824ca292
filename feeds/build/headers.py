"""Decide the response headers of files, and make the `_headers` file that Netlify and Cloudflare Pages read. Pure.

A rule is a path below the host's root and, indented, the headers to send with it. `:name` matches one folder on both
hosts, while `*` before the end of a pattern means different things to them. No two rules match the same address: one
host joins the values of all matching rules with commas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from feeds.formats.table import FORMATS, OPML_FILE, OPML_TYPE, PAGE, SHOWN, Format
from feeds.pages.assets import ALL_ASSETS
from feeds.select.archives import ARCHIVE
from feeds.select.paths import address

HEADERS_FILE = "_headers"
MARK = '# generator="feedmill"'

# The charset parameter of an XML media type wins over the XML declaration (RFC 7303, section 3); JSON types have none,
# and servers send none for pictures.
_TYPES = {
    **{row.file: row.served_type for row in FORMATS.values()},
    OPML_FILE: OPML_TYPE,
    HEADERS_FILE: "text/plain",
    **ALL_ASSETS,
    **dict.fromkeys(SHOWN, "text/html"),
}
_WITHOUT_CHARSET = ("+json", "svg+xml")
# Files that scripts on other sites read: the feed, the scripts (for their integrity hashes) and the fragment.
CROSS_ORIGIN = ("feed.json", "embed.js", "frame.js", "embed.fragment.html")
_DEFAULT_MINUTES = 5  # of caching, unless `[feeds] ttl` is set


def render_headers(files: Mapping[str, Format | None], url: str, ttl: int) -> bytes:
    """Return the content of the `_headers` file.

    Args:
        files: every file by its path below the output, with the format of those that are feeds.
        url: the address of the output folder.
        ttl: minutes of caching, 0 for the default.
    """
    rules: dict[str, str] = {}
    for path, row in files.items():
        name = row.file if row else path.rpartition("/")[2]
        if path.startswith("../"):  # `[feeds.paths]` placed the file outside the output folder
            rules[urlsplit(address(url, path)).path] = name
        else:
            rules |= {f"{urlsplit(url).path}/{pattern}": name for pattern in _patterns(path)}
    lines = [_rule(pattern, name, ttl) for pattern, name in sorted(rules.items())]
    return "\n".join([MARK, *lines, ""]).encode()


def _patterns(path: str) -> Iterator[str]:
    """Yield a pattern for every address of a file: hosts also serve pages by their folder or without `.html`."""
    *folders, name = path.split("/")
    folder = "".join(f":folder{number}/" for number, _ in enumerate(folders, 1))
    yield folder + name
    if name in SHOWN:
        yield folder if name == PAGE else folder + name.removesuffix(".html")


def content_type(name: str) -> str:
    """Return the value of `Content-Type` for a file by its default name, "" if it has none of the known names."""
    media_type = FORMATS["atom"].served_type if ARCHIVE.fullmatch(name) else _TYPES.get(name, "")
    return f"{media_type}; charset=utf-8" if media_type and not media_type.endswith(_WITHOUT_CHARSET) else media_type


def cache_control(ttl: int) -> str:
    """Return the value of `Cache-Control`; `ttl` is in minutes, 0 for the default."""
    return f"public, max-age={(ttl or _DEFAULT_MINUTES) * 60}"


def _rule(pattern: str, name: str, ttl: int) -> str:
    lines = [pattern, f"  Cache-Control: {cache_control(ttl)}"]
    if media_type := content_type(name):
        lines.append(f"  Content-Type: {media_type}")
    if name in CROSS_ORIGIN:
        lines.append("  Access-Control-Allow-Origin: *")
    return "\n".join(lines)
