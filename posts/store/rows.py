"""What is remembered from earlier runs, as plain rows. A leaf: the reader, the generator and the index all use it.

Named tuples: there are as many as posts, and they are made in a third of the time that dataclasses take.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from posts.files.stat import Stamp

if TYPE_CHECKING:
    from datetime import datetime

    from posts.model import Severity


class FileRow(NamedTuple):
    """A post file. `hash` is of its bytes; `facts` is what was made of them, packed."""

    stamp: Stamp
    hash: bytes
    facts: bytes


class Entry(NamedTuple):
    """The ledger's line on one published item. Its id is for ever; the rest is as it was last published.

    `post` is packed; `link` is the canonical link of its source or page; `first` and `gone` are seconds since 1970
    (`gone` is 0 while the post is published). `source_hash` is of the file whose text `text_hash` is of, both "" before
    the body was first cleaned. `others` are the paths of the posts that say the same, a line each. `updated` is an ISO
    time with offset, "" while the item has not changed since it was first published.
    """

    id: str
    path: str
    link: str
    body_hash: str
    first: int
    post: bytes
    gone: int = 0
    source_hash: str = ""
    text_hash: str = ""
    updated: str = ""
    others: str = ""


class Rendered(NamedTuple):
    """What is known of what a post's body became: what it was made with (`key`), and what else it depends on.

    `hash` is of the packed content; `wants` are (kind, name, answer) of what the body referred to; `complaints` are
    (line, code, severity, message).
    """

    key: str
    hash: str
    wants: tuple[tuple[str, str, str], ...] = ()
    complaints: tuple[tuple[int, str, Severity, str], ...] = ()


class FeedRow(NamedTuple):
    """The ledger's line on a feed: its id is for ever; title and `updated` (ISO) are as they were last published."""

    id: str
    title: str
    updated: str


class OutputRow(NamedTuple):
    """A file that was published: how it looked, the hash of its bytes, and the signature of what it was made of.

    The hash is b"" of a file that is about to be written.
    """

    stamp: Stamp
    hash: bytes
    signature: str


UNWRITTEN = OutputRow(Stamp(-1, 0, 0, 0), b"", "")


class Memory(NamedTuple):
    """A ledger as a whole: items by id, by path the ids of posts in another's item, feeds by key.

    `archives` has the ids of the items that have a place in an archive document, a line each in order of first
    publication, by the key of the feed and the number of the document (`place_of`).
    """

    entries: Mapping[str, Entry] = MappingProxyType({})
    followers: Mapping[str, str] = MappingProxyType({})
    feeds: Mapping[str, FeedRow] = MappingProxyType({})
    archives: Mapping[str, str] = MappingProxyType({})


def place_of(key: str, number: int) -> str:
    """What the ledger knows an archive document by: its feed's key, and its number, the first being 1."""
    return f"{key}\t{number}"


def parted(place: str) -> tuple[str, int]:
    """The key and the number that `place_of` was given."""
    key, _, number = place.partition("\t")
    return key, int(number)


class Published(NamedTuple):
    """An item as a published feed has it. `page` and `source` (or "") are addresses, the times as in `Entry`.

    Of one that was taken back (`gone`) it has the id alone; `terms` are (kind, name) of the feeds that tell of it.
    """

    id: str
    title: str
    page: str
    source: str
    date: datetime
    first: int
    updated: str = ""
    gone: int = 0
    terms: tuple[tuple[str, str], ...] = ()
