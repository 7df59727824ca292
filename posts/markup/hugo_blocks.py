"""Expand attributes and definition lists of Hugo's Markdown, which cmark does not know. Pure.

Attributes go, because feeds have no styles. A definition list becomes HTML with Markdown in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from posts.text import lazy_pattern

_FENCE = lazy_pattern(r" {0,3}(`{3,}|~{3,})")
_ONE = r"(?:(?:[.#][\w:-]++)++|[\w-]++=(?:\"[^\"\n]*+\"|'[^'\n]*+'|[\w.-]++))"
_ATTRIBUTES = lazy_pattern(rf"\{{\s*+{_ONE}(?:[\s,]++{_ONE})*+\s*+\}}")
_HEADING = lazy_pattern(r" {0,3}#{1,6}[ \t]")
_DEFINITION = lazy_pattern(r" {0,3}:[ \t]+(\S.*)")
_TERM = lazy_pattern(r" {0,3}(?![-+*>#|:<]|\d{1,9}[.)]\s|`{3}|~{3}|\{\{)\S.*")
_INDENT = lazy_pattern(r"(?: {1,4}|\t)")
_MARKS = lazy_pattern(r"^ {0,3}:[ \t]|\{[ \t]*[.#\w]|<<(?=[^\s<])|[`)*_\]]'", re.MULTILINE)
# What cmark takes for a tag, Hugo for quotation marks.
# For cmark, a quote behind code or emphasis opens.
_POSSESSIVE = lazy_pattern(r"(?<=[^\s`][`)*_\]])'(?=(?:s|t|d|m|ll|re|ve)\b)")
_GUILLEMETS = lazy_pattern(r"(?<![<\w])<<(?=[^\s<])([^<>\n]{1,500})(?<=\S)>>(?!>)")


def expand_blocks(text: str) -> str:
    """Return Markdown without attributes, and with HTML in place of definition lists. Code stays as it is."""
    if not _MARKS.search(text):
        return text
    lines = text.split("\n")
    result: list[str] = []
    place, fence = 0, ""
    while place < len(lines):
        line = lines[place]
        found = _FENCE.match(line)
        if fence or found:
            if found and not fence:
                fence = found[1]
            elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            result.append(line)
            place += 1
            continue
        is_first = not result or not result[-1].strip()
        end = _end_of_terms(lines, place) if is_first and _TERM.fullmatch(line) else 0
        if end:
            place = _definition_list(lines, place, end, result)
            continue
        place += 1
        if "<<" in line and ">>" in line and "`" not in line:
            line = _GUILLEMETS.sub(r"«\1»", line)
        if "'" in line and not line.startswith(("    ", "\t")):
            line = _POSSESSIVE.sub("’", line)
        before, brace, behind = line.rpartition("{")
        if brace and not line.startswith(("    ", "\t")) and _ATTRIBUTES.fullmatch(brace + behind.rstrip("# \t")):
            if _HEADING.match(line):
                line = before.rstrip()
            elif result and result[-1].strip() and not before.strip():
                continue
        result.append(line)
    return "\n".join(result)


def _end_of_terms(lines: Sequence[str], place: int) -> int:
    """Return the line of the first definition behind the terms that begin in a line, 0 if these are no terms."""
    end = place
    while end < len(lines) and _TERM.fullmatch(lines[end]):
        end += 1
    if end < len(lines) and not lines[end].strip():
        end += 1
    return end if end < len(lines) and _DEFINITION.fullmatch(lines[end]) else 0


def _definition_list(lines: Sequence[str], place: int, end: int, result: list[str]) -> int:
    """Add a list whose terms are in the lines from `place`, and return the first line behind it."""
    result.append("<dl>")
    for term in lines[place:end]:
        if term.strip():
            result += ("<dt>", "", term.strip(), "", "</dt>")
    place = end
    while place < len(lines) and (found := _DEFINITION.fullmatch(lines[place])):
        body, place = _definition(lines, place + 1, found[1])
        result += ("<dd>", "", *body, "", "</dd>")
        following = place + 1 if place < len(lines) and not lines[place].strip() else place
        if following < len(lines) and _DEFINITION.fullmatch(lines[following]):
            place = following
    result += ("</dl>", "")
    return place


def _definition(lines: Sequence[str], place: int, first: str) -> tuple[list[str], int]:
    """Return the lines of a definition, and the first line behind it."""
    body = [first]
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            following = next((one for one in lines[place + 1 : place + 2] if one.strip()), "")
            if not following or not _INDENT.match(following):
                break
            body.append("")
        elif _DEFINITION.fullmatch(line):
            break
        else:
            body.append(_INDENT.sub("", line, count=1) if _INDENT.match(line) else line)
        place += 1
    return body, place
