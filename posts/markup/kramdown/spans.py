"""Everything inside a paragraph: what begins where, emphasis, links and images."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from posts.markup.kramdown import inline, quotes
from posts.markup.kramdown.attributes import parse_span_extension
from posts.markup.kramdown.links import link_target
from posts.markup.kramdown.model import MAX_DEPTH, Accept, Element, State, TooComplexError
from posts.markup.kramdown.raw_html import SPAN_START, parse_span_html
from posts.markup.options import KramdownOptions
from posts.text import lazy_pattern

_EMPHASIS = lazy_pattern(r"\*\*?|__?")
_DELIMITERS = {delimiter: lazy_pattern(re.escape(delimiter)) for delimiter in ("*", "**", "_", "__")}
_WORD_BEFORE = lazy_pattern(r"[^\W\d_]-?[^\W\d_]*\Z")
_LINK = lazy_pattern(r"!?\[(?=[^^])")
_BRACKETS = lazy_pattern(r"(\])|!?\[")
_STRUCK = lazy_pattern(r"~~(?![ \t\r\n\f\v]|~).*?[^ \t\r\n\f\v~]~~", re.DOTALL)
# Wherever one of the parsers begins, or where an element ends, this matches there or up to two characters behind. It
# begins with a set of characters, which `re` looks for fast.
_MARK = lazy_pattern(
    r"""[*_`<>\[\]"'$&\\!{.~\n-](?:(?<=[*_`<\[\]"'$&\\])|(?<=!)(?=\[)|(?<=\{)(?=:)|(?<=-)(?=-)|(?<=\.)(?=\.\.)"""
    r"""|(?<=~)(?=~)|(?<=>)(?=>)|(?<=  \n))"""
)
_BEFORE_MARK = 3
# Signs at which a parser begins in any case, and none begins before them.
_SURE = {"*": "emphasis", "_": "emphasis", "`": "codespan", "[": "link", "$": "math", "&": "entity", "\\": "escaped"}
_STEP = 40  # what one look at a character costs, in characters that are only passed over

SpanParser = Callable[[State], None]


def parse_spans(
    state: State,
    element: Element,
    stop: re.Pattern[str] | None = None,
    only: tuple[str, ...] = (),
    accept: Accept | None = None,
) -> bool:
    """Parse text into the children of `element`, up to `stop`; return whether that was found.

    Args:
        state: the state of the parse.
        element: takes what is found.
        stop: where the element may end; the state then stands before it.
        only: the names of the parsers that count, all of them if empty.
        accept: decides whether a match of `stop` ends the element.
    """
    state.stack.append(state.tree)
    state.depth += 1
    if state.depth > MAX_DEPTH * 4:
        raise TooComplexError
    state.tree = element
    parsers = _parsers_of(state, only)
    start = _start(parsers.starts, stop.pattern, stop.flags) if stop else parsers.start
    source, end = state.source, len(state.source)
    found = False
    while (place := state.place) < end:
        mark = _MARK.search(source, place)
        if mark and source[here := mark.start()] not in parsers.sure:
            mark = start.search(source, max(place, mark.end() - _BEFORE_MARK))
            here = mark.start() if mark else 0
        if not mark:
            state.spend(end - place)
            if not stop:
                state.add_text(source[place:])
                state.place = end
            break
        state.spend(here - place + _STEP)
        if here > place:
            state.add_text(source[place:here])
            state.place = here
        if stop and (ending := stop.match(source, here)) and (not accept or accept(ending)):
            found = True
            break
        for row in parsers.by_sign.get(source[here], parsers.others):
            if row.pattern.match(source, here):
                row.parse(state)
                break
        else:
            state.add_text(source[here])
            state.place += 1
    state.tree = state.stack.pop()
    state.depth -= 1
    return found


def has_marks(text: str) -> bool:
    """Return whether a text may have anything but text in it."""
    return bool(_MARK.search(text))


@lru_cache(maxsize=256)
def _start(starts: str, stop: str, flags: int) -> re.Pattern[str]:
    """Return a pattern that matches where one of the parsers may begin, or where `stop` matches."""
    inside = f"(?i:{stop})" if flags & re.IGNORECASE else stop
    inside = re.sub(r"\((?![?\\*])", "(?:", inside)
    return re.compile(f"(?={inside}|{starts})", re.MULTILINE)


def _emphasis(state: State) -> None:
    begin = state.place
    match = state.scan(_EMPHASIS)
    assert match is not None  # noqa: S101 # the caller has checked
    result = match[0]
    kind, sign = ("strong" if len(result) == 2 else "em"), result[0]
    within = state.tree.type == kind or any(one.type == kind for one in state.stack)
    word = sign == "_" and _WORD_BEFORE.search(state.source, max(0, begin - 200), begin)
    following = state.source[state.place : state.place + 1]
    if word or following in " \t\r\n\f\v" or within:
        state.add_text(result)
        return
    element = _emphasised(state, result, kind)
    if element is None and kind == "strong" and state.tree.type != "em":
        state.place = begin + 1
        result = sign
        element = _emphasised(state, sign, "em")
    if element is not None:
        state.place += len(result)
        state.tree.children.append(element)
    else:
        state.place = begin + len(match[0])
        state.add_text(match[0])


