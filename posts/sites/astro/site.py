"""Read an Astro site as Astro 5 does: collections of content, the routes of their pages, posts among the pages."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import NO_POST, PostError, Problem
from posts.files.walk import Walk
from posts.frontmatter.dates import ParsedDate, Zones
from posts.markup.js_slugs import github_slug
from posts.markup.options import CmarkOptions, MarkdownOptions
from posts.problems import make_problem
from posts.sites.astro.config import (
    CONSTANTS,
    CONTENT_CONFIGS,
    MARKDOWN,
    Collection,
    find_routes,
    page_files,
    read_astro_config,
)
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import ASTRO_FILES
from posts.sites.favicons import FAVICONS
from posts.sites.globs import glob_test
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink, permalink_mistakes
from posts.text import lazy_pattern

_DATES = ("pubDate", "date", "pubDatetime", "publishDate", "publishedDate", "publishedAt", "published", "created")
_UPDATES = ("updatedDate", "modDatetime", "updatedAt", "modifiedDate")
_POSTS = frozenset(
    ("article", "articles", "blog", "blogs", "journal", "news", "note", "notes", "post", "posts", "writing")
)
_DIGIT = lazy_pattern(r"\D{0,40}\d")  # `published: true` is not a date
_DATED = lazy_pattern(r"(\d{4}-\d{2}-\d{2})[-_](.+)")


class Astro(SiteDefaults):
    """An Astro site: a folder with a configuration of Astro."""

    label = "Astro"
    permalink_keys: tuple[str, ...] = ("permalink",)
    private_names: tuple[str, ...] = ("astro.config",)
    markdown = MarkdownOptions(cmark=CmarkOptions(smart=True), dialect="astro")

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.config = read_astro_config(root)

    @cached_property
    def _routes(self) -> dict[str, str]:
        return find_routes(self.root, self.config)

    @property
    def config_files(self) -> tuple[str, ...]:  # type: ignore[override] # known after the first look
        pages = page_files(self.root, self.config)
        return (*ASTRO_FILES, *CONTENT_CONFIGS, *CONSTANTS, *FAVICONS, *pages)

    def fingerprint(self) -> str:
        return repr(("astro", self.config, sorted(self._routes.items())))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        site: dict[str, Any] = {**super().sections().get("site", {}), **self.config.site}
        if self.config.base:
            site["baseurl"] = f"/{self.config.base}"
        return {"site": site}

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.astro.feeds import read_astro_feeds

        return read_astro_feeds(self.root, self.config)

    def locate(self, key: str) -> Location | None:
        return Location(self.config.file, 0, key.partition(".")[2]) if key in ("site.url", "site.baseurl") else None

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        return permalink_mistakes(options)

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],
        published: Container[str] = frozenset(),  # noqa: ARG002 # pages are told from posts by their dates
    ) -> Iterator[PostFile]:
        for key in self.config.unknown:
            message = f"`{key}` is computed by code, which is not run; write it as a text, or set it in feedmill.toml"
            report(make_problem(self.config.file, 0, "code-setting", message))
        excluded = tuple(f"{one.strip('/')}/" for one in options.exclude)
        folders = tuple(f"{one.strip('/').removeprefix('./')}/" for one in options.folders)
        found: set[str] = set()

        def wanted(path: str) -> bool:
            is_markdown = path.rpartition(".")[2].lower() in MARKDOWN
            chosen = not folders or path.startswith(folders)
            return is_markdown and chosen and not f"{path}/".startswith(excluded)

        for collection in self.config.collections:
            matches = _pattern_test(collection)

            def keeps(base: str, entry: str, matches: Callable[[str], bool] = matches) -> bool:
                return wanted(f"{base}/{entry}") and matches(entry)

            found |= {*walk.files(collection.folder, keeps)}
        if (self.root / self.config.pages).is_dir():
            found |= {*walk.files(self.config.pages, lambda base, entry: wanted(f"{base}/{entry}") and _shown(entry))}
        yield from map(PostFile, found)

    def _collection(self, path: str) -> Collection | None:
        fits = [one for one in self.config.collections if path.startswith(f"{one.folder}/")]
        return max(fits, key=lambda one: len(one.folder), default=None)

    def _id(self, path: str, metadata: Mapping[str, Any]) -> str:
        """Return the id of an entry as Astro's loader `glob` makes it; for a page its path below the pages."""
        collection = self._collection(path)
        if collection is None:
            return path.removeprefix(f"{self.config.pages}/").rpartition(".")[0]
        slug = metadata.get("slug")
        if isinstance(slug, str) and slug.strip():
            return slug.strip()
        stem = path.removeprefix(f"{collection.folder}/").rpartition(".")[0]
        return "/".join(map(github_slug, stem.split("/"))).removesuffix("/index")

    def parse_file_name(self, path: str) -> FileName:
        """Return the slug; the date at the beginning of a name counts where the front matter has none."""
        stem = path.rpartition(".")[0]
        name = posixpath.basename(stem.removesuffix("/index"))
        dated = _DATED.fullmatch(name)
        return FileName(dated[1] if dated else "", name, posixpath.basename(stem))

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter with the keys of feedmill for those that Astro's themes have.

        Raises:
            PostError: It is a page of the site, or an entry of a collection without dates.
        """
        found = dict(metadata)
        date = next(
            (found[key] for key in _DATES if isinstance(found.get(key), str) and _DIGIT.match(found[key])), None
        )
        for key in (*_DATES, "pubdate"):
            if key != "date" and (key != "published" or date == found.get(key)):
                found.pop(key, None)
        if date is not None:
            found["date"] = date
        update = next((found[key] for key in _UPDATES if isinstance(found.get(key), str)), None)
        if update is not None:
            found.setdefault("updated", update)
        if image := _picture(found):
            found.setdefault("image", image)
        collection = self._collection(path)
        if date is None and not self.parse_file_name(path).date and (not collection or collection.name not in _POSTS):
            error = PostError(0, "no-date", "a page without a date is not a post")
            error.held = NO_POST
            raise error
        return found

    def section(self, path: str, options: ReadOptions) -> str:  # noqa: ARG002 # collections are sections
        return self.collection(path)

    def collection(self, path: str) -> str:
        collection = self._collection(path)
        return collection.name if collection else ""

    def page_date(self, parsed: ParsedDate, zones: Zones) -> datetime:
        return parsed.at.astimezone(zones.site)

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        """Return the address of the page: of the route of the collection, unless `[posts] permalink` is set."""
        ident, collection = self._id(path, metadata), self._collection(path)
        if options.permalink and collection:
            slug = posixpath.basename(ident)
            return expand_permalink(options.permalink, PermalinkValues(at, slug, slug, ident, categories))
        if collection is None:
            return self._page(f"/{ident}".removesuffix("/index") or "/")
        route = self._routes.get(collection.name)
        if route is None:
            raise PermalinkError(
                f"no page in {self.config.pages} shows which addresses the collection {collection.name!r} has; set"
                f' [posts] permalink, such as "/{collection.name}/:path/"'
            )
        return self._page(route.replace(":path", ident).rstrip("/") or "/")

    def _page(self, path: str) -> str:
        if path == "/":
            return path
        if self.config.is_file:
            return f"{path}.html" if self.config.trailing_slash != "never" else path
        return path if self.config.trailing_slash == "never" else f"{path}/"


def _shown(entry: str) -> bool:
    """Return whether a file is a page: what begins with an underscore is not one."""
    return not any(part.startswith("_") for part in entry.split("/"))


def _pattern_test(collection: Collection) -> Callable[[str], bool]:
    wanted = [one for one in collection.patterns if not one.startswith("!")]
    others = [one[1:] for one in collection.patterns if one.startswith("!")]
    if not wanted:
        return _shown  # a collection without a loader leaves out what begins with an underscore
    matches, excluded = glob_test(wanted), glob_test(others)
    return lambda entry: bool(matches(entry)) and not excluded(entry)


def _picture(metadata: Mapping[str, Any]) -> str:
    """Return the address of the picture of a post, "" for one that Astro gives another address."""
    for key in ("heroImage", "image", "cover", "ogImage", "coverImage"):
        value = metadata.get(key)
        address = (value.get("src") or value.get("url")) if isinstance(value, Mapping) else value
        if isinstance(address, str) and address.startswith(("/", "https://", "http://")):
            return address
    return ""
