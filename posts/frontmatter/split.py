"""Bytes to front matter and body: encodings, fences, limits. Owns python-frontmatter and the YAML parser below it.

The front matter is built from the parser's events, one by one and without recursion, so that aliases, tags and
nesting are refused where they begin: nothing in a post can make the parser recurse or grow.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml import events

from posts.errors import PostError
from posts.frontmatter.scalars import scalar, simple
from posts.text import legal

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_EVENTS = 10_100  # of YAML: keys, values, and beginnings and ends of lists and mappings

# More than 1 MiB of a body is not published; so much is that and its front matter, be it in UTF-32.
_MOST_BYTES = 9 << 19

_OPENING = re.compile(r"(?:[ \t]*+\n)*+---[ \t]*+\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)
_BLANKS = re.compile(r"[ \t\n]*+")
_NOT_YAML = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKED = frozenset(mark[:1] for mark, _ in _BOMS)

Report = Callable[[int, str, str], None]
"""Takes a complaint: line of the file (from 1, 0 for the whole), code, message."""


@dataclass(slots=True)
class Matter:
    """A post taken apart. Every scalar of `metadata` is the text that was written; absent and null are the same.

    `lines` gives the line of each key of the top level; `body_line` is the line at which `body` begins.
    """

    body: str
    body_line: int = 1
    present: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def split(data: bytes, report: Report, encoding: str = "utf-8") -> Matter:
    """The front matter and the body of a post.

    Args:
        data: the file.
        report: takes what is doubtful but no reason to leave the post out.
        encoding: what bytes that are not UTF-8 are read as; byte order marks come first.

    Raises:
        PostError: the fence is never closed, or the front matter is too large, too deep, or no YAML mapping.
    """
    text = decode(_beginning(data), report, encoding)
    opening = _OPENING.match(text, 0, MAX_BYTES)
    if not opening:
        return Matter(text)
    first = text.count("\n", 0, opening.end()) + 1
    if first > 2:
        report(first - 1, "late-fence", "the front matter begins after blank lines, where Jekyll does not see it")
    furthest = opening.end() + MAX_BYTES + 4  # no more need be looked through, line by line
    closing = _CLOSING.search(text, opening.end(), furthest)
    if not closing and text.find("\n---", furthest - 4) < 0 and len(data) <= _MOST_BYTES:
        raise PostError(first - 1, "unclosed-fence", "the front matter is never closed: end it with a line ---")
    head = text[opening.end() : closing.start() if closing else furthest]
    if not closing or (len(head) * 4 > MAX_BYTES and len(head.encode("utf-8", "replace")) > MAX_BYTES):
        raise PostError(first - 1, "matter-too-large", f"the front matter is longer than {MAX_BYTES // 1024} KiB")
    start = _behind_blank_lines(text, closing.end())
    metadata, lines = _metadata(head, first, report)
    return Matter(text[start:], text.count("\n", 0, start) + 1, True, metadata, lines)


def _beginning(data: bytes) -> bytes:
    """The part of a file that is looked at: up to the last end of a line in it, so that no character is torn."""
    if len(data) <= _MOST_BYTES:
        return data
    is_wide = b"\0" in data[:64]  # UTF-16 or UTF-32, where a byte is no character
    return data[: _MOST_BYTES if is_wide else data.rfind(b"\n", 0, _MOST_BYTES) + 1 or _MOST_BYTES]


def _behind_blank_lines(text: str, start: int) -> int:
    """Where the first line begins, from `start` on, that is not blank."""
    end = _BLANKS.match(text, start).end()  # type: ignore[union-attr] # matches the empty string
    return max(start, text.rfind("\n", start, end) + 1)


def _metadata(head: str, first: int, report: Report) -> tuple[dict[str, Any], dict[str, int]]:
    """What the front matter says, and the lines of its keys; `first` is the line that it begins at."""
    if plain := simple(head):
        metadata, lines = plain
        return metadata, {key: first + line for key, line in lines.items()}
    builder = _Builder(first, report)
    return _parse(head, builder), builder.lines


def decode(data: bytes, report: Report, encoding: str = "utf-8") -> str:
    r"""The text of a file, with `\n` at the ends of lines. Undecodable bytes become U+FFFD and are reported."""
    for mark, name in _BOMS if data[:1] in _MARKED else ():
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, report)
    if data[:4] in (b"-\0-\0", b"\0-\0-"):
        return _decoded(data, "utf-16-le" if data[0] else "utf-16-be", report)
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(data, encoding, report)


def _decoded(data: bytes, encoding: str, report: Report) -> str:
    try:
        return _lines(data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report(line, "undecodable", f"bytes that are not {encoding} became U+FFFD (see [posts] encoding)")
        return _lines(data.decode(encoding, "replace"))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _parse(head: str, builder: _Builder) -> dict[str, Any]:
    fenced = f"---\n{_NOT_YAML.sub(chr(0xFFFD), head)}\n---\n"
    try:
        metadata, _ = frontmatter.parse(fenced, handler=_Handler(builder))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = " ".join(str(getattr(error, "problem", None) or error).split())
        last = builder.first + max(head.count("\n") - 1, 0)  # the parser may point behind the end
        line = min(builder.line(mark.line), last) if mark else builder.first
        raise PostError(line, "bad-yaml", f"the front matter is no valid YAML: {legal(reason)}") from None
    return metadata


class _Handler(YAMLHandler):
    """Exact fences instead of "three hyphens or more", and scalars that stay text."""

    FM_BOUNDARY = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

    def __init__(self, builder: _Builder) -> None:
        super().__init__()
        self._builder = builder

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        return self._builder.build(fm)


class _Builder:
    """Builds the mapping from the events of libyaml's parser, and keeps the lines of its keys."""

    def __init__(self, first: int, report: Report) -> None:
        self.first = first
        self.lines: dict[str, int] = {}
        self._report = report
        self._stack: list[tuple[Any, str | None]] = []  # open containers, and the key that waits for a value
        self._done: Any = None

    def line(self, mark: int) -> int:
        """The line of the file for a line of the parser, whose first is what is left of the fence's own."""
        return self.first + max(mark - 1, 0)

    def build(self, text: str) -> dict[str, Any]:
        parser: Any = yaml.CBaseLoader(text)
        documents = count = 0
        while (event := parser.get_event()) is not None:
            kind, count = type(event), count + 1
            if count > MAX_EVENTS:
                self._refuse(
                    event, "matter-too-large", f"the front matter has more than {MAX_EVENTS:,} keys and values"
                )
            if kind is events.ScalarEvent:
                self._refuse_extras(event)
                self._add(_scalar(event), event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                self._refuse_extras(event)
                self._open({} if kind is events.MappingStartEvent else [], event)
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self._add(self._stack.pop()[0], event)
            elif kind is events.AliasEvent:
                self._refuse(event, "yaml-alias", "aliases (*name) are not read: write the value out")
            elif kind is events.DocumentStartEvent:
                documents += 1
        if documents > 1:
            raise PostError(self.first, "bad-yaml", "the front matter holds more than one YAML document")
        return self._mapping()

    def _refuse(self, event: Any, code: str, message: str) -> NoReturn:
        raise PostError(self.line(event.start_mark.line), code, message)

    def _mapping(self) -> dict[str, Any]:
        if self._done is None:
            return {}
        if not isinstance(self._done, dict):
            raise PostError(self.first, "not-a-mapping", "the front matter must be lines of `key: value`")
        return self._done

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "yaml-alias", "anchors (&name) are not read: write the value out")
        if event.tag is not None:
            self._refuse(event, "yaml-tag", f"tags ({legal(event.tag)}) are not read: leave the tag out")

    def _open(self, container: Any, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, "too-deep", f"the front matter is nested deeper than {MAX_DEPTH} levels")
        if self._stack and isinstance(self._stack[-1][0], dict) and self._stack[-1][1] is None:
            self._refuse(event, "bad-yaml", "a key must be a text, not a list or a mapping")
        self._stack.append((container, None))

    def _add(self, value: Any, event: Any) -> None:
        if not self._stack:
            self._done = value
            return
        container, key = self._stack[-1]
        if isinstance(container, list):
            if value is not None:
                container.append(value)
        elif key is None:
            self._key(container, event)
        else:
            self._stack[-1] = (container, None)
            if value is not None:
                container[key] = value

    def _key(self, container: dict[str, Any], event: Any) -> None:
        key, line = event.value, self.line(event.start_mark.line)
        if container.pop(key, None) is not None:
            self._report(line, "duplicate-key", f"`{legal(key)}` is given twice: the last one counts")
        self._stack[-1] = (container, key)
        if len(self._stack) == 1:
            self.lines[key] = line


def _scalar(event: Any) -> str | None:
    value: str = event.value
    if event.style is not None and not event.implicit[0]:
        return value
    return scalar(value)
