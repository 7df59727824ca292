"""Make paths and addresses of pages as Hugo makes them: sanitize, lower case, escape; match its globs. Pure.

Rules: https://gohugo.io/functions/urls/urlize/, https://gohugo.io/configuration/all/#disablepathtolower, and for globs
https://github.com/gobwas/glob, which Hugo uses.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct

from posts.text import lazy_pattern

# Go's net/url keeps these characters in a path; where a path has others, it escapes some of them, too.
_VALID = lazy_pattern(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:@/\[\]]|%[0-9A-Fa-f]{2})*")
_UNESCAPED = "-_.~$&+,/:;=@"
_PLAIN = lazy_pattern(r"[A-Za-z0-9./_-]*")
_ALLOWED = frozenset("./\\_#+~-@")
_HEX = lazy_pattern(r"%[0-9A-Fa-f]{2}")
_GLOB = lazy_pattern(r"\*\*|\*|\?|\[(!?)([^\]]+)\]|\{|\}|,|\\(.)|[^*?\[{},\\]+|.", re.DOTALL)


class PathStyle(Struct, frozen=True):
    """How a site writes paths.

    Attributes:
        keeps_case: Whether upper case stays (`disablePathToLower`).
        removes_accents: Whether accents are removed (`removePathAccents`).
    """

    keeps_case: bool = False
    removes_accents: bool = False

    def sanitized(self, text: str) -> str:
        """Return a text as a path: spaces become hyphens, other characters than letters, digits and few marks go."""
        if _PLAIN.fullmatch(text):
            return text if self.keeps_case else text.lower()
        path = _sanitized(text)
        if self.removes_accents:
            bare = "".join(one for one in unicodedata.normalize("NFD", path) if unicodedata.category(one) != "Mn")
            path = unicodedata.normalize("NFC", bare)
        return path if self.keeps_case else path.lower()

    def urlized(self, text: str) -> str:
        """Return a text as a part of an address (`urlize`)."""
        # What Go's parser of addresses takes for a fragment stays one.
        path, mark, fragment = self.sanitized(text).partition("#")
        return escaped_path(path) + mark + escaped_path(fragment)

    def normalized(self, path: str) -> str:
        """Return the path of a content file as pages have it by default."""
        return path if self.keeps_case else path.lower().replace(" ", "-")


def _sanitized(text: str) -> str:
    kept: list[str] = []
    owes_hyphen = was_hyphen = False
    for place, character in enumerate(text):
        if _is_allowed(text, place, character):
            was_hyphen = character == "-"
            if owes_hyphen and not was_hyphen:
                kept.append("-")
            owes_hyphen = False
            kept.append(character)
        elif kept and not was_hyphen and character.isspace():
            owes_hyphen = True
    return "".join(kept)


def _is_allowed(text: str, place: int, character: str) -> bool:
    if character in _ALLOWED:
        return True
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd" or (character == "%" and bool(_HEX.match(text, place)))


def escaped_path(path: str) -> str:
    """Return a path with the escapes that Go's `net/url` writes."""
    if _VALID.fullmatch(path):
        return path
    return quote(unquote_to_bytes(path), safe=_UNESCAPED)


def query_unescaped(text: str) -> str:
    """Return a text without escapes; a plus sign is a space, as in a query. What is no escape stays."""
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace") if "%" in text or "+" in text else text


@lru_cache(maxsize=256)
def glob_pattern(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a glob: `*` stops at slashes, `**` does not, `{a,b}` are alternatives.

    Case is ignored. Braces that are not closed are characters.
    """
    depth, written = 0, ""
    is_balanced = pattern.count("{") == pattern.count("}")
    for part in _GLOB.finditer(pattern):
        sign = part[0]
        if sign == "**":
            written += ".*"
        elif sign == "*":
            written += "[^/]*"
        elif sign == "?":
            written += "[^/]"
        elif part[2]:
            written += f"[{'^' if part[1] else ''}{_in_class(part[2])}]"
        elif sign == "{" and is_balanced:
            depth, written = depth + 1, f"{written}(?:"
        elif sign == "}" and depth:
            depth, written = depth - 1, f"{written})"
        elif sign == "," and depth:
            written += "|"
        else:
            written += re.escape(part[3] or sign)
    try:
        return re.compile(written + ")" * depth, re.IGNORECASE | re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern), re.IGNORECASE)


def _in_class(written: str) -> str:
    return re.sub(r"([\\\[\]^&~|])", r"\\\1", written)
