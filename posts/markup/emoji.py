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
_NAME = lazy_pattern(r"<(pre|code|script|style|textarea)\b.*?</\1>|<[^<>]*+>|:([a-z0-9_+-]{1,60}):", re.DOTALL)


def with_emoji(html: str) -> str:
    """Return HTML with emoji in place of their names; a name that is not known stays."""
    known = _emoji()
    return _NAME.sub(lambda found: known.get(found[2], found[0]) if found[2] else found[0], html)


@cache
def _emoji() -> Mapping[str, str]:
    lines = Path(__file__).with_name("emoji.txt").read_text("utf-8").splitlines()
    return {name: emoji for line in lines for emoji, *names in [line.split(" ")] for name in names}
