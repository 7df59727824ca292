"""Read from Hexo's configuration and its list of plugins how the site renders bodies. Pure but for that list.

https://github.com/hexojs/hexo-renderer-marked, https://github.com/hexojs/hexo-renderer-markdown-it
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from posts.markup.options import CmarkOptions, MarkdownOptions
from posts.sites.hexo.config import HexoSettings
from posts.sites.settings_file import is_false, is_true

PACKAGE = "package.json"
_MOST_BYTES = 1 << 20


def read_plugins(base: Path) -> frozenset[str]:
    """Return the names of the packages that a site depends on; none if there is no list, or it is not JSON."""
    path = base / PACKAGE
    try:
        if not path.is_file():
            return frozenset()
        with path.open("rb") as file:
            data = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    found = [data.get(key) for key in ("dependencies", "devDependencies")] if isinstance(data, dict) else []
    return frozenset(name for one in found if isinstance(one, dict) for name in one)


def markdown_of_hexo(
    config: Mapping[str, Any], plugins: Container[str], settings: HexoSettings, source: str, posts: str
) -> MarkdownOptions:
    """Return how bodies are rendered; plugins for Markdown that are not known are read as hexo-renderer-marked.

    Args:
        config: The configuration.
        plugins: The packages of the site.
        settings: What posts depend on.
        source: The folder of sources below the site, "" if it is not part of it.
        posts: The folder of posts below the site.
    """
    marked = _mapping(config.get("marked"))
    is_marked = not any(name in plugins for name in ("hexo-renderer-markdown-it", "hexo-renderer-markdown-it-plus"))
    prepends = is_marked and not is_false(marked.get("prependRoot")) and not is_true(config.get("relative_link"))
    runs = not is_true(_mapping(config.get("marked" if is_marked else "markdown")).get("disableNunjucks"))
    return MarkdownOptions(
        cmark=_marked(marked, plugins) if is_marked else _markdown_it(config.get("markdown")),
        dialect="hexo",
        settings=(
            ("assets", "true" if settings.post_asset_folder else ""),
            ("code", settings.code_dir),
            ("posts", posts),
            ("prepends", "true" if prepends else ""),
            ("root", settings.root),
            ("source", source),
            ("tags", "true" if runs else ""),
        ),
    )


def _marked(options: Mapping[str, Any], plugins: Container[str]) -> CmarkOptions:
    notes = any(name in plugins for name in ("hexo-footnotes", "hexo-reference", "hexo-renderer-marked-footnotes"))
    if "hexo-renderer-pandoc" in plugins:
        return CmarkOptions(smart=True, footnotes=True)
    return CmarkOptions(
        smart=not is_false(options.get("smartypants")),
        hard_breaks=not is_false(options.get("breaks")) and not is_false(options.get("gfm")),
        footnotes=notes,
        extensions=_extensions(autolink=not is_false(options.get("autolink")) and not is_false(options.get("gfm"))),
    )


def _markdown_it(value: Any) -> CmarkOptions:
    """Return the options of hexo-renderer-markdown-it, whose plugins have footnotes by default."""
    if value == "commonmark":
        return CmarkOptions(footnotes=True, extensions=())
    render = _mapping(_mapping(value).get("render"))
    return CmarkOptions(
        smart=not is_false(render.get("typographer")),
        hard_breaks=not is_false(render.get("breaks")),
        extensions=_extensions(autolink=not is_false(render.get("linkify"))),
    )


def _extensions(*, autolink: bool) -> tuple[str, ...]:
    return tuple(name for name in CmarkOptions().extensions if autolink or name != "autolink")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
