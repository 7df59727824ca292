"""The `_headers` file that Netlify, Cloudflare Pages and their like read: media types, caching, and who may read. Pure.

A rule is a path below the host's root and, indented, what is sent with it. `:name` stands for one folder: both hosts
take that, while a `*` before the end means different things to them. No two rules fit one address, since one host joins
what they say with commas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from feeds.formats.table import FORMATS, OPML_FILE, OPML_TYPE, PAGE, SHOWN, Format
from feeds.pages.assets import ASSETS
from feeds.select.paths import address

HEADERS_FILE = "_headers"
MARK = '# generator="feedmill"'

# XML says its own encoding, but the type's charset wins over it (RFC 7303, section 3); JSON has no such parameter.
_TYPES = {
    **{row.file: row.media_type for row in FORMATS.values()},
    OPML_FILE: OPML_TYPE,
    **ASSETS,
    **dict.fromkeys(SHOWN, "text/html"),
}
_WITHOUT_CHARSET = "+json"
# What pages of other sites read with scripts: the feed, the widget (for its integrity hash), the fragment.
_OPEN = ("feed.json", "embed.js", "embed.fragment.html")
_MINUTES = 5  # that a copy may be kept for, where `[feeds] ttl` does not say


def render(files: Mapping[str, Format | None], url: str, ttl: int) -> bytes:
    """The rules for `files` (by path, with the formats of the feeds among them), whose folder is served at `url`.

    `ttl` is in minutes, 0 for none.
    """
    rules: dict[str, str] = {}
    for path, row in files.items():
        name = row.file if row else path.rpartition("/")[2]
        if path.startswith("../"):  # a file with a place of its own, outside of the folder
            rules[urlsplit(address(url, path)).path] = name
        else:
            rules |= {f"{urlsplit(url).path}/{pattern}": name for pattern in _patterns(path)}
    lines = [_rule(pattern, name, ttl or _MINUTES) for pattern, name in sorted(rules.items())]
    return "\n".join([MARK, *lines, ""]).encode()


def _patterns(path: str) -> Iterator[str]:
    """Every address that a file has: hosts know a page by its folder, and others without their `.html`, too."""
    *folders, name = path.split("/")
    folder = "".join(f":folder{number}/" for number, _ in enumerate(folders, 1))
    yield folder + name
    if name in SHOWN:
        yield folder if name == PAGE else folder + name.removesuffix(".html")


def _rule(pattern: str, name: str, minutes: int) -> str:
    lines = [pattern, f"  Cache-Control: public, max-age={minutes * 60}"]
    if name in _TYPES:
        charset = "" if _TYPES[name].endswith(_WITHOUT_CHARSET) else "; charset=utf-8"
        lines.append(f"  Content-Type: {_TYPES[name]}{charset}")
    if name in _OPEN:
        lines.append("  Access-Control-Allow-Origin: *")
    return "\n".join(lines)
