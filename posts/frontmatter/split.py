"""Split a post file into front matter and body: encodings, fences, limits. Owns python-frontmatter and PyYAML.

The front matter is built from the events of the parser, without recursion, so that aliases, tags and deep nesting are
refused where they begin: no post can make the parser recurse or use unlimited memory.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml import events

from posts.errors import PostError
from posts.frontmatter.scalars import parse_plain_lines, plain_scalar
from posts.problems import ReportProblem
from posts.text import legal

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_EVENTS = 10_100  # of YAML: keys, values, and beginnings and ends of lists and mappings

# At most 1 MiB of a body is published. This is that much text with its front matter, in UTF-32.
_MOST_BYTES = 9 << 19
_LOOK_AHEAD = 256  # characters: more than MAX_DEPTH levels, fewer than the levels that any libyaml refuses

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


@dataclass(slots=True)
class ParsedFile:
    """A post file split into front matter and body. Scalars of `metadata` are texts as written; null means absent.

    `lines` gives the line of each key of the top level; `body_line` is the line at which `body` begins.
    """

    body: str
    body_line: int = 1
    present: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def split_front_matter(data: bytes, report: ReportProblem, encoding: str = "utf-8") -> ParsedFile:
    """Return the front matter and the body of a post.

    Args:
        data: the bytes of the file.
        report: receives the problems that do not prevent publication.
        encoding: the encoding of files that are not UTF-8; a byte order mark takes precedence.

    Raises:
        PostError: the front matter is not closed, too large, nested too deep, or not a YAML mapping.
    """
    text = decode_text(_beginning(data), report, encoding)
    opening = _OPENING.match(text, 0, MAX_BYTES)
    if not opening:
        return ParsedFile(text)
    first = text.count("\n", 0, opening.end()) + 1
    if first > 2:
        report(
            first - 1,
            "late-fence",
            "front matter begins after blank lines, where Jekyll ignores it; remove the blank lines",
        )
    furthest = opening.end() + MAX_BYTES + 4  # the closing fence is not searched for beyond
    closing = _CLOSING.search(text, opening.end(), furthest)
    if not closing and text.find("\n---", furthest - 4) < 0 and len(data) <= _MOST_BYTES:
        raise PostError(first - 1, "unclosed-fence", "front matter is not closed; end it with a line ---")
    head = text[opening.end() : closing.start() if closing else furthest]
    if not closing or (len(head) * 4 > MAX_BYTES and len(head.encode("utf-8", "replace")) > MAX_BYTES):
        raise PostError(
            first - 1, "matter-too-large", f"front matter is longer than {MAX_BYTES // 1024} KiB; move text to the body"
        )
    start = _behind_blank_lines(text, closing.end())
    metadata, lines = _metadata(head, first, report)
    return ParsedFile(text[start:], text.count("\n", 0, start) + 1, True, metadata, lines)


def _beginning(data: bytes) -> bytes:
    """Return the part of a file that is read. It ends at the end of a line, so that no character is cut in two."""
    if len(data) <= _MOST_BYTES:
        return data
    is_wide = b"\0" in data[:64]  # UTF-16 or UTF-32, where a byte is not a character
    return data[: _MOST_BYTES if is_wide else data.rfind(b"\n", 0, _MOST_BYTES) + 1 or _MOST_BYTES]


def _behind_blank_lines(text: str, start: int) -> int:
    """Return where the first line that is not blank begins, from `start` on."""
    end = _BLANKS.match(text, start).end()  # type: ignore[union-attr] # matches the empty string
    return max(start, text.rfind("\n", start, end) + 1)


def _metadata(head: str, first: int, report: ReportProblem) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the front matter and the line of each key. `first` is the line of the file where it begins."""
    if plain := parse_plain_lines(head):
        metadata, lines = plain
        return metadata, {key: first + line for key, line in lines.items()}
    builder = _Builder(first, report)
    return _parse(head, builder), builder.lines


def decode_text(data: bytes, report: ReportProblem, encoding: str = "utf-8") -> str:
    r"""Return the text of a file with `\n` as line ends. Invalid bytes become U+FFFD and are reported."""
    for mark, name in _BOMS if data[:1] in _MARKED else ():
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, report)
    if data[:4] in (b"-\0-\0", b"\0-\0-"):
        return _decoded(data, "utf-16-le" if data[0] else "utf-16-be", report)
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(data, encoding, report)


