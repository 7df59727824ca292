"""Replace what MDX adds to Markdown: imports, exports, components and expressions. Pure, linear.

https://mdxjs.com/docs/what-is-mdx/. Nothing is run: a component becomes the picture, link or film that its attributes
name, else what is between its tags; what is left out is reported once a name. Only `.mdx` files are MDX.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from posts.html.embeds import link
from posts.markup.dialects import BodyScope
from posts.markup.embeds import EmbedArguments, embed_html
from posts.model import ReportProblem
from posts.text import lazy_pattern

_TOKEN = lazy_pattern(
    r"^ {0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*+"
    r"|(?P<ticks>`++)"
    r"|(?P<escaped>\\[{<])"
    r"|^(?P<code>(?:import|export)\b)(?=[ {*\"'])"
    r"|(?P<brace>\{)"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][\w.-]{0,100}+|(?=>))",
    re.MULTILINE,
)
_ATTRIBUTE = lazy_pattern(
    r"\s*+(?:([A-Za-z_][\w:.-]{0,100}+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|(?=(\{))))?|(?=(\{)))"
)
_TAG_END = lazy_pattern(r"\s*+(/?)>")
_IMPORT = lazy_pattern(r"import\s+(\w+)\s+from\s+[\"']([^\"']{1,500})[\"']")
_TEXT = lazy_pattern(r"\s*+(?:\"([^\"\\]*+)\"|'([^'\\]*+)'|`([^`\\$]*+)`|(\d{1,15}(?:\.\d{1,9})?))\s*+\Z")
_MEMBER = lazy_pattern(r"\s*+frontmatter((?:\.\w{1,100}){1,5})\s*+\Z")
_STRING = lazy_pattern(r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`|/\*|[{}]", re.DOTALL)
_PICTURE = lazy_pattern(r"\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|\Z)", re.IGNORECASE)
_ADDRESS = lazy_pattern(r"(?:https?:/)?/[^\s<>\"{}]+|\.{1,2}/[^\s<>\"{}]+|[^\s<>\"{}:]+\.\w{2,5}")
_LONGEST = 20_000  # characters of a tag or an expression
_MOST_NAMES = 10


class _Tag(NamedTuple):
    """A tag: its attributes, with what `{…}` has as a text, whether it closes itself, and where it ends."""

    attributes: Mapping[str, str]
    written: str
    closes: bool
    end: int


def expand(text: str, scope: BodyScope, report: ReportProblem) -> str:
    """Return the body of an MDX file as Markdown (`posts.markup.dialects`)."""
    if not scope.path.lower().endswith(".mdx"):
        return text
    walk = _Walk(text, scope.metadata)
    result = walk.expanded()
    if walk.lost:
        names = ", ".join(sorted(walk.lost)[:_MOST_NAMES])
        report(min(walk.lost.values()), "shortcode", f"components and expressions were left out: {names}")
    return result


class _Walk:
    """Walk through a body once."""

    def __init__(self, text: str, metadata: Mapping[str, Any]) -> None:
        self.text, self.metadata = text, metadata
        self.imports: dict[str, str] = {}
        self.lost: dict[str, int] = {}  # names, and their first lines
        self._unclosed = False
        self._counted = (0, 1)

    def expanded(self) -> str:
        text, out, place, start = self.text, list[str](), 0, 0
        while token := _TOKEN.search(text, start):
            start = token.end()
            if token["fence"] or token["ticks"]:
                start = _end_of_code(text, token)
                continue
            if token["escaped"]:
                out += text[place : token.start()], "&lt;" if token["escaped"][1] == "<" else token["escaped"][1]
                place = start
                continue
            if token["code"]:
                found: tuple[str, int] | None = self._code(token.start())
            elif token["brace"]:
                found = self._expression(token.start())
            else:
                found = self._tag(token)
            if found:
                out += text[place : token.start()], found[0]
                place = start = found[1]
        return "".join(out) + text[place:]

    def _lose(self, name: str, place: int) -> None:
        before, line = self._counted
        if place >= before:
            self._counted = (place, line + self.text.count("\n", before, place))
        self.lost.setdefault(name, self._counted[1])

    def _code(self, place: int) -> tuple[str, int] | None:
        """Return nothing for imports and exports, which go on to a blank line."""
        before = self.text[:place].rstrip(" ") if place < 3 else self.text[max(place - 200, 0) : place].rstrip(" ")
        if place and not before.endswith("\n\n") and before.strip() and not self._behind_code(place):
            return None
        end = self.text.find("\n\n", place)
        end = end if end >= 0 else len(self.text)
        for name, path in _IMPORT.findall(self.text[place:end]):
            self.imports[name] = path
        return "", end

    def _behind_code(self, place: int) -> bool:
        return self.text[max(place - 2, 0) : place] == "\r\n" or place == 0

    def _expression(self, place: int) -> tuple[str, int] | None:
        end = self._closing(place)
        if end < 0:
            return None
        inside = self.text[place + 1 : end]
        if not inside.strip() or inside.lstrip().startswith("/*"):
            return "", end + 1
        value = self._value(inside)
        if value is None:
            self._lose(" ".join(inside[:30].split()), place)
        return html.escape(value or "", quote=False), end + 1

    def _closing(self, place: int) -> int:
        """Return where the bracket at a place is closed, -1 if it is not."""
        if self._unclosed:
            return -1
        depth, limit, at = 0, min(place + _LONGEST, len(self.text)), place
        while found := _STRING.search(self.text, at, limit):
            at = found.end()
            if found[0] == "/*":
                comment = self.text.find("*/", at)
                if comment < 0:
                    self._unclosed = True
                    return -1
                at = comment + 2
            elif found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if depth == 0:
                    return found.start()
        self._unclosed = limit == len(self.text) or depth > 1
        return -1

    def _value(self, inside: str) -> str | None:
        """Return the text of an expression that is a literal, an imported file or a key of the front matter."""
        if found := _TEXT.match(inside):
            return next(one for one in found.groups() if one is not None)
        if member := _MEMBER.match(inside):
            value: Any = self.metadata
            for key in member[1][1:].split("."):
                value = value.get(key) if isinstance(value, Mapping) else None
            return value if isinstance(value, str) else None
        name = inside.strip().removesuffix(".src")
        return self.imports.get(name)

    def _tag(self, token: re.Match[str]) -> tuple[str, int] | None:
        name = token["name"]
        tag = self._read_tag(token.end())
        if tag is None:
            return None
        if not name:  # a fragment
            return "", tag.end
        if name[0].islower() and "." not in name:
            return f"<{token['end']}{name}{tag.written}{' /' if tag.closes else ''}>", tag.end
        if token["end"]:
            return "\n" if self._is_alone(token.start(), tag.end) else "", tag.end
        shown = _component(name, tag.attributes)
        if not shown:
            self._lose(name, token.start())
        if self._is_alone(token.start(), tag.end):
            return f"\n{shown}\n" if shown else "\n", tag.end
        return shown, tag.end

    def _is_alone(self, start: int, end: int) -> bool:
        """Return whether a tag is alone on its line: Markdown inside of it is read, unless it stands at its edge."""
        before = self.text[max(start - 200, 0) : start].rpartition("\n")[2]
        return not before.strip() and self.text[end : end + 200].partition("\n")[0].strip() == ""

    def _read_tag(self, place: int) -> _Tag | None:
        attributes: dict[str, str] = {}
        written: list[str] = []
        limit = min(place + _LONGEST, len(self.text))
        while place < limit:
            if end := _TAG_END.match(self.text, place):
                return _Tag(attributes, "".join(written), bool(end[1]), end.end())
            found = _ATTRIBUTE.match(self.text, place)
            if not found or (found.end() == place and not (found[4] or found[5])):
                return None
            value: str | None = found[2] if found[2] is not None else found[3]
            place = found.end()
            if found[4] or found[5]:
                close = self._closing(place)
                if close < 0:
                    return None
                value = self._value(self.text[place + 1 : close])
                place = close + 1
                if value is None:
                    continue
            if found[1]:
                attributes.setdefault(found[1].lower(), html.unescape(value or ""))
                name = "class" if found[1] == "className" else found[1]
                written.append(f' {name}="{html.escape(html.unescape(value))}"' if value is not None else f" {name}")
        return None


def _component(name: str, attributes: Mapping[str, str]) -> str:
    """Return the picture, film or link that the attributes of a component name, "" if they name none."""
    words = EmbedArguments((), attributes)
    source = words.first("src", "image", "img")
    is_picture = _PICTURE.search(source) or name.lower().endswith(("image", "img", "picture"))
    if is_picture and _ADDRESS.fullmatch(source):
        return f'<img src="{html.escape(source)}" alt="{html.escape(words.first("alt", "caption", "title"))}">'
    if embed := embed_html(name, words):
        return embed
    address = words.first("href", "url", "src", "link", "to")
    if address and _ADDRESS.fullmatch(address):
        return link(address, words.first("title", "label", "text", "caption", "name"))
    return ""


def _end_of_code(text: str, token: re.Match[str]) -> int:
    """Return where code ends that begins with a fence or with backticks; behind the token if it is not code."""
    if mark := token["fence"]:
        closing = re.compile(rf"^ {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        found = closing.search(text, token.end())
        return found.end() if found else len(text)
    ticks = token["ticks"]
    blank = text.find("\n\n", token.end(), token.end() + 5_000)
    limit = blank if blank >= 0 else min(len(text), token.end() + 5_000)
    found = re.compile(f"(?<!`){ticks}(?!`)").search(text, token.end(), limit) if len(ticks) < 100 else None
    return found.end() if found else token.end()
