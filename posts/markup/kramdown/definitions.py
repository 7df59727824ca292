"""Definitions, which show nothing where they stand: links, footnotes, abbreviations."""

from __future__ import annotations

from posts.markup.kramdown.attributes import NAME
from posts.markup.kramdown.links import link_id
from posts.markup.kramdown.model import Element, State
from posts.markup.kramdown.patterns import BLANK, CODE_LAZY, CODE_LINE, INDENTS, compiled
from posts.markup.kramdown.raw_html import BlockParser
from posts.text import lazy_pattern

_BLANK = compiled(BLANK)
_FOOTNOTE = compiled(rf" {{0,3}}\[\^({NAME})\]:[ \t]*(.*?\n)")
_LINK = compiled(
    r"^ {0,3}\[([^\n\]]+)\]:[ \t]*(?:<(.*?)>|([^\n]*?\S[^\n]*?))"
    r"(?:(?:[ \t]*?\n|[ \t]+?)[ \t]*?([\"'])(.+?)\4)?[ \t]*?\n"
)
_QUOTED_REST = lazy_pattern(r"[ \t]+[\"']")
_ABBREVIATION = compiled(r" {0,3}\*\[(.+?)\]:(.*?)\n")


def parse_footnote_definition(state: State, parse_blocks: BlockParser) -> bool:
    """Parse `[^name]: text`."""
    match = state.scan(_FOOTNOTE)
    if not match:
        return False
    text = match[2]
    begin = state.place
    place = begin
    while True:
        blank = _BLANK.match(state.source, place)
        behind = blank.end() if blank else place
        line = CODE_LINE.match(state.source, behind) or (
            None if blank or place == begin else CODE_LAZY.match(state.source, behind)
        )
        if not line:
            break
        place = line.end()
    text += INDENTS.sub("", state.source[begin:place])
    state.place = place
    note = Element("note", match[1])
    parse_blocks(state, note, text)
    state.tree.children.append(state.block("eob", "footnote"))
    state.footnotes[match[1]] = note
    return True


def parse_link_definition(state: State) -> bool:
    """Parse `[name]: address "title"`."""
    match = state.check(_LINK)
    if not match or _QUOTED_REST.search(match[3] or ""):
        return False
    state.place = match.end()
    state.links[link_id(match[1])] = (match[2] if match[2] is not None else match[3], match[5])
    state.tree.children.append(state.block("eob", "link"))
    return True


def parse_abbreviation(state: State) -> bool:
    """Parse `*[word]: meaning`."""
    match = state.scan(_ABBREVIATION)
    if not match:
        return False
    state.spend(100 * len(state.abbreviations))  # every text is looked through for all of them
    state.abbreviations[match[1]] = match[2].strip()
    state.tree.children.append(state.block("eob", "abbreviation"))
    return True
