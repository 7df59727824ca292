"""From what is planned to artifacts: resolves items, renders them, and reads every file again. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from feeds.build.gzip import with_twins
from feeds.build.job import Job
from feeds.formats.table import FORMATS, OPML_FILE, OPML_TYPE, SHOWN, Format
from feeds.model import Artifact, Channel, Feed, Item
from feeds.options import FeedsOptions
from feeds.pages.assets import FEED_STYLE
from feeds.pages.translations import tag
from feeds.select.feeds import site_title
from feeds.select.paths import address
from posts.errors import PublicationError
from posts.model import Content, Enclosure, Person, Post, Site
from posts.text import fold, legal, plain

if TYPE_CHECKING:  # heavy, and not needed without pages
    from feeds.pages.render import Press

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Builder:
    """Builds some of `jobs`, by their places in the list: what `build` does, for a `map` over processes."""

    jobs: Sequence[Job]
    feeds: Sequence[Feed]
    content: Callable[[str], Content]
    site: Site
    options: FeedsOptions
    press: Press | None = field(default=None, init=False)  # one in each process: templates are compiled once

    def __call__(self, places: Sequence[int]) -> list[Artifact]:
        jobs = [self.jobs[place] for place in places]
        if self.press is None and any(job.page for job in jobs):
            self.press = _press(self.feeds, self.site, self.options)
        return list(build(jobs, self.feeds, self.content, self.site, self.options, self.press))


@with_twins
def build(
    jobs: Sequence[Job],
    feeds: Sequence[Feed],
    content: Callable[[str], Content],
    site: Site,
    options: FeedsOptions,
    press: Press | None = None,
) -> Iterator[Artifact]:
    """The files of `jobs`, one at a time: all of them at once would fill the memory.

    Args:
        jobs: what of the plan has to be made.
        feeds: all feeds, for the outline and the directory.
        content: gives the content of a post in a feed, by its path.
        site: the site.
        options: the generator's options.
        press: what renders the pages of this site, where there is one already.

    Raises:
        PublicationError: a file, parsed again, is not what it should be.
    """
    resolver = _Resolver(content, options.link)
    for job in jobs:
        if job.text:
            yield Artifact(job.path, "text/plain", job.text, job.signature)
        elif job.page:
            press = press or _press(feeds, site, options)
            yield replace(_page(job, press, resolver), path=job.path, signature=job.signature)
        elif job.feed is None or job.row is None:
            yield replace(_outline(feeds, site, options), path=job.path, signature=job.signature)
        else:
            items = resolver.items(job.feed)
            head = channel(job.feed, job.row, site, options)
            if job.links:
                head = _linked(head, job, options)
            data = job.row.render(head, items)
            _verify(job.path, data, job.row.count, len(items))
            yield Artifact(job.path, job.row.media_type, data, job.signature)


def _press(feeds: Sequence[Feed], site: Site, options: FeedsOptions) -> Press:
    from feeds.pages.render import Press

    return Press(feeds, site, options)


def _page(job: Job, press: Press, resolver: _Resolver) -> Artifact:
    if job.feed is None:
        return press.asset(job.page)
    items = resolver.items(job.feed, SHOWN[job.page])
    data = press.page(job.page, job.feed, items, directory=job.directory)
    _verify(job.path, data, press.count(job.page), len(items))
    return Artifact(job.path, "text/html", data)


def topic(job: Job, options: FeedsOptions) -> str:
    """The address that hubs know the file of `job` by, its own; "" for all else: pages, archives, outlines, twins."""
    if job.feed is None or job.row is None or job.name != job.feed.beside(job.row.file):
        return ""
    return address(options.url, job.feed.file(job.row.file))


def moment(date: datetime) -> datetime:
    """`date` as feeds can write it: whole seconds, and an offset of whole minutes.

    Before standard time a zone's offset had seconds (Shanghai's was +08:05:43): they are cut off, the wall clock
    stays, since the instant moved by seconds is nearer to what was written than another hour.
    """
    offset = date.utcoffset() or timedelta()
    if offset.seconds % 60 or offset.microseconds:
        return date.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    return date.replace(microsecond=0)


def updated(feed: Feed) -> datetime:
    """When a feed last changed: the latest of its items and withdrawals, else what is remembered, never the clock."""
    updates = [post.updated or post.date for post in feed.posts]
    updates += [_instant(when) for _, when in feed.withdrawn[:1]]
    if updates:
        return moment(max(updates))
    return datetime.fromisoformat(feed.updated) if feed.updated else _EPOCH


def channel(feed: Feed, row: Format, site: Site, options: FeedsOptions) -> Channel:
    """The head of `feed` in the format `row`. Its time is the latest of its items, never the clock's."""
    language = feed.term if feed.kind == "language" else site.language
    return Channel(
        id=feed.id,
        title=feed.title,
        description=(plain(site.description) if feed.kind == "all" else "") or feed.title,
        home=f"{site.url}/",
        address=address(options.url, feed.file(row.file)),
        updated=updated(feed),
        authors=_people(site.authors) or (Person(site_title(site)),),
        language=tag(language),
        rights=plain(site.rights),
        icon=plain(site.icon),
        logo=plain(site.logo),
        ttl=options.ttl,
        style=_style(feed, row, options) if options.pages else "",
        withdrawn=tuple((given, _instant(when)) for given, when in feed.withdrawn),
        hubs=options.hubs,
    )


