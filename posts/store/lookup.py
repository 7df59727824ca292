"""Look up rows of the ledger by path, id or link, for a run that does not read all of it. Checks the rows it reads."""

from __future__ import annotations

import json
from collections.abc import Iterable

from posts.store.index import Index
from posts.store.rows import Entry, SeenPost

ONE_OF = "IN (SELECT value FROM json_each(?))"
"""A condition that a column has one of the values that `listed` made a parameter of."""


class LedgerLookup:
    """Look up rows of the ledger. Every method raises DamagedError for a row that is not what was written."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def seen(self, paths: Iterable[str]) -> dict[str, SeenPost]:
        """Return the lines of posts, by path."""
        rows = self._index.select("seen", f"path {ONE_OF}", listed(paths))
        return {row[0]: SeenPost(*row[1:4]) for row in rows}

    def items_of(self, paths: Iterable[str]) -> list[Entry]:
        """Return the items of posts, and those that posts were merged into, in order of id."""
        wanted = listed(paths)
        condition = f"path {ONE_OF} OR id IN (SELECT id FROM merged WHERE path {ONE_OF})"  # noqa: S608 # our words
        return self._entries(condition, wanted, wanted)

    def items(self, ids: Iterable[str]) -> list[Entry]:
        """Return the items with some ids, in order of id."""
        return self._entries(f"id {ONE_OF}", listed(ids))

    def with_link(self, link: str) -> list[Entry]:
        """Return the items with a canonical link, in order of id."""
        return self._entries("link = ?", link)

    def gone_after(self, seconds: int) -> list[Entry]:
        """Return the items that were withdrawn after a time (seconds since 1970), in order of id."""
        return self._entries("gone <> 0 AND gone > ?", seconds)

    def _entries(self, condition: str, *values: str | int) -> list[Entry]:
        return sorted(Entry(*row[:10]) for row in self._index.select("items", condition, *values))

    def followers(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the ids of the items that posts were merged into, by path, of posts that never had an item."""
        return {row[0]: row[1] for row in self._index.select("followers", f"path {ONE_OF}", listed(paths))}

    def followers_of(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the same rows by the ids of the items."""
        return {row[0]: row[1] for row in self._index.select("followers", f"id {ONE_OF}", listed(ids))}

    def first_between(self, after: float, until: float) -> set[str]:
        """Return the paths of posts first published after a time and not after another one (seconds since 1970)."""
        rows = self._index.select("seen", "first > ? AND first <= ?", after, until)
        return {row[0] for row in rows}

    def next_first(self, after: float) -> int | None:
        """Return when the earliest post after a time was first published, in seconds since 1970; None for none."""
        return self._index.query("SELECT min(first) FROM seen WHERE first > ?", after)[0][0]  # type: ignore[no-any-return]

    def count_published(self) -> int:
        """Return the number of posts that are published."""
        return int(self._index.query("SELECT count(*) FROM seen WHERE gone = 0")[0][0])


def listed(values: Iterable[str] | Iterable[int]) -> str:
    """Return values as one parameter of a query."""
    return json.dumps(sorted(set(values)))
