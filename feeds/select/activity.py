"""Compute how often a feed has posts: posts per week up to its newest post, not up to the current time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from feeds.model import Feed
from posts.model import Post

WEEKS = 26


def posts_per_week(posts: Sequence[Post]) -> tuple[int, ...]:
    """Return the number of posts in each of the 26 weeks up to the newest post, oldest week first; () without posts.

    `posts` are sorted newest first.
    """
    if not posts:
        return ()
    counts = [0] * WEEKS
    last = posts[0].date
    for post in posts:
        week = (last - post.date).days // 7
        if week >= WEEKS:
            break
        counts[-1 - week] += 1
    return tuple(counts)


def recent_posts(posts: Sequence[Post], latest: datetime) -> int:
    """Return how many of `posts` (newest first) are from the 26 weeks up to `latest`, the site's newest post."""
    since = latest - timedelta(weeks=WEEKS)
    return next((count for count, post in enumerate(posts) if post.date <= since), len(posts))


def chart_path(counts: Sequence[int]) -> str:
    """Return a bar chart as an SVG path (SVG 2, section 9.3), 260 by 48 units, with a baseline of 1 unit."""
    most = max(counts, default=0)
    heights = [max(round(46 * count / most), 2) if count else 0 for count in counts]
    bars = (f"M{10 * week} {47 - height}h8v{height}h-8z" for week, height in enumerate(heights) if height)
    return "M0 47h260v1h-260z" + "".join(bars)


def newest_day(feed: Feed) -> date | None:
    """Return the day of the newest post in the window of `feed`, as the post writes it; None for an empty feed."""
    return feed.posts[0].date.date() if feed.posts else None
