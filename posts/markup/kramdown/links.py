"""What a link leads to: an address behind it, or a definition elsewhere."""

from __future__ import annotations

import re

from posts.markup.kramdown.model import S, State
from posts.text import lazy_pattern

_PARENTHESES = lazy_pattern(rf"(\()|(\))|{S}(?=['\"])")
_REFERENCE = lazy_pattern(rf"{S}*?\[([^\]]+)?\]")
_POINTED = lazy_pattern(r"\(<([^>\n]{0,2048})>")
_TITLE = lazy_pattern(rf"""{S}*?(["'])(.{{1,1000}}?)\1{S}*?\)""", re.DOTALL)


def link_target(state: State, text: str) -> tuple[str, str | None] | None:
    """Return the address and the title of a link, by reference or inline; None if it is not a link."""
    reference = state.scan(_REFERENCE)
    if reference or state.source[state.place : state.place + 1] != "(":
        name = (reference and reference[1]) or text
        return state.links.get(link_id(name))
    if pointed := state.scan(_POINTED):
        url = pointed[1]
        if state.source[state.place : state.place + 1] == ")":
            state.place += 1
            return url, None
    else:
        begin, level, place = state.place, 0, state.place
        while found := _PARENTHESES.search(state.source, place):
            state.spend(found.end() - place)
            place = found.end()
            level += 1 if found[1] else -1 if found[2] else 0
            if level == 0 or not (found[1] or found[2]):
                break
        state.place = place
        url = state.source[begin + 1 : place - 1].strip()
        if level == 0:
            return url, None
    title = state.scan(_TITLE)
    return (url, title[2]) if title else None


def link_id(name: str) -> str:
    """Return the form in which names of link definitions agree."""
    return re.sub(rf"{S}+", " ", name).lower()
