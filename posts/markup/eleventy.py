"""Replace what Eleventy's template languages, Liquid and Nunjucks, add to a body. Pure, linear.

Templates are not run: variables of the front matter and of the site's data are shown, shortcodes become what they embed
or what is between them, and the text inside of `{% if %}` and `{% for %}` stays. What is left out is reported once.
https://www.11ty.dev/docs/languages/markdown/, https://www.11ty.dev/docs/shortcodes/.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

from posts.html.embeds import link
from posts.markup.dialects import BodyScope
from posts.markup.embeds import EMBED_TAGS, EmbedArguments, apart, code_html, embed_html, parse_arguments
from posts.markup.template_values import UnknownExpressionError, evaluate, shown
from posts.model import ReportProblem
from posts.text import lazy_pattern

_OPENING = lazy_pattern(r"\{(?:\{|%|#)")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_NAME = lazy_pattern(r"-?\s*([A-Za-z_$][\w$.-]{0,80})\s*(.*?)-?\Z", re.DOTALL)
_LANGUAGE = lazy_pattern(r"[\w+#.-]{1,50}")
_LONGEST_TAG = 5_000
_MOST_TAGS = 5_000  # in a body; more stay as they are written
_MOST_NAMES = 10
# Blocks whose text is not shown, and blocks whose text is not a template.
_HIDDEN = frozenset(("comment", "css", "js"))
_AS_WRITTEN = frozenset(("raw", "verbatim"))
_BLOCKS = _HIDDEN | _AS_WRITTEN | {"highlight"}
_SETS = frozenset(("assign", "set"))
_PARTS = frozenset(("else", "elsif", "elseif", "elif", "when"))
_PICTURES = frozenset(("img", "image", "picture", "respimg", "responsiveimage"))
_ADDRESS = lazy_pattern(r"(?:https?:/)?/[^\s{}<>\"]+")
_IN_ADDRESS = lazy_pattern(r"(?:\]\(|=[\"'])\Z")  # before the address of a link or picture
_CALL = lazy_pattern(r"\(?\s*(.*?)\s*\)?\s*\Z", re.DOTALL)


def expand(text: str, scope: BodyScope, report: ReportProblem) -> str:
    """Return a body without templates (`posts.markup.dialects`)."""
    engine = scope.metadata.get("templateEngineOverride")
    engines = [one.strip() for one in engine.split(",")] if isinstance(engine, str) else ["njk"]
    if not {"njk", "liquid"} & set(engines) or "{" not in text:
        return text
    walk = _Walk(text, scope)
    result = walk.expanded()
    for what, lost in (("template tags", walk.tags), ("expressions", walk.expressions)):
        if lost:
            names = ", ".join(sorted(lost)[:_MOST_NAMES])
            report(min(lost.values()), "shortcode", f"{what} were left out: {names}")
    return result


class _Walk:
    """Walk through a body once."""

    def __init__(self, text: str, scope: BodyScope) -> None:
        self.text, self.scope = text, scope
        self.tags: dict[str, int] = {}  # names, and their first lines
        self.expressions: dict[str, int] = {}
        self.own: dict[str, Any] = {}
        self._missing: set[str] = set()
        self._counted = (0, 1)  # a place and its line

    def expanded(self) -> str:
        text, out, place, start = self.text, list[str](), 0, 0
        for _ in range(_MOST_TAGS):
            found = _OPENING.search(text, start)
            if not found:
                break
            end = self._end(_CLOSING[found[0]], found.end())
            if end < 0 or (found[0] != "{#" and end - found.end() > _LONGEST_TAG):
                start = found.end()
                continue
            inside = text[found.end() : end]
            start = end + 2
            if found[0] == "{{" and inside[:1] in ("<", "%"):  # a shortcode of Hugo
                continue
            before = text[place : found.start()]
            out.append(before.rstrip() if inside[:1] == "-" and found[0] != "{#" else before)
            if found[0] == "{{":
                out.append(self._output(inside, found.start()))
            elif found[0] == "{%":
                shown_text, start = self._tag(inside, found.start(), start)
                out.append(shown_text)
            if inside[-1:] == "-":
                start += len(text[start : start + 200]) - len(text[start : start + 200].lstrip())
            place = start
        return "".join(out) + text[place:]

    def _end(self, mark: str, place: int) -> int:
        if mark in self._missing:
            return -1
        end = self.text.find(mark, place)
        if end < 0:
            self._missing.add(mark)
        return end

    def _line(self, place: int) -> int:
        before, line = self._counted
        self._counted = (place, line + self.text.count("\n", before, place))
        return self._counted[1]

    def _output(self, inside: str, place: int) -> str:
        expression = inside.strip("-").strip()
        line = self._line(place)
        try:
            value = shown(evaluate(expression, self._value))
        except UnknownExpressionError:
            self.expressions.setdefault(" ".join(expression[:40].split()), line)
            return ""
        return value if self.scope.is_markdown else html.escape(value, quote=False)

    def _value(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        if name == "page":
            date = self.scope.metadata.get("date")
            return {"url": self.scope.permalink, "inputPath": f"./{self.scope.path}", "date": date}
        if name in self.scope.metadata:
            return self.scope.metadata[name]
        answer = self.scope.ask("data", name) if name.isidentifier() else None
        values = json.loads(answer).get("file") if answer else None
        if values is None:
            raise UnknownExpressionError(name)
        return values

    def _tag(self, inside: str, place: int, end: int) -> tuple[str, int]:
        """Return what a tag stands for, and where the text goes on."""
        found, line = _NAME.match(inside), self._line(place)
        if not found:
            return "", end
        name, words = found[1], found[2].strip()
        if name in _BLOCKS and (closing := self._closing(name, end)):
            return self._block(name, words, self.text[end : closing.start()]), closing.end()
        if name.startswith("end") or name in _PARTS or (name in _SETS and self._assigned(words)):
            return "", end
        if _IN_ADDRESS.search(self.text, max(place - 10, 0), place):
            address = next(iter(parse_arguments(words).words), "")
            if _ADDRESS.fullmatch(address):
                return address if self.scope.is_markdown else html.escape(address), end
        elif embed := _embedded(name, words):
            line_before = self.text[max(place - 200, 0) : place].rpartition("\n")
            return apart(embed) if not line_before[2].strip() else embed, end
        self.tags.setdefault(name, line)
        return "", end

    def _block(self, name: str, words: str, body: str) -> str:
        if name == "highlight":
            language = _LANGUAGE.match(words.strip("\"'"))
            return apart(code_html(language[0] if language else "", body))
        return body if name in _AS_WRITTEN else ""

    def _closing(self, name: str, place: int) -> re.Match[str] | None:
        if name in self._missing:
            return None
        found = re.compile(rf"\{{%-?\s*end{re.escape(name)}\s*-?%\}}").search(self.text, place)
        if not found:
            self._missing.add(name)
        return found

    def _assigned(self, words: str) -> bool:
        name, equals, value = words.partition("=")
        if not equals:
            return False
        try:
            self.own[name.strip()] = evaluate(value.strip().removesuffix("-"), self._value)
        except UnknownExpressionError:
            return False
        return True


def _embedded(name: str, words: str) -> str:
    """Return the HTML of what a shortcode embeds, "" if it is another one."""
    call = _CALL.match(words)
    found = parse_arguments(call[1] if call else words)
    arguments = EmbedArguments([word for word in found.words if word.strip(",")], found.named)
    lower = name.lower()
    if lower in _PICTURES or lower.endswith(("image", "figure", "img")):
        source = arguments.first("src", "url", "image", "path") or next(iter(arguments.words), "")
        alt = arguments.first("alt", "caption", "title") or next(iter(arguments.words[1:]), "")
        is_address = bool(source) and "." in source and not re.search(r"[\s{}<>]", source)
        return f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">' if is_address else ""
    if lower in EMBED_TAGS or (lower.removesuffix("embed") in EMBED_TAGS):
        return embed_html(lower.removesuffix("embed"), arguments)
    # A shortcode with an address: a link to a page or another embed.
    address = next(iter(arguments.words), "")
    return link(address, next(iter(arguments.words[1:]), "")) if _ADDRESS.fullmatch(address) else ""
