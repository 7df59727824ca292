"""Parse the scalars of front matter, and front matter that consists of plain lines only. Pure.

Most front matter is lines of `key: value`. These are parsed here, ten times as fast as by the YAML parser and with the
same result; the YAML parser reads everything else.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any

from posts.text import lazy_pattern

# YAML 1.1 as libyaml and Psych read it: a timestamp has seconds, a date has no time.
_TIMESTAMP = lazy_pattern(
    r"\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d\d)?))?)?"
)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))

_KEY = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_FLOW = lazy_pattern(r" *+[^\W_](?:[\w.+/-]| (?![, ]))*+ *+")
_LIST_BEGINS = (" ", "-")
_DEEPEST = 8  # spaces before the hyphen of an entry


class Timestamp(str):
    """A plain scalar that is a date or a timestamp in YAML."""

    __slots__ = ()


_MOST_LINES = 500  # longer front matter goes to the YAML parser, which limits the number of events


def plain_scalar(value: str) -> str | None:
    """Return the value of a plain scalar: the text as written, or None for null."""
    if value in _NULLS:
        return None
    return Timestamp(value) if value[0].isdigit() and _TIMESTAMP.fullmatch(value) else value


def parse_plain_lines(head: str, first: int = 0) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Return the mapping in front matter of plain lines and the line of each key; None for other front matter.

    Plain lines are `key: value`, where the value is plain, quoted without escapes, or a list in brackets or lines.

    Args:
        head: The front matter without its fences.
        first: The line of the file where it begins.
    """
    if not head.replace("\n", "").isprintable():
        return None
    rows = head.removesuffix("\n").split("\n") if head else []
    metadata: dict[str, Any] = {}
    lines: dict[str, int] = {}
    place, end = 0, len(rows)
    while place < end:
        key, colon, rest = rows[place].partition(":")
        written = rest.strip(" ")
        if not colon or (written and rest[0] != " ") or not _is_key(key) or key in lines or place > _MOST_LINES:
            return None
        lines[key] = first + place
        place += 1
        value: Any = None
        if written[:1] == "[":
            value = _flow(written)
        elif written not in _NULLS:
            value = _scalar(written)
        elif written or place == end or rows[place][:1] not in _LIST_BEGINS:
            continue
        elif entries := _entries(rows, place):
            place += len(entries)
            value = [one for one in entries if one is not None]
        if value is None:
            return None
        metadata[key] = value
    return metadata, lines


@lru_cache(maxsize=256)  # the posts of a site have the same keys
def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def _scalar(text: str) -> str | None:
    """Return the value of a scalar that is not null; None if it is neither plain nor quoted without escapes."""
    mark = text[0]
    if mark in "\"'":
        is_whole = text[-1] == mark and text.count(mark) == 2
        return text[1:-1] if is_whole and (mark == "'" or "\\" not in text) else None
    # A plain scalar that begins with a letter or digit does not begin with an indicator of YAML.
    if not mark.isalnum() or ": " in text or " #" in text or text[-1] == ":":
        return None
    return plain_scalar(text)


def _flow(text: str) -> list[str] | None:
    """Return the entries of a list in brackets; None if they are not plain words."""
    inside = text[1:-1]
    if text[-1] != "]" or "[" in inside or "]" in inside:
        return None
    if not inside.strip(" "):
        return []
    parts = inside.split(",")
    if not all(map(_FLOW.fullmatch, parts)):
        return None
    values = [plain_scalar(part.strip(" ")) for part in parts]
    return [value for value in values if value is not None]


def _entries(rows: list[str], place: int) -> list[str | None] | None:
    """Return the entries of the block list that begins in a row, nulls included; None if it is not a plain list."""
    values: list[str | None] = []
    indent = None
    for row in islice(rows, place, None):
        before, hyphen, rest = row.partition("-")
        written = rest.strip(" ")
        if not hyphen or not written or rest[0] != " " or before.strip(" ") or len(before) > _DEEPEST:
            break
        value = None if written in _NULLS else _scalar(written)
        if before != (before if indent is None else indent) or (value is None and written not in _NULLS):
            return None
        values.append(value)
        indent = before
    return values or None
