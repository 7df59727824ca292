"""Select the feeds that a few changes concern, from the catalog and from the posts that were read.

The result is the same as that of `feedmill.run.selection` for these feeds; all others are current.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from feedmill.run.part_archives import PartArchives
from feedmill.run.site import OpenSite
from feeds.model import Feed
from feeds.select.activity import WEEKS
from feeds.select.feeds import FeedPosts, arrange_feeds, feed_key, most_frequent, recent_since, window, window_size
from feeds.select.membership import FeedKey, Memberships
from feeds.select.order import newest_first
from feeds.select.tombstones import TOMBSTONE_LIFETIME
from posts.model import Post
from posts.pipeline.part_reader import PartReader
from posts.store.catalog import WEEK, Member, Membership
from posts.store.codec import decode_post, from_microseconds, microseconds
from posts.store.rows import Entry

_ALL: FeedKey = ("all", "")
_FOREVER = 1 << 62


class PartialRunError(Exception):
    """Say that the changes concern more than a run over a part of the posts can do: all posts have to be read."""


class PartSelection:
    """Select the feeds of one run over a part of the posts.

    Attributes:
        known_feeds: The ledger entries of feeds, by key.
        first_run: The `now` of the first run over the site, in seconds since 1970.
        old: The memberships of the articles that were read, before this run, by path.
        new: The same after it.
        archives: Which archive documents may change.
        reading: The reading of all posts that the changes concern, and of those in the windows of their feeds.
    """

    def __init__(self, run: OpenSite, part: PartReader, revived: Collection[Entry] = ()) -> None:
        """Select the feeds.

        Args:
            run: The site.
            part: Reads the posts.
            revived: Items that were withdrawn and that come back in this run, as they were.
        """
        self._run, self._part, self._catalog = run, part, part.catalog
        self._memberships = Memberships(run.read_options.site, run.feeds_options)
        self.known_feeds = run.index.feeds()
        self._recents: dict[int, Mapping[str, Membership]] = {}
        self.first_run = run.state.first_run or 0
        options, before = run.feeds_options, datetime.fromtimestamp(run.state.now, UTC)
        self._since = recent_since(options, run.options.now, self.first_run)
        self._since_before = recent_since(options, before, self.first_run)
        left = part.ledger.first_between(self._since_before, self._since)
        touched = part.touched | left
        self.reading = part.read(touched)
        self._compare()
        self._keys = {*self._affected(touched), *(key for entry in revived for key in self._keys_of(entry))}
        self._windows = {key: self._window(key) for key in self._keys}
        self.archives = PartArchives(
            run.index, part, frozenset((*self.reading.ledger.entries, *(one.id for one in revived)))
        )
        archived = self._archived() if options.archives else set[str]()
        shown = {member.path for members in self._windows.values() for member in members}
        left |= {member.path for key in self._keys for member in self._old_window(key)} - shown
        self.reading = part.read(touched | shown | left | archived)
        self._compare()
        posts = {post.path: post for post in self.reading.items()}
        if not shown <= posts.keys():
            raise PartialRunError
        newest = self._windows[_ALL]
        self._recent_since = newest[0].at - WEEKS * WEEK if newest else 0
        self._recent_counts = self._catalog.since(self._recent_since) if run.feeds_options.pages else {}
        self._found = {key: self._feed_posts(key, posts) for key in self._keys}

    def _archived(self) -> set[str]:
        """Return the paths of the posts in the archive documents that may change.

        Raises:
            PartialRunError: There are too many, a feed may have archives without being in the catalog, or one needs
                none any more.
        """
        rows, found = self._catalog.terms(), set[str]()
        for key in self._keys:
            row = rows.get(key)
            if row is None:
                raise PartialRunError
            place = feed_key(key[0], row.slug)
            paths = self.archives.find(key, place)
            if paths is None:
                raise PartialRunError
            found |= paths
            total = row.total - self._count(self.old, key) + self._count(self.new, key)
            is_single = self.archives.counts[place] < 2
            if is_single and total <= len(self._windows[key]) and row.total > len(self._old_window(key)):
                raise PartialRunError
        return found

    @staticmethod
    def _count(memberships: Mapping[str, Membership], key: FeedKey) -> int:
        return sum(key in one.terms for one in memberships.values())

    def _compare(self) -> None:
        """Compare the memberships of the articles that were read with those before this run."""
        read = self.reading.rest.paths if self.reading.rest else ()
        self.old: Mapping[str, Membership] = self._catalog.memberships(read)
        self.new = {post.path: self._membership(post) for post in self.reading.items()}
        self._first = self.reading.first_published()

    def _membership(self, post: Post) -> Membership:
        return Membership(microseconds(post.date), self._memberships.of(post))

    def _affected(self, touched: Iterable[str]) -> set[FeedKey]:
        """Return the feeds whose files may differ."""
        among = set(touched)
        for leader, article in self.reading.articles.items():
            if among & {head.post.path for head in article.others}:
                among.add(leader)
        either = self.old.keys() | self.new.keys()
        among |= {path for path in either if self.old.get(path) != self.new.get(path)}
        found = {_ALL}
        for memberships in (self.old, self.new):
            found |= {key for path in among if path in memberships for key in memberships[path].terms}
        return found | {key for entry in self._withdrawn() for key in self._keys_of(entry)}

    def _withdrawn(self) -> list[Entry]:
        """Return the items that may be withdrawn or come back in this run, and those whose tombstones end."""
        own = [entry for entry in self.reading.ledger.entries.values() if entry.gone or entry.path not in self.new]
        lifetime = TOMBSTONE_LIFETIME.total_seconds()
        ended = int(self._run.state.now - lifetime), int((self._run.options.now - TOMBSTONE_LIFETIME).timestamp())
        return [*own, *(entry for entry in self._part.ledger.gone_after(ended[0]) if entry.gone <= ended[1])]

    def _keys_of(self, entry: Entry) -> Iterable[FeedKey]:
        post = decode_post(entry.post)
        return self._memberships.of(post) if post else ()

    def _window(self, key: FeedKey) -> list[Member]:
        """Return the articles in the window of a feed, newest first, as they are after this run."""
        old = self._count(self.old, key)
        items = window_size(key, self._run.feeds_options)
        stored = [one for one in self._catalog.newest(key, items + old) if one.path not in self.old]
        own = [Member(one.at, path) for path, one in self.new.items() if key in one.terms]
        recent = [one for one in self._recent(key, self._since) if one.path not in self.old]
        recent += [one for one in own if self._first[one.path] > self._since]
        return _windowed([*stored, *own], recent, items)

    def _old_window(self, key: FeedKey) -> list[Member]:
        """Return the articles in the window of a feed as they were before this run."""
        items = window_size(key, self._run.feeds_options)
        return _windowed(self._catalog.newest(key, items), self._recent(key, self._since_before), items)

    def _recent(self, key: FeedKey, since: int) -> list[Member]:
        """Return the articles of a feed in the catalog that were first published after a time."""
        if since not in self._recents:
            paths = self._part.ledger.first_between(since, _FOREVER)
            self._recents[since] = self._catalog.memberships(paths)
        return [Member(one.at, path) for path, one in self._recents[since].items() if key in one.terms]

    def _feed_posts(self, key: FeedKey, posts: Mapping[str, Post]) -> FeedPosts:
        members = self._windows[key]
        old = [one for one in self.old.values() if key in one.terms]
        new = [one for one in self.new.values() if key in one.terms]
        return FeedPosts(
            window=tuple(posts[member.path] for member in members),
            total=self._catalog.total(key) - len(old) + len(new),
            weeks=self._weeks(key, members[0].at, old, new) if members else (),
            recent=self._recent_posts(key, old, new),
            newest=from_microseconds(members[0].at) if members else None,
            term=self._term(key, old, new),
            members=self._members(key, posts),
        )

    def _members(self, key: FeedKey, posts: Mapping[str, Post]) -> tuple[Post, ...]:
        if not self._run.feeds_options.archives:
            return ()
        return tuple(newest_first([post for path, post in posts.items() if key in self.new[path].terms]))

    def _recent_posts(self, key: FeedKey, old: Iterable[Membership], new: Iterable[Membership]) -> int:
        count = self._recent_counts.get(key, 0) - sum(one.at > self._recent_since for one in old)
        return count + sum(one.at > self._recent_since for one in new)

    def _weeks(self, key: FeedKey, last: int, old: Iterable[Membership], new: Iterable[Membership]) -> tuple[int, ...]:
        counts = self._catalog.weeks(key, last, WEEKS)
        counts.subtract((last - one.at) // WEEK for one in old if one.at <= last)
        counts.update((last - one.at) // WEEK for one in new)
        return tuple(counts[week] for week in reversed(range(WEEKS)))

    def _term(self, key: FeedKey, old: Iterable[Membership], new: Iterable[Membership]) -> str:
        counts: Counter[str] = self._catalog.spellings(key)
        counts.subtract(name for one in old for name in one.terms[key])
        counts.update(name for one in new for name in one.terms[key])
        return most_frequent(Counter({name: count for name, count in counts.items() if count > 0 and name}))

    def feeds(self) -> list[Feed]:
        """Return all feeds. Of those that the changes do not concern, only what others say of them is known.

        Raises:
            PartialRunError: A feed would have another path, one with archives another title, a new feed may have the
                path of another file, or there is a feed of another language.
        """
        rows = self._catalog.terms()
        found: dict[FeedKey, FeedPosts] = {}
        for key, row in rows.items():
            newest = from_microseconds(row.newest)
            recent = self._recent_counts.get(key, 0)
            found[key] = FeedPosts(total=row.total, newest=newest, term=row.title, recent=recent, is_current=True)
        found |= self._found
        present = {key: posts for key, posts in found.items() if posts.total}
        options = self._run.feeds_options
        feeds = list(arrange_feeds(present, self._run.read_options.site, options, self.known_feeds))
        # Files that are elsewhere now have to be removed, and those that the configuration places must not collide.
        is_placed = bool(options.places.files) and bool(present.keys() - rows.keys())
        # Every page links to the feeds of all languages.
        is_new_language = options.pages and any(kind == "language" for kind, _ in present.keys() - rows.keys())
        if is_placed or is_new_language or {row.path for row in rows.values()} - {feed.path for feed in feeds}:
            raise PartialRunError
        for feed in feeds:
            known = rows.get((feed.kind, feed.folded))
            if known and feed.is_current and (known.slug, known.path) != (feed.slug, feed.path):
                raise PartialRunError
            if known and options.archives and known.title != feed.term:  # every document has the title
                raise PartialRunError
        return feeds

    def shown_elsewhere(self) -> set[str]:
        """Return which of the posts that were read are in the windows of current feeds."""
        options = self._run.feeds_options
        if options.archives:
            return set(self.new)
        recent = {path for path in self.new if self._first[path] > self._since}
        return {
            path
            for path, one in self.new.items()
            for key in one.terms.keys() - self._keys
            if path in recent or self._catalog.is_newest(key, one.at, window_size(key, options))
        }

    def next_departure(self) -> float | None:
        """Return when an item leaves the window of a feed because it is no longer recent, in seconds since 1970."""
        first = self._part.ledger.next_first(self._since)
        return None if first is None else first + self._run.feeds_options.keep.total_seconds()


def _windowed(members: Iterable[Member], recent: Iterable[Member], items: int) -> list[Member]:
    """Return the window of some articles, which include the newest of a feed, and of all recent ones."""
    recent = list(recent)
    return [*window(sorted({*members, *recent}, reverse=True), items, {one.path for one in recent})]
