"""Blocks: paragraphs, headings, code, quotes, rules, math, and the order in which they are tried."""

from __future__ import annotations

import re
from collections.abc import Callable

from posts.markup.kramdown import attributes, code, definitions, lists, raw_html, tables
from posts.markup.kramdown.model import MAX_DEPTH, Element, State, TooComplexError
from posts.markup.kramdown.patterns import (
    ATX_GFM,
    BLANK,
    BOUNDARY,
    DEFINITION,
    END_OF_BLOCK,
    FENCE_GFM,
    LAZY_END,
    LIST,
    QUOTE,
    RULE,
    TABLE,
    compiled,
)
from posts.text import lazy_pattern

_ANY_LINE = compiled(r".*?\n")
_PARAGRAPH = compiled(r" {0,3}[^ \t].*?\n")
_PARAGRAPH_END = compiled(f"{LAZY_END}|{ATX_GFM}|{DEFINITION}")
_PARAGRAPH_END_GFM = compiled(f"{LAZY_END}|{LIST}|{ATX_GFM}|{DEFINITION}|{QUOTE}|{FENCE_GFM}")
_LAZY_END = compiled(LAZY_END)
# What a line begins with that may end a paragraph or a quote, and lines that begin with something else.
_ENDING = " \t\n\r\f\v{^<>+*-#:~`0123456789"
_SAFE_LINES = lazy_pattern(rf"(?:[^{re.escape(_ENDING)}][^\n]*+\n)++")
_QUOTE = compiled(QUOTE)
_QUOTES = compiled(f"^{QUOTE}")
_BLANK = compiled(BLANK)
_EOB = compiled(END_OF_BLOCK)
_RULE = compiled(RULE)
_BOUNDARY = compiled(BOUNDARY)
_END = lazy_pattern(r"\n*+\Z")
_ATX = compiled(r"(?P<level>#{1,6})[\t ]*(?P<text>[^ \t].*)\n")
_ATX_GFM = compiled(r"(?P<level>#{1,6})[\t ]+(?P<text>.*)\n")
_SETEXT = compiled(r" {0,3}(?P<text>[^ \t].*)\n(?P<level>[-=])[-=]*[ \t\r\f\v]*\n")
_HEADING_ID = lazy_pattern(r"[\t ]\{#(?P<id>[A-Za-z_:][\w:.-]*)\}\Z")
_MATH = lazy_pattern(r" {0,3}(\\)?\$\$(.*?)\$\$([ \t\r\f\v]*\n)?", re.MULTILINE | re.DOTALL)


def parse_blocks(state: State, element: Element, text: str | None) -> bool:
    """Parse blocks into the children of `element`, from `text` or from where the state stands; return if it ended."""
    saved = state.tree, state.source, state.place, state.attribute_list
    state.depth += 1
    if state.depth > MAX_DEPTH:
        raise TooComplexError
    state.tree, state.attribute_list = element, None
    if text is not None:
        state.source, state.place = text, 0
    while not state.at_end and not element.options.get("ended"):
        begin = state.place
        for parse in _PARSERS_AT.get(state.source[begin], _PARSERS_ELSEWHERE):
            if parse(state):
                break
        state.spend(state.place - begin + 100)
    place = state.place
    state.tree, state.source, state.place, state.attribute_list = saved
    if text is None:
        state.place = place
    state.depth -= 1
    return bool(element.options.get("ended"))


def after_boundary(state: State) -> bool:
    """Return whether a block that needs a blank line before it may begin here."""
    last = state.tree.children[-1] if state.tree.children else None
    return (
        not last or last.type == "blank" or (last.type == "eob" and not last.value) or state.attribute_list is not None
    )


def before_boundary(state: State) -> bool:
    """Return whether a block that needs a blank line behind it may end here."""
    return bool(state.check(_END) or state.check(_BOUNDARY))


def _blank(state: State) -> bool:
    match = state.scan(_BLANK)
    if not match:
        return False
    last = state.tree.children[-1] if state.tree.children else None
    if last and last.type == "blank":
        last.value += match[0]
    else:
        state.tree.children.append(state.block("blank", match[0]))
    return True


def _blockquote(state: State) -> bool:
    if not state.check(_QUOTE):
        return False
    text = _lazy_lines(state, _LAZY_END)
    quote = state.block("blockquote")
    state.tree.children.append(quote)
    parse_blocks(state, quote, _QUOTES.sub("", text))
    return True


def _lazy_lines(state: State, end: re.Pattern[str]) -> str:
    source, length = state.source, len(state.source)
    begin, place = state.place, _line_end(source, state.place)
    while place < length:
        if source[place] in _ENDING:
            if end.match(source, place):
                break
            place = _line_end(source, place)
        else:
            lines = _SAFE_LINES.match(source, place)
            place = lines.end() if lines else _line_end(source, place)
    state.place = place
    return source[begin:place]


def _line_end(source: str, place: int) -> int:
    return source.find("\n", place) + 1 or len(source)


