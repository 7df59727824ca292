"""Allocate items to archive documents of fixed size, which have every item of a feed (RFC 5005, 4). Pure.

An item is appended when it first enters the feed, and keeps its place: new posts change the last document only. An item
that leaves the feed leaves a gap, and returns to its place if it comes back. A full document is always followed by
another, even an empty one, so that its `next-archive` link never has to be added later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

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


class ArchiveDocument(Struct, frozen=True):
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
    documents = document_ids(known)
    rows: dict[str, str] = {}
    for feed in feeds:
        mine = documents.get(feed.key, [])
        placed = {item_id for ids in mine for item_id in ids}
        added = [post for post in feed.members if post.id not in placed]  # usually few; sorting all would take time
        _append(mine, sorted(added, key=lambda post: (first[post.id], post.date, post.path)))
        rows |= {place_of(feed.key, number): "\n".join(ids) for number, ids in enumerate(mine, 1)}
    return rows


def document_ids(rows: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """Return the ids in the stored archive documents, in order of their numbers, by key of the feed."""
    documents: dict[str, list[list[str]]] = {}
    for place in sorted(rows, key=parted):
        documents.setdefault(parted(place)[0], []).append(rows[place].split("\n") if rows[place] else [])
    return documents


def _append(documents: list[list[str]], added: Sequence[Post]) -> None:
    for post in added:
        if not documents or len(documents[-1]) >= ARCHIVE_SIZE:
            documents.append([])
        documents[-1].append(post.id)
    if documents and len(documents[-1]) >= ARCHIVE_SIZE:
        documents.append([])


def archive_documents(
    rows: Mapping[str, str], feed: Feed, numbers: Collection[int] | None = None
) -> list[ArchiveDocument]:
    """Return archive documents of `feed`, by number.

    A document was updated when the latest of its items was. A document without items has the time of the latest item
    in the nearest earlier one with items, else of the earliest in the nearest later one: no run may change a document
    by its clock alone, and a new post only the last one.

    Args:
        rows: what `allocate_archives` returns.
        feed: the feed; its members are at least the items of these documents and of those that give them their times.
        numbers: the numbers of the documents; None for all.
    """
    count = 0
    while place_of(feed.key, count + 1) in rows:
        count += 1
    # No archive is needed while the feed itself shows everything that was ever in it.
    if count < 2 and not feed.has_more:
        return []
    posts = {post.id: post for post in feed.members}
    present: dict[int, tuple[Post, ...]] = {}
    for number in range(1, count + 1) if numbers is None else sorted(numbers):
        ids = rows[place_of(feed.key, number)].split("\n")
        present[number] = tuple(posts[item_id] for item_id in reversed(ids) if item_id in posts)
    return [
        ArchiveDocument(
            number,
            replace(feed, posts=own, members=(), withdrawn=(), updated=_updated(number, present, feed).isoformat()),
            is_full=number < count,
        )
        for number, own in present.items()
    ]


def latest_archive(documents: Sequence[ArchiveDocument]) -> str:
    """Return the file name of the latest archive with items, "" if there is none: the feed's `prev-archive`."""
    return next((archive_file_name(one.number) for one in reversed(documents) if one.feed.posts), "")


def _changed(post: Post) -> datetime:
    return post.updated or post.date


def _updated(number: int, present: Mapping[int, Sequence[Post]], feed: Feed) -> datetime:
    """Return when a document was updated; in a feed without items when the last of them was withdrawn."""
    filled = [other for other, posts in present.items() if posts]
    if earlier := [other for other in filled if other <= number]:
        return max(map(_changed, present[earlier[-1]]))
    if filled:
        return min(map(_changed, present[filled[0]]))
    if feed.withdrawn:
        return datetime.fromtimestamp(feed.withdrawn[0][1], UTC)
    return datetime.fromisoformat(feed.updated) if feed.updated else datetime.fromtimestamp(0, UTC)
