"""Read a Zola site as its documentation describes it: pages, dates, languages, taxonomies, addresses.

https://www.getzola.org/documentation/content/page/, https://www.getzola.org/documentation/getting-started/configuration/
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import PostError, Problem
from posts.files.walk import Walk
from posts.frontmatter.split import split_front_matter
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import ZOLA_FILES
from posts.sites.favicons import FAVICONS, find_favicon
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink
from posts.sites.settings_file import is_false, locate_setting, read_settings, text_of
from posts.sites.terms import flatten
from posts.sites.zola.config import CONTENT, ZolaConfig, decode_zola_config, zola_slug
from posts.text import lazy_pattern

# A date with an optional time and a separator; a file that has only a date keeps it as its slug.
_DATED = lazy_pattern(
    r"(?P<day>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))"
    r"(?P<time>T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?"
    r"(?:\s?[_-](?P<slug>.+))?.*"
)
_NO_DATE = datetime(1, 1, 1, tzinfo=UTC)
_COUNTERPARTS: Mapping[str, tuple[str, ...]] = {
    "site.url": ("base_url",),
    "site.title": ("title",),
    "site.description": ("description",),
    "site.language": ("default_language",),
    "site.author": ("author",),
}


class Zola(SiteDefaults):
    """A Zola site: a folder with `zola.toml`, or with a `config.toml` that has `base_url`."""

    label = "Zola"
    undated_are_pages = True
    permalink_keys: tuple[str, ...] = ()
    private_names: tuple[str, ...] = ("zola.", "config.")
    config_files: tuple[str, ...] = (*ZOLA_FILES, *FAVICONS)

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.file = next((root / name for name in ZOLA_FILES if (root / name).is_file()), None)
        self.settings: Mapping[str, Any] = read_settings(self.file) if self.file else {}
        self.config: ZolaConfig = decode_zola_config(self.settings)
        self.markdown = self.config.markdown

    def fingerprint(self) -> str:
        return repr(("zola", self.config))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        favicon = find_favicon(self.root) or find_favicon(self.root / "static")
        site = {
            "url": text_of(self.settings, "base_url").rstrip("/"),
            "title": text_of(self.settings, "title"),
            "description": text_of(self.settings, "description"),
            "language": self.config.language,
            "author": text_of(self.settings, "author"),
            "favicon": favicon,
        }
        return {"site": {k: v for k, v in site.items() if v}, "posts": {"excerpt_separator": "<!-- more -->"}}

    def locate(self, key: str) -> Location | None:
        names = _COUNTERPARTS.get(key)
        return locate_setting(self.file, names) if names and self.file else None

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.zola.feeds import read_zola_feeds

        return read_zola_feeds(self.root, self.settings, self.config, self.file.name if self.file else "")

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],  # noqa: ARG002
        published: Container[str] = frozenset(),  # noqa: ARG002 # all posts are in the folder of content
    ) -> Iterator[PostFile]:
        exclude = [pattern.strip("/") for pattern in options.exclude]
        folders = tuple(f"{folder.strip('/')}/" for folder in options.folders if folder.strip("./"))

        def keeps(base: str, entry: str) -> bool:
            path, name = f"{base}/{entry}", entry.rpartition("/")[2]
            if not name.endswith(".md") or name.startswith(".") or name.split(".")[0] == "_index":
                return False
            if self.config.ignores(entry) or (folders and not path.startswith(folders)):
                return False
            return not any(fnmatch.fnmatchcase(one, pattern) for one in (path, name) for pattern in exclude)

        yield from map(PostFile, walk.files(CONTENT, keeps))

    def _name(self, path: str) -> tuple[str, str]:
        """Return the name of a page without its language and suffix, and its language."""
        stem = path.rpartition("/")[2].removesuffix(".md")
        name, dot, code = stem.partition(".")
        if not dot or not self.config.languages or (code != self.config.language and code not in self.config.languages):
            return stem, self.config.language
        # The code of the default language stays a part of the name.
        return (stem if code == self.config.language else name), code

    def _named(self, path: str) -> str:
        """Return the name that the slug is made from: of the folder for an `index.md`, else of the file."""
        name = self._name(path)[0]
        folder = path.rpartition("/")[0].removeprefix(CONTENT).strip("/")
        return folder.rpartition("/")[2] if name == "index" and folder else name

    def parse_file_name(self, path: str) -> FileName:
        name = self._named(path)
        match = _DATED.fullmatch(name)
        if not match:
            return FileName("", name, name)
        keeps = self.config.keeps_dates or not match["slug"]
        return FileName(match["day"], name if keeps else match["slug"], name)

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter with the terms of its taxonomies, its language, and the time in the file name."""
        terms = metadata.get("taxonomies")
        found: dict[str, Any] = {}
        if isinstance(terms, Mapping):
            found |= {key: terms[key] for key in ("categories", "tags", "authors") if key in terms}
        if self.config.languages:
            found["lang"] = self._name(path)[1]
        match = _DATED.fullmatch(self._named(path))
        if match and match["time"] and "date" not in metadata:
            found["date"] = match["day"] + match["time"]
        if is_false(metadata.get("render")):
            found["published"] = "false"  # there is no page to link to
        return metadata | found if found else metadata

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # folders say nothing
        return flatten(metadata.get("categories"))

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        return flatten(metadata.get("tags"))

    def section(self, path: str, options: ReadOptions) -> str:  # noqa: ARG002 # the folder of content is fixed
        return next(iter(self._components(path)), "")

    def _components(self, path: str) -> list[str]:
        """Return the folders of a page: those above the folder of an `index.md`."""
        folders = path.removeprefix(f"{CONTENT}/").split("/")[:-1]
        is_bundle = path.rpartition("/")[2].split(".")[0] == "index"
        return folders[:-1] if is_bundle and folders else folders

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        named = self.parse_file_name(path)
        if options.permalink:
            stem = "/".join((*self._components(path), self._named(path)))
            slug = text_of(metadata, "slug") or named.slug
            return expand_permalink(options.permalink, PermalinkValues(at, slug, named.basename, stem, categories))
        own = text_of(metadata, "path")
        if own:
            return f"/{own.strip('/')}/" if own.strip("/") else "/"
        components, (name, language) = self._components(path), self._name(path)
        slug = zola_slug(text_of(metadata, "slug") or named.slug, self.config.paths)
        if name == "index" and path.count("/") == 1:  # of the folder of content itself
            slug = ""
        prefix = [language] if language != self.config.language else []
        return "/" + "".join(f"{part}/" for part in (*prefix, *components, slug) if part)

    def page_path(self, path: str, data: bytes, options: ReadOptions) -> str | None:
        if not path.startswith(f"{CONTENT}/") or not path.endswith(".md"):
            return None
        try:
            metadata = self.with_defaults(path, split_front_matter(data, lambda *_: None).metadata)
            if path.rpartition("/")[2].split(".")[0] != "_index":
                return self.permalink(path, metadata, _NO_DATE, [], options)
        except (PostError, PermalinkError):
            return None
        language = self._name(path)[1]
        prefix = [language] if language != self.config.language else []
        folders = path.removeprefix(f"{CONTENT}/").split("/")[:-1]
        own = text_of(metadata, "path").strip("/")
        return "/" + "".join(f"{part}/" for part in (*prefix, *([own] if own else folders)))
