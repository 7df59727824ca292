"""Expand what a site generator adds to the markup of bodies and what refers to other files of the site.

Each dialect is a module of its own, which is imported with the first body of a site that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from msgspec import Struct, field

from posts.markup.options import Dialect, LinkOptions, MarkdownOptions
from posts.model import ReportProblem


def _nothing(_kind: str, _name: str) -> str | None:
    return None


class BodyScope(Struct, frozen=True):
    """What the body of one post can refer to, and nothing else.

    Attributes:
        path: The path of the post below the site.
        permalink: The address of its page.
        metadata: Its front matter.
        is_markdown: Whether the body is Markdown, not HTML.
        settings: What the configuration of the site says to the dialect (`MarkdownOptions.settings`).
        site_url: The address of the site.
        ask: Resolves a reference, (kind, name) -> answer; None for what does not exist. `post_url` has the address of a
            post by its path without the suffix or by the last part of that, `link` that of a post or file by its path
            below the site, `text` the text of a file by `folder//name`, `param` a parameter of the site by its dotted
            name, `post` address and title of a post, in two lines, by its name as for `post_url`, by that without a
            date, or by its title, `page` the address of any page of the site by the path of its file. Nothing outside
            the site is read.
    """

    path: str = ""
    permalink: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    is_markdown: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    site_url: str = ""
    ask: Callable[[str, str], str | None] = _nothing


Expand = Callable[[str, BodyScope, ReportProblem], str]
"""Return a body without what the dialect adds: Markdown or HTML as before."""

Resolve = Callable[[str, LinkOptions, BodyScope, ReportProblem], str]
"""Return the HTML of a body with the addresses that its links stand for."""

_MODULES: Mapping[Dialect, str] = {
    "astro": "posts.markup.mdx",
    "eleventy": "posts.markup.eleventy",
    "hexo": "posts.markup.hexo",
    "hugo": "posts.markup.hugo",
    "nikola": "posts.markup.nikola",
    "pelican": "posts.markup.pelican",
    "wiki": "posts.markup.wiki",
    "zola": "posts.markup.zola",
}


def expand_dialect(text: str, dialect: Dialect, scope: BodyScope, report: ReportProblem) -> str:
    """Return a body in which everything that the dialect of its site adds is replaced by what it stands for.

    Args:
        text: The body.
        dialect: The dialect.
        scope: What the body can refer to.
        report: Called with (line of the body from 1 or 0, code, message) for what was left out.
    """
    expand: Expand | None = _function(dialect, "expand")
    return expand(text, scope, report) if expand else text


def resolve_links(html: str, options: MarkdownOptions, scope: BodyScope, report: ReportProblem) -> str:
    """Return the HTML of a body with the addresses that links in the notation of its site generator stand for.

    Args:
        html: The HTML, not sanitized yet.
        options: The dialect, and what its links depend on.
        scope: What the body can refer to.
        report: Called with (line of the body from 1 or 0, code, message) for links that lead nowhere.
    """
    resolve: Resolve | None = _function(options.dialect, "resolve")
    return resolve(html, options.links, scope, report) if resolve else html


def _function(dialect: Dialect, name: str) -> Any:
    """Return a function of the module of a dialect; None if it has none, or if there is no dialect."""
    return getattr(import_module(_MODULES[dialect]), name, None) if dialect else None
