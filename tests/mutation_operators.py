"""Mutation operators that cosmic-ray does not have, in its terms: statements, conditions, and the words of tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Operator

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


OPERATORS = {kind.__name__: kind for kind in (DropStatement, FixCondition, ReplaceOperand, ChangeText)}
