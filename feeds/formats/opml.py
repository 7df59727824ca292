"""OPML 2.0 (https://opml.org/spec2.opml): every feed of a site as an outline, to subscribe to them all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from feeds.formats import xml as elements
from feeds.model import Feed

_GROUPS = {
    "category": "Categories",
    "tag": "Tags",
    "author": "Authors",
    "language": "Languages",
    "custom": "Selections",
}
COMMENT = ' generator="feedmill" '


def render(title: str, home: str, feeds: Sequence[tuple[Feed, str]]) -> bytes:
    """The outline of `feeds` (each with its address), in their order, grouped by kind, in UTF-8.

    It has no dates: they would change its bytes with every run.
    """
    root = elements.root("opml", version="2.0")
    elements.child(elements.child(root, "head"), "title", title)
    body = elements.child(root, "body")
    for kind, members in groupby(feeds, key=lambda pair: pair[0].kind):
        name = _GROUPS.get(kind, "")
        group = elements.child(body, "outline", text=name, title=name) if name else body
        for feed, address in members:
            _subscription(group, feed, address, home)
    return elements.serialise(root, COMMENT)


def count(data: bytes) -> int:
    """The number of subscriptions in `data`. Raises ValueError when it is no OPML."""
    return elements.count(data, "opml", "outline", "xmlUrl")


def _subscription(group: elements.Element, feed: Feed, address: str, home: str) -> None:
    # `type` is "rss" for Atom and JSON Feed too: readers know no other, and look at the document itself.
    elements.child(group, "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=address, htmlUrl=home)
