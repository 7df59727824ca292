"""Define the interface of a site kind: its post folders, its configuration, the addresses of its pages.

A kind is one module with a class that implements `SiteKind`; `posts.sites.detect` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from posts.config.key_path import Location
from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.files.walk import Walk
from posts.frontmatter.dates import ParsedDate, Zones
from posts.frontmatter.split import ParsedFile
from posts.markup.options import MarkdownOptions
from posts.model import ReportProblem
from posts.sites.engine_feeds import OwnFeeds


class PostFile(NamedTuple):
    """A post file: its path below the site, and whether it is in a folder of drafts."""

    path: str
    draft: bool = False


class FileName(NamedTuple):
    """The parts of a file name: the date ("" if there is none), the slug, and the name without its suffix."""

    date: str
    slug: str
    basename: str


class SiteKind(Protocol):
    """A kind of site. Every method except `files` is pure."""

    label: str
    """The name of the site generator, for messages."""

    renders_liquid: bool
    """Whether bodies are Liquid templates."""

    ignores_key_case: bool
    """Whether the keys of front matter are case-insensitive, as in Hugo and Pelican."""

    indents_with_tabs: bool
    """Whether tabs may indent the YAML of front matter, as in Hexo."""

    media_root_relative: bool
    """Whether relative media addresses in front matter start at the root of the site, not at the page of the post."""

    chooses_folders: bool
    """Whether `[posts] folders` decides where the posts are, not the site generator."""

    built_by_jekyll: bool
    """Whether `jekyll build` makes the pages of the site, which a scheduled job then runs."""

    undated_are_pages: bool
    """Whether a file without a date is a page such as "About", not a post with a mistake."""

    embargo_decides: bool
    """Whether the date until which a post is held back decides alone when it appears, as in Hugo."""

    permalink_keys: tuple[str, ...]
    """The keys of the front matter that give the address of a post's page, in order of precedence."""

    reads_file_times: bool
    """Whether metadata depend on when a file was last changed."""

    rest_suffixes: tuple[str, ...]
    """The suffixes of files in reStructuredText."""

    has_html_titles: bool
    """Whether titles are HTML, as on the site's own pages."""

    markdown: MarkdownOptions
    """How the site renders Markdown."""

    private_names: tuple[str, ...]
    """The prefixes of names of files that no post and no include may read, because they may hold secrets."""

    config_files: tuple[str, ...]
    """The configuration and data files of the site generator that feedmill reads, as paths relative to the site."""

    main_collection: str
    """The collection that feeds show unless they ask for another one, "" if they show the posts of all."""

    @property
    def remark(self) -> str:
        """Return what the first run says of the site generator's configuration, "" if there is nothing to say."""
        ...

    @property
    def data_folder(self) -> str:
        """Return the folder of data files that Liquid sees as `site.data`, "" if there is none."""
        ...

    def fingerprint(self) -> str:
        """Return the part of the site's own configuration that metadata depends on and that is not an option."""
        ...

    def sections(self) -> Mapping[str, Mapping[str, Any]]:
        """Return defaults for `[site]` and `[posts]` from the site's own configuration."""
        ...

    def locate(self, key: str) -> Location | None:
        """Return where the site's own configuration sets a key path of `feedmill.toml`, for messages.

        Returns:
            None if there is no such key or no such file; line 0 if the file does not set the key.
        """
        ...

    def own_feeds(self) -> OwnFeeds:
        """Return the feeds that the site generator itself makes, as its settings say."""
        ...

    def variables(self) -> Mapping[str, Any]:
        """Return what Liquid sees as `site`: values of the site's own configuration that are not secret."""
        ...

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        """Return the options that are wrong for this site: (key path, message)."""
        ...

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],
        published: Container[str] = frozenset(),
    ) -> Iterator[PostFile]:
        """Yield the post files of the site, in no particular order.

        Args:
            options: The reader's options.
            walk: The walk through the site.
            report: Called for every problem.
            published: The paths of posts that are published; these are posts even if their names are excluded.
        """
        ...

    def is_draft(self, path: str) -> bool:
        """Return whether a post file is in a folder of drafts."""
        ...

    def parse_file_name(self, path: str) -> FileName:
        """Return the parts of the file name."""
        ...

    def split(self, path: str, data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:
        """Return the front matter and the body of a post file.

        Args:
            path: The path of the post.
            data: The bytes of the file.
            report: Called for problems that do not prevent publication.
            encoding: The encoding of files that are not UTF-8.

        Raises:
            PostError: The front matter cannot be read.
        """
        ...

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter, completed by the defaults of the site for this path.

        Raises:
            PostError: The site generator leaves the post out.
        """
        ...

    def categories(self, path: str, metadata: Mapping[str, Any]) -> list[str]:
        """Return the categories of a post in their order, as written."""
        ...

    def tags(self, metadata: Mapping[str, Any]) -> list[str]:
        """Return the tags of a post in their order, as written."""
        ...

    def section(self, path: str, options: ReadOptions) -> str:
        """Return the section of a post, which its folder says; "" if it is in none."""
        ...

    def collection(self, path: str) -> str:
        """Return the collection that a post is in, "" if the site generator has none."""
        ...

    def is_excerpt_only(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether feeds show only the excerpt of a post."""
        ...

    def default_title(self, slug: str) -> str:
        """Return the title of a post without one, or "" if it comes from the text of the post."""
        ...

    def page_date(self, parsed: ParsedDate, zones: Zones) -> datetime:
        """Return the local time for the placeholders of permalinks."""
        ...

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        """Return the path of the page of a post below the address of the site.

        Args:
            path: The path of the post below the site.
            metadata: The front matter.
            at: The time for placeholders (`page_date`).
            categories: The categories of the post.
            options: The reader's options.

        Raises:
            PermalinkError: The permalink cannot be expanded.
        """
        ...

    def page_path(self, path: str, data: bytes, options: ReadOptions) -> str | None:
        """Return the path below the address of the site of a page that need not be a post; None if it is unknown.

        Args:
            path: The path of its file below the site.
            data: The bytes of the file.
            options: The reader's options.
        """
        ...
