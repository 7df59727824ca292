"""Parse published JSON Feeds of every version. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from feeds.parse.document import (
    Document,
    ParsedEntry,
    instant_text,
    join_lines,
    make_entry,
    non_empty,
    one_line,
    parse_iso_date,
)


def parse_json_feed(data: bytes) -> Document:
    """Return the feed of a JSON Feed document.

    Raises:
        ValueError: `data` is not a JSON Feed.
    """
    try:
        feed = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "jsonfeed.org/version/" not in str(feed.get("version")):
        raise ValueError("JSON, but not JSON Feed")
    names = {"title": "title", "description": "description", "link": "home_page_url", "address": "feed_url"}
    head = {name: _text(feed, key) for name, key in {**names, "language": "language"}.items()}
    entries = tuple(_entry(item) for item in _objects(feed, "items"))
    return Document("json", non_empty(head), entries)


def _entry(item: Mapping[str, Any]) -> ParsedEntry:
    html = _text(item, "content_html")
    # JSON Feed 1.0 has one `author`, 1.1 has `authors`.
    authors = _objects(item, "authors") or [one for one in [item.get("author")] if isinstance(one, dict)]
    tags = item.get("tags")
    return make_entry(
        _text(item, "id"),
        one_line(_text(item, "title")),
        _text(item, "url"),
        parse_iso_date(_text(item, "date_published")),
        json.dumps(item, sort_keys=True),
        html or _text(item, "content_text"),
        summary=one_line(_text(item, "summary")),
        updated=instant_text(parse_iso_date(_text(item, "date_modified"))),
        authors=join_lines(_text(one, "name") for one in authors),
        categories=join_lines(map(str, tags)) if isinstance(tags, list) else "",
        attachments=join_lines(_text(one, "url") for one in _objects(item, "attachments")),
        image=_text(item, "image"),
        via=_text(item, "external_url"),
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _objects(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = values.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
