"""Write RSS 2.0 and Atom 1.0 by feedgen. `feeds.formats.documents` fills most documents into specimens of these.

feedgen 1.0.0 writes the core elements of both formats; `_RssExtras` and `_AtomExtras` add the rest. Each format has its
own generator, because feedgen lets a value for one format leak into the other: the last link of any kind becomes the
RSS link, an author with an e-mail address an RSS author, a summary an RSS description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseEntryExtension, BaseExtension

from feeds.formats.escapes import STAND_INS, escape_html, format_rfc822, mailbox
from feeds.formats.namespaces import ATOM_PREFIXES, RSS_PREFIXES
from feeds.formats.verify import AT, ATOM, DC, FH, LANG, MEDIA
from feeds.formats.xml import XmlElement, append_child, cdata, new_element
from feeds.model import Channel, Extension, Item
from posts.model import Enclosure, Person

GENERATOR = "feedmill"

# feedgen's own function switches the locale of the whole process to C and back for every date.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_rfc822


def rss_by_feedgen(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the channel as RSS 2.0 in UTF-8, one element per line."""
    feed = _generator(channel, _RssNamespaces)
    feed.title(_plain(channel.title))
    feed.description(_plain(channel.description))
    feed.link(href=channel.address, rel="self", type="application/rss+xml")
    feed.link(href=channel.home, rel="alternate")  # last: feedgen makes the last link the channel's
    feed.lastBuildDate(channel.updated)
    feed.rights(_plain(channel.rights))
    feed.ttl(channel.ttl)
    feed.image(channel.logo or channel.icon or None)
    feed.entry([_rss_entry(item) for item in items])
    data = _styled(feed.rss_str(pretty=True), channel.style)
    for _, stand_in, reference in STAND_INS:
        data = data.replace(stand_in.encode(), reference.encode())
    return data


