"""Propose `[feeds]` settings under which the addresses of a site's own feeds serve the same items, for `init`.

The feeds are those that the settings of the site generator name (`SiteKind.own_feeds`), and those in the built site.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from feeds.config import is_file_path
from feeds.destinations.staging import is_marked
from feeds.options import KINDS
from feeds.parse.detect import parse_feed
from feeds.parse.document import Document
from feeds.select.paths import address
from feeds.select.slugs import slug
from posts.pipeline.site_terms import published_posts, site_terms
from posts.sites.base import SiteKind
from posts.sites.engine_feeds import TERM_NAME, EngineFeed, OwnFeeds, Sourced
from posts.text import fold

BUILT = ("_site", "public", "dist", "output")
_SUFFIXES = (".xml", ".json", ".atom", ".rss", ".rss2")
_MAIN = ("feed", "atom", "rss", "rss2", "index")  # names of files with the feed of all posts ...
_FOLDERS = ("", "feed", "feeds", "rss", "atom")  # ... and of their folders
_LARGEST = 16 * 1024 * 1024  # bytes


class Place(NamedTuple):
    """A line of `[feeds.paths]`: the name of a feed and format, its path below the web root, and why it is there."""

    name: str
    path: str
    setting: str


class ProposedCustom(NamedTuple):
    """A table `[[feeds.custom]]` for a feed of a collection, or of a category in one."""

    name: str
    title: str
    collection: str
    category: str
    setting: str


class ProposedFeeds(Struct, frozen=True):
    """Settings for a site that has feeds already.

    Attributes:
        root: The folder that the web server serves, below the site; "" if it is not known.
        by: The kinds of terms with feeds.
        published: The feeds in the built site, as paths below the site, the main one first.
        addresses: Their addresses, where the site is not built here.
    """

    root: str
    by: tuple[str, ...]
    places: tuple[Place, ...]
    customs: tuple[ProposedCustom, ...]
    items: Sourced | None
    content: Sourced | None
    icon: Sourced | None
    logo: Sourced | None
    published: tuple[str, ...]
    addresses: tuple[str, ...]


def propose_feeds(root: Path, kind: SiteKind, sections: Mapping[str, Mapping[str, Any]]) -> ProposedFeeds | None:
    """Return settings for a site that has feeds already; None if no feeds of it are known.

    Args:
        root: The folder of the site.
        kind: The kind of site.
        sections: The configuration; the address of the site may be missing.
    """
    own = kind.own_feeds()
    terms = site_terms(published_posts(root, kind, sections)) if any(TERM_NAME in one.path for one in own.feeds) else {}
    customs: dict[str, ProposedCustom] = {}
    places = _Places()
    for feed in own.feeds:
        for term, path in _expanded(feed, terms):
            if feed.collection:
                custom = _custom(feed, term)
                customs.setdefault(custom.name, custom)
                places.add(f"feed/{slug(custom.name)}/{feed.format}", path, feed.setting)
            else:
                places.add("/".join(filter(None, (feed.kind, term, feed.format))), path, feed.setting)
    built, items = own.built, own.items
    searched = {folder: _find_main(root / folder, places) for folder in _built_folders(root, own)}
    found = {folder: documents for folder, documents in searched.items() if documents}
    if found and not (built in found or (own.feeds and built)):
        built = next(iter(found))
    for path, document in found.get(built, {}).items():
        places.add(f"all/{document.format}", path, f"found in {built}")
        items = items or Sourced(max(len(document.entries), 1), f"as many as {built}/{path} has")
    if not places.lines:
        return None
    lines = tuple(places.lines.values())
    items = items or _counted(root, built, lines[0].path)
    published = tuple(f"{built}/{one.path}" for one in lines if built and _is_foreign(root / built / one.path))
    site = sections.get("site", {})
    url = "/".join(filter(None, (str(site.get(key) or "").strip("/") for key in ("url", "baseurl"))))
    wanted = {"category", *(one.name.partition("/")[0] for one in lines)}
    return ProposedFeeds(
        root=built,
        by=tuple(one for one in KINDS if one in wanted),
        places=lines,
        customs=tuple(customs.values()),
        items=items,
        content=own.content,
        icon=own.icon,
        logo=own.logo,
        published=published,
        addresses=() if published or not site.get("url") else tuple(address(url, one.path) for one in lines),
    )


def _counted(root: Path, built: str, path: str) -> Sourced | None:
    """Return how many items the main feed has, where its generator does not limit them and has built it."""
    if not built or not _is_foreign(root / built / path):
        return None
    try:
        count = len(parse_feed((root / built / path).read_bytes()).entries)
    except (OSError, ValueError):
        return None
    return Sourced(max(count, 1), f"as many as {built}/{path} has")


class _Places:
    """Collect the lines of `[feeds.paths]`: each feed has one path, and each path one feed."""

    def __init__(self) -> None:
        self.lines: dict[str, Place] = {}
        self._taken: set[str] = set()

    def add(self, name: str, path: str, setting: str) -> None:
        """Add a line, unless the feed has one, another feed has the path, or it cannot be one."""
        feed, _, form = name.rpartition("/")
        kind, _, term = feed.partition("/")
        key = f"{kind}/{slug(term)}/{form}" if term else name
        if key not in self.lines and fold(path) not in self._taken and is_file_path(path):
            self.lines[key] = Place(name, path, setting)
            self._taken.add(fold(path))


def _expanded(feed: EngineFeed, terms: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the term and the path of a feed, for each term of the site if its path stands for all."""
    if TERM_NAME not in feed.path:
        yield feed.term, feed.path
        return
    for term in terms.get(feed.kind, ()):
        if name := feed.name_of(term):
            yield term, feed.path.replace(TERM_NAME, name)


def _custom(feed: EngineFeed, term: str) -> ProposedCustom:
    name = f"{feed.collection} {term}".rstrip()
    return ProposedCustom(name, feed.title, feed.collection, term, feed.setting)


def _built_folders(root: Path, own: OwnFeeds) -> list[str]:
    """Return the folders that the site may have been built into; that of the site generator alone if it is known."""
    return [one for one in ((own.built,) if own.built else BUILT) if (root / one).is_dir()]


def _find_main(built: Path, places: _Places) -> dict[str, Document]:
    """Return the feeds of all posts in a built site by path below it, one of each format without a place."""
    found: dict[str, Document] = {}
    formats = {line.name.rpartition("/")[2] for line in places.lines.values() if line.name.startswith("all/")}
    for folder in _FOLDERS:
        try:
            names = sorted(os.listdir(built / folder), key=_order)  # noqa: PTH208 # only the names are needed
        except OSError:
            continue
        for name in names:
            path = f"{folder}/{name}".lstrip("/")
            if not _is_main(name) or not _is_foreign(built / path):
                continue
            try:
                document = parse_feed((built / path).read_bytes())
            except (OSError, ValueError):
                continue
            if document.format not in formats:
                formats.add(document.format)
                found[path] = document
    return found


def _order(name: str) -> tuple[int, str]:
    stem = name.partition(".")[0]
    return (_MAIN.index(stem) if stem in _MAIN else len(_MAIN), name)


def _is_main(name: str) -> bool:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 # a name, not a path
    return suffix in _SUFFIXES and stem in _MAIN


def _is_foreign(file: Path) -> bool:
    """Return whether a file is a feed that something other than feedmill made, as far as that can be seen cheaply."""
    try:
        return file.is_file() and file.stat().st_size <= _LARGEST and not is_marked(file.read_bytes())
    except OSError:
        return False
