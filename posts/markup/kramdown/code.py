"""Code: indented, and between fences."""

from __future__ import annotations

import re

from posts.markup.kramdown.model import State
from posts.markup.kramdown.patterns import BLANK, CODE_LAZY, CODE_LINE, INDENT, INDENTS, compiled

_BLANK = compiled(BLANK)
_INDENT = compiled(INDENT)
_FENCE = compiled(r"(?P<fence>(?P<sign>~){3,})[ \t]*(?P<lang>\S+?(?:\?\S*)?)?[ \t]*\n")
_FENCE_GFM = compiled(r" {0,3}(?P<fence>(?P<sign>[~`])(?P=sign){2,})[ \t]*(?P<lang>\S+?(?:\?\S*)?)?[ \t]*\n")


def parse_indented_code(state: State) -> bool:
    """Parse lines that are indented by four spaces or a tab."""
    if not state.check(_INDENT):
        return False
    lines, blanks = "", ""
    place = state.place
    while True:
        if blank := _BLANK.match(state.source, place):
            blanks, behind = blank[0], blank.end()
        else:
            blanks, behind = "", place
        line = CODE_LINE.match(state.source, behind) or (
            None if blanks or not lines else CODE_LAZY.match(state.source, behind)
        )
        if not line:
            break
        lines += blanks + line[0]
        place = line.end()
    if not lines:
        return False
    state.place = place
    lines = re.sub(r"\n( {0,3}[^ \t\r\n\f\v])", r" \1", lines)
    state.tree.children.append(state.block("code", INDENTS.sub("", lines)))
    return True


def parse_fenced_code(state: State) -> bool:
    """Parse code between fences."""
    match = state.check(_FENCE_GFM if state.options.gfm else _FENCE)
    if not match:
        return False
    fence = match["fence"]
    if fence in state.unclosed:
        return False
    indent = " {0,3}" if state.options.gfm else ""
    end = re.compile(rf"^{indent}{re.escape(fence)}{re.escape(match['sign'])}*[ \t]*\n", re.MULTILINE)
    found = end.search(state.source, match.end())
    if not found:
        state.spend(len(state.source) - state.place)
        return False
    code = state.block("code", state.source[match.end() : found.start()], fenced=True)
    if match["lang"]:
        code.attributes["class"] = f"language-{match['lang'].partition('?')[0]}"
    state.tree.children.append(code)
    state.place = found.end()
    return True
