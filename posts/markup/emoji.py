"""Replace the names of emoji between colons by the emoji, as Hugo does with `enableEmoji`.

`emoji.txt` has the names that Hugo 0.168 knows (https://gohugo.io/quick-reference/emojis/), which are GitHub's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from posts.text import lazy_pattern

# Code keeps its text, and tags are left alone.
_PART = lazy_pattern(
    r"<(?P<end>/?)(?:pre|code|script|style|textarea)\b[^<>]*+>|<[^<>]*+>|:(?P<name>[a-z0-9_+-]{1,60}):"
)


def with_emoji(html: str) -> str:
    """Return HTML with emoji in place of their names; a name that is not known stays."""
    known, depth = _emoji(), 0

    def replaced(part: re.Match[str]) -> str:
        nonlocal depth
        if part["name"]:
            return part[0] if depth else known.get(part["name"], part[0])
        if part["end"] is not None:
            depth = max(0, depth + (-1 if part["end"] else 1))
        return part[0]

    return _PART.sub(replaced, html)


@cache
def _emoji() -> Mapping[str, str]:
    lines = Path(__file__).with_name("emoji.txt").read_text("utf-8").splitlines()
    return {name: emoji for line in lines for emoji, *names in [line.split(" ")] for name in names}
