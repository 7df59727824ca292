"""Plan the files of all feeds, each with a signature of everything that its bytes depend on. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from msgspec.structs import replace

from feeds.build.gzip import with_compressed_copies
from feeds.build.headers import HEADERS_FILE, render_headers
from feeds.build.items import podcast_of
from feeds.build.job import Asset, FeedFile, HeadersFile, Job, OriginalFile, Outline, Page
from feeds.formats.table import FORMATS, OPML_FILE, PAGE, SHOWN
from feeds.model import Feed
from feeds.options import FeedsOptions
from feeds.pages import assets
from feeds.pages.directory import directory_values
from feeds.select.archives import ArchiveDocument, latest_archive
from posts.errors import RefusedError
from posts.model import Site

_F = TypeVar("_F", bound=OriginalFile)


def plan(
    feeds: Sequence[Feed],
    items: Mapping[str, str],
    site: Site,
    options: FeedsOptions,
    key: str,
    archives: Mapping[str, Sequence[ArchiveDocument]] = MappingProxyType({}),
) -> list[Job]:
    """Return all files of `feeds`: archives first, then by path, then what links to the others.

    The files of a feed that is current (`Feed.is_current`) are left out, except those that list all feeds.
    Feeds link to archives; the directory and the outline link to all feeds. A file is published after those that it
    links to, so that a reader never follows a link to a file that is not there yet.

    Args:
        feeds: all feeds of the site.
        items: the signature of every post in a feed, by path.
        site: the site.
        options: the options of the generator.
        key: a key for the versions of the libraries that render.
        archives: the archive documents, by the key of their feed.

    Raises:
        RefusedError: two files have the same path.
    """
    shown = (options.link, options.ttl, options.url, options.pages, options.page_link)
    base = repr((key, site, *shown, options.comments, options.markdown, *options.hubs))
    files: list[OriginalFile] = [*_archives(archives, items, base), *_feed_files(feeds, items, options, base, archives)]
    if options.pages:
        files += _pages(feeds, items, options, base)
    files.sort(key=_order)
    outline = repr([(feed.kind, feed.title, _location(feed)) for feed in feeds])
    files.append(Outline(OPML_FILE, OPML_FILE, _signature(base, repr(options.formats), outline)))
    if options.headers:
        files.append(_headers(files, options))
    placed = _placed(files, options)
    return list(with_compressed_copies(placed)) if options.gzip else [*placed]


def _order(file: OriginalFile) -> tuple[bool, bool, str]:
    has_directory = isinstance(file, Page) and file.has_directory
    return has_directory, not _is_archive(file), file.path


def _is_archive(file: OriginalFile) -> bool:
    return isinstance(file, FeedFile) and file.is_archive


def _feed_files(
    feeds: Sequence[Feed],
    items: Mapping[str, str],
    options: FeedsOptions,
    base: str,
    archives: Mapping[str, Sequence[ArchiveDocument]],
) -> Iterator[FeedFile]:
    for feed in feeds:
        if feed.is_current:
            continue
        podcast = podcast_of(feed, options)
        parts = _document_parts(feed, items, (*feed.withdrawn, *([podcast] if podcast else [])))
        signature = _signature(base, *parts)
        for row in (FORMATS[name] for name in options.formats):
            file = FeedFile(feed.file(row.file), feed.beside(row.file), signature, feed, row)
            latest = latest_archive(archives.get(feed.key, ())) if row is FORMATS["atom"] else ""
            if latest:
                file = replace(file, signature=_signature(signature, latest), links=(("prev-archive", latest),))
            yield file


def _archives(
    archives: Mapping[str, Sequence[ArchiveDocument]], items: Mapping[str, str], base: str
) -> Iterator[FeedFile]:
    for documents in archives.values():
        for document in documents:
            links = document.links()
            signature = _signature(base, *_document_parts(document.feed, items, (document.number, links)))
            path = document.path
            yield FeedFile(path, path, signature, document.feed, FORMATS["atom"], links=links, is_archive=True)


def _pages(feeds: Sequence[Feed], items: Mapping[str, str], options: FeedsOptions, base: str) -> Iterator[Asset | Page]:
    languages = [_location(feed) for feed in feeds if feed.kind == "language"]  # every page links to them
    base = _signature(base, repr((options.formats, options.pictures, languages)), assets.assets_digest())
    for name in assets.asset_names(options.formats, try_widget=options.try_widget):
        signature = base
        if name == assets.TRY_PAGE:
            listed = [(feed.title, _location(feed), assets.widget_items(feed.total)) for feed in feeds]
            signature = _signature(base, repr(listed))
        yield Asset(name, name, signature)
    others = repr([(feed.kind, feed.title, _location(feed), *directory_values(feed)) for feed in feeds])
    for feed in feeds:
        if feed.is_current:
            continue
        head = _signature(base, repr((feed.kind, feed.term, feed.title, feed.description, _location(feed))))
        activity = repr((feed.total, feed.weeks))
        for page, shown in SHOWN.items():
            parts = [items[post.path] for post in feed.posts[:shown]] + ([activity] if page == PAGE else [])
            signature = _signature(head, *parts)
            if feed.path or page != PAGE:
                yield Page(feed.beside(page), feed.beside(page), signature, feed, page)
            # The root always has the directory, even where the feed of all posts is in another folder.
            if feed.kind == "all" and page == PAGE:
                yield Page(PAGE, PAGE, _signature(signature, others), feed, page, has_directory=True)


def _headers(files: Sequence[OriginalFile], options: FeedsOptions) -> HeadersFile:
    # Archives have no rule: their number grows, and no pattern of those hosts matches all of them.
    listed = {file.path: file.format if isinstance(file, FeedFile) else None for file in files if not _is_archive(file)}
    data = render_headers(listed, options.url, options.ttl)
    return HeadersFile(HEADERS_FILE, HEADERS_FILE, _signature(data.decode()), data)


def _placed(files: Sequence[OriginalFile], options: FeedsOptions) -> list[OriginalFile]:
    """Return the files with their paths below the web root.

    Raises:
        RefusedError: two files have the same path.
    """
    placed = [_moved(file, options.places.below_root(file.path)) for file in files]
    owners: dict[str, str] = {}
    for file in placed if options.places.files else ():
        other = owners.setdefault(unicodedata.normalize("NFKC", file.path).casefold(), file.name)
        if other != file.name:
            raise RefusedError(f"{file.path}: both {other} and {file.name} have this path; change [feeds.paths]")
    return placed


def _moved(file: _F, path: str) -> _F:
    return replace(file, path=path)


def _document_parts(feed: Feed, items: Mapping[str, str], more: Sequence[object]) -> Iterator[str]:
    """Yield what a document of a feed depends on: its head, including `more`, and its items."""
    emptied = "" if feed.posts else feed.updated
    head = (feed.kind, feed.term, feed.title, feed.description, _location(feed))
    yield repr((*head, feed.id, feed.content, emptied, *more))
    yield from (items[post.path] for post in feed.posts)


def _location(feed: Feed) -> object:
    """Return the parts of a feed that its addresses are made from."""
    return (feed.path, sorted(feed.files.items())) if feed.files else feed.path


def _signature(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
