"""Write the entries of a feed from specimens: feedgen writes one entry for each shape of item, and others fill it in.

Two items have the same shape if the same texts are empty, and their lists are equally long. A specimen is an item with
a mark in the place of every text; its entry, with each mark replaced by the escaped text of an item, is what feedgen
would write for that item, in a tenth of the time. An item that has no specimen is written by feedgen itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct, field

from feeds.formats.escapes import escape_attribute, escape_text, mailbox
from feeds.formats.specimens import Shape, Specimens, Template, mark, number_of
from feeds.model import Extension, Item
from posts.model import Enclosure, Person

_LENGTH = 990_000_000_000_000  # and the index of the enclosure: marks in the place of numbers
MAILBOX = "-@"  # before the mark of an e-mail address: other texts than addresses are left out

# The marks of the two dates, which every entry has.
DATES = (datetime(1971, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(1972, 1, 2, 3, 4, 5, tzinfo=UTC))


def shape_of(extensions: Iterable[Extension]) -> str:
    """Return the names of elements, of their attributes and of the elements in them, as a text."""
    return "".join(
        [
            f"<{' '.join([one.name, *[key for key, _ in one.attributes]])}>{shape_of(one.children)}</>"
            for one in extensions
        ]
    )


class Escapes(Struct, frozen=True):
    """How a format writes the texts of an item: as the text of elements, or in attributes.

    Attributes:
        date: Returns a date as the format writes it.
        text: Titles and names.
        link: The address of the item, and its language.
        label: Its terms, and the titles of its media.
        summary: The summary.
        is_rss: Whether all authors are one text, and there is no date of the last change.
    """

    date: Callable[[datetime], str] = datetime.isoformat
    text: Callable[[str], str] = escape_text
    link: Callable[[str], str] = escape_attribute
    label: Callable[[str], str] = escape_attribute
    summary: Callable[[str], str] = escape_text
    is_rss: bool = False

    def _updated(self, item: Item, published: str) -> str:
        if self.is_rss:
            return ""  # RSS has no such date
        return published if item.updated is item.published else self.date(item.updated)

    def texts(self, item: Item) -> list[str]:
        """Return all texts of an item, escaped, in the order of `_specimen`."""
        text, label = self.text, self.label
        published = self.date(item.published)
        texts = [
            published,
            self._updated(item, published),
            escape_text(item.id),
            text(item.title),
            self.link(item.link),
            self.summary(item.summary),
            item.html or "",
            escape_attribute(item.via),
            escape_attribute(item.via_title),
            text(item.source),
            self.link(item.language),
            escape_attribute(item.image),
        ]
        texts += [label(name) for _, name in item.terms]
        if self.is_rss:
            texts.append(text(", ".join(dict.fromkeys([person.name for person in item.authors]))))
        else:
            for person in item.authors:
                texts += (text(person.name), escape_text(mailbox(person.email)), escape_text(person.uri))
        for medium in item.enclosures:
            size = str(medium.length) if medium.length > 0 else ""
            texts += (escape_attribute(medium.url), size, label(medium.title))
        for one in self.extensions(item):
            texts.append(text(one.text))
            texts += [escape_attribute(value) for _, value in one.attributes]
        return texts

    def extensions(self, item: Item) -> tuple[Extension, ...]:
        """Return the further elements of an item in this format."""
        return item.rss if self.is_rss else item.atom


class EntryWriter(Struct, frozen=True):
    """Writes the entries of one format.

    Attributes:
        tag: The name of an entry's element.
        by_feedgen: Returns a document of feedgen's with the entries of some items.
        escapes: How the format writes texts.
    """

    tag: str
    by_feedgen: Callable[[Sequence[Item]], bytes]
    escapes: Escapes = field(default_factory=Escapes)

    def write(self, item: Item, specimens: Specimens) -> str:
        """Return the entry of an item, indented, with a line end."""
        html, types = item.html, [one.type for one in item.enclosures]
        if (html and ("]]>" in html or "\r" in html)) or not "".join(types).isascii():
            return self._entry(item)
        texts = self.escapes.texts(item)
        further = shape_of(self.escapes.extensions(item))
        shape = (len(texts), *map(bool, texts), len(item.terms), len(item.authors), further, *types)
        template = specimens.get(self.tag, shape) or self._make(item, texts, shape, specimens)
        return template.fill(texts)

    def split(self, document: bytes) -> tuple[str, str, str]:
        """Return what is before the entries of a document, the entries, and what is after them."""
        text = document.decode()
        start = re.search(rf"^ *<{self.tag}[ >]", text, re.MULTILINE)
        end = text.rindex(f"</{self.tag}>\n") + len(f"</{self.tag}>\n")
        if start is None:
            raise ValueError(f"a document without <{self.tag}>")
        return text[: start.start()], text[start.start() : end], text[end:]

    def _entry(self, item: Item) -> str:
        return self.split(self.by_feedgen([item]))[1]

    def _make(self, item: Item, texts: Sequence[str], shape: Shape, specimens: Specimens) -> Template:
        specimen = _specimen(item, texts, self.escapes)
        entry = self._entry(specimen)
        for number, date in enumerate(DATES):
            entry = entry.replace(self.escapes.date(date), mark(number))
        for one in specimen.enclosures:
            entry = entry.replace(str(one.length), mark(one.length - _LENGTH)) if one.length else entry
        return specimens.add(self.tag, shape, Template.marked(entry.replace(MAILBOX, "")))


def _specimen(item: Item, texts: Sequence[str], escapes: Escapes) -> Item:
    """Return the specimen of an item's shape: the n-th of its `texts` is the n-th mark, unless it is empty."""
    marks = (mark(number) if text else "" for number, text in enumerate(texts))
    next(marks), next(marks)
    simple = [next(marks) for _ in range(10)]
    terms = tuple([("", next(marks)) for _ in item.terms])
    if escapes.is_rss:
        authors: tuple[Person, ...] = tuple([Person(mark) for mark in (next(marks),) if mark])
    else:
        people = [(next(marks), next(marks), next(marks)) for _ in item.authors]
        authors = tuple([Person(name, f"{MAILBOX}{email}" if email else "", uri) for name, email, uri in people])
    media = [(next(marks), next(marks), next(marks)) for _ in item.enclosures]
    enclosures = [
        Enclosure(url, one.type, _LENGTH + number_of(size) if size else 0, title)
        for one, (url, size, title) in zip(item.enclosures, media, strict=True)
    ]
    further = tuple(
        [
            Extension(one.name, next(marks), tuple([(key, next(marks)) for key, _ in one.attributes]))
            for one in escapes.extensions(item)
        ]
    )
    item_id, title, link, summary, html, via, via_title, source, language, image = simple
    return Item(
        item_id,
        title,
        link,
        *DATES,
        summary,
        html or item.html,
        via,
        via_title,
        source,
        terms,
        authors,
        language,
        image,
        tuple(enclosures),
        rss=further,
        atom=further,
    )
