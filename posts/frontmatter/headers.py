"""Find metadata headers: front matter without fences, as Pelican, MultiMarkdown, Nikola and Hexo read it.

A header is a block of lines `Key: value` at the very beginning of a file, with at least one key that feedmill knows,
followed by a blank line. Everything else is body text.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from posts.model import ReportProblem
from posts.text import lazy_pattern, legal

_KNOWN = frozenset(
    "title date status slug category categories tags author authors draft published summary modified updated lang "
    "publishdate expirydate".split()
)
# Python-Markdown's meta extension, which Pelican uses, and MultiMarkdown, whose keys may have spaces.
_LINE = lazy_pattern(r"([A-Za-z][\w-]{0,99}+(?: [\w-]{1,40}+){0,4}+):[ \t]*+([^\n]*+)(?:\n|\Z)")
_MORE = lazy_pattern(r"(?:  |\t)[ \t]*+([^\s][^\n]*+)(?:\n|\Z)")
_END = lazy_pattern(r"[ \t]*+(?:\n|\Z)|(?:---|\.\.\.)[ \t]*+(?:\n|\Z)")
# Hexo: YAML without an opening fence.
_HEXO = lazy_pattern(r"((?:(?!---[ \t]*\n)[^\n]++\n)++)---[ \t]*+(?:\n|\Z)")
_NAME = lazy_pattern(r"^([A-Za-z][\w-]{0,99}+):", re.MULTILINE)
_NIKOLA = lazy_pattern(r"<!--[ \t]*+\n((?:\.\.[ \t]++[A-Za-z][\w-]*+:[^\n]*+\n)++)[ \t]*+-->[ \t]*+(?:\n|\Z)")
_LISTS = ("authors", "tags", "categories")
_MOST_LINES = 500


class Header(NamedTuple):
    """A metadata header.

    Attributes:
        name: The name of its format, for messages.
        text: The text of the header.
        end: Where it ends.
        parsed: Its values, and the line of each key; None for a header that is YAML.
    """

    name: str
    text: str
    end: int
    parsed: tuple[dict[str, Any], dict[str, int]] | None


def find_header(text: str, report: ReportProblem) -> Header | None:
    """Return the metadata header at the beginning of `text`; None if there is none."""
    if match := _NIKOLA.match(text):
        lines = [line.lstrip(".").lstrip() for line in match[1].split("\n")[:-1]]
        inner, _ = _read("\n".join(lines) + "\n", 2, report)
        return Header("a Nikola metadata header", "\n".join(lines), match.end(), inner)
    first = _LINE.match(text)
    if not first:
        return None
    if (match := _HEXO.match(text)) and any(_key(name) in _KNOWN for name in _NAME.findall(match[1])):
        return Header("YAML without an opening line ---", match[1], match.end(), None)
    (metadata, lines_of), end = _read(text, 1, report)
    known = len(_KNOWN & lines_of.keys())
    closing = _END.match(text, end)
    if not known or (not closing and known < 2):
        return None
    return Header("a metadata header (`Title: …`)", text[:end], closing.end() if closing else end, (metadata, lines_of))


def _key(written: str) -> str:
    return written.replace(" ", "").lower()


def _read(text: str, number: int, report: ReportProblem) -> tuple[tuple[dict[str, Any], dict[str, int]], int]:
    """Return the values and lines of a header whose first line is `number`, and where it ends."""
    parts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    place, key = 0, ""
    for _ in range(_MOST_LINES):
        if match := _LINE.match(text, place):
            key = _key(match[1])
            if key in parts:
                message = f"duplicate key `{legal(key)}`, the last value is used; remove the other"
                report(number, "duplicate-key", message)
            parts[key], lines[key] = [match[2]], number
        elif key and (match := _MORE.match(text, place)):
            parts[key].append(match[1])
        else:
            break
        place, number = match.end(), number + 1
    values = {key: _value(key, " ".join(part.strip() for part in some).strip()) for key, some in parts.items()}
    return ({key: value for key, value in values.items() if value}, lines), place


def _value(key: str, text: str) -> str | list[str]:
    """Return a value: a list for authors, tags or categories, split at semicolons, else at commas, as in Pelican."""
    if key not in _LISTS:
        return text
    separator = ";" if ";" in text else ","
    return [name for part in text.strip("[]").split(separator) if (name := part.strip())]
