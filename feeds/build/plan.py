"""Which files there are to be, and for each the signature of everything that its bytes depend on. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from feeds.build.gzip import paired
from feeds.build.headers import HEADERS_FILE, render
from feeds.build.job import Job
from feeds.formats.table import FORMATS, OPML_FILE, PAGE, SHOWN
from feeds.model import Feed
from feeds.options import FeedsOptions
from feeds.pages import assets
from feeds.select.activity import newest
from feeds.select.archives import Document, way_back
from posts.errors import RefusedError
from posts.model import Site

# To be raised when the code changes what comes out for the same items: then everything is rendered anew.
VERSION = 2


def plan(
    feeds: Sequence[Feed],
    items: Mapping[str, str],
    site: Site,
    options: FeedsOptions,
    key: str,
    archives: Mapping[str, Sequence[Document]] = MappingProxyType({}),
) -> list[Job]:
    """All files of `feeds` with the signature of all that their bytes depend on.

    They are sorted by path, but archives come first, since feeds point to them, and last come directory and outline,
    which point to all the others.

    `items` has the signature of every post in a feed, by path; `key` names the versions of what renders; `archives` has
    the archive documents of feeds, by the feeds' keys.
    """
    base = repr((VERSION, key, site, options.link, options.ttl, options.url, options.pages, *options.hubs))
    jobs = []
    for feed in feeds:
        signature = _signature(base, *_said(feed, items, feed.withdrawn))
        rows = [FORMATS[name] for name in options.formats]
        jobs += [Job(feed.file(row.file), feed.beside(row.file), signature, feed, row) for row in rows]
    if options.archives:
        jobs = [*_archives(archives, items, base), *(_with_past(job, archives) for job in jobs)]
    if options.pages:
        jobs += _pages(feeds, items, site, options, base)
    jobs.sort(key=lambda job: (job.directory, not job.is_archive, job.path))
    outline = repr([(feed.kind, feed.title, _place(feed)) for feed in feeds])
    jobs.append(Job(OPML_FILE, OPML_FILE, _signature(base, repr(options.formats), outline)))
    return _placed(_hosted(jobs, options), options)


def _said(feed: Feed, items: Mapping[str, str], more: Sequence[object]) -> Iterator[str]:
    """What a document of a feed depends on: its head, with what there is `more` in it, and its items."""
    emptied = "" if feed.posts else feed.updated
    yield repr((feed.kind, feed.term, feed.title, _place(feed), feed.id, feed.content, emptied, *more))
    yield from (items[post.path] for post in feed.posts)


def _place(feed: Feed) -> object:
    """What the addresses of a feed are made of."""
    return (feed.path, sorted(feed.files.items())) if feed.files else feed.path


def _placed(jobs: Sequence[Job], options: FeedsOptions) -> list[Job]:
    """The jobs with their paths below the web root.

    Raises:
        RefusedError: one has the place of another.
    """
    placed = [replace(job, path=options.places.below_root(job.path)) for job in jobs]
    owners: dict[str, str] = {}
    for job in placed if options.places.files else ():
        other = owners.setdefault(unicodedata.normalize("NFKC", job.path).casefold(), job.name)
        if other != job.name:
            raise RefusedError(f"{job.path} would be both {other} and {job.name}: change [feeds.paths]")
    return placed


def _hosted(jobs: Sequence[Job], options: FeedsOptions) -> list[Job]:
    """`jobs`, and what hosts want beside those files."""
    hosted = paired(jobs) if options.gzip else list(jobs)
    if options.headers:
        # There are ever more archives, and no rule of those hosts fits all of them.
        files = {job.path: job.row for job in jobs if not job.is_archive}
        text = render(files, options.url, options.ttl)
        hosted.append(Job(HEADERS_FILE, HEADERS_FILE, _signature(text.decode()), text=text))
    return hosted


def _archives(archives: Mapping[str, Sequence[Document]], items: Mapping[str, str], base: str) -> Iterator[Job]:
    for documents in archives.values():
        for one in documents:
            links = one.links()
            signature = _signature(base, *_said(one.feed, items, (one.number, links)))
            yield Job(one.path, one.path, signature, one.feed, FORMATS["atom"], links=links, is_archive=True)


def _with_past(job: Job, archives: Mapping[str, Sequence[Document]]) -> Job:
    """The Atom feed with the way into its past."""
    if job.feed is None or job.row is not FORMATS["atom"] or not (past := way_back(archives.get(job.feed.key, ()))):
        return job
    return replace(job, signature=_signature(job.signature, past), links=(("prev-archive", past),))


def _pages(
    feeds: Sequence[Feed], items: Mapping[str, str], site: Site, options: FeedsOptions, base: str
) -> Iterator[Job]:
    base = _signature(base, repr(options.formats), assets.edition())
    for name in assets.wanted(options.formats):
        yield Job(name, name, base, page=name)
    others = repr([(feed.kind, feed.title, _place(feed), feed.total, newest(feed, site.zone)) for feed in feeds])
    for feed in feeds:
        head = _signature(base, repr((feed.kind, feed.term, feed.title, _place(feed))))
        activity = repr((feed.total, feed.weeks))
        for page, shown in SHOWN.items():
            parts = [items[post.path] for post in feed.posts[:shown]] + ([activity] if page == PAGE else [])
            signature = _signature(head, *parts)
            if feed.path or page != PAGE:
                yield Job(feed.beside(page), feed.beside(page), signature, feed, page=page)
            if feed.kind == "all" and page == PAGE:  # its own folder may be another, but the root has the directory
                yield Job(PAGE, PAGE, _signature(signature, others), feed, page=page, directory=True)


def _signature(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
