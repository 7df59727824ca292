"""Derive from what feeds show which parts of posts are read that are left out otherwise. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from feeds.options import FeedsOptions
from feeds.select.membership import wanted_collections
from posts.config.options import ReadOptions


def with_wanted_parts(options: ReadOptions, feeds: FeedsOptions) -> ReadOptions:
    """Return the reader's options with the comments, Markdown and collections that feeds ask for."""
    collections = wanted_collections(feeds)
    return replace(options, comments=feeds.comments, markdown=feeds.markdown, collections=collections)
