"""A text as a whole: blocks, then what is inside them, then HTML."""

from __future__ import annotations

import re

from posts.markup.kramdown.attributes import apply_list
from posts.markup.kramdown.blocks import parse_blocks
from posts.markup.kramdown.links import link_id
from posts.markup.kramdown.model import Element, State, TooComplexError
from posts.markup.kramdown.spans import has_marks, parse_spans
from posts.markup.kramdown.writer import write
from posts.markup.options import KramdownOptions

# Characters that may be looked at for each one of the text, and in all. Of 2,400 long posts of real sites the most
# laborious needs 9 and 420,000; what has more is there to take time.
_WORK = 20
_LEAST_WORK = 50_000
_MOST_WORK = 500_000


def parse(source: str, options: KramdownOptions) -> str:
    """Return the HTML of a text whose lines end in a line feed, by the parser.

    Raises:
        TooComplexError: the text is too deeply nested, or needs too much work.
    """
    state = State(options, work=min(_LEAST_WORK + _WORK * len(source), _MOST_WORK))
    state.links.update((link_id(name), (address, title)) for name, address, title in options.links)
    root = Element("root")
    try:
        parse_blocks(state, root, source)
        _finish(state, root)
        for note in state.footnotes.values():
            _finish(state, note)
        if state.abbreviations:
            pattern = _abbreviations(state)
            for element in (root, *state.footnotes.values()):
                _abbreviate(element, pattern)
        for heading in state.headings if state.options.auto_ids else ():
            heading.attributes.setdefault("id", _heading_id(state, heading))
        return write(state, root)
    except RecursionError:
        raise TooComplexError from None


def _finish(state: State, element: Element) -> None:
    """Parse the text that is still raw, and apply the attribute lists."""
    children: list[Element] = []
    for child in element.children:
        if child.type == "raw_text" and not has_marks(child.value):
            state.spend(len(child.value))
            child.type = "text"
            children.append(child)
            continue
        if child.type == "raw_text":
            state.source, state.place, state.stack, state.tree = child.value, 0, [], Element("root")
            state.text_type = "text"
            holder = Element(element.type)
            holder.options = element.options
            parse_spans(state, holder)
            children += holder.children
            continue
        if child.type != "eob":
            if child.children:
                _finish(state, child)
            children.append(child)
            if child.type == "heading":
                state.headings.append(child)
        if "ial" in child.options:
            apply_list(state, child.attributes, child.options["ial"])
    element.children = children


def _heading_id(state: State, heading: Element) -> str:
    """Return the id that GitHub's way of naming headings gives."""
    name = re.sub(r"[^\w\- \t]", "", _words(heading).lower()).replace(" ", "-").replace("\t", "-")
    state.ids[name] = count = state.ids.get(name, -1) + 1
    return f"{name}-{count}" if count else name


def _words(element: Element) -> str:
    if element.type in ("text", "codespan", "math", "character"):
        return element.value
    return "".join(map(_words, element.children))


def _abbreviations(state: State) -> re.Pattern[str]:
    names = sorted(state.abbreviations, key=len, reverse=True)
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z0-9_])")


def _abbreviate(element: Element, pattern: re.Pattern[str]) -> None:
    children: list[Element] = []
    for child in element.children:
        if child.type != "text" or element.options.get("model") == "raw":
            _abbreviate(child, pattern)
            children.append(child)
            continue
        place = 0
        for match in pattern.finditer(child.value):
            children += (Element("text", child.value[place : match.start()]), Element("abbreviation", match[0]))
            place = match.end()
        children.append(Element("text", child.value[place:]))
    element.children = children
