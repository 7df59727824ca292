"""Read a Hexo site as Hexo 8 does: `_config.yml`, `source/_posts`, `source/_drafts`, permalinks, categories.

The names in parentheses are the source files of Hexo that define the behaviour.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.files.walk import Walk
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import HEXO_FILES, hexo_base
from posts.sites.favicons import FAVICONS
from posts.sites.globs import glob_test
from posts.sites.hexo.addresses import (
    as_text,
    date_in_hexo,
    date_in_name,
    expand_hexo_permalink,
    finish_address,
    parse_post_name,
)
from posts.sites.hexo.config import PLACEHOLDERS, hexo_sections, hexo_settings, locate_in_hexo, read_hexo_config
from posts.sites.hexo.markdown import PACKAGE, markdown_of_hexo, read_plugins
from posts.sites.settings_file import is_true
from posts.sites.terms import union
from posts.text import lazy_pattern

MARKDOWN_SUFFIXES = ("md", "markdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext")
_SUFFIXES = frozenset((*MARKDOWN_SUFFIXES, "html", "htm"))
_HIDDEN = lazy_pattern(r"(?:^|/)[_.]")
# Placeholders of `new_post_name` that do not become keys of the post (`processor/post.js`).
_RESERVED = frozenset(("title", "year", "month", "day", "i_month", "i_day", "hash"))
# Keys that Hexo sets by itself, whatever the front matter has.
_OVERWRITTEN = frozenset(("slug", "url"))
_WORD = lazy_pattern(r"[A-Za-z0-9\u00c0-\u00ff]+[^\s-]*")
_SMALL_WORD = lazy_pattern(r"(?:an?|and|as|at|but|by|en|for|if|in|nor|of|on|or|per|the|to|vs?\.?|via)", re.IGNORECASE)
_KEPT_CASE = lazy_pattern(r"[A-Z]|\..")


class Hexo(SiteDefaults):
    """A Hexo site: the folder of its `_config.yml`, or its folder `source/_posts`."""

    label = "Hexo"
    has_html_titles = True
    indents_with_tabs = True
    media_root_relative = True
    permalink_keys: tuple[str, ...] = ("permalink",)
    private_names: tuple[str, ...] = ("_config.",)

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        base = hexo_base(root)
        self.base = base or root
        self.config = read_hexo_config(self.base)
        self.settings = hexo_settings(self.config)
        source = posixpath.normpath(self.settings.source_dir)
        self.source = "" if base or source == "." else source
        self.posts_folder = "" if base else f"{self.source}/_posts".lstrip("/")
        self.drafts_folder = "" if base else f"{self.source}/_drafts".lstrip("/")
        files = (*HEXO_FILES, PACKAGE)
        above = "../../" if base else ""
        self.config_files: tuple[str, ...] = (*(f"{above}{name}" for name in files), *FAVICONS)
        self.plugins = read_plugins(self.base)
        self.markdown = markdown_of_hexo(self.config, self.plugins, self.settings, self.source, self.posts_folder)
        self._is_ignored = glob_test(self.settings.ignore)
        self._is_skipped = glob_test(self.settings.skip_render)
        # Without asset folders every file with a renderer is a post, with them only those with the usual suffix.
        suffix = self.settings.new_post_name.rpartition(".")[2].lower()
        self._suffixes = frozenset((suffix,)) & _SUFFIXES if self.settings.post_asset_folder else _SUFFIXES

    def fingerprint(self) -> str:
        return repr(("hexo", self.settings))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        found = hexo_sections(self.config)
        return {**found, "site": {**super().sections().get("site", {}), **found["site"]}}

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.hexo.feed import read_hexo_feed

        return read_hexo_feed(self.config, self.plugins) if self.base == self.root else OwnFeeds()

    def locate(self, key: str) -> Location | None:
        return locate_in_hexo(self.base, key)

    @property
    def remark(self) -> str:
        """Return what the first run says of the configuration, "" if there is nothing to say."""
        site = hexo_sections(self.config)["site"]
        zone = "" if site.get("timezone") else "dates are read in UTC, because `timezone` is not set"
        url = f"`url` is {site['url']}, Hexo's example: set yours" if site.get("url") in PLACEHOLDERS else ""
        return "; ".join(filter(None, (zone, url)))

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:  # noqa: ARG002 # any placeholder may be a key
        return []

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],  # noqa: ARG002
        published: Container[str] = frozenset(),  # noqa: ARG002 # all posts are in their folders
    ) -> Iterator[PostFile]:
        excluded = _excluded(options.exclude)

        def keeps(base: str, entry: str) -> bool:
            if _HIDDEN.search(entry) or entry.endswith("~") or entry.rpartition(".")[2].lower() not in self._suffixes:
                return False
            folder = base.rpartition("/")[2] or "_posts"
            if excluded(f"{base}/{entry}".lstrip("/")) or self._is_skipped(f"{folder}/{entry}"):
                return False
            return not self._ignores(f"site/{self.settings.source_dir}/{folder}/{entry}")

        yield from (PostFile(path) for path in walk.files(self.posts_folder, keeps))
        if self.drafts_folder:
            yield from (PostFile(path, draft=True) for path in walk.files(self.drafts_folder, keeps))

    def _ignores(self, path: str) -> bool:
        """Return whether a pattern of `ignore` matches a file or a folder that it is in (`box/index.js`).

        Hexo matches the path from the root of the file system: patterns begin with `**/`.
        """
        if not self.settings.ignore:
            return False
        parts = path.split("/")
        return any(self._is_ignored("/".join(parts[:count])) for count in range(2, len(parts) + 1))

    def is_draft(self, path: str) -> bool:
        return bool(self.drafts_folder) and path.startswith(f"{self.drafts_folder}/")

    def parse_file_name(self, path: str) -> FileName:
        """Return what the name says by `new_post_name`; the date may also be at its beginning.

        Hexo takes the time of the file for a post without a date, which is another one after each checkout.
        """
        named = self._named(path)
        plain = super().parse_file_name(path)
        return FileName(date_in_name(named) or plain.date, named["title"], plain.basename)

    def _named(self, path: str) -> Mapping[str, str]:
        for folder in (self.drafts_folder, self.posts_folder):
            if folder and path.startswith(f"{folder}/"):
                path = path.removeprefix(f"{folder}/")
                break
        return _parsed_name(self.settings.new_post_name, path)

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter with what the name of the file says, which counts more, and the title."""
        named = self._named(path)
        values = {key: value for key, value in metadata.items() if key not in _OVERWRITTEN}
        values |= {key: value for key, value in named.items() if key not in _RESERVED}
        values |= {key: date_in_hexo(values[key]) for key in ("date", "updated") if key in values}
        title = values.get("title")
        if isinstance(title, str) and (self.settings.titlecase or "titlecase" in values):
            wanted = values.get("titlecase", "true" if self.settings.titlecase else "false")
            values["title"] = title_case(title) if is_true(wanted) else title
        return values

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # folders say nothing
        """Return the names of all levels: in a list each is below the one before it, unless it has lists."""
        return union(*([*map(as_text, one)] if isinstance(one, list) else [as_text(one)] for one in _written(metadata)))

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        value = metadata.get("tags") or metadata.get("tag") or []
        return union([as_text(one) for one in (value if isinstance(value, list) else [value])])

    def default_title(self, slug: str) -> str:
        return slug if self.settings.slug_is_title else ""

    def permalink(
        self,
        path: str,
        metadata: Mapping[str, Any],
        at: datetime,
        categories: list[str],  # noqa: ARG002 # of the written ones also the nesting counts
        options: ReadOptions,
    ) -> str:
        own = metadata.get("permalink")
        if isinstance(own, str) and own:
            return finish_address(f"/{own}", self.settings)
        # `source` is the path below the folder of sources, as in Hexo.
        source = path.removeprefix(f"{self.source}/") if self.posts_folder else f"_posts/{path}"
        named = self._named(path)
        values = {"published": "true", **metadata, "source": source, "slug": named["title"]}
        local = at.astimezone(options.zones.site)
        return expand_hexo_permalink(options.permalink, named["title"], local, values, self.settings)


