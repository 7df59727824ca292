"""Define the table of formats. Renderers are imported on first use, because a run without changes needs none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from feeds.model import Channel, Item

if TYPE_CHECKING:
    from feeds.formats.specimens import Specimens


class Format(Struct, frozen=True):
    """A feed format: its file name, its media type, and how to write and verify a document.

    `render` returns the bytes of a document; it uses the specimens of earlier ones, and adds others. `count` parses a
    document and returns the number of its items, and raises ValueError if it is not a document of this format.
    """

    name: str
    file: str
    media_type: str
    render: Callable[[Channel, Sequence[Item], Specimens], bytes]
    count: Callable[[bytes], int]

    @property
    def served_type(self) -> str:
        """Return the media type that servers send.

        Browsers show `application/xml` with its style sheet, and `application/rss+xml` as source or not at all. Feed
        readers detect the format from the content. Links to the feed name `media_type`, which tells the formats apart.
        """
        return "application/xml" if self.media_type.endswith("+xml") else self.media_type


def _rss(channel: Channel, items: Sequence[Item], specimens: Specimens) -> bytes:
    from feeds.formats.documents import render_rss

    return render_rss(channel, items, specimens)


def _atom(channel: Channel, items: Sequence[Item], specimens: Specimens) -> bytes:
    from feeds.formats.documents import render_atom

    return render_atom(channel, items, specimens)


def _json(channel: Channel, items: Sequence[Item], _: Specimens) -> bytes:
    from feeds.formats.jsonfeed import render_json_feed

    return render_json_feed(channel, items)


def _count_rss(data: bytes) -> int:
    from feeds.formats.verify import count_elements

    return count_elements(data, "rss", "item")


def _count_atom(data: bytes) -> int:
    from feeds.formats.verify import ATOM, count_elements

    return count_elements(data, f"{ATOM} feed", f"{ATOM} entry")


def _count_json(data: bytes) -> int:
    from feeds.formats.jsonfeed import count_json_items

    return count_json_items(data)


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

# The HTML pages of a feed, and how many of its newest items each page shows.
PAGE = "index.html"
EMBED = "embed.html"
FRAGMENT = "embed.fragment.html"
SHOWN = {PAGE: 20, EMBED: 10, FRAGMENT: 10}
