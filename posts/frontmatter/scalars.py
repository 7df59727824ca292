"""Parse the scalars of front matter, and front matter that consists of plain lines only. Pure.

Most front matter is lines of `key: value`. These are parsed here, ten times as fast as by the YAML parser and with the
same result; the YAML parser reads everything else.
"""

from __future__ import annotations

from typing import Any

from posts.text import lazy_pattern

# YAML 1.1 as libyaml and Psych read it: a timestamp has seconds, a date has no time.
_TIMESTAMP = lazy_pattern(
    r"\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d\d)?))?)?"
)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))

# A plain scalar that does not begin with an indicator of YAML; `_is_plain` checks what it must not contain.
_PLAIN = r"[^\W_][^\n]*"
_QUOTED = r"""\"([^"\\\n]*)\"|'([^'\n]*)'"""
_LINE = lazy_pattern(rf"([A-Za-z_][A-Za-z0-9_-]{{0,99}}):(?: +(?:({_PLAIN})|{_QUOTED}|\[([^\[\]\n]*)\]))? *(?:\n|\Z)")
_ENTRY = lazy_pattern(rf"( {{0,8}})- +(?:({_PLAIN})|{_QUOTED}) *(?:\n|\Z)")
_FLOW = lazy_pattern(r" *+[^\W_](?:[\w.+/-]| (?![, ]))*+ *+")


class Timestamp(str):
    """A plain scalar that is a date or a timestamp in YAML."""

    __slots__ = ()


_MOST_LINES = 500  # longer front matter goes to the YAML parser, which limits the number of events


def plain_scalar(value: str) -> str | None:
    """Return the value of a plain scalar: the text as written, or None for null."""
    if value in _NULLS:
        return None
    return Timestamp(value) if value[0].isdigit() and _TIMESTAMP.fullmatch(value) else value


def parse_plain_lines(head: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Return the mapping in front matter of plain lines and the line of each key (from 0); None for other front matter.

    Plain lines are `key: value`, where the value is plain, quoted without escapes, or a list in brackets or lines.
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
    """Return whether a text that begins as a plain scalar is a plain scalar as a whole."""
    return ": " not in text and " #" not in text and not text.rstrip(" ").endswith(":")


def _flow(inside: str) -> list[str] | None:
    """Return the entries of a list in brackets; None if they are not plain words."""
    if not inside.strip(" "):
        return []
    parts = inside.split(",")
    if not all(map(_FLOW.fullmatch, parts)):
        return None
    values = [plain_scalar(part.strip(" ")) for part in parts]
    return [value for value in values if value is not None]


def _entries(head: str, place: int) -> tuple[list[str], int, int] | None:
    """Return the entries of a block list, its end and its number of lines; None if it is not a plain list."""
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
