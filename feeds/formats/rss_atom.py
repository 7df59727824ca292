"""RSS 2.0 and Atom 1.0: owns feedgen.

feedgen 1.0.0 writes the elements that both formats have had since 2005; `_RssExtras` and `_AtomExtras` add the rest.
Each format gets a generator of its own, since feedgen lets a value for one leak into the other: the last link
of any kind becomes the RSS link, an author with an e-mail address an RSS author, a summary a description.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseEntryExtension, BaseExtension

from feeds.formats.xml import AT, ATOM, DC, FH, LANG, MEDIA, Element, child, literal, root
from feeds.model import Channel, Item
from posts.model import Enclosure, Person

GENERATOR = "feedmill"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rfc822(date: datetime) -> str:
    """`date` as RSS has it: RFC 822 with a four-digit year and a numeric offset, in English whatever the locale."""
    day, month = _DAYS[date.weekday()], _MONTHS[date.month - 1]
    return f"{day}, {date.day:02} {month} {date.year:04} {date:%H:%M:%S %z}"


# feedgen's own sets the locale of the whole process to C and back, for every date.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = rfc822

# RSS Advisory Board Profile, "Character Data": in plain text `&`, `<` and `>` are written as hexadecimal references,
# since some readers take the named ones for markup. lxml writes named ones, so noncharacters (which no text has,
# they are for internal use) stand in until the document is bytes.
_STAND_INS = (("&", "\ufdd0", b"&#x26;"), ("<", "\ufdd1", b"&#x3C;"), (">", "\ufdd2", b"&#x3E;"))


def rss(channel: Channel, items: Sequence[Item]) -> bytes:
    """The channel as RSS 2.0 in UTF-8, an element a line."""
    feed = _generator(channel, _RssNamespaces)
    feed.title(_plain(channel.title))
    feed.description(_plain(channel.description))
    feed.link(href=channel.address, rel="self", type="application/rss+xml")
    feed.link(href=channel.home, rel="alternate")  # last: feedgen takes the last link for the channel's
    feed.lastBuildDate(channel.updated)
    feed.rights(_plain(channel.rights))
    feed.ttl(channel.ttl)
    feed.image(channel.logo or channel.icon or None)
    feed.entry([_rss_entry(item) for item in items])
    data: bytes = _styled(feed.rss_str(pretty=True), channel.style)
    for _, stand_in, reference in _STAND_INS:
        data = data.replace(stand_in.encode(), reference)
    return data


def atom(channel: Channel, items: Sequence[Item]) -> bytes:
    """The channel as Atom 1.0 (RFC 4287) in UTF-8, an element a line."""
    feed = _generator(channel, _AtomNamespaces)
    feed.id(channel.id)
    feed.title(channel.title)
    feed.subtitle(channel.description if channel.description != channel.title else None)
    feed.updated(channel.updated)
    feed.author([_person(person) for person in channel.authors])
    feed.link(href=channel.address, rel="self", type="application/atom+xml")
    for hub in channel.hubs:
        feed.link(href=hub, rel="hub")
    feed.link(href=channel.home, rel="alternate", type="text/html")
    for relation, href in channel.links:
        feed.link(href=href, rel=relation, type="application/atom+xml")
    feed.rights(channel.rights)
    feed.icon(channel.icon)
    feed.logo(channel.logo)
    feed.entry([_atom_entry(item) for item in items])
    return _styled(feed.atom_str(pretty=True), channel.style)


def _styled(data: bytes, style: str) -> bytes:
    """`data` with a style sheet for browsers (https://www.w3.org/TR/xml-stylesheet/), behind the XML declaration."""
    instruction = f'\n<?xml-stylesheet type="text/css" href="{style}"?>\n'.encode()
    return data.replace(b"\n", instruction, 1) if style else data


def _generator(channel: Channel, namespaces: type[BaseExtension]) -> Any:
    feed = feedgen.feed.FeedGenerator()
    feed.register_extension("extras", namespaces)
    feed.extras.channel = channel
    feed.generator(GENERATOR)  # no version: a new one would change the bytes of every feed
    feed.docs("")
    feed.language(channel.language or None)
    return feed


def _rss_entry(item: Item) -> Any:
    entry = _entry(item, _RssExtras)
    entry.title(_plain(item.title))
    entry.link(href=item.link)
    entry.description(html.escape(item.summary, quote=False))  # the one element in which RSS has HTML
    if item.html:
        entry.content(literal(item.html))
    entry.category([{"term": _plain(label)} for _, label in item.terms])
    entry.pubDate(item.published)
    if item.enclosures:
        first = item.enclosures[0]  # feedgen takes the last one, and RSS has only one
        entry.enclosure(first.url, _size(first), first.type)
    return entry


def _atom_entry(item: Item) -> Any:
    entry = _entry(item, _AtomExtras)
    entry.title(item.title)
    entry.updated(item.updated)
    entry.published(item.published)
    entry.author([_person(person) for person in item.authors])
    entry.link(href=item.link)
    entry.category([{"term": term, "label": label} for term, label in item.terms])
    if item.summary:
        entry.summary(item.summary, type="text")
    if item.html:
        entry.content(literal(item.html), type="html")
    return entry


def _entry(item: Item, extras: type[_Extras]) -> Any:
    entry = feedgen.entry.FeedEntry()
    entry.id(item.id)
    entry.register_extension("extras", extras)
    entry.extras.item = item
    return entry


def _plain(text: str) -> str:
    for char, stand_in, _ in _STAND_INS:
        text = text.replace(char, stand_in)
    return text


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email if "@" in person.email[1:-1] else "", "uri": person.uri}


