"""Read a Pelican site as Pelican 4 does: `pelicanconf.py` as literals, articles, metadata from paths, addresses.

The names in parentheses are the source files of Pelican that define the behaviour.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import PostError, Problem
from posts.files.walk import Walk
from posts.frontmatter.pelican import HTML, REST, split_pelican
from posts.frontmatter.split import ParsedFile
from posts.markup.slugs import SlugError, expand_pattern, make_slug
from posts.model import ReportProblem
from posts.problems import make_problem
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import PELICAN_FILES
from posts.sites.favicons import FAVICONS
from posts.sites.pelican.config import DEFAULTS, SETTING_OF, read_pelican_config
from posts.sites.pelican.metadata import PathMetadata
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink
from posts.sites.terms import flatten

_SUFFIXES = ("md", "markdown", "mkd", "mdown", *REST, *HTML)
_STATUSES = ("published", "draft", "hidden", "skip")
_MARKS = frozenset("*_`[\\<&")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


class Pelican(SiteDefaults):
    """A Pelican site: a folder with a `pelicanconf.py`."""

    label = "Pelican"
    ignores_key_case = True
    has_html_titles = True
    permalink_keys: tuple[str, ...] = ("url",)
    private_names: tuple[str, ...] = ("pelicanconf.", "publishconf.")

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.config = read_pelican_config(root)
        self.markdown = self.config.markdown()
        self.content = self.config.content
        self.config_files: tuple[str, ...] = (
            *dict.fromkeys((*PELICAN_FILES, *self.config.found.files)),
            *FAVICONS,
        )
        self.reads_file_times = self.config.settings["DEFAULT_DATE"] == "fs"
        self.has_docutils = find_spec("docutils") is not None
        self._slugs = {kind: self.config.slug_rules(kind) for kind in ("SLUG", "CATEGORY", "AUTHOR")}
        self._paths_metadata = PathMetadata(self.config)
        self._in_path = self._paths_metadata.in_path
        readers = self.config.mapping("READERS")
        self._suffixes = frozenset(suffix for suffix in _SUFFIXES if readers.get(suffix, True))

    def fingerprint(self) -> str:
        return repr((sorted(self.config.settings.items()), self.has_docutils))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        site = {
            "url": self.config.text("SITEURL").rstrip("/"),
            "title": self.config.text("SITENAME") if "SITENAME" in self.config.found.values else "",
            "description": self.config.text("SITESUBTITLE"),
            "language": self.config.text("DEFAULT_LANG"),
            "timezone": self.config.text("TIMEZONE"),
            "author": self.config.text("AUTHOR"),
            **super().sections().get("site", {}),
        }
        posts = {"future": bool(self.config.settings["WITH_FUTURE_DATES"])}
        return {"site": {key: value for key, value in site.items() if value}, "posts": posts}

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.pelican.feeds import read_pelican_feeds

        return read_pelican_feeds(self.config)

    def locate(self, key: str) -> Location | None:
        name = SETTING_OF.get(key)
        if not name:
            return None
        file, line = self.config.found.lines.get(name, (PELICAN_FILES[0], 0))
        return Location(file, line, name)

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        found = super().mistakes(options) if options.permalink else []
        if self.content.startswith(("..", "/")) or not (self.root / self.content).is_dir():
            found.append(("posts.folders", f"{self.content} is not a folder of this site; start feedmill above it"))
        return found

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],
        published: Container[str] = frozenset(),  # noqa: ARG002 # all posts are in their folders
    ) -> Iterator[PostFile]:
        for problem in self._unread(options):
            report(problem)
        ignored = self.config.names("IGNORE_FILES")
        excluded = {posixpath.normpath(one) for name in ("ARTICLE_EXCLUDES", "PAGE_PATHS") for one in self._paths(name)}
        output = posixpath.normpath(self.config.text("OUTPUT_PATH") or "output")

        def keeps(base: str, entry: str) -> bool:
            path = f"{base}/{entry}".lstrip("/")
            parts = self._inside(path).split("/")
            folders = {"/".join(parts[:count]) for count in range(1, len(parts))}
            if parts[-1].startswith(".") or parts[-1].rpartition(".")[2] not in self._suffixes:
                return False
            if folders & excluded or f"{path}/".startswith(f"{output}/") or _matches(path, options.exclude):
                return False
            return not any(fnmatch.fnmatchcase(part, pattern) for part in parts for pattern in ignored)

        found: set[str] = set()
        for folder in self._paths("ARTICLE_PATHS"):
            start = posixpath.normpath(posixpath.join(self.content, folder))
            start = "" if start == "." else start
            if (self.root / start).is_file():
                above, _, name = start.rpartition("/")
                found.update(walk.files(above, partial(_is_entry, name)))
            elif (self.root / start).is_dir():
                found.update(walk.files(start, keeps))
        yield from map(PostFile, found)

    def _paths(self, name: str) -> tuple[str, ...]:
        return tuple(path.strip("/") for path in self.config.names(name) if not path.startswith(".."))

    def _inside(self, path: str) -> str:
        """Return a path below the folder of content."""
        return path.removeprefix(f"{self.content}/") if self.content else path

    def _unread(self, options: ReadOptions) -> Iterator[Problem]:
        """Yield a warning for every setting that code computes and that no option of feedmill replaces."""
        titles = {"SITEURL": options.site.url, "SITENAME": options.site.title, "AUTHOR": options.site.authors}
        replaced = {**titles, "DEFAULT_LANG": options.site.language, "ARTICLE_URL": options.permalink}
        for name in sorted(self.config.found.unknown & DEFAULTS.keys()):
            if replaced.get(name) and (
                name != "SITENAME" or options.site.title != options.site.url.partition("://")[2]
            ):
                continue
            file, line = self.config.found.lines[name]
            option = next((key for key, setting in SETTING_OF.items() if setting == name and name != "PATH"), "")
            section, _, key = option.partition(".")
            advice = f"set [{section}] {key} in feedmill.toml" if option else "write it as a literal"
            yield make_problem(file, line, "code-setting", f"{name} is computed by code, which is not run; {advice}")

    def parse_file_name(self, path: str) -> FileName:
        basename = posixpath.splitext(posixpath.basename(path))[0]
        date = self._in_path(self._inside(path)).get("date", "")
        return FileName(date if _DATED.fullmatch(date) else "", basename, basename)

    def split(self, path: str, data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:
        parsed = split_pelican(path, data, report, encoding)
        if path.rpartition(".")[2] in REST and not self.has_docutils:
            message = "reStructuredText needs docutils, which is not installed: `pip install 'feedmill[rst]'`"
            error = PostError(0, "needs-docutils", message)
            error.held = "draft" if str(parsed.metadata.get("status", "")).lower() in _STATUSES[1:] else ""
            raise error
        return parsed

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the metadata over those of the path and the site (`readers.py`, `read_file`).

        Raises:
            PostError: Pelican leaves the post out: it has no title, or a status that does not exist.
        """
        inside = self._inside(path)
        merged = {**self._paths_metadata.defaults(inside, self.root / path), **self._in_path(inside), **metadata}
        status = str(merged.get("status") or "published").strip().lower()
        if status not in _STATUSES:
            message = f"status {status!r:.40} does not exist, so Pelican leaves the post out; use one of " + (
                ", ".join(_STATUSES)
            )
            raise PostError(0, "bad-status", message)
        merged["status"] = status
        if "title" not in merged and status != "skip":
            error = PostError(1, "no-title", "no title, so Pelican leaves the post out; add a line `Title: …`")
            error.held = "draft" if status != "published" else ""
            raise error
        if "summary" in merged:  # other keys with this meaning are not Pelican's
            merged = {key: value for key, value in merged.items() if key not in ("description", "excerpt")}
            if path.rpartition(".")[2] not in (*REST, *HTML) and "summary" in self.config.names("FORMATTED_FIELDS"):
                merged["summary"] = self._formatted(str(merged["summary"]))
        if isinstance(date := merged.get("date"), str):
            merged["date"] = date.replace("_", " ")
        return merged

    def _formatted(self, text: str) -> str:
        """Return the HTML of a value that is Markdown."""
        if _MARKS.isdisjoint(text):
            return text
        from posts.markup.to_html import markup_to_html

        return markup_to_html(text, markdown=True, liquid=None, report=_ignore, options=self.markdown)

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # it is in the metadata
        return flatten(metadata.get("category"))

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        tags = metadata.get("tags")
        if isinstance(tags, str):  # from the path or the settings
            tags = tags.split(";" if ";" in tags else ",")
        return [name for tag in flatten(tags) if (name := tag.strip())]

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        own = metadata.get("url")
        if isinstance(own, str) and own:
            return urljoin(f"{options.site.url}/", own)
        try:
            slug = metadata.get("slug") or self._slug(path, metadata)
            if options.permalink:
                values = PermalinkValues(at, slug, self.parse_file_name(path).basename, self._stem(path), categories)
                return expand_permalink(options.permalink, values)
            fields = self._fields(path, metadata, at, categories)
            default = self.config.text("DEFAULT_LANG").lower()
            pattern = self.config.text("ARTICLE_URL" if fields["lang"] == default else "ARTICLE_LANG_URL")
            return urljoin(f"{options.site.url}/", expand_pattern(pattern, {**fields, "slug": slug}))
        except SlugError as error:
            raise PermalinkError(str(error)) from None
        except (KeyError, ValueError) as error:
            raise PermalinkError(f"ARTICLE_URL has a field without a value: {error}; correct it") from None

    def _slug(self, path: str, metadata: Mapping[str, Any]) -> str:
        from_title = self.config.text("SLUGIFY_SOURCE") == "title"
        source = str(metadata.get("title") or "") if from_title else self.parse_file_name(path).basename
        return make_slug(source, self._slugs["SLUG"])

    def _stem(self, path: str) -> str:
        return posixpath.splitext(self._inside(path))[0]

    def _fields(self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str]) -> dict[str, Any]:
        """Return the values of the fields of ARTICLE_URL (`contents.py`, `url_format`)."""
        authors = flatten(metadata.get("author")) or flatten(metadata.get("authors")) or [self.config.text("AUTHOR")]
        return {
            **metadata,
            "path": str(metadata.get("path") or self._inside(path)),
            "lang": str(metadata.get("lang") or self.config.text("DEFAULT_LANG").lower()),
            "date": at,
            "author": make_slug(authors[0], self._slugs["AUTHOR"]),
            "category": make_slug(categories[0], self._slugs["CATEGORY"]) if categories else "",
        }


def _ignore(*_: object) -> None:
    pass


def _is_entry(name: str, _base: str, entry: str) -> bool:
    return entry == name


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a pattern of `[posts] exclude` matches the path, a folder above it, or the name of the file."""
    parts = path.split("/")
    names = [parts[-1], *("/".join(parts[: count + 1]) for count in range(len(parts)))]
    return any(fnmatch.fnmatchcase(name, pattern.strip("/")) for name in names for pattern in patterns)
