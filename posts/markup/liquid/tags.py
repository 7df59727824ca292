"""The tags of Jekyll's Liquid: python-liquid's where they agree, Jekyll's own, and two that must be held back."""

from __future__ import annotations

import re
from typing import Any, ClassVar, TextIO, cast

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin import output
from liquid.builtin.expressions import Path, tokenize
from liquid.builtin.tags import (
    assign_tag,
    capture_tag,
    case_tag,
    cycle_tag,
    decrement_tag,
    for_tag,
    if_tag,
    ifchanged_tag,
    increment_tag,
    unless_tag,
)
from liquid.exceptions import LiquidError
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token
from liquid.undefined import is_undefined

from posts.markup.embeds import EMBED_TAGS, EmbedArguments, embed_html, parse_arguments, words_html
from posts.markup.holes import HOLE
from posts.markup.liquid.filters import to_output
from posts.markup.liquid.nodes import UndefinedVariableError, WordsNode, engine_of
from posts.text import lazy_pattern

_LANGUAGE = lazy_pattern(r"[A-Za-z0-9.+#_-]+")
_FILE = lazy_pattern(r"(?P<name>(?:\{\{.*?\}\}|[^\s{])+)(?P<arguments>.*)", re.DOTALL)
_ARGUMENT = lazy_pattern(r"([\w-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|([\w.-]+))", re.DOTALL)
_UNSAFE = lazy_pattern(r"[./]{2,}|[^\w/.\-()+~#@]")  # as Jekyll refuses it
# Every mark of Markdown or HTML as a reference: the code then is one line of text to any parser, in any place.
_MARKUP = str.maketrans(
    {chr(code): f"&#{code};" for code in (10, *range(33, 48), *range(58, 65), *range(91, 97), *range(123, 127))}
)


class _OutputNode(output.OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        expression: Any = self.expression
        value = expression.left.evaluate(context)
        if is_undefined(value) and not _optional(expression):
            raise UndefinedVariableError(f"`{expression.left}` is undefined", token=self.token)
        for one in expression.filters or ():
            value = one.evaluate(value, context)
        text = to_output(value)
        engine_of(context).spend(len(text) >> 10)
        return buffer.write(text)


def _optional(expression: Any) -> bool:
    """Return whether a value may be missing: an argument of an include, or one with a default."""
    filters = expression.filters or ()
    return str(expression.left).startswith("include.") or any(one.name == "default" for one in filters)


class _Output(output.Output):
    node_class = _OutputNode


class _ForNode(for_tag.ForNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        rounds = self.expression.iterable.evaluate(context)
        if isinstance(rounds, range):  # `reversed` makes a list of it before anybody looks at its length
            engine_of(context).spend((rounds.stop - rounds.start) >> 4)
        return super().render_to_output(context, buffer)


class _For(for_tag.ForTag):
    node_class = _ForNode


class _WordsTag(Tag):
    block = False
    node_class: ClassVar[type[WordsNode]]

    def parse(self, stream: TokenStream) -> Node:
        token = stream.current
        words = stream.peek.value if stream.peek.kind == TOKEN_EXPRESSION else ""
        if words:
            next(stream)
        return self.node_class(token, words)


class _IncludeNode(WordsNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        engine, found = engine_of(context), _FILE.match(self.words)
        name = self.rendered(found["name"], context).strip() if found else ""
        text = None if _UNSAFE.search(name) else engine.asked(cast("Any", self.token.value), name)
        arguments = {}
        if found:
            arguments = {match[1]: self._value(match, context) for match in _ARGUMENT.finditer(found["arguments"])}
        if not found or text is None:
            # The includes of a theme that is not in the site's folder: `{% include youtube.html id="…" %}`.
            named = {key.lower(): str(value) for key, value in arguments.items() if isinstance(value, str | int)}
            if embed := embed_html(name, EmbedArguments((), named)):
                return buffer.write(embed)
            buffer.write(words_html(EmbedArguments((), named)))
            raise LiquidError(f"there is no file `{name}` to include", token=self.token)
        with engine.including(name, self.token), context.extend({"include": arguments}):
            return sum(node.render(context, buffer) for node in engine.nodes(text, self.token))

    def _value(self, argument: re.Match[str], context: RenderContext) -> object:
        if argument[4] and argument[4].isdigit():
            return argument[4]
        if argument[4]:
            value = Path.parse(context.env, TokenStream(tokenize(argument[4], self.token))).evaluate(context)
            return None if is_undefined(value) else value
        quote = '"' if argument[2] is not None else "'"
        return (argument[2] or argument[3] or "").replace(f"\\{quote}", quote)


class _Include(_WordsTag):
    name = "include"
    node_class = _IncludeNode


class _IncludeRelative(_Include):
    name = "include_relative"


class _AddressNode(WordsNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        wanted = self.rendered(self.words, context).strip()
        address = engine_of(context).asked(cast("Any", self.token.value), wanted)
        if address is None:
            raise LiquidError(f"`{self.token.value}`: there is no `{wanted}`", token=self.token)
        return buffer.write(address)


class _Link(_WordsTag):
    name = "link"
    node_class = _AddressNode


class _PostUrl(_Link):
    name = "post_url"


class _EmbedNode(WordsNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        # jekyll-gist and others take a variable of the page for the id.
        words = self.rendered(self.words, context)
        if re.fullmatch(r"(?:page|include)\.[\w.]{1,100}", words.strip()):
            value = Path.parse(context.env, TokenStream(tokenize(words.strip(), self.token))).evaluate(context)
            words = f'"{value}"' if isinstance(value, str | int) and '"' not in str(value) else ""
        embed = embed_html(self.token.value, parse_arguments(words))
        if not embed:
            raise LiquidError(f"`{self.token.value}`: there is nothing to link to", token=self.token)
        return buffer.write(embed)


class _Embed(_WordsTag):
    node_class = _EmbedNode


class _HighlightNode(Node):
    __slots__ = ("block", "language")

    def __init__(self, token: Token, language: str, block: BlockNode) -> None:
        super().__init__(token)
        self.language, self.block = language, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        code = context.get_buffer(buffer)
        self.block.render(context, code)
        engine_of(context).spend(len(code.getvalue()) >> 8)
        escaped = code.getvalue().replace(HOLE, "").strip("\r\n").replace("\r\n", "\n").translate(_MARKUP)
        return buffer.write(f'<pre><code class="language-{self.language}">{escaped}</code></pre>')


class _Highlight(Tag):
    name = "highlight"
    end = "endhighlight"

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        words = stream.next().value if stream.current.kind == TOKEN_EXPRESSION else ""
        language = _LANGUAGE.match(words)
        block = get_parser(self.env).parse_block(stream, (self.end,))
        stream.expect(TOKEN_TAG, value=self.end)
        return _HighlightNode(token, language[0].lower() if language else "text", block)


JEKYLL_TAGS: tuple[type[Tag], ...] = (
    _Output,
    _For,
    _Include,
    _IncludeRelative,
    _Link,
    _PostUrl,
    _Highlight,
    *(cast("type[Tag]", type(f"_Embed_{name}", (_Embed,), {"name": name})) for name in sorted(EMBED_TAGS)),
    assign_tag.AssignTag,
    capture_tag.CaptureTag,
    case_tag.CaseTag,
    cycle_tag.CycleTag,
    decrement_tag.DecrementTag,
    for_tag.BreakTag,
    for_tag.ContinueTag,
    if_tag.IfTag,
    ifchanged_tag.IfChangedTag,
    increment_tag.IncrementTag,
    unless_tag.UnlessTag,
)
