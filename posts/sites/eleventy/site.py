"""Read an Eleventy site as Eleventy 3 does: directories, data cascade, permalinks, dates, collections."""

from __future__ import annotations

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
from posts.markup.options import CmarkOptions, MarkdownOptions
from posts.markup.template_values import UnknownExpressionError, expand_outputs, variables_of
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults, named
from posts.sites.eleventy.code import computed_by_code
from posts.sites.eleventy.config import PACKAGE, begins_with, read_eleventy_config
from posts.sites.eleventy.data_files import DataFile, DataFiles, merge, site_file
from posts.sites.eleventy.global_data import GlobalData, site_settings
from posts.sites.eleventy.paths import (
    below_input,
    default_address,
    file_path_stem,
    file_slug,
    ignore_test,
    page_address,
)
from posts.sites.eleventy.times import FILE_TIMES, FileTimes
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import ELEVENTY_FILES
from posts.sites.favicons import FAVICONS
from posts.sites.js_literals import UNKNOWN
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink, permalink_mistakes
from posts.sites.settings_file import is_false, is_true
from posts.sites.terms import union
from posts.text import lazy_pattern

# Collections that say what a template is, not what it is about, as in Eleventy's own starter.
PLUMBING = frozenset(("all", "nav", "post", "posts"))
_POSTS = frozenset(("post", "posts", "blog", "article", "articles", "note", "notes"))
_DATE = lazy_pattern(r"\d{4}-\d{2}-\d{2}")
_OTHER_OUTPUT = lazy_pattern(r"\.(?:atom|css|csv|ics|js|json|rss|svg|te?xt|webmanifest|xml|xsl)\s*\Z")
_COMPUTED = "eleventyComputed"
_CASCADE = "\0cascade permalink"  # what no front matter can have as a key


