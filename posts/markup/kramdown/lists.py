"""Lists and definition lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from posts.markup.kramdown.attributes import ANY, BLOCK_LIST, NAME, read_list
from posts.markup.kramdown.model import Element, State
from posts.markup.kramdown.patterns import BLANK, END_OF_BLOCK, LIST, RULE, TAIL, compiled
from posts.markup.kramdown.raw_html import LAZY_START, LAZY_STOP, BlockParser
from posts.text import lazy_pattern

_ITEM_LIST = lazy_pattern(rf"^\s*(?:\{{:(?!(?:{NAME})?:|/)({ANY}+)\}})\s*")
_ITEM_LIST_ONLY = lazy_pattern(rf"^(?:\s*\{{:(?!(?:{NAME})?:|/){ANY}+\}}\s*)?\s*\n")
_TASK = lazy_pattern(r"\A\s*\[( |x)\]\s+", re.IGNORECASE)
_LIST = compiled(LIST)
_RULE = compiled(RULE)
_EOB = compiled(END_OF_BLOCK)
_BLANK = compiled(BLANK)
_MARKERS = {"ul": "[+*-]", "ol": r"\d+\.", "dl": ":"}


@lru_cache(maxsize=64)
def _start(kind: str, indentation: int) -> re.Pattern[str]:
    """Return the pattern that begins the next item of a list whose text has this indentation."""
    return compiled(rf"( {{0,{min(indentation, 4) - 1}}}{_MARKERS[kind]})({TAIL})")


@lru_cache(maxsize=64)
def _lines(indentation: int) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for lines of an item: indented ones, others, and the indentation."""
    tabs, spaces = divmod(indentation, 4)
    content = rf"(?:(?:\t| {{4}}){{{tabs}}} {{{spaces}}}|(?:\t| {{4}}){{{tabs + 1}}}).*\S.*\n"
    lazy = rf"(?! {{0,{min(indentation, 3)}}}(?:{BLOCK_LIST}|{LAZY_STOP}|{LAZY_START})).*\S.*\n"
    return compiled(content), compiled(lazy), re.compile(rf"\A {{{indentation}}}")


def _first_line(indentation: int, content: str) -> tuple[str, int]:
    """Return the text of an item's first line, and the indentation of its other lines."""
    if _ITEM_LIST_ONLY.match(content):
        indentation = 4
    else:
        while match := re.match(r"( *)(\t+)", content):
            column = len(match[1]) + indentation
            content = match[1] + " " * (4 - column % 4 + (len(match[2]) - 1) * 4) + content[match.end() :]
        indentation += len(content) - len(content.lstrip(" "))
    return re.sub(r"^\s*", "", content), indentation


def _with_attributes(item: Element, text: str) -> str:
    if match := _ITEM_LIST.match(text):
        read_list(match[1], item.options.setdefault("ial", {}))
        return text[match.end() :]
    return text


def parse_list(state: State, parse_blocks: BlockParser) -> bool:
    """Parse an ordered or unordered list."""
    kind = "ul" if state.check(_start("ul", 4)) else "ol"
    start = _start(kind, 4)
    if not state.check(start):
        return False
    parent = state.block(kind)
    parts: list[list[str]] = []
    ended = nested = blank = False
    content = lazy = indent = start
    indentation = 0
    while not state.at_end:
        if blank and state.check(_RULE):
            break
        if state.scan(_EOB):
            ended = True
            break
        if match := state.scan(start):
            item = Element("li")
            parent.children.append(item)
            text, indentation = _first_line(len(match[1]), match[2])
            content, lazy, indent = _lines(indentation)
            text = _with_attributes(item, text)
            start = _start(kind, indentation)
            nested, blank = bool(_LIST.match(text)), False
            parts.append([text])
        elif match := state.scan(content) or (None if blank else state.scan(lazy)):
            line = re.sub(r"^(\t+)", lambda tabs: " " * 4 * len(tabs[1]), match[0])
            line, found = indent.subn("", line, count=1)
            if not nested and found and _LIST.match(line):
                parts[-1].append("")
                nested = True
            elif nested and not found and _LIST.match(line):
                line = " " * (indentation + 4) + line
            parts[-1][-1] += line
            blank = False
        elif match := state.scan(_BLANK):
            nested = blank = True
            parts[-1][-1] += match[0]
        else:
            break
    state.tree.children.append(parent)
    trailing = _items(state, parent, parts, ended, parse_blocks)
    if trailing is not None and not ended:
        state.tree.children.append(trailing)
    return True


