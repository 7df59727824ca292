"""Find the archive documents (RFC 5005) that a few changes concern, and the posts that these documents have.

The result is the same as that of `feeds.select.archives` for all posts, because an item keeps its place: what changes
are the documents that have an item that changed, the last one, and documents without items beside them, whose time is
that of a neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from feeds.select.archives import document_ids
from feeds.select.membership import FeedKey
from posts.pipeline.part_reader import PartReader
from posts.store.index import Index
from posts.store.rows import place_of

MOST_DOCUMENTS = 20
"""The number of documents of one feed above which all posts are read."""


class PartArchives(Struct):
    """Find the documents of feeds, one feed after the other.

    Args:
        index: The index.
        part: Reads posts.
        touched: The ids of the items that may change.

    Attributes:
        rows: The stored ids in the documents of these feeds, by place (`posts.store.rows.place_of`).
        numbers: The numbers of the documents that may change, by the ledger key of their feed.
        counts: The number of stored documents, by the ledger key of their feed.
    """

    index: Index
    part: PartReader
    touched: frozenset[str]
    rows: dict[str, str] = {}
    numbers: dict[str, set[int]] = {}
    counts: dict[str, int] = {}

    def find(self, key: FeedKey, place: str) -> set[str] | None:
        """Find the documents of a feed.

        Args:
            key: The feed.
            place: Its key in the ledger.

        Returns:
            The paths of the posts in these documents; None if there are too many documents.
        """
        rows = self.index.archives_of(place)
        documents = document_ids(rows).get(place, [])
        self.rows |= rows
        self.counts[place] = len(documents)
        found = {n for n, ids in enumerate(documents, 1) if not self.touched.isdisjoint(ids)}
        found |= {len(documents)} - {0}
        numbers = self.numbers[place] = {other for n in found for other in self._with_neighbours(n, documents, key)}
        if len(numbers) > MOST_DOCUMENTS:
            return None
        entries = self.part.ledger.items(item_id for n in numbers for item_id in documents[n - 1])
        return {entry.path for entry in entries if not entry.gone}

    def changed(self, place: str, rows: Mapping[str, str]) -> set[int]:
        """Return the numbers of the documents of a feed that may change, and of new ones.

        Args:
            place: The key of the feed in the ledger.
            rows: The ids in its documents after this run, by place.
        """
        number = self.counts.get(place, 0) + 1
        found = set(self.numbers.get(place, ()))
        while place_of(place, number) in rows:
            found.add(number)
            number += 1
        return found

    def _with_neighbours(self, number: int, documents: list[list[str]], key: FeedKey) -> set[int]:
        """Return a document and, as far as times depend on them, documents without items beside it."""
        found, is_filled = {number}, self._has_items(documents[number - 1], key)
        for step in (-1, 1):
            empty, other = set[int](), number + step
            while 0 < other <= len(documents) and not self._has_items(documents[other - 1], key):
                empty.add(other)
                other += step
                if len(empty) > MOST_DOCUMENTS:
                    break
            if (empty or not is_filled) and 0 < other <= len(documents):
                found.add(other)
            found |= empty
        return found

    def _has_items(self, ids: Iterable[str], key: FeedKey) -> bool:
        """Return whether a document has an item that does not change."""
        paths = [entry.path for entry in self.part.ledger.items({*ids} - self.touched) if not entry.gone]
        return any(key in one.terms for one in self.part.catalog.memberships(paths).values())
