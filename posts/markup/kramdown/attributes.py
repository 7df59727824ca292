"""Attribute lists (`{: .class #id key="value"}`) and extensions (`{::comment}…{:/}`)."""

from __future__ import annotations

import re
from typing import Any

from posts.markup.kramdown.model import Element, S, State, W
from posts.markup.kramdown.settings import changed_options
from posts.text import lazy_pattern

ANY = r"(?:\\\}|[^}])"
NAME = f"{W}(?:{W}|-)*"
OPTIONAL_SPACE = " {0,3}"

_PAIR = lazy_pattern(
    rf"""(?P<key>{NAME})=(?P<quote>["'])(?P<value>(?:\\\}}|\\(?P=quote)|(?!(?P=quote))[^}}])*)(?P=quote)"""
)
_CLASS_OR_ID = lazy_pattern(rf"#(?P<id>[A-Za-z](?:{W}|[:-])*)|\.(?P<class>[^\s.#]+)")
_REFERENCE = lazy_pattern(rf"{NAME}(?={S}|\Z)")
_SPACE = lazy_pattern(rf"{S}+")

NAMED_LIST = lazy_pattern(rf"{OPTIONAL_SPACE}\{{:({NAME}):({ANY}+)\}}[ \t]*\n", re.MULTILINE)
_START = rf"\{{::({W}+)(?:{S}({ANY}*?)|)(/)?\}}"
_STOP = rf"\{{:/({NAME})?\}}"
BLOCK_EXTENSION = lazy_pattern(rf"{OPTIONAL_SPACE}(?:{_START}|{_STOP})[ \t]*\n", re.MULTILINE)
SPAN_EXTENSION = lazy_pattern(rf"{_START}|{_STOP}")
BLOCK_LIST = rf"\{{:(?!:|/)({ANY}+)\}}[ \t]*\n"
BLOCK_LIST_START = lazy_pattern(rf"{OPTIONAL_SPACE}{BLOCK_LIST}", re.MULTILINE)
SPAN_LIST = lazy_pattern(rf"\{{:({ANY}+)\}}")
EXTENSIONS_START = lazy_pattern(rf"{OPTIONAL_SPACE}\{{:", re.MULTILINE)


def read_list(text: str, into: dict[str, Any]) -> None:
    """Read an attribute list into a dict of attributes; `refs` are the names of lists defined elsewhere."""
    place = 0
    while place < len(text):
        if space := _SPACE.match(text, place):
            place = space.end()
        elif pair := _PAIR.match(text, place):
            into[pair["key"]] = re.sub(rf"\\(\}}|{pair['quote']})", r"\1", pair["value"])
            place = pair.end()
        elif reference := _REFERENCE.match(text, place):
            into.setdefault("refs", []).append(reference[0])
            place = reference.end()
        elif name := _CLASS_OR_ID.match(text, place):
            if name["id"]:
                into["id"] = name["id"]
            else:
                into["class"] = f"{into.get('class', '')} {name['class']}".strip()
            place = name.end()
        else:
            following = _SPACE.search(text, place)
            place = following.end() if following else len(text)


def apply_list(state: State, attributes: dict[str, str], given: dict[str, Any]) -> None:
    """Add the attributes of a list, and of the lists that it refers to, to those of an element."""
    for name in given.get("refs", ()):
        if name in state.named_lists:
            apply_list(state, attributes, {**state.named_lists[name], "refs": ()})
    for key, value in given.items():
        if key == "class":
            attributes[key] = f"{attributes.get(key, '')} {value}".strip()
        elif key != "refs":
            attributes[key] = value


def parse_block_extension(state: State) -> bool:
    """Parse a line that is an attribute list, a named list or an extension."""
    if match := state.scan(NAMED_LIST):
        read_list(match[2], state.named_lists.setdefault(match[1], {}))
        state.tree.children.append(state.block("eob", "ald"))
        return True
    if state.check(BLOCK_EXTENSION):
        return _extension(state, BLOCK_EXTENSION, is_block=True)
    if match := state.scan(BLOCK_LIST_START):
        last = state.tree.children[-1] if state.tree.children else None
        if last and last.type != "blank" and (last.type != "eob" or last.value in ("link", "abbreviation", "footnote")):
            read_list(match[1], last.options.setdefault("ial", {}))
            if not state.check(BLOCK_LIST_START):
                state.tree.children.append(state.block("eob", "ial"))
        else:
            state.attribute_list = state.attribute_list or {}
            read_list(match[1], state.attribute_list)
        return True
    return False


def parse_span_extension(state: State) -> None:
    """Parse an extension or an attribute list behind a span element; anything else is text."""
    state.spend(20)
    if state.lies_ahead("}") and state.check(SPAN_EXTENSION):
        if not _extension(state, SPAN_EXTENSION, is_block=False):
            state.add_text(state.source[state.place])
            state.place += 1
    elif match := state.check(SPAN_LIST) if state.lies_ahead("}") else None:
        last = state.tree.children[-1] if state.tree.children else None
        if last and last.type != "text":
            state.place = match.end()
            found: dict[str, Any] = {}
            read_list(match[1], found)
            apply_list(state, last.attributes, found)
            return
        state.add_text(state.source[state.place])
        state.place += 1
    else:
        state.add_text(state.source[state.place])
        state.place += 1


def _extension(state: State, pattern: re.Pattern[str], *, is_block: bool) -> bool:
    match = state.check(pattern)
    assert match is not None  # noqa: S101 # the caller has checked
    name = match[1]
    if name not in ("comment", "nomarkdown", "options"):
        return False
    body = ""
    end = match.end()
    if not match[3]:
        stop = rf"\{{:/(?:{name})?\}}"
        stop = rf"^{OPTIONAL_SPACE}{stop}[ \t]*\n" if is_block else stop
        if not state.lies_ahead("{:/"):
            return False
        state.spend(1000)
        found = re.compile(stop, re.MULTILINE).search(state.source, end)
        if not found:
            return False
        body, end = state.source[end : found.start()], found.end()
    state.place = end
    if name == "nomarkdown" and body:
        state.tree.children.append(Element("raw", body))
    elif name == "options":
        state.spend(1000)
        given: dict[str, Any] = {}
        read_list(match[2] or "", given)
        state.options = changed_options(state.options, given)
        if is_block:
            state.tree.children.append(state.block("eob", "extension"))
    elif name == "comment":
        state.tree.children.append(Element("comment"))
    return True
