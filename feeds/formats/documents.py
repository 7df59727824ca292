"""Write RSS 2.0 and Atom 1.0 from specimens: feedgen writes one head for each shape of channel, and others fill it in.

A document is the head of its channel, its entries (`feeds.formats.entries`), and what is after them. feedgen itself
writes the heads of archive documents, and of channels with tombstones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from feeds.formats.entries import DATES, MAILBOX, EntryWriter, Escapes, shape_of
from feeds.formats.escapes import (
    escape_attribute,
    escape_markup,
    escape_plain,
    escape_text,
    format_rfc822,
    mailbox,
)
from feeds.formats.specimens import Shape, Specimens, Template, mark
from feeds.model import Channel, Extension, Item
from posts.model import Person

_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = Item("urn:place", "place", "https://a.invalid/", _DAY, _DAY, "", None)
_GAP = "\0"  # XML forbids this character


class _DocumentWriter(Struct, frozen=True):
    """Writes the documents of one format.

    Attributes:
        name: The name of the format.
        by_feedgen: Returns a document of feedgen's.
        entries: Writes the entries.
        text: How the format writes a title between tags.
    """

    name: str
    by_feedgen: Callable[[Channel, Sequence[Item]], bytes]
    entries: EntryWriter
    text: Callable[[str], str] = escape_text

    def write(self, channel: Channel, items: Sequence[Item], specimens: Specimens) -> bytes:
        """Return the document of a channel with its items."""
        if channel.withdrawn or channel.is_archive or channel.links:
            frame = self._frame(channel, has_items=bool(items))
        else:
            frame = self._filled(channel, specimens, has_items=bool(items))
        head, _, tail = frame.partition(_GAP)
        return "".join([head, *[self.entries.write(item, specimens) for item in items], tail]).encode()

    def _frame(self, channel: Channel, *, has_items: bool) -> str:
        """Return a document with a gap in the place of its entries."""
        if not has_items:
            return self.by_feedgen(channel, ()).decode() + _GAP
        head, _, tail = self.entries.split(self.by_feedgen(channel, [_PLACE]))
        return f"{head}{_GAP}{tail}"

    def _filled(self, channel: Channel, specimens: Specimens, *, has_items: bool) -> str:
        """Return the same as `_frame`, from a specimen."""
        titles, others = _titles(channel), _others(channel)
        texts = [*titles, *others]
        between = [*map(self.text, titles), *map(escape_text, others)]
        values = [*between, *map(escape_attribute, texts), self.entries.escapes.date(channel.updated)]
        lists = (len(channel.hubs), len(channel.authors), channel.title == channel.description)
        further = (shape_of(channel.extensions), " ".join(channel.prefixes))
        shape: Shape = (len(values), *map(bool, texts), *lists, channel.ttl, channel.style, has_items, *further)
        template = specimens.get(self.name, shape)
        if template is None:
            frame = self._frame(_specimen(channel, texts), has_items=has_items).replace(MAILBOX, "")
            frame = frame.replace(self.entries.escapes.date(DATES[0]), mark(len(values) - 1))
            template = specimens.add(self.name, shape, Template.marked(frame, attributes=len(texts)))
        return template.fill(values)


def _titles(channel: Channel) -> list[str]:
    """Return the texts of a channel that RSS writes as it writes titles, in the order of `_specimen`."""
    further = [one.text for one in _all(channel.extensions)]
    return [channel.title, channel.description, channel.rights, *further]


def _others(channel: Channel) -> list[str]:
    """Return the other texts of a channel, in the order of `_specimen`."""
    texts = [channel.id, channel.home, channel.address, channel.language, channel.icon, channel.logo, *channel.hubs]
    for one in channel.authors:
        texts += (one.name, mailbox(one.email), one.uri)
    texts += [value for one in _all(channel.extensions) for _, value in one.attributes]
    return texts


def _all(extensions: Sequence[Extension]) -> Iterator[Extension]:
    """Yield elements, each before the elements in it."""
    for one in extensions:
        yield one
        yield from _all(one.children)


def _specimen(channel: Channel, texts: Sequence[str]) -> Channel:
    """Return the specimen of a channel's shape: the n-th of its `texts` is the n-th mark, unless it is empty."""
    marks = (mark(number) if text else "" for number, text in enumerate(texts))
    title, description, rights = [next(marks) for _ in range(3)]
    further = [next(marks) for _ in _all(channel.extensions)]
    own_id, home, address, language, icon, logo = [next(marks) for _ in range(6)]
    hubs = tuple([next(marks) for _ in channel.hubs])
    people = [(next(marks), next(marks), next(marks)) for _ in channel.authors]
    return Channel(
        id=own_id,
        title=title,
        description=title if channel.description == channel.title else description,
        home=home,
        address=address,
        updated=DATES[0],
        authors=tuple([Person(name, f"{MAILBOX}{email}" if email else "", uri) for name, email, uri in people]),
        language=language,
        rights=rights,
        icon=icon,
        logo=logo,
        ttl=channel.ttl,
        style=channel.style,
        hubs=hubs,
        prefixes=channel.prefixes,
        extensions=_marked(channel.extensions, iter(further), marks),
    )


def _marked(extensions: Sequence[Extension], texts: Iterator[str], values: Iterator[str]) -> tuple[Extension, ...]:
    """Return elements with other texts and values of attributes, in the order of `_all`."""
    marked = []
    for one in extensions:
        text, attributes = next(texts), tuple([(key, next(values)) for key, _ in one.attributes])
        marked.append(Extension(one.name, text, attributes, _marked(one.children, texts, values)))
    return tuple(marked)


def _rss_by_feedgen(channel: Channel, items: Sequence[Item]) -> bytes:
    from feeds.formats.rss_atom import rss_by_feedgen  # imports feedgen and lxml

    return rss_by_feedgen(channel, items)


def _atom_by_feedgen(channel: Channel, items: Sequence[Item]) -> bytes:
    from feeds.formats.rss_atom import atom_by_feedgen

    return atom_by_feedgen(channel, items)


def _any_head() -> Channel:
    """Return the head of documents for one entry, with the prefixes of all elements that an entry may have."""
    from feeds.formats.namespaces import ATOM_PREFIXES, RSS_PREFIXES

    prefixes, url = (*RSS_PREFIXES, *ATOM_PREFIXES), "https://a.invalid/"
    return Channel("urn:head", "head", "head", url, url, _DAY, (), prefixes=prefixes)


_RSS_ESCAPES = Escapes(format_rfc822, escape_plain, escape_text, escape_plain, escape_markup, is_rss=True)
_RSS_ENTRIES = EntryWriter("item", lambda items: _rss_by_feedgen(_any_head(), items), _RSS_ESCAPES)
_ATOM_ENTRIES = EntryWriter("entry", lambda items: _atom_by_feedgen(_any_head(), items))
_RSS = _DocumentWriter("rss", _rss_by_feedgen, _RSS_ENTRIES, escape_plain)
_ATOM = _DocumentWriter("atom", _atom_by_feedgen, _ATOM_ENTRIES)


def render_rss(channel: Channel, items: Sequence[Item], specimens: Specimens) -> bytes:
    """Return the channel as RSS 2.0 in UTF-8, one element per line."""
    return _RSS.write(channel, items, specimens)


def render_atom(channel: Channel, items: Sequence[Item], specimens: Specimens) -> bytes:
    """Return the channel as Atom 1.0 (RFC 4287) in UTF-8, one element per line."""
    return _ATOM.write(channel, items, specimens)
