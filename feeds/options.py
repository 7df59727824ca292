"""Define the options of the generator, which `feeds.config` decodes from `[feeds]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from msgspec import Struct, field

from feeds.formats.table import FORMATS
from feeds.model import Extent, FeedKind, Places, Podcast

KINDS: tuple[FeedKind, ...] = ("category", "tag", "author", "language", "section", "collection")


class CustomFeed(Struct, frozen=True):
    """A `[[feeds.custom]]` table. A post is in the feed if it meets all conditions.

    Attributes:
        description: what the feed is about, "" for nothing.
        items: the size of the window.
        wanted: folded names by kind; the post has at least one of each kind.
        unwanted: folded names by kind; the post has none of them.
        match: a regular expression that is found in the title.
    """

    name: str
    title: str
    items: int
    content: Extent
    wanted: Mapping[str, frozenset[str]]
    unwanted: Mapping[str, frozenset[str]]
    match: re.Pattern[str] | None
    description: str = ""


class FeedsOptions(Struct, frozen=True):
    """The `[feeds]` table.

    Attributes:
        url: the address of the output: absolute, percent-encoded, without a trailing slash.
        items: the size of a feed's window.
        keep: posts first published less than this ago are in the window whatever their dates.
        ttl: minutes, 0 for none.
        page_link: whether RSS and Atom documents contain a link to their page, for people who open them in a browser.
        pictures: whether the pages show the pictures of items, which may be on other hosts.
        try_widget: whether to write the page "Try the widget".
        gzip: whether every file has a compressed copy.
        headers: whether to write `_headers`.
        archives: whether to write all items into archive documents (RFC 5005) next to the Atom feed.
        root: the folder that the web server serves, "" if that is the output.
        hubs: the WebSub hubs of `[publish]`.
        titles: the titles of feeds, by kind, then by slug or folded name.
        descriptions: the descriptions of feeds, by kind, then by slug or folded name.
        places: the paths that the configuration sets.
        comments: whether items say where they are discussed.
        markdown: whether RSS items have the Markdown of their bodies.
        podcast: the podcast of `[podcast]`.
        main_collection: the collection whose posts are in all feeds; those of others are only in feeds that ask for
            collections. "" for none: all posts are in all feeds.
    """

    url: str
    out: str = "feeds"
    formats: tuple[str, ...] = tuple(FORMATS)
    items: int = 50
    keep: timedelta = timedelta(hours=24)
    content: Extent = "full"
    by: tuple[str, ...] = ("category",)
    link: Literal["post", "source"] = "post"
    ttl: int = 0
    pages: bool = True
    page_link: bool = False
    pictures: bool = True
    try_widget: bool = False
    gzip: bool = False
    headers: bool = False
    archives: bool = False
    root: str = ""
    hubs: tuple[str, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    descriptions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    custom: tuple[CustomFeed, ...] = ()
    comments: bool = False
    markdown: bool = False
    podcast: Podcast | None = None
    main_collection: str = ""
