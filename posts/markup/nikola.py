"""Resolve Nikola's links `link://kind/name` in the HTML of a body. Pure.

https://getnikola.com/path_handlers.html
"""

from __future__ import annotations

import html as entities
import re
from urllib.parse import quote, unquote

from posts.markup.dialects import BodyScope
from posts.markup.options import LinkOptions
from posts.markup.slugs import SlugError, SlugRules, make_slug
from posts.model import ReportProblem
from posts.text import lazy_pattern, legal

_TAG = lazy_pattern(r"<[a-zA-Z][^<>]*+>")
_LINK = lazy_pattern(r"(?<=\s)(href|src)\s*+=\s*+([\"'])link://([a-z_]{1,40}+)(?:/([^\"']{0,500}+))?\2")


def resolve(html: str, options: LinkOptions, scope: BodyScope, report: ReportProblem) -> str:
    """Return the HTML of a body with the addresses that its links stand for; a link to nothing loses its address."""
    if "link://" not in html:
        return html
    patterns, slugs = dict(options.patterns), dict(options.slugs)

    def address(kind: str, name: str) -> str:
        if kind in ("slug", "post_path"):
            return scope.ask("post_url", name) or ""
        if kind == "filename":
            return scope.ask("link", name) or ""
        if kind not in patterns:
            return ""
        try:
            term = make_slug(name, slugs[kind]) if kind in slugs else quote(name)
        except SlugError:
            return ""
        return scope.site_url + patterns[kind].replace("{slug}", term)

    def attribute(match: re.Match[str]) -> str:
        name = unquote(entities.unescape(match[4] or ""))
        page, mark, fragment = name.partition("#")
        if found := address(match[3], page):
            return f"{match[1]}={match[2]}{entities.escape(f'{found}{mark}{fragment}')}{match[2]}"
        report(0, "bad-address", f"the link link://{match[3]}/{legal(name)[:200]} leads to nothing; correct it")
        return ""

    return _TAG.sub(lambda match: _LINK.sub(attribute, match[0]), html)


SLUGS = SlugRules(substitutions=((r"[^+\w\s-]", ""), (r"\A\s+|\s+\Z", ""), (r"[-\s]+", "-")))
"""How Nikola makes slugs (`nikola/utils.py`, `slugify`)."""
