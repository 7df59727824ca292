"""Find the feeds that an Astro site makes itself, by endpoints such as `src/pages/rss.xml.js`.

https://docs.astro.build/en/recipes/rss/
"""

from __future__ import annotations

from pathlib import Path

from posts.sites.astro.config import AstroConfig
from posts.sites.engine_feeds import EngineFeed, OwnFeeds
from posts.text import lazy_pattern

_ENDPOINT = lazy_pattern(r"((?:rss|feed|atom|index)(?:\.(?:xml|json)))\.(?:js|ts|mjs|mts)")
_PACKAGE = "@astrojs/rss"


def read_astro_feeds(root: Path, config: AstroConfig) -> OwnFeeds:
    """Return the feeds of endpoints in the folder of pages. Those of the package of Astro are RSS with all posts."""
    folder = root / config.pages
    feeds = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        found = _ENDPOINT.fullmatch(path.name)
        if found and path.is_file():
            with path.open("rb") as file:
                is_rss = _PACKAGE.encode() in file.read(1 << 16)
            where = f"{_PACKAGE}: {path.relative_to(root).as_posix()}"
            if is_rss:
                feeds.append(EngineFeed(found[1], "rss", where))
    return OwnFeeds(generator=_PACKAGE if feeds else "Astro", built=config.output, feeds=tuple(feeds))