def _decoded(data: bytes, encoding: str, report: ReportProblem) -> str:
    try:
        return _lines(data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report(line, "undecodable", f"invalid {encoding} bytes replaced by U+FFFD; set [posts] encoding")
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
        last = builder.first + max(head.count("\n") - 1, 0)  # the parser may point beyond the end
        line = min(builder.line(mark.line), last) if mark else builder.first
        raise PostError(line, "bad-yaml", f"invalid YAML in front matter: {legal(reason)}; correct the line") from None
    return metadata


class _Handler(YAMLHandler):
    """A handler with exact fences, instead of "three hyphens or more", and scalars that stay text."""

    FM_BOUNDARY = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

    def __init__(self, builder: _Builder) -> None:
        super().__init__()
        self._builder = builder

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        return self._builder.build(fm)


class _Builder:
    """The mapping under construction: built from the events of libyaml, with the lines of its keys."""

    def __init__(self, first: int, report: ReportProblem) -> None:
        self.first = first
        self.lines: dict[str, int] = {}
        self._report = report
        self._stack: list[tuple[Any, str | None]] = []  # open containers, each with the key without a value
        self._done: Any = None
        self._reached = 0  # where the last event ends, in characters

    def line(self, mark: int) -> int:
        """Return the line of the file for a line of the parser, whose first is the rest of the opening fence."""
        return self.first + max(mark - 1, 0)

    def build(self, text: str) -> dict[str, Any]:
        """Return the mapping in `text`.

        Raises:
            PostError: the front matter is refused.
            yaml.YAMLError: it is not YAML.
        """
        try:
            self._consume(text)
        except yaml.YAMLError:
            # libyaml 0.2.6 and later stops at 1,000 levels, before it delivers the events that led there: it looks
            # 1,024 characters ahead for the colon of a key. So the beginning is read again without what follows;
            # what is refused does not depend on the version of the library.
            with suppress(yaml.YAMLError):
                _Builder(self.first, _ignore)._consume(text[: self._reached + _LOOK_AHEAD])  # noqa: SLF001
            raise
        return self._mapping()

    def _consume(self, text: str) -> None:
        parser: Any = yaml.CBaseLoader(text)
        documents = count = 0
        while (event := parser.get_event()) is not None:
            kind, count, self._reached = type(event), count + 1, event.end_mark.index
            if count > MAX_EVENTS:
                self._refuse(
                    event, "matter-too-large", f"front matter has more than {MAX_EVENTS:,} keys and values; remove some"
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
                self._refuse(event, "yaml-alias", "YAML alias in front matter (*name); write the value out")
            elif kind is events.DocumentStartEvent:
                documents += 1
        if documents > 1:
            raise PostError(self.first, "bad-yaml", "front matter has several YAML documents; keep one")

    def _refuse(self, event: Any, code: str, message: str) -> NoReturn:
        raise PostError(self.line(event.start_mark.line), code, message)

    def _mapping(self) -> dict[str, Any]:
        if self._done is None:
            return {}
        if not isinstance(self._done, dict):
            raise PostError(self.first, "not-a-mapping", "front matter is not a mapping; write lines of `key: value`")
        return self._done

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "yaml-alias", "YAML anchor in front matter (&name); write the value out")
        if event.tag is not None:
            self._refuse(event, "yaml-tag", f"YAML tag in front matter ({legal(event.tag)}); remove the tag")

    def _open(self, container: Any, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, "too-deep", f"front matter is nested deeper than {MAX_DEPTH} levels; flatten it")
        if self._stack and isinstance(self._stack[-1][0], dict) and self._stack[-1][1] is None:
            self._refuse(event, "bad-yaml", "a list or mapping is used as a key; use a text")
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
            self._report(
                line, "duplicate-key", f"duplicate key `{legal(key)}`, the last value is used; remove the other"
            )
        self._stack[-1] = (container, key)
        if len(self._stack) == 1:
            self.lines[key] = line


def _ignore(line: int, code: str, message: str) -> None:
    """Discard a problem that is reported elsewhere."""


def _scalar(event: Any) -> str | None:
    value: str = event.value
    if event.style is not None and not event.implicit[0]:
        return value
    return plain_scalar(value)