def _size(one: Enclosure) -> str:
    return str(one.length) if one.length > 0 else ""


class _RssNamespaces(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC, "media": MEDIA}

    def extend_rss(self, feed: Element) -> None:
        """The hubs beside the link to itself: feedgen writes no other link of Atom's into RSS."""
        itself = next(feed.iter(f"{{{ATOM}}}link"))
        for hub in reversed(self.channel.hubs):
            itself.addnext(root(f"{{{ATOM}}}link", rel="hub", href=hub))


class _AtomNamespaces(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        archive = {"fh": FH} if self.channel.is_archive else {}
        return {"media": MEDIA, **archive, **({"at": AT} if self.channel.withdrawn else {})}

    def extend_atom(self, feed: Element) -> None:
        if self.channel.is_archive:  # RFC 5005, section 4
            child(feed, f"{{{FH}}}archive")
        for given, when in self.channel.withdrawn:  # RFC 6721, section 3
            child(feed, f"{{{AT}}}deleted-entry", ref=given, when=when.isoformat())


class _Extras(BaseEntryExtension):  # type: ignore[misc]  # feedgen is untyped
    item: Item

    def thumbnail(self, entry: Element) -> None:
        if self.item.image:
            child(entry, f"{{{MEDIA}}}thumbnail", url=self.item.image)


class _RssExtras(_Extras):
    def extend_rss(self, entry: Element) -> None:
        item = self.item
        for person in item.authors:
            child(entry, f"{{{DC}}}creator", _plain(person.name))
        if item.source:
            child(entry, f"{{{DC}}}source", _plain(item.source))
        if item.language:
            child(entry, f"{{{DC}}}language", item.language)
        if item.via:
            child(entry, f"{{{ATOM}}}link", rel="via", href=item.via, title=item.via_title)
        self.thumbnail(entry)
        for one in item.enclosures[1:]:
            self._media(entry, one)

    def _media(self, entry: Element, one: Enclosure) -> None:
        # Media RSS knows image, audio, video, document and executable; what a "file" is it need not be told.
        medium = one.medium if one.medium != "file" else ""
        media = child(entry, f"{{{MEDIA}}}content", url=one.url, fileSize=_size(one), type=one.type, medium=medium)
        if one.title:
            child(media, f"{{{MEDIA}}}title", _plain(one.title), type="plain")


class _AtomExtras(_Extras):
    def extend_atom(self, entry: Element) -> None:
        item = self.item
        if item.language:
            entry.set(LANG, item.language)
        # feedgen writes an entry's links without rel, type, title and length: it has the one, and no others.
        for link in entry.iter("link"):
            link.set("rel", "alternate")
        if item.via:
            child(entry, "link", href=item.via, rel="via", title=item.via_title)
        for one in item.enclosures:
            child(entry, "link", href=one.url, rel="enclosure", type=one.type, length=_size(one), title=one.title)
        self.thumbnail(entry)
