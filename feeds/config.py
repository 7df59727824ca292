"""Decode the `[feeds]` table of the configuration; all errors are reported at once, each with its key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, cast
from urllib.parse import SplitResult, quote, urlsplit

from feeds.build.gzip import SUFFIX
from feeds.build.headers import HEADERS_FILE
from feeds.formats.table import FORMATS, OPML_FILE, SHOWN
from feeds.model import Extent, Places
from feeds.options import KINDS, CustomFeed, FeedsOptions
from feeds.pages.assets import ALL_ASSETS
from feeds.select.archives import ARCHIVE
from feeds.select.paths import path_below
from feeds.select.slugs import RESERVED, slug
from posts.config.table import Table
from posts.text import escape_uri, fold

EXTENTS = ("full", "summary")
_FOLDERS = (*KINDS, "feed")
LINKS = ("post", "source")


def decode_feeds_options(table: Table, *, site_url: str) -> FeedsOptions:
    """Return the options of `[feeds]`; errors are collected in the table.

    Args:
        table: the `[feeds]` table.
        site_url: the address of the site without a trailing slash, "" if there is none.
    """
    out, root = table.raw("out", "feeds"), table.raw("root")
    prefix = _prefix(table, out, root) if root else ""
    items = table.count("items", 50)
    formats, pages = _formats(table), table.flag("pages", True)
    content = cast("Extent", table.choice("content", "full", EXTENTS))
    options = FeedsOptions(
        url=_url(table, prefix if root else out, site_url, prefix),
        out=out,
        formats=formats,
        items=items,
        keep=table.duration("keep", timedelta(hours=24)),
        content=content,
        by=table.texts("by", ("category",), KINDS),
        link=cast("Literal['post', 'source']", table.choice("link", "post", LINKS)),
        comments=table.flag("comments"),
        markdown=table.flag("markdown"),
        ttl=table.count("ttl", 0),
        pages=pages,
        page_link=_page_link(table, pages=pages),
        pictures=table.flag("pictures", True),
        try_widget=_try_widget(table, formats, pages=pages),
        gzip=table.flag("gzip"),
        headers=table.flag("headers"),
        archives=_archives(table, formats),
        root=root,
        titles=_by_term(table.table("titles")),
        descriptions=_by_term(table.table("descriptions")),
        places=_places(table, prefix),
        custom=_customs(table, items, content),
    )
    table.done()
    return options


def _formats(table: Table) -> tuple[str, ...]:
    names = table.texts("formats", tuple(FORMATS), tuple(FORMATS))
    if not names:
        table.wrong("formats", "expected at least one format")
    return tuple(name for name in FORMATS if name in names)


def _archives(table: Table, formats: Sequence[str]) -> bool:
    wanted = table.flag("archives")
    if wanted and "atom" not in formats:
        table.wrong("archives", 'expected "atom" in formats: archives are Atom documents')
    return wanted


def _page_link(table: Table, *, pages: bool) -> bool:
    wanted = table.flag("page_link")
    if wanted and not pages:
        table.wrong("page_link", "expected pages = true: without pages there is nothing to link to")
    return wanted


def _try_widget(table: Table, formats: Sequence[str], *, pages: bool) -> bool:
    wanted = table.flag("try_widget")
    if wanted and not (pages and "json" in formats):
        table.wrong("try_widget", 'expected "json" in formats and pages = true: the widget needs both')
    return wanted


def _prefix(table: Table, out: str, root: str) -> str:
    """Return the path from the web root to the output; both are below the site or absolute."""
    prefix = path_below(out, root)
    if prefix is None:
        table.wrong("root", f'expected a folder that contains the output "{out}", not {root!r}')
    return prefix or ""


def _url(table: Table, out: str, site_url: str, prefix: str) -> str:
    """Return the address of the output; `out` is its path below the folder that the site's address points to."""
    written = table.text("url")
    if written:
        url = _absolute(table, written)
        if prefix and not f"{url}/".endswith(f"/{quote(prefix)}/"):
            table.wrong(
                "url", f'expected an address that ends in "/{prefix}", the path of the output below [feeds] root'
            )
        return url
    if out.startswith("/") or re.search(r"(^|/)\.\.(/|$)|\\|^\w:", out):
        table.wrong("url", f'expected the address of "{out}", which is outside the site')
    if not site_url:
        table.wrong("url", "expected the address of the feeds, or set [site] url")
    path = "/".join(part for part in out.split("/") if part not in ("", "."))
    return site_url + (f"/{quote(path)}" if path else "")


def _absolute(table: Table, written: str) -> str:
    parts = _parts(written)
    if parts is None:
        table.wrong("url", f"expected an address such as https://example.com/feeds, not {written!r}")
        return ""
    return escape_uri(f"{parts.scheme}://{parts.netloc}{parts.path}").rstrip("/")