def _written(metadata: Mapping[str, Any]) -> list[Any]:
    """Return the categories as they are written; a text is one, whatever it has in it."""
    value = metadata.get("categories") or metadata.get("category") or []
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=16)  # the name of a post is needed several times
def _parsed_name(rule: str, path: str) -> Mapping[str, str]:
    return parse_post_name(rule, path)


def _excluded(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Return a test for paths that a pattern of `[posts] exclude` matches, or one of their folders, or their name."""
    tidy = [pattern.strip("/") for pattern in patterns]

    def test(path: str) -> bool:
        parts = path.split("/")
        names = [parts[-1], *("/".join(parts[: count + 1]) for count in range(len(parts)))]
        return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in tidy)

    return test if tidy else lambda _: False


def title_case(title: str) -> str:
    """Return a title in the capitals that Hexo's `titlecase` gives it (`to-title-case.js` of the package titlecase)."""

    def shown(match: re.Match[str]) -> str:
        word, start, end = match[0], match.start(), match.end()
        before = title[start - 1 : start]
        is_inside = (before.isspace() or before == "-") and end < len(title) and _SMALL_WORD.fullmatch(word)
        if is_inside and (start < 2 or title[start - 2] != ":") and (title[end] != "-" or before == "-"):
            return word.lower()
        return word if _KEPT_CASE.search(word[1:]) else word[:1].upper() + word[1:]

    return _WORD.sub(shown, title)
