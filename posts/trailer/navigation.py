"""Recognise links to the home page of the site, or to the page of a category, tag or author. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from posts.text import fold, lazy_pattern

_KINDS = frozenset(
    "archive archives author authors categories category tag tags topic topics".split(),
)

_ABSOLUTE = lazy_pattern(r"(?:https?:)?//[^/?#]")


@lru_cache(maxsize=4096)
def navigation_test(site_url: str, terms: tuple[str, ...] = ()) -> Callable[[str], bool]:
    """Return a test for links to the home page, or to the page of a category, tag or author.

    Such a link is relative, or on the site's host with any scheme, with or without `www.`. Its path, without the base
    path of the site, dots and `index.html`, is empty (home), one of the terms, or `category/…`, `tag/…`, `author/…`
    and similar. A link with a query, or with nothing but a fragment, is not navigation.

    Args:
        site_url: The address of the site.
        terms: The names or slugs of the categories and tags of the post.
    """
    site = urlsplit(site_url)
    host, base = _host(site.hostname), _segments(site.path)
    names = {key for term in terms for key in _keys(term)}

    # The posts of a category end with the same few links.
    @lru_cache(maxsize=64)
    def is_navigation(address: str) -> bool:
        address = address.strip()
        if _ABSOLUTE.match(address) and host and host.isascii() and host not in address.lower():
            return False
        try:
            link = urlsplit(address)
            elsewhere = bool(link.netloc) and _host(link.hostname) != host
        except ValueError:
            return False
        if elsewhere or link.query or link.scheme not in ("", "http", "https") or not (link.netloc or link.path):
            return False
        segments = _segments(link.path)
        if base and segments[: len(base)] == base:
            segments = segments[len(base) :]
        if len(segments) == 2:
            return segments[0].lower() in _KINDS
        return not segments or (len(segments) == 1 and not names.isdisjoint(_keys(segments[0])))

    return is_navigation


def _host(name: str | None) -> str:
    return (name or "").rstrip(".").removeprefix("www.")


def _segments(path: str) -> list[str]:
    parts = [part for part in unquote(path).split("/") if part not in ("", ".", "..")]
    if parts:
        parts[-1] = re.sub(r"\.html?$", "", parts[-1], flags=re.IGNORECASE)
        if parts[-1].lower() == "index":
            parts.pop()
    return parts


def _keys(name: str) -> set[str]:
    """Return the folded name, and its usual slug of letters, digits and hyphens only."""
    folded = fold(name)
    return {
        folded,
        "".join(character for character in folded if character.isalnum() or character == "-").strip("-"),
    } - {""}
