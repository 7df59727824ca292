"""What has no other elements inside: code, addresses, math, character references, typography, footnote marks."""

from __future__ import annotations

import html
import re
from html.entities import html5

from posts.markup.kramdown.attributes import NAME
from posts.markup.kramdown.model import Element, State
from posts.text import lazy_pattern

CODE = lazy_pattern(r"`+")
AUTOLINK = lazy_pattern(r"<((mailto|https?|ftps?):[^<>\n]{1,2048}|[\w.-]{1,255}@[\w.-]{1,255})>")
FOOTNOTE = lazy_pattern(rf"\[\^({NAME})\]")
MATH = lazy_pattern(r"\$\$(.*?)\$\$", re.DOTALL)
ENTITY = lazy_pattern(r"&([\w:][-\w.:]*);|&#(\d+);|&\#x([0-9a-fA-F]+);")
TYPOGRAPHY = lazy_pattern(r"---|--|\.\.\.|\\<<|\\>>|<< | >>|<<|>>")
_SYMBOLS = {
    "---": "—",
    "--": "–",
    "...": "…",
    "\\<<": "<<",
    "\\>>": ">>",
    "<< ": "«\xa0",
    " >>": "\xa0»",
    "<<": "«",
    ">>": "»",
}
_SYMBOL_NAMES = {
    "---": "mdash",
    "--": "ndash",
    "...": "hellip",
    "<< ": "laquo_space",
    " >>": "raquo_space",
    "<<": "laquo",
    ">>": "raquo",
}
BREAK = lazy_pattern(r"(?:  |\\\\)(?=\n)")
ESCAPED = lazy_pattern(r"""\\([\\.*_+`<>()\[\]{}#!:|"'$=\-])""")
ESCAPED_GFM = lazy_pattern(r"""\\([\\.*_+`<>()\[\]{}#!:|"'$=\-~])""")


def parse_code(state: State) -> None:
    """Parse code between backticks."""
    begin = state.place
    match = state.scan(CODE)
    assert match is not None  # noqa: S101
    delimiter = match[0]
    is_simple = len(delimiter) == 1
    before = state.source[begin - 1 : begin] if begin else ""
    if is_simple and (not before or before in " \t\r\n\f\v") and state.source[state.place : state.place + 1].isspace():
        state.add_text(delimiter)
        return
    end = state.source.find(delimiter, state.place)
    if end < 0:
        state.spend(len(state.source) - state.place)
        state.add_text(delimiter)
        return
    text = state.source[state.place : end]
    if not is_simple:
        text = text.removeprefix(" ").removesuffix(" ")
    state.tree.children.append(Element("codespan", text, delimiter=delimiter))
    state.place = end + len(delimiter)


def parse_autolink(state: State) -> None:
    """Parse `<address>`."""
    match = state.scan(AUTOLINK)
    assert match is not None  # noqa: S101
    link = Element("a")
    link.attributes["href"] = match[1] if match[2] else f"mailto:{match[1]}"
    state.add_text(match[1].removeprefix("mailto:"), link, "text")
    state.tree.children.append(link)


def parse_footnote(state: State) -> None:
    """Parse a reference to a footnote; one without a note is text."""
    match = state.scan(FOOTNOTE)
    assert match is not None  # noqa: S101
    if match[1] in state.footnotes:
        state.tree.children.append(Element("footnote", match[1]))
    else:
        state.add_text(match[0])


def unescape(state: State, text: str) -> str:
    """Return a text without the backslashes that escape something."""
    if "\\" not in text:
        return text
    return (ESCAPED_GFM if state.options.gfm else ESCAPED).sub(r"\1", text)


def parse_math(state: State) -> None:
    """Parse `$$…$$`."""
    match = state.scan(MATH)
    assert match is not None  # noqa: S101
    state.tree.children.append(Element("math", match[1].strip()))


def parse_entity(state: State) -> None:
    """Parse a character reference; an unknown one is text."""
    match = state.scan(ENTITY)
    assert match is not None  # noqa: S101
    known = not match[1] or f"{match[1]};" in html5  # `unescape` takes a part of a name too: `&notit;`
    state.tree.children.append(Element("character", html.unescape(match[0]) if known else "&"))
    if not known:
        state.add_text(match[0][1:])


def parse_typography(state: State) -> None:
    """Parse dashes, ellipses and guillemets."""
    match = state.scan(TYPOGRAPHY)
    assert match is not None  # noqa: S101
    name = _SYMBOL_NAMES.get(match[0], "")
    shown = next((text for key, text in state.options.symbols if key == name), _SYMBOLS[match[0]])
    state.tree.children.append(Element("character", shown))


def parse_break(state: State) -> None:
    """Parse a line break."""
    state.scan(BREAK)
    state.tree.children.append(Element("br"))


def parse_escaped(state: State) -> None:
    """Parse an escaped character."""
    match = state.scan(ESCAPED_GFM if state.options.gfm else ESCAPED)
    assert match is not None  # noqa: S101
    state.add_text(match[1])
