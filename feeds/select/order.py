"""Order the items of a feed. Used by `feeds.select.feeds`; archives keep the order in which they were filled."""

from __future__ import annotations

from collections.abc import Sequence

from posts.model import Post


def newest_first(posts: Sequence[Post]) -> list[Post]:
    """Sort posts by instant, newest first; posts of the same instant by path, the greatest first, as Jekyll does.

    Python compares texts by code point, which is the order of their bytes in UTF-8, too.
    """
    return sorted(posts, key=lambda post: (post.date, post.path), reverse=True)
