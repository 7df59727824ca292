"""What subscribers would see of a feed's next edition: two documents side by side. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from feeds.parse.document import Document, Entry
from posts.text import fold

What = Literal["new", "again", "changed", "gone", "past"]


class Change(NamedTuple):
    """What happens to an item. `fields` are what of it differs.

    `again`: it comes with an id that subscribers do not know, though they have it, as the item `twin`, which agrees
    with it in what `by` names. `past`: it is older now than all of the feed, and no longer in it.
    """

    what: What
    id: str
    title: str
    link: str
    fields: tuple[str, ...] = ()
    twin: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Twins:
    """Finds what subscribers would take for the same item, though its id is another.

    That is an item with the same link, in its canonical form, or with the same title (folded) at the same instant.
    What several items of the published feed agree in tells nothing.
    """

    canonical: Callable[[str], str | None]
    by_link: Mapping[Hashable, str]
    by_title: Mapping[Hashable, str]

    @classmethod
    def of(cls, entries: Collection[Entry], canonical: Callable[[str], str | None]) -> Twins:
        links = [(canonical(entry.link) or entry.link, entry.id) for entry in entries]
        titles = [(_title(entry), entry.id) for entry in entries]
        return cls(canonical, _only(links), _only(titles))

    def find(self, entry: Entry) -> tuple[str, str]:
        """The id of the twin and what it agrees in, "" twice for an item that has none."""
        twin = self.by_link.get(self.canonical(entry.link) or entry.link)
        if twin:
            return twin, "link"
        twin = self.by_title.get(_title(entry))
        return (twin, "title and date") if twin else ("", "")


def compare(
    old: Document,
    new: Document,
    canonical: Callable[[str], str | None] = lambda link: link,
    living: Collection[str] = frozenset(),
) -> list[Change]:
    """What becomes of the items, in the order of the new document, then of the old one.

    Args:
        old: what is published.
        new: what would be.
        canonical: the form in which links agree that lead to the same, None for what is no link.
        living: ids of items that are published somewhere, though perhaps no longer in this feed.
    """
    before, now = ({entry.id: entry for entry in reversed(one.entries)} for one in (old, new))
    twins = Twins.of(before.values(), canonical)
    changes = [change for entry in new.entries for change in _became(entry, before.get(entry.id), old, new, twins)]
    oldest = min((entry.date for entry in new.entries if entry.date), default=None)
    for entry in old.entries:
        if entry.id not in now:
            is_past = entry.id in living and oldest and entry.date and entry.date <= oldest
            changes.append(Change("past" if is_past else "gone", entry.id, entry.title, entry.link))
    return changes


def head(old: Document, new: Document) -> tuple[str, ...]:
    """What of the head of a feed differs, as far as both formats can say it."""
    names = list(old.head | new.head)
    if old.format != new.format:
        names = [name for name in names if name in old.head and name in new.head and name != "address"]
    return tuple(name for name in names if old.head.get(name) != new.head.get(name))


def _became(entry: Entry, known: Entry | None, old: Document, new: Document, twins: Twins) -> Iterator[Change]:
    if known is None:
        twin, by = twins.find(entry)
        yield Change("again" if twin else "new", entry.id, entry.title, entry.link, (), twin, by)
    elif fields := _differing(known, entry, same_format=old.format == new.format):
        yield Change("changed", entry.id, entry.title, entry.link, fields)


def _differing(old: Entry, new: Entry, *, same_format: bool) -> tuple[str, ...]:
    found = [name for name in ("title", "link") if getattr(old, name) != getattr(new, name)]
    if old.date != new.date:
        found.append("date")
    names = list(old.parts | new.parts)
    if not same_format:
        names = [name for name in names if name in old.parts and name in new.parts]
    found += sorted(name for name in names if old.parts.get(name) != new.parts.get(name))
    if "text" in found and "markup" in found:
        found.remove("markup")
    if len(found) > 1 and "updated" in found:  # that an item has changed says so itself
        found.remove("updated")
    if not found and same_format and old.whole != new.whole:
        found.append("other")
    return tuple(found)


def _title(entry: Entry) -> Hashable:
    return (fold(entry.title), entry.date) if entry.title and entry.date else ""


def _only(pairs: Iterable[tuple[Hashable, str]]) -> Mapping[Hashable, str]:
    """What names one thing and no other."""
    pairs = list(pairs)
    counts = Counter(key for key, _ in pairs)
    return MappingProxyType({key: given for key, given in pairs if key and counts[key] == 1})