def _parts(written: str) -> SplitResult | None:
    """Return the parts of an absolute http(s) address; None for others and for those with credentials or a query."""
    try:
        parts = urlsplit(written)
        known = parts.scheme in ("http", "https") and parts.netloc.isascii() and bool(parts.hostname)
        parts.port  # noqa: B018 - raises ValueError if the port is not a number
    except ValueError:
        return None
    extra = parts.query or parts.fragment or "@" in parts.netloc or " " in written
    return parts if known and not extra else None


def _by_term(table: Table) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of a table such as `[feeds.titles]`, by kind, then by folded name."""
    texts = {kind: table.mapping(kind) for kind in KINDS}
    table.done()
    return {kind: {fold(name): text for name, text in names.items()} for kind, names in texts.items()}


def _places(table: Table, prefix: str) -> Places:
    folders: dict[str, str] = {}
    files: dict[str, dict[str, str]] = {}
    owners: dict[str, str] = {}
    for name, place in table.mapping("paths").items():
        feed, _, form = name.rpartition("/")
        key = parse_feed_name(feed) if form in FORMATS else None
        own = parse_feed_name(name) if key is None else key
        if own is None:
            expected = ", ".join(f'"{one}/…"' for one in _FOLDERS)
            expected += ', followed by "/rss", "/atom" or "/json" for one file'
            table.wrong(("paths", name), f'expected "all" or one of {expected}')
        elif key is None and not _is_folder(place):
            table.wrong(("paths", name), f'expected a folder below the output such as "news", not {place!r}')
        elif key is not None and not is_file_path(place):
            table.wrong(("paths", name), f'expected a file such as "feed.xml" below [feeds] root, not {place!r}')
        elif fold(place) in owners:
            table.wrong(("paths", name), f'expected another path: "{owners[fold(place)]}" has "{place}" already')
        else:
            owners[fold(place)] = name
            if key is None:
                folders[own] = place
            else:
                files.setdefault(key, {})[FORMATS[form].file] = Places(prefix=prefix).below_output(place)
    return Places(folders, files, prefix)


def parse_feed_name(name: str) -> str | None:
    """Return the key of a feed from its name in the configuration; None if the name is not valid."""
    kind, _, term = name.partition("/")
    if name == "all":
        return ""
    return f"{kind}/{slug(term)}" if kind in _FOLDERS and term else None


def _is_folder(path: str) -> bool:
    return _is_path(path) and not any(_is_reserved(part) for part in path.split("/"))


def is_file_path(path: str) -> bool:
    """Return whether a path below the web root can be one of `[feeds.paths]`."""
    return _is_path(path) and not path.casefold().endswith(SUFFIX)  # reserved for compressed copies


def _is_path(path: str) -> bool:
    return all(map(_is_name, path.split("/"))) and len(path.encode()) <= 200


def _is_name(part: str) -> bool:
    if part.startswith(".") or part.endswith((".", " ")) or re.search(r'[\x00-\x1f\x7f\\:*?"<>|\ufffd]', part):
        return False
    return bool(part) and part.casefold().partition(".")[0] not in RESERVED


def _is_reserved(part: str) -> bool:
    """Return whether a file that feedmill writes can have this name."""
    files = {OPML_FILE, HEADERS_FILE, *(row.file for row in FORMATS.values()), *SHOWN, *ALL_ASSETS}
    name = part.casefold().removesuffix(SUFFIX)
    return name in files or bool(ARCHIVE.fullmatch(name))


def _customs(table: Table, items: int, content: Extent) -> tuple[CustomFeed, ...]:
    found: dict[str, CustomFeed] = {}
    for one in table.tables("custom"):
        custom = _custom(one, items, content)
        if custom.name and slug(custom.name) in found:
            one.wrong(
                "name", f'expected another name: the custom feed "{found[slug(custom.name)].name}" has the same address'
            )
        found.setdefault(slug(custom.name), custom)
    return tuple(found.values())


def _custom(table: Table, items: int, content: Extent) -> CustomFeed:
    name = table.text("name")
    if not name:
        table.wrong("name", "expected a name, which the address of the feed is made from")
    custom = CustomFeed(
        name=name,
        title=table.text("title"),
        description=table.text("description"),
        items=table.count("items", items),
        content=cast("Extent", table.choice("content", content, EXTENTS)),
        wanted=_names(table, {kind: kind for kind in KINDS}),
        unwanted=_names(table, {kind: f"not_{kind}" for kind in ("category", "tag")}),
        match=_pattern(table, "match"),
    )
    table.done()
    return custom


def _names(table: Table, keys: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    names = {kind: frozenset(map(fold, table.texts(key))) for kind, key in keys.items()}
    return {kind: folded for kind, folded in names.items() if folded}


def _pattern(table: Table, key: str) -> re.Pattern[str] | None:
    pattern = table.raw(key)
    try:
        return re.compile(pattern) if pattern else None
    except (re.error, RecursionError, OverflowError) as error:
        table.wrong(key, f"expected a Python regular expression: {error}")
        return None
