"""Define the rows that the index stores. The reader, the generator and the index use them; this imports none of those.

Rows are named tuples: there is at least one per post, and creating one takes a third of the time of a dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from posts.files.stat import Stamp

if TYPE_CHECKING:
    from datetime import datetime

    from posts.errors import Severity


RemoteState = Literal["held", "adding", "replacing", "removing"]


# Kinds of references whose names are those of posts (`posts.pipeline.library.Library.ask`).
_OF_POSTS = frozenset(("link", "page", "post", "post_url"))


class FileRow(NamedTuple):
    """A post file: the hash of its bytes, and `facts`, the packet of what the scan found in it (`encode_file`)."""

    stamp: Stamp
    hash: bytes
    facts: bytes


class FileVersion(NamedTuple):
    """The version of a post file that was read: its stamp and the hash of its bytes, b"" if it could not be read."""

    stamp: Stamp
    hash: bytes


TRIMMED = "trimmed:"


class SeenPost(NamedTuple):
    """The ledger's line of one post that was ever published, by the path of the post.

    Attributes:
        first: When a run first found it published, in seconds since 1970 (UTC).
        gone: When it was no longer published, in seconds since 1970 (UTC); 0 while it is.
        body: The hash of the body of its file, "" for a blank one. Up to schema 4 it was that of the body without its
            trailer: `TRIMMED` and the hash, until a run reads the file.
    """

    first: int
    gone: int = 0
    body: str = ""


class Entry(NamedTuple):
    """The ledger entry of one item that a feed has shown. Its id never changes; the other fields are as last published.

    Attributes:
        id: The id of the item.
        path: The path of its post.
        link: The canonical link of its source, or of its page.
        first: When it was first published, in seconds since 1970 (UTC).
        post: The packet of its post (`encode_post`).
        gone: When it was removed, in seconds since 1970 (UTC); 0 while it is published.
        source_hash: The hash of the post file that `text_hash` was computed from; "" before the body was first cleaned.
        text_hash: The hash of the cleaned text; "" before the body was first cleaned.
        updated: When it last changed, as an ISO 8601 time with offset; "" if it has not changed since `first`.
        others: The paths of the other posts of the same article, one per line.
    """

    id: str
    path: str
    link: str
    first: int
    post: bytes
    gone: int = 0
    source_hash: str = ""
    text_hash: str = ""
    updated: str = ""
    others: str = ""


class Rendered(NamedTuple):
    """The cache record of a rendered body, without the content.

    Attributes:
        key: The cache key: what the content was made with.
        hash: The signature of the content's packet.
        text_hash: The hash of the cleaned text (`posts.pipeline.render.text_hash`).
        wants: (kind, name, answer) for each thing that the body refers to, and therefore depends on.
        complaints: (line, code, severity, message) of each problem.
    """

    key: str
    hash: str
    text_hash: str = ""
    wants: tuple[tuple[str, str, str], ...] = ()
    complaints: tuple[tuple[int, str, Severity, str], ...] = ()

    def posts(self) -> set[str]:
        """Return the names by which the body may refer to other posts (`posts.pipeline.library.Library`)."""
        return {name.strip().lstrip("/") for kind, name, _ in self.wants if kind in _OF_POSTS}


class LoadedRow(NamedTuple):
    """The cache record of a loaded post.

    Attributes:
        key: What it was made with.
        own: The hash of its source if that is a page of the site itself (`posts.identity.pages.link_hash`), else 0.
        packet: Its packet (`encode_loaded`).
    """

    key: str
    own: int
    packet: bytes


class FeedRow(NamedTuple):
    """The ledger entry of a feed. Its id never changes; title and `updated` (ISO 8601) are as last published."""

    id: str
    title: str
    updated: str


class OutputRow(NamedTuple):
    """A published file: its stamp, the hash of its bytes, and the signature of its inputs.

    The hash is b"" for a file that is about to be written.
    """

    stamp: Stamp
    hash: bytes
    signature: str


class RemoteFile(NamedTuple):
    """What one remote holds at one path.

    Attributes:
        size: The number of its bytes.
        hash: The hash of its bytes, as in `OutputRow`.
        attributes: A digest of media type, caching and encoding (`feeds.remotes.attributes`).
        state: `held` once it is there. Before anything is sent, the rows of the files that are about to be sent become
            `adding` or, where the remote has a file of ours, `replacing`, and those of files that are about to be
            removed `removing`: after a crash, the file is known as ours, with unknown bytes.
    """

    size: int
    hash: bytes
    attributes: str
    state: RemoteState = "held"


class ComparedFile(NamedTuple):
    """A published file beside what a remote holds at its path.

    Attributes:
        path: Its path.
        size: The number of its bytes.
        hash: The hash of its bytes.
        held_hash: The hash of the bytes at the remote; None if nothing is known of the path.
        attributes: The digest of the attributes at the remote.
        state: The state of the row.
    """

    path: str
    size: int
    hash: bytes
    held_hash: bytes | None = None
    attributes: str = ""
    state: RemoteState | None = None


UNWRITTEN = OutputRow(Stamp(-1, 0, 0, 0), b"", "")


class LedgerSnapshot(NamedTuple):
    """A whole ledger.

    Attributes:
        seen: The posts that were ever published, by path.
        entries: The items by id.
        followers: The item id of each post that is part of another post's item, by the path of the post.
        feeds: The feeds by key.
        archives: The item ids in each archive document (RFC 5005) by `place_of`, one per line in order of first
            publication.
    """

    seen: Mapping[str, SeenPost] = MappingProxyType({})
    entries: Mapping[str, Entry] = MappingProxyType({})
    followers: Mapping[str, str] = MappingProxyType({})
    feeds: Mapping[str, FeedRow] = MappingProxyType({})
    archives: Mapping[str, str] = MappingProxyType({})


def place_of(key: str, number: int) -> str:
    """Return the ledger key of an archive document: the key of its feed and its number, which starts at 1."""
    return f"{key}\t{number}"


def parted(place: str) -> tuple[str, int]:
    """Return the key and the number that `place_of` joined."""
    key, _, number = place.partition("\t")
    return key, int(number)


class Published(NamedTuple):
    """An item as read from a published feed. `page` and `source` (or "") are addresses; times are as in `Entry`.

    A tombstone (`gone` is not 0) has only an id. `terms` are (kind, name) of the feeds that contain the item.
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


def implied_lines(
    entries: Iterable[Entry], followers: Mapping[str, str], bodies: Mapping[str, str] = MappingProxyType({})
) -> dict[str, SeenPost]:
    """Return the lines of posts that a ledger without lines implies: one for each post of each item.

    Args:
        entries: The items.
        followers: The item id of each post that is part of another post's item.
        bodies: The hashes of the trimmed bodies of items, by id, as ledgers without lines have them.
    """
    lines: dict[str, SeenPost] = {}
    by_id = {entry.id: entry for entry in entries}
    # An item that is published comes last, so that its line replaces that of a withdrawn one.
    for entry in sorted(by_id.values(), key=lambda entry: (not entry.gone, entry.gone, entry.id)):
        known = SeenPost(entry.first, entry.gone)
        merged = dict.fromkeys(entry.others.split("\n") if entry.others else (), known)
        body = f"{TRIMMED}{bodies[entry.id]}" if bodies.get(entry.id) else ""
        lines = {**merged, **lines, **({entry.path: known._replace(body=body)} if entry.path else {})}
    for path, item_id in followers.items():
        if item_id in by_id:
            lines.setdefault(path, SeenPost(by_id[item_id].first, by_id[item_id].gone))
    return lines
