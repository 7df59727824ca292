"""Describe the feeds that a site generator itself makes, for `feedmill init`, which keeps their addresses. Pure.

A kind of site reads the settings of its generator and says what these feeds are (`SiteKind.own_feeds`); it opens none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

TERM_NAME = ":name"
"""Stands in a path for the name of each term."""


def same_name(term: str) -> str:
    """Return the name of a term in a path, where that is the term as written."""
    return term


class EngineFeed(Struct, frozen=True):
    """A feed of the site generator, or with `:name` in its path one for each term of the site.

    Attributes:
        path: The path below the root of the site, without a leading slash.
        format: Its format.
        setting: Where it is configured, for people: "jekyll-feed: feed.path in _config.yml".
        kind: Which posts it has: all, or those of terms of this kind.
        term: The term; "" if the feed has all posts, or there is a feed for each term.
        collection: The collection that its posts are in, "" for the posts of the site.
        title: Its title where that is not the one that feedmill makes, "" otherwise.
        name_of: Returns the name of a term in the path, "" for a term without a feed.
    """

    path: str
    format: Literal["rss", "atom", "json"]
    setting: str
    kind: Literal["all", "category", "tag", "author", "language", "section"] = "all"
    term: str = ""
    collection: str = ""
    title: str = ""
    name_of: Callable[[str], str] = same_name


class Sourced(Struct, frozen=True):
    """A value for a setting of feedmill, and the setting of the site generator that it comes from."""

    value: int | str
    setting: str


class OwnFeeds(Struct, frozen=True):
    """The feeds of a site generator.

    Attributes:
        generator: What makes them: the generator or its plugin.
        built: The folder that the site is built into, below the site; "" if it is outside.
        feeds: The feeds, the main one first.
        items: The number of items in a feed, None for all.
        content: "full" or "summary".
        icon: The icon of the feeds; `logo` likewise. None if there is none.
    """

    generator: str = ""
    built: str = ""
    feeds: tuple[EngineFeed, ...] = ()
    items: Sourced | None = None
    content: Sourced | None = None
    icon: Sourced | None = None
    logo: Sourced | None = None
