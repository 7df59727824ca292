"""The scalars of front matter, and front matter that is nothing but lines of them. Pure.

Nearly all front matter is lines of `key: value`. Those are read here, ten times as fast as by a parser of all of YAML,
and exactly as that reads them; whatever needs a second look is left to it.
"""

from __future__ import annotations

import re
from typing import Any

# YAML 1.1 as libyaml and Psych read it: a timestamp has seconds, a date stands alone.
_TIMESTAMP = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d\d)?))?)?"
)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))

# A plain scalar that begins with none of YAML's indicators; what may not be in it is looked for apart.
_PLAIN = r"[^\W_][^\n]*"
_QUOTED = r"""\"([^"\\\n]*)\"|'([^'\n]*)'"""
_LINE = re.compile(rf"([A-Za-z_][A-Za-z0-9_-]{{0,99}}):(?: +(?:({_PLAIN})|{_QUOTED}|\[([^\[\]\n]*)\]))? *(?:\n|\Z)")
_ENTRY = re.compile(rf"( {{0,8}})- +(?:({_PLAIN})|{_QUOTED}) *(?:\n|\Z)")
_FLOW = re.compile(r" *+[^\W_](?:[\w.+/-]| (?![, ]))*+ *+")


class Timestamp(str):
    """A plain scalar that YAML takes for a date or a timestamp."""

    __slots__ = ()


_MOST_LINES = 500  # what is longer may be there to take time, and the parser counts what it reads


def plain_scalar(value: str) -> str | None:
    """What a plain scalar says: every text is kept as it was written, and null is None."""
    if value in _NULLS:
        return None
    return Timestamp(value) if value[0].isdigit() and _TIMESTAMP.fullmatch(value) else value


def parse_plain_lines(head: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """The mapping in front matter that is plain lines, and the line of each key (from 0); None for any other.

    Lines of `key: value`, the value being plain, quoted without escapes, or a list in brackets or in lines.
    """
    if not head.replace("\n", "").isprintable():
        return None
    metadata: dict[str, Any] = {}
    lines: dict[str, int] = {}
    place, end, number = 0, len(head), 0
    while place < end:
        match = _LINE.match(head, place)
        if match is None or match[1] in lines or number > _MOST_LINES:
            return None
        key, plain, double, single, flow = match.groups()
        lines[key] = number
        place, number = match.end(), number + 1
        value: Any = double if double is not None else single
        if plain is not None:
            if not _is_plain(plain):
                return None
            value = plain_scalar(plain.rstrip(" "))
        elif flow is not None:
            value = _flow(flow)
            if value is None:
                return None
        elif value is None and place < end and head[place] in " -":
            listed = _entries(head, place)
            if listed is None:
                return None
            value, place, count = listed
            number += count
        if value is not None:
            metadata[key] = value
    return metadata, lines


def _is_plain(text: str) -> bool:
    """Whether a text that begins as a plain scalar is one to its end."""
    return ": " not in text and " #" not in text and not text.rstrip(" ").endswith(":")


def _flow(inside: str) -> list[str] | None:
    """The entries of a list in brackets; None where they are more than words."""
    if not inside.strip(" "):
        return []
    parts = inside.split(",")
    if not all(map(_FLOW.fullmatch, parts)):
        return None
    values = [plain_scalar(part.strip(" ")) for part in parts]
    return [value for value in values if value is not None]


def _entries(head: str, place: int) -> tuple[list[str], int, int] | None:
    """The entries of a list of lines, where it ends, and how many lines it has; None where they are no plain list."""
    values: list[str] = []
    indent, count = None, 0
    while entry := _ENTRY.match(head, place):
        space, plain, double, single = entry.groups()
        if (indent is not None and space != indent) or (plain is not None and not _is_plain(plain)):
            return None
        value = plain_scalar(plain.rstrip(" ")) if plain is not None else double if double is not None else single
        if value is not None:
            values.append(value)
        indent, place, count = space, entry.end(), count + 1
    return (values, place, count) if count else None
