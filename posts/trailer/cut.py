"""Cut the trailer off a body: navigation, the source link and the attribution after the article. Pure.

Used by `posts.pipeline.metadata` for every changed post, because the id depends on the source link. So it works on the
last blocks of the raw body, before Markdown, with string functions only. Blocks end at blank lines and at the tags of
paragraphs and divisions; a body may have both.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from posts.model import ClosingLink
from posts.text import lazy_pattern
from posts.trailer.blocks import (
    attribution,
    bare_link,
    closing_attribution,
    is_linked_attribution,
    is_navigation_block,
    may_be_trailer,
)
from posts.trailer.source import ends_in_colon, is_link_block, is_media_page, mark, marked_link

_LAST_LINES = 600  # characters
_TAIL = 4096
_MOST_NAVIGATION = 10  # blocks
_MOST_EMPTY = 10

_DIVISION = r"(?:p|div|center|section|article|footer|nav|header|aside|main)(?:\s[^<>]*+)?>"
_BREAK = r"br\s*+/?>\s*+"
_SEPARATOR = lazy_pattern(  # begins with a set of characters, which the engine finds fast
    rf"[\n<](?:(?<=\n)[ \t\r]*+\n|(?<=<)(?:/?{_DIVISION}|{_BREAK}(?:<{_BREAK})++|hr(?:\s[^<>]*+|/)?>))", re.IGNORECASE
)
_CLOSING = lazy_pattern(rf"</{_DIVISION}", re.IGNORECASE)
_INLINE = lazy_pattern(r"</?(?:span|b|strong|i|em|small|font|u|sub|sup|br|wbr)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_ATTRIBUTE_LIST = lazy_pattern(r"\{:[^{}\n]{0,200}\}")  # kramdown: inline attribute lists
_EMPTY = lazy_pattern(
    r"(?:[\s\u200b\ufeff]|&nbsp;|&#160;|<>|<!--(?:(?!-->).)*+-->|-{3,}|_{3,}|\*{3,}|\* \* \*)*+", re.DOTALL
)
_QUOTED = lazy_pattern(r"\s*(?:>|[-*+]\s|\d{1,9}[.)]\s|\|)")
_FENCE = lazy_pattern(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CODE = ("  ", "\t", " \t")
_CONTAINERS = [(f"<{name}", f"</{name}") for name in ("pre", "blockquote", "table", "ul", "ol", "code")]
_TRAILER_MARKS = ("](", "href", "HREF", "http", "HTTP", "来源", "來源", "ource")


class TrimmedBody(Struct, frozen=True):
    """A body without its trailer.

    Attributes:
        body: The rest of the body.
        source: The absolute address of the source, or "".
        source_title: The name of the source as plain text, or "".
    """

    body: str
    source: str = ""
    source_title: str = ""


_Span = tuple[int, int, bool]  # of a block: start, end, and whether it follows a blank line
_Test = Callable[[str], bool]


def cut_trailer(
    body: str,
    *,
    is_navigation: Callable[[str], bool],
    is_source: Callable[[str], bool],
    markdown: bool = True,
    closing_link: ClosingLink = "auto",
) -> TrimmedBody:
    """Return the body without trailing navigation, source link and attribution, in any order.

    Navigation is a block of links only, each of which satisfies `is_navigation`. An attribution is a block such as
    `（文章来源：X）`, `来源：X` or `Source: X`, or such a parenthesis at the end of the last paragraph. The source
    link is a bare link, whose text is its address. Nothing is removed from code, quotations, lists and tables. If
    nothing of the body would remain, it is the source link, or unchanged if it has none.

    Args:
        body: The body.
        is_navigation: Returns whether an address is a page of the site's navigation.
        is_source: Returns whether an address may be the source of the post.
        markdown: Whether the body is Markdown.
        closing_link: Whether a link at the end is the source: "auto" only if the post marks it as one, "always" also
            without a mark, "never" not at all.
    """
    # The last lines are mostly enough. Only if all of them are trailer, more of the body is checked.
    for window in (_LAST_LINES, _TAIL):
        start = max(0, len(body) - window)
        window_text = body[start:]
        if not any(mark in window_text for mark in _TRAILER_MARKS):
            return TrimmedBody(body)
        spans = _spans(body, start)
        # The first block may begin before `start`, and the block before a link decides whether it is the source.
        least = (2 if window == _LAST_LINES else 1) if start else 0
        tail = _Tail(body, spans, is_navigation, is_source, closing_link, markdown=markdown)
        trimmed, end = tail.taken(least)
        if len(spans) > least:
            return _ended(body, end, spans[-1], trimmed)
        if not start:
            return trimmed
    last = spans[0][1] if spans else len(body)
    return _ended(body, end, (last, last, False), trimmed)


class _Tail:
    """The last blocks of a body, from which the blocks of the trailer are removed one by one."""

    def __init__(
        self,
        body: str,
        spans: list[_Span],
        is_navigation: _Test,
        is_source: _Test,
        closing_link: ClosingLink,
        *,
        markdown: bool,
    ) -> None:
        self.body, self.spans, self.markdown = body, spans, markdown
        self.is_navigation, self.is_source, self.closing_link = is_navigation, is_source, closing_link
        self.is_apart = _apart(body, spans[0][0] if spans else 0, markdown=markdown)

    def taken(self, least: int) -> tuple[TrimmedBody, int]:
        """Remove the trailer from the end of `spans`, but keep `least` blocks; return its contents and its start."""
        body, spans = self.body, self.spans
        source, title, navigation, after = "", "", 0, ""
        end, alone = len(body), body
        while len(spans) > least:
            start, stop, _ = spans[-1]
            text = _text(body, spans[-1])
            if not text:
                spans.pop()
                continue
            if not may_be_trailer(text) or self._is_content(spans[-1], text):
                break
            if navigation < _MOST_NAVIGATION and is_navigation_block(text, self.is_navigation):
                navigation, end, after = navigation + 1, start, "navigation"
            elif not source and (found := self.source(len(spans) - 1, text, after, marked=bool(navigation)))[0]:
                source, end, after, alone = found[0], start, "source", body[start:stop].strip()
                title = title or found[1]
            elif not title and (credit := attribution(text)):
                title, after = credit, "attribution"
                if is_linked_attribution(text):
                    break
                end = start
            elif self._is_label(text, after, title, navigation):
                title, end, after = title or mark(text) or "", start, "attribution"
            else:
                break
            spans.pop()
        return TrimmedBody(body if spans else alone, source, title), end

    def source(self, place: int, text: str, after: str, *, marked: bool) -> tuple[str, str]:
        """Return the source link in a block and the name of the source; "" and "" if the block is not a source link.

        Args:
            place: The index of the block in `spans`.
            text: The text of the block.
            after: The kind of the block that was removed directly behind it, or "".
            marked: Whether navigation follows, which marks a link as the source.
        """
        if self.closing_link == "never":
            return "", ""
        link, name = bare_link(text), ""
        if not link:
            link, name = marked_link(text)
            marked = True
        if not link or not self.is_source(link):
            return "", ""
        if self.closing_link == "auto" and (is_media_page(link) or not self._is_marked(place, after, marked=marked)):
            return "", ""
        return link, name

    def _is_marked(self, place: int, after: str, *, marked: bool) -> bool:
        """Return whether the post marks the link as its source and the block before it does not refer to it."""
        span, before = self._before(place)
        if span is None:
            return marked or after == "attribution"
        credited = not self._is_content(span, before) and self._credits(span, before)
        if not credited and (is_link_block(before) or ends_in_colon(before)):
            return False
        return marked or credited or after == "attribution"

    def _credits(self, span: _Span, text: str) -> bool:
        """Return whether a block is an attribution, or ends in one."""
        return mark(text) is not None or bool(closing_attribution(self.body, span[0], span[1])[1])

    def _is_label(self, text: str, after: str, title: str, navigation: int) -> bool:
        """Return whether a block such as `via` or `原文：` belongs to the source link behind it, or before it."""
        name = mark(text)
        return name is not None and not (name and title) and (after == "source" or self._follows_source(navigation))

    def _follows_source(self, navigation: int) -> bool:
        """Return whether the block before the last one is a source link whose attribution is the last one."""
        place = len(self.spans) - 1
        span, before = self._before(place)
        if span is None or self._is_content(span, before):
            return False
        place = self.spans.index(span, 0, place)
        return bool(self.source(place, before, "attribution", marked=bool(navigation))[0])

    def _before(self, place: int) -> tuple[_Span | None, str]:
        """Return the block with text that comes before a place in `spans`."""
        for span in self.spans[max(0, place - _MOST_EMPTY) : place][::-1]:
            if text := _text(self.body, span):
                return span, text
        return None, ""

    def _is_content(self, span: _Span, text: str) -> bool:
        """Return whether a block is never removed: code, and parts of quotations, lists and tables."""
        return bool(self.markdown and _QUOTED.match(text)) or self.is_apart(span)


def _ended(body: str, end: int, span: _Span, tail: TrimmedBody) -> TrimmedBody:
    """Return the body up to its last block, without an attribution there, with the tags that close open elements."""
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
