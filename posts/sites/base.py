"""The kinds of sites: where their posts lie, what their configuration says, how their pages are addressed.

A kind is one small file with a class that fulfils `SiteKind`; `recognise` knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from posts.config.options import ReadOptions
from posts.files.walk import Walk
from posts.frontmatter.dates import ParsedDate, Zones
from posts.model import Problem


class PostFile(NamedTuple):
    """A post file: its path below the site, and whether it lies where drafts do."""

    path: str
    draft: bool = False


class FileName(NamedTuple):
    """What a file's name says: its date ("" without one), the slug, and the name without its suffix."""

    date: str
    slug: str
    basename: str


class SiteKind(Protocol):
    """One kind of site. Every method but `files` is pure."""

    renders_liquid: bool
    """Whether bodies are Liquid templates."""

    reads_draft_key: bool
    """Whether `draft: true` in the front matter makes a post a draft."""

    media_root_relative: bool
    """Whether relative media addresses in front matter start at the root of the site, not at the page of the post."""

    chooses_folders: bool
    """Whether `[posts] folders` decides where the posts are, not the site generator."""

    built_by_jekyll: bool
    """Whether `jekyll build` makes the pages of the site, which a scheduled job then runs."""

    private_names: tuple[str, ...]
    """How the names of files begin that no post and no include may read: they may hold secrets."""

    config_files: tuple[str, ...]
    """The files below the site that its own configuration may be in."""

    def fingerprint(self) -> str:
        """Whatever the site's own configuration says that is in no option: what facts depend on besides those."""
        ...

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        """What the site's own configuration says, in the shape of feedmill's: defaults for `[site]` and `[posts]`."""
        ...

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        """What is wrong with options for this very site: (key path, what was expected)."""
        ...

    def files(self, options: ReadOptions, walk: Walk, report: Callable[[Problem], None]) -> Iterator[PostFile]:
        """The post files in no particular order, as the walk through the site finds them."""
        ...

    def parse_file_name(self, path: str) -> FileName:
        """What the file's name says."""
        ...

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """The front matter, completed by the site's defaults for this path."""
        ...

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:
        """The post's categories in their order, as they are written."""
        ...

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        """The post's tags in their order, as they are written."""
        ...

    def default_title(self, slug: str) -> str:
        """The title of a post that gives none, or "" where it is to come from its text."""
        ...

    def page_date(self, parsed: ParsedDate, zones: Zones) -> datetime:
        """The local time that the placeholders of permalinks stand for."""
        ...

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        """The path of the post's page below the site's address; `at` is its `page_date`."""
        ...
