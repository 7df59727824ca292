"""Compare the bodies of two posts, to see whether they are the same article. Pure.

A title and a link may be the same in every post of a series; only the text says whether one of them would be lost.
"""

from __future__ import annotations

import re
from functools import lru_cache

from posts.text import lazy_pattern, unescape

LONGEST = 64 * 1024
"""The number of characters of a body that are compared."""

SEQUENCE = 8  # characters
_SHORTEST = 40  # characters; fewer have too few sequences to tell alike from different
_LEAST_SHARE = 0.8

_AUTOLINK = lazy_pattern(r"<(https?://[^\s<>]{1,2000})>", re.IGNORECASE)
_TAG = lazy_pattern(r"</?[a-zA-Z][^<>]*+>")
_LINK_TARGET = lazy_pattern(r"\]\([^()\s]{0,2000}(?:\s[^()]{0,500})?\)")
_ATTRIBUTE_LIST = lazy_pattern(r"\{:[^{}\n]{0,200}\}")
_MARKUP = dict.fromkeys(map(ord, "*_#>`~|\\-=+[]!"))
_PICTURE = lazy_pattern(
    r"""<img\s[^<>]{0,2000}?\bsrc\s*=\s*["']?([^"'<>\s]{1,2000})|!\[[^\[\]]{0,500}\]\(\s*+<?([^\s()<>]{1,2000})""",
    re.IGNORECASE,
)


def comparable(body: str) -> str:
    """Return the text of a raw body without markup and white space, at most `LONGEST` characters of it.

    The text of a body of a few words includes the addresses of its pictures: a post may be nothing but a photograph.
    """
    raw = body[: LONGEST * 4]
    text = _AUTOLINK.sub(r"\1", _without_comments(raw))
    text = _ATTRIBUTE_LIST.sub("", _LINK_TARGET.sub("]", _TAG.sub("", text)))
    text = "".join(unescape(text).translate(_MARKUP).split())[:LONGEST]
    if len(text) < _SHORTEST:
        pictures = (match[1] or match[2] for match in _PICTURE.finditer(raw[:LONGEST]))
        text = "\n".join((text, *pictures)).rstrip("\n")
    return text


def _without_comments(text: str) -> str:
    """Return the text without HTML comments, in linear time even if comments are not closed."""
    shown, *comments = text.split("<!--")
    return shown + "".join(comment.partition("-->")[2] for comment in comments)


def are_alike(one: str, other: str) -> bool:
    """Return whether two texts (`comparable`) are of one article.

    They are if at least 80 % of the 8-character sequences of the shorter one occur in the longer one. Texts of fewer
    than 40 characters must be equal, so an empty text only matches an empty text.
    """
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter.partition("\n")[0]) < _SHORTEST:
        return False
    known = _sequences(longer)
    places = range(len(shorter) - SEQUENCE + 1)
    found = sum(shorter[at : at + SEQUENCE] in known for at in places)
    return found >= _LEAST_SHARE * len(places)


@lru_cache(maxsize=2)  # all posts of a series are compared with its first
def _sequences(text: str) -> frozenset[str]:
    return frozenset(text[at : at + SEQUENCE] for at in range(len(text) - SEQUENCE + 1))
