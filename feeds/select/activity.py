"""How often a feed brings something: posts a week, seen from its own newest post and never from the clock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from feeds.model import Feed
from posts.model import Post

WEEKS = 26


def weeks(newest: Sequence[Post]) -> tuple[int, ...]:
    """How many of the posts `newest` (the newest first) fall into each of 26 weeks; the last one ends with the first.

    The oldest week comes first. There is none for no posts.
    """
    if not newest:
        return ()
    counts = [0] * WEEKS
    last = newest[0].date
    for post in newest:
        week = (last - post.date).days // 7
        if week >= WEEKS:
            break
        counts[-1 - week] += 1
    return tuple(counts)


def path(counts: Sequence[int]) -> str:
    """The bars of all weeks as a path (SVG 2, section 9.3) in a drawing of 260 by 48 units, on a line of 1 unit."""
    most = max(counts, default=0)
    heights = [max(round(46 * count / most), 2) if count else 0 for count in counts]
    bars = (f"M{10 * week} {47 - height}h8v{height}h-8z" for week, height in enumerate(heights) if height)
    return "M0 47h260v1h-260z" + "".join(bars)


def newest(feed: Feed, zone: tzinfo) -> date | None:
    """The day of the newest post of `feed` in `zone`, None for an empty one."""
    return feed.posts[0].date.astimezone(zone).date() if feed.posts else None
