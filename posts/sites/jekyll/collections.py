"""Read Jekyll's collections besides `_posts`: which there are, and the addresses of their pages. Pure.

The rules are in `collection.rb`, `document.rb` and `utils.rb` of Jekyll 4.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from posts.sites.permalinks import STYLES
from posts.sites.yaml_file import NULLS
from posts.text import fold

POSTS = "posts"
EVERY = "*"
"""Stands among the names of wanted collections for all of them."""


class JekyllCollection(Struct, frozen=True):
    """A collection whose documents have pages.

    Attributes:
        label: Its name; its folder is `_label`.
        permalink: The template of the addresses of its pages.
    """

    label: str
    permalink: str


def read_collections(config: Mapping[str, Any]) -> dict[str, JekyllCollection]:
    """Return the collections with `output: true` by their labels, without `posts`."""
    written = config.get("collections")
    found = {}
    for name, options in written.items() if isinstance(written, Mapping) else ():
        label = re.sub(r"[^A-Za-z0-9_.-]", "", str(name))
        if not isinstance(options, Mapping) or label in ("", POSTS, "drafts") or label.startswith("."):
            continue
        if str(options.get("output")).lower() in ("true", "yes", "on"):
            own = options.get("permalink")
            permalink = own if isinstance(own, str) and own and own not in NULLS else _default_permalink(config)
            found[label] = JekyllCollection(label, permalink)
    return found


def _default_permalink(config: Mapping[str, Any]) -> str:
    """Return the template of a collection without one: it ends as the addresses of the site's posts do."""
    style = config.get("permalink")
    style = style if isinstance(style, str) and style not in ("", *NULLS) else "date"
    if style == "pretty":
        return "/:collection/:path/"
    if style in STYLES and style != "weekdate":
        return "/:collection/:path:output_ext"
    suffix = "/" if style.endswith("/") else ":output_ext" if style.endswith(":output_ext") else ""
    return f"/:collection/:path{suffix}"


def is_wanted(label: str, wanted: tuple[str, ...]) -> bool:
    """Return whether a collection is among the folded names of those that feeds ask for."""
    return EVERY in wanted or fold(label) in wanted
