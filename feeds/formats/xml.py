"""Write XML elements that feedgen does not support, and verify written documents. Owns lxml.

Verification uses another parser (expat) than the one that wrote the document, so that both must find it well-formed.
"""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
AT = "http://purl.org/atompub/tombstones/1.0"
FH = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

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


def count_elements(data: bytes, root: str, name: str, attribute: str = "") -> int:
    """Return the number of elements in a document. A name in a namespace is written `namespace name`.

    Args:
        data: the document.
        root: the name that the root element must have.
        name: the name of the elements to count.
        attribute: count only elements with this attribute, "" for all.

    Raises:
        ValueError: the document is not well-formed, or has another root.
    """
    roots: list[str] = []
    found = 0

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal found
        if not roots:
            roots.append(element)
        if element == name and (not attribute or attribute in attributes):
            found += 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    if roots != [root]:
        raise ValueError(f"the root element is {roots[0]}, expected {root}")
    return found
