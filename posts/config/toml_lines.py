"""Find the lines of keys in a TOML file, for messages: `tomllib` returns values without positions.

The scanner relies on `tomllib` having accepted the text, and looks for nothing but the structure: keys, tables, arrays.
It is linear, and does not recurse. It runs only when there is something to report.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field

from posts.config.key_path import Step
from posts.text import lazy_pattern

_State = Callable[[str, int], "_State"]

_TOKEN = lazy_pattern(
    r'''
      """ (?: \\. | [^\\] )*? """ "{0,2}   # a text of several lines may end in two more quotes
    | \'\'\' .*? \'\'\' '{0,2}
    | " (?: \\. | [^"\\] )* "
    | ' [^']* '
    | \# [^\n]*
    | [^\S\n]+
    | [^\s"'\#\[\]{},.=]+                  # bare keys, numbers, dates
    | .                                    # a line break or a mark
    ''',
    re.DOTALL | re.VERBOSE,
)


class TomlNode(Struct):
    """A key, table or array element: the line where it begins, and what is below it.

    `is_implicit` is true for a table that has no header of its own, only tables or dotted keys below it.
    """

    line: int
    is_array_of_tables: bool = False
    is_implicit: bool = False
    below: dict[Step, TomlNode] = field(default_factory=dict)

    def descend(self, keys: Sequence[str], line: int) -> TomlNode:
        """Return what dotted keys lead to, in the last element of arrays of tables; what is missing is created."""
        node = self
        for key in keys:
            node = node.below.setdefault(key, TomlNode(line, is_implicit=True))
            if node.is_array_of_tables:
                node = node.below[len(node.below) - 1]
        return node

    def append(self, line: int) -> TomlNode:
        """Return a new element of an array."""
        node = self.below[len(self.below)] = TomlNode(line)
        return node


def find_line(root: TomlNode, path: Sequence[Step]) -> int:
    """Return the line of a key, or of the table that lacks it; 0 if that table has no line of its own.

    Args:
        root: what `scan_toml` returned.
        path: keys and places in arrays: `("feeds", "custom", 1, "name")`.
    """
    node = root
    for step in path:
        if step not in node.below:
            return 0 if node.is_implicit else node.line
        node = node.below[step]
    return node.line


def scan_toml(text: str) -> TomlNode:
    """Return the root of the tree of keys in a text that `tomllib` accepts; its own line is 0."""
    scanner = _Scanner()
    for part, line in _tokens(text):
        scanner.state = scanner.state(part, line)
    return scanner.root


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Return each part that is neither a comment nor a space, with the line where it begins."""
    line = 1
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part == "\n" or not (part[0] == "#" or part.isspace()):
            yield part, line
        line += part.count("\n")


class _Scanner:
    """The state machine. A state is a method that takes a part and its line and returns the next state."""

    def __init__(self) -> None:
        self.root = TomlNode(0)
        self.state: _State = self.key
        self._table = self.root  # of the last header
        self._open: list[tuple[str, TomlNode]] = []  # arrays and inline tables: the closing bracket of each, its node
        self._keys: list[str] = []  # dotted keys without their value
        self._value: TomlNode | None = None  # the node of the value that is expected; None for an array element

    def key(self, part: str, line: int) -> _State:
        """Expect a key, a header, or the end of an inline table."""
        if part == "=":
            base = self._open[-1][1] if self._open else self._table
            self._value = base.descend(self._keys, line)
            self._value.is_implicit = False
            self._keys = []
            return self.value
        if part == "[" and not self._open:
            return self.header
        if part == "}":
            return self._close()
        return self._collect(part, self.key)

    def header(self, part: str, line: int) -> _State:
        """Expect the keys of `[table]`."""
        if part == "[":
            return self.array_header
        if part == "]":
            self._table = self.root.descend(self._keys, line)
            # It may have been mentioned before, in the header of a table below it.
            self._table.line, self._table.is_implicit = line, False
            self._keys = []
            return self.rest
        return self._collect(part, self.header)

    def array_header(self, part: str, line: int) -> _State:
        """Expect the keys of `[[table]]`."""
        if part == "]":
            array = self.root.descend(self._keys[:-1], line).below.setdefault(
                self._keys[-1], TomlNode(line, is_array_of_tables=True)
            )
            self._table = array.append(line)
            self._keys = []
            return self.rest
        return self._collect(part, self.array_header)

    def value(self, part: str, line: int) -> _State:
        """Expect a value, or the end of an array."""
        if part == "\n":
            return self.value
        if part == "]":
            return self._close()
        node = self._open[-1][1].append(line) if self._value is None else self._value
        self._value = None
        if part == "[":
            self._open.append(("]", node))
            return self.value
        if part == "{":
            self._open.append(("}", node))
            return self.key
        return self.rest

    def rest(self, part: str, line: int) -> _State:  # noqa: ARG002 # all states have one signature
        """Expect what follows a value or a header: a comma, a closing bracket, the end of the line."""
        if not self._open:
            return self.key if part == "\n" else self.rest
        if part == ",":
            return self.value if self._open[-1][0] == "]" else self.key
        return self._close() if part == self._open[-1][0] else self.rest

    def _close(self) -> _State:
        self._open.pop()
        return self.rest

    def _collect(self, part: str, state: _State) -> _State:
        if part not in (".", "\n"):
            self._keys.append(_key(part))
        return state


def _key(part: str) -> str:
    if part[0] not in "\"'":
        return part
    return str(tomllib.loads(f"key = {part}")["key"]) if "\\" in part else part[1:-1]
