"""Read a Jekyll site as Jekyll 4.3 does: `_config.yml`, `_posts`, front matter defaults, categories, permalinks.

The names in parentheses are the source files of Jekyll that define the behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.files.walk import Walk
from posts.frontmatter.dates import ParsedDate, Zones
from posts.problems import make_problem
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import JEKYLL_FILES
from posts.sites.favicons import FAVICONS, find_favicon
from posts.sites.jekyll.collections import POSTS, is_wanted, read_collections
from posts.sites.jekyll.config import CNAME, DefaultsScope, config_file, config_sections, host_url, read_config
from posts.sites.jekyll.data import Author, as_person, author_files, read_authors, with_authors
from posts.sites.jekyll.entries import EntryFilter
from posts.sites.jekyll.markdown import markdown_options
from posts.sites.jekyll.variables import harmless_values
from posts.sites.permalinks import PermalinkValues, expand_permalink
from posts.sites.terms import flatten, union
from posts.text import lazy_pattern

_DATED = lazy_pattern(r"(\d{2,4}-\d{1,2}-\d{1,2})-(.*)(\.[^.]+)", re.DOTALL)
_DOCUMENTS = frozenset(("markdown", "mkdown", "mkdn", "mkd", "md", "html", "htm", "xhtml"))


class Jekyll(SiteDefaults):
    """A Jekyll site: a folder with a `_config.yml`, or with `_posts`."""

    label = "Jekyll"
    renders_liquid = True
    has_html_titles = True
    media_root_relative = True
    built_by_jekyll = True
    permalink_keys: tuple[str, ...] = ("permalink",)
    private_names: tuple[str, ...] = ("_config.",)
    main_collection = POSTS

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.config = read_config(root)
        self.markdown = markdown_options(self.config)
        self.collections = read_collections(self.config)
        self.scopes = {POSTS: DefaultsScope.all(self.config)}
        self.scopes |= {label: DefaultsScope.all(self.config, (label,)) for label in self.collections}
        # By the collection and which of its scopes apply.
        self._defaults: dict[tuple[str, tuple[bool, ...]], tuple[dict[str, Any], list[str]]] = {}
        self.collections_dir = str(self.config.get("collections_dir") or "").strip("/")
        folder = self.config.get("data_dir")
        self.data_folder = (folder.strip("/") if isinstance(folder, str) else "") or "_data"
        self.config_files: tuple[str, ...] = (*JEKYLL_FILES, CNAME, *author_files(self.data_folder), *FAVICONS)

    @cached_property
    def _author_data(self) -> tuple[dict[str, Author], list[Problem]]:
        problems: list[Problem] = []
        return read_authors(self.root, self.data_folder, problems.append), problems

    def fingerprint(self) -> str:
        own = (self.scopes, self.collections_dir, self.collections)
        return repr((*own, self._author_data[0], self.is_excerpt_only({})))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        sections = config_sections(self.config)
        site = sections["site"]
        if isinstance(author := site.get("author"), str) and (known := self._author_data[0].get(author)):
            site["author"] = as_person(author, known)
        if "favicon" not in site and (favicon := find_favicon(self.root)):
            site["favicon"] = favicon
        # As jekyll-github-metadata does it.
        if "url" not in site and (url := host_url(self.root)[0]):
            site["url"] = url
        return sections

    def locate(self, key: str) -> Location | None:
        if key == "site.url" and "url" not in config_sections(self.config)["site"]:
            url, line = host_url(self.root)
            if url:
                return Location(CNAME, line, "")
        from posts.sites.jekyll.keys import locate_key

        return locate_key(self.root, key)

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.jekyll.feed import read_jekyll_feed

        gemfile, config = self.root / "Gemfile", config_file(self.root)
        text = gemfile.read_text("utf-8", "replace") if gemfile.is_file() else ""
        return read_jekyll_feed(self.config, text, config.name if config else "_config.yml")

    def variables(self) -> Mapping[str, Any]:
        return self._variables

    @cached_property
    def _variables(self) -> Mapping[str, Any]:
        return harmless_values(self.config)

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],
        published: Container[str] = frozenset(),  # noqa: ARG002 # all posts are in their folders
    ) -> Iterator[PostFile]:
        for problem in self._author_data[1]:
            report(problem)
        filters = EntryFilter(options)
        start = self.collections_dir
        for folder in [start, *walk.folders(start, filters.keeps)]:
            for name, draft in (("_posts", False), ("_drafts", True)):
                inside = f"{folder}/{name}".lstrip("/")
                for path in walk.files(inside, filters.keeps):
                    if draft or self._is_dated(path, report):
                        yield PostFile(path, draft)
        for label in self.collections if options.collections else ():
            if is_wanted(label, options.collections):
                inside = f"{start}/_{label}".lstrip("/")
                for path in walk.files(inside, filters.keeps):
                    if path.rpartition(".")[2].lower() in _DOCUMENTS:
                        yield PostFile(path)

    def _is_dated(self, path: str, report: Callable[[Problem], None]) -> bool:
        if _DATED.fullmatch(path.rpartition("/")[2]):
            return True
        message = "file name does not begin with a date, so Jekyll ignores it; rename it to 2021-12-31-name.md"
        report(make_problem(path, 0, "file-name", message))
        return False

    def is_draft(self, path: str) -> bool:
        return next((name for name in path.split("/") if name in ("_posts", "_drafts")), "") == "_drafts"

    def parse_file_name(self, path: str) -> FileName:
        return _parse_name(path.rpartition("/")[2])

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter with the defaults of all matching scopes, the most specific last.

        The rule is in `frontmatter_defaults.rb`.
        """
        relative, label = self._relative(path), self.collection(path)
        scopes = self.scopes[label]
        applies = label, tuple([scope.applies(relative) for scope in scopes])
        if applies not in self._defaults:
            self._defaults[applies] = _merge_scopes(scopes, relative)
        values, categories = self._defaults[applies]
        merged = values | metadata if values else metadata
        if categories:
            merged["categories"] = union(categories, _plural(metadata.get("categories")))
        authors = self._author_data[0]
        for key in ("author", "authors") if authors else ():
            if key in merged:
                merged = merged | {key: with_authors(merged[key], authors)}
        return merged

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:
        """Return the folders above `_posts`, then `categories`, then `category` (`document.rb`, `utils.rb`)."""
        folders = _folders_above(self._relative(path).rpartition("/")[0]) if self.collection(path) == POSTS else ()
        names = _plural(metadata["categories"]) if "categories" in metadata else []
        return union(folders, names, flatten(metadata["category"]) if "category" in metadata else ())

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        if "tag" in metadata:
            return union(flatten(metadata["tag"]))
        return union(_plural(metadata["tags"])) if "tags" in metadata else []

    def collection(self, path: str) -> str:
        first = self._relative(path).partition("/")[0][1:] if self.collections else ""
        return first if first in self.collections else POSTS

    def is_excerpt_only(self, metadata: Mapping[str, Any]) -> bool:
        """Return the post's `feed.excerpt_only`, else the site's, as the template of jekyll-feed does."""
        for feed in (metadata.get("feed"), self.config.get("feed")):
            if isinstance(feed, Mapping) and str(feed.get("excerpt_only") or "").lower() not in (
                "",
                "false",
                "null",
                "~",
            ):
                return True
        return False

    def default_title(self, slug: str) -> str:
        return " ".join(word.capitalize() for word in slug.split("-"))

    def page_date(self, parsed: ParsedDate, zones: Zones) -> datetime:
        """Return the date as Jekyll reads it, in the site's zone, so that permalinks are those of its pages."""
        return (parsed.in_jekyll or parsed.at).astimezone(zones.site)

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        named = self.parse_file_name(path)
        suffix = path.rpartition(".")[2].lower()
        own = metadata.get("permalink")
        collection = self.collections.get(self.collection(path))
        default = collection.permalink if collection else options.permalink or "date"
        template = own if isinstance(own, str) and own else default
        parts = PermalinkValues(
            at=at,
            slug=str(metadata.get("slug") or named.slug),
            basename=named.basename,
            path=self._path_inside(path, collection.label if collection else POSTS) if ":path" in template else "",
            categories=categories,
            output_ext=f".{suffix}" if suffix in ("htm", "xhtml") else ".html",
            collection=collection.label if collection else POSTS,
        )
        return expand_permalink(template, parts)

    def _path_inside(self, path: str, collection: str) -> str:
        """Return the path below `_posts` or the folder of another collection, without the suffix."""
        relative, folder = self._relative(path), f"_{collection}"
        inside = relative[: relative.rfind(".")].partition(folder)[2] if folder in relative else relative
        return inside.rstrip(".")

    def _relative(self, path: str) -> str:
        return path.removeprefix(f"{self.collections_dir}/") if self.collections_dir else path


def _merge_scopes(scopes: Iterable[DefaultsScope], relative: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values of the scopes that apply to a path, and their categories, which are not overridden."""
    merged: dict[str, Any] = {}
    categories: list[str] = []
    for scope in DefaultsScope.matching(scopes, relative):
        categories = union(_plural(scope.values.get("categories")), categories)
        merged |= scope.values
    return merged, categories


@lru_cache(maxsize=16)  # the name of a post is needed twice
def _parse_name(name: str) -> FileName:
    basename = name.rpartition(".")[0] or name
    match = _DATED.fullmatch(name)
    date, slug = (match[1], match[2]) if match else ("", basename)
    return FileName(date, slug.rstrip("."), basename)


@lru_cache(maxsize=256)  # many posts are in the same folder
def _folders_above(folder: str) -> tuple[str, ...]:
    """Return the names of the folders above `_posts` or `_drafts`, for a folder below the collections of the site."""
    above = re.split(r"_posts|_drafts", folder, maxsplit=1)[0]
    return tuple(name for name in above.split("/") if name)


def _plural(value: Any) -> list[str]:
    """Return the texts of a value: a string is split at white space, a list stays as it is."""
    return value.split() if isinstance(value, str) else flatten(value)
