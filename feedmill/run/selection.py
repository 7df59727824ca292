"""Select the feeds of a site from what was read of it. Used by every run, and by `feedmill list`."""

from __future__ import annotations

from collections.abc import Iterable

from feedmill.run.site import OpenSite
from feeds.model import Feed
from feeds.select.feeds import recently_published, select_feeds
from posts.pipeline.reading import Reading


class Selection:
    """Select the feeds of one reading.

    Attributes:
        known_feeds: The ledger entries of feeds, by key.
        first_run: The `now` of the first run over the site, in seconds since 1970.
        first: When each item was first published, in seconds since 1970, by path of its post.
        recent: The paths of the items that are young enough to stay in a feed beyond its number of items.
    """

    def __init__(self, run: OpenSite, reading: Reading) -> None:
        self._run, self._reading = run, reading
        now, first_run = run.options.now, run.state.first_run
        self.known_feeds = run.index.feeds()
        self.first_run = int(now.timestamp()) if first_run is None else first_run
        self.first = reading.first_published()
        self.recent = recently_published(self.first, run.feeds_options, now, self.first_run)

    @staticmethod
    def shown_elsewhere() -> set[str]:
        """Return the posts that only feeds show which were not selected: none, because all feeds are."""
        return set()

    def next_departure(self) -> float | None:
        """Return when an item leaves the window of a feed because it is no longer recent, in seconds since 1970."""
        keep = self._run.feeds_options.keep.total_seconds()
        return min((self.first[path] + keep for path in self.recent), default=None)

    def feeds(self) -> list[Feed]:
        """Return the feeds with the items that the reading has now; their posts are not complete."""
        run = self._run
        chosen = select_feeds(
            self._reading.items(), run.read_options.site, run.feeds_options, self.recent, self.known_feeds
        )
        return [feed for feed in chosen if feed.posts or feed.kind == "all" or not run.options.prune]


def shown_paths(feeds: Iterable[Feed]) -> list[str]:
    """Return the paths of the posts that are in the files of some feeds, sorted."""
    return sorted({post.path for feed in feeds for post in feed.members or feed.posts})
