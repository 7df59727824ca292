"""The judge over cleaned HTML: what a browser's parser finds in it that could run, load, navigate or disguise.

Its lists are written down anew and not taken from the gate: what that lets pass by mistake must be found here.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import html5lib
from html5lib.serializer import HTMLSerializer
from html5lib.treewalkers import getTreeWalker

SCHEMES = {"http", "https", "mailto", "tel"}
FETCHED = {"http", "https"}
ELEMENTS = set(
    "a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup "
    "data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd "
    "li main mark ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup "
    "table tbody td tfoot th thead time tr tt u ul var video wbr".split()
)
ADDRESSES = {
    "href": {"a"},
    "src": {"img", "source", "audio", "video"},
    "srcset": {"img", "source"},
    "poster": {"video"},
    "cite": {"blockquote", "del", "ins", "q"},
}
PLAIN = set(
    "align alt colspan controls datetime dir height hreflang lang loop media open reversed rowspan scope "
    "sizes span start title type valign value width".split()
)
# The language of code, and what a note is called: nothing that could be a name of the reader's own page.
NAMED = {
    "class": ({"code", "pre"}, re.compile(r"language-[\w+#.-]{1,50}")),
    "id": (
        {"a", "div", "li", "p", "span", "sup"},
        re.compile(r"(?:user-content-)?(?:fn|fnref|footnote|endnote|note|cite|ref)[\w:.-]*"),
    ),
}
_AROUND = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def scheme(address: str) -> str:
    """As the WHATWG URL parser sees it: controls and blanks around it, and tabs and line ends in it, count nothing."""
    found = _SCHEME.match(re.sub(r"[\t\n\r]", "", address.strip(_AROUND)))
    return found[1].lower() if found else ""


def tree(html: str) -> ET.Element:
    """The tree that a browser builds of `html` in the body of a page."""
    return html5lib.parse(f"<!doctype html><html><head></head><body>{html}</body></html>", namespaceHTMLElements=True)


def objections(html: str) -> list[str]:
    """What in `html` is no element, attribute or address of the allow lists."""
    found: list[str] = []
    for element in tree(html).iter():
        if not isinstance(element.tag, str):
            found.append(f"comment {element.text!r}")
            continue
        namespace, _, name = element.tag.rpartition("}")
        if namespace != "{http://www.w3.org/1999/xhtml":
            found.append(f"foreign element {element.tag}")
        if name not in ELEMENTS | {"html", "head", "body"}:
            found.append(f"element {name}")
        for attribute, value in element.attrib.items():
            found.extend(_about(name, str(attribute), value))
    return found


def _about(element: str, attribute: str, value: str) -> list[str]:
    if element in ("html", "head", "body"):
        return [f"attribute {attribute} of {element}"]
    if attribute in NAMED:
        elements, pattern = NAMED[attribute]
        return [] if element in elements and pattern.fullmatch(value) else [f"attribute {attribute} {value}"]
    if attribute not in ADDRESSES:
        return [] if attribute in PLAIN else [f"attribute {attribute}"]
    if element not in ADDRESSES[attribute]:
        return [f"attribute {attribute} of {element}"]
    allowed = SCHEMES if attribute in ("href", "cite") else FETCHED
    parts = candidates(value) if attribute == "srcset" else [value]
    return [f"{attribute} {part}" for part in parts if scheme(part) not in allowed]


def candidates(srcset: str) -> list[str]:
    """The addresses in a srcset (HTML, 4.8.4.2.2): blanks end one, a comma only at its end or behind a descriptor."""
    found = []
    rest = srcset.lstrip(" \t\n\f\r,")
    while rest:
        address = re.split(r"[ \t\n\f\r]", rest, maxsplit=1)[0]
        found.append(address.rstrip(","))
        rest = rest[len(address) :]
        if not address.endswith(","):
            rest = re.sub(r"^(?:\([^)]*\)?|[^,(])*", "", rest, count=1)
        rest = rest.lstrip(" \t\n\f\r,")
    return found


def settles(html: str) -> bool:
    """Whether the tree, written down and read again, is the same: nothing in it waits for a second parser."""
    first = tree(html)
    # Without the doctype and the three elements around it, as a reader would take it out of one page into another.
    body = next(element for element in first.iter() if str(element.tag).endswith("}body"))
    written = HTMLSerializer(
        omit_optional_tags=False, quote_attr_values="always", minimize_boolean_attributes=False
    ).render(getTreeWalker("etree")(body))
    inside = written.partition(">")[2].rpartition("</body>")[0]
    return ET.tostring(tree(inside)) == ET.tostring(first)
