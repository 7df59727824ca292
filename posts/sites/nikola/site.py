"""Read a Nikola site as Nikola 8 does: `conf.py` as literals, posts and their translations, metadata, addresses."""

from __future__ import annotations

import fnmatch
import os
import posixpath
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import PostError, Problem
from posts.files.read import read
from posts.files.walk import Walk
from posts.frontmatter.decode import decode_text
from posts.frontmatter.nikola import split_nikola
from posts.frontmatter.split import ParsedFile
from posts.markup.nikola import SLUGS
from posts.markup.slugs import SlugError, make_slug
from posts.model import ReportProblem
from posts.problems import make_problem
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults, named
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.evidence import NIKOLA_FILE
from posts.sites.favicons import FAVICONS
from posts.sites.nikola.config import DEFAULTS, SETTING_OF_OPTION, PostFolder, read_nikola_config
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_META = ".meta"
_TEASERS = {"rest": ".. TEASER_END", "markdown": "<!-- TEASER_END -->", "html": "<!-- TEASER_END -->"}


class Nikola(SiteDefaults):
    """A Nikola site: a folder with a `conf.py` that has Nikola's settings."""

    label = "Nikola"
    permalink_keys: tuple[str, ...] = ()
    private_names: tuple[str, ...] = ("conf.",)

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.config = read_nikola_config(root)
        self.markdown = self.config.markdown()
        self.folders = self.config.post_folders()
        self.suffixes = self.config.suffixes()
        self.rest_suffixes = tuple(suffix for suffix, compiler in self.suffixes.items() if compiler == "rest")
        self.has_docutils = find_spec("docutils") is not None
        self._default = self.config.language
        self._languages = self.config.translations()
        self._translated = self.config.translated_name()
        self._companions = dict(self._find_companions())
        self.config_files: tuple[str, ...] = (*self.config.found.files, *self._companions, *FAVICONS)

    def _find_companions(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the files that other posts depend on, with size and time: metadata, and what has translations."""
        for folder in dict.fromkeys(one.folder for one in self.folders):
            for above, _, names in os.walk(self.root / folder):
                below = Path(above).relative_to(self.root).as_posix()
                paths = {posixpath.normpath(f"{below}/{name}") for name in names}
                originals = {self._original(path)[0] for path in paths if self._original(path)[1] != self._default}
                for path in sorted(paths):
                    if path.endswith(_META) or path in originals:
                        found = (self.root / path).lstat()
                        yield path, (found.st_size, found.st_mtime_ns)

    def _original(self, path: str) -> tuple[str, str]:
        """Return the path of a post in the default language, and the language of the post."""
        match = self._translated.fullmatch(path)
        return (f"{match['path']}.{match['ext']}", match["lang"]) if match else (path, self._default)

    def fingerprint(self) -> str:
        settings = {name: value for name, value in self.config.settings.items() if name != "COMPILERS"}
        return repr((sorted(settings.items()), self.suffixes, self.has_docutils, sorted(self._companions.items())))

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        site = {
            "url": self.config.text("SITE_URL").rstrip("/"),
            "title": self.config.text("BLOG_TITLE"),
            "description": self.config.text("BLOG_DESCRIPTION"),
            "language": self.config.language,
            "timezone": self.config.text("TIMEZONE"),
            "author": self.config.text("BLOG_AUTHOR"),
            **super().sections().get("site", {}),
        }
        posts = {"future": bool(self.config.settings["FUTURE_IS_NOW"])}
        return {"site": {key: value for key, value in site.items() if value}, "posts": posts}

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.nikola.feeds import read_nikola_feeds

        return read_nikola_feeds(self.config)

    def locate(self, key: str) -> Location | None:
        name = SETTING_OF_OPTION.get(key)
        if not name:
            return None
        file, line = self.config.found.lines.get(name, (NIKOLA_FILE, 0))
        return Location(file, line, name)

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        found = super().mistakes(options) if options.permalink else []
        if "POSTS" in self.config.found.unknown:
            found.append(("posts.folders", "is computed by code, which is not run; write it as a literal"))
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
        found: set[str] = set()
        for folder in self.folders:

            def keeps(_base: str, entry: str, folder: PostFolder = folder) -> bool:
                name = posixpath.basename(self._original(entry)[0])
                hidden = any(part.startswith(".") for part in entry.split("/"))
                return not hidden and not name.endswith(_META) and fnmatch.fnmatchcase(name, folder.pattern)

            if (self.root / folder.folder).is_dir():
                found.update(walk.files(folder.folder, keeps))
        for path in sorted(found):
            if self._compiler(path):
                yield PostFile(path)
            else:
                suffix = path.rpartition(".")[2]
                message = f".{suffix} is a format that feedmill does not read; convert it to Markdown or HTML"
                report(make_problem(path, 0, "front-matter-format", message))

    def _compiler(self, path: str) -> str:
        return self.suffixes.get(self._original(path)[0].rpartition(".")[2], "")

    def _unread(self, options: ReadOptions) -> Iterator[Problem]:
        """Yield a warning for every setting that code computes and that no option of feedmill replaces."""
        replaced = {"SITE_URL", *(("BLOG_AUTHOR",) if options.site.authors else ())}
        if options.site.title != options.site.url.partition("://")[2]:
            replaced.add("BLOG_TITLE")
        for name in sorted((self.config.found.unknown & DEFAULTS.keys()) - replaced):
            file, line = self.config.found.lines[name]
            option = next((key for key, setting in SETTING_OF_OPTION.items() if setting == name), "")
            section, _, key = option.partition(".")
            advice = f"set [{section}] {key} in feedmill.toml" if option else "write it as a literal"
            yield make_problem(file, line, "code-setting", f"{name} is computed by code, which is not run; {advice}")

    def parse_file_name(self, path: str) -> FileName:
        basename = posixpath.splitext(posixpath.basename(self._original(path)[0]))[0]
        return FileName("", basename, basename)

    def split(self, path: str, data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:
        """Return front matter and body; what a translation does not say comes from the post in the default language."""
        original, language = self._original(path)
        parsed = self._with_meta_file(path, data, report, encoding)
        if language != self._default:
            parsed.metadata.setdefault("lang", language)
            if (base := self._read(original)) is not None:
                inherited = self._with_meta_file(original, base, _ignore, encoding)
                parsed.metadata = {**inherited.metadata, **parsed.metadata}
        if self._compiler(path) == "rest" and not self.has_docutils:
            message = "reStructuredText needs docutils, which is not installed: `pip install 'feedmill[rst]'`"
            raise PostError(0, "needs-docutils", message)
        return parsed

    def _with_meta_file(self, path: str, data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:
        """Return front matter and body; where a `.meta` file has the metadata, the whole post is the body."""
        original, language = self._original(path)
        stem = posixpath.splitext(original)[0]
        own = self.config.translated_path(stem, "meta", language) if language != self._default else f"{stem}{_META}"
        name = next((name for name in (own, f"{stem}{_META}") if name in self._companions), "")
        metadata = self._read(name) if name else None
        if metadata is None:
            return split_nikola(data, report, encoding)
        return ParsedFile(
            decode_text(data, report, encoding), 1, True, split_nikola(metadata, report, encoding).metadata, {}
        )

    def _read(self, path: str) -> bytes | None:
        """Return the bytes of a file beside a post; None if there is none. It is read like a post."""
        try:
            return read(self.root, path, self.private_names)[1]
        except (OSError, PostError):
            return None

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the metadata, with Nikola's keys as feedmill's.

        Drafts and private posts are marked by their status, and on sites with `USE_TAG_METADATA` by a tag.
        """
        merged = {"title": self.parse_file_name(path).basename, **metadata}
        tags = [tag.lower() for tag in named(metadata.get("tags"))]
        special = next((word for word in ("draft", "private") if word in tags), "")
        if special and self.config.settings["USE_TAG_METADATA"]:
            merged["status"] = special
        if "previewimage" in metadata:
            merged.setdefault("image", metadata["previewimage"])
        merged.setdefault("excerpt_separator", _TEASERS.get(self._compiler(path), ""))
        return merged

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # folders say nothing
        category = metadata.get("category") or metadata.get("section")
        return [category] if isinstance(category, str) and category else []

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        special = ("draft", "private", "mathjax") if self.config.settings["USE_TAG_METADATA"] else ()
        return [tag for tag in named(metadata.get("tags")) if tag.lower() not in special[:2]]

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        original, language = self._original(path)
        named_file = self.parse_file_name(path)
        try:
            slug = str(metadata.get("slug") or make_slug(named_file.basename, SLUGS))
        except SlugError as error:
            raise PermalinkError(str(error)) from None
        if options.permalink:
            stem = posixpath.splitext(original)[0]
            return expand_permalink(options.permalink, PermalinkValues(at, slug, named_file.basename, stem, categories))
        spec = next((one for one in self.folders if self._is_in(original, one)), None)
        below = posixpath.dirname(original)[len(spec.folder) :].strip("/") if spec else ""
        parts = [self._languages.get(language, ""), spec.page_folder(language) if spec else "", below, slug]
        page = posixpath.normpath("/" + "/".join(part for part in parts if part not in ("", ".")))
        written = str(metadata.get("pretty_url") or "").lower()
        pretty = self.config.settings["PRETTY_URLS"] and slug != "index"
        pretty = True if written in _TRUE else False if written in _FALSE else pretty
        index = self.config.text("INDEX_FILE") or "index.html"
        page += f"/{index}" if pretty and index == "index.html" else "/index.html" if pretty else ".html"
        strips = self.config.settings["STRIP_INDEXES"] and page.endswith(f"/{index}")
        return page.removesuffix(index) if strips else page

    @staticmethod
    def _is_in(path: str, spec: PostFolder) -> bool:
        is_below = path.startswith(f"{spec.folder}/") if spec.folder else True
        return is_below and fnmatch.fnmatchcase(posixpath.basename(path), spec.pattern)


def _ignore(*_: object) -> None:
    pass
