"""Write OPML 2.0 (https://opml.org/spec2.opml): an outline of all feeds of a site, for import into feed readers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from feeds.formats.verify import count_elements
from feeds.formats.xml import XmlElement, append_child, new_element, serialize
from feeds.model import Feed

_GROUPS = {
    "category": "Categories",
    "tag": "Tags",
    "author": "Authors",
    "language": "Languages",
    "section": "Sections",
    "collection": "Collections",
    "custom": "Selections",
}
GENERATOR_COMMENT = ' generator="feedmill" '


def render_opml(title: str, home: str, feeds: Sequence[tuple[Feed, str]]) -> bytes:
    """Return the outline in UTF-8. It has no dates, which would change its bytes with every run.

    Args:
        title: the title of the site.
        home: the address of the site.
        feeds: each feed with its address, grouped by kind.
    """
    root = new_element("opml", version="2.0")
    append_child(append_child(root, "head"), "title", title)
    body = append_child(root, "body")
    for kind, members in groupby(feeds, key=lambda pair: pair[0].kind):
        name = _GROUPS.get(kind, "")
        group = append_child(body, "outline", text=name) if name else body
        for feed, address in members:
            _subscription(group, feed, address, home)
    return serialize(root, GENERATOR_COMMENT)


def count_subscriptions(data: bytes) -> int:
    """Return the number of subscriptions in an OPML document. Raises ValueError if `data` is not OPML."""
    return count_elements(data, "opml", "outline", "xmlUrl")


def _subscription(group: XmlElement, feed: Feed, address: str, home: str) -> None:
    # `type` is "rss" for Atom and JSON Feed too: readers know no other value and detect the format themselves.
    append_child(group, "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=address, htmlUrl=home)
