"""From feeds to artifacts: resolves items, renders them, and reads every file again. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from feeds.choose import address, site_title
from feeds.formats import FORMATS, OPML_FILE, OPML_TYPE, Format
from feeds.gzipped import paired, with_twins
from feeds.headers import HEADERS_FILE, render
from feeds.model import Artifact, Channel, Feed, Item
from feeds.options import FeedsOptions
from posts.errors import PublicationError
from posts.model import Content, Enclosure, Person, Post, Site
from posts.text import fold, legal, plain

# To be raised when the code changes what comes out for the same items: then everything is rendered anew.
VERSION = 1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066, which Atom and RSS refer to


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be made: `feed` in the format `row`, or the outline of all feeds. `signature` says of what.

    `text` is a file as it will be, where that is known from the start.
    """

    path: str
    signature: str
    feed: Feed | None = None
    row: Format | None = None
    text: bytes = b""


def plan(feeds: Sequence[Feed], items: Mapping[str, str], site: Site, options: FeedsOptions, key: str) -> list[Job]:
    """All files of `feeds`, sorted by path, the outline last, with the signature of all that their bytes depend on.

    `items` has the signature of every post in a feed, by path; `key` names the versions of what renders.
    """
    base = repr((VERSION, key, site, options.link, options.ttl, options.url, *options.hubs))
    jobs = []
    for feed in feeds:
        emptied = "" if feed.posts else feed.updated
        head = (feed.kind, feed.term, feed.title, feed.path, feed.id, feed.content, emptied)
        signature = _signature(base, repr(head), *(items[post.path] for post in feed.posts))
        jobs += [Job(feed.file(FORMATS[name].file), signature, feed, FORMATS[name]) for name in options.formats]
    outline = repr([(feed.kind, feed.title, feed.path) for feed in feeds])
    jobs.sort(key=lambda job: job.path)
    return _hosted([*jobs, Job(OPML_FILE, _signature(base, repr(options.formats), outline))], options)


def _hosted(jobs: Sequence[Job], options: FeedsOptions) -> list[Job]:
    """`jobs`, and what hosts want beside those files."""
    hosted = paired(jobs) if options.gzip else list(jobs)
    if options.headers:
        text = render([job.path for job in jobs], options.url, options.ttl)
        hosted.append(Job(HEADERS_FILE, _signature(text.decode()), text=text))
    return hosted


def _signature(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds some of `jobs`, by their places in the list: what `build` does, for a `map` over processes."""

    jobs: Sequence[Job]
    feeds: Sequence[Feed]
    content: Callable[[str], Content]
    site: Site
    options: FeedsOptions

    def __call__(self, places: Sequence[int]) -> list[Artifact]:
        jobs = [self.jobs[place] for place in places]
        return list(build(jobs, self.feeds, self.content, self.site, self.options))


@with_twins
def build(
    jobs: Sequence[Job], feeds: Sequence[Feed], content: Callable[[str], Content], site: Site, options: FeedsOptions
) -> Iterator[Artifact]:
    """The files of `jobs`, one at a time: all of them at once would fill the memory.

    Args:
        jobs: what of the plan has to be made.
        feeds: all feeds, for the outline.
        content: gives the content of a post in a feed, by its path.
        site: the site.
        options: the generator's options.

    Raises:
        PublicationError: a file, parsed again, is not what it should be.
    """
    resolver = _Resolver(content, options.link)
    for job in jobs:
        if job.text:
            yield Artifact(job.path, "text/plain", job.text, job.signature)
            continue
        if job.feed is None or job.row is None:
            yield replace(_outline(feeds, site, options), signature=job.signature)
            continue
        items = resolver.items(job.feed)
        data = job.row.render(channel(job.feed, job.row, site, options), items)
        _verify(job.path, data, job.row.count, len(items))
        yield Artifact(job.path, job.row.media_type, data, job.signature)


def topic(job: Job, options: FeedsOptions) -> str:
    """The address that hubs know the file of `job` by, its own; "" for what is no feed: outlines, twins, headers."""
    is_feed = job.feed and job.row and job.path == job.feed.file(job.row.file)
    return address(options.url, job.path) if is_feed else ""


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
    """When a feed last changed: the latest of its items, else what the ledger remembers, never the clock."""
    updates = [post.updated or post.date for post in feed.posts]
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
        language=_language(language),
        rights=plain(site.rights),
        icon=plain(site.icon),
        logo=plain(site.logo),
        ttl=options.ttl,
        hubs=options.hubs,
    )


@dataclass(slots=True)
class _Resolver:
    """Posts to items: each of them once, however many feeds and formats it is in."""

    content: Callable[[str], Content]
    link: Literal["post", "source"]
    known: dict[tuple[str, str], Item] = field(default_factory=dict)

    def items(self, feed: Feed) -> list[Item]:
        return [self._item(post, feed.content) for post in feed.posts]

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
        language=_language(post.language),
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


def _language(tag: str) -> str:
    hyphenated = tag.replace("_", "-")
    return hyphenated if _LANGUAGE.fullmatch(hyphenated) else ""


def _outline(feeds: Sequence[Feed], site: Site, options: FeedsOptions) -> Artifact:
    from feeds import opml

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
