"""Allocate items to archive documents of fixed size, which have every item of a feed (RFC 5005, 4). Pure.

An item is appended when it first enters the feed, and keeps its place: new posts change the last document only. An item
that leaves the feed leaves a gap, and returns to its place if it comes back. A full document is always followed by
another, even an empty one, so that its `next-archive` link never has to be added later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feeds.model import Feed
from posts.model import Post
from posts.store.rows import parted, place_of
from posts.text import lazy_pattern

ARCHIVE_SIZE = 100
"""The maximum number of items in an archive document."""

ARCHIVE = lazy_pattern(r"atom-archive-\d+\.xml")


def archive_file_name(number: int) -> str:
    """Return the file name of an archive document; numbers start at 1."""
    return f"atom-archive-{number}.xml"


@dataclass(frozen=True, slots=True)
class ArchiveDocument:
    """An archive document: `feed` has its items, latest published first; numbers start at 1.

    `is_full` means that another document follows.
    """

    number: int
    feed: Feed
    is_full: bool

    @property
    def path(self) -> str:
        """Return its path below the output."""
        return self.feed.beside(archive_file_name(self.number))

    def links(self) -> tuple[tuple[str, str], ...]:
        """Return its links: relation and file name in the same folder, "" for the current feed document."""
        earlier = (("prev-archive", archive_file_name(self.number - 1)),) if self.number > 1 else ()
        later = (("next-archive", archive_file_name(self.number + 1)),) if self.is_full else ()
        return (("current", ""), *earlier, *later)


def allocate_archives(known: Mapping[str, str], feeds: Iterable[Feed], first: Mapping[str, int]) -> dict[str, str]:
    """Return the ids in all archive documents, one per line, by key and number of the document.

    Args:
        known: the stored archives, in the same form.
        feeds: all feeds.
        first: when an item was first published, by its id, in seconds since 1970.
    """
    documents: dict[str, list[list[str]]] = {}
    for place in sorted(known, key=parted):
        documents.setdefault(parted(place)[0], []).append(known[place].split("\n") if known[place] else [])
    rows: dict[str, str] = {}
    for feed in feeds:
        mine = documents.get(feed.key, [])
        placed = {item_id for ids in mine for item_id in ids}
        added = [post for post in feed.members if post.id not in placed]  # usually few; sorting all would take time
        _append(mine, sorted(added, key=lambda post: (first[post.id], post.date, post.path)))
        rows |= {place_of(feed.key, number): "\n".join(ids) for number, ids in enumerate(mine, 1)}
    return rows


def _append(documents: list[list[str]], added: Sequence[Post]) -> None:
    for post in added:
        if not documents or len(documents[-1]) >= ARCHIVE_SIZE:
            documents.append([])
        documents[-1].append(post.id)
    if documents and len(documents[-1]) >= ARCHIVE_SIZE:
        documents.append([])


def archive_documents(rows: Mapping[str, str], feed: Feed) -> list[ArchiveDocument]:
    """Return the archive documents of `feed`, by number; `rows` is what `allocate_archives` returns.

    A document was updated when the latest of its items was. A document without items has the time of the latest item
    in an earlier one, else of the earliest of the feed: no run may change a document by its clock alone, and a new post
    only the last one.
    """
    posts = {post.id: post for post in feed.members}
    documents: list[ArchiveDocument] = []
    latest: datetime | None = None
    number = 1
    while (ids := rows.get(place_of(feed.key, number))) is not None:
        known = ids.split("\n") if ids else []
        present = tuple(posts[item_id] for item_id in reversed(known) if item_id in posts)
        latest = max([*filter(None, [latest]), *map(_changed, present)], default=None)
        own = replace(feed, posts=present, members=(), withdrawn=(), updated=(latest or _earliest(feed)).isoformat())
        documents.append(ArchiveDocument(number, own, is_full=place_of(feed.key, number + 1) in rows))
        number += 1
    # No archive is needed while the feed itself shows everything that was ever in it.
    return documents if number > 2 or len(feed.members) > len(feed.posts) else []


def latest_archive(documents: Sequence[ArchiveDocument]) -> str:
    """Return the file name of the latest archive with items, "" if there is none: the feed's `prev-archive`."""
    return next((archive_file_name(one.number) for one in reversed(documents) if one.feed.posts), "")


def _changed(post: Post) -> datetime:
    return post.updated or post.date


def _earliest(feed: Feed) -> datetime:
    """Return the time of the earliest item of a feed; of one without items the time of the last that was withdrawn."""
    if feed.members:
        return min(map(_changed, feed.members))
    if feed.withdrawn:
        return datetime.fromtimestamp(feed.withdrawn[0][1], UTC)
    return datetime.fromisoformat(feed.updated) if feed.updated else datetime.fromtimestamp(0, UTC)
