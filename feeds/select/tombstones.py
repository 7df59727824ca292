"""Items that were taken back: which feeds tell of them, and how long (RFC 6721). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from feeds.model import Feed
from feeds.options import FeedsOptions
from feeds.select.feeds import NAMES, selects
from feeds.select.slugs import slug
from posts.model import Post, Site
from posts.text import fold

TOLD = timedelta(days=30)
"""How long an Atom feed tells that an item was taken back: readers that look in less often keep it."""


def told(feeds: Iterable[Feed], gone: Sequence[tuple[Post, int]], site: Site, options: FeedsOptions) -> list[Feed]:
    """The feeds, each with the items that were in it and have gone, the last first.

    `gone` are the posts as they were last published, and the seconds since 1970 at which they were taken back.
    """
    latest = sorted(gone, key=lambda one: (-one[1], one[0].id))
    if not latest:
        return list(feeds)
    customs = {slug(custom.name): custom for custom in options.custom}

    def was_in(feed: Feed, post: Post) -> bool:
        if feed.kind == "all":
            return True
        if feed.kind == "custom":
            return feed.slug in customs and selects(customs[feed.slug], post, site)
        return any(fold(name) == fold(feed.term) or slug(name) == feed.slug for name in NAMES[feed.kind](post, site))

    return [
        replace(feed, withdrawn=tuple((post.id, when) for post, when in latest if was_in(feed, post))) for feed in feeds
    ]
