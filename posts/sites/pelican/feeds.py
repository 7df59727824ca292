"""Say which feeds Pelican makes, as its settings `FEED_*` have it. Pure.

https://docs.getpelican.com/en/latest/settings.html#feed-settings
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal

from posts.markup.slugs import SlugError, SlugRules, make_slug
from posts.sites.engine_feeds import TERM_NAME, EngineFeed, OwnFeeds, Sourced
from posts.sites.pelican.config import PelicanConfig

_MOST_ITEMS = 100
_DEFAULTS: Mapping[str, str] = {
    "FEED_ALL_ATOM": "feeds/all.atom.xml",
    "CATEGORY_FEED_ATOM": "feeds/{slug}.atom.xml",
    "AUTHOR_FEED_ATOM": "feeds/{slug}.atom.xml",
    "AUTHOR_FEED_RSS": "feeds/{slug}.rss.xml",
    "TRANSLATION_FEED_ATOM": "feeds/all-{lang}.atom.xml",
}
_ALL = ("FEED_ALL_ATOM", "FEED_ALL_RSS", "FEED_ATOM", "FEED_RSS")
_Kind = Literal["category", "tag", "author"]
_KINDS: tuple[tuple[str, _Kind], ...] = (("CATEGORY", "category"), ("TAG", "tag"), ("AUTHOR", "author"))


def read_pelican_feeds(config: PelicanConfig) -> OwnFeeds:
    """Return the feeds of a site, as `publishconf.py` and `pelicanconf.py` configure them."""
    built = posixpath.normpath(config.text("OUTPUT_PATH") or "output")
    limit = config.found.values.get("FEED_MAX_ITEMS", _MOST_ITEMS)
    has_limit = isinstance(limit, int) and not isinstance(limit, bool) and limit > 0
    return OwnFeeds(
        generator="Pelican",
        built="" if built.startswith(("..", "/")) else built,
        feeds=tuple(_feeds(config)),
        items=Sourced(limit, _where(config, "FEED_MAX_ITEMS")) if has_limit else None,
    )


def _feeds(config: PelicanConfig) -> Iterator[EngineFeed]:
    for name in _ALL:
        if path := _path(config, name):
            yield EngineFeed(path, "atom" if name.endswith("ATOM") else "rss", _where(config, name))
    for prefix, kind in _KINDS:
        name_of = partial(_slug_of, config.slug_rules(prefix))
        for form in ("ATOM", "RSS"):
            if path := _path(config, name := f"{prefix}_FEED_{form}"):
                path = path.replace("{slug}", TERM_NAME)
                yield EngineFeed(path, "atom" if form == "ATOM" else "rss", _where(config, name), kind, name_of=name_of)
    for form in ("ATOM", "RSS"):
        if path := _path(config, name := f"TRANSLATION_FEED_{form}"):
            path = path.replace("{lang}", TERM_NAME)
            yield EngineFeed(path, "atom" if form == "ATOM" else "rss", _where(config, name), "language")


def _slug_of(rules: SlugRules, term: str) -> str:
    try:
        return make_slug(term, rules)
    except SlugError:  # Unidecode is missing
        return ""


def _path(config: PelicanConfig, name: str) -> str:
    """Return the path of a feed, "" for none or one that code computes."""
    if name in config.found.unknown:
        return ""
    value = config.found.values.get(name, _DEFAULTS.get(name))
    if not isinstance(value, str):
        return ""
    return value.replace("%s", "{lang}" if name.startswith("TRANSLATION") else "{slug}").lstrip("/")


def _where(config: PelicanConfig, name: str) -> str:
    file = config.found.lines.get(name, ("", 0))[0]
    return f"Pelican: {name} in {file}" if file else f"Pelican: the default of {name}"