def _emphasised(state: State, delimiter: str, kind: str) -> Element | None:
    """Parse what is emphasised; the state stands before the closing delimiter then. None if nothing closes it."""
    element = Element(kind)
    doubled = delimiter * 2

    def accept(match: re.Match[str]) -> bool:
        source, place = state.source, match.start()
        if source[place - 1] in " \t\r\n\f\v":
            return False
        if kind == "em" and source.startswith(doubled, place) and not source.startswith(delimiter, place + 2):
            return False
        after = source[place + len(delimiter) : place + len(delimiter) + 1]
        if delimiter[0] == "_" and (after.isalnum()):
            return False
        return bool(element.children)

    return element if parse_spans(state, element, _DELIMITERS[delimiter], (), accept) else None


def _html(state: State) -> None:
    def inside(state: State, element: Element, stop: re.Pattern[str], is_raw: bool) -> bool:
        return parse_spans(state, element, stop, ("html",) if is_raw else ())

    parse_span_html(state, inside)


def _link(state: State) -> None:
    match = state.scan(_LINK)
    assert match is not None  # noqa: S101
    begin, kind = state.place, "img" if match[0][0] == "!" else "a"
    inside_link = state.tree.type in ("a", "img") or any(one.type in ("a", "img") for one in state.stack)
    element = Element(kind)
    if (kind == "a" and inside_link) or not _link_text(state, element):
        state.place = begin
        state.add_text(match[0])
        return
    text = inline.unescape(state, state.source[begin : state.place])
    state.place += 1
    target = link_target(state, text)
    if target is None:
        state.place = begin
        state.add_text(match[0])
        return
    href, title = target
    element.attributes["href" if kind == "a" else "src"] = href
    if kind == "img":
        element.attributes["alt"] = text
        element.children.clear()
    if title is not None:
        element.attributes["title"] = title
    state.tree.children.append(element)


def _link_text(state: State, element: Element) -> bool:
    count = 1

    def accept(match: re.Match[str]) -> bool:
        nonlocal count
        count += -1 if match[1] else 1
        return count - sum(child.type == "img" for child in element.children) == 0

    return parse_spans(state, element, _BRACKETS, (), accept)


def _struck(state: State) -> None:
    match = state.scan(_STRUCK)
    assert match is not None  # noqa: S101
    element = Element("del")
    state.tree.children.append(element)
    saved = state.source, state.place, state.tree, state.stack
    state.source, state.place, state.stack = match[0][2:-2], 0, []
    parse_spans(state, element)
    state.source, state.place, state.tree, state.stack = saved


class _Row(NamedTuple):
    """A parser: its name, the signs that it begins with, a pattern for where it may begin, and one that it needs."""

    name: str
    signs: str
    start: str
    pattern: re.Pattern[str]
    parse: SpanParser


class _Parsers(NamedTuple):
    """The parsers in their order, for a sign and for any other, and where one may begin: at `sure` signs it does."""

    sure: frozenset[str]
    starts: str
    start: re.Pattern[str]
    by_sign: Mapping[str, tuple[_Row, ...]]
    others: tuple[_Row, ...]


@lru_cache(maxsize=64)
def _parsers(options: KramdownOptions, only: tuple[str, ...]) -> _Parsers:
    rows = tuple(row for row in _rows(options) if not only or row.name in only)
    signs = {sign for row in rows for sign in row.signs}
    by_sign = {sign: tuple(row for row in rows if sign in row.signs or not row.signs) for sign in signs}
    starts = "|".join(row.start for row in rows)
    start = re.compile(f"(?={starts})", re.MULTILINE)
    sure = frozenset(sign for sign in _SURE if any(row.name == _SURE[sign] for row in rows))
    return _Parsers(sure, starts, start, by_sign, tuple(row for row in rows if not row.signs))


def _parsers_of(state: State, only: tuple[str, ...]) -> _Parsers:
    """Return the parsers for the options; they are found by the names in `only`, which is faster than by options."""
    if state.span_options is not state.options:
        state.span_options, state.span_parsers = state.options, {}
    found: _Parsers | None = state.span_parsers.get(only)
    if not found:
        found = state.span_parsers[only] = _parsers(state.options, only)
    return found


def _rows(options: KramdownOptions) -> list[_Row]:
    escaped = inline.ESCAPED_GFM if options.gfm else inline.ESCAPED
    rows = [
        _Row("emphasis", "*_", r"\*|_", _EMPHASIS, _emphasis),
        _Row("codespan", "`", "`", inline.CODE, inline.parse_code),
        _Row("autolink", "<", "<", inline.AUTOLINK, inline.parse_autolink),
        _Row("html", "<", "<", SPAN_START, _html),
        _Row("footnote", "[", r"\[", inline.FOOTNOTE, inline.parse_footnote),
        _Row("link", "![", r"!?\[", _LINK, _link),
        _Row("quotes", "", r"""[^\\]?["']""", quotes.START, quotes.parse_quote),  # begins a character before it
        _Row("math", "$", r"\$", inline.MATH, inline.parse_math),
        _Row("attributes", "{", r"\{:", re.compile(r"\{:"), parse_span_extension),
        _Row("entity", "&", "&", inline.ENTITY, inline.parse_entity),
        _Row("typography", "-. \\<>", r"--|\.\.\.|(?:\\| )?(?:<<|>>)", inline.TYPOGRAPHY, inline.parse_typography),
        _Row("break", " \\", r"(?:  |\\\\)(?=\n)", inline.BREAK, inline.parse_break),
        _Row("escaped", "\\", r"\\", escaped, inline.parse_escaped),
        _Row("struck", "~", "~~", _STRUCK, _struck),
    ]
    absent = {
        "typography" if not options.typographic else "",
        "break" if options.hard_wrap else "",
        "struck" if not options.gfm else "",
    }
    return [row for row in rows if row.name not in absent]
