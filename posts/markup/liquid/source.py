"""A template taken apart into text, outputs and tags: in one pass, with every block closed, whatever it holds. Pure.

python-liquid gives up at the first mistake, and takes quadratic time over braces that never close. Here a tag that is
unknown, unfinished or without its partner is left out and named, and what stands around it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from posts.markup.holes import HOLE
from posts.markup.liquid.blocks import KNOWN_TAGS, MAX_NESTING, WORD_TAGS, BlockMatcher, ReportAt, TemplatePart
from posts.text import lazy_pattern

MAX_PARTS = 2_000  # outputs and tags in one template
_LONGEST = 2_000  # characters between two braces

_OPENING = lazy_pattern(r"\{[{%]")
_CLOSING = {"{{": "}}", "{%": "%}"}
_BRACES = lazy_pattern(r"\{[{%]|[%}]\}")
_TAG = lazy_pattern(r"(\w+|#)\s*(.*)", re.DOTALL)
_COMMENT = lazy_pattern(r"\{%-?\s*(?P<end>end)?comment\s*(?P<trim>-?)%\}")
_END_RAW = lazy_pattern(r"\{%(?P<cut>-?)\s*endraw\s*(?P<trim>-?)%\}")
_QUOTED = lazy_pattern(r"\"[^\"]*\"|'[^']*'")
_NESTING = lazy_pattern(r"[(\[]|\b(?:and|or)\b")


def split_template(template: str, complain: ReportAt) -> list[TemplatePart]:
    """`template` as text, outputs and known tags, each block closed and at most 20 deep; `raw` and `comment` are done.

    Linear in the length of `template`; nothing is raised.
    """
    found = [
        piece if _sound(piece, complain) else TemplatePart("text", piece.start, HOLE)
        for piece in _Splitter(template, complain).pieces()
        if piece.value or piece.kind == "tag"
    ]
    return BlockMatcher(found, complain).kept()


class _Splitter:
    """A walk over a template; everything before `position` has been returned."""

    def __init__(self, template: str, complain: ReportAt) -> None:
        self.template, self.complain = template, complain
        self.position = 0
        self.trim = False  # the last tag takes the white space that follows it
        self.unclosed: set[str] = set()  # looked for in vain, and not looked for again: or it would be quadratic

    def pieces(self) -> Iterator[TemplatePart]:
        for _ in range(MAX_PARTS):
            opening = _OPENING.search(self.template, self.position)
            if not opening:
                break
            yield from self._braces(opening)
        else:
            self.complain(self.position, f"more than {MAX_PARTS:,} outputs and tags")
            self.template = self.template[: self.position] + _BRACES.sub("", self.template[self.position :])
        yield self._text(len(self.template), trim=False)

    def _text(self, end: int, *, trim: bool) -> TemplatePart:
        """Return the text from `position` to `end`, where the next braces are."""
        start, text = self.position, self.template[self.position : end]
        text = text.lstrip() if self.trim else text
        return TemplatePart("text", start, text.rstrip() if trim else text)

    def _braces(self, opening: re.Match[str]) -> Iterator[TemplatePart]:
        start, inside = opening.span()
        end = self.template.find(_CLOSING[opening[0]], inside, inside + _LONGEST)
        markup = self.template[inside:end] if end >= 0 else ""
        yield self._text(start, trim=markup.startswith("-"))
        if end < 0:
            self.complain(start, f"`{opening[0]}` is never closed")
            self.position, self.trim = inside, False
            return
        self.position, self.trim = end + 2, markup.endswith("-")
        markup = markup.removeprefix("-").removesuffix("-").strip()
        tag = _TAG.fullmatch(markup)
        if opening[0] == "{{":
            yield TemplatePart("output", start, markup)
        elif not tag:
            self.complain(start, "a tag without a name")
        elif tag[1] == "raw":
            yield from self._raw(start)
        elif tag[1] == "comment":
            self._comment(start)
        elif tag[1] != "#":
            yield TemplatePart("tag", start, tag[2], tag[1])

    def _raw(self, start: int) -> Iterator[TemplatePart]:
        end = None if "raw" in self.unclosed else _END_RAW.search(self.template, self.position)
        if end:
            yield self._text(end.start(), trim=bool(end["cut"]))
            self.position, self.trim = end.end(), bool(end["trim"])
        else:
            self._never_closed("raw", start)

    def _comment(self, start: int) -> None:
        depth, first = 1, None
        edges = () if "comment" in self.unclosed else _COMMENT.finditer(self.template, self.position)
        for edge in edges:
            depth += -1 if edge["end"] else 1
            first = first or (edge if edge["end"] else None)
            if not depth:
                self.position, self.trim = edge.end(), bool(edge["trim"])
                return
        self._never_closed("comment", start)
        if first:
            self.position, self.trim = first.end(), bool(first["trim"])

    def _never_closed(self, name: str, start: int) -> None:
        self.unclosed.add(name)
        self.complain(start, f"`{name}` is never closed")


def _sound(piece: TemplatePart, complain: ReportAt) -> bool:
    if piece.kind == "text":
        return bool(piece.value)
    if piece.kind == "tag" and piece.name not in KNOWN_TAGS:
        complain(piece.start, f"unknown tag `{piece.name}`")
        return False
    if piece.name in WORD_TAGS:
        return True
    expression = _QUOTED.sub("", piece.value)
    if len(_NESTING.findall(expression)) > MAX_NESTING:
        complain(piece.start, f"`{piece.name or '{{'}`: an expression of more than {MAX_NESTING} parts")
        return False
    if ".." in expression and piece.name != "for":
        complain(piece.start, f"`{piece.name or '{{'}`: ranges are only allowed in `for`")
        return False
    return piece.kind == "tag" or bool(piece.value)
