"""The table of formats. A format is a row; its renderer is imported when it first renders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feeds.model import Channel, Item


@dataclass(frozen=True, slots=True)
class Format:
    """`render` gives the file's bytes; `count` parses such bytes again and gives the number of items in them.

    `count` raises ValueError when the bytes are no such document.
    """

    name: str
    file: str
    media_type: str
    render: Callable[[Channel, Sequence[Item]], bytes]
    count: Callable[[bytes], int]


def _rss(channel: Channel, items: Sequence[Item]) -> bytes:
    from feeds.formats import rss_atom

    return rss_atom.rss(channel, items)


def _atom(channel: Channel, items: Sequence[Item]) -> bytes:
    from feeds.formats import rss_atom

    return rss_atom.atom(channel, items)


def _json(channel: Channel, items: Sequence[Item]) -> bytes:
    from feeds.formats import jsonfeed

    return jsonfeed.render(channel, items)


def _count_rss(data: bytes) -> int:
    from feeds.formats import xml as elements

    return elements.count(data, "rss", "item")


def _count_atom(data: bytes) -> int:
    from feeds.formats import xml as elements

    return elements.count(data, f"{elements.ATOM} feed", f"{elements.ATOM} entry")


def _count_json(data: bytes) -> int:
    from feeds.formats import jsonfeed

    return jsonfeed.count(data)


FORMATS = {
    row.name: row
    for row in (
        Format("rss", "rss.xml", "application/rss+xml", _rss, _count_rss),
        Format("atom", "atom.xml", "application/atom+xml", _atom, _count_atom),
        Format("json", "feed.json", "application/feed+json", _json, _count_json),
    )
}

OPML_FILE = "feeds.opml"
OPML_TYPE = "text/x-opml"

# The pages for people, and how many of a feed's newest items each of them shows.
PAGE = "index.html"
EMBED = "embed.html"
FRAGMENT = "embed.fragment.html"
SHOWN = {PAGE: 20, EMBED: 10, FRAGMENT: 10}
