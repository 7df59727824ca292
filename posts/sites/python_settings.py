"""Read the settings in a Python file without running it: assignments of literals, and what follows from them.

Pelican and Nikola are configured in Python. Their files are parsed, and of their statements only assignments of
literals, of names that were assigned before, and of simple combinations of both are evaluated. Nothing is imported
and nothing is called. Whatever else sets a name makes it unknown: it is reported where it matters.
"""

from __future__ import annotations

import ast
import codecs
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from posts.errors import ConfigurationError, Mistake

_MOST_BYTES = 1 << 20
_LONGEST = 100_000  # characters or entries of a value that is computed
_DEEPEST = 4  # files that import each other's settings

_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda left, right: left + right,
    ast.BitOr: lambda left, right: left | right,
}


class PythonSettings(Struct):
    """The settings in a Python file.

    Attributes:
        values: The values of the names in capitals.
        lines: The file and line that set each name, also where its value is not known.
        unknown: The names whose values are computed by code.
        files: The names of the files that were read.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    files: list[str] = field(default_factory=list)

    def put(self, name: str, value: Any, file: str, line: int) -> None:
        """Set a name, whatever it was before."""
        self.values[name], self.lines[name] = value, (file, line)
        self.unknown.discard(name)

    def forget(self, name: str, file: str, line: int) -> None:
        """Note that code sets a name."""
        self.values.pop(name, None)
        self.lines[name] = (file, line)
        self.unknown.add(name)

    def update(self, other: PythonSettings) -> None:
        """Take over the settings of another file; they override those here."""
        for name, (file, line) in other.lines.items():
            if name in other.unknown:
                self.forget(name, file, line)
            else:
                self.put(name, other.values[name], file, line)
        self.files += [name for name in other.files if name not in self.files]


def read_python_settings(root: Path, name: str, depth: int = 0) -> PythonSettings:
    """Return the settings in a Python file below `root`; `from other import *` reads `other.py` beside it.

    Args:
        root: The folder of the file.
        name: The name of the file.
        depth: How many files have imported each other.

    Raises:
        ConfigurationError: The file is not Python, or too large.
        OSError: It cannot be read.
    """
    settings = PythonSettings(files=[name])
    for statement in _parse(root / name, name).body:
        _Statement(settings, root, name, depth).run(statement)
    return settings


def _parse(path: Path, name: str) -> ast.Module:
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1).removeprefix(codecs.BOM_UTF8)
    if len(data) > _MOST_BYTES:
        raise ConfigurationError([Mistake(name, 0, "", "larger than 1 MiB, and not read; make it smaller")])
    try:
        return ast.parse(data)
    except SyntaxError as error:
        message = f"invalid Python: {error.msg}; correct the line"
        raise ConfigurationError([Mistake(name, error.lineno or 0, "", message)]) from None
    except (ValueError, RecursionError, MemoryError):
        raise ConfigurationError([Mistake(name, 0, "", "invalid or too deeply nested Python; correct it")]) from None


class _Unknown(Exception):  # noqa: N818 # nobody sees it
    pass


class _Statement:
    """Carry out a statement of a file as far as it sets names to literals."""

    def __init__(self, settings: PythonSettings, root: Path, name: str, depth: int) -> None:
        self.settings, self.root, self.file, self.depth = settings, root, name, depth

    def run(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=operator, value=value):
                read = ast.Name(name, ast.Load())
                self._assign(target, ast.copy_location(ast.BinOp(read, operator, value), statement))
            case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")], level=0 | 1):
                self._import(module)
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef() | ast.Pass():
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                self._forget(statement)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        line = target.lineno
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._assign(one, its)
            return
        if not isinstance(target, ast.Name):
            self._forget(target)
            return
        try:
            self.settings.put(target.id, self._value(value), self.file, line)
        except (_Unknown, TypeError, ValueError, RecursionError, ArithmeticError):
            self.settings.forget(target.id, self.file, line)

    def _import(self, module: str) -> None:
        path = self.root / f"{module}.py"
        if self.depth < _DEEPEST and module.isidentifier() and path.is_file():
            self.settings.update(read_python_settings(self.root, path.name, self.depth + 1))

    def _forget(self, node: ast.AST) -> None:
        """Forget every name that a statement may set or change: `if`, `X["key"] = …`, `X.append(…)`, `del X`."""
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and (not isinstance(one.ctx, ast.Load) or self._may_change(one, node)):
                self.settings.forget(one.id, self.file, one.lineno)

    def _may_change(self, name: ast.Name, node: ast.AST) -> bool:
        """Return whether a known value is a list or mapping, which what is done with it may change."""
        return isinstance(node, ast.stmt | ast.Subscript | ast.Attribute) and isinstance(
            self.settings.values.get(name.id), (list, dict, set)
        )

    def _value(self, node: ast.expr) -> Any:
        """Return the value of an expression.

        Raises:
            _Unknown: Only running it would tell.
        """
        evaluate = _EVALUATED.get(type(node))
        if not evaluate:
            raise _Unknown
        return self._short(evaluate(self, node))

    def name(self, node: ast.Name) -> Any:
        if node.id not in self.settings.values:
            raise _Unknown
        return self.settings.values[node.id]

    def unary(self, node: ast.UnaryOp) -> Any:
        value = self._value(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub) and isinstance(value, int | float):
            return -value
        raise _Unknown

    def binary(self, node: ast.BinOp) -> Any:
        operation = _OPERATIONS.get(type(node.op))
        if not operation:
            raise _Unknown
        return operation(self._value(node.left), self._value(node.right))

    def text(self, node: ast.JoinedStr) -> str:
        return "".join(self._part(part) for part in node.values)

    def call(self, node: ast.Call) -> Any:
        """Return the value of a call that changes nothing: `Path("…")`, `dict(…)`, Nikola's mark of texts `_("…")`."""
        match node:
            case ast.Call(func=ast.Name(id="Path" | "PurePath" | "_"), args=[argument], keywords=[]):
                return self._value(argument)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords) if all(one.arg for one in keywords):
                return {str(one.arg): self._value(one.value) for one in keywords}
        raise _Unknown

    def entries(self, node: ast.Tuple | ast.List | ast.Set) -> list[Any]:
        found: list[Any] = []
        for entry in node.elts:
            if isinstance(entry, ast.Starred):
                found += self._value(entry.value)
            else:
                found.append(self._value(entry))
        return found

    def mapping(self, node: ast.Dict) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found |= self._value(value)
            else:
                found[self._value(key)] = self._value(value)
        return found

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.FormattedValue) and node.conversion == -1 and node.format_spec is None:
            return str(self._value(node.value))
        raise _Unknown

    def _short(self, value: Any) -> Any:
        if isinstance(value, (str, bytes, list, tuple, dict, set)) and len(value) > _LONGEST:
            raise _Unknown
        return value


_EVALUATED: Mapping[type[ast.expr], Callable[[_Statement, Any], Any]] = {
    ast.Constant: lambda _, node: node.value,
    ast.Name: _Statement.name,
    ast.Tuple: lambda statement, node: tuple(statement.entries(node)),
    ast.List: _Statement.entries,
    ast.Set: lambda statement, node: set(statement.entries(node)),
    ast.Dict: _Statement.mapping,
    ast.UnaryOp: _Statement.unary,
    ast.BinOp: _Statement.binary,
    ast.JoinedStr: _Statement.text,
    ast.Call: _Statement.call,
}
