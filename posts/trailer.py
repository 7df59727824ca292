"""What follows the article in a body: navigation, the source link and the attribution, cut off its end. Pure.

Works on the raw body, before Markdown, on its last blocks and with strings alone: every post passes here, since the
source link makes its id. Blocks end at blank lines and at the tags of paragraphs and divisions; both kinds occur in
one body.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass

from posts.text import plain

_LAST_LINES = 600  # characters
_TAIL = 4096
_MOST_NAVIGATION = 10  # blocks
_LONGEST_TITLE = 80  # characters
_LONGEST_ATTRIBUTION = 600  # with its tags

_DIVISION = r"(?:p|div|center|section|article|footer|nav|header|aside|main)(?:\s[^<>]*+)?>"
_SEPARATOR = re.compile(rf"\n[ \t\r]*+\n|</?{_DIVISION}|(?:<br\s*+/?>\s*+){{2,}}|<hr(?:\s[^<>]*+|/)?>", re.IGNORECASE)
_CLOSING = re.compile(rf"</{_DIVISION}", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:span|b|strong|i|em|small|font|u|sub|sup|br|wbr)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*+>")
_ATTRIBUTE_LIST = re.compile(r"\{:[^{}\n]{0,200}\}")  # kramdown: inline attribute lists
_EMPTY = re.compile(
    r"(?:[\s\u200b\ufeff]|&nbsp;|&#160;|<>|<!--(?:(?!-->).)*+-->|-{3,}|_{3,}|\*{3,}|\* \* \*)*+", re.DOTALL
)
_BETWEEN_LINKS = re.compile(
    r"(?:[\s｜|·•∙/\\>»›«‹<←→↑_*,，、;:—–\[\]()（）【】-]|&(?:nbsp|gt|lt|raquo|laquo|middot|bull|#160);)*+"
)
_LINK = re.compile(
    r"""(?<!!)\[(?P<text>[^\[\]]{0,200})\]\(\s*+<?(?P<target>[^\s()<>]{0,2000})>?(?:\s+["'][^"']{0,200}["'])?\s*+\)"""
    r"""|<a\s[^<>]{0,500}?\bhref\s*=\s*(?P<quote>["']?)(?P<href>[^"'<>\s]{0,2000})(?P=quote)(?:\s[^<>]{0,500})?>"""
    r"""(?P<label>(?:[^<]|<(?!/?a[\s>])){0,500})</a\s*>"""
    r"""|<(?P<auto>https?://[^\s<>]{1,2000})>""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"`{}|\\^]{1,2000}", re.IGNORECASE)
_CREDIT = r"(?:(?:文章|本文|稿件|图文|信息|新闻|资料|内容|消息)?(?:来源|來源)|sources?)\s*[:：]"
_ATTRIBUTION = re.compile(
    rf"(?P<open>[(（【\[]?)\s*{_CREDIT}\s*(?P<title>[^\n]{{1,500}}?)\s*(?P<close>[)）】\]]?)", re.IGNORECASE
)
_ENDING = re.compile(
    rf"[（(]\s*{_CREDIT}(?P<title>[^（）()\n]{{1,500}})[)）](?:\s|&nbsp;|</?[a-z][^<>]*+>)*+$", re.IGNORECASE
)
_SENTENCE = re.compile(r"[。！？!?]|\.\s")
_QUOTED = re.compile(r"\s*(?:>|[-*+]\s|\d{1,9}[.)]\s|\|)")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CONTAINERS = ("pre", "blockquote", "table", "ul", "ol", "code")
_SIGNS = ("](", "href", "HREF", "http", "来源", "來源", "ource")


@dataclass(frozen=True, slots=True)
class Tail:
    """`body` without its trailer; `source` is absolute, `source_title` plain text; both "" when there is none."""

    body: str
    source: str = ""
    source_title: str = ""


_Span = tuple[int, int, bool]  # of a block: where it begins and ends, and whether behind a blank line
_Test = Callable[[str], bool]


def cut(
    body: str, *, is_navigation: Callable[[str], bool], is_source: Callable[[str], bool], markdown: bool = True
) -> Tail:
    """`body` without the trailing blocks that are navigation, the source link or the attribution, in any order.

    Navigation is a block of nothing but links of which each satisfies `is_navigation`. The source link is a block
    that is one bare link, its text being its address, which satisfies `is_source`. An attribution is a block such as
    `（文章来源：X）`, `来源：X` or `Source: X`, or such a parenthesis at the end of the last paragraph. Nothing is
    taken out of code, quotations, lists and tables. A body that would be left empty is its source link, else as it was.
    """
    # Mostly a look at the last lines is enough; only where all of them are trailer is there more to see.
    for window in (_LAST_LINES, _TAIL):
        start = max(0, len(body) - window)
        if not any(sign in body[start:] for sign in _SIGNS):
            return Tail(body)
        spans = _spans(body, start)
        tail, end = _taken(body, spans, is_navigation, is_source, markdown=markdown)
        if spans:
            return _ended(body, end, spans[-1], tail)
        if not start:
            return tail
    return Tail(body)


def _taken(
    body: str, spans: list[_Span], is_navigation: _Test, is_source: _Test, *, markdown: bool
) -> tuple[Tail, int]:
    """Takes the trailer off the end of `spans`: what it says, and where it begins."""
    source, title, navigation = "", "", 0
    end, alone = len(body), body
    is_apart = _apart(body, markdown=markdown)
    while spans:
        start, stop, _ = spans[-1]
        text = _text(body, spans[-1])
        if text and is_apart(spans[-1]):
            break
        if not text:
            pass
        elif navigation < _MOST_NAVIGATION and _is_navigation(text, is_navigation):
            navigation, end = navigation + 1, start
        elif not source and (link := _bare_link(text)) and is_source(link):
            source, end, alone = link, start, body[start:stop]
        elif not title and (credit := _attribution(text)):
            title, end = credit, start
        else:
            break
        spans.pop()
    return Tail(body if spans else alone, source, title), end


def _ended(body: str, end: int, span: _Span, tail: Tail) -> Tail:
    """The body up to its last block, without its attribution, and with the tags that close what is open around it."""
    start, last, _ = span
    title = tail.source_title
    if not title and not _QUOTED.match(body, start, last):
        begin = max(body.rfind("（", start, last), body.rfind("(", start, last))
        match = _ENDING.match(body, begin, last) if begin > start else None
        if match and (title := _title(match["title"])):
            last = begin
    if last == span[1] and end == len(body):
        return tail
    return Tail(body[:last].rstrip() + "".join(_CLOSING.findall(body, span[1], end)), tail.source, title)


def _spans(body: str, start: int) -> list[_Span]:
    found = []
    place, after_blank = start, True
    for separator in _SEPARATOR.finditer(body, start):
        if place < separator.start():
            found.append((place, separator.start(), after_blank))
        place, after_blank = separator.end(), separator[0][0] == "\n"
    if place < len(body):
        found.append((place, len(body), after_blank))
    # What begins before `start` is not known whole.
    return found[1:] if start else found


def _text(body: str, span: _Span) -> str:
    """The block without inline tags and attribute lists; "" when it shows nothing."""
    raw = body[span[0] : span[1]].strip()
    if "<" in raw or "{:" in raw:
        raw = _ATTRIBUTE_LIST.sub("", _INLINE.sub(_space, raw)).strip()
    return "" if _EMPTY.fullmatch(raw) else raw


def _apart(body: str, *, markdown: bool) -> Callable[[_Span], bool]:
    """A test for blocks that are code, or stand within an element that holds its content apart."""
    containers = [name for name in _CONTAINERS if f"<{name}" in body]
    fenced = markdown and ("```" in body or "~~~" in body)

    def is_apart(span: _Span) -> bool:
        start, end, after_blank = span
        lead = body[start : min(end, start + 200)].lstrip("\r\n")
        if markdown and after_blank and lead.startswith(("  ", "\t", " \t")):
            return True
        if fenced and len(_FENCE.findall(body, 0, start)) % 2:
            return True
        opened = ((name, body.rfind(f"<{name}", 0, start)) for name in containers)
        return any(place >= 0 and body.find(f"</{name}", place, start) < 0 for name, place in opened)

    return is_apart


def _space(tag: re.Match[str]) -> str:
    return "\n" if tag[0][1:3].lower() == "br" else ""


def _is_within(body: str, place: int, *, markdown: bool) -> bool:
    """Whether a fence or an element that holds its content apart is open at `place`."""
    if markdown and ("```" in body or "~~~" in body) and len(_FENCE.findall(body, 0, place)) % 2:
        return True
    return any(
        f"<{name}" in body and body.rfind(f"<{name}", 0, place) > body.rfind(f"</{name}", 0, place)
        for name in _CONTAINERS
    )


def _is_navigation(text: str, is_navigation: Callable[[str], bool]) -> bool:
    if not _BETWEEN_LINKS.fullmatch(_LINK.sub("", text)):
        return False
    targets = [entities.unescape(link["target"] or link["href"] or link["auto"] or "") for link in _LINK.finditer(text)]
    return bool(targets) and all(map(is_navigation, targets))


def _bare_link(text: str) -> str:
    """The address, when `text` is one link that shows nothing but it; "" otherwise."""
    link = _LINK.fullmatch(text)
    address = entities.unescape((link["target"] or link["href"] or link["auto"] or "") if link else text)
    if not _ADDRESS.fullmatch(address) or (link is None and address[-1] in ".,;:!?。，；：！？）)"):
        return ""
    shown = entities.unescape((link["text"] or link["label"] or link["auto"] or "") if link else text).strip()
    return address if _bare(shown) == _bare(address) else ""


def _bare(address: str) -> str:
    return re.sub(r"^https?://", "", address).rstrip("/")


def _attribution(text: str) -> str:
    text = text.strip(" \n*_")
    match = _ATTRIBUTION.fullmatch(text) if len(text) <= _LONGEST_ATTRIBUTION else None
    if not match or bool(match["open"]) != bool(match["close"]):
        return ""
    title = match["title"]
    # A link that stands open in the text is content, and a sentence is no name.
    if not match["open"] and ("http" in title or _LINK.search(title) or _SENTENCE.search(title)):
        return ""
    return _title(title)


def _title(raw: str) -> str:
    shown = _LINK.sub(lambda link: link["text"] or link["label"] or "", raw)
    title = plain(entities.unescape(_ANY_TAG.sub("", shown)))
    balanced = all(title.count(left) == title.count(right) for left, right in ("()", "（）", "[]", "【】"))
    return title if balanced and len(title) <= _LONGEST_TITLE else ""
