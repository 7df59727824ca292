"""Find the feeds that an Eleventy site makes itself: by `@11ty/eleventy-plugin-rss`, or by templates of its own.

https://www.11ty.dev/docs/plugins/rss/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from posts.sites.eleventy.config import EleventyConfig, read_source
from posts.sites.engine_feeds import EngineFeed, OwnFeeds, Sourced
from posts.sites.js_literals import objects_behind, without_comments
from posts.text import lazy_pattern

_PLUGIN = "@11ty/eleventy-plugin-rss"
_PLUGGED = lazy_pattern(r"\.addPlugin\(\s*\w*(?:[Ff]eed|[Rr][Ss][Ss])\w*\s*,\s*(?=\{)")
_FORMATS: Mapping[str, Literal["atom", "json", "rss"]] = {"atom": "atom", "json": "json", "rss": "rss"}
_LIMIT = 10  # of the plugin
_TEMPLATE = lazy_pattern(r"(?:feed|rss|atom|index)[\w.-]*\.(?:njk|liquid)")
_FOLDERS = ("", "feed", "feeds", "rss")
_PERMALINK = lazy_pattern(r"\bpermalink[\"']?\s*[:=]\s*[\"']?/?([\w./-]{1,200}\.(?:xml|json|atom|rss))\b")


def read_eleventy_feeds(root: Path, config: EleventyConfig) -> OwnFeeds:
    """Return the feeds that the configuration and the templates name, as far as these are literals."""
    plugged = list(_plugged(root, config)) if config.file else []
    feeds = [feed for feed, _ in plugged]
    known = {feed.path for feed in feeds}
    feeds += [feed for feed in _templates(root, config) if feed.path not in known]
    limit = next((limit for _, limit in plugged), 0)
    items = Sourced(limit, f"{_PLUGIN}: collection.limit in {config.file}") if limit else None
    return OwnFeeds(generator=_PLUGIN if plugged else "Eleventy", built=config.output, feeds=tuple(feeds), items=items)


def _plugged(root: Path, config: EleventyConfig) -> Iterator[tuple[EngineFeed, int]]:
    """Yield the feeds of the plugin, and how many items each has, 0 for all."""
    for settings in objects_behind(without_comments(read_source(root / config.file)), _PLUGGED):
        kind = settings.get("type", "atom")
        path = settings.get("outputPath", "/feed.xml")
        collection: Any = settings.get("collection", {})
        if kind not in _FORMATS or not isinstance(path, str) or not isinstance(collection, Mapping):
            continue
        if collection.get("name", "posts") not in ("all", "blog", "post", "posts"):
            continue
        limit = collection.get("limit", _LIMIT)
        where = f"{_PLUGIN}: outputPath in {config.file}"
        yield EngineFeed(path.lstrip("/"), _FORMATS[kind], where), limit if isinstance(limit, int) else 0


def _templates(root: Path, config: EleventyConfig) -> Iterator[EngineFeed]:
    """Yield the feeds of templates that are called `feed.njk` or the like and say where they are."""
    for name in _FOLDERS:
        folder = root / config.input / name
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if not _TEMPLATE.fullmatch(path.name):
                continue
            source = read_source(path)
            found = _PERMALINK.search(source[:4000])
            kind = _FORMATS["json"] if found and found[1].endswith(".json") else _kind_of(source)
            if found and kind:
                yield EngineFeed(found[1], kind, f"permalink of {path.relative_to(root).as_posix()}")


def _kind_of(source: str) -> Literal["atom", "json", "rss"] | None:
    if "<rss" in source:
        return "rss"
    return "atom" if "http://www.w3.org/2005/Atom" in source else None
