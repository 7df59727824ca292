"""What the engine and the tags of Jekyll share."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, cast

from liquid import RenderContext
from liquid.ast import Node
from liquid.exceptions import LiquidError
from liquid.token import Token


class Engine(Protocol):
    """What a tag needs of `posts.markup.liquid.engine.LiquidEngine`."""

    def nodes(self, template: str, token: Token | None = None) -> list[Node]:
        """Return the parsed template."""
        ...

    def spend(self, steps: int) -> None:
        """Count steps, and raise if the body has used up its share."""
        ...

    def asked(self, kind: str, name: str) -> str | None:
        """Return what the scope answers to a question."""
        ...

    def including(self, name: str, token: Token) -> AbstractContextManager[None]:
        """Return a context in which a file is included."""
        ...


def engine_of(context: RenderContext) -> Engine:
    """Return the engine that renders."""
    return cast("Engine", context.env)


class UndefinedVariableError(LiquidError):
    """An output names a variable that there is not."""


class WordsNode(Node):
    """A tag of Jekyll's that is followed by words of its own, not by an expression."""

    __slots__ = ("words",)

    def __init__(self, token: Token, words: str) -> None:
        super().__init__(token)
        self.words = words
        self.blank = False

    def rendered(self, words: str, context: RenderContext) -> str:
        """`words` with the outputs that Jekyll allows in them."""
        if "{{" not in words:
            return words
        buffer = context.get_buffer()
        for node in engine_of(context).nodes(words, self.token):
            node.render(context, buffer)
        return buffer.getvalue()
