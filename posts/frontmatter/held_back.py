"""Decide whether the author holds a post back, from front matter that may be unreadable. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from posts.model import PostState
from posts.text import lazy_pattern

_TRUE = frozenset(("true", "yes", "on", "y", "t", "1"))
_FALSE = frozenset(("false", "no", "off", "n", "f", "0"))
# Pelican's statuses that are not published in feeds (`hidden`, `skip`), and those of WordPress.
_HIDDEN = frozenset(("hidden", "private", "skip", "pending", "trash", "auto-draft"))
# `feed` may be a mapping with options of jekyll-feed, which is not an opt-out; `sitemap: false` is about sitemaps only.
_OPT_OUTS = ("feed", "rss")
# Keys that keep a page out of every list of its site: Hugo, Docusaurus, Eleventy.
_UNLISTED = ("headless", "unlisted", "eleventyexcludefromcollections", "eleventyExcludeFromCollections")
_BUILD = ("build", "_build")  # Hugo's build options (https://gohugo.io/content-management/build-options/)
_KEYS = frozenset(("draft", "status", "published", *_OPT_OUTS, *_UNLISTED, *_BUILD))
_LINE = lazy_pattern(
    r"^(?P<indent>[ \t]*+)[\"']?(draft|published|status|feed|rss)[\"']?[ \t]*+[:=][ \t]*+"
    r"[\"']?([\w-]++)[\"']?[ \t]*+,?[ \t]*+(?:#[^\n]*+)?$",
    re.MULTILINE | re.IGNORECASE,
)


class HeldBack(NamedTuple):
    """The reason why a post is held back.

    Attributes:
        state: The state of the post.
        key: The key of the front matter that sets the state, "" for none.
        message: The reason, for users.
    """

    state: PostState
    key: str
    message: str


def find_held_back(metadata: Mapping[str, Any], *, drafts: bool = False, unpublished: bool = False) -> HeldBack | None:
    """Return why front matter holds a post back; None if it does not.

    Args:
        metadata: The front matter.
        drafts: Whether drafts are published.
        unpublished: Whether posts with `published: false` or a status such as `private` are published.
    """
    if _KEYS.isdisjoint(metadata):
        return None
    found = (None if drafts else _draft(metadata)) or (None if unpublished else _unpublished(metadata))
    return found or _excluded(metadata)


def _draft(metadata: Mapping[str, Any]) -> HeldBack | None:
    if _word(metadata, "draft") in _TRUE:
        return HeldBack("draft", "draft", "draft: true in front matter")
    if _word(metadata, "status") == "draft":
        return HeldBack("draft", "status", "status: draft in front matter")
    return None


def _unpublished(metadata: Mapping[str, Any]) -> HeldBack | None:
    if _word(metadata, "published") in _FALSE:
        return HeldBack("unpublished", "published", "published: false in front matter")
    if (status := _word(metadata, "status")) in _HIDDEN:
        return HeldBack("unpublished", "status", f"status: {status} in front matter")
    return None


def _excluded(metadata: Mapping[str, Any]) -> HeldBack | None:
    for key in _OPT_OUTS:
        if _word(metadata, key) in _FALSE:
            return HeldBack("excluded", key, f"{key}: false in front matter")
    for key in _UNLISTED:
        if _word(metadata, key) in _TRUE:
            return HeldBack("excluded", key, f"{key}: true in front matter")
    for key in _BUILD:
        build = metadata.get(key)
        if isinstance(build, Mapping) and {_word(build, "list"), _word(build, "render")} & {"never", "false"}:
            return HeldBack("excluded", key, f"{key} in front matter keeps the page out of lists")
    return None


def held_in_text(head: str) -> str:
    """Return the state in which unreadable front matter holds its post back, or ""."""
    is_json = head.lstrip().startswith("{")
    lines = (match for match in _LINE.finditer(head) if is_json or not match["indent"])
    held = find_held_back({match[2].lower(): match[3] for match in lines})
    return held.state if held else ""


def _word(metadata: Mapping[str, Any], key: str) -> str:
    value = metadata.get(key)
    return value.strip().lower() if isinstance(value, str) else ""
