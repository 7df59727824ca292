"""What published feeds still know when the index is lost: ids, addresses and times of their items, and their own.

Read are files of ours only, as they say themselves; what is not well-formed is passed over. Reads the output folder.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET  # expat: no external entities, and a limit on those that multiply

from feeds.destinations.staging import is_marked
from feeds.formats.table import FORMATS
from feeds.formats.xml import AT, ATOM
from feeds.options import KINDS, FeedsOptions
from feeds.select.archives import archive_file_name
from feeds.select.feeds import first_id
from feeds.select.paths import address
from feeds.select.slugs import slug
from posts.store.rows import FeedRow, Memory, Published, place_of

_LARGEST = 64 * 1024 * 1024  # bytes
_A = f"{{{ATOM}}}"


@dataclass(frozen=True, slots=True)
class _Document:
    """A feed as it was published; the `page` of its items is where they lead, `source` the other address."""

    id: str
    title: str
    updated: str
    items: tuple[Published, ...]
    withdrawn: tuple[tuple[str, datetime], ...] = ()


def published(root: Path, options: FeedsOptions) -> tuple[dict[str, Published], Memory, list[str]]:
    """The items in all feeds in `root`, by id, what else a ledger has of them, and the files that may be theirs.

    Looked at are the places that our own feeds have: another site may publish below the same folder.

    When an item was first published no feed says: its date stands for it, or, for one behind the newest ones of its
    feed, which is there because it was published lately, the time of the file.
    """
    items: dict[str, Published] = {}
    gone: dict[str, Published] = {}
    feeds: dict[str, FeedRow] = {}
    archives: dict[str, str] = {}
    files: list[str] = []
    for key, folder in _places(root, options):
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
            _known(items, _turned(item, options)._replace(first=written) if late else _turned(item, options))
        for given, when in document.withdrawn:
            _told(gone, given, when, key)
        for number, past in enumerate(_past(root / folder), 1):
            files.append(options.places.below_root(_file(archive_file_name(number), key, folder, options)))
            archives[place_of(key, number)] = "\n".join(one.id for one in reversed(past.items))
            for item in past.items:
                _known(items, _turned(item, options))
    return gone | items, Memory(feeds=feeds, archives=archives), files


def _told(gone: dict[str, Published], given: str, when: datetime, key: str) -> None:
    """Takes an item that was taken back, which the feed `key` tells."""
    seconds = int(when.timestamp())
    known = gone.get(given, Published(given, "", "", "", when, seconds, gone=seconds))
    kind, _, name = key.partition("/")
    gone[given] = known._replace(terms=(*known.terms, (kind, name))) if kind in KINDS else known


def _known(items: dict[str, Published], one: Published) -> None:
    """Takes an item, unless more is known of it already."""
    known = items.get(one.id)
    items[one.id] = one if known is None or one.first > known.first or one.updated > known.updated else known


def _past(folder: Path) -> Iterator[_Document]:
    """The archive documents of a feed, by number."""
    number = 1
    while found := _document(folder / archive_file_name(number), _atom):
        yield found[0]
        number += 1


def _places(root: Path, options: FeedsOptions) -> Iterator[tuple[str, str]]:
    """The key of every feed that there may be, and its folder below `root`."""
    folders = options.places.folders
    yield "", folders.get("", "")
    for kind in (*KINDS, "feed"):
        folder = root / kind
        names = sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
        yield from ((f"{kind}/{name}", f"{kind}/{name}") for name in names)
    yield from ((key, path) for key, path in folders.items() if key)


def _file(name: str, key: str, folder: str, options: FeedsOptions) -> str:
    """The path below the output of a file of the feed `key`, which has that folder."""
    return options.places.files.get(key, {}).get(name) or (f"{folder}/{name}" if folder else name)


def _window(key: str, options: FeedsOptions) -> int:
    return next((one.items for one in options.custom if key == f"feed/{slug(one.name)}"), options.items)


def _turned(item: Published, options: FeedsOptions) -> Published:
    """With `link = "source"` the first of an item's addresses is its source's, if it has one."""
    if options.link == "source" and item.source:
        return item._replace(page=item.source, source=item.page)
    return item


def _latest(items: tuple[Published, ...]) -> str:
    return max(items, key=lambda one: one.date).date.isoformat() if items else ""


def _best(files: Mapping[str, Path]) -> tuple[_Document, int] | None:
    """What the file that says the most of a feed says, and when it was written; `files` by format."""
    documents = (_document(files[name], read) for name, read in _READERS.items())
    return next(filter(None, documents), None)


def _document(path: Path, read: Callable[[bytes], _Document]) -> tuple[_Document, int] | None:
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
    ):  # it is no feed any more
        return None


def _atom(data: bytes) -> _Document:
    feed = ET.fromstring(data)  # noqa: S314 # see above
    items = tuple(map(_atom_item, feed.iter(f"{_A}entry")))
    told = feed.iter(f"{{{AT}}}deleted-entry")
    withdrawn = tuple((one.get("ref", ""), datetime.fromisoformat(one.get("when", ""))) for one in told)
    return _Document(_text(feed, "id"), _text(feed, "title"), _text(feed, "updated"), items, withdrawn)


def _atom_item(entry: ET.Element) -> Published:
    links = {link.get("rel", "alternate"): link.get("href", "") for link in entry.iter(f"{_A}link")}
    given, title, date, changed = (_text(entry, name) for name in ("id", "title", "published", "updated"))
    return _item(given, title, links.get("alternate", ""), links.get("via", ""), date, changed)


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{_A}{name}", "")


def _json(data: bytes) -> _Document:
    feed: Mapping[str, Any] = json.loads(data)
    keys = ("id", "title", "url", "external_url", "date_published", "date_modified")
    return _Document("", feed["title"], "", tuple(_item(*(one.get(key, "") for key in keys)) for one in feed["items"]))


def _rss(data: bytes) -> _Document:
    channel = ET.fromstring(data)[0]  # noqa: S314 # see above
    items = []
    for item in channel.iter("item"):
        via = next((link.get("href", "") for link in item.iter(f"{_A}link") if link.get("rel") == "via"), "")
        given, title, link, date = (item.findtext(name, "") for name in ("guid", "title", "link", "pubDate"))
        items.append(_item(given, title, link, via, parsedate_to_datetime(date).isoformat()))
    built = parsedate_to_datetime(channel.findtext("lastBuildDate", "")).isoformat()
    return _Document("", channel.findtext("title", ""), built, tuple(items))


# What says the most comes first.
_READERS: Mapping[str, Callable[[bytes], _Document]] = {"atom": _atom, "json": _json, "rss": _rss}


def _item(given: str, title: str, link: str, via: str, date: str, changed: str = "") -> Published:
    """An item; ValueError when it has no id or no date."""
    if not given:
        raise ValueError("an item without an id")
    moment = datetime.fromisoformat(date)
    return Published(given, title, link, via, moment, int(moment.timestamp()), "" if changed == date else changed)
