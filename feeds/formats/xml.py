"""Write XML elements that feedgen does not support, and read untrusted documents. Owns lxml."""

from __future__ import annotations

from lxml import etree

XmlElement = etree._Element  # noqa: SLF001 - lxml has no public name for its element class


def append_child(parent: XmlElement, name: str, text: str = "", /, **attributes: str) -> XmlElement:
    """Append an element with `text` and with those `attributes` that are not empty; return it."""
    element = etree.SubElement(parent, name, {key: value for key, value in attributes.items() if value})
    element.text = text or None
    return element


def new_element(name: str, /, **attributes: str) -> XmlElement:
    """Return a new element without a parent."""
    return etree.Element(name, attributes)


def parse_xml(data: bytes) -> XmlElement:
    """Return the root of an untrusted document; nothing is fetched, and its own entities are not expanded.

    Raises:
        ValueError: the document is not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None


def canonical_markup(element: XmlElement) -> str:
    """Return an element with its content as text, independent of its context (Exclusive XML Canonicalization)."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()


def serialize(element: XmlElement, comment: str) -> bytes:
    """Return the document of `element` in UTF-8, one element per line, with `comment` before the root."""
    element.addprevious(etree.Comment(comment))
    return etree.tostring(element.getroottree(), pretty_print=True, encoding="UTF-8", xml_declaration=True)


def cdata(markup: str) -> str | etree.CDATA:
    """Return HTML as the text of an element: in a CDATA section, which keeps feeds small and diffs readable.

    Text that a CDATA section cannot hold is escaped instead (XML 1.0, sections 2.7 and 2.11).
    """
    return markup if "]]>" in markup or "\r" in markup else etree.CDATA(markup)