def atom_by_feedgen(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the channel as Atom 1.0 (RFC 4287) in UTF-8, one element per line."""
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
    """Add a style sheet for browsers (https://www.w3.org/TR/xml-stylesheet/) after the XML declaration."""
    instruction = f'\n<?xml-stylesheet type="text/css" href="{style}"?>\n'.encode()
    return data.replace(b"\n", instruction, 1) if style else data


def _generator(channel: Channel, namespaces: type[BaseExtension]) -> Any:
    feed = feedgen.feed.FeedGenerator()
    feed.register_extension("extras", namespaces)
    feed.extras.channel = channel
    feed.generator(GENERATOR)  # without a version, which would change the bytes of every feed on upgrade
    feed.docs("")
    feed.language(channel.language or None)
    return feed


def _rss_entry(item: Item) -> Any:
    entry = _entry(item, _RssExtras)
    entry.title(_plain(item.title))
    entry.link(href=item.link)
    entry.description(escape_html(item.summary))  # the one RSS element that contains HTML
    if item.html:
        entry.content(cdata(item.html))
    entry.category([{"term": _plain(label)} for _, label in item.terms])
    entry.pubDate(item.published)
    if item.enclosures:
        first = item.enclosures[0]  # RSS allows one; feedgen would keep the last
        entry.enclosure(first.url, _size(first), first.type)
    return entry


def _atom_entry(item: Item) -> Any:
    entry = _entry(item, _AtomExtras)
    entry.title(item.title)
    entry.updated(item.updated)
    entry.published(item.published)
    entry.author([_person(person) for person in item.authors])
    entry.link(href=item.link)
    entry.category([{"term": label, "label": label} for _, label in item.terms])
    if item.summary:
        entry.summary(item.summary, type="text")
    if item.html:
        entry.content(cdata(item.html), type="html")
    return entry


def _entry(item: Item, extras: type[_Extras]) -> Any:
    entry = feedgen.entry.FeedEntry()
    entry.id(item.id)
    entry.register_extension("extras", extras)
    entry.extras.item = item
    return entry


def _plain(text: str) -> str:
    for char, stand_in, _ in STAND_INS:
        text = text.replace(char, stand_in)
    return text


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": mailbox(person.email), "uri": person.uri}


def _size(one: Enclosure) -> str:
    return str(one.length) if one.length > 0 else ""


class _RssNamespaces(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC, "media": MEDIA, **_used(RSS_PREFIXES, self.channel)}

    def extend_rss(self, feed: XmlElement) -> None:
        """Add the hubs after the self link, as feedgen writes no other Atom links into RSS, and the extensions."""
        self_link = next(feed.iter(f"{{{ATOM}}}link"))
        for hub in reversed(self.channel.hubs):
            self_link.addnext(new_element(f"{{{ATOM}}}link", rel="hub", href=hub))
        _append(feed[0], self.channel.extensions, _plain)


class _AtomNamespaces(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        archive = {"fh": FH} if self.channel.is_archive else {}
        tombstones = {"at": AT} if self.channel.withdrawn else {}
        return {"media": MEDIA, **archive, **tombstones, **_used(ATOM_PREFIXES, self.channel)}

    def extend_atom(self, feed: XmlElement) -> None:
        if self.channel.is_archive:  # RFC 5005, section 4
            append_child(feed, f"{{{FH}}}archive")
        for item_id, when in self.channel.withdrawn:  # RFC 6721, section 3
            append_child(feed, f"{{{AT}}}deleted-entry", ref=item_id, when=when.isoformat())


def _used(prefixes: Mapping[str, str], channel: Channel) -> dict[str, str]:
    return {prefix: namespace for prefix, namespace in prefixes.items() if prefix in channel.prefixes}


def _append(parent: XmlElement, extensions: Iterable[Extension], plain: Callable[[str], str] = str) -> None:
    """Append extensions; `plain` returns their texts as the format writes plain text."""
    for one in extensions:
        element = append_child(parent, one.name, plain(one.text), **dict(one.attributes))
        _append(element, one.children, plain)


class _Extras(BaseEntryExtension):  # type: ignore[misc]  # feedgen is untyped
    item: Item

    def thumbnail(self, entry: XmlElement) -> None:
        if self.item.image:
            append_child(entry, f"{{{MEDIA}}}thumbnail", url=self.item.image)


class _RssExtras(_Extras):
    def extend_rss(self, entry: XmlElement) -> None:
        item = self.item
        if item.authors:
            # Of several elements, Miniflux, newsboat and others show the last one only.
            names = ", ".join(dict.fromkeys(person.name for person in item.authors))
            append_child(entry, f"{{{DC}}}creator", _plain(names))
        if item.source:
            append_child(entry, f"{{{DC}}}source", _plain(item.source))
        if item.language:
            append_child(entry, f"{{{DC}}}language", item.language)
        if item.via:
            append_child(entry, f"{{{ATOM}}}link", rel="via", href=item.via, title=item.via_title)
        self.thumbnail(entry)
        for one in item.enclosures[1:]:
            self._media(entry, one)
        _append(entry, item.rss, _plain)

    def _media(self, entry: XmlElement, one: Enclosure) -> None:
        # Media RSS defines image, audio, video, document and executable; for other files `medium` is left out.
        medium = one.medium if one.medium != "file" else ""
        media = append_child(
            entry, f"{{{MEDIA}}}content", url=one.url, fileSize=_size(one), type=one.type, medium=medium
        )
        if one.title:
            append_child(media, f"{{{MEDIA}}}title", _plain(one.title), type="plain")


class _AtomExtras(_Extras):
    def extend_atom(self, entry: XmlElement) -> None:
        item = self.item
        if item.language:
            entry.set(LANG, item.language)
        # feedgen writes the one link of an entry without rel, and cannot write the others.
        for link in entry.iter("link"):
            link.set("rel", "alternate")
        if item.via:
            append_child(entry, "link", href=item.via, rel="via", title=item.via_title)
        for one in item.enclosures:
            append_child(
                entry, "link", href=one.url, rel="enclosure", type=one.type, length=_size(one), title=one.title
            )
        self.thumbnail(entry)
        _append(entry, item.atom)
