"""The `[feeds]` table of the configuration, decoded strictly: all mistakes at once, each with its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, cast
from urllib.parse import SplitResult, quote, urlsplit

from feeds.formats import FORMATS, OPML_FILE
from feeds.gzipped import SUFFIX
from feeds.headers import HEADERS_FILE
from feeds.model import Extent, Kind
from feeds.slugs import RESERVED, slug
from posts.settings import Table
from posts.text import fold

KINDS: tuple[Kind, ...] = ("category", "tag", "author", "language")
EXTENTS = ("full", "summary")
_FOLDERS = (*KINDS, "feed")
LINKS = ("post", "source")


@dataclass(frozen=True, slots=True)
class Custom:
    """One `[[feeds.custom]]`: a post is in it when every condition holds.

    It has one of the names `wanted` of each kind given, and none of those `unwanted` (both folded, by kind), and
    `match` is found in its title.
    """

    name: str
    title: str
    items: int
    content: Extent
    wanted: Mapping[str, frozenset[str]]
    unwanted: Mapping[str, frozenset[str]]
    match: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class FeedsOptions:
    """`url` is absolute, escaped and without a trailing slash; `ttl` is in minutes, 0 for none.

    `gzip` puts a compressed twin beside every file, `headers` the rules for hosts that read such a file into the root.
    `hubs` are those of `[publish]` (`feeds.telling`). Posts that were first published less than `keep` ago are in their
    feeds whatever their dates. `titles` goes from kind to slug or folded name to title, `paths` from a feed's own
    folder to the one it gets ("" is that of all posts).
    """

    url: str
    out: str = "feeds"
    formats: tuple[str, ...] = tuple(FORMATS)
    items: int = 50
    keep: timedelta = timedelta(hours=24)
    content: Extent = "full"
    by: tuple[str, ...] = ("category",)
    link: Literal["post", "source"] = "post"
    ttl: int = 0
    gzip: bool = False
    headers: bool = False
    hubs: tuple[str, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    custom: tuple[Custom, ...] = ()


def decode(table: Table, *, site_url: str) -> FeedsOptions:
    """Takes the `[feeds]` table apart; mistakes are noted in the table. `site_url` has no trailing slash."""
    out = table.raw("out", "feeds")
    items = table.count("items", 50)
    content = cast("Extent", table.choice("content", "full", EXTENTS))
    options = FeedsOptions(
        url=_url(table, out, site_url),
        out=out,
        formats=_formats(table),
        items=items,
        keep=table.duration("keep", timedelta(hours=24)),
        content=content,
        by=table.texts("by", ("category",), KINDS),
        link=cast("Literal['post', 'source']", table.choice("link", "post", LINKS)),
        ttl=table.count("ttl", 0),
        gzip=table.flag("gzip"),
        headers=table.flag("headers"),
        titles=_titles(table.table("titles")),
        paths=_paths(table),
        custom=_customs(table, items, content),
    )
    table.done()
    return options


def _formats(table: Table) -> tuple[str, ...]:
    chosen = table.texts("formats", tuple(FORMATS), tuple(FORMATS))
    if not chosen:
        table.wrong("formats", "expected at least one format")
    return tuple(name for name in FORMATS if name in chosen)


def _url(table: Table, out: str, site_url: str) -> str:
    written = table.text("url")
    if written:
        return _absolute(table, written)
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


def _paths(table: Table) -> Mapping[str, str]:
    paths: dict[str, str] = {}
    owners: dict[str, str] = {}
    for name, folder in table.mapping("paths").items():
        kind, _, term = name.partition("/")
        own = f"{kind}/{slug(term)}" if term else ""
        if not (kind in _FOLDERS and term) and name != "all":
            expected = ", ".join(f'"{one}/…"' for one in _FOLDERS)
            table.wrong(f"paths.{name}", f'there is no such feed: expected "all" or one of {expected}')
        elif not _is_folder(folder):
            table.wrong(f"paths.{name}", f'expected a folder below the output such as "news", not {folder!r}')
        elif fold(folder) in owners:
            table.wrong(f"paths.{name}", f'"{folder}" is already the place of "{owners[fold(folder)]}"')
        else:
            paths[own] = folder
            owners[fold(folder)] = name
    return paths


def _is_folder(path: str) -> bool:
    return all(_is_name(part) for part in path.split("/")) and len(path.encode()) <= 200


def _is_name(part: str) -> bool:
    if part.startswith(".") or part.endswith((".", " ")) or re.search(r'[\x00-\x1f\x7f\\:*?"<>|\ufffd]', part):
        return False
    stem = part.casefold().partition(".")[0]
    files = {OPML_FILE, *(row.file for row in FORMATS.values())}
    name = part.casefold().removesuffix(SUFFIX)
    return bool(part) and stem not in RESERVED and name not in {*files, HEADERS_FILE}


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
