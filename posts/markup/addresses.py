"""End bare addresses where a sentence goes on in Chinese or Japanese, which writes no spaces. Pure.

cmark-gfm ends a bare address at white space only (https://github.com/github/cmark-gfm/issues/83), so that
`https://a.example/b，后面` would be one address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from posts.text import lazy_pattern

# `<` ends an address for cmark; with a character for private use behind it, it begins no tag.
_SIGN = "\U000f5eee"
_END = f"<{_SIGN}"
_WRITTEN = lazy_pattern(rf"(?:<|&lt;){_SIGN}|%3C{quote(_SIGN)}")  # in HTML, in text and code, in an address
_PUNCTUATION = (
    "\u2013-\u2027\u3000-\u3004\u3008-\u303f\ufe30-\ufe4f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_LETTERS = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
# Addresses of links, definitions, attributes and `<…>` are left alone.
_ADDRESS = lazy_pattern(
    rf"""\][ \t]*[(:]\s*<?[^\s<>]*|[<=][^\s<>"']*|(?P<bare>(?:https?://|ftp://|www\.)[^\s<{_PUNCTUATION}]+)"""
    rf"""(?P<end>[{_PUNCTUATION}])?""",
    re.IGNORECASE,
)
_TRAILING = lazy_pattern(rf"[{_LETTERS}]+\Z")
_HOST = lazy_pattern(r"(?:[a-z]+://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/:?#].*)?", re.IGNORECASE | re.DOTALL)


def bound_addresses(text: str, parse: Callable[[str], str]) -> str:
    """Return the HTML that `parse` makes of `text`, with bare addresses ended before CJK punctuation.

    At the latest an address ends behind its last character that is not a CJK letter.
    """
    if text.isascii() or _SIGN in text or not ("://" in text or "www." in text.lower()):
        return parse(text)
    return _WRITTEN.sub("", parse(_ADDRESS.sub(_bounded, text)))


def _bounded(match: re.Match[str]) -> str:
    bare = match["bare"]
    if not bare:
        return match[0]
    shorter = _TRAILING.sub("", bare)
    if shorter != bare and _HOST.fullmatch(shorter):  # `https://例子.中国` is a host, not the rest of a sentence
        return f"{shorter}{_END}{bare[len(shorter) :]}{match['end'] or ''}"
    return f"{bare}{_END}{match['end']}" if match["end"] else match[0]
