"""Jekyll's Liquid on python-liquid, which belongs to this file, `tags.py` and `filters.py`.

Whatever a template holds, it ends soon and in little memory: each tag, each round of a loop, ten characters of an
expression that is parsed, sixteen values of a list that is looked at and each kilobyte that is written, kept or
included are one of a fixed number of steps; filters have prices of their own. A step takes 40 microseconds at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO, cast

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin import content, illegal, output
from liquid.exceptions import LiquidError, LiquidInterrupt, ResourceLimitError
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token
from liquid.undefined import UNDEFINED

from posts.markup.holes import HOLE
from posts.markup.liquid.blocks import TemplatePart
from posts.markup.liquid.data import SiteData
from posts.markup.liquid.filters import filter_table, value_cost
from posts.markup.liquid.nodes import UndefinedVariableError, WordsNode
from posts.markup.liquid.scope import LiquidScope
from posts.markup.liquid.source import split_template

MAX_STEPS = 10_000
_MOST_OUTPUT = 1 << 20  # bytes
_DEEPEST = 8  # includes in includes
_SITE = ("title", "url", "baseurl", "description", "author")


class LiquidEngine(Environment):
    """The environment of one body: its `complain` gets (place in the template, what was left out and why)."""

    output_stream_limit = _MOST_OUTPUT
    block_nesting_limit = context_depth_limit = 100  # `source.py` and `including` allow fewer

    def __init__(self, scope: LiquidScope, complain: Callable[[int, str], None], tags: Iterable[type[Tag]]) -> None:
        self.scope, self.complain, self._known_tags = scope, complain, tags
        self.steps = MAX_STEPS
        self.place = 0  # of the tag that is being parsed: python-liquid's "end of expression" is nowhere
        self.unresolved: dict[tuple[int, str], None] = {}  # (place in the body, message)
        self.refused: dict[str, str] = {}  # messages about data files, by the variables for them
        self._including: list[tuple[int, str]] = []  # (place in the body, name), the outermost first
        self._parsed: dict[str, list[Node]] = {}
        self._answers: dict[tuple[str, str], str | None] = {}
        super().__init__()

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:  # noqa: ARG002  (a name of python-liquid)
        """Only what Jekyll 4 has: python-liquid's own `render`, `liquid`, `echo` and `tablerow` are not among it."""
        self.add_tag(content.Literal)
        self.add_tag(illegal.Illegal)
        for tag in self._known_tags:
            self.tags[tag.name] = _Guard(tag(self))
        self.filters = filter_table(self.scope, self.spend)

    def render_template(self, template: str) -> str:
        """`template` with what the scope holds."""
        own = {key: self.scope.site[key] for key in _SITE if self.scope.site.get(key) is not None}
        data = SiteData(lambda path: self.asked("data", path), self._refuse)
        site = {**own, **self.scope.variables, "data": data}
        try:
            return _Template(self, self.nodes(template)).render(page=self.scope.page, site=site)
        finally:
            get_parser.cache_clear()  # it would keep the environments of a hundred bodies

    def _refuse(self, path: str, file: str, reason: str) -> None:
        self.refused["site.data." + path.replace("/", ".")] = f"`{file}` is not read: {reason}; correct the file"

    def nodes(self, template: str, token: Token | None = None) -> list[Node]:
        """`template` parsed; what is wrong in it is noted at `token`, the tag of the body that brings it in."""
        if template not in self._parsed:
            found = split_template(template, lambda place, message: self._note(token, place, message))
            self.spend((len(template) >> 10) + sum(_price(piece) for piece in found))
            tokens = (one for piece in found for one in _tokens(piece))
            self._parsed[template] = get_parser(self).parse(_Stream(tokens))
        return self._parsed[template]

    def asked(self, kind: Literal["data", "include", "include_relative", "link", "post_url"], name: str) -> str | None:
        """Return the scope's answer, which is asked for once: it may read a file, or search all posts."""
        if (kind, name) not in self._answers:
            self.spend(5)
            self._answers[kind, name] = getattr(self.scope, kind)(name)
        answer = self._answers[kind, name]
        self.spend(value_cost(answer))
        return answer

    @contextmanager
    def including(self, name: str, token: Token) -> Iterator[None]:
        """While a file is being included by the tag at `token`."""
        if len(self._including) >= _DEEPEST:
            raise LiquidError(f"includes are nested more than {_DEEPEST} deep", token=token)
        self._including.append((token.start_index, name))
        try:
            yield
        finally:
            self._including.pop()

    def spend(self, steps: int) -> None:
        """Count steps. Raises ResourceLimitError when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise ResourceLimitError(f"it takes more than {MAX_STEPS:,} steps", token=None)

    def error(self, exc: Any, msg: str | None = None, token: Token | None = None) -> None:
        """Record a problem and continue, where python-liquid would raise an error."""
        error = exc if isinstance(exc, LiquidError) else exc(msg, token=token)
        at = error.token or token
        place = at.start_index if at and at.start_index >= 0 else self.place
        if isinstance(error, UndefinedVariableError):
            self.unresolved[self._placed(None, place, str(error.message))] = None
            return
        self._note(None, place, str(error.message or type(error).__name__))

    def _note(self, token: Token | None, place: int, message: str) -> None:
        self.complain(*self._placed(token, place, message))

    def _placed(self, token: Token | None, place: int, message: str) -> tuple[int, str]:
        if self._including:
            place, name = self._including[0]
            message = f"{message} (in {name})"
        return token.start_index if token and not self._including else place, message


class _Context(RenderContext):
    """A context that counts what is kept and what is looped over."""

    __slots__ = ()

    def assign(self, key: str, val: Any) -> None:
        cast(LiquidEngine, self.env).spend(value_cost(val))
        super().assign(key, val)

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        value = super().get(path, token=token, default=default)
        # What is looked at may be to_output, compared or searched, all of it.
        cast(LiquidEngine, self.env).spend(value_cost(value))
        return value

    def raise_for_loop_limit(self, length: int = 1) -> None:
        cast(LiquidEngine, self.env).spend(length)


class _Template(BoundTemplate):
    context_class = _Context


class _GuardedNode(Node):
    """A tag whose failure costs that tag alone, not the block that it is in."""

    __slots__ = ("node", "price")

    def __init__(self, node: Node, price: int) -> None:
        super().__init__(node.token)
        self.node, self.price = node, price
        self.blank = node.blank

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        engine = cast(LiquidEngine, context.env)
        try:
            engine.spend(self.price)
            return self.node.render(context, buffer)
        except (LiquidInterrupt, ResourceLimitError):
            raise
        except LiquidError as error:
            engine.error(error, token=self.token)
        except Exception as error:  # noqa: BLE001  (python-liquid lets through what operators raise on odd operands)
            engine.error(LiquidError(f"{type(error).__name__}: {error}", token=self.token))
        return buffer.write(HOLE) if isinstance(self.node, output.OutputNode | WordsNode) else 0


class _Guard(Tag):
    def __init__(self, tag: Tag) -> None:
        super().__init__(tag.env)
        self.tag = tag

    def get_node(self, stream: TokenStream) -> Node:
        cast(LiquidEngine, self.env).place = stream.current.start_index
        own = len(stream.peek.value) if stream.peek.kind == TOKEN_EXPRESSION else 0
        asked = cast(_Stream, stream).asked
        asked.append(0)
        node = self.tag.get_node(stream)
        # A `case` goes through all its parts with each round of a loop, an `if` through as many as it must.
        return _GuardedNode(node, 1 + max(own, asked.pop()) // 25 + len(getattr(node, "blocks", ())))

    def parse(self, stream: TokenStream) -> Node:
        return self.tag.parse(stream)


class _Stream(TokenStream):
    """A stream that knows how long the expressions are which the tags that are being parsed ask for."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        super().__init__(tokens)
        self.asked: list[int] = []  # characters, of each tag that is open

    def into_inner(self, *, tag: Token | None = None, eat: bool = True) -> TokenStream:
        if self.asked:
            self.asked[-1] += 20 + len(self.current.value)
        return super().into_inner(tag=tag, eat=eat)


def _price(piece: TemplatePart) -> int:
    """Return the cost of parsing a piece: 5 microseconds a character."""
    return 0 if piece.kind == "text" else 1 + len(piece.value) // 10


def _tokens(piece: TemplatePart) -> Iterator[Token]:
    if piece.kind == "text":
        yield Token(TOKEN_CONTENT, piece.value, piece.start, "")
        return
    if piece.kind == "output":
        yield Token(TOKEN_OUTPUT, piece.value, piece.start, "")
    else:
        yield Token(TOKEN_TAG, piece.name, piece.start, "")
    if piece.value:
        yield Token(TOKEN_EXPRESSION, piece.value, piece.start, "")
