"""Expand what Hugo adds to Markdown: references between pages, parameters, attributes, definition lists. Pure.

https://gohugo.io/content-management/shortcodes/, https://gohugo.io/content-management/markdown-attributes/ and
https://michelf.ca/projects/php-markdown/extra/#def-list. `posts.markup.shortcodes` replaces all other shortcodes.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from itertools import chain

from posts.markup.dialects import BodyScope
from posts.markup.embeds import EmbedArguments, apart, embed_html, parse_arguments
from posts.markup.hugo_blocks import expand_blocks
from posts.model import ReportProblem
from posts.text import lazy_pattern

_EDGES = lazy_pattern(r"\{\{(?P<open>[<%])|(?P<close>[>%])\}\}")
_PAIRS = {"<": ">", "%": "%"}
_CALL = lazy_pattern(
    r"\s*+(?P<end>/?)\s*+(?P<name>ref|relref|param|qr|details|figure)(?![\w./-])(?P<rest>.*)", re.DOTALL
)
_LONGEST_CALL = 1_000
_SUFFIX = lazy_pattern(r"\.(?:md|markdown|html?|adoc|org|rst)\Z", re.IGNORECASE)
_LANGUAGE = lazy_pattern(r"\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\.\w+\Z")
_ADDRESS = lazy_pattern(r"https?://[^\s<>]+")
_CODE = lazy_pattern(r"`([^`]{1,500})`")
_LINK = lazy_pattern(r"(?<!!)\[([^\[\]]{1,500})\]\(([^()\s]{1,2000})\)")
_STRONG = lazy_pattern(r"(\*\*|__)(?=\S)([^*_]{1,500}?)(?<=\S)\1")
_EMPHASIS = lazy_pattern(r"(?<!\w)(\*|_)(?=\S)([^*_<>]{1,500}?)(?<=\S)\1(?!\w)")
_FILES = (".md", "/_index.md", ".html")  # of pages that are no posts, because they are lists or have no date
_MOST_CALLS = 500


def expand(text: str, scope: BodyScope, report: ReportProblem) -> str:
    """Return `text` with Hugo's own shortcodes, attributes and definition lists replaced by what they stand for."""
    if "{{<" in text or "{{%" in text:
        text = _Calls(text, scope, report).replaced()
    return expand_blocks(text) if scope.is_markdown else text


