"""Smart quotes: which way a quotation mark is turned, by the characters around it."""

from __future__ import annotations

import re

from posts.markup.kramdown.model import Element, S, State, W

_PUNCTUATION = r"""[!"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""
_CLOSE = r"[^ \\\t\r\n\[{(-]"

# A pattern, and what it stands for: the number of a group that is text, or the side that the quote of a group is on.
_RULES: tuple[tuple[re.Pattern[str], tuple[int | str, ...]], ...] = (
    (re.compile(r"""("|')(?=[_*]{1,2}[^ \t\r\n\f\v])"""), ("left1",)),
    (re.compile(rf"""("|')(?={_PUNCTUATION}(?!\.\.)\B)"""), ("right1",)),
    (re.compile(rf"""({S}?)"'(?={W})"""), (1, "left double", "left single")),
    (re.compile(rf"""({S}?)'"(?={W})"""), (1, "left single", "left double")),
    (re.compile(rf"""({S}?)'(?=[0-9][0-9]s)"""), (1, "right single")),
    (re.compile(rf"""({S})('|")(?={W})"""), (1, "left2")),
    (re.compile(rf"""({_CLOSE})('|")"""), (1, "right2")),
    (re.compile(rf"""("|')(?={S}|s\b|$)""", re.MULTILINE), ("right1",)),
    (re.compile(r"(.?)'", re.DOTALL), (1, "left single")),
    (re.compile(r'(.?)"', re.DOTALL), (1, "left double")),
)

START = re.compile(r"""[^\\]?["']""")


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
