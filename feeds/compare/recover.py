"""Recover the ledger from published feeds after the index was lost: ids, addresses and times of feeds and items.

Only files with the mark of feedmill are read; damaged files are skipped. The parsers here are not those of
`feeds.parse`: they keep titles and dates exactly as written, with their offsets, and they reject a document with an
incomplete item, while `feeds.parse` normalizes and accepts what any software has published.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET  # expat: no external entities, limited entity expansion

from msgspec import Struct

from feeds.destinations.staging import is_marked
from feeds.formats.table import FORMATS
from feeds.formats.verify import AT, ATOM
from feeds.options import KINDS, FeedsOptions
from feeds.select.archives import archive_file_name
from feeds.select.feeds import first_id
from feeds.select.paths import address
from feeds.select.slugs import slug
from posts.store.rows import FeedRow, LedgerSnapshot, Published, place_of

_LARGEST = 64 * 1024 * 1024  # bytes
_A = f"{{{ATOM}}}"


class OwnFeed(Struct, frozen=True):
    """A feed that feedmill published; `page` of an item is the address that it links to, `source` the other one.

    `home` is the home page of the site.
    """

    id: str
    title: str
    updated: str
    items: tuple[Published, ...]
    withdrawn: tuple[tuple[str, datetime], ...] = ()
    home: str = ""


def recover_from_feeds(root: Path, options: FeedsOptions) -> tuple[dict[str, Published], LedgerSnapshot, list[str]]:
    """Return the items of all feeds by id, the ledger entries of feeds and archives, and the paths of their files.

    Only the paths of feedmill's own feeds are read: another site may publish below the same folder. Feeds do not say
    when an item was first published. Its date is used instead; for an item beyond the configured number of items,
    which is in the window because it was published recently (`keep`), the time of the file.

    Args:
        root: the output folder.
        options: the options of the generator.
    """
    items: dict[str, Published] = {}
    gone: dict[str, Published] = {}
    feeds: dict[str, FeedRow] = {}
    archives: dict[str, str] = {}
    files: list[str] = []
    for key, folder in _feed_folders(root, options):
        mine = {name: _file(row.file, key, folder, options) for name, row in FORMATS.items()}
        found = _best({name: root / file for name, file in mine.items()})
        if found is None:
            continue
        document, written = found
        files += map(options.places.below_root, mine.values())
        own = document.id or first_id(address(options.url, key))
        feeds[key] = FeedRow(own, document.title, document.updated or _latest(document.items))
        for place, item in enumerate(document.items):
            late = place >= _window(key, options)
            _add_item(items, _with_page(item, options)._replace(first=written) if late else _with_page(item, options))
        for item_id, when in document.withdrawn:
            _add_tombstone(gone, item_id, when, key)
        for number, past in enumerate(_archive_documents(root / folder), 1):
            files.append(options.places.below_root(_file(archive_file_name(number), key, folder, options)))
            archives[place_of(key, number)] = "\n".join(one.id for one in reversed(past.items))
            for item in past.items:
                _add_item(items, _with_page(item, options))
    return gone | items, LedgerSnapshot(feeds=feeds, archives=archives), files


def _add_tombstone(gone: dict[str, Published], item_id: str, when: datetime, key: str) -> None:
    """Add a withdrawn item from a tombstone in the feed `key`."""
    seconds = int(when.timestamp())
    known = gone.get(item_id, Published(item_id, "", "", "", when, seconds, gone=seconds))
    kind, _, name = key.partition("/")
    gone[item_id] = known._replace(terms=(*known.terms, (kind, name))) if kind in KINDS else known


def _add_item(items: dict[str, Published], one: Published) -> None:
    """Add an item, unless a later version of it is known."""
    known = items.get(one.id)
    items[one.id] = one if known is None or one.first > known.first or one.updated > known.updated else known


def _archive_documents(folder: Path) -> Iterator[OwnFeed]:
    """Yield the archive documents of a feed, by number."""
    number = 1
    while found := _document(folder / archive_file_name(number), _atom):
        yield found[0]
        number += 1


def _feed_folders(root: Path, options: FeedsOptions) -> Iterator[tuple[str, str]]:
    """Yield the key of every possible feed, and its folder below `root`."""
    folders = options.places.folders
    yield "", folders.get("", "")
    for kind in (*KINDS, "feed"):
        folder = root / kind
        names = sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
        yield from ((f"{kind}/{name}", f"{kind}/{name}") for name in names)
    yield from ((key, path) for key, path in folders.items() if key)


def _file(name: str, key: str, folder: str, options: FeedsOptions) -> str:
    """Return the path below the output of a file of the feed `key`, whose folder is `folder`."""
    return options.places.files.get(key, {}).get(name) or (f"{folder}/{name}" if folder else name)


def _window(key: str, options: FeedsOptions) -> int:
    return next((one.items for one in options.custom if key == f"feed/{slug(one.name)}"), options.items)


def _with_page(item: Published, options: FeedsOptions) -> Published:
    """Swap the addresses of an item if feeds link to sources (`link = "source"`)."""
    if options.link == "source" and item.source:
        return item._replace(page=item.source, source=item.page)
    return item


def _latest(items: tuple[Published, ...]) -> str:
    return max(items, key=lambda one: one.date).date.isoformat() if items else ""


def read_own_feed(path: Path) -> OwnFeed | None:
    """Return the feed in a file, whatever its format; None if it is not a feed that feedmill published."""
    found = _document(path, _any)
    return found[0] if found else None


def _best(files: Mapping[str, Path]) -> tuple[OwnFeed, int] | None:
    """Return the most complete document of a feed and its modification time; `files` are by format."""
    documents = (_document(files[name], read) for name, read in _READERS.items())
    return next(filter(None, documents), None)


def _document(path: Path, read: Callable[[bytes], OwnFeed]) -> tuple[OwnFeed, int] | None:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return None
        data = path.read_bytes()
        return (read(data), int(status.st_mtime)) if is_marked(data) else None
    except (
        OSError,
        ValueError,
        SyntaxError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # damaged: skipped
        return None


def _any(data: bytes) -> OwnFeed:
    if data.lstrip().startswith(b"{"):
        return _json(data)
    return _atom(data) if ET.fromstring(data).tag == f"{_A}feed" else _rss(data)  # noqa: S314 # expat, see the import


def _atom(data: bytes) -> OwnFeed:
    feed = ET.fromstring(data)  # noqa: S314 # expat, see the import
    items = tuple(map(_atom_item, feed.iter(f"{_A}entry")))
    tombstones = feed.iter(f"{{{AT}}}deleted-entry")
    withdrawn = tuple((one.get("ref", ""), datetime.fromisoformat(one.get("when", ""))) for one in tombstones)
    home = next((one.get("href", "") for one in feed.findall(f"{_A}link") if one.get("rel") == "alternate"), "")
    return OwnFeed(_text(feed, "id"), _text(feed, "title"), _text(feed, "updated"), items, withdrawn, home)


def _atom_item(entry: ET.Element) -> Published:
    links = {link.get("rel", "alternate"): link.get("href", "") for link in entry.iter(f"{_A}link")}
    item_id, title, date, changed = (_text(entry, name) for name in ("id", "title", "published", "updated"))
    return _item(item_id, title, links.get("alternate", ""), links.get("via", ""), date, changed)


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{_A}{name}", "")


def _json(data: bytes) -> OwnFeed:
    feed: Mapping[str, Any] = json.loads(data)
    keys = ("id", "title", "url", "external_url", "date_published", "date_modified")
    items = tuple(_item(*(one.get(key, "") for key in keys)) for one in feed["items"])
    return OwnFeed("", feed["title"], "", items, home=str(feed.get("home_page_url") or ""))


def _rss(data: bytes) -> OwnFeed:
    channel = ET.fromstring(data)[0]  # noqa: S314 # expat, see the import
    items = []
    for item in channel.iter("item"):
        via = next((link.get("href", "") for link in item.iter(f"{_A}link") if link.get("rel") == "via"), "")
        item_id, title, link, date = (item.findtext(name, "") for name in ("guid", "title", "link", "pubDate"))
        items.append(_item(item_id, title, link, via, parsedate_to_datetime(date).isoformat()))
    built = parsedate_to_datetime(channel.findtext("lastBuildDate", "")).isoformat()
    return OwnFeed("", channel.findtext("title", ""), built, tuple(items), home=channel.findtext("link", ""))


# The most complete format comes first.
_READERS: Mapping[str, Callable[[bytes], OwnFeed]] = {"atom": _atom, "json": _json, "rss": _rss}


def _item(item_id: str, title: str, link: str, via: str, date: str, changed: str = "") -> Published:
    """Return an item. Raises ValueError if it has no id or no date."""
    if not item_id:
        raise ValueError("an item without an id")
    moment = datetime.fromisoformat(date)
    return Published(item_id, title, link, via, moment, int(moment.timestamp()), "" if changed == date else changed)
