"""Define what the decisions of earlier runs look like to this one. Pure: other items are looked up by the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol

from msgspec import Struct, field

from posts.store.rows import Entry, SeenPost


class ItemLookup(Protocol):
    """Look up items of the ledger that a run has not read (`posts.store.lookup.LedgerLookup`)."""

    def items(self, ids: Iterable[str]) -> list[Entry]:
        """Return the items with some ids."""
        ...

    def with_link(self, link: str) -> list[Entry]:
        """Return the items with a canonical link."""
        ...

    def gone_after(self, seconds: int) -> list[Entry]:
        """Return the items that were withdrawn after a time, in seconds since 1970."""
        ...


class Ledger(Struct, frozen=True, dict=True):
    """Hold what earlier runs decided: of all posts, or of those that the changes of a run concern.

    Attributes:
        entries: The items, by id.
        followers: The ids of the items that posts were merged into, by path of the post.
        seen: The lines of posts that were ever published, those of this run included, by path.
        rest: Looks up the other items; None if there are no others.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    followers: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, SeenPost] = field(default_factory=dict)
    rest: ItemLookup | None = None

    def entry(self, item_id: str) -> Entry | None:
        """Return an item by its id; None if there is none."""
        if not item_id or item_id in self.entries or self.rest is None:
            return self.entries.get(item_id)
        return next(iter(self.rest.items([item_id])), None)

    def with_link(self, link: str) -> list[Entry]:
        """Return the items with a canonical link."""
        own = self._by_link.get(link, [])
        return [*own, *self._others(self.rest.with_link(link) if self.rest else ())]

    @cached_property
    def _by_link(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            found.setdefault(entry.link, []).append(entry)
        return found

    def gone_after(self, seconds: int) -> list[Entry]:
        """Return the items that were withdrawn after a time (seconds since 1970), in order of id."""
        own = [entry for entry in self.entries.values() if entry.gone > seconds]
        return sorted([*own, *self._others(self.rest.gone_after(seconds) if self.rest else ())])

    def _others(self, found: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in found if entry.id not in self.entries]
