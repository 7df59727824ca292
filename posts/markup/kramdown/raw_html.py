"""HTML in the text: block elements, whose content is left as it is, and elements inside a paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable

from posts.markup.kramdown.model import Element, State
from posts.text import lazy_pattern

_PART = r"[^\W\d][\w.\-\u00b7]*"
NAME = rf"(?:{_PART}:)?{_PART}"
SPACE = r"[ \t\r\n\f\v]"
COMMENT = lazy_pattern(r"<!--(.*?)-->", re.DOTALL)
INSTRUCTION = lazy_pattern(r"<\?(.*?)\?>", re.DOTALL)
TAG = lazy_pattern(
    rf"""<(?P<name>{NAME}){SPACE}*(?P<attributes>(?:{SPACE}+{NAME}(?:{SPACE}*={SPACE}*(?:\w+|"[^"]*"|'[^']*'))?)*)"""
    rf"{SPACE}*(?P<closed>/)?>"
)
END_TAG = lazy_pattern(rf"</(?P<name>{NAME}){SPACE}*>")
_ATTRIBUTE = lazy_pattern(rf"""{SPACE}*({NAME})(?:{SPACE}*={SPACE}*(?:(\w+)|"([^"]*)"|'([^']*)'))?""")
_RAW_START = lazy_pattern(rf"<(?:{NAME}|/|!--|\?)")
_TRAILING = lazy_pattern(r"[ \t]*\n")

BLOCK_START = lazy_pattern(rf" {{0,3}}<(?:{NAME}|!--|/)", re.MULTILINE)
_OPTIONAL_SPACE = lazy_pattern(r" {0,3}")
SPAN_START = lazy_pattern(rf"<(?:{NAME}|!--|/)")

SPAN_ELEMENTS = frozenset(
    "a abbr acronym b big bdo br button cite code del dfn em i img input ins kbd label mark option q rb rbc rp rt rtc "
    "ruby samp select small span strong sub sup tt u var".split()
)
BLOCK_ELEMENTS = frozenset(
    "address article aside applet body blockquote caption col colgroup dd div dl dt fieldset figcaption footer form h1 "
    "h2 h3 h4 h5 h6 header hgroup hr html head iframe legend menu li main map nav ol optgroup p pre section summary "
    "table tbody td th thead tfoot tr ul".split()
)
VOID = frozenset(
    "area base br col command embed hr img input keygen link meta param source track wbr".split(),
)
_MODEL = {
    **dict.fromkeys(
        "address applet article aside blockquote body dd details div dl fieldset figure figcaption footer form header "
        "hgroup iframe li main map menu nav noscript object section summary td".split(),
        "block",
    ),
    **dict.fromkeys(
        "a abbr acronym b bdo big button cite caption del dfn dt em h1 h2 h3 h4 h5 h6 i ins label legend optgroup p q "
        "rb rbc rp rt rtc ruby select small span strong sub sup th tt".split(),
        "span",
    ),
    **dict.fromkeys("script style math option textarea pre code kbd samp var".split(), "raw"),
}
_KNOWN = SPAN_ELEMENTS | BLOCK_ELEMENTS | VOID | _MODEL.keys()
_MARKDOWN = {"0": "raw", "1": "default", "span": "span", "block": "block"}

# Lines that begin with these end a paragraph, but for elements that may stand in one.
_LAZY = "|".join(sorted((*SPAN_ELEMENTS, "script")))
LAZY_START = rf"<(?!(?:{_LAZY})\b){NAME}"
LAZY_STOP = rf"</(?!(?:{_LAZY})\b){NAME}{SPACE}*>"

BlockParser = Callable[[State, Element, "str | None"], bool]


def _comment(state: State) -> re.Match[str] | None:
    return state.scan(COMMENT) if state.lies_ahead("-->") else None


def attributes_of(written: str) -> dict[str, str]:
    """Return the attributes of a tag."""
    return {
        match[1].lower(): next((value for value in match.groups()[1:] if value is not None), "")
        for match in _ATTRIBUTE.finditer(written)
    }


def parse_block_html(state: State, parse_blocks: BlockParser) -> bool:
    """Parse a comment or a block element at the start of a line."""
    if match := _comment(state):
        state.tree.children.append(Element("raw", match[0]))
        state.scan(_TRAILING)
        return True
    space = state.check(_OPTIONAL_SPACE)
    start = space.end() if space else state.place
    if (tag := TAG.match(state.source, start)) and tag["name"].lower() not in SPAN_ELEMENTS:
        state.place = tag.end()
        _element(state, tag, parse_blocks)
        return True
    tag = END_TAG.match(state.source, start)
    if tag and state.tree.type == "html" and state.tree.value == tag["name"].lower() not in SPAN_ELEMENTS:
        state.place = tag.end()
        state.tree.options["ended"] = True
        return True
    return False


def _element(state: State, tag: re.Match[str], parse_blocks: BlockParser) -> None:
    """Parse an element whose start tag has been read."""
    name = tag["name"].lower() if tag["name"].lower() in _KNOWN else tag["name"]
    element = Element("html", name, block=True, closed=bool(tag["closed"]) or name in VOID)
    element.attributes = attributes_of(tag["attributes"])
    parent_is_raw = state.tree.type == "html" and state.tree.options.get("model") == "raw"
    state.tree.children.append(element)
    if name in ("script", "style"):
        _raw_text(state, element, name)
        element.options["model"] = "raw"
        return
    model = _MODEL.get(name, "raw") if state.options.parse_block_html and not parent_is_raw else "raw"
    written = _MARKDOWN.get(element.attributes.pop("markdown", ""), "")
    if written:
        model = _MODEL.get(name, "raw") if written == "default" else written
    if model == "block":
        state.scan(_TRAILING)
    element.options["model"] = model
    if element.options["closed"]:
        if not parent_is_raw:
            state.scan(_TRAILING)
        return
    if model == "block":
        parse_blocks(state, element, None)
    elif model == "span":
        end = _end_of(state, name)
        state.add_text(state.source[state.place : end.start() if end else None], element)
        state.place = end.end() if end else len(state.source)
    else:
        _raw_content(state, element, parse_blocks)
    if not parent_is_raw:
        state.scan(_TRAILING)


def _end_of(state: State, name: str) -> re.Match[str] | None:
    state.spend(0 if name not in state.unclosed else len(state.source) - state.place)
    found = re.compile(rf"</{re.escape(name)}{SPACE}*>", re.IGNORECASE).search(state.source, state.place)
    if not found:
        state.unclosed.add(name)
    return found


def _raw_text(state: State, element: Element, name: str) -> None:
    end = _end_of(state, name)
    state.add_text(state.source[state.place : end.start() if end else None], element, "raw")
    state.place = end.end() if end else len(state.source)


def _raw_content(state: State, element: Element, parse_blocks: BlockParser) -> None:
    """Parse the content of an element up to its end tag: elements and text, in which nothing is markup."""
    state.stack.append(state.tree)
    state.depth += 1
    state.spend(0 if state.depth < 200 else state.work + 1)
    state.tree = element
    while not state.at_end:
        start = _RAW_START.search(state.source, state.place)
        if not start:
            state.add_text(state.rest, element, "text")
            state.place = len(state.source)
            break
        state.spend(start.start() - state.place)
        state.add_text(state.source[state.place : start.start()], element, "text")
        state.place = start.start()
        if match := _comment(state) or (state.scan(INSTRUCTION) if state.lies_ahead("?>") else None):
            element.children.append(Element("raw", match[0] if match[0].startswith("<!") else ""))
        elif match := state.scan(TAG):
            _element(state, match, parse_blocks)
        elif match := state.scan(END_TAG):
            name = match["name"].lower() if element.value in _KNOWN else match["name"]
            if name == element.value:
                break
            state.add_text(match[0], element, "text")
        else:
            state.add_text(state.source[state.place], element, "text")
            state.place += 1
    state.tree = state.stack.pop()
    state.depth -= 1


def parse_span_html(state: State, parse_spans: Callable[[State, Element, re.Pattern[str], bool], bool]) -> None:
    """Parse a comment, an element or a stray end tag inside a paragraph.

    `parse_spans` parses the content of an element up to a pattern; its last argument says that only HTML counts.
    """
    if match := _comment(state):
        state.tree.children.append(Element("raw", match[0]))
    elif match := state.scan(END_TAG):
        state.add_text(match[0])
    elif tag := state.scan(TAG):
        name = tag["name"].lower() if tag["name"].lower() in _KNOWN else tag["name"]
        if name in BLOCK_ELEMENTS:
            state.add_text(tag[0])
            return
        element = Element("html", name, closed=bool(tag["closed"]) or name in VOID)
        element.attributes = attributes_of(tag["attributes"])
        is_raw = _MODEL.get(name, "raw") == "raw" or state.tree.options.get("model") == "raw"
        is_raw = is_raw or not state.options.parse_span_html
        written = _MARKDOWN.get(element.attributes.pop("markdown", ""), "")
        is_raw = {"span": False, "raw": True, "default": _MODEL.get(name, "raw") == "raw"}.get(written, is_raw)
        element.options["model"] = "raw" if is_raw else "span"
        state.tree.children.append(element)
        if not element.options["closed"]:
            stop = re.compile(rf"</{re.escape(name)}{SPACE}*>", re.IGNORECASE if name in _KNOWN else 0)
            if parse_spans(state, element, stop, is_raw):
                state.scan(stop)
            else:
                state.add_text(state.rest, element)
                state.place = len(state.source)
    else:
        state.add_text(state.source[state.place])
        state.place += 1
