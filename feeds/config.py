"""The `[feeds]` table of the configuration, decoded strictly: all mistakes at once, each with its key."""

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
from feeds.options import KINDS, Custom, FeedsOptions
from feeds.pages.assets import ASSETS
from feeds.select.archives import ARCHIVE
from feeds.select.paths import prefix_of
from feeds.select.slugs import RESERVED, slug
from posts.config.table import Table
from posts.text import fold

EXTENTS = ("full", "summary")
_FOLDERS = (*KINDS, "feed")
LINKS = ("post", "source")


def decode(table: Table, *, site_url: str) -> FeedsOptions:
    """Takes the `[feeds]` table apart; mistakes are noted in the table. `site_url` has no trailing slash."""
    out, root = table.raw("out", "feeds"), table.raw("root")
    prefix = _prefix(table, out, root) if root else ""
    items = table.count("items", 50)
    formats = _formats(table)
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
        ttl=table.count("ttl", 0),
        pages=table.flag("pages", True),
        gzip=table.flag("gzip"),
        headers=table.flag("headers"),
        archives=_archives(table, formats),
        root=root,
        titles=_titles(table.table("titles")),
        places=_places(table, prefix),
        custom=_customs(table, items, content),
    )
    table.done()
    return options


def _formats(table: Table) -> tuple[str, ...]:
    chosen = table.texts("formats", tuple(FORMATS), tuple(FORMATS))
    if not chosen:
        table.wrong("formats", "expected at least one format")
    return tuple(name for name in FORMATS if name in chosen)


def _archives(table: Table, formats: Sequence[str]) -> bool:
    wanted = table.flag("archives")
    if wanted and "atom" not in formats:
        table.wrong("archives", 'archives are Atom documents: expected "atom" among the formats')
    return wanted


def _prefix(table: Table, out: str, root: str) -> str:
    """The way from the web root to the output, both below the site or absolute."""
    prefix = prefix_of(out, root)
    if prefix is None:
        table.wrong("root", f'expected the folder that is served, in which the output "{out}" lies, not {root!r}')
    return prefix or ""


def _url(table: Table, out: str, site_url: str, prefix: str) -> str:
    """The address of the output; `out` is the way to it from where the site's own address leads."""
    written = table.text("url")
    if written:
        url = _absolute(table, written)
        if prefix and not f"{url}/".endswith(f"/{quote(prefix)}/"):
            table.wrong("url", f'expected an address that ends in "/{prefix}", as the output does in [feeds] root')
        return url
    if out.startswith("/") or re.search(r"(^|/)\.\.(/|$)|\\|^\w:", out):
        table.wrong("url", f'expected the address that "{out}" is served from, since it does not lie below the site')
    if not site_url:
        table.wrong("url", "expected the address the feeds are served from, or the site's: [site] url")
    path = "/".join(part for part in out.split("/") if part not in ("", "."))
    return site_url + (f"/{quote(path)}" if path else "")


def _absolute(table: Table, written: str) -> str:
    parts = _parts(written)
    if parts is None:
        table.wrong("url", f"expected an address such as https://example.com/feeds, not {written!r}")
        return ""
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~")
    return f"{parts.scheme}://{parts.netloc}{path}".rstrip("/")


def _parts(written: str) -> SplitResult | None:
    """The parts of an absolute http(s) address; None if it is another, or holds what no feed should tell."""
    try:
        parts = urlsplit(written)
        known = parts.scheme in ("http", "https") and parts.netloc.isascii() and bool(parts.hostname)
        parts.port  # noqa: B018 - raises ValueError when it is no number
    except ValueError:
        return None
    extra = parts.query or parts.fragment or "@" in parts.netloc or " " in written
    return parts if known and not extra else None


def _titles(table: Table) -> Mapping[str, Mapping[str, str]]:
    titles = {kind: table.mapping(kind) for kind in KINDS}
    table.done()
    return {kind: {fold(name): title for name, title in names.items()} for kind, names in titles.items()}


def _places(table: Table, prefix: str) -> Places:
    folders: dict[str, str] = {}
    files: dict[str, dict[str, str]] = {}
    owners: dict[str, str] = {}
    for name, place in table.mapping("paths").items():
        feed, _, form = name.rpartition("/")
        key = _key(feed) if form in FORMATS else None
        own = _key(name) if key is None else key
        if own is None:
            expected = ", ".join(f'"{one}/…"' for one in _FOLDERS)
            expected += ', each with "/rss", "/atom" or "/json" behind it for one file'
            table.wrong(f"paths.{name}", f'there is no such feed: expected "all" or one of {expected}')
        elif key is None and not _is_folder(place):
            table.wrong(f"paths.{name}", f'expected a folder below the output such as "news", not {place!r}')
        elif key is not None and not _is_file(place):
            table.wrong(f"paths.{name}", f'expected a file such as "feed.xml" below [feeds] root, not {place!r}')
        elif fold(place) in owners:
            table.wrong(f"paths.{name}", f'"{place}" is already the place of "{owners[fold(place)]}"')
        else:
            owners[fold(place)] = name
            if key is None:
                folders[own] = place
            else:
                files.setdefault(key, {})[FORMATS[form].file] = Places(prefix=prefix).below_output(place)
    return Places(folders, files, prefix)


def _key(name: str) -> str | None:
    """The key of the feed that a configuration names, "" for that of all posts; None if there can be none."""
    kind, _, term = name.partition("/")
    if name == "all":
        return ""
    return f"{kind}/{slug(term)}" if kind in _FOLDERS and term else None


def _is_folder(path: str) -> bool:
    return _is_path(path) and not any(_is_ours(part) for part in path.split("/"))


def _is_file(path: str) -> bool:
    return _is_path(path) and not path.casefold().endswith(SUFFIX)  # it would be taken for a twin


def _is_path(path: str) -> bool:
    return all(map(_is_name, path.split("/"))) and len(path.encode()) <= 200


def _is_name(part: str) -> bool:
    if part.startswith(".") or part.endswith((".", " ")) or re.search(r'[\x00-\x1f\x7f\\:*?"<>|\ufffd]', part):
        return False
    return bool(part) and part.casefold().partition(".")[0] not in RESERVED


def _is_ours(part: str) -> bool:
    """Whether files of ours have this name."""
    files = {OPML_FILE, HEADERS_FILE, *(row.file for row in FORMATS.values()), *SHOWN, *ASSETS}
    name = part.casefold().removesuffix(SUFFIX)
    return name in files or bool(ARCHIVE.fullmatch(name))


def _customs(table: Table, items: int, content: Extent) -> tuple[Custom, ...]:
    found: dict[str, Custom] = {}
    for one in table.tables("custom"):
        custom = _custom(one, items, content)
        if custom.name and slug(custom.name) in found:
            one.wrong("name", f'there is another custom feed "{found[slug(custom.name)].name}" with the same address')
        found.setdefault(slug(custom.name), custom)
    return tuple(found.values())


def _custom(table: Table, items: int, content: Extent) -> Custom:
    name = table.text("name")
    if not name:
        table.wrong("name", "expected the name of the feed: its address is made of it")
    custom = Custom(
        name=name,
        title=table.text("title"),
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
        table.wrong(key, f"expected a regular expression (Python's): {error}")
        return None
