"""Verify written XML documents: parse them again, and count their items. It imports little.

Verification uses another parser (expat) than the one that wrote the document, so that both must find it well-formed.
"""

from __future__ import annotations

from xml.parsers import expat

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
AT = "http://purl.org/atompub/tombstones/1.0"
FH = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


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
