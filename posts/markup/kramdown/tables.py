"""Tables, whose lines have a bar in them."""

from __future__ import annotations

import re
from collections.abc import Callable

from posts.markup.kramdown.model import Element, State
from posts.markup.kramdown.patterns import PIPE, TABLE_LINE, compiled
from posts.markup.kramdown.spans import parse_spans
from posts.text import lazy_pattern

_SEPARATOR = compiled(r"([+|: \t-]*?-[+|: \t-]*?)[ \t]*\n")
_ALIGNMENT = lazy_pattern(r"[ \t]?(:?)-+(:?)[ \t]?")
_FOOT = compiled(r"[+|: \t=]*?=[+|: \t=]*?[ \t]*\n")
_ROW = compiled(r"(.*?)[ \t]*\n")
_BAR = lazy_pattern(r"(?<!\\)\|")
_CODE = lazy_pattern(r"(<code.*?>.*?</code>)")
_STARTS_WITH_PIPE = lazy_pattern(r"^\s*\|")
_PIPE = lazy_pattern(PIPE)


def parse_table(state: State, before_boundary: Callable[[State], bool]) -> bool:
    """Parse a table; False, and nothing is changed, if the lines are not one."""
    begin, attributes = state.place, state.attribute_list
    lines = _Lines(state)
    lines.read()
    parts = lines.parts
    if not before_boundary(state) or not _has_bars(state, begin) or not any(part.type == "tbody" for part in parts):
        state.place, state.attribute_list = begin, attributes
        return False
    table = state.block("table")
    table.children = parts
    state.spend(lines.columns * sum(len(part.children) for part in parts))
    table.options["alignment"] = (lines.alignment + [""] * lines.columns)[: lines.columns]
    for part in parts:
        for row in part.children:
            row.children += [Element("td") for _ in range(lines.columns - len(row.children))]
    state.tree.children.append(table)
    return True


class _Lines:
    """The lines of a table: head, body and foot with their rows."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.parts: list[Element] = []
        self.rows: list[Element] = []
        self.alignment: list[str] = []
        self.columns = 0
        self.has_foot = False

    def read(self) -> None:
        state = self.state
        first = state.check(TABLE_LINE)
        leading = bool(first and _STARTS_WITH_PIPE.match(first[0]))
        state.scan(_SEPARATOR)
        while not state.at_end and state.check(TABLE_LINE):
            if match := state.scan(_SEPARATOR):
                self._separate(match[1])
            elif state.scan(_FOOT):
                self._end("tbody")
                self.has_foot = True
            elif match := state.scan(_ROW):
                self._row(_cells(state, match[1], leading=leading))
            else:
                break
        self._end("tfoot" if self.has_foot else "tbody")

    def _separate(self, line: str) -> None:
        if self.rows and not self.alignment and not self.has_foot:
            self._end("thead")
            self.alignment = [_side(*pair) for pair in _ALIGNMENT.findall(line)]
        elif not self.has_foot:
            self._end("tbody")

    def _row(self, cells: list[str]) -> None:
        self.state.spend(20 * len(cells))
        row = Element("tr")
        for text in cells:
            cell = Element("td")
            cell.children.append(Element("raw_text", text.strip()))
            row.children.append(cell)
        self.columns = max(self.columns, len(cells))
        self.rows.append(row)

    def _end(self, kind: str) -> None:
        if self.rows:
            part = Element(kind)
            part.children, self.rows = self.rows, []
            self.parts.append(part)


def _side(left: str, right: str) -> str:
    return "center" if left and right else "left" if left else "right" if right else ""


def _spans(state: State, text: str, only: tuple[str, ...]) -> list[Element]:
    """Return the pieces of a text; some are parsed, and the rest stays as it is."""
    saved = state.source, state.place, state.tree, state.stack, state.text_type
    state.source, state.place, state.stack, state.text_type = text, 0, [], "raw_text"
    root = Element("root")
    parse_spans(state, root, None, only)
    state.source, state.place, state.tree, state.stack, state.text_type = saved
    return root.children


def _cells(state: State, line: str, *, leading: bool) -> list[str]:
    """Return the texts of a row's cells; bars in code do not separate cells."""
    cells: list[str] = []
    state.spend(200)

    def join(text: str) -> None:
        if cells:
            cells[-1] += text
        else:
            cells.append(text)

    for place, piece in enumerate(_CODE.split(line) if "</code>" in line else [line]):
        if place % 2:
            join(piece)
            continue
        for part in _spans(state, piece, ("codespan",)) if "`" in piece else [Element("raw_text", piece)]:
            if part.type == "raw_text":
                head, *rest = (text.replace("\\|", "|") for text in _BAR.split(part.value))
                join(head)
                cells.extend(rest)
            else:
                ticks = max(re.findall("`+", part.value), default="") + "`"
                space = " " if len(ticks) > 1 else ""
                join(f"{ticks}{space}{part.value}{space}{ticks}")
    if cells and leading and not cells[0].strip():
        cells.pop(0)
    if cells and not cells[-1].strip():
        cells.pop()
    return cells


def _has_bars(state: State, begin: int) -> bool:
    """Return whether every line has a bar outside of code and elements."""
    on_line = False
    for part in _spans(state, state.source[begin : state.place - 1], ("codespan", "html")):
        if not part.value:
            continue
        lines = part.value.split("\n")
        while len(lines) > 1 and not lines[-1]:  # as Ruby's `split`
            lines.pop()
        if part.type == "codespan":
            if len(lines) > 2 or (len(lines) == 2 and not on_line):
                break
            if len(lines) == 2:
                on_line = False
        elif part.type == "raw_text":
            if len(lines) > 1 and not on_line and not _PIPE.match(lines[0]):
                break
            on_line = (on_line and len(lines) == 1) or bool(_PIPE.match(lines[-1]))
    else:
        return on_line
    return on_line