class _Calls:
    """Replace the shortcodes of one body that need to know the site or their own post."""

    def __init__(self, text: str, scope: BodyScope, report: ReportProblem) -> None:
        self.text, self.scope, self.report = text, scope, report
        self.room = _MOST_CALLS
        self.open = 0  # details

    def replaced(self) -> str:
        pieces: list[str] = []
        done, opening = 0, None
        for edge in _EDGES.finditer(self.text):
            if edge["open"]:
                opening = edge
            elif opening and _PAIRS[opening["open"]] == edge["close"]:
                inside = self.text[opening.end() : edge.start()]
                call = _CALL.fullmatch(inside) if len(inside) <= _LONGEST_CALL and self.room > 0 else None
                if call:
                    pieces += (self.text[done : opening.start()], self._shown(call, opening.start()))
                    done = edge.end()
                opening = None
        return "".join(pieces) + self.text[done:] + "\n\n</details>\n" * self.open

    def _shown(self, call: re.Match[str], start: int) -> str:
        self.room -= 1
        name, arguments = call["name"], parse_arguments(call["rest"].rstrip("/ \t\n"))
        if name == "details":
            return self._details(call, arguments)
        if name == "figure":
            return self._figure(call, arguments, start)
        if call["end"]:  # of a `qr`, whose text is between the two
            return ""
        if name == "qr":
            text = arguments.first("text")
            return f"<{text}>" if _ADDRESS.fullmatch(text) else html.escape(text, quote=False)
        found = self._param(arguments) if name == "param" else self._ref(arguments)
        if found is None:
            line = self.text.count("\n", 0, start) + 1
            named = " ".join((*arguments.words, *arguments.named.values()))[:80]
            self.report(line, "shortcode", f"the shortcode `{name}` names nothing that is known here: {named}")
        return found or ""

    def _details(self, call: re.Match[str], arguments: EmbedArguments) -> str:
        if call["end"]:
            if not self.open:
                return ""
            self.open -= 1
            return "\n\n</details>\n\n"
        self.open += 1
        summary = arguments.first("summary") or next(iter(arguments.words), "Details")
        return f"\n\n<details><summary>{_inline(summary)}</summary>\n\n"

    def _figure(self, call: re.Match[str], arguments: EmbedArguments, start: int) -> str:
        named = {key: _inline(one) if key == "caption" else one for key, one in arguments.named.items()}
        figure = embed_html("figure", EmbedArguments(arguments.words, named))
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        return figure if line.strip() or call["end"] else apart(figure)

    def _param(self, arguments: EmbedArguments) -> str | None:
        """Return a parameter of the page, else of the site, as the shortcode `param` shows it."""
        name = next(iter(arguments.words), "").lower()
        own: object = self.scope.metadata
        params = self.scope.metadata.get("params")
        for source in (params, own):
            value: object = source
            for key in name.split("."):
                value = (
                    {str(one).lower(): inner for one, inner in value.items()}.get(key)
                    if isinstance(value, dict)
                    else None
                )
            if isinstance(value, str):
                return html.escape(value, quote=False)
        found = self.scope.ask("param", name) if name else None
        return None if found is None else html.escape(found, quote=False)

    def _ref(self, arguments: EmbedArguments) -> str | None:
        """Return the address of the page that `ref` and `relref` name, None if it is unknown."""
        written = arguments.first("path") or next(iter(arguments.words), "")
        path, mark, anchor = written.partition("#")
        language = arguments.first("lang")
        if not path:
            return f"{self.scope.permalink}{mark}{anchor}"
        names = [*_candidates(path, self.scope.path, language)]
        files = (f"{name}{end}" for name in names if "/" in name for end in _FILES)
        answers = chain(
            (self.scope.ask("post_url", name) for name in names), (self.scope.ask("page", file) for file in files)
        )
        address = next(filter(None, answers), None)
        return f"{address}{mark}{anchor}" if address else None


def _inline(text: str) -> str:
    """Return the HTML of Markdown in an argument: code, emphasis and links; tags stay."""
    text = _CODE.sub(lambda found: f"<code>{html.escape(found[1], quote=False)}</code>", text)
    text = _LINK.sub(lambda found: f'<a href="{html.escape(found[2])}">{found[1]}</a>', text)
    return _EMPHASIS.sub(r"<em>\2</em>", _STRONG.sub(r"<strong>\2</strong>", text))


def _candidates(path: str, here: str, language: str) -> Iterator[str]:
    """Yield the names by which the page of a reference may be known, the likeliest first.

    Args:
        path: The reference without its anchor.
        here: The path of the post below the site.
        language: The code of the language that the reference asks for, "" for the post's own.
    """
    name = _SUFFIX.sub("", path.rstrip("/")).removesuffix("/index").removesuffix("/_index")
    own = _LANGUAGE.search(here)
    suffix = f".{language}" if language else f".{own[1]}" if own else ""
    suffixes = tuple(dict.fromkeys((suffix, "")))
    folder = here.rpartition("/")[0]
    if here.rpartition("/")[2].startswith("index."):
        folder = folder.rpartition("/")[0]
    folders = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        folders.append(folder)
    if name.startswith("/"):
        folders.reverse()  # the top of the content is above every page
        folders = folders[1:]
    for one in folders:
        whole = posixpath.normpath(f"{one}/{name.lstrip('/')}").lstrip("/")
        for end in suffixes:
            yield f"{whole}{end}"
            yield f"{whole}/index{end}"
    if "/" not in name:
        yield from (f"{name}{end}" for end in suffixes)