def _items(
    state: State, parent: Element, parts: list[list[str]], ended: bool, parse_blocks: BlockParser
) -> Element | None:
    """Parse the items of a list; return the blank lines behind the last one."""
    trailing = None
    items = parent.children
    for place, item in enumerate(items):
        holder = Element("item")
        for text in parts[place]:
            parse_blocks(state, holder, text)
        children = item.children = holder.children
        if not children:
            continue
        first = children[0]
        if first.type == "p" and len(children) > 1 and children[1].type == "eob" and "ial" in first.options:
            del children[1]
        is_last = place == len(items) - 1
        if (
            first.type == "p"
            and (len(children) < 2 or children[1].type != "blank" or (is_last and len(children) == 2 and not ended))
            and (not is_last or len(items) == 1 or any(_is_tight(one) for one in items[:-1]))
        ):
            if len(children) > 1 and children[1].type != "blank":
                first.children[0].value += "\n"
            first.options["transparent"] = True
        if state.options.gfm and first.type == "p" and first.children:
            first.children[0].value = _TASK.sub(_box, first.children[0].value)
        trailing = children.pop() if children[-1].type == "blank" else None
    return trailing


def _is_tight(item: Element) -> bool:
    first = item.children[0] if item.children else None
    return not first or first.type != "p" or bool(first.options.get("transparent"))


def _box(match: re.Match[str]) -> str:
    return "☐ " if match[1] == " " else "☑ "


def parse_definitions(state: State, parse_blocks: BlockParser) -> bool:
    """Parse a definition list, whose terms are the lines of the paragraph before it."""
    if not state.check(_start("dl", 4)) or not _follows_terms(state.tree.children):
        return False
    children = state.tree.children
    parent = state.block("dl")
    terms, apart = children.pop(), False
    if terms.type == "blank":
        terms, apart = children.pop(), True
    for line in (terms.children[0].value if terms.children else "").split("\n"):
        term = Element("dt")
        term.children.append(Element("raw_text", _with_attributes(term, line)))
        parent.children.append(term)
    if "ial" in terms.options:
        parent.options["ial"] = terms.options["ial"]
    trailing = None
    for item, text in _definitions(state, apart=apart):
        parent.children.append(item)
        parse_blocks(state, item, text)
        if not item.children:
            continue
        trailing = item.children.pop() if item.children[-1].type == "blank" else None
        if item.children and item.children[0].type == "p" and not item.options["apart"]:
            if len(item.children) > 1:
                item.children[0].children[0].value += "\n"
            item.children[0].options["transparent"] = True
    _append_definitions(state.tree.children, parent)
    if trailing is not None:
        state.tree.children.append(trailing)
    return True


def _follows_terms(children: Sequence[Element]) -> bool:
    """Return whether a paragraph stands before, with one blank line between at the most."""
    if not children:
        return False
    if children[-1].type == "p":
        return True
    return (
        len(children) > 1 and children[-1].type == "blank" and children[-1].value == "\n" and children[-2].type == "p"
    )


def _definitions(state: State, *, apart: bool) -> list[tuple[Element, str]]:
    """Return the definitions and their texts; `apart` says that a blank line stands before the first."""
    found: list[tuple[Element, str]] = []
    start = content = lazy = indent = _start("dl", 4)
    blank = False
    while not state.at_end:
        if match := state.scan(start):
            item = Element("dd", apart=apart)
            text, indentation = _first_line(len(match[1]), match[2])
            content, lazy, indent = _lines(indentation)
            found.append((item, _with_attributes(item, text)))
            start = _start("dl", indentation)
            apart = blank = False
        elif state.check(_EOB):
            break
        elif match := state.scan(content) or (None if blank else state.scan(lazy)):
            line = re.sub(r"^(\t+)", lambda tabs: " " * 4 * len(tabs[1]), match[0])
            found[-1] = (found[-1][0], found[-1][1] + indent.sub("", line, count=1))
            apart = blank = False
        elif match := state.scan(_BLANK):
            found[-1] = (found[-1][0], found[-1][1] + match[0])
            apart = blank = True
        else:
            break
    return found


def _append_definitions(children: list[Element], parent: Element) -> None:
    """Append a list, or its items to the list that stands before it."""
    if children and children[-1].type == "dl":
        children[-1].children.extend(parent.children)
    elif len(children) > 1 and children[-1].type == "blank" and children[-2].type == "dl":
        children.pop()
        children[-1].children.extend(parent.children)
    else:
        children.append(parent)
