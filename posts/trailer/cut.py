"""Cut the trailer off a body: navigation, the source link and the attribution after the article. Pure.

This works on the last blocks of the raw body, before Markdown, with string functions only: it runs for every post,
because the id depends on the source link. Blocks end at blank lines and at the tags of paragraphs and divisions; one
body may have both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from posts.trailer.blocks import attribution, bare_link, closing_attribution, is_navigation_block, may_be_trailer

_LAST_LINES = 600  # characters
_TAIL = 4096
_MOST_NAVIGATION = 10  # blocks

_DIVISION = r"(?:p|div|center|section|article|footer|nav|header|aside|main)(?:\s[^<>]*+)?>"
_BREAK = r"br\s*+/?>\s*+"
_SEPARATOR = re.compile(  # beginning with a set of characters, which the engine looks for by itself
    rf"[\n<](?:(?<=\n)[ \t\r]*+\n|(?<=<)(?:/?{_DIVISION}|{_BREAK}(?:<{_BREAK})++|hr(?:\s[^<>]*+|/)?>))", re.IGNORECASE
)
_CLOSING = re.compile(rf"</{_DIVISION}", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:span|b|strong|i|em|small|font|u|sub|sup|br|wbr)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_ATTRIBUTE_LIST = re.compile(r"\{:[^{}\n]{0,200}\}")  # kramdown: inline attribute lists
_EMPTY = re.compile(
    r"(?:[\s\u200b\ufeff]|&nbsp;|&#160;|<>|<!--(?:(?!-->).)*+-->|-{3,}|_{3,}|\*{3,}|\* \* \*)*+", re.DOTALL
)
_QUOTED = re.compile(r"\s*(?:>|[-*+]\s|\d{1,9}[.)]\s|\|)")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CODE = ("  ", "\t", " \t")
_CONTAINERS = [(f"<{name}", f"</{name}") for name in ("pre", "blockquote", "table", "ul", "ol", "code")]
_TRAILER_MARKS = ("](", "href", "HREF", "http", "来源", "來源", "ource")


@dataclass(frozen=True, slots=True)
class TrimmedBody:
    """A body without its trailer. `source` is absolute, `source_title` plain text; each is "" if there is none."""

    body: str
    source: str = ""
    source_title: str = ""


_Span = tuple[int, int, bool]  # of a block: start, end, and whether it follows a blank line
_Test = Callable[[str], bool]


def cut_trailer(
    body: str, *, is_navigation: Callable[[str], bool], is_source: Callable[[str], bool], markdown: bool = True
) -> TrimmedBody:
    """Return the body without trailing navigation, source link and attribution, in any order.

    Navigation is a block of links only, each of which satisfies `is_navigation`. The source link is a block
    that is one bare link, its text being its address, which satisfies `is_source`. An attribution is a block such as
    `（文章来源：X）`, `来源：X` or `Source: X`, or such a parenthesis at the end of the last paragraph. Nothing is
    taken out of code, quotations, lists and tables. A body that would be left empty is its source link, else as it was.
    """
    # The last lines are mostly enough; only if all of them are trailer, more has to be checked.
    for window in (_LAST_LINES, _TAIL):
        start = max(0, len(body) - window)
        window_text = body[start:]
        if not any(mark in window_text for mark in _TRAILER_MARKS):
            return TrimmedBody(body)
        spans = _spans(body, start)
        # The first block may begin before `start`.
        least = 1 if start else 0
        tail, end = _taken(body, spans, least, is_navigation, is_source, markdown=markdown)
        if len(spans) > least:
            return _ended(body, end, spans[-1], tail)
        if not start:
            return tail
    last = spans[0][1] if spans else len(body)
    return _ended(body, end, (last, last, False), tail)


def _taken(
    body: str, spans: list[_Span], least: int, is_navigation: _Test, is_source: _Test, *, markdown: bool
) -> tuple[TrimmedBody, int]:
    """Remove the trailer from the end of `spans`, but keep `least` blocks; return its contents and its start."""
    source, title, navigation = "", "", 0
    end, alone = len(body), body
    is_apart = _apart(body, spans[0][0] if spans else 0, markdown=markdown)
    while len(spans) > least:
        start, stop, _ = spans[-1]
        text = _text(body, spans[-1])
        if not text:
            pass
        elif not may_be_trailer(text) or (markdown and _QUOTED.match(text)) or is_apart(spans[-1]):
            break
        elif navigation < _MOST_NAVIGATION and is_navigation_block(text, is_navigation):
            navigation, end = navigation + 1, start
        elif not source and (link := bare_link(text)) and is_source(link):
            source, end, alone = link, start, body[start:stop].strip()
        elif not title and (credit := attribution(text)):
            title, end = credit, start
        else:
            break
        spans.pop()
    return TrimmedBody(body if spans else alone, source, title), end


def _ended(body: str, end: int, span: _Span, tail: TrimmedBody) -> TrimmedBody:
    """Return the body up to its last block, without its attribution, with the tags that close open elements."""
    start, last, _ = span
    title = tail.source_title
    if not title and not _QUOTED.match(body, start, last):
        last, title = closing_attribution(body, start, last)
    if last == span[1] and end == len(body):
        return tail
    return TrimmedBody(body[:last].rstrip() + "".join(_CLOSING.findall(body, span[1], end)), tail.source, title)


def _spans(body: str, start: int) -> list[_Span]:
    found = []
    place, after_blank = start, True
    for separator in _SEPARATOR.finditer(body, start):
        if place < separator.start():
            found.append((place, separator.start(), after_blank))
        place, after_blank = separator.end(), separator[0][0] == "\n"
    if place < len(body):
        found.append((place, len(body), after_blank))
    return found


def _text(body: str, span: _Span) -> str:
    """Return the block without inline tags and attribute lists; "" if it has no visible text."""
    raw = body[span[0] : span[1]].strip()
    if "<" in raw or "{:" in raw:
        raw = _ATTRIBUTE_LIST.sub("", _INLINE.sub(_space, raw)).strip()
    return "" if _EMPTY.fullmatch(raw) else raw


def _apart(body: str, first: int, *, markdown: bool) -> Callable[[_Span], bool]:
    """Return a test for blocks from `first` on: whether they are code, or inside a quotation, list or table."""
    containers = [tags for tags in _CONTAINERS if tags[0] in body]
    fenced = markdown and ("```" in body or "~~~" in body)
    fences = len(_FENCE.findall(body, 0, first)) if fenced else 0

    def is_apart(span: _Span) -> bool:
        start, end, after_blank = span
        if markdown and after_blank and body[start : min(end, start + 200)].lstrip("\r\n").startswith(_CODE):
            return True
        if fenced and (fences + len(_FENCE.findall(body, first, start))) % 2:
            return True
        for opening, closing in containers:
            place = body.rfind(opening, 0, start)
            if place >= 0 and body.find(closing, place, start) < 0:
                return True
        return False

    return is_apart


def _space(tag: re.Match[str]) -> str:
    return "\n" if tag[0][1:3].lower() == "br" else ""