class Eleventy(SiteDefaults):
    """An Eleventy site: a folder with a configuration of Eleventy, or with its package."""

    label = "Eleventy"
    permalink_keys: tuple[str, ...] = ("permalink",)
    private_names: tuple[str, ...] = (".eleventy", "eleventy.config")

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.config = read_eleventy_config(root)
        self.data_folder = self.config.data
        self._code: list[str] = []
        self.markdown = MarkdownOptions(
            cmark=CmarkOptions(extensions=("table", "strikethrough")),
            dialect="eleventy" if self.config.templated else "",
        )

    @cached_property
    def data(self) -> DataFiles:
        return DataFiles(self.root, self.config)

    @cached_property
    def globals(self) -> GlobalData:
        return GlobalData(self.root, self.config)

    @cached_property
    def _site(self) -> DataFile | None:
        return site_file(self.root, self.config)

    @cached_property
    def _times(self) -> FileTimes:
        everywhere = any(str(file.values.get("date", "")).lower() in FILE_TIMES for file in self.data.all())
        return FileTimes(self.root, everywhere=everywhere)

    @property
    def config_files(self) -> tuple[str, ...]:  # type: ignore[override] # known after the first walk
        ignored = tuple(dict.fromkeys((".eleventyignore", ".gitignore", f"{self.config.input}/.eleventyignore")))
        files = (*(file.path for file in self.data.all()), *self.globals.files, *self._times.files, *self._code)
        # A new file changes the folder that it is in.
        folders = {self.config.data, *(path.rpartition("/")[0] for path in self.globals.files)} - {""}
        return (*ELEVENTY_FILES, PACKAGE, *(one.lstrip("/") for one in ignored), *FAVICONS, *files, *sorted(folders))

    def fingerprint(self) -> str:
        files = [(file.path, file.values, file.is_computed) for file in self.data.all()]
        return repr(("eleventy", self.config, files, self.globals.fingerprint(), self._times.fingerprint()))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        site = {**super().sections().get("site", {})}
        if self._site:
            site |= site_settings(self._site.values)
        if self.config.path_prefix:
            site["baseurl"] = f"/{self.config.path_prefix}"
        return {"site": site}

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.eleventy.feeds import read_eleventy_feeds

        return read_eleventy_feeds(self.root, self.config)

    def locate(self, key: str) -> Location | None:
        if key == "site.baseurl" and self.config.path_prefix:
            return Location(self.config.file, 0, "pathPrefix")
        return Location(self._site.path, 0, key.partition(".")[2]) if self._site and key.startswith("site.") else None

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        wrong, root = permalink_mistakes(options), self.root.resolve()
        for folder in options.folders:
            path = (root / folder).resolve()
            if not path.is_dir() or not path.is_relative_to(root):
                wrong.append(("posts.folders", f"no such folder in the site: {folder!r}; correct it"))
        return wrong

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],
        published: Container[str] = frozenset(),  # noqa: ARG002 # pages are told from posts by their dates
    ) -> Iterator[PostFile]:
        for problem in computed_by_code(self.config, self.data, known=bool(options.permalink)):
            report(problem)
        ignored = ignore_test(self.root, self.config)
        left_out = tuple(f"{one}/" for one in (*self.config.includes, self.config.data, self.config.output) if one)
        excluded = tuple(f"{one.strip('/')}/" for one in options.exclude)

        def keeps(base: str, entry: str) -> bool:
            path = f"{base}/{entry}".lstrip("/")
            if entry.rpartition(".")[2] not in self.config.formats or path.startswith(left_out):
                return False
            if "node_modules" in path.split("/") or any(part.startswith(".") for part in path.split("/")):
                return False
            if ignored(path) or f"{path}/".startswith(excluded):
                return False
            return path.endswith(".md") or not self._is_code(path)

        folders = [folder.strip("/").removeprefix("./").strip(".") for folder in options.folders]
        paths = {path for folder in folders or [self.config.input] for path in walk.files(folder, keeps)}
        yield from map(PostFile, paths)

    def _is_code(self, path: str) -> bool:
        """Return whether the front matter of a template is JavaScript, as that of lists of posts often is."""
        if not begins_with(self.root / path, (b"---js", b"---javascript")):
            return False
        self._code.append(path)
        return True

    def parse_file_name(self, path: str) -> FileName:
        """Return the first date in the path, as Eleventy takes it, and the slug of the template."""
        stem = below_input(path, self.config)
        date = _DATE.search(path)
        return FileName(date[0] if date else "", file_slug(stem), stem.rpartition("/")[2])

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter over the data of the folders that the template is in.

        Raises:
            PostError: The template is a page of the site and not a post, or its date is not known.
        """
        cascade: dict[str, Any] = {}
        for file in self.data.of(path):
            cascade = merge(cascade, file.values)
        own = metadata.get("permalink")
        merged = merge(cascade, metadata) if cascade else merge({}, metadata)
        computed = merged.get(_COMPUTED)
        if isinstance(computed, Mapping):
            merged = {**merged, **self._computed(path, merged, computed)}
            own = computed.get("permalink", own)
        permalink = merged.pop("permalink", self.config.permalink or None)
        if isinstance(permalink, Mapping):
            permalink = permalink.get("build")
        if own is None and permalink is not None:
            merged[_CASCADE] = permalink
        elif permalink is not None:
            merged["permalink"] = permalink
        self._expect_post(path, merged, permalink)
        return {key: value for key, value in merged.items() if value is not UNKNOWN or key == _CASCADE}

    def _expect_post(self, path: str, merged: dict[str, Any], permalink: Any) -> None:
        is_page = is_false(permalink) or "pagination" in merged
        if isinstance(permalink, str) and _OTHER_OUTPUT.search(permalink):
            is_page = True
        date = merged.get("date")
        if isinstance(date, str) and date.lower() in FILE_TIMES:
            found = "" if is_page else self._times.of(path, date)
            if found:
                merged["date"] = found
            elif not is_page:
                message = f"`date: {date}` is not known: git has no commit of the file; commit it, or write the date"
                raise PostError(0, "no-date", message)
        is_dated = bool(merged.get("date")) or bool(_DATE.search(path))
        stem = below_input(path, self.config)
        among_posts = _POSTS & {*named(merged.get("tags")), *stem.split("/")[:-1]} and file_slug(stem) not in _POSTS
        if is_page or not (is_dated or among_posts):
            error = PostError(0, "no-date", "a page without a date is not a post")
            error.held = NO_POST
            raise error

    def _computed(self, path: str, merged: Mapping[str, Any], computed: Mapping[str, Any]) -> dict[str, Any]:
        """Return the computed data whose templates can be read; permalinks are expanded later."""
        found = {}
        for key, value in computed.items():
            if key == "permalink" or not isinstance(value, str):
                found[key] = value
                continue
            try:
                found[key] = expand_outputs(value, self._values(path, merged, None))
            except UnknownExpressionError:
                continue
        return found

    def _values(self, path: str, metadata: Mapping[str, Any], at: datetime | None) -> Callable[[str], Any]:
        stem = below_input(path, self.config)
        page = {
            "fileSlug": file_slug(stem),
            "filePathStem": file_path_stem(stem),
            "inputPath": f"./{path}",
            "outputFileExtension": "html",
            "templateSyntax": path.rpartition(".")[2],
            **({"date": at} if at else {}),
        }
        unknown = [key for key, value in metadata.items() if value is UNKNOWN]
        own = {key: value for key, value in metadata.items() if value is not UNKNOWN}
        return variables_of(({"page": page}, own, self.globals), (*unknown, *self.globals.unknown))

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # folders say nothing
        return union(named(metadata.get("categories")), named(metadata.get("category")))

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        return [name for name in named(metadata.get("tags")) if name not in PLUMBING]

    def section(self, path: str, options: ReadOptions) -> str:  # noqa: ARG002 # the input folder counts
        first, slash, _ = below_input(path, self.config).partition("/")
        return first if slash else ""

    def collection(self, path: str) -> str:
        """Return the first tag that data files give to a post."""
        for file in self.data.of(path):
            if tags := named(file.values.get("tags")):
                return tags[0]
        return ""

    def page_date(self, parsed: ParsedDate, zones: Zones) -> datetime:
        """Return the date for permalinks: in the site's zone, where sites are built in UTC unless it is configured."""
        return parsed.at.astimezone(zones.site)

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        """Return the front matter's permalink, else `[posts] permalink`, that of the data files, or Eleventy's own."""
        stem = below_input(path, self.config)
        written = metadata.get("permalink")
        if not written and options.permalink:
            slug = str(metadata.get("slug") or file_slug(stem))
            parts = PermalinkValues(at, slug, stem.rpartition("/")[2], file_path_stem(stem)[1:], categories)
            return expand_permalink(options.permalink, parts)
        written = written or metadata.get(_CASCADE)
        if written is UNKNOWN:
            raise PermalinkError("the permalink is computed by code, which is not run; set [posts] permalink")
        if not isinstance(written, str) or not written:
            return default_address(stem)
        if is_true(metadata.get("dynamicPermalink", "true")):
            try:
                written = expand_outputs(written, self._values(path, metadata, at))
            except UnknownExpressionError as error:
                message = f"`permalink` has {str(error)!r:.80}, whose value is not known; set [posts] permalink"
                raise PermalinkError(message) from None
        return page_address(written)
