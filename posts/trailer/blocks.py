"""Classify one block at the end of a body: navigation, a source link, an attribution. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from posts.text import lazy_pattern, plain, unescape

_LONGEST_TITLE = 80  # characters
LONGEST_ATTRIBUTION = 600  # with its tags
ANY_TAG = lazy_pattern(r"</?[a-zA-Z][^<>]*+>")
_BETWEEN_LINKS = lazy_pattern(
    r"(?:[\s｜|·•∙/\\>»›«‹<←→↑_*,，、;:—–\[\]()（）【】-]|&(?:nbsp|gt|lt|raquo|laquo|middot|bull|#160);)*+"
)
LINK = lazy_pattern(
    r"""(?<!!)\[(?P<text>[^\[\]]{0,200})\]\(\s*+<?(?P<target>[^\s()<>]{0,2000})>?(?:\s+["'][^"']{0,200}["'])?\s*+\)"""
    r"""|<a\s[^<>]{0,500}?\bhref\s*=\s*(?P<quote>["']?)(?P<href>[^"'<>\s]{0,2000})(?P=quote)(?:\s[^<>]{0,500})?>"""
    r"""(?P<label>(?:[^<]|<(?!/?a[\s>])){0,500})</a\s*>"""
    r"""|<(?P<auto>https?://[^\s<>]{1,2000})>""",
    re.IGNORECASE,
)
_ADDRESS = lazy_pattern(r"https?://[^\s<>\"`{}|\\^]{1,2000}", re.IGNORECASE)
_CREDIT = r"(?:(?:文章|本文|稿件|图文|信息|新闻|资料|内容|消息)?(?:来源|來源)|sources?)\s*[:：]"
_ATTRIBUTION = lazy_pattern(
    rf"(?P<open>[(（【\[]?)\s*{_CREDIT}\s*(?P<title>[^\n]{{1,500}}?)\s*(?P<close>[)）】\]]?)", re.IGNORECASE
)
_ENDING = lazy_pattern(
    rf"[（(]\s*{_CREDIT}(?P<title>[^（）()\n]{{1,500}})[)）](?:\s|&nbsp;|</?[a-z][^<>]*+>)*+$", re.IGNORECASE
)
_CREDIT_WORDS = ("来源", "來源", "source", "原文", "via")
_AUTOLINK = lazy_pattern(r"<(https?://[^\s<>]{1,2000})>", re.IGNORECASE)
_LINK_MARKS = ("](", "href", "HREF", "Href", "<http", "<HTTP")  # every link has one of them
_SENTENCE = lazy_pattern(r"[。！？!?]|\.\s")
_PAIR = lazy_pattern(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
_BRACKET = lazy_pattern(r"[()（）\[\]【】]")


def may_be_trailer(text: str) -> bool:
    """Return whether a block may be part of a trailer: a cheap check that most blocks of an article fail."""
    lower = text.lower()
    is_link = "http" in lower or "](" in lower or "href" in lower
    return is_link or any(word in lower for word in _CREDIT_WORDS)


def is_navigation_block(text: str, is_navigation: Callable[[str], bool]) -> bool:
    """Return whether the block consists of links only, each of which satisfies `is_navigation`."""
    if alone := _AUTOLINK.fullmatch(text):
        return is_navigation(unescape(alone[1]))
    targets = _links(text)
    return bool(targets) and all(map(is_navigation, targets))


@lru_cache(maxsize=1024)  # the posts of a category end with the same links
def _links(text: str) -> tuple[str, ...]:
    """Return the targets of a block that consists of links only; none for other blocks."""
    if not any(mark in text for mark in _LINK_MARKS) or not _BETWEEN_LINKS.fullmatch(LINK.sub("", text)):
        return ()
    found = (link["target"] or link["href"] or link["auto"] or "" for link in LINK.finditer(text))
    return tuple(map(unescape, found))


def bare_link(text: str) -> str:
    """Return the address if `text` is a link whose text is its address; "" otherwise."""
    if alone := _AUTOLINK.fullmatch(text):
        address = unescape(alone[1])
        return address if _ADDRESS.fullmatch(address) else ""
    link = LINK.fullmatch(text)
    address = unescape((link["target"] or link["href"] or link["auto"] or "") if link else text)
    if not _ADDRESS.fullmatch(address) or (link is None and address[-1] in ".,;:!?。，；：！？）)"):
        return ""
    shown = unescape((link["text"] or link["label"] or link["auto"] or "") if link else text).strip()
    return address if _without_scheme(shown) == _without_scheme(address) else ""


def _without_scheme(address: str) -> str:
    return re.sub(r"^https?://", "", address).rstrip("/")


def attribution(text: str) -> str:
    """Return the name of the source in an attribution, as plain text; "" for another block."""
    text = text.strip(" \n*_")
    match = _ATTRIBUTION.fullmatch(text) if len(text) <= LONGEST_ATTRIBUTION else None
    if not match or bool(match["open"]) != bool(match["close"]):
        return ""
    title = match["title"]
    # A link in the text is content, and a sentence is not a name.
    if not match["open"] and ("http" in title or LINK.search(title) or _SENTENCE.search(title)):
        return ""
    return _title(title)


def is_linked_attribution(text: str) -> bool:
    """Return whether the name in an attribution is a link, which only the body can show."""
    match = _ATTRIBUTION.fullmatch(text.strip(" \n*_"))
    return bool(match and LINK.fullmatch(match["title"].strip()))


def closing_attribution(body: str, start: int, end: int) -> tuple[int, str]:
    """Return where the attribution at the end of a block begins, and the name of the source in it.

    An attribution whose name is a link remains in the body, because nothing else would show the link: the result is
    `end` and the name. Without an attribution, it is `end` and "".

    Args:
        body: The body.
        start: Where the block begins.
        end: Where the block ends.
    """
    begin = max(body.rfind("（", start, end), body.rfind("(", start, end))
    match = _ENDING.match(body, begin, end) if begin > start else None
    title = _title(match["title"]) if match else ""
    is_kept = not title or (match and LINK.fullmatch(match["title"].strip()))
    return (end if is_kept else begin, title)


def _title(raw: str) -> str:
    shown = LINK.sub(lambda link: link["text"] or link["label"] or "", raw)
    title = plain(unescape(ANY_TAG.sub("", shown)))
    unpaired, count = title, 1
    while count:
        unpaired, count = _PAIR.subn("", unpaired)
    return title if len(title) <= _LONGEST_TITLE and not _BRACKET.search(unpaired) else ""
