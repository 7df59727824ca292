"""Make paths and addresses of pages as Hugo makes them: sanitize, lower case, escape; match its globs. Pure.

Rules: https://gohugo.io/functions/urls/urlize/, https://gohugo.io/configuration/all/#disablepathtolower, and for globs
https://github.com/gobwas/glob, which Hugo uses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
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
_PART = lazy_pattern(r"\*\*|\*|\[!?[^\]]+\]|\\.|.", re.DOTALL)
_BRACES = lazy_pattern(r"\{([^{}]*)\}")
_STARS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
_FEW_STARS = 2
_MOST_ALTERNATIVES = 200
_LONGEST_GLOB = 1_000


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


class Glob(Struct, frozen=True):
    """A glob: `*` stops at slashes, `**` does not, `{a,b}` are alternatives. Case is ignored.

    Attributes:
        patterns: The alternatives with few stars, as regular expressions.
        others: The others: a regular expression of them may take a time that is exponential in their number.
    """

    patterns: tuple[re.Pattern[str], ...]
    others: tuple[tuple[str, ...], ...]

    def fullmatch(self, text: str) -> bool:
        """Return whether the glob matches a whole text."""
        if any(pattern.fullmatch(text) for pattern in self.patterns):
            return True
        return any(_matches(parts, text.lower()) for parts in self.others)


@lru_cache(maxsize=256)
def glob_pattern(pattern: str) -> Glob:
    """Return a glob. Braces that are not balanced, or have very many alternatives, are characters."""
    patterns, others = [], []
    for one in _alternatives(pattern[:_LONGEST_GLOB]):
        parts = tuple(part[0] for part in _PART.finditer(one))
        if sum(part in ("*", "**") for part in parts) <= _FEW_STARS:
            written = "".join(map(_expression, parts))
            try:
                patterns.append(re.compile(written, re.IGNORECASE | re.DOTALL))
            except re.error:
                patterns.append(re.compile(re.escape(one), re.IGNORECASE))
        else:
            others.append(tuple(part.lower() for part in parts))
    return Glob(tuple(patterns), tuple(others))


def _alternatives(pattern: str) -> list[str]:
    """Return the globs without braces that a glob stands for."""
    if pattern.count("{") != pattern.count("}"):
        return [pattern]
    todo, done = [pattern], []
    while todo:
        one = todo.pop()
        found = _BRACES.search(one)  # the innermost ones
        if not found:
            done.append(one)
        else:
            todo += [f"{one[: found.start()]}{choice}{one[found.end() :]}" for choice in found[1].split(",")]
        if len(todo) + len(done) > _MOST_ALTERNATIVES:
            return [pattern]
    return done


def _expression(part: str) -> str:
    if part in _STARS:
        return _STARS[part]
    if part[0] == "[" and len(part) > 2:
        inside = part[1:-1]
        negated = inside.startswith("!")
        return f"[{'^' if negated else ''}{_in_class(inside.removeprefix('!'))}]"
    return re.escape(part[1:] if part[0] == "\\" and len(part) > 1 else part)


def _matches(parts: Sequence[str], text: str) -> bool:
    """Return whether a glob matches a text, in a time that is linear in both."""
    states = _reached({0}, parts)
    for character in text:
        following: set[int] = set()
        for state in states:
            part = parts[state] if state < len(parts) else ""
            if part in ("*", "**") and (part == "**" or character != "/"):
                following.add(state)
            elif part and re.fullmatch(_expression(part), character):
                following.add(state + 1)
        states = _reached(following, parts)
        if not states:
            return False
    return len(parts) in states


def _reached(states: set[int], parts: Sequence[str]) -> set[int]:
    """Return states and those behind stars, which may match nothing."""
    for state in sorted(states):
        place = state
        while place < len(parts) and parts[place] in ("*", "**"):
            place += 1
            states.add(place)
    return states


def _in_class(written: str) -> str:
    return re.sub(r"([\\\[\]^&~|])", r"\\\1", written)
