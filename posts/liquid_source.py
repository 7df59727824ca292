"""A template taken apart into text, outputs and tags: in one pass, with every block closed, whatever it holds. Pure.

python-liquid gives up at the first mistake, and takes quadratic time over braces that never close. Here a tag that is
unknown, unfinished or without its partner is left out and named, and what stands around it stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Complain = Callable[[int, str], None]  # (place in the template, what is wrong with it)

MOST = 5_000  # outputs and tags in one template
_LONGEST = 2_000  # characters between two braces
_DEEPEST = 20  # blocks in blocks, brackets in brackets, conditions in a row: all of them are recursion

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
_FREE = {"include", "include_relative", "link", "post_url", "highlight"}  # what follows them is no expression
_SINGLE = _FREE - {"highlight"} | {"assign", "break", "continue", "cycle", "decrement", "increment"}
_KNOWN = {*_BLOCKS, *_PARTS, *_SINGLE, *(f"end{name}" for name in _BLOCKS)}

_OPENING = re.compile(r"\{[{%]")
_BRACES = re.compile(r"\{[{%]|[%}]\}")
_TAG = re.compile(r"(\w+|#)\s*(.*)", re.DOTALL)
_COMMENT = re.compile(r"\{%-?\s*(?P<end>end)?comment\s*(?P<trim>-?)%\}")
_END_RAW = re.compile(r"\{%(?P<cut>-?)\s*endraw\s*(?P<trim>-?)%\}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NESTING = re.compile(r"[(\[]|\b(?:and|or)\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a template: `value` is the text, or what stands between the braces (behind `name`, for a tag)."""

    kind: Literal["text", "output", "tag"]
    start: int
    value: str
    name: str = ""


def pieces(template: str, complain: Complain) -> list[Piece]:
    """`template` as text, outputs and known tags, each block closed and at most 20 deep; `raw` and `comment` are done.

    Linear in the length of `template`; nothing is raised.
    """
    return _balanced([piece for piece in _split(template, complain) if _sound(piece, complain)], complain)


def _split(template: str, complain: Complain) -> Iterator[Piece]:
    position, trim = 0, False
    for _ in range(MOST):
        opening = _OPENING.search(template, position)
        if not opening:
            break
        start, inside = opening.start(), opening.end()
        output = opening[0] == "{{"
        end = template.find("}}" if output else "%}", inside, inside + _LONGEST)
        markup = template[inside:end] if end >= 0 else ""
        yield _text(template, position, start, trim, markup.startswith("-"))
        if end < 0:
            complain(start, f"`{opening[0]}` is never closed")
            position, trim = inside, False
            continue
        position, trim = end + 2, markup.endswith("-")
        markup = markup.removeprefix("-").removesuffix("-").strip()
        tag = _TAG.fullmatch(markup)
        if output:
            yield Piece("output", start, markup)
        elif tag and tag[1] in ("raw", "comment"):
            kept, position, trim = _verbatim(template, tag[1], position, trim)
            yield Piece("text", start, kept)
            if position == end + 2:
                complain(start, f"`{tag[1]}` is never closed")
        elif tag and tag[1] != "#":
            yield Piece("tag", start, tag[2], tag[1])
        elif not tag:
            complain(start, "a tag without a name")
    else:
        complain(position, f"more than {MOST:,} outputs and tags")
        template = template[:position] + _BRACES.sub("", template[position:])
    yield _text(template, position, len(template), trim, False)


def _text(template: str, start: int, end: int, left: bool, right: bool) -> Piece:
    text = template[start:end]
    text = text.lstrip() if left else text
    return Piece("text", start, text.rstrip() if right else text)


def _verbatim(template: str, name: str, start: int, trim: bool) -> tuple[str, int, bool]:
    """What a `raw` or `comment` that opens before `start` leaves, where it ends, and whether it trims what follows.

    It ends at `start` when it is never closed.
    """
    if template.rfind(f"end{name}") < start:
        return "", start, trim
    if name == "raw":
        end = _END_RAW.search(template, start)
        return (_text(template, start, end.start(), trim, bool(end["cut"])).value, end.end(), bool(end["trim"])) if end else ("", start, trim)
    depth = 1
    for comment in _COMMENT.finditer(template, start):
        depth += -1 if comment["end"] else 1
        if not depth:
            return "", comment.end(), bool(comment["trim"])
    return "", start, trim


def _sound(piece: Piece, complain: Complain) -> bool:
    if piece.kind == "text":
        return bool(piece.value)
    if piece.kind == "tag" and piece.name not in _KNOWN:
        complain(piece.start, f"there is no tag `{piece.name}`")
        return False
    if piece.name in _FREE:
        return True
    expression = _QUOTED.sub("", piece.value)
    if len(_NESTING.findall(expression)) > _DEEPEST:
        complain(piece.start, f"`{piece.name or '{{'}`: an expression of more than {_DEEPEST} parts")
        return False
    if ".." in expression and piece.name != "for":
        complain(piece.start, f"`{piece.name or '{{'}`: a range stands in a `for` alone")
        return False
    return piece.kind == "tag" or bool(piece.value)


@dataclass(slots=True)
class _Block:
    place: int
    name: str
    kept: bool
    parts: list[int]


def _balanced(found: list[Piece], complain: Complain) -> list[Piece]:
    dropped: set[int] = set()
    open_blocks: list[_Block] = []
    depth: Counter[str] = Counter()

    def drop(place: int, why: str) -> None:
        dropped.add(place)
        complain(found[place].start, f"`{found[place].name}` {why}")

    def unclosed() -> _Block:
        block = open_blocks.pop()
        depth[block.name] -= 1
        return block

    def lose(block: _Block) -> None:
        dropped.update(block.parts)
        if block.kept:
            drop(block.place, "is never closed")

    for place, piece in enumerate(found):
        name = piece.name
        if name in _BLOCKS:
            kept = len(open_blocks) < _DEEPEST
            if not kept:
                drop(place, f"is nested more than {_DEEPEST} deep")
            open_blocks.append(_Block(place, name, kept, []))
            depth[name] += 1
        elif name in _PARTS:
            if open_blocks and open_blocks[-1].kept and name in _BLOCKS[open_blocks[-1].name]:
                open_blocks[-1].parts.append(place)
            else:
                drop(place, "stands alone")
        elif name in ("break", "continue") and not depth["for"]:
            drop(place, "stands alone")
        elif name.startswith("end"):
            if not depth[name[3:]]:
                drop(place, "stands alone")
                continue
            while (block := unclosed()).name != name[3:]:
                lose(block)
            if not block.kept:
                dropped.add(place)
    while open_blocks:
        lose(unclosed())
    return [piece for place, piece in enumerate(found) if place not in dropped]
