"""Select the feeds of a site: their ids, titles, paths and windows of posts. Pure."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Protocol, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace

from feeds.model import Feed, FeedKind
from feeds.options import KINDS, CustomFeed, FeedsOptions
from feeds.select.activity import WEEKS, posts_per_week, recent_posts
from feeds.select.membership import FeedKey, Memberships
from feeds.select.order import newest_first
from feeds.select.paths import address
from feeds.select.slugs import slug, slugs
from posts.model import Post, Site
from posts.store.rows import FeedRow
from posts.text import plain

# The maximum number of items in a window, whatever was published within `keep`.
WINDOW_LIMIT = 200
# The newest post of a site that has none in its feed of all: then all posts of other feeds are recent.
_BEFORE_ALL = datetime.fromtimestamp(0, UTC) + timedelta(weeks=WEEKS)


class _HasPath(Protocol):
    @property
    def path(self) -> str: ...


_P = TypeVar("_P", bound=_HasPath)


class FeedPosts(Struct, frozen=True):
    """What a feed shows and says of its posts.

    Attributes:
        window: the posts in its window, newest first.
        total: the number of all its posts.
        weeks: the number of posts in each week up to the newest, oldest week first.
        recent: the number of posts in the 26 weeks up to the newest post of the site.
        newest: the time of its newest post; None for no posts.
        term: the most frequent spelling of its term, "" for none.
        members: all its posts, newest first, where archives are configured (`Feed.members`).
        is_current: whether nothing has changed; the window is not known then.
    """

    window: tuple[Post, ...] = ()
    total: int = 0
    weeks: tuple[int, ...] = ()
    recent: int = 0
    newest: datetime | None = None
    term: str = ""
    members: tuple[Post, ...] = ()
    is_current: bool = False


def select_feeds(
    posts: Sequence[Post],
    site: Site,
    options: FeedsOptions,
    recent: Collection[str] = (),
    known: Mapping[str, FeedRow] = MappingProxyType({}),
) -> tuple[Feed, ...]:
    """Return the feeds: all posts, then by kind and slug, then custom feeds, then feeds that have become empty.

    Args:
        posts: the published posts, one per item.
        site: the site.
        options: the options of the generator.
        recent: paths of posts that are in the window whatever their date (`recently_published`).
        known: the ledger entries of feeds, by key: their ids, and the feeds that stay although they are empty.
    """
    memberships = Memberships(site, options)
    posts_of: dict[FeedKey, list[Post]] = {}
    spellings: dict[FeedKey, Counter[str]] = {}
    ordered = newest_first(posts)
    for post in ordered:
        for key, names in memberships.of(post).items():
            posts_of.setdefault(key, []).append(post)
            if names:
                spellings.setdefault(key, Counter()).update(names)
    among = frozenset(recent)
    latest = next((post.date for post in posts_of.get(("all", ""), ())), _BEFORE_ALL)
    found = {}
    for key, newest in posts_of.items():
        found[key] = FeedPosts(
            window=tuple(window(newest, window_size(key, options), among)),
            total=len(newest),
            weeks=posts_per_week(newest) if options.pages else (),
            recent=recent_posts(newest, latest) if options.pages else 0,
            newest=newest[0].date,
            term=most_frequent(spellings[key]) if key in spellings else "",
            members=tuple(newest) if options.archives else (),
        )
    return arrange_feeds(found, site, options, known)


def arrange_feeds(
    found: Mapping[FeedKey, FeedPosts], site: Site, options: FeedsOptions, known: Mapping[str, FeedRow]
) -> tuple[Feed, ...]:
    """Return the feeds with some posts, in the order of `select_feeds`, then those that are known and have none."""
    making = _Making(site, options, found, known)
    feeds = [making.feed("all", "", "", site_title(site), found.get(("all", ""), FeedPosts()))]
    for kind in KINDS:
        if kind in options.by:
            feeds += making.by_term(kind)
    feeds += map(making.custom, options.custom)
    feeds += making.empty({feed.key for feed in feeds})
    return tuple(_placed(feeds, options.places.folders))


def window(newest: Sequence[_P], items: int, recent: Collection[str]) -> Sequence[_P]:
    """Return the first `items` of `newest`, and recent posts after them, at most 200 in all."""
    if not recent or len(newest) <= items:
        return newest[:items]
    among = (post for post in newest[items:] if post.path in recent)
    return [*newest[:items], *itertools.islice(among, max(WINDOW_LIMIT - items, 0))]


def window_size(key: FeedKey, options: FeedsOptions) -> int:
    """Return the number of items in the window of a feed, recent ones not counted."""
    kind, name = key
    customs = (custom.items for custom in options.custom if kind == "custom" and slug(custom.name) == name)
    return next(customs, options.items)


def most_frequent(spellings: Counter[str]) -> str:
    """Return the most frequent spelling; of several, the first in order."""
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling), default="")


def recently_published(first: Mapping[str, int], options: FeedsOptions, now: datetime, began: int) -> set[str]:
    """Return the paths of posts that were first published less than `keep` ago.

    Args:
        first: when each post was first published, by path, in seconds since 1970.
        options: the options of the generator.
        now: the time of the run.
        began: the time of the site's first run, in seconds; the posts that it found do not count as recent.
    """
    since = recent_since(options, now, began)
    return {path for path, seconds in first.items() if seconds > since}


def recent_since(options: FeedsOptions, now: datetime, began: int) -> int:
    """Return after which time (seconds since 1970) a post must be first published to be recent. Arguments as above."""
    return max(began, int((now - options.keep).timestamp()))


def feed_key(kind: str, slug: str) -> str:
    """Return the key of a feed in the ledger: its default folder."""
    return "" if kind == "all" else f"{'feed' if kind == 'custom' else kind}/{slug}"


def site_title(site: Site) -> str:
    """Return the title of the site, else its host: every format requires a title."""
    return plain(site.title) or urlsplit(site.url).hostname or site.url


def first_id(address: str) -> str:
    """Mint the id of a new feed from the address of its folder; later runs take the id from the ledger.

    It is a version-5 UUID (RFC 9562, URL namespace) of the address with https and without `www.`, so that changing
    either does not change the id.
    """
    parts = urlsplit(address)
    canonical = urlunsplit(("https", parts.netloc.lower().removeprefix("www."), parts.path or "/", "", ""))
    return uuid.uuid5(uuid.NAMESPACE_URL, canonical).urn


class _Making(Struct, frozen=True):
    """Make feeds from their posts, the options and the ledger."""

    site: Site
    options: FeedsOptions
    found: Mapping[FeedKey, FeedPosts]
    known: Mapping[str, FeedRow]

    def feed(self, kind: FeedKind, slug: str, term: str, title: str, posts: FeedPosts) -> Feed:
        """Return the feed of some posts."""
        own = feed_key(kind, slug)
        known = self.known.get(own)
        return Feed(
            kind=kind,
            slug=slug,
            term=plain(term),
            title=plain(title or f"{term} — {site_title(self.site)}"),
            path=self.options.places.folders.get(own, own),
            files=self.options.places.files.get(own, {}),
            id=known.id if known else first_id(address(self.options.url, own)),
            content=self.options.content,
            description=plain(self.site.description) if kind == "all" else "",
            posts=posts.window,
            key=own,
            updated=known.updated if known else "",
            total=posts.total if self.options.pages else 0,
            weeks=posts.weeks if self.options.pages else (),
            recent=posts.recent if self.options.pages else 0,
            newest=posts.newest,
            members=posts.members,
            has_more=posts.total > len(posts.window),
            is_current=posts.is_current,
        )

    def empty(self, present: Collection[str]) -> Iterator[Feed]:
        """Yield the published feeds that have no posts left. They remain, empty, until they are pruned."""
        for key, row in sorted(self.known.items()):
            if key not in present:
                folder, _, its_slug = key.partition("/")
                kind = cast("FeedKind", "custom" if folder == "feed" else folder)
                yield replace(self.feed(kind, its_slug, row.title, row.title, FeedPosts()), title=row.title)

    def by_term(self, kind: FeedKind) -> Iterator[Feed]:
        """Yield a feed for every term of `kind`, sorted by slug."""
        titles, descriptions = (texts.get(kind, {}) for texts in (self.options.titles, self.options.descriptions))
        terms = (folded for its_kind, folded in self.found if its_kind == kind)
        for folded, its_slug in sorted(slugs(terms).items(), key=lambda pair: pair[1]):
            posts = self.found[kind, folded]
            title = titles.get(folded) or titles.get(its_slug, "")
            description = plain(descriptions.get(folded) or descriptions.get(its_slug, ""))
            yield replace(self.feed(kind, its_slug, posts.term, title, posts), folded=folded, description=description)

    def custom(self, custom: CustomFeed) -> Feed:
        """Return the feed of the posts that meet the conditions of `custom`."""
        posts = self.found.get(("custom", slug(custom.name)), FeedPosts())
        feed = self.feed("custom", slug(custom.name), custom.name, custom.title, posts)
        return replace(feed, content=custom.content, folded=feed.slug, description=plain(custom.description))


def _placed(feeds: Sequence[Feed], paths: Mapping[str, str]) -> list[Feed]:
    """Return the feeds with distinct folders; those that the configuration places have priority.

    A term whose slug is the folder of another feed gets a suffix instead of stopping the run. Folders that differ only
    in case or normalization are the same folder on other systems.
    """
    taken = {_folded_path(feed.path) for feed in feeds if feed.key in paths}
    placed = []
    for feed in feeds:
        if feed.key not in paths and _folded_path(feed.path) in taken:
            feed = replace(feed, path=f"{feed.path}-{hashlib.sha256(feed.key.encode()).hexdigest()[:8]}")  # noqa: PLW2901
        taken.add(_folded_path(feed.path))
        placed.append(feed)
    return placed


def _folded_path(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()
