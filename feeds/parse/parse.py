"""Published feeds, whoever wrote them: RSS, Atom and JSON Feed, told apart by what they are. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from feeds.formats.xml import ATOM, parse_xml
from feeds.parse import xml as xmlfeeds
from feeds.parse.document import Document, Entry, collapsed, entry, filled, instant, iso, lines


def read(data: bytes) -> Document:
    """The feed in `data`, in whichever of the three formats.

    Raises:
        ValueError: it is none of them, or damaged.
    """
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _json(data)
    root = parse_xml(data)
    if root.tag == f"{{{ATOM}}}feed":
        return xmlfeeds.atom(root)
    if root.tag == "rss" or root.tag.endswith("}RDF"):
        return xmlfeeds.rss(root)
    raise ValueError(f"it is no feed: its root is {root.tag}")


def _json(data: bytes) -> Document:
    try:
        feed = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if "jsonfeed.org/version/" not in str(feed.get("version")):
        raise ValueError("it is JSON, but no JSON Feed")
    names = {"title": "title", "description": "description", "link": "home_page_url", "address": "feed_url"}
    head = {name: _said(feed, key) for name, key in {**names, "language": "language"}.items()}
    entries = tuple(_json_item(item) for item in _objects(feed, "items"))
    return Document("json", filled(head), entries)


def _json_item(item: Mapping[str, Any]) -> Entry:
    html = _said(item, "content_html")
    authors = _objects(item, "authors") or [one for one in [item.get("author")] if isinstance(one, dict)]
    tags = item.get("tags")
    return entry(
        _said(item, "id"),
        collapsed(_said(item, "title")),
        _said(item, "url"),
        iso(_said(item, "date_published")),
        json.dumps(item, sort_keys=True),
        html or _said(item, "content_text"),
        summary=collapsed(_said(item, "summary")),
        updated=instant(iso(_said(item, "date_modified"))),
        authors=lines(_said(one, "name") for one in authors),
        categories=lines(map(str, tags)) if isinstance(tags, list) else "",
        attachments=lines(_said(one, "url") for one in _objects(item, "attachments")),
        image=_said(item, "image"),
        via=_said(item, "external_url"),
    )


def _said(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _objects(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = values.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