def _style(feed: Feed, row: Format, options: FeedsOptions) -> str:
    """The way from a feed's file to the style sheet in the root of the output."""
    if row.file not in feed.files:
        return f"{feed.up}{FEED_STYLE}"
    place, sheet = (f"/{options.places.below_root(path)}" for path in (feed.files[row.file], FEED_STYLE))
    return quote(posixpath.relpath(sheet, posixpath.dirname(place)))


def _linked(head: Channel, job: Job, options: FeedsOptions) -> Channel:
    """A head with its links to other documents of the same feed, and the address of its own document."""
    assert job.feed is not None  # noqa: S101 # only feeds have such links
    links = tuple(
        (relation, address(options.url, job.feed.file(name)) if name else head.address) for relation, name in job.links
    )
    own = address(options.url, job.name) if job.is_archive else head.address
    return replace(head, address=own, links=links, is_archive=job.is_archive)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(slots=True)
class _Resolver:
    """Posts to items: each of them once, however many feeds and formats it is in."""

    content: Callable[[str], Content]
    link: Literal["post", "source"]
    known: dict[tuple[str, str], Item] = field(default_factory=dict)

    def items(self, feed: Feed, most: int | None = None) -> list[Item]:
        return [self._item(post, feed.content) for post in feed.posts[:most]]

    def _item(self, post: Post, extent: str) -> Item:
        item = self.known.get((post.path, extent))
        if item is None:
            item = _resolved(post, self.content(post.path), self.link)
            item = item if extent == "full" else replace(item, html=None)
            self.known[post.path, extent] = item
        return item


def _resolved(post: Post, content: Content, link: Literal["post", "source"]) -> Item:
    published = moment(post.date)
    source_title = plain(post.source_title or content.source_title)
    source_leads = link == "source" and bool(post.source)
    return Item(
        id=plain(post.id),
        title=plain(post.title) or plain(content.opening) or published.date().isoformat(),
        link=plain(post.source if source_leads else post.permalink),
        published=published,
        updated=moment(post.updated) if post.updated else published,
        summary=plain(content.summary),
        html=legal(content.html),
        via=plain(post.permalink if source_leads else post.source),
        via_title="" if source_leads else source_title,
        source=plain(post.source) or source_title,
        terms=_terms(post),
        authors=_people(post.authors),
        language=tag(post.language),
        image=plain(_image(post, content)),
        enclosures=tuple(_enclosure(one) for one in post.enclosures),
    )


def _terms(post: Post) -> tuple[tuple[str, str], ...]:
    """(term, label): the form in which equal names agree, and the post's own spelling; categories, then tags."""
    terms: dict[str, str] = {}
    for name in (*post.categories, *post.tags):
        label = plain(name)
        if label:
            terms.setdefault(fold(label), label)
    return tuple(terms.items())


def _people(people: tuple[Person, ...]) -> tuple[Person, ...]:
    cleaned = (Person(plain(one.name), plain(one.email), plain(one.uri)) for one in people)
    return tuple(person for person in cleaned if person.name)


def _enclosure(one: Enclosure) -> Enclosure:
    return Enclosure(plain(one.url), plain(one.type) or "application/octet-stream", one.length, plain(one.title))


def _image(post: Post, content: Content) -> str:
    return next((one.url for one in post.enclosures if one.medium == "image"), content.image)


def _outline(feeds: Sequence[Feed], site: Site, options: FeedsOptions) -> Artifact:
    from feeds.formats import opml

    file = FORMATS[options.formats[0]].file
    pairs = [(feed, address(options.url, feed.file(file))) for feed in feeds]
    data = opml.render(site_title(site), f"{site.url}/", pairs)
    _verify(OPML_FILE, data, opml.count, len(pairs))
    return Artifact(OPML_FILE, OPML_TYPE, data)


def _verify(path: str, data: bytes, count: Callable[[bytes], int], expected: int) -> None:
    try:
        found = count(data)
    except ValueError as error:
        raise PublicationError(f"{path}: cannot be read again ({error}); nothing was published of it") from error
    if found != expected:
        raise PublicationError(f"{path}: has {found} items where {expected} were written; nothing was published of it")
