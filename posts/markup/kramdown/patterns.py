"""Patterns that several kinds of blocks look for."""

from __future__ import annotations

import re

from posts.markup.kramdown.attributes import BLOCK_LIST
from posts.markup.kramdown.raw_html import LAZY_START, LAZY_STOP
from posts.text import lazy_pattern


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is matched where the state stands; `^` in it is the start of a line."""
    return lazy_pattern(pattern, re.MULTILINE)


INDENT = r"(?:\t| {4})"
BLANK = r"(?:[ \t\r\f\v]*\n)+"
END_OF_BLOCK = r"\^[ \t\r\f\v]*\n"
BOUNDARY = rf"{BLANK}|{END_OF_BLOCK}| {{0,3}}{BLOCK_LIST}|\Z"
LAZY_END = rf"{BLANK}| {{0,3}}{BLOCK_LIST}|{END_OF_BLOCK}| {{0,3}}{LAZY_STOP}| {{0,3}}{LAZY_START}|\n?\Z"
QUOTE = r" {0,3}> ?"
RULE = r" {0,3}(\*|-|_)[ \t]*\1[ \t]*\1(?:\1|[ \t])*\n"
ATX_GFM = r"#{1,6}[\t ]+.*\n"
FENCE_GFM = r" {0,3}[~`]{3,}"
TAIL = r"[\t| ].*?\n"
LIST = rf" {{0,3}}(?:[+*-]|\d+\.){TAIL}"
DEFINITION = rf" {{0,3}}:{TAIL}"
PIPE = r"(?:\||.*?[^\\\n]\|)"
TABLE_LINE = compiled(rf"{PIPE}.*?\n")
TABLE = compiled(rf" {{0,3}}(?=\S){PIPE}.*?\n")
INDENTS = compiled(f"^{INDENT}")
CODE_LINE = compiled(rf"{INDENT}[ \t]*[^ \t\r\n\f\v].*\n")
CODE_LAZY = compiled(
    rf"(?!{BOUNDARY.rpartition('|')[0]}| {{0,3}}{LAZY_STOP}| {{0,3}}{LAZY_START})"
    r"[ \t]*[^ \t\r\n\f\v].*\n"
)
