"""Read kramdown's options, as a site's configuration or `{::options}` in a text gives them.

All scalars are texts. Options that do not change what a reader sees are ignored, and so are invalid values.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from posts.markup.options import KramdownOptions
from posts.text import lazy_pattern

_QUOTES = ("lsquo", "rsquo", "ldquo", "rdquo")
_SYMBOLS = frozenset(("hellip", "mdash", "ndash", "laquo", "raquo", "laquo_space", "raquo_space"))
_NULL = frozenset(("", "~", "nil", "null"))
_RANGE = lazy_pattern(r"([1-6])\.\.([1-6])")
_MOST_LEVELS = 6
# kramdown decides by these which parsers it uses, before it reads the text.
_FIXED = frozenset(("input", "hard_wrap", "gfm_quirks"))


def kramdown_options(config: Mapping[str, Any]) -> KramdownOptions:
    """Return the options below `kramdown:` in a configuration."""
    gfm = str(config.get("input") or "GFM").lower() == "gfm"
    quirks = _names(config.get("gfm_quirks", "paragraph_end"))
    fixed = KramdownOptions(
        gfm=gfm,
        hard_wrap=gfm and _flag(config, "hard_wrap", default=False),
        typographic=not (gfm and "no_auto_typographic" in quirks),
        paragraph_end="paragraph_end" in quirks,
    )
    return changed_options(fixed, config)


def changed_options(options: KramdownOptions, config: Mapping[str, Any]) -> KramdownOptions:
    """Return `options` with those that a text may change itself replaced by what `config` has."""
    if not config.keys() - _FIXED:
        return options
    symbols = _mapping(config.get("typographic_symbols"))
    given = tuple(sorted((key, html.unescape(value)) for key, value in symbols.items() if _is_symbol(key, value)))
    return replace(
        options,
        quotes=_quotes(config["smart_quotes"]) if "smart_quotes" in config else options.quotes,
        symbols=given or options.symbols,
        parse_block_html=_flag(config, "parse_block_html", default=options.parse_block_html),
        parse_span_html=_flag(config, "parse_span_html", default=options.parse_span_html),
        math=_text(config["math_engine"]).lower() not in _NULL if "math_engine" in config else options.math,
        auto_ids=_flag(config, "auto_ids", default=options.auto_ids),
        toc_levels=_levels(config.get("toc_levels")) or options.toc_levels,
        first_note=_number(config.get("footnote_nr"), options.first_note),
        backlink=_text(config.get("footnote_backlink", options.backlink)),
        links=_links(config.get("link_defs")) or options.links,
    )


def _flag(config: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = config.get(key)
    return value.strip().lower() in ("true", "yes", "on") if isinstance(value, str) and value.strip() else default


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


def _levels(value: Any) -> tuple[int, ...]:
    """Return the levels of headings in `2..4`, `2,4` or a list."""
    if isinstance(value, str) and (ends := _RANGE.fullmatch(value.strip())):
        return tuple(range(int(ends[1]), int(ends[2]) + 1))
    levels = {_number(name, 0) for name in _names(value)}
    return tuple(sorted(level for level in levels if 0 < level <= _MOST_LEVELS))


def _links(value: Any) -> tuple[tuple[str, str, str | None], ...]:
    """Return name, address and title of links that are defined for all texts."""
    links: list[tuple[str, str, str | None]] = []
    for name, target in _mapping(value).items():
        parts = _names(target) if isinstance(target, list) else []
        if parts:
            links.append((str(name), parts[0], parts[1] if len(parts) > 1 else None))
    return tuple(sorted(links, key=lambda link: link[0]))


def _number(value: Any, default: int) -> int:
    text = _text(value)
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else default


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _names(value: Any) -> list[str]:
    """Return the names in a list, or in a comma-separated text."""
    names = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else ()
    return [name.strip() for name in names if isinstance(name, str) and name.strip()]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
