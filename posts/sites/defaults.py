"""Implement `SiteKind` for a site generator without habits of its own: a kind overrides what its generator does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.frontmatter.dates import ParsedDate, Zones
from posts.frontmatter.split import ParsedFile, split_front_matter
from posts.markup.options import MarkdownOptions
from posts.model import ReportProblem
from posts.sites.base import FileName
from posts.sites.engine_feeds import OwnFeeds
from posts.sites.favicons import FAVICONS, find_favicon
from posts.sites.permalinks import permalink_mistakes
from posts.sites.terms import flatten, union
from posts.text import lazy_pattern

_DATED = lazy_pattern(r"(\d{4}-\d{1,2}-\d{1,2})(?:-(.+))?", re.DOTALL)


class SiteDefaults:
    """A site whose posts are Markdown and HTML files with the usual keys of front matter."""

    renders_liquid = False
    ignores_key_case = False
    indents_with_tabs = False
    media_root_relative = False
    chooses_folders = False
    built_by_jekyll = False
    has_html_titles = False
    undated_are_pages = False
    embargo_decides = False
    reads_file_times = False
    rest_suffixes: tuple[str, ...] = ("rst",)
    main_collection = ""
    data_folder = ""
    permalink_keys: tuple[str, ...] = ("permalink", "url")
    private_names: tuple[str, ...] = ()
    config_files: tuple[str, ...] = FAVICONS
    markdown = MarkdownOptions()

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def remark(self) -> str:
        return ""

    def fingerprint(self) -> str:
        return type(self).__name__

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        favicon = find_favicon(self.root)
        return {"site": {"favicon": favicon}} if favicon else {}

    def locate(self, key: str) -> Location | None:  # noqa: ARG002 # there is no other configuration
        return None

    def own_feeds(self) -> OwnFeeds:
        return OwnFeeds()

    def variables(self) -> Mapping[str, Any]:
        return {}

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        return permalink_mistakes(options)

    def is_draft(self, path: str) -> bool:  # noqa: ARG002 # there are no such folders
        return False

    def parse_file_name(self, path: str) -> FileName:
        """Return the parts of the file name; an index file has the name of its folder."""
        folder, _, name = path.rpartition("/")
        basename = name.rpartition(".")[0] or name
        if basename in ("index", "_index") and folder:
            basename = folder.rpartition("/")[2]
        match = _DATED.fullmatch(basename)
        return FileName(match[1], match[2] or basename, basename) if match else FileName("", basename, basename)

    def split(self, path: str, data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:  # noqa: ARG002
        only, tabs = self.built_by_jekyll, self.indents_with_tabs
        return split_front_matter(data, report, encoding, yaml_only=only, tabs=tabs)

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 # there are none
        return metadata

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 # folders say nothing
        return union(named(metadata.get("categories")), named(metadata.get("category")))

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        return union(named(metadata.get("tags")), named(metadata.get("tag")))

    def section(self, path: str, options: ReadOptions) -> str:  # noqa: ARG002 # folders say nothing
        return ""

    def collection(self, path: str) -> str:  # noqa: ARG002 # there are none
        return ""

    def is_excerpt_only(self, metadata: Mapping[str, Any]) -> bool:  # noqa: ARG002 # `[feeds] content` says it
        return False

    def default_title(self, slug: str) -> str:  # noqa: ARG002 # the text has better words than a file name
        return ""

    def page_date(self, parsed: ParsedDate, zones: Zones) -> datetime:  # noqa: ARG002 # the written day counts
        return parsed.at

    def page_path(self, path: str, data: bytes, options: ReadOptions) -> str | None:  # noqa: ARG002 # see the protocol
        return None


def named(value: Any) -> list[str]:
    """Return the names in a list or in a comma-separated text."""
    if isinstance(value, str):
        return [name.strip() for name in re.split(r"[,，]", value) if name.strip()]
    return flatten(value)
