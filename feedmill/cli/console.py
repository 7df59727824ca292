"""Output to the terminal, in which nothing from a post can steer it; used by every command."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

# C1 controls, marks of direction, line and paragraph separators: JSON itself takes care of the C0 controls.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def as_json(value: Any) -> str:
    """JSON on one line, readable, in which nothing can steer a terminal or turn the direction of writing."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False))


def complain(*lines: str) -> None:
    """Prints to standard error; what could steer a terminal or pass for another line is shown, not sent."""
    for line in lines:
        print("".join(map(_visible, line)), file=sys.stderr)


def say(*lines: str) -> None:
    """Prints to standard output; what could steer a terminal or pass for another line is shown, not sent."""
    for line in lines:
        print("".join(map(_visible, line)))


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\x{ord(character):02x}"
