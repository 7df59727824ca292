"""Parse YAML front matter. Owns PyYAML.

The mapping is built from the events of the parser, without recursion. Aliases, tags and deep nesting are refused where
they begin, so no post can make the parser recurse or use unlimited memory.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, NoReturn

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml import events

from posts.errors import PostError
from posts.frontmatter.scalars import plain_scalar
from posts.model import ReportProblem
from posts.text import lazy_pattern, legal

MAX_YAML_DEPTH = 16
MAX_EVENTS = 10_100  # of YAML: keys, values, and beginnings and ends of lists and mappings

_LOOK_AHEAD = 256  # characters: more than MAX_YAML_DEPTH levels, fewer than the levels that any libyaml refuses
NOT_YAML = lazy_pattern(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Tags that add nothing to a value: YAML's non-specific tag (YAML 1.1, 3.3.2), which Ruby wrote before quoted texts for
# years, and those of the core types (https://yaml.org/type/).
_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(("!", *(_CORE + name for name in ("str", "int", "float", "bool", "null", "timestamp"))))
_SEQUENCE_TAGS = frozenset(("!", f"{_CORE}seq"))
_MAPPING_TAGS = frozenset(("!", f"{_CORE}map"))


def parse_yaml(head: str, builder: YamlBuilder) -> dict[str, Any]:
    """Return the mapping in front matter that is not plain lines only.

    Raises:
        PostError: the front matter is refused.
    """
    fenced = f"---\n{NOT_YAML.sub(chr(0xFFFD), head)}\n---\n"
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
    """Parse with exact fences, instead of "three hyphens or more", and keep scalars as text."""

    FM_BOUNDARY = lazy_pattern(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

    def __init__(self, builder: YamlBuilder) -> None:
        super().__init__()
        self._builder = builder

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        return self._builder.build(fm)


class YamlBuilder:
    """Build the mapping from the events of libyaml, with the lines of its keys."""

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
            # 1,024 characters ahead for the colon of a key. So the beginning is parsed again without the rest, and
            # the result does not depend on the version of the library.
            with suppress(yaml.YAMLError):
                YamlBuilder(self.first, _ignore)._consume(text[: self._reached + _LOOK_AHEAD])  # noqa: SLF001
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
                self._refuse_extras(event, _SCALAR_TAGS)
                self._add(_scalar(event), event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                self._refuse_extras(event, _MAPPING_TAGS if kind is events.MappingStartEvent else _SEQUENCE_TAGS)
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

    def _refuse_extras(self, event: Any, allowed: frozenset[str]) -> None:
        if event.anchor is not None:
            self._refuse(event, "yaml-alias", "YAML anchor in front matter (&name); write the value out")
        if event.tag is not None and event.tag not in allowed:
            self._refuse(event, "yaml-tag", f"YAML tag in front matter ({legal(event.tag)}); remove the tag")

    def _open(self, container: Any, event: Any) -> None:
        if len(self._stack) >= MAX_YAML_DEPTH:
            self._refuse(event, "too-deep", f"front matter is nested deeper than {MAX_YAML_DEPTH} levels; flatten it")
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
    if event.tag is not None:
        kind = event.tag.removeprefix(_CORE)
        if kind == "null":
            return None
        return value if kind in ("!", "str") else plain_scalar(value) or value
    if event.style is not None and not event.implicit[0]:
        return value
    return plain_scalar(value)
