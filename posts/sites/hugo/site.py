"""Read a Hugo site: its pages, with the dates, addresses, languages and terms that Hugo gives them."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import PostError, Problem
from posts.files.git_times import GitTimes, git_files, read_git_times
from posts.files.walk import Walk
from posts.frontmatter.dates import parse_date
from posts.frontmatter.split import split_front_matter
from posts.sites.base import FileName, PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.favicons import FAVICONS, find_favicon
from posts.sites.folder import below_folders
from posts.sites.hugo.branches import Branches, read_branches
from posts.sites.hugo.cascade import Cascade, decode_cascades, with_cascades
from posts.sites.hugo.config import CONFIG_FOLDERS, ROOT_FILES, read_hugo_settings
from posts.sites.hugo.content import ContentPath, parse_content_path
from posts.sites.hugo.defaults import config_sections, locate_key, markdown_options, site_params
from posts.sites.hugo.files import FileFilter, find_pages
from posts.sites.hugo.frontmatter import (
    date_and_slug,
    decode_date_order,
    decode_term_keys,
    terms_of,
    with_build,
    with_dates,
    with_offsets,
    with_params,
)
from posts.sites.hugo.languages import Language, content_mounts, decode_languages
from posts.sites.hugo.paths import PathStyle
from posts.sites.hugo.permalinks import AddressRules, PageValues, decode_address_rules
from posts.sites.permalinks import PermalinkError, PermalinkValues, expand_permalink, permalink_mistakes
from posts.sites.settings_file import is_true, text_of

_NO_DATE = datetime(1, 1, 1, tzinfo=UTC)  # what Hugo has for it


class Hugo(SiteDefaults):
    """A Hugo site: a folder with `hugo.toml` or another of its configurations."""

    label = "Hugo"
    ignores_key_case = True
    undated_are_pages = True
    embargo_decides = True
    permalink_keys: tuple[str, ...] = ("url",)
    private_names: tuple[str, ...] = ROOT_FILES

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.settings, self._files = read_hugo_settings(root)
        self.languages = decode_languages(self.settings)
        self.mounts = content_mounts(root, self.settings, self.languages)
        style = PathStyle(
            is_true(self.settings.get("disablepathtolower")), is_true(self.settings.get("removepathaccents"))
        )
        self._rules = {code: decode_address_rules(one.settings, style) for code, one in self.languages.known.items()}
        self._cascades = {
            code: decode_cascades(one.settings.get("cascade")) for code, one in self.languages.known.items()
        }
        has_git = is_true(self.settings.get("enablegitinfo"))
        self._order = decode_date_order(self.settings, has_git=has_git)
        self._usual_order = decode_date_order({}, has_git=False) == self._order
        self._terms = decode_term_keys(self.settings)
        self.markdown = markdown_options(self.settings)
        self._last: tuple[str, ContentPath | None] = ("", None)

    @property
    def config_files(self) -> tuple[str, ...]:  # type: ignore[override] # found when they are needed
        """Return the configuration, the pages of sections, and the files of git that change with a commit."""
        git = git_files(self.root) if self._order.uses(":git") else ()
        return (*ROOT_FILES, *CONFIG_FOLDERS, *self._files, *self.branches.files, *git, *FAVICONS)

    @cached_property
    def branches(self) -> Branches:
        """Return the pages of sections."""
        return read_branches(self.root, self.mounts, self.languages, self.private_names)

    @cached_property
    def _has_cascades(self) -> bool:
        return self.branches.has_cascades

    @cached_property
    def _git(self) -> Mapping[str, GitTimes]:
        return read_git_times(self.root) if self._order.uses(":git") else {}

    def fingerprint(self) -> str:
        known = tuple(self.languages.known.values())
        languages = [(one.code, one.tag, one.prefix, one.base_url, one.folder, one.zone) for one in known]
        times = sorted(self._git.items()), self._times() if self._order.uses(":filemodtime") else ()
        pages = sorted(self.branches.pages.items())
        return repr(
            (
                *(languages, self.languages.default, self.languages.disabled, self.mounts, self._rules),
                *(self._cascades, self._order, self._terms, pages, self.settings.get("ignorefiles"), times),
            )
        )

    def _times(self) -> list[tuple[str, int]]:
        found = []
        for mount in self.mounts:
            for folder, _, names in os.walk(self.root / mount.source):
                for name in names:
                    path = os.path.join(folder, name)  # noqa: PTH118 # there are many
                    found.append((path, int(os.lstat(path).st_mtime)))
        return sorted(found)

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        sections = config_sections(self.languages, self.settings)
        if favicon := find_favicon(self.root):
            sections["site"].setdefault("favicon", favicon)
        return sections

    def locate(self, key: str) -> Location | None:
        return locate_key(self.root, self._files, key)

    def own_feeds(self) -> OwnFeeds:
        from posts.sites.hugo.feeds import read_hugo_feeds

        return read_hugo_feeds(self.root, self.settings, self.languages)

    def variables(self) -> Mapping[str, Any]:
        return self._variables

    @cached_property
    def _variables(self) -> Mapping[str, Any]:
        return site_params(self.settings)

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        if options.permalink:
            return permalink_mistakes(options)
        example = PageValues(ContentPath("", "a", "b", "b", "single"), "t", "s", datetime(2024, 1, 2, tzinfo=UTC))
        wrong = {}
        for rules in self._rules.values():
            for rule in rules.rules:
                try:
                    rules.expanded(rule.pattern, example)
                except PermalinkError as error:
                    wrong[str(error)] = ("posts.permalink", str(error))
        return list(wrong.values())

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],
        published: Container[str] = frozenset(),  # noqa: ARG002 # all posts are in folders of content
    ) -> Iterator[PostFile]:
        for problem in self.branches.problems:
            report(problem)
        for path in find_pages(self.mounts, self._place, walk, FileFilter(options, self.settings), report):
            yield PostFile(path)

    def _place(self, path: str) -> ContentPath | None:
        if self._last[0] != path:
            self._last = (path, parse_content_path(path, self.mounts, self.languages))
        return self._last[1]

    def _known(self, path: str) -> tuple[ContentPath, Language]:
        place = self._place(path)
        if place is None:
            name = path.rpartition("/")[2].rpartition(".")[0]
            place = ContentPath(self.languages.default, "", name, name, "single")
        return place, self.languages.known[place.language]

    def parse_file_name(self, path: str) -> FileName:
        name = self._known(path)[0].name
        day, slug = date_and_slug(name)
        return FileName(day[:10], slug or name, name)

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter with cascaded values, and with the dates that the configuration chooses.

        Raises:
            PostError: The page of a section above the post cannot be read, so that it is unknown what it cascades.
        """
        place, language = self._known(path)
        merged = with_cascades(metadata, self._cascades_of(place), place)
        if "params" in merged:
            merged = with_params(merged)
        written = merged.get("date")
        if not self._usual_order or not (isinstance(written, str) and written.strip()):
            merged = with_dates(merged, self._order, place.name, lambda source: self._time_of(path, source))
        if language.zone:
            merged = with_offsets(merged, language.zone)
        if "build" in merged or "_build" in merged:
            merged = with_build(merged)
        if len(self.languages.known) > 1:
            merged = merged | {"lang": language.tag}
        if self._terms.authors and "authors" not in merged and self._terms.authors in merged:
            merged = merged | {"authors": merged[self._terms.authors]}
        return merged

    def _cascades_of(self, place: ContentPath) -> Iterator[Cascade]:
        if self._has_cascades:
            for _, page in self.branches.above(place.language, place.folder):
                if page.unreadable:
                    message = f"{page.unreadable} cannot be read, so its cascade is unknown; correct that file"
                    raise PostError(0, "bad-cascade", message)
                yield from page.cascades
        yield from self._cascades[place.language]

    def _time_of(self, path: str, source: str) -> str:
        if source == ":git":
            found = self._git.get(path)
            return found.changed if found else ""
        if source != ":filemodtime":
            return ""
        try:
            seconds = int(os.stat(self.root / path).st_mtime)  # noqa: PTH116 # as for all posts
        except OSError:
            return ""
        return datetime.fromtimestamp(seconds, UTC).isoformat(" ")

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # folders say nothing
        return terms_of(metadata, self._terms.categories)

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        return terms_of(metadata, self._terms.tags)

    def section(self, path: str, options: ReadOptions) -> str:  # noqa: ARG002 # Hugo decides
        return self._known(path)[0].section

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        place, language = self._known(path)
        slug = text_of(metadata, "slug").strip("-")
        if options.permalink:
            folders = options.folders or tuple(mount.source for mount in self.mounts)
            stem = below_folders(path, folders).rpartition(".")[0]
            name = f"/{stem}".removesuffix("/index").strip("/") or stem
            values = PermalinkValues(at, slug or place.name, place.name, name, categories)
            return expand_permalink(text_of(metadata, "url") or options.permalink, values)
        rules: AddressRules = self._rules[place.language]
        title, url = text_of(metadata, "title"), text_of(metadata, "url")
        section, slugs = "", []
        if rules.needs_sections or ":section" in url:
            above = self.branches.above(place.language, place.folder)
            section = next((folder for folder, _ in above if folder), "") or place.section
            slugs = self._slugs(place, section)
        page = PageValues(place, title, slug, at, section, slugs)
        return language.base_url + rules.path_of(page, url, language.prefix)

    def _slugs(self, place: ContentPath, section: str) -> list[str]:
        """Return the slugs of the sections above a page, from the top; without a slug the title, else the name."""
        pages = self.branches.pages
        slugs = []
        for count in range(1, section.count("/") + 2 if section else 1):
            folder = "/".join(section.split("/")[:count])
            known = pages.get((place.language, folder))
            if known or count == 1:
                name = folder.rpartition("/")[2]
                slugs.append((known.slug or known.title if known else "") or name)
        return slugs

    def page_path(self, path: str, data: bytes, options: ReadOptions) -> str | None:
        place = self._place(path)
        if place is None:
            return None
        try:
            parsed = split_front_matter(data, _ignore)
            parsed.fold_keys(_ignore)
            language, rules = self.languages.known[place.language], self._rules[place.language]
            if place.kind in ("branch", "home"):
                url = text_of(parsed.metadata, "url")
                return language.base_url + rules.list_path(place, url, language.prefix)
            metadata = self.with_defaults(path, parsed.metadata)
            try:
                at = parse_date(text_of(metadata, "date"), options.zones).at
            except ValueError:
                at = _NO_DATE
            return self.permalink(path, metadata, at, [], options)
        except (PostError, PermalinkError):
            return None


def _ignore(_line: int, _code: str, _message: str) -> None:
    pass
