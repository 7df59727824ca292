"""The `feedmill.toml` that `feedmill init` writes: what was found filled in, the rest as comments to choose from."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posts.config.load import FILE
from posts.errors import RefusedError
from posts.sites.base import SiteKind

_TEMPLATE = """\
# feedmill's configuration. A line behind a "#" is an example or a default: take the "#" away to set it.
{origin}
[site]
{site}
[posts]
{folders}
# naive = "site"               # a date without an offset is in the site's zone; "utc": as Jekyll reads it
# encoding = "gb18030"         # what files that are not UTF-8 are read as
# zones = {{ CEST = "+02:00" }}  # what abbreviations in dates mean
# permalink = "/:year/:month/:day/:title/"
# excerpt_separator = "<!--more-->"
# exclude = ["drafts/"]

[clean]
# remove = [".share", "p.advert"]   # CSS selectors of what is no part of a post

# [[identity.rewrite]]         # a source that has moved to another host keeps its ids
# match = 'https?://old\\.example/(.*)'
# replace = 'https://new.example/\\1'

[feeds]
# out = "feeds"                # below the site
# url = "{url}/feeds"          # where that folder is served from
# formats = ["rss", "atom", "json"]
# items = 50                   # the newest by date ...
# keep = "24h"                 # ... and what was first published less than this ago
# content = "full"             # or "summary"
# by = ["category"]            # also "tag", "author", "language"
# link = "post"                # or "source": items lead to where they came from
# pages = true                 # a page for people beside every feed, and what embeds it elsewhere
# archives = true              # every item stays reachable from the Atom feeds
# gzip = true                  # rss.xml.gz and so on, for servers that send them
# headers = true               # a _headers file, for hosts that read one

# [feeds.titles.category]
# news = "All the news"

# [[feeds.custom]]
# name = "selected"
# title = "Selected"
# category = ["news"]
# not_tag = ["advert"]
# match = "[Rr]elease"         # in the title

[publish]
# hub = ["https://hub.example/"]    # WebSub: hubs are named in the feeds, and told which of them changed
# ping = {{ success = "https://ping.example/", failure = "https://ping.example/fail" }}   # called after each run
"""

_SITE = (
    ("title", "My site", ""),
    ("url", "https://example.org", "absolute: what relative addresses are resolved against"),
    ("baseurl", "", "the path of the site below its url"),
    ("description", "", ""),
    ("language", "en", ""),
    ("timezone", "UTC", 'such as "Asia/Shanghai"'),
    ("author", "", ""),
    ("rights", "", ""),
    ("icon", "/icon.png", "square"),
    ("logo", "/logo.png", "wide"),
)


def init(options: Namespace) -> int:
    from posts.sites.detect import detect_site

    path = write(options.site, detect_site(options.site), options.config)
    print(f"wrote {path}: look it over, then run `feedmill {options.site}`")
    return 0


def write(root: Path, kind: SiteKind, path: Path | None) -> Path:
    """Writes the configuration for a site, and gives its path.

    Raises:
        RefusedError: there is one already; it is left as it is.
    """
    path = path or root / FILE
    found = kind.sections().get("site", {})
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text(found, _folders(root) if kind.chooses_folders else []))
    except FileExistsError:
        raise RefusedError(f"{path} is there already: edit it, or move it away first") from None
    return path


def text(found: Mapping[str, Any], folders: list[str]) -> str:
    """The configuration: what is found as a comment where the site itself says so, the rest as an example.

    `folders` are those that the posts of a plain folder lie in.
    """
    lines = []
    for key, example, comment in _SITE:
        value = found.get(key)
        line = f"# {key} = {_toml(example if value is None else value)}"
        if key == "url" and value is None:
            comment = "NEEDED: take the # away and say where the site lives"  # noqa: PLW2901 # in place of the usual one
        lines.append(line + (f"  # {comment}" if comment else ""))
    origin = "# What _config.yml says is shown as a comment: set it here to say something else.\n" if found else ""
    url = found.get("url") or "https://example.org"
    where = "where the posts lie in a plain folder; a Jekyll site says so itself"
    said = f"folders = {json.dumps(folders, ensure_ascii=False)}" if folders else '# folders = ["posts"]'
    return _TEMPLATE.format(origin=origin, site="\n".join(lines) + "\n", folders=f"{said}  # {where}", url=url)


def _folders(root: Path) -> list[str]:
    """The folders right below the site that hold posts; none when posts lie in the site's own folder, too."""
    found = [path for path in sorted(root.rglob("*")) if path.suffix in (".md", ".markdown", ".html")]
    posts = [path.relative_to(root).parts for path in found if path.is_file() and _begins_as_post(path)]
    shown = [parts for parts in posts if not any(part.startswith((".", "_")) for part in parts)]
    tops = dict.fromkeys(parts[0] for parts in shown)
    return [] if any(len(parts) == 1 for parts in shown) else list(tops)


def _begins_as_post(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16).lstrip(b"\xef\xbb\xbf").startswith(b"---")


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    # JSON's strings are TOML's basic strings, but for DEL, which JSON leaves as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
