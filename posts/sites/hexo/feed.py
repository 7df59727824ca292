"""Read the settings of hexo-generator-feed 4, the plugin that makes the feeds of Hexo sites. Pure.

https://github.com/hexojs/hexo-generator-feed
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Literal

from posts.sites.engine_feeds import EngineFeed, OwnFeeds, Sourced
from posts.sites.settings_file import is_true, text_of
from posts.sites.terms import flatten

_PLUGIN = "hexo-generator-feed"
_LIMIT = "20"
_FORMATS: Mapping[str, Literal["atom", "rss"]] = {"atom": "atom", "rss2": "rss"}


def read_hexo_feed(config: Mapping[str, Any], plugins: Container[str]) -> OwnFeeds:
    """Return the feeds of the plugin; none if the site does not depend on it.

    Args:
        config: The configuration of the site.
        plugins: The packages that it depends on.
    """
    built = text_of(config, "public_dir").strip("/") or "public"
    built = "" if built.startswith("..") else built
    if _PLUGIN not in plugins:
        return OwnFeeds(built=built)
    written = config.get("feed")
    feed: Mapping[str, Any] = written if isinstance(written, Mapping) else {}
    types = [one for one in flatten(feed.get("type")) if one in _FORMATS] or ["atom"]
    paths = flatten(feed.get("path"))
    feeds = []
    for at, kind in enumerate(types):
        path = paths[at] if at < len(paths) else f"{kind}.xml"
        path = path if "." in path.rpartition("/")[2] else f"{path}.xml"
        setting = f"{_PLUGIN}: feed.path in _config.yml" if at < len(paths) else f"{_PLUGIN}: its default"
        feeds.append(EngineFeed(path.lstrip("/"), _FORMATS[kind], setting))
    limit = text_of(feed, "limit") if "limit" in feed else _LIMIT
    where = f"{_PLUGIN}: feed.{{}} in _config.yml"
    icon = text_of(feed, "icon")
    is_full = is_true(feed.get("content"))
    return OwnFeeds(
        generator=_PLUGIN,
        built=built,
        feeds=tuple(feeds),
        items=Sourced(int(limit), where.format("limit")) if limit.isdigit() and int(limit) else None,
        content=None if is_full else Sourced("summary", where.format("content")),
        icon=Sourced(icon, where.format("icon")) if icon else None,
    )
