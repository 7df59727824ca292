"""Read from Jekyll's `_config.yml` how the site renders Markdown. Pure.

The keys are described at https://jekyllrb.com/docs/configuration/markdown/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posts.markup.kramdown.settings import kramdown_options
from posts.markup.options import CmarkOptions, MarkdownOptions
from posts.sites.terms import flatten

# The names of cmark in GitHub Pages and jekyll-commonmark. GitHub Pages uses kramdown for any other name, and so does
# feedmill: Jekyll 4 no longer supports rdiscount and redcarpet.
_CMARK = frozenset(("commonmark", "commonmarkghpages", "gfm"))
_EXTENSIONS = frozenset(("table", "autolink", "strikethrough", "tagfilter", "tasklist"))


def markdown_options(config: Mapping[str, Any]) -> MarkdownOptions:
    """Return the options in `config`, whose scalars are all texts; invalid values are replaced by the default."""
    renderer = str(config.get("markdown") or "kramdown").lower()
    if renderer in _CMARK:
        return MarkdownOptions(cmark=_cmark(_mapping(config, "commonmark"), on_github=renderer != "commonmark"))
    return MarkdownOptions("kramdown", kramdown=kramdown_options(_mapping(config, "kramdown")))


def _cmark(config: Mapping[str, Any], *, on_github: bool) -> CmarkOptions:
    """Return the options of cmark: jekyll-commonmark only has listed extensions, GitHub Pages has GitHub's."""
    options = {name.upper() for name in _names(config.get("options"))}
    extensions = _names(config.get("extensions"))
    listed = tuple(name for name in dict.fromkeys(extensions) if name in _EXTENSIONS)
    return CmarkOptions(
        smart="SMART" in options,
        hard_breaks="HARDBREAKS" in options,
        footnotes="FOOTNOTES" in options or on_github,
        extensions=CmarkOptions().extensions if on_github and not extensions else listed,
    )


def _names(value: Any) -> list[str]:
    """Return the names in a list, or in a comma-separated text."""
    names = value.split(",") if isinstance(value, str) else flatten(value)
    return [name.strip() for name in names if name.strip()]


def _mapping(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = config.get(key)
    return value if isinstance(value, Mapping) else {}
