"""Parse published Atom and RSS of every version. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

from feeds.formats.verify import ATOM, DC, LANG, MEDIA
from feeds.formats.xml import XmlElement, canonical_markup
from feeds.parse.document import (
    Document,
    ParsedEntry,
    html_to_line,
    instant_text,
    join_lines,
    make_entry,
    non_empty,
    one_line,
    parse_iso_date,
    parse_rfc822_date,
)

# The namespaces of the elements of RSS 2.0 (none), 1.0 and 0.90.
_RSS = ("", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
_CONTENT = "http://purl.org/rss/1.0/modules/content/"


def parse_atom(root: XmlElement) -> Document:
    """Return the feed of an Atom document (RFC 4287)."""
    head = {
        "title": _construct(root, "title"),
        "description": _construct(root, "subtitle"),
        "id": _text(root, ATOM, "id"),
        "link": _href(root, "alternate"),
        "address": _href(root, "self"),
        "language": root.get(LANG, ""),
        "rights": _construct(root, "rights"),
    }
    return Document("atom", non_empty(head), tuple(map(_atom_entry, root.iterchildren(f"{{{ATOM}}}entry"))))


def _atom_entry(element: XmlElement) -> ParsedEntry:
    return make_entry(
        _text(element, ATOM, "id"),
        _construct(element, "title"),
        _href(element, "alternate"),
        parse_iso_date(_text(element, ATOM, "published")),
        canonical_markup(element),
        _construct(element, "content", keep=True),
        summary=_construct(element, "summary"),
        updated=instant_text(parse_iso_date(_text(element, ATOM, "updated"))),
        authors=join_lines(_text(author, ATOM, "name") for author in element.iterchildren(f"{{{ATOM}}}author")),
        categories=join_lines(
            one.get("label") or one.get("term") or "" for one in element.iterchildren(f"{{{ATOM}}}category")
        ),
        attachments=join_lines(_hrefs(element, "enclosure")),
        image=_image(element),
        via=_href(element, "via"),
    )


def _construct(parent: XmlElement, name: str, *, keep: bool = False) -> str:
    """Return a text construct (RFC 4287, section 3.1) as plain text, or with `keep` as HTML."""
    element = parent.find(f"{{{ATOM}}}{name}")
    if element is None:
        return ""
    if element.get("type") == "xhtml":
        return "".join(map(canonical_markup, element)) if keep else one_line("".join(map(str, element.itertext())))
    text = element.text or ""
    if keep:
        return text
    return html_to_line(text) if element.get("type") == "html" else one_line(text)


def _hrefs(parent: XmlElement, rel: str) -> Iterator[str]:
    for link in parent.iterchildren(f"{{{ATOM}}}link"):
        if link.get("rel", "alternate") == rel:
            yield link.get("href", "")


def _href(parent: XmlElement, rel: str) -> str:
    return next(_hrefs(parent, rel), "")


def parse_rss(root: XmlElement) -> Document:
    """Return the feed of an RSS document (0.90 to 2.0)."""
    channel = next((one for one in root if _is(one, "channel")), root)
    head = {
        "title": _own(channel, "title"),
        "description": _own(channel, "description"),
        "link": _own(channel, "link"),
        "address": _href(channel, "self"),
        "language": _own(channel, "language"),
        "rights": _own(channel, "copyright"),
    }
    items = [one for parent in dict.fromkeys((channel, root)) for one in parent if _is(one, "item")]
    return Document("rss", non_empty(head), tuple(map(_rss_item, items)))


def _rss_item(item: XmlElement) -> ParsedEntry:
    guid = _own(item, "guid")
    link = _own(item, "link") or (guid if guid.startswith(("http://", "https://")) else "")
    content = _text(item, _CONTENT, "encoded")
    description = _own(item, "description")
    media = [one.get("url", "") for one in item.iterchildren(f"{{{MEDIA}}}content")]
    return make_entry(
        guid,
        unescape(_own(item, "title")),
        link,
        parse_rfc822_date(_own(item, "pubDate")) or parse_iso_date(_text(item, DC, "date")),
        canonical_markup(item),
        content or description,
        summary=html_to_line(description) if content else "",
        authors=join_lines([_own(item, "author"), *_creators(item)]),
        categories=join_lines(one_line(one.text or "") for one in item if _is(one, "category")),
        attachments=join_lines([*(one.get("url", "") for one in item if _is(one, "enclosure")), *media]),
        image=_image(item),
        via=_href(item, "via"),
    )


def _is(element: XmlElement, name: str) -> bool:
    space, _, local = str(element.tag).rpartition("}")
    return local == name and space.removeprefix("{") in _RSS


def _own(parent: XmlElement, name: str) -> str:
    return next((one_line("".join(map(str, one.itertext()))) for one in parent if _is(one, name)), "")


def _texts(parent: XmlElement, space: str, name: str) -> list[str]:
    return ["".join(map(str, one.itertext())).strip() for one in parent.iterchildren(f"{{{space}}}{name}")]


def _text(parent: XmlElement, space: str, name: str) -> str:
    return next(iter(_texts(parent, space, name)), "")


def _creators(item: XmlElement) -> list[str]:
    """Return the names in `dc:creator`; one element may have several, as ours has."""
    return [name for text in _texts(item, DC, "creator") for name in text.split(", ")]


def _image(parent: XmlElement) -> str:
    return next((one.get("url", "") for one in parent.iterchildren(f"{{{MEDIA}}}thumbnail")), "")
