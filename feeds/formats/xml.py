"""XML: elements beside those that feedgen writes (owns lxml), and reading again what was written.

It is read by another parser (expat) than has written it, so that the two must agree on what is well-formed.
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

Element = etree._Element  # noqa: SLF001 - lxml gives its one class of elements no public name


def child(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    """Appends an element with `text` and those of `attributes` that are not empty."""
    element = etree.SubElement(parent, name, {key: value for key, value in attributes.items() if value})
    element.text = text or None
    return element


def root(name: str, /, **attributes: str) -> Element:
    """A new element without a parent."""
    return etree.Element(name, attributes)


def parse(data: bytes) -> Element:
    """The root of the document `data`, of whatever origin: nothing is fetched for it, and no entity of its own counts.

    Raises:
        ValueError: it is not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None


def markup(element: Element) -> str:
    """An element with all that is in it, as text, whatever the elements around it (Exclusive XML Canonicalization)."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()


def serialise(element: Element, comment: str) -> bytes:
    """The document of `element` in UTF-8, an element a line, with `comment` before it."""
    element.addprevious(etree.Comment(comment))
    return etree.tostring(element.getroottree(), pretty_print=True, encoding="UTF-8", xml_declaration=True)


def literal(markup: str) -> str | etree.CDATA:
    """`markup` as the text of an element: in a CDATA section, which keeps feeds small and their differences legible.

    It is escaped where a section cannot hold it (XML 1.0, sections 2.7 and 2.11).
    """
    return markup if "]]>" in markup or "\r" in markup else etree.CDATA(markup)


def count(data: bytes, root: str, name: str, attribute: str = "") -> int:
    """The number of elements `name` (with `attribute`) in the document `data`, whose root must be `root`.

    A name in a namespace is written `namespace name`. Raises ValueError when `data` is not well-formed
    or another document.
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
        raise ValueError(f"the root is {roots[0]}, not {root}")
    return found
