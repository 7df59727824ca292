"""Say which feeds Zola makes: of the site, of its languages, of sections and of terms.

https://www.getzola.org/documentation/templates/feeds/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

from posts.errors import PostError
from posts.frontmatter.split import split_front_matter
from posts.sites.engine_feeds import TERM_NAME, EngineFeed, OwnFeeds, Sourced
from posts.sites.permalinks import PermalinkError
from posts.sites.settings_file import is_true, text_of
from posts.sites.terms import flatten
from posts.sites.zola.config import CONTENT, Strategy, ZolaConfig, zola_slug

_MOST_BYTES = 1 << 16
_KINDS: Mapping[str, Literal["category", "tag", "author"]] = {
    "categories": "category",
    "tags": "tag",
    "authors": "author",
}


def read_zola_feeds(root: Path, settings: Mapping[str, Any], config: ZolaConfig, file: str) -> OwnFeeds:
    """Return the feeds of a site.

    Args:
        root: The folder of the site, in which templates say the format of a feed with a name of its own.
        settings: The settings of the site.
        config: What posts depend on.
        file: The name of the configuration, for people.
    """
    built = posixpath.normpath(text_of(settings, "output_dir") or "public")
    names = flatten(settings.get("feed_filenames")) or flatten(settings.get("feed_filename")) or ["atom.xml"]
    limit = text_of(settings, "feed_limit")
    return OwnFeeds(
        generator="Zola",
        built="" if built.startswith(("..", "/")) else built,
        feeds=tuple(feed for name in names for feed in _feeds(root, settings, config, name, file)),
        items=Sourced(int(limit), f"Zola: feed_limit in {file}") if limit.isdigit() and int(limit) else None,
    )


def _feeds(root: Path, settings: Mapping[str, Any], config: ZolaConfig, name: str, file: str) -> Iterator[EngineFeed]:
    form = _format(root, name)
    if _makes_feeds(settings):
        where = f"Zola: generate_feeds in {file}"
        if config.languages:  # each feed has the pages of one language
            yield EngineFeed(name, form, where, "language", config.language)
        else:
            yield EngineFeed(name, form, where)
    languages = settings.get("languages")
    known: Mapping[str, Any] = languages if isinstance(languages, Mapping) else {}
    for code in config.languages:
        own = known.get(code)
        if isinstance(own, Mapping) and _makes_feeds(own):
            where = f"Zola: languages.{code}.generate_feeds in {file}"
            for one in flatten(own.get("feed_filenames")) or [name]:
                yield EngineFeed(f"{code}/{one}", _format(root, one), where, "language", code)
    if config.languages:  # those of sections and terms have the pages of one language only
        return
    for section in sorted(_sections_with_feeds(root)):
        where = f"Zola: generate_feeds in {CONTENT}/{section}/_index.md"
        yield EngineFeed(f"{section}/{name}", form, where, "section", section)
    taxonomies, base = settings.get("taxonomies"), text_of(settings, "taxonomy_root").strip("/")
    for one in taxonomies if isinstance(taxonomies, list) else []:
        kind = _KINDS.get(str(one.get("name"))) if isinstance(one, Mapping) else None
        if kind and is_true(one.get("feed")):
            path = "/".join(filter(None, (base, str(one["name"]), TERM_NAME, name)))
            where = f"Zola: taxonomies in {file}"
            yield EngineFeed(path, form, where, kind, name_of=partial(_slug_of, config.taxonomies))


def _makes_feeds(settings: Mapping[str, Any]) -> bool:
    return is_true(settings.get("generate_feeds")) or is_true(settings.get("generate_feed"))


def _slug_of(strategy: Strategy, term: str) -> str:
    try:
        return zola_slug(term, strategy)
    except PermalinkError:
        return ""


def _format(root: Path, name: str) -> Literal["rss", "atom", "json"]:
    """Return the format of a feed: of Zola's own template, else of the site's."""
    if name.endswith(".json"):
        return "json"
    if name in ("atom.xml", "rss.xml"):
        return "rss" if name == "rss.xml" else "atom"
    return "rss" if b"<rss" in _beginning(root / "templates" / name) else "atom"


def _sections_with_feeds(root: Path) -> Iterator[str]:
    """Yield the folders of the first level whose `_index.md` asks for a feed."""
    for path in sorted((root / CONTENT).glob("*/_index.md")):
        try:
            metadata = split_front_matter(_beginning(path), lambda *_: None).metadata
        except PostError:
            continue
        if _makes_feeds(metadata):
            yield path.parent.name


def _beginning(path: Path) -> bytes:
    try:
        if path.is_file():  # opening a FIFO would block
            with path.open("rb") as file:
                return file.read(_MOST_BYTES)
    except OSError:
        pass
    return b""
