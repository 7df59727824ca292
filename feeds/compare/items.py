"""Compare two documents of a feed, as subscribers would see the change. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec import Struct

from feeds.parse.document import Document, ParsedEntry
from posts.text import fold

What = Literal["new", "again", "changed", "gone", "past"]


class Change(NamedTuple):
    """A change to an item.

    Attributes:
        what: `again` is an item that subscribers have already with another id; `past` is an item that left the window
            because it is older than all items in it.
        fields: the parts that differ.
        twin: for `again`, the id that subscribers know (the name of the key in the JSON report).
        by: for `again`, what both items have in common.
    """

    what: What
    id: str
    title: str
    link: str
    fields: tuple[str, ...] = ()
    twin: str = ""
    by: str = ""


class Duplicates(Struct, frozen=True):
    """Find the published item that subscribers would see again with another id.

    It has the same canonical link, or the same folded title and date. Links and titles that several published items
    share are ignored.
    """

    canonical: Callable[[str], str | None]
    by_link: Mapping[Hashable, str]
    by_title: Mapping[Hashable, str]

    @classmethod
    def of(cls, entries: Collection[ParsedEntry], canonical: Callable[[str], str | None]) -> Duplicates:
        links = [(canonical(entry.link) or entry.link, entry.id) for entry in entries]
        titles = [(_title(entry), entry.id) for entry in entries]
        return cls(canonical, _unique(links), _unique(titles))

    def find(self, entry: ParsedEntry) -> tuple[str, str]:
        """Return the id of the published duplicate and what both have in common; "" and "" if there is none."""
        known_id = self.by_link.get(self.canonical(entry.link) or entry.link)
        if known_id:
            return known_id, "link"
        known_id = self.by_title.get(_title(entry))
        return (known_id, "title and date") if known_id else ("", "")


def compare_documents(
    old: Document,
    new: Document,
    canonical: Callable[[str], str | None] = lambda link: link,
    living: Collection[str] = frozenset(),
) -> list[Change]:
    """Return the changes to items, in the order of the new document, then of the old one.

    Args:
        old: the published document.
        new: the document that would replace it.
        canonical: returns the canonical form of a link, None if it is not a link.
        living: the ids of all published items, also those that have left this feed.
    """
    before, now = ({entry.id: entry for entry in reversed(one.entries)} for one in (old, new))
    duplicates = Duplicates.of(before.values(), canonical)
    changes = [
        change for entry in new.entries for change in _entry_changes(entry, before.get(entry.id), old, new, duplicates)
    ]
    oldest = min((entry.date for entry in new.entries if entry.date), default=None)
    for entry in old.entries:
        if entry.id not in now:
            is_past = entry.id in living and oldest and entry.date and entry.date <= oldest
            changes.append(Change("past" if is_past else "gone", entry.id, entry.title, entry.link))
    return changes


def changed_head_fields(old: Document, new: Document) -> tuple[str, ...]:
    """Return the parts of the head that differ, among those that both formats have."""
    names = list(old.head | new.head)
    if old.format != new.format:
        names = [name for name in names if name in old.head and name in new.head and name != "address"]
    return tuple(name for name in names if old.head.get(name) != new.head.get(name))


def _entry_changes(
    entry: ParsedEntry, known: ParsedEntry | None, old: Document, new: Document, duplicates: Duplicates
) -> Iterator[Change]:
    if known is None:
        known_id, by = duplicates.find(entry)
        yield Change("again" if known_id else "new", entry.id, entry.title, entry.link, (), known_id, by)
    elif fields := _differing(known, entry, same_format=old.format == new.format):
        yield Change("changed", entry.id, entry.title, entry.link, fields)


def _differing(old: ParsedEntry, new: ParsedEntry, *, same_format: bool) -> tuple[str, ...]:
    found = [name for name in ("title", "link") if getattr(old, name) != getattr(new, name)]
    if old.date != new.date:
        found.append("date")
    names = list(old.parts | new.parts)
    if not same_format:
        names = [name for name in names if name in old.parts and name in new.parts]
    found += sorted(name for name in names if old.parts.get(name) != new.parts.get(name))
    if "text" in found and "markup" in found:
        found.remove("markup")
    if len(found) > 1 and "updated" in found:  # it changes with every other field
        found.remove("updated")
    if not found and same_format and old.whole != new.whole:
        found.append("other")
    return tuple(found)


def _title(entry: ParsedEntry) -> Hashable:
    return (fold(entry.title), entry.date) if entry.title and entry.date else ""


def _unique(pairs: Iterable[tuple[Hashable, str]]) -> Mapping[Hashable, str]:
    """Return the pairs whose key occurs once."""
    pairs = list(pairs)
    counts = Counter(key for key, _ in pairs)
    return MappingProxyType({key: item_id for key, item_id in pairs if key and counts[key] == 1})
