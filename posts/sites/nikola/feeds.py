"""Say which feeds of all posts Nikola makes. Pure.

https://getnikola.com/handbook.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from posts.sites.engine_feeds import EngineFeed, OwnFeeds, Sourced
from posts.sites.nikola.config import NikolaConfig

_ITEMS = 10


def read_nikola_feeds(config: NikolaConfig) -> OwnFeeds:
    """Return the feeds of all posts."""
    values = config.found.values
    length = values.get("FEED_LENGTH", _ITEMS)
    output = posixpath.normpath(values["OUTPUT_FOLDER"]) if isinstance(values.get("OUTPUT_FOLDER"), str) else "output"
    has_teasers = values.get("FEED_TEASERS", True)
    where = "Nikola: FEED_LENGTH in conf.py" if "FEED_LENGTH" in values else "Nikola: its default"
    return OwnFeeds(
        generator="Nikola",
        built="" if output.startswith(("..", "/")) else output,
        feeds=tuple(_feeds(config)),
        items=Sourced(length, where) if isinstance(length, int) and length > 0 else None,
        content=Sourced("summary", "Nikola: FEED_TEASERS") if has_teasers else None,
    )


def _feeds(config: NikolaConfig) -> Iterator[EngineFeed]:
    values = config.found.values

    def text(name: str, default: str) -> str:
        value = values.get(name, default)
        return value if isinstance(value, str) else default

    if values.get("GENERATE_RSS", True):
        path = posixpath.join(text("RSS_PATH", ""), text("RSS_FILENAME_BASE", "rss") + text("RSS_EXTENSION", ".xml"))
        yield EngineFeed(path.lstrip("/"), "rss", "Nikola: GENERATE_RSS, RSS_PATH and RSS_FILENAME_BASE")
    if values.get("GENERATE_ATOM", False):
        name = text("ATOM_FILENAME_BASE", "index") + text("ATOM_EXTENSION", ".atom")
        path = posixpath.join(text("INDEX_PATH", ""), name)
        yield EngineFeed(path.lstrip("/"), "atom", "Nikola: GENERATE_ATOM, INDEX_PATH and ATOM_FILENAME_BASE")
