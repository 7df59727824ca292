"""Add tombstones to feeds: the withdrawn items that Atom feeds announce (RFC 6721). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec.structs import replace

from feeds.model import Feed
from feeds.options import FeedsOptions
from feeds.select.membership import NAMES, is_set_apart, selects
from feeds.select.slugs import slug
from posts.model import Post, Site
from posts.text import fold

TOMBSTONE_LIFETIME = timedelta(days=30)
"""How long a feed has a tombstone; readers that poll less often keep the withdrawn item."""


def with_tombstones(
    feeds: Iterable[Feed], withdrawn: Sequence[tuple[Post, int]], site: Site, options: FeedsOptions
) -> list[Feed]:
    """Return the feeds, each with the tombstones of items that were in it, latest first.

    Args:
        feeds: all feeds.
        withdrawn: the posts as they were last published, and when they were withdrawn (seconds since 1970).
        site: the site.
        options: the options of the generator.
    """
    latest = sorted(withdrawn, key=lambda one: (-one[1], one[0].id))
    if not latest:
        return list(feeds)
    customs = {slug(custom.name): custom for custom in options.custom}

    def was_in(feed: Feed, post: Post) -> bool:
        is_apart = is_set_apart(post, options)
        if feed.kind == "all" or (is_apart and feed.kind not in ("collection", "custom")):
            return not is_apart
        if feed.kind == "custom":
            custom = customs.get(feed.slug)
            return bool(custom and selects(custom, post, site) and not (is_apart and "collection" not in custom.wanted))
        return any(fold(name) == fold(feed.term) or slug(name) == feed.slug for name in NAMES[feed.kind](post, site))

    return [
        replace(feed, withdrawn=tuple((post.id, when) for post, when in latest if was_in(feed, post)))
        if not feed.is_current
        else feed
        for feed in feeds
    ]
