"""Evaluate the expressions of Liquid and Nunjucks that have no effects: variables, and filters of a fixed list. Pure.

`{{ page.fileSlug }}`, `{{ title | slugify }}`, `{{ page.date | date: "%Y/%m" }}`. Whatever else a template has is
unknown, because filters and variables may be defined in a configuration that is code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from posts.markup.js_slugs import slugify_simply, slugify_words
from posts.markup.liquid.strftime import ruby_strftime
from posts.text import lazy_pattern

LONGEST_VALUE = 2_000  # characters of an expression or a value
_TOKEN = lazy_pattern(
    r"\s*+(?:(?P<string>\"[^\"\\]*+\"|'[^'\\]*+')|(?P<number>\d{1,9}(?![\w.]))|(?P<name>[A-Za-z_$][\w$-]*+)"
    r"|(?P<sign>[.\[\]|:,()]))"
)
_OUTPUT = lazy_pattern(r"\{\{-?((?:[^{}]|\}(?!\})|\{(?!\{)){0,2000}?)-?\}\}")
_WORDS = {"true": True, "false": False, "nil": None, "null": None, "none": None, "undefined": None}

Values = Callable[[str], Any]
"""Return a variable by its name. Raises `UnknownExpressionError` if it is not known whether there is one."""


class UnknownExpressionError(ValueError):
    """The value of an expression is not known; the message is the part that is not."""


class _Operand(NamedTuple):
    """A literal, or the path of a variable."""

    literal: Any
    path: tuple[str, ...] = ()

    def value(self, values: Values) -> Any:
        if not self.path:
            return self.literal
        found = values(self.path[0])
        for key in self.path[1:]:
            found = _member(found, key)
        return found


class _Call(NamedTuple):
    """A filter and its arguments."""

    name: str
    arguments: Sequence[_Operand]


def expand_outputs(template: str, values: Values) -> str:
    """Return a template in which every `{{ … }}` is replaced by its value.

    Raises:
        UnknownExpressionError: A value is not known, or the template has tags (`{% … %}`).
    """
    if "{%" in template:
        raise UnknownExpressionError(template[template.index("{%") :][:40])
    expanded = _OUTPUT.sub(lambda found: shown(evaluate(found[1], values)), template)
    if "{{" in _OUTPUT.sub("", template):
        raise UnknownExpressionError("{{")
    return expanded


def evaluate(expression: str, values: Values) -> Any:
    """Return the value of an expression: a text, a number, a date, a list or a mapping; None if it has none.

    Raises:
        UnknownExpressionError: It is not known.
    """
    operand, filters = _parsed(expression[:LONGEST_VALUE])
    value = operand.value(values)
    for call in filters:
        arguments = [one.value(values) for one in call.arguments]
        try:
            value = _FILTERS[call.name](value, *arguments)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise UnknownExpressionError(f"filter {call.name}") from None
    return value


def shown(value: Any) -> str:
    """Return a value as a template writes it.

    Raises:
        UnknownExpressionError: It is a date or a mapping, which each engine writes in another way.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)[:LONGEST_VALUE]
    if isinstance(value, list | tuple):
        return "".join(map(shown, value))
    raise UnknownExpressionError("a date without a format" if isinstance(value, datetime) else "an object")


def _member(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple):
        if key.isdigit():
            return value[int(key)] if int(key) < len(value) else None
        ends = {"first": value[:1], "last": value[-1:]}
        if key in ends:
            return next(iter(ends[key]), None)
        return len(value) if key in ("size", "length") else None
    return None


@lru_cache(maxsize=256)
def _parsed(expression: str) -> tuple[_Operand, tuple[_Call, ...]]:
    """Return what an expression begins with, and the filters behind it."""
    tokens = _Tokens(expression)
    operand = _operand(tokens)
    filters = []
    while not tokens.ends:
        tokens.expect("|")
        name = tokens.take("name")
        arguments: list[_Operand] = []
        if tokens.has(":"):
            arguments = _arguments(tokens)
        elif tokens.has("(") and not tokens.has(")"):
            arguments = _arguments(tokens)
            tokens.expect(")")
        filters.append(_Call(name, arguments))
    return operand, tuple(filters)


