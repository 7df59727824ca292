"""Resolve Pelican's links between files in the HTML of a body. Pure.

`{filename}path`, `{static}path`, `{attach}path`, `{category}name`, `{tag}name`, `{author}name` and `{index}` stand for
addresses, also as `|filename|path` (https://docs.getpelican.com/en/latest/content.html#linking-to-internal-content).
"""

from __future__ import annotations

import html as entities
import posixpath
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote, urljoin

from posts.errors import PostError
from posts.frontmatter.pelican import split_pelican
from posts.markup.dialects import BodyScope
from posts.markup.options import LinkOptions
from posts.markup.slugs import SlugError, SlugRules, expand_pattern, make_slug
from posts.model import ReportProblem
from posts.text import escape_uri, lazy_pattern, legal

_TAG = lazy_pattern(r"<[a-zA-Z][^<>]*+>")
_LINK = lazy_pattern(
    r"(?<=\s)(href|src|poster|data|cite)\s*+=\s*+([\"'])\s*+(?:\{|\||%7B|%7C)"
    r"(filename|static|attach|author|category|tag|index)(?:\}|\||%7D|%7C)(.*?)\2",
    re.IGNORECASE | re.DOTALL,
)
_PLACE = lazy_pattern(r"(?<=\]\()[{|][a-z]{3,8}[}|][^()\n\"'<>]*+(?=\))")
_NAMED: Mapping[str, str] = {"category": "category", "tag": "tag", "author": "author"}
_TEXTS = ("md", "markdown", "mkd", "mdown", "rst", "html", "htm")


def expand(text: str, scope: BodyScope, _report: ReportProblem) -> str:
    """Return the text with the spaces in links of Pelican escaped: Python-Markdown reads them, CommonMark does not."""
    return _PLACE.sub(lambda match: match[0].replace(" ", "%20"), text) if scope.is_markdown else text


def resolve(html: str, options: LinkOptions, scope: BodyScope, report: ReportProblem) -> str:
    """Return the HTML of a body with the addresses that its links stand for; a link to nothing loses its address."""
    links = _Links(options, scope, report)
    return _TAG.sub(links.tag, html)


class _Links:
    """Resolve the links of one body."""

    def __init__(self, options: LinkOptions, scope: BodyScope, report: ReportProblem) -> None:
        self.options, self.scope, self.report = options, scope, report
        self.patterns = dict(options.patterns)
        self.slugs = dict(options.slugs)

    def tag(self, match: re.Match[str]) -> str:
        return _LINK.sub(self._attribute, match[0]) if _LINK.search(match[0]) else match[0]

    def _attribute(self, match: re.Match[str]) -> str:
        value = entities.unescape(match[4])
        cut = min((place for place in (value.find("?"), value.find("#")) if place >= 0), default=len(value))
        what, name, rest = match[3].lower(), unquote(value[:cut]), value[cut:]
        ways: dict[str, Callable[[str], str]] = {
            "filename": self._file,
            "static": self._static,
            "attach": self._attached,
        }
        try:
            address = ways[what](name) if what in ways else self._term(what, name)
        except (KeyError, SlugError, PostError):
            address = ""
        if not address:
            self.report(0, "bad-address", f"the link {{{what}}}{legal(name)[:200]} leads to nothing; correct its path")
            return ""
        return f"{match[1]}={match[2]}{entities.escape(escape_uri(self._absolute(address)) + rest)}{match[2]}"

    def _absolute(self, address: str) -> str:
        return urljoin(f"{self.scope.site_url}/", address)

    def _term(self, what: str, name: str) -> str:
        if what == "index":
            return self.patterns["index"]
        rules = self.slugs.get(what, SlugRules())
        return expand_pattern(self.patterns[_NAMED[what]], {"slug": make_slug(name, rules), "name": name})

    def _path(self, name: str) -> str:
        """Return the path of a file below the folder of content."""
        here = self.scope.path.removeprefix(f"{self.options.content}/") if self.options.content else self.scope.path
        whole = name.lstrip("/") if name.startswith("/") else posixpath.join(posixpath.dirname(here), name)
        return posixpath.normpath(whole)

    def _on_site(self, path: str) -> str:
        return posixpath.join(self.options.content, path)

    def _file(self, name: str) -> str:
        path = self._path(name)
        if path.rpartition(".")[2] not in _TEXTS:
            return self._static(name)
        if any(f"{path}/".startswith(f"{folder}/") for folder in self.options.pages):
            return self._page(path)
        return self.scope.ask("link", self._on_site(path)) or ""

    def _page(self, path: str) -> str:
        text = self.scope.ask("text", f"{self.options.content}//{path}")
        if text is None:
            return ""
        metadata = split_pelican(path, text.encode("utf-8", "replace"), lambda *_: None, "utf-8").metadata
        if own := metadata.get("url"):
            return str(own)
        language = str(metadata.get("lang") or self.options.language)
        slug = metadata.get("slug") or make_slug(str(metadata.get("title") or ""), self.slugs.get("page", SlugRules()))
        pattern = self.patterns["page" if language == self.options.language else "page_lang"]
        return expand_pattern(pattern, {**metadata, "slug": slug, "lang": language, "path": path})

    def _static(self, name: str) -> str:
        path = self._path(name)
        if self.scope.ask("link", self._on_site(path)) is None:
            return ""
        moved = dict(self.options.moved).get(path, path)
        return expand_pattern(self.patterns["static"], {"path": quote(moved)})

    def _attached(self, name: str) -> str:
        """Return the address of a file that Pelican puts beside the page of the post, in the folders below it."""
        path = self._path(name)
        if self.scope.ask("link", self._on_site(path)) is None:
            return ""
        here = self.scope.path.removeprefix(f"{self.options.content}/") if self.options.content else self.scope.path
        tail = posixpath.relpath(path, posixpath.dirname(here) or ".")
        if tail.startswith("../"):
            tail = posixpath.basename(tail)
        base = self.scope.permalink
        if self.options.attach_below and not base.endswith("/"):
            base += "/"
        return urljoin(base, quote(tail))
