"""Detect the format of a published feed by its content, and parse it. Pure."""

from __future__ import annotations

from feeds.formats.verify import ATOM
from feeds.formats.xml import parse_xml
from feeds.parse.document import Document
from feeds.parse.jsonfeed import parse_json_feed
from feeds.parse.rss_atom import parse_atom, parse_rss


def parse_feed(data: bytes) -> Document:
    """Return the feed in `data`, which is RSS, Atom or JSON Feed.

    Raises:
        ValueError: it has another format, or is damaged.
    """
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return parse_json_feed(data)
    root = parse_xml(data)
    if root.tag == f"{{{ATOM}}}feed":
        return parse_atom(root)
    if root.tag == "rss" or root.tag.endswith("}RDF"):
        return parse_rss(root)
    raise ValueError(f"the root element is {root.tag}")
