"""Find the title and the fields at the beginning of a reStructuredText document, without a parser. Pure.

docutils promotes a lone section title to the title of the document, and a list of fields behind it to its metadata
(https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#bibliographic-fields). Pelican and Nikola read posts
this way. The rest of the document is rendered by `posts.markup.restructured`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from posts.text import lazy_pattern

_LINE = r"([!-/:-@\[-`{-~])"
_BLANKS = lazy_pattern(r"(?:[ \t]*+\n)*+")
# A comment or another construct that has no place in the document, with the indented lines below it.
_HIDDEN = lazy_pattern(r"\.\.(?:[ \t][^\n]*+)?(?:\n|\Z)(?:(?:[ \t]++\S[^\n]*+|[ \t]*+)(?:\n|\Z)(?!\Z))*+")
_NIKOLA = lazy_pattern(r"\.\.[ \t]++([A-Za-z][\w-]*+):(?:[ \t]++([^\n]*+)|[ \t]*+)(?:\n|\Z)")
_OVERLINED = lazy_pattern(rf"{_LINE}\1*+[ \t]*+\n[ \t]*+(\S[^\n]*+)\n\1++[ \t]*+(?:\n|\Z)")
_UNDERLINED = lazy_pattern(rf"(?!\.\.[ \t]|:[^:\n]++:)(\S[^\n]*+)\n{_LINE}\2*+[ \t]*+(?:\n|\Z)")
_FIELD = lazy_pattern(r":((?![ :])(?:\\[^\n]|[^:\\\n]|:(?=[^\s`])){1,200}+):(?:[ \t]++([^\n]*+)|[ \t]*+)(?:\n|\Z)")
_MORE = lazy_pattern(r"[ \t]++(\S[^\n]*+)(?:\n|\Z)")
_ADORNMENT = lazy_pattern(rf"{_LINE}\1*+[ \t]*+")
_MARKUP = lazy_pattern(
    r"``(?P<literal>[^\n]{1,500}?)``"
    r"|:(?P<role>[\w.+-]{1,40}+):`(?P<text>[^`\n]{1,500}+)`"
    r"|`(?P<link>[^`\n<]{1,500}+)(?:<[^`\n>]{1,1000}+>)?`_{0,2}"
    r"|\*\*(?P<strong>[^*\n]{1,500}+)\*\*"
    r"|\*(?P<emphasis>[^*\n]{1,500}+)\*"
    r"|\\(?P<escaped>[^\n])"
    r"|(?<![\w])(?P<reference>[A-Za-z0-9][\w.-]{0,99}?)__?(?![\w])"
)
_EXPLANATION = lazy_pattern(r"\s*+\([^()]*+\)\Z")
_MOST_LINES = 500
_SHORTEST = 4  # an adornment may be shorter only below a title that is


class RestHeader(NamedTuple):
    """The beginning of a document.

    Attributes:
        title: The title as text, None if the document has none.
        title_line: The line of the title.
        fields: The fields: name in lower case, value as text, line.
        start: Where the rest of the document begins.
        style: The adornment of the title: its character, and whether there is a line above the title, too.
    """

    title: str | None
    title_line: int
    fields: tuple[tuple[str, str, int], ...]
    start: int
    style: tuple[str, bool]


def read_rest_header(text: str) -> RestHeader:
    """Return the title and the fields at the beginning of a document."""
    place = _behind_hidden(text, 0)
    title, line, style = None, 0, ("", False)
    if found := _OVERLINED.match(text, place):
        title, style, line = found[2], (found[1], True), text.count("\n", 0, found.start(2)) + 1
    elif found := _UNDERLINED.match(text, place):
        title, style, line = found[1], (found[2], False), text.count("\n", 0, place) + 1
    if found:
        place = found.end()
    below = _behind_hidden(text, place)
    fields, end = _fields(text, below)
    return RestHeader(None if title is None else rest_text(title), line, fields, end if fields else place, style)


def comment_fields(text: str) -> tuple[tuple[tuple[str, str, int], ...], int]:
    """Return the fields in comments `.. title: …` at the beginning of a text, and where they end, as in Nikola."""
    place = _BLANKS.match(text).end()  # type: ignore[union-attr] # matches the empty string
    fields: list[tuple[str, str, int]] = []
    while len(fields) < _MOST_LINES and (match := _NIKOLA.match(text, place)):
        fields.append((match[1].lower(), (match[2] or "").strip(), text.count("\n", 0, place) + 1))
        place = match.end()
    return tuple(fields), place if fields else 0


def is_lone_title(text: str, header: RestHeader) -> bool:
    """Return whether no other section has the level of the title; else docutils takes it for a section, too."""
    if header.title is None:
        return True
    character, overlined = header.style
    lines = text[header.start :].split("\n")
    for number, line in enumerate(lines):
        if not line.startswith(character) or not _ADORNMENT.fullmatch(line):
            continue
        above = lines[number - 1] if number else ""
        is_below_text = bool(above.strip()) and above[:1] not in (" ", "\t") and not _ADORNMENT.fullmatch(above)
        is_closed = is_below_text and number > 1 and lines[number - 2].rstrip() == line.rstrip()
        is_long = len(line.rstrip()) >= min(_SHORTEST, len(above.rstrip()))
        if is_below_text and is_long and is_closed == overlined and not above.startswith(".. "):
            return False
    return True


def _behind_hidden(text: str, place: int) -> int:
    """Return where the first thing that is shown begins."""
    while True:
        place = _BLANKS.match(text, place).end()  # type: ignore[union-attr] # matches the empty string
        hidden = _HIDDEN.match(text, place)
        if not hidden or hidden.end() == place or _is_shown(hidden[0]):
            return place
        place = hidden.end()


def _is_shown(construct: str) -> bool:
    """Return whether a construct `.. …` is a directive, which may show something; a comment and a target do not."""
    first = construct.partition("\n")[0]
    return "::" in first and not first.startswith((".. |", ".. _"))


def _fields(text: str, place: int) -> tuple[tuple[tuple[str, str, int], ...], int]:
    fields: list[tuple[str, str, int]] = []
    end = place
    while len(fields) < _MOST_LINES and (match := _FIELD.match(text, place)):
        line = text.count("\n", 0, place) + 1
        end = place = match.end()
        lines = [match[2] or ""]
        while more := _MORE.match(text, place):
            lines.append(more[1])
            end = place = more.end()
        value = " ".join(part.strip() for part in lines).strip()
        fields.append((match[1].replace("\\", "").strip().lower(), rest_text(value), line))
        place = _BLANKS.match(text, place).end()  # type: ignore[union-attr] # matches the empty string
    return tuple(fields), end


def rest_text(text: str) -> str:
    """Return a line of reStructuredText without its inline markup."""
    if not any(mark in text for mark in "`*\\_"):
        return text.strip()
    return _MARKUP.sub(_shown, text).strip()


def _shown(match: re.Match[str]) -> str:
    if match["escaped"] is not None:
        return "" if match["escaped"] == " " else match["escaped"]
    if match["role"]:
        return _EXPLANATION.sub("", match["text"]) if match["role"] == "abbr" else match["text"]
    return next(part for part in match.groups() if part is not None).strip()
