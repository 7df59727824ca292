"""Parse front matter in TOML and JSON to the same values as YAML: texts, lists and mappings.

Handlers of python-frontmatter parse them. Its own TOML handler needs a third-party library, so the handler here uses
`tomllib` of the standard library instead.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime, time
from typing import Any

import frontmatter
from frontmatter.default_handlers import BaseHandler, JSONHandler

from posts.errors import PostError
from posts.frontmatter.yaml_parser import MAX_EVENTS, MAX_YAML_DEPTH, NOT_YAML
from posts.text import lazy_pattern, legal

_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
# tomllib needs quadratic time for a dotted key.
_DEEP_KEY = lazy_pattern(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_YAML_DEPTH}}}")
_TOML_KEY = lazy_pattern(r"^[ \t]*+\[{0,2}[ \t]*+[\"']?([\w-]++)[\"']?[ \t]*+[=.\]]", re.MULTILINE)
_JSON_KEY = lazy_pattern(r"^[ \t]*+\{?[ \t]*+\"([^\"\\\n]++)\"[ \t]*+:", re.MULTILINE)
_TOML_PLACE = lazy_pattern(r" \(at (?:line (\d+), column \d+|end of document)\)\Z")


def parse_toml(head: str, first: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the mapping in TOML front matter, and the line of each key of the top level.

    Args:
        head: The front matter without its fences.
        first: The line of the file where it begins.

    Raises:
        PostError: It is not TOML, nested too deep, or has too many values.
    """
    first += len(head) - len(head.lstrip("\n"))  # python-frontmatter removes blank lines
    text = NOT_YAML.sub("\ufffd", head.strip("\n"))
    if deep := _DEEP_KEY.search(text):
        raise _too_deep(first + text.count("\n", 0, deep.start()))
    try:
        metadata, _ = frontmatter.parse(text, handler=_TomlHandler())
        return _Texts(first).mapping(metadata), _lines(_TOML_KEY, text, first, metadata)
    except RecursionError:
        raise _too_deep(first) from None
    except ValueError as error:
        if isinstance(error, PostError):
            raise
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        reason = legal(_TOML_PLACE.sub("", str(error)))[:200]
        message = f"front matter is TOML and cannot be read: {reason}; correct the line"
        raise PostError(first + line - 1, "bad-toml", message) from None


def parse_json(text: str, first: int) -> tuple[dict[str, Any], dict[str, int], int]:
    """Return the JSON object at the beginning of `text`, the line of each key, and where the object ends.

    Args:
        text: The file from the beginning of the object.
        first: The line of the file where it begins.

    Raises:
        PostError: It is not a JSON object, nested too deep, or has too many values.
    """
    handler = _JsonHandler()
    try:
        metadata, _ = frontmatter.parse(text, handler=handler)
    except RecursionError:
        raise _too_deep(first) from None
    except json.JSONDecodeError as error:
        read = error.doc[: error.pos]
        # Python 3.13 reads deeper than the stack of earlier versions allows.
        if read.count("[") + read.count("{") - read.count("]") - read.count("}") > MAX_YAML_DEPTH:
            raise _too_deep(first) from None
        message = f"front matter is JSON and cannot be read: {error.msg}; correct the line"
        raise PostError(first + error.lineno - 1, "bad-json", message) from None
    head = text[: handler.end]
    return _Texts(first).mapping(metadata), _lines(_JSON_KEY, head, first, metadata), handler.end


def _too_deep(line: int) -> PostError:
    return PostError(line, "too-deep", f"front matter is nested deeper than {MAX_YAML_DEPTH} levels; flatten it")


def _lines(pattern: re.Pattern[str], text: str, first: int, metadata: dict[str, Any]) -> dict[str, int]:
    """Return the line of each key of the top level that is the first in its line."""
    lines: dict[str, int] = {}
    line, place = first, 0
    for match in pattern.finditer(text):
        line += text.count("\n", place, match.start(1))
        place = match.start(1)
        if match[1] in metadata:
            lines.setdefault(match[1], line)
    return lines


class _TomlHandler(BaseHandler):
    """A handler for text without fences, which is TOML as a whole."""

    FM_BOUNDARY = lazy_pattern(r"^\+\+\+[ \t]*$", re.MULTILINE)

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        return tomllib.loads(fm, parse_float=str)


class _JsonHandler(JSONHandler):
    """A handler for text that begins with a JSON object. Numbers remain texts as written."""

    end = 0

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def load(self, fm: str, **_: object) -> Any:
        decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
        value, self.end = decoder.raw_decode(fm)
        return value


def _as_written(value: Any) -> str:
    """Return a scalar in the form that YAML front matter would have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return NOT_YAML.sub("\ufffd", str(value))


class _Texts:
    """Convert the values of TOML and JSON to those of YAML front matter: texts, lists, mappings; null is absent."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._count = 0

    def mapping(self, values: dict[str, Any], depth: int = 1) -> dict[str, Any]:
        self._take(len(values), depth)
        pairs = ((NOT_YAML.sub("\ufffd", key), self._value(value, depth + 1)) for key, value in values.items())
        return {key: value for key, value in pairs if value is not None}

    def _value(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return self.mapping(value, depth)
        if isinstance(value, list):
            self._take(len(value), depth)
            return [one for one in (self._value(one, depth + 1) for one in value) if one is not None]
        return None if value is None else _as_written(value)

    def _take(self, count: int, depth: int) -> None:
        self._count += 2 * count
        if depth > MAX_YAML_DEPTH:
            raise _too_deep(self._first)
        if self._count > MAX_EVENTS:
            message = f"front matter has more than {MAX_EVENTS:,} keys and values; remove some"
            raise PostError(self._first, "matter-too-large", message)
