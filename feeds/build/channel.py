"""Make the head of a feed: title, addresses, authors, tombstones and the time of its last change. Pure."""

from __future__ import annotations

import posixpath
from datetime import UTC, datetime
from urllib.parse import quote

from msgspec.structs import replace

from feeds.build.items import clean_people, podcast_of, to_feed_time
from feeds.build.job import FeedFile
from feeds.formats.table import FORMATS, Format
from feeds.model import Channel, Feed
from feeds.options import FeedsOptions
from feeds.pages.assets import FEED_STYLE
from feeds.pages.translations import language_tag
from feeds.select.feeds import site_title
from feeds.select.paths import address
from posts.model import Person, Site
from posts.text import plain

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed_updated(feed: Feed) -> datetime:
    """Return when a feed last changed: the latest of its items and tombstones, else the stored time.

    The clock is never read, so that the same input gives the same bytes.
    """
    updates = [post.updated or post.date for post in feed.posts]
    updates += [_from_seconds(when) for _, when in feed.withdrawn[:1]]
    if updates:
        return to_feed_time(max(updates))
    return to_feed_time(datetime.fromisoformat(feed.updated)) if feed.updated else _EPOCH


def resolve_channel(job: FeedFile, site: Site, options: FeedsOptions) -> Channel:
    """Return the head of the feed document that `job` describes."""
    feed, row = job.feed, job.format
    head = Channel(
        id=feed.id,
        title=feed.title,
        description=feed.description or feed.title,
        home=f"{site.url}/",
        address=address(options.url, feed.file(row.file)),
        updated=feed_updated(feed),
        authors=clean_people(site.authors) or (Person(site_title(site)),),
        language=language_tag(feed.term if feed.kind == "language" else site.language),
        rights=plain(site.rights),
        icon=plain(site.icon),
        logo=plain(site.logo),
        ttl=options.ttl,
        style=_style_href(feed, row, options) if options.pages else "",
        withdrawn=tuple((item_id, _from_seconds(when)) for item_id, when in feed.withdrawn),
        hubs=options.hubs,
    )
    if options.comments or options.markdown or options.podcast:
        head = _with_extensions(head, job, options)
    return _with_links(head, job, options) if job.links else head


def _with_extensions(head: Channel, job: FeedFile, options: FeedsOptions) -> Channel:
    """Return the head with what extensions of RSS and Atom need; a podcast has elements of its own in RSS."""
    prefixes = (*(("slash", "wfw", "thr") if options.comments else ()), *(("source",) if options.markdown else ()))
    podcast = podcast_of(job.feed, options) if job.format is FORMATS["rss"] else None
    if podcast is None:
        return replace(head, prefixes=prefixes)
    from feeds.formats.podcast import channel_extensions

    return replace(
        head,
        description=podcast.description or head.description,
        logo=head.logo or head.icon or podcast.image,
        prefixes=("itunes", "podcast", *prefixes),
        extensions=channel_extensions(podcast, head.address),
    )


def _style_href(feed: Feed, row: Format, options: FeedsOptions) -> str:
    """Return the relative address of the style sheet, which is in the root of the output."""
    if row.file not in feed.files:
        return f"{feed.up}{FEED_STYLE}"
    document, style = (f"/{options.places.below_root(path)}" for path in (feed.files[row.file], FEED_STYLE))
    return quote(posixpath.relpath(style, posixpath.dirname(document)))


def _with_links(head: Channel, job: FeedFile, options: FeedsOptions) -> Channel:
    """Return the head with links to other documents of the feed, and with the document's own address."""
    links = tuple(
        (relation, address(options.url, job.feed.file(name)) if name else head.address) for relation, name in job.links
    )
    own = address(options.url, job.name) if job.is_archive else head.address
    return replace(head, address=own, links=links, is_archive=job.is_archive)


def _from_seconds(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
