"""Read from Jekyll's `_config.yml` how the site renders Markdown. Pure.

The keys are described at https://jekyllrb.com/docs/configuration/markdown/.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from posts.markup.options import CmarkOptions, KramdownOptions, MarkdownOptions
from posts.sites.terms import flatten

# The names of cmark in GitHub Pages and jekyll-commonmark. GitHub Pages uses kramdown for any other name, and so does
# feedmill: Jekyll 4 no longer supports rdiscount and redcarpet.
_CMARK = frozenset(("commonmark", "commonmarkghpages", "gfm"))
_QUOTES = ("lsquo", "rsquo", "ldquo", "rdquo")
_SYMBOLS = frozenset(("hellip", "mdash", "ndash", "laquo", "raquo", "laquo_space", "raquo_space"))
_EXTENSIONS = frozenset(("table", "autolink", "strikethrough", "tagfilter", "tasklist"))


def markdown_options(config: Mapping[str, Any]) -> MarkdownOptions:
    """Return the options in `config`, whose scalars are all texts; invalid values are replaced by the default."""
    renderer = str(config.get("markdown") or "kramdown").lower()
    if renderer in _CMARK:
        return MarkdownOptions(cmark=_cmark(_mapping(config, "commonmark"), on_github=renderer != "commonmark"))
    return MarkdownOptions("kramdown", kramdown=_kramdown(_mapping(config, "kramdown")))


def _kramdown(config: Mapping[str, Any]) -> KramdownOptions:
    gfm = str(config.get("input") or "GFM").lower() == "gfm"
    quirks = _names(config.get("gfm_quirks", "paragraph_end"))
    symbols = _mapping(config, "typographic_symbols")
    return KramdownOptions(
        gfm=gfm,
        hard_wrap=gfm and _is_true(config.get("hard_wrap")),
        quotes=_quotes(config.get("smart_quotes")),
        typographic=not (gfm and "no_auto_typographic" in quirks),
        symbols=tuple(sorted((key, value) for key, value in symbols.items() if _is_symbol(key, value))),
        paragraph_end="paragraph_end" in quirks,
        parse_block_html=_is_true(config.get("parse_block_html")),
    )


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


def _is_symbol(key: Any, value: Any) -> bool:
    return key in _SYMBOLS and isinstance(value, str)


def _quotes(value: Any) -> tuple[str, str, str, str]:
    """Return the characters for four names of entities, or their numbers."""
    names = _names(value)
    if len(names) != len(_QUOTES):
        return KramdownOptions().quotes
    left, right, double_left, double_right = map(_character, names, _QUOTES)
    return left, right, double_left, double_right


def _character(name: str, default: str) -> str:
    reference = f"&#{name};" if name.isascii() and name.isdigit() else f"&{name};"
    character = html.unescape(reference[:40])
    return character if len(character) == 1 else html.unescape(f"&{default};")


def _names(value: Any) -> list[str]:
    """Return the names in a list, or in a comma-separated text."""
    names = value.split(",") if isinstance(value, str) else flatten(value)
    return [name.strip() for name in names if name.strip()]


def _mapping(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = config.get(key)
    return value if isinstance(value, Mapping) else {}


def _is_true(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() in ("true", "yes", "on")
