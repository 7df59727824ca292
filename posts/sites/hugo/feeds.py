"""Say which feeds Hugo makes: one of the site, of each section and of each term, in the output format `rss`.

https://gohugo.io/templates/rss/, https://gohugo.io/configuration/outputs/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from posts.sites.engine_feeds import TERM_NAME, EngineFeed, OwnFeeds, Sourced
from posts.sites.hugo.config import table_of
from posts.sites.hugo.frontmatter import decode_term_keys
from posts.sites.hugo.languages import Languages
from posts.sites.hugo.paths import PathStyle
from posts.sites.settings_file import is_true, text_of
from posts.sites.terms import flatten

_BY_DEFAULT = {"home", "section", "taxonomy", "term"}


def read_hugo_feeds(root: Path, settings: Mapping[str, Any], languages: Languages) -> OwnFeeds:
    """Return the feeds of a site.

    Args:
        root: The folder of the site, whose own templates of feeds may show full posts.
        settings: The settings of the site.
        languages: Its languages.
    """
    has_templates = any(one for start in ("layouts", "themes/*/layouts") for one in root.glob(f"{start}/**/*rss*.xml"))
    built = posixpath.normpath(text_of(settings, "publishdir") or "public")
    limits = text_of(table_of(table_of(settings, "services"), "rss"), "limit"), text_of(settings, "rsslimit")
    where = "services.rss.limit" if limits[0] else "rssLimit"
    limit = limits[0] or limits[1]
    has_limit = limit.isdigit() and int(limit) > 0
    return OwnFeeds(
        generator="Hugo",
        built="" if built.startswith(("..", "/")) else built,
        feeds=tuple(_feeds(settings, languages)),
        items=Sourced(int(limit), f"Hugo: {where}") if has_limit else None,
        content=None if has_templates else Sourced("summary", "Hugo's own feeds have summaries"),
    )


def _feeds(settings: Mapping[str, Any], languages: Languages) -> Iterator[EngineFeed]:
    kinds = {kind for kind in _BY_DEFAULT if _has_feed(settings, kind)}
    disabled = {kind.lower() for kind in flatten(settings.get("disablekinds"))}
    if "rss" in disabled:
        return
    rss = table_of(table_of(settings, "outputformats"), "rss")
    folder = text_of(rss, "path").strip("/")
    file = f"{folder}/{text_of(rss, 'basename') or 'index'}.xml".lstrip("/")
    where = "Hugo: outputFormats.rss" if rss else "Hugo: its default"
    prefix = languages.known[languages.default].prefix.strip("/") if languages.default in languages.known else ""
    start = f"{prefix}/" if prefix else ""
    known = [one for code, one in languages.known.items() if code not in languages.disabled and not one.base_url]
    if "home" in kinds - disabled:
        if len(known) > 1:
            for one in sorted(known, key=lambda one: one.code != languages.default):
                path = f"{one.prefix.strip('/')}/{file}".lstrip("/")
                yield EngineFeed(path, "rss", where, "language", one.tag or one.code)
        else:
            yield EngineFeed(f"{start}{file}", "rss", where)
    if len(known) > 1:  # the feeds of sections and terms have the posts of one language
        return
    style = PathStyle(is_true(settings.get("disablepathtolower")), is_true(settings.get("removepathaccents")))
    if "section" in kinds - disabled:
        yield EngineFeed(f"{start}{TERM_NAME}/{file}", "rss", where, "section", name_of=style.sanitized)
    if "term" in kinds - disabled and "taxonomy" not in disabled:
        keys = decode_term_keys(settings)
        path = f"{start}{{}}/{TERM_NAME}/{file}"
        if keys.categories:
            yield EngineFeed(path.format(keys.categories), "rss", where, "category", name_of=style.sanitized)
        if keys.tags:
            yield EngineFeed(path.format(keys.tags), "rss", where, "tag", name_of=style.sanitized)


def _has_feed(settings: Mapping[str, Any], kind: str) -> bool:
    outputs = table_of(settings, "outputs")
    return kind not in outputs or "rss" in {name.lower() for name in flatten(outputs[kind])}
