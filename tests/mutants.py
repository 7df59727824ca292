"""Mutants of a module: those of cosmic-ray, and of operators that it does not have. `tests.mutate` runs them."""

from __future__ import annotations

import ast
import difflib
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parent.parent
CONFIGURED = tomllib.loads((ROOT / "tests/mutation.toml").read_text("utf-8"))
# Others, such as `a ** b` for `a | b`, mostly raise.
BINARY = ("Add_Sub", "Sub_Add", "Mul_Add", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "BitOr_BitAnd", "BitAnd_BitOr")
MOST_OF_A_KIND = 2  # mutants of one operator at one place

Position = tuple[tuple[int, int], tuple[int, int]]


class DropStatement(Operator):
    """Replaces an assignment to an attribute or item, an augmented assignment, a call or a `return` by `pass`."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "simple_stmt" and node.parent.type != "file_input":
            kind = node.children[0].type
            if kind in ("expr_stmt", "atom_expr", "return_stmt", "raise_stmt"):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002
        return parso.parse(f"{node.get_first_leaf().prefix}pass\n")

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class FixCondition(Operator):
    """Replaces the condition of an `if`, of a conditional expression or of a comprehension by True, and by False."""

    def _place(self, node: Any) -> int:
        if node.type in ("if_stmt", "comp_if"):
            return 1
        return 2 if node.type in ("test", "ternary") and len(node.children) == 5 else 0

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if place := self._place(node):
            for _ in range(2):
                yield node.children[place].start_pos, node.children[place].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.children[self._place(node)] = parso.parse((" True", " False")[index])
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class ReplaceOperand(Operator):
    """Replaces `a and b`, or `a or b`, by one of its operands."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type in ("and_test", "or_test"):
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        kept = [one for place, one in enumerate(node.children[::2]) if place != index]
        word = f" {node.children[1].value} "
        return parso.parse(" " + word.join(one.get_code().strip() for one in kept))

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class ChangeText(Operator):
    """Removes a word from a table that is written as one text; changes another text, unless it is a message."""

    def _words(self, node: Any) -> list[str]:
        above = (node.parent, node.parent.parent, node.parent.parent.parent) if node.parent.parent else ()
        is_table = any(one is not None and one.get_code().rstrip(", \n").endswith(".split()") for one in above)
        return str(node.value).strip("\"'").split() if is_table else []

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "string" and "f" not in node.string_prefix:
            is_message = "r" not in node.string_prefix and node.value.count(" ") > 1
            for _ in self._words(node) or (() if is_message else (0,)):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        quote = node.value[len(node.string_prefix)]
        words = self._words(node)
        if words:
            del words[index]
            edge = " " if node.value[1] == " " else ""
            tail = " " if node.value[-2] == " " else ""
            node.value = f"{quote}{edge}{' '.join(words)}{tail}{quote}"
        elif node.value.strip("\"'") == "":
            node.value = '"XX"'
        else:
            at = len(node.string_prefix) + (3 if node.value[len(node.string_prefix) :].startswith(quote * 3) else 1)
            node.value = node.value[:at] + "XX" + node.value[at:]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


_OWN = {kind.__name__: kind for kind in (DropStatement, FixCondition, ReplaceOperand, ChangeText)}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change."""

    path: str
    operator: str
    source: str
    removed: str
    added: str
    line: int
    above: str  # the line above

    def reason(self) -> str:
        """Return why no test can kill it, "" if that is not known."""
        known = (
            one["reason"]
            for one in CONFIGURED["equivalent"]
            if one["module"] in (self.path, "*")
            and one["old"] in self.removed
            and one["new"] in self.added
            and one.get("below", "") in self.above
        )
        return next(known, "")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.operator}\n  - {self.removed}\n  + {self.added}"


def mutants(path: str, seed: int, only: str) -> Iterator[Mutant]:
    """Yield the mutants of a module in random order, a few of one kind at one place; those of lines with `only`."""
    source = (ROOT / path).read_text()
    meaning, lines = _meaning(source), source.splitlines()
    core = {name.partition("/")[2]: get_operator(name) for name in operator_names()}
    core = {
        name: kind
        for name, kind in core.items()
        if name.endswith(BINARY) or (not name.endswith(("_Is", "_IsNot")) and "BinaryOperator" not in name)
    }
    nodes = list(ast_nodes(get_ast(source)))
    places = []
    for name, kind in {**core, **_OWN}.items():
        if not kind.arguments():  # others need the names of variables
            found = (start for node in nodes for (start, _) in kind().mutation_positions(node))
            places += [(name, kind, occurrence, start) for occurrence, start in enumerate(found)]
    random.Random(f"{seed}{path}").shuffle(places)
    seen: Counter[tuple[object, str]] = Counter()
    for name, kind, occurrence, start in places:
        family = (start, name.split("_")[0])
        seen[family] += 1
        if only not in lines[start[0] - 1] or (seen[family] > MOST_OF_A_KIND and "Replace" in name):
            continue
        try:
            changed = MutationVisitor.mutate_code(source, kind(), occurrence)
        except AttributeError:  # cosmic-ray knows no dotted names of exceptions
            continue
        if _meaning(changed) not in (meaning, ""):  # an annotation or a docstring
            new = changed.splitlines()
            parts = difflib.SequenceMatcher(None, lines, new, autojunk=False).get_opcodes()
            _, first, last, begin, end = next(part for part in parts if part[0] != "equal")
            removed, added = (" ".join(" ".join(part).split()) for part in (lines[first:last], new[begin:end]))
            yield Mutant(path, name, changed, removed, added, first + 1, lines[first - 1])


def _meaning(source: str) -> str:
    """Return what a module does: its syntax tree without annotations and docstrings; "" if it has none."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(0)
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]  # type: ignore[attr-defined]
    return ast.dump(tree)