def _arguments(tokens: _Tokens) -> list[_Operand]:
    found = [_operand(tokens)]
    while tokens.has(","):
        found.append(_operand(tokens))
    return found


def _operand(tokens: _Tokens) -> _Operand:
    kind, text = tokens.next()
    if kind == "string":
        return _Operand(text[1:-1])
    if kind == "number":
        return _Operand(int(text))
    if kind != "name":
        raise UnknownExpressionError(tokens.expression.strip())
    if text in _WORDS:
        return _Operand(_WORDS[text])
    path = [text]
    while True:
        if tokens.has("."):
            path.append(tokens.take("name", "number"))
        elif tokens.has("["):
            key = tokens.take("string", "number")
            path.append(key[1:-1] if key[:1] in "\"'" else key)
            tokens.expect("]")
        else:
            return _Operand(None, tuple(path))


class _Tokens:
    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.found: list[tuple[str, str]] = []
        place, text = 0, expression.rstrip()
        while place < len(text):
            token = _TOKEN.match(text, place)
            if not token:
                raise UnknownExpressionError(expression.strip())
            self.found.append((str(token.lastgroup), token[str(token.lastgroup)]))
            place = token.end()
        self.found.reverse()

    @property
    def ends(self) -> bool:
        return not self.found

    def next(self) -> tuple[str, str]:
        if not self.found:
            raise UnknownExpressionError(self.expression.strip())
        return self.found.pop()

    def take(self, *kinds: str) -> str:
        kind, text = self.next()
        if kind not in kinds:
            raise UnknownExpressionError(self.expression.strip())
        return text

    def has(self, sign: str) -> bool:
        if self.found and self.found[-1] == ("sign", sign):
            self.found.pop()
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.has(sign):
            raise UnknownExpressionError(self.expression.strip())


def _date(value: Any, written: str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(at, datetime):
        raise TypeError
    return ruby_strftime(at, written)


def _simple(value: Any) -> str:
    slug = slugify_simply(shown(value))
    if slug is None:
        raise ValueError("a script that is not known")
    return slug


def _replaced(value: Any, old: Any, new: Any = "") -> str:
    return shown(value).replace(shown(old), shown(new))[:LONGEST_VALUE]


_FILTERS: dict[str, Callable[..., Any]] = {
    "append": lambda value, other: shown(value) + shown(other),
    "capitalize": lambda value: shown(value)[:1].upper() + shown(value)[1:].lower(),
    "date": _date,
    "default": lambda value, other: value if value not in (None, "", False) else other,
    "downcase": lambda value: shown(value).lower(),
    "first": lambda value: _member(value, "first"),
    "join": lambda value, between=" ": shown(between).join(map(shown, value)),
    "last": lambda value: _member(value, "last"),
    "length": len,
    "lower": lambda value: shown(value).lower(),
    "prepend": lambda value, other: shown(other) + shown(value),
    "remove": _replaced,
    "replace": _replaced,
    "safe": lambda value: value,
    "size": len,
    "slug": _simple,
    "slugify": lambda value: slugify_words(shown(value)),
    "split": lambda value, between: shown(value).split(shown(between)) if between else list(shown(value)),
    "strip": lambda value: shown(value).strip(),
    "trim": lambda value: shown(value).strip(),
    "upcase": lambda value: shown(value).upper(),
    "upper": lambda value: shown(value).upper(),
    "url": shown,
}


def variables_of(tables: Sequence[Mapping[str, Any]], unknown: Sequence[str] = ()) -> Values:
    """Return a lookup in some tables, the first of which that has a name counts.

    Args:
        tables: The values by their names.
        unknown: Names whose values are computed by code.
    """

    def lookup(name: str) -> Any:
        for table in tables:
            if name in table:
                return table[name]
        if name in unknown:
            raise UnknownExpressionError(name)
        return None

    return lookup