def _atx(state: State) -> bool:
    # Without `input: GFM`, kramdown shows a heading that no blank line precedes as text, which nobody means.
    match = state.check(_ATX_GFM if state.options.gfm or not after_boundary(state) else _ATX)
    if not match:
        return False
    text, own_id = _heading(match["text"])
    text = re.sub(r"[\t ]#+\Z" if state.options.gfm else r"(?<!\\)#+\Z", "", text).rstrip()
    return bool(text) and _add_heading(state, match, len(match["level"]), text, own_id)


def _setext(state: State) -> bool:
    match = state.check(_SETEXT)
    if not match or not after_boundary(state):
        return False
    text, own_id = _heading(match["text"])
    return bool(text) and _add_heading(state, match, 2 if match["level"] == "-" else 1, text, own_id)


def _heading(text: str) -> tuple[str, str]:
    text = text.rstrip()
    found = _HEADING_ID.search(text)
    return (text[: found.start()].rstrip(), found["id"]) if found else (text, "")


def _add_heading(state: State, match: re.Match[str], level: int, text: str, own_id: str) -> bool:
    state.place = match.end()
    heading = state.block("heading", level=level)
    state.add_text(text, heading)
    if own_id:
        heading.attributes["id"] = own_id
    state.tree.children.append(heading)
    return True


def _rule(state: State) -> bool:
    if not state.scan(_RULE):
        return False
    state.tree.children.append(state.block("hr"))
    return True


def _block_html(state: State) -> bool:
    return bool(state.check(raw_html.BLOCK_START)) and raw_html.parse_block_html(state, parse_blocks)


def _block_math(state: State) -> bool:
    if not state.source.startswith("$", state.place) and "$$" not in state.source[state.place : state.place + 6]:
        return False
    match = state.check(_MATH)
    if not match or not after_boundary(state):
        return False
    if match[1]:
        if match[3]:
            state.place = state.source.index("\\", state.place) + 1
        return False
    begin = state.place
    state.place = match.end()
    if not before_boundary(state):
        state.place = begin
        return False
    state.tree.children.append(state.block("math", match[2].strip(), block=True))
    return True


def _table(state: State) -> bool:
    if not state.lies_ahead("|"):
        return False
    return bool(state.check(TABLE)) and after_boundary(state) and tables.parse_table(state, before_boundary)


def _extension(state: State) -> bool:
    return bool(state.check(attributes.EXTENSIONS_START)) and attributes.parse_block_extension(state)


def _eob(state: State) -> bool:
    if not state.scan(_EOB):
        return False
    state.tree.children.append(state.block("eob"))
    return True


def _paragraph(state: State) -> bool:
    begin = state.place
    if not state.check(_PARAGRAPH):
        line = state.check(_ANY_LINE)
        state.place = line.end() if line else len(state.source)
        state.add_text(state.source[begin : state.place])
        return True
    text = _lazy_lines(
        state, _PARAGRAPH_END_GFM if state.options.gfm and state.options.paragraph_end else _PARAGRAPH_END
    ).rstrip()
    last = state.tree.children[-1] if state.tree.children else None
    if last and last.type == "p":
        if last.children and last.children[-1].type == state.text_type:
            joiner = "  \n" if state.source[begin - 3 : begin] == "  \n" else "\n"
            last.children[-1].value += joiner + text
        else:
            state.add_text(text, last)
    else:
        paragraph = state.block("p")
        state.tree.children.append(paragraph)
        state.add_text(text.lstrip(), paragraph)
    return True


def _footnote(state: State) -> bool:
    return definitions.parse_footnote_definition(state, parse_blocks)


def _list(state: State) -> bool:
    return lists.parse_list(state, parse_blocks)


def _definitions(state: State) -> bool:
    return lists.parse_definitions(state, parse_blocks)


# The parsers in the order in which they are tried, and what a line begins with that they take; most of them also take
# up to three blanks before it. Only the last one takes anything.
_ANY = ""
_DIGITS = "0123456789"
_BLANKS = " \t\n\r\f\v"
_PARSERS: tuple[tuple[Callable[[State], bool], str], ...] = (
    (_blank, _BLANKS),
    (code.parse_indented_code, " \t"),
    (code.parse_fenced_code, " ~`"),
    (_blockquote, " >"),
    (_atx, "#"),
    (_rule, " *-_"),
    (_list, f" +*-{_DIGITS}"),
    (_definitions, " :"),
    (_block_html, " <"),
    (_setext, _ANY),
    (_block_math, " $\\"),
    (_table, _ANY),
    (_footnote, " ["),
    (definitions.parse_link_definition, " ["),
    (definitions.parse_abbreviation, " *"),
    (_extension, " {"),
    (_eob, "^"),
    (_paragraph, _ANY),
)
_SIGNS = sorted({sign for _, signs in _PARSERS for sign in signs} - {"\n"})
_PARSERS_AT = {
    "\n": (_blank,),
    **{sign: tuple(parse for parse, signs in _PARSERS if sign in signs or not signs) for sign in _SIGNS},
}
_PARSERS_ELSEWHERE = tuple(parse for parse, signs in _PARSERS if not signs)
