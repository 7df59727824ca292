"""Read the YAML configuration of a site generator, and find the lines of its keys for messages.

Every scalar is read as text, so that `lang: no` is Norwegian. The file is the site owner's and is trusted, but aliases
that stand for aliases may not fill the memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.errors import ConfigurationError, Mistake
from posts.frontmatter.scalars import parse_plain_lines

NULLS = ("~", "null", "Null", "NULL")  # of YAML 1.1
_MOST_VALUES = 1_000_000
_DEEPEST = 200
_OPENINGS = (b"[", b"{", b"- ", b"? ", b":\n", b":\r")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_yaml(path: Path, *, tabs: bool = False) -> dict[str, Any]:
    """Return the mapping in a YAML file; an empty one if the file has nothing.

    Args:
        path: The file.
        tabs: Whether tabs may indent lines: each stands for two spaces, as in Hexo.

    Raises:
        ConfigurationError: It is not a YAML mapping.
        OSError: It cannot be read.
    """
    text = path.read_bytes()
    if tabs and b"\n\t" in text:
        text = re.sub(rb"(?m)^\t+", lambda match: b"  " * len(match[0]), text)
    if (data := read_plain_lines(text)) is not None:
        return data
    import yaml

    try:
        if sum(map(text.count, _OPENINGS)) > _DEEPEST:
            _require_shallow(text)
        data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506 # the base loader makes nothing but texts
        is_large = b"*" in text and _size(data, {}) > _MOST_VALUES
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        message = f"invalid YAML: {' '.join(str(reason).split())}; correct the line"
        raise ConfigurationError([Mistake(path.name, _error_line(text, error), "", message)]) from None
    except RecursionError:
        raise ConfigurationError([Mistake(path.name, 0, "", "nested too deeply; flatten it")]) from None
    if is_large:
        message = f"aliases (*name) stand for more than {_MOST_VALUES:,} values; write them out"
        raise ConfigurationError([Mistake(path.name, 0, "", message)])
    if data is not None and not isinstance(data, dict):
        node: Any = yaml.compose(text, yaml.CBaseLoader)
        raise ConfigurationError(
            [Mistake(path.name, line_of_mark(text, node.start_mark), "", "expected lines of `key: value`")]
        )
    return data or {}


def _require_shallow(text: bytes) -> None:
    """Raise RecursionError for lists and mappings that are nested too deeply: the loader would fill the C stack."""
    import yaml

    depth = 0
    for event in yaml.parse(text, yaml.CBaseLoader):  # no further than needed
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise RecursionError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _size(value: Any, known: dict[int, int]) -> int:
    """Return the number of values in a value, each counted as often as an alias repeats it."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        inside = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(one, known) for one in inside)
    return known[id(value)]


def read_plain_lines(text: bytes) -> dict[str, Any] | None:
    """Return a configuration of plain lines and comments, as the YAML parser reads it; None for another one.

    Importing PyYAML takes longer than reading everything else that the configuration says.
    """
    try:
        rows = text.decode().split("\n")
    except UnicodeDecodeError:
        return None
    parsed = parse_plain_lines("\n".join([row for row in rows if row.lstrip(" ")[:1] not in ("", "#")]))
    # Null is a text here, and absent there.
    if not parsed or parsed[0].keys() != parsed[1].keys() or any(null.encode() in text for null in NULLS):
        return None
    return {key: [*map(str, value)] if isinstance(value, list) else str(value) for key, value in parsed[0].items()}


def _error_line(text: bytes, error: Exception) -> int:
    """Return the line of an error of the parser, 0 if it gives none; what is missing at the end is in the last line."""
    mark, position = getattr(error, "problem_mark", None), getattr(error, "position", None)
    if mark:
        return line_of_mark(text, mark)
    # A position is in bytes, which are no lines in UTF-16.
    return text.count(b"\n", 0, position) + 1 if position is not None and not text.startswith(_UTF_16) else 0


def line_of_mark(text: bytes, mark: Any) -> int:
    """Return the line of a mark of the parser, which counts more line breaks than editors do (U+0085, U+2028)."""
    characters = text.decode("utf-16" if text.startswith(_UTF_16) else "utf-8-sig", "replace")
    return characters.rstrip().count("\n", 0, mark.index) + 1


def locate_in_yaml(path: Path, names: Sequence[str]) -> Location:
    """Return where a YAML file sets the first of some keys that is set; line 0 if it sets none of them.

    Args:
        path: The file, which has been read before.
        names: Keys in order of precedence; a dotted one is inside mappings.
    """
    import yaml

    # The file has been loaded before, which composes it in the same way.
    text = path.read_bytes()
    document = yaml.compose(text, yaml.CBaseLoader)
    found = [(name, *entry) for name in names if (entry := _entry(document, name.split(".")))]
    if not found:
        return Location(path.name, 0, names[0])
    name, mark, _ = next((one for one in found if not one[2]), found[0])
    return Location(path.name, line_of_mark(text, mark), name)


def _entry(node: Any, keys: Sequence[str]) -> tuple[Any, bool] | None:
    """Return the mark of a key, and whether its value is empty; None if there is no such key."""
    mark = None
    for key in keys:
        pairs = node.value if node is not None and node.id == "mapping" else []
        pair = next((pair for pair in reversed(pairs) if pair[0].value == key), None)  # the last of several counts
        if pair is None:
            return None
        mark, node = pair[0].start_mark, pair[1]
    return mark, not node.value or node.value in NULLS
