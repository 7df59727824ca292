"""The tags of Jekyll's Liquid as a vocabulary: which are blocks, what parts they have, and where they end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from msgspec import Struct, field

from posts.markup.embeds import EMBED_TAGS

ReportAt = Callable[[int, str], None]  # (place in the template, what is wrong with it)

MAX_NESTING = 20  # blocks in blocks, brackets in brackets, conditions in a row: all of them are recursion

_BLOCKS = {
    "if": ("elsif", "else"),
    "unless": ("elsif", "else"),
    "case": ("when", "else"),
    "for": ("else",),
    "capture": (),
    "ifchanged": (),
    "highlight": (),
}
_PARTS = {part for parts in _BLOCKS.values() for part in parts}
WORD_TAGS = {
    "include",
    "include_relative",
    "link",
    "post_url",
    "highlight",
    *EMBED_TAGS,
}  # what follows them is no expression
_SINGLE = WORD_TAGS - {"highlight"} | {"assign", "break", "continue", "cycle", "decrement", "increment"}
KNOWN_TAGS = {*_BLOCKS, *_PARTS, *_SINGLE, *(f"end{name}" for name in _BLOCKS)}


class TemplatePart(Struct, frozen=True):
    """A stretch of a template: `value` is the text, or what stands between the braces (behind `name`, for a tag)."""

    kind: Literal["text", "output", "tag"]
    start: int
    value: str
    name: str = ""


class _Block(Struct):
    place: int
    name: str
    kept: bool
    parts: list[int] = field(default_factory=list)


class BlockMatcher:
    """Which of the pieces found are blocks with an end, and parts of one; the others are dropped and named."""

    def __init__(self, found: list[TemplatePart], complain: ReportAt) -> None:
        self.found, self.complain = found, complain
        self.dropped: set[int] = set()
        self.blocks: list[_Block] = []  # that are open, the outermost first
        self.open: Counter[str] = Counter()

    def kept(self) -> list[TemplatePart]:
        for place, piece in enumerate(self.found):
            if piece.name in _BLOCKS:
                self._open(place, piece.name)
            elif piece.name in _PARTS:
                self._part(place, piece.name)
            elif piece.name in ("break", "continue") and not self.open["for"]:
                self._drop(place, "stands alone")
            elif piece.name.startswith("end"):
                self._close(place, piece.name.removeprefix("end"))
        while self.blocks:
            self._lose(self._popped())
        return [piece for place, piece in enumerate(self.found) if place not in self.dropped]

    def _open(self, place: int, name: str) -> None:
        kept = len(self.blocks) < MAX_NESTING
        if not kept:
            self._drop(place, f"is nested more than {MAX_NESTING} deep")
        self.blocks.append(_Block(place, name, kept))
        self.open[name] += 1

    def _part(self, place: int, name: str) -> None:
        block = self.blocks[-1] if self.blocks else None
        if block and block.kept and name in _BLOCKS[block.name]:
            block.parts.append(place)
        else:
            self._drop(place, "stands alone")

    def _close(self, place: int, name: str) -> None:
        if not self.open[name]:
            self._drop(place, "stands alone")
            return
        while (block := self._popped()).name != name:
            self._lose(block)
        if not block.kept:
            self.dropped.add(place)

    def _popped(self) -> _Block:
        block = self.blocks.pop()
        self.open[block.name] -= 1
        return block

    def _lose(self, block: _Block) -> None:
        self.dropped.update(block.parts)
        if block.kept:
            self._drop(block.place, "is never closed")

    def _drop(self, place: int, why: str) -> None:
        self.dropped.add(place)
        self.complain(self.found[place].start, f"`{self.found[place].name}` {why}")
