"""Smart quotes: which way a quotation mark is turned, by the characters around it."""

from __future__ import annotations

import re

from posts.markup.kramdown.model import Element, S, State, W
from posts.text import lazy_pattern

_PUNCTUATION = r"""[!"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""
_CLOSE = r"[^ \\\t\r\n\[{(-]"

# A pattern, and what it stands for: the number of a group that is text, or the side that the quote of a group is on.
_RULES: tuple[tuple[re.Pattern[str], tuple[int | str, ...]], ...] = (
    (lazy_pattern(r"""("|')(?=[_*]{1,2}[^ \t\r\n\f\v])"""), ("left1",)),
    (lazy_pattern(rf"""("|')(?={_PUNCTUATION}(?!\.\.)\B)"""), ("right1",)),
    (lazy_pattern(rf"""({S}?)"'(?={W})"""), (1, "left double", "left single")),
    (lazy_pattern(rf"""({S}?)'"(?={W})"""), (1, "left single", "left double")),
    (lazy_pattern(rf"""({S}?)'(?=[0-9][0-9]s)"""), (1, "right single")),
    (lazy_pattern(rf"""({S})('|")(?={W})"""), (1, "left2")),
    (lazy_pattern(rf"""({_CLOSE})('|")"""), (1, "right2")),
    (lazy_pattern(rf"""("|')(?={S}|s\b|$)""", re.MULTILINE), ("right1",)),
    (lazy_pattern(r"(.?)'", re.DOTALL), (1, "left single")),
    (lazy_pattern(r'(.?)"', re.DOTALL), (1, "left double")),
)

START = lazy_pattern(r"""[^\\]?["']""")


def parse_quote(state: State) -> None:
    """Parse a quotation mark, with the character before it."""
    for pattern, parts in _RULES:
        if match := state.scan(pattern):
            for part in parts:
                if isinstance(part, int):
                    state.add_text(match[part])
                    continue
                kind = (
                    "double" if "double" in part or (part[-1].isdigit() and match[int(part[-1])] == '"') else "single"
                )
                index = (kind == "double") * 2 + part.startswith("right")
                state.tree.children.append(Element("character", state.options.quotes[index]))
            return
