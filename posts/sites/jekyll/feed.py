"""Read the settings of jekyll-feed 0.17, the plugin that makes the feeds of most Jekyll sites. Pure.

The rules are in its `generator.rb` and in the template `feed.xml`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from posts.sites.engine_feeds import TERM_NAME, EngineFeed, OwnFeeds, Sourced
from posts.sites.terms import flatten
from posts.sites.yaml_file import NULLS

_DEFAULT_ITEMS = 10
_THEMES = ("minima",)  # themes that depend on the plugin, which Jekyll then loads


def read_jekyll_feed(config: Mapping[str, Any], gemfile: str, file: str) -> OwnFeeds:
    """Return the feeds of the plugin; none if the site does not use it.

    Args:
        config: The configuration of the site.
        gemfile: The text of the site's `Gemfile`.
        file: The name of the file of the configuration, for people.
    """
    built = posixpath.normpath(_text(config, "destination") or "_site")
    built = "" if built in (".", "..") or built.startswith(("../", "/")) else built
    if not _is_used(config, gemfile):
        return OwnFeeds(built=built)
    feed = config.get("feed")
    feed = feed if isinstance(feed, Mapping) else {}

    def where(key: str) -> str:
        return f"jekyll-feed: feed.{key} in {file}" if key.partition(".")[0] in feed else "jekyll-feed: its default"

    limit = _text(feed, "posts_limit")
    items = int(limit) if re.fullmatch(r"[0-9]{1,6}", limit) and int(limit) else _DEFAULT_ITEMS
    is_short = _is_set(feed.get("excerpt_only"))
    pictures = {
        key: Sourced(picture, f"jekyll-feed: feed.{key} in {file}")
        for key in ("icon", "logo")
        if (picture := _text(feed, key))
    }
    return OwnFeeds(
        generator="jekyll-feed",
        built=built,
        feeds=tuple(_feeds(feed, where, _text(config, "title") or _text(config, "name"))),
        items=Sourced(items, where("posts_limit")),
        content=Sourced("summary", where("excerpt_only")) if is_short else None,
        icon=pictures.get("icon"),
        logo=pictures.get("logo"),
    )


def _feeds(feed: Mapping[str, Any], where: Any, title: str) -> Iterator[EngineFeed]:
    collections = _collections(feed)
    posts = collections.pop("posts", {})
    own = _text(feed, "path") or _text(posts, "path")
    key = "path" if _text(feed, "path") else "collections.posts.path" if own else "path"
    yield EngineFeed(_path(own or "feed.xml"), "atom", where(key))
    key = "collections.posts.categories" if "categories" in posts else "categories"
    for name in flatten(posts.get("categories") or feed.get("categories")):
        yield EngineFeed(_path(f"feed/{name}.xml"), "atom", where(key), "category", name)
    for label, options in collections.items():
        key = "collections" if not options else f"collections.{label}"
        heading = " | ".join(filter(None, (title, label.capitalize())))
        path = _text(options, "path") or f"feed/{label}.xml"
        yield EngineFeed(_path(path), "atom", where(key), collection=label, title=heading)
        for name in flatten(options.get("categories")):
            yield EngineFeed(
                _path(f"feed/{label}/{name}.xml"),
                "atom",
                where(f"{key}.categories"),
                "category",
                name,
                label,
                f"{heading} | {name.capitalize()}",
            )
    yield from _tag_feeds(feed, where)


def _tag_feeds(feed: Mapping[str, Any], where: Any) -> Iterator[EngineFeed]:
    tags = feed.get("tags")
    if not (isinstance(tags, Mapping) or _is_set(tags)):
        return
    options = tags if isinstance(tags, Mapping) else {}
    left_out, wanted = flatten(options.get("except")), flatten(options.get("only"))
    prefix = _text(options, "path") or "/feed/by_tag/"

    def name_of(tag: str) -> str:
        is_named = re.fullmatch(r"[a-zA-Z0-9_]+", tag) and tag not in left_out
        return tag if is_named and (tag in wanted or not wanted) else ""

    yield EngineFeed(_path(f"{prefix}{TERM_NAME}.xml"), "atom", where("tags"), "tag", name_of=name_of)


def _collections(feed: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    written = feed.get("collections")
    if isinstance(written, Mapping):
        return {str(name): options if isinstance(options, Mapping) else {} for name, options in written.items()}
    return {name: {} for name in flatten(written)}


def _is_used(config: Mapping[str, Any], gemfile: str) -> bool:
    named = {name for key in ("plugins", "gems") for name in flatten(config.get(key))}
    themes = {_text(config, key).partition("@")[0].rpartition("/")[2] for key in ("theme", "remote_theme")}
    listed = re.search(r"""^[^#\n]*\bgem[\s(]+["']jekyll-feed["']""", gemfile, re.MULTILINE)
    return bool("jekyll-feed" in named or listed or themes & {*_THEMES} or isinstance(config.get("feed"), Mapping))


def _path(written: str) -> str:
    return re.sub("/{2,}", "/", written).lstrip("/")


def _is_set(value: Any) -> bool:
    return isinstance(value, str) and value not in NULLS and value.lower() not in ("", "false", "no", "off")


def _text(config: Mapping[str, Any], key: str) -> str:
    value = config.get(key)
    return value.strip() if isinstance(value, str) and value not in NULLS else ""
