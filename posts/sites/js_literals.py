"""Read the literals in a configuration that is JavaScript, which is never run. Pure.

What is computed is unknown: `title: "A"` in an object that is exported is read, `title: getTitle()` is not.
"""

from __future__ import annotations

import re
from typing import Any

from posts.text import lazy_pattern

MAX_SOURCE = 1 << 17  # characters
_DEEPEST = 20
_SKIPPED = lazy_pattern(
    r"(?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)"
    r"|\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?"
    # A regular expression stands where an operand is expected.
    r"|(?P<before>[=(,:\[!&|?{};]\s*+)/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/",
    re.DOTALL,
)
_BLANKS = lazy_pattern(r"\s*+")
_STRING = lazy_pattern(r"\"((?:[^\"\\\n]|\\.)*+)\"|'((?:[^'\\\n]|\\.)*+)'|`((?:[^`\\$]|\\.|\$(?!\{))*+)`", re.DOTALL)
_KEY = lazy_pattern(r"([A-Za-z_$][\w$]*+)|\"([^\"\\\n]*+)\"|'([^'\\\n]*+)'")
_WORD = lazy_pattern(r"(true|false|null|undefined)\b|(-?(?:\d+(?:\.\d+)?)(?![\w.]))")
_ESCAPE = lazy_pattern(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_BEHIND = lazy_pattern(r"\s*+(?:(?:as\s+const|satisfies\s+[\w.<>]+)\s*+)?(?=[,;}\])\n]|$)")


class Unknown:
    """The value of an expression that is not a literal."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
"""The only instance of `Unknown`."""


def without_comments(source: str) -> str:
    """Return the source with blanks in place of comments, and of regular expressions, whose quotes are no strings."""

    def blank(found: re.Match[str]) -> str:
        if found["comment"] is not None:
            return re.sub(r"[^\n]", " ", found[0])
        if found["before"] is not None:
            return found["before"] + " " * (len(found[0]) - len(found["before"]))
        return found[0]

    return _SKIPPED.sub(blank, source[:MAX_SOURCE])


def objects_behind(source: str, opening: re.Pattern[str]) -> list[dict[str, Any]]:
    """Return the objects that stand behind each match of a pattern in a source without comments.

    Args:
        source: The source (`without_comments`).
        opening: What is before the object, such as `export default`.

    Returns:
        The values of the keys of each; `UNKNOWN` for what is not a literal.
    """
    found = []
    for match in opening.finditer(source):
        value = read_literal(source, match.end())
        if isinstance(value, dict):
            found.append(value)
    return found


def read_literal(source: str, place: int) -> Any:
    """Return the literal at a place of a source without comments, `UNKNOWN` if there is another expression."""
    try:
        return _value(source, place, 0)[0]
    except (IndexError, ValueError, RecursionError):
        return UNKNOWN


def _value(source: str, place: int, depth: int) -> tuple[Any, int]:
    """Return a value and where the expression ends; the value is `UNKNOWN` for an expression that is not a literal."""
    place = _blanks(source, place)
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    value: Any = UNKNOWN
    end = place
    if source[place] == "{":
        value, end = _object(source, place + 1, depth)
    elif source[place] == "[":
        value, end = _array(source, place + 1, depth)
    elif text := _STRING.match(source, place):
        written = next(part for part in text.groups() if part is not None)
        value, end = _ESCAPE.sub(_unescaped, written), text.end()
    elif word := _WORD.match(source, place):
        value, end = (_WORDS[word[1]] if word[1] else float(word[2]) if "." in word[2] else int(word[2])), word.end()
    if end > place and (behind := _BEHIND.match(source, end)):
        return value, behind.end()
    return UNKNOWN, _skip(source, end)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    return chr(min(int(code, 16), 0x10FFFF)) if code else _ESCAPED.get(found[4], found[4])


def _object(source: str, place: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while source[place := _blanks(source, place)] != "}":
        key = _KEY.match(source, place)
        after = _blanks(source, key.end()) if key else place
        if key and source[after] == ":":
            found[next(part for part in key.groups() if part is not None)], place = _value(source, after + 1, depth + 1)
        else:  # a method, a spread or a name
            if key:
                found[next(part for part in key.groups() if part is not None)] = UNKNOWN
            place = _skip(source, after)
        place = _blanks(source, place)
        if source[place] == ",":
            place += 1
        elif source[place] != "}":
            place = _skip(source, place + 1)
    return found, place + 1


def _array(source: str, place: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while source[place := _blanks(source, place)] != "]":
        value, place = _value(source, place, depth + 1)
        found.append(value)
        place = _blanks(source, place)
        if source[place] == ",":
            place += 1
        elif source[place] != "]":
            raise ValueError("not a list")
    return found, place + 1


def _skip(source: str, place: int) -> int:
    """Return where an expression ends: at a comma or bracket of the object or list that it is in."""
    depth = 0
    while place < len(source):
        character = source[place]
        if character in "\"'`":
            skipped = _SKIPPED.match(source, place)
            place = skipped.end() if skipped else place + 1
            continue
        if character in "([{":
            depth += 1
        elif character in ")]}":
            if depth == 0:
                return place
            depth -= 1
        elif character == "," and depth == 0:
            return place
        place += 1
    return place


def _blanks(source: str, place: int) -> int:
    found = _BLANKS.match(source, place)
    return found.end() if found else place
