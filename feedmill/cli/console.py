"""Print to the terminal, so that no text of a post can send control characters. Used by every command."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

# C1 controls, directional formatting, line and paragraph separators. JSON itself escapes the C0 controls.
_CONTROLS = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_PROBLEM = r"(?P<place>.*?:\d+:) (?P<severity>error|warning): (?P<text>.*?)(?P<code> \[[a-z-]+\])?"
_COLOURS = {"error": "31", "warning": "33"}  # SGR parameters: red, yellow


def as_json(value: Any) -> str:
    """Return JSON on one line, in which every character that could control a terminal is escaped."""
    return re.sub(_CONTROLS, lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def complain(*lines: str, severity: str = "") -> None:
    """Print lines to standard error, in colours on a terminal; characters that are not printable are escaped.

    `severity` is that of all lines, "error" or "warning"; without it, a line is coloured if it is a problem of a file.
    """
    coloured = bool(lines) and has_colours(sys.stderr)
    for line in lines:
        text = "".join(map(_visible, line))
        print(_coloured(text, severity) if coloured else text, file=sys.stderr)


def say(*lines: str) -> None:
    """Print lines to standard output; characters that are not printable are escaped."""
    for line in lines:
        print("".join(map(_visible, line)))


def has_colours(stream: Any) -> bool:
    """Return whether a stream is a terminal that shows colours, and the user has not turned them off (no-color.org)."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table: the first column is aligned to the left, the others to the right.

    Widths are those of a terminal, where a CJK character takes two cells.
    """
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for row in (heads, *rows):
        pads = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join([row[0] + pads[0], *(pad + cell for cell, pad in zip(row[1:], pads[1:], strict=True))]))
    return lines


def _coloured(text: str, severity: str) -> str:
    if severity:
        return f"\x1b[{_COLOURS[severity]}m{text}\x1b[0m"
    found = re.fullmatch(_PROBLEM, text)
    if not found:
        return text
    colour = _COLOURS[found["severity"]]
    code = f"\x1b[2m{found['code']}\x1b[0m" if found["code"] else ""
    return f"\x1b[1m{found['place']}\x1b[0m \x1b[{colour}m{found['severity']}:\x1b[0m {found['text']}{code}"


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\x{ord(character):02x}"
