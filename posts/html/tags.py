"""Edit canonical HTML (the sanitizer's output) as a string, which costs a hundredth of a parser.

Canonical means: names in lower case, attributes in double quotes, every element closed, `<` and `&` escaped in
text. Only the output of `posts.html.sanitize` is canonical. Everything here is pure and linear.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import cache
from urllib.parse import unquote

from msgspec import Struct

from posts.text import lazy_pattern, unescape

TAG = lazy_pattern(r'<(/?)([a-z][^\s/>"]*)((?: [^\s=>]+="[^"]*")*)>')
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # HTML, 13.1.2
NUMBER_ATTRIBUTE = "data-feedmill-number"

_ATTRIBUTE = lazy_pattern(r' ([^\s=>]+)="([^"]*)"')
_ID = lazy_pattern(r' id="([^"]*)"')
_FRAGMENT = lazy_pattern(r' href="[^"#]*#([^"]{1,300})"')
_FEW = 250
_INLINE = frozenset(("a", "b", "em", "font", "i", "s", "span", "strong", "u"))
_HOLLOW = _INLINE | {"center", "div", "p"}
_BLANK = lazy_pattern(r"(?:\s++|&nbsp;|\u200b|\ufeff)*+")
_UNTIDY = lazy_pattern(
    r"<a(?! [^>]*?\bhref=)[ >]|<img(?! [^>]*?\bsrc=)[ >]|<source(?! [^>]*?\bsrc)[ >]"
    r"|<(a|b|center|div|em|font|i|p|s|span|strong|u)(?: [^>]*+)?+>(?:\s++|&nbsp;|\u200b|\ufeff|<br>)*+</",
)


def attributes_of(tag: re.Match[str]) -> dict[str, str]:
    """Return the decoded attributes of a tag, which is a match of `TAG`."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[3])}


def end_of_element(html: str, name: str, place: int, longest: int | None = None) -> int:
    """Return where an element ends whose start tag ends at `place`; -1 if that is not within `longest` characters."""
    level = 1
    for edge in _edges(name).finditer(html, place, len(html) if longest is None else place + longest):
        level += -1 if edge[1] else 1
        if not level:
            return edge.end()
    return -1


@cache
def _edges(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}(?=[ >])[^>]*+>")


def nesting_depth(html: str) -> int:
    """Return how deep elements are nested; an upper bound if there are at most 250 tags."""
    if (found := html.count("<")) <= _FEW:
        return found
    deepest = level = 0
    for end, name in re.findall(r"<(/?)([a-z][^\s/>]*)", html):
        if end:
            level -= 1
        elif name not in VOID:
            level += 1
            deepest = max(deepest, level)
    return deepest


def number_tags(html: str) -> str:
    """Add the ordinal of each start tag as an attribute, for `remove_elements`."""
    ordinals = iter(range(html.count("<")))
    return TAG.sub(lambda tag: tag[0] if tag[1] else f'<{tag[2]} {NUMBER_ATTRIBUTE}="{next(ordinals)}"{tag[3]}>', html)


def remove_elements(html: str, ordinals: Container[int]) -> str:
    """Remove the elements whose start tags have these ordinals; every other character stays."""
    kept: list[str] = []
    place = level = ordinal = 0
    cut = -1
    for tag in TAG.finditer(html):
        if cut < 0:
            kept.append(html[place : tag.start()])
            place = tag.start()
        if not tag[1]:
            doomed, ordinal = ordinal in ordinals, ordinal + 1
            level += tag[2] not in VOID
            if doomed and cut < 0:
                cut = level - 1 if tag[2] not in VOID else level
        else:
            level -= 1
        if cut >= 0:
            place = tag.end()
            cut = -1 if level <= cut else cut
    return "".join(kept) + html[place:]


def drop_unused_ids(html: str) -> str:
    """Remove the ids from sanitized `html` that no link in it leads to, and all but the first of several equal ones."""
    if ' id="' not in html:
        return html
    wanted = {unquote(fragment) for fragment in _FRAGMENT.findall(html)}

    def kept(match: re.Match[str]) -> str:
        if match[1] not in wanted:
            return ""
        wanted.remove(match[1])
        return match[0]

    return TAG.sub(lambda tag: _ID.sub(kept, tag[0]) if ' id="' in tag[3] else tag[0], html)


def tidy_html(html: str) -> str:
    """Remove what shows nothing from sanitized `html`.

    An image without an address goes, a link without one becomes its content, and so does an empty inline
    element: the space in it may be all that parts two words. Empty paragraphs and divisions go; between two
    runs of text a line break stays in their place.
    """
    return "".join(_tidied(html)) if _UNTIDY.search(html) else html


class _Open(Struct):
    """An element that is open: where it begins in what is written, and whether its tags stay."""

    name: str
    start: int
    stays: bool
    follows_text: bool
    shows: bool


def _tidied(html: str) -> list[str]:
    out: list[str] = []
    opened = [_Open("", 0, stays=True, follows_text=False, shows=False)]
    follows_text = False  # whether text is the last that was written, but for blanks
    for text, tag in _pieces(html):
        out.append(text)
        if not _BLANK.fullmatch(text):
            opened[-1].shows = follows_text = True
        if tag is None:
            continue
        name, attributes = tag[2], tag[3]
        if tag[1]:
            follows_text = _close(out, opened.pop(), opened[-1])
        elif name not in VOID:
            stays = name != "a" or " href=" in attributes
            opened.append(_Open(name, len(out), stays, follows_text, shows=name not in _HOLLOW))
            out.append(tag[0] if stays else "")
            follows_text = follows_text and name in _INLINE
        elif name not in ("img", "source") or " src" in attributes:
            out.append(tag[0])
            opened[-1].shows |= name not in ("br", "wbr")
            follows_text = False
    return out


def _pieces(html: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    place = 0
    for tag in TAG.finditer(html):
        yield html[place : tag.start()], tag
        place = tag.end()
    yield html[place:], None


def _close(out: list[str], element: _Open, parent: _Open) -> bool:
    """End `element` in `out` and return whether text was written last."""
    if element.shows:
        parent.shows = True
        out.append(f"</{element.name}>" if element.stays else "")
        return element.name in _INLINE
    if element.name in _INLINE:
        out[element.start] = ""
        return element.follows_text
    del out[element.start :]
    if element.follows_text:
        out.append("<br>")
    return False
