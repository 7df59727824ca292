"""Scan a post: read whether, when and where it is published, from its front matter and its file name. Pure.

Used by `posts.pipeline.scanner` for every post that changed. What can leave a post out of all feeds is known after
this; `posts.pipeline.load` reads the rest, for the posts that feeds show.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from posts.config.options import ReadOptions
from posts.errors import NO_POST, PostError
from posts.files.stat import digest
from posts.frontmatter import fields
from posts.frontmatter.held_back import HeldBack, find_held_back
from posts.frontmatter.split import ParsedFile
from posts.identity import urls as identity
from posts.model import Head, Post, ReportProblem
from posts.pipeline.addresses import absolute_permalink, valid_authors
from posts.pipeline.post_dates import PostDates
from posts.sites.base import FileName, PostFile, SiteKind
from posts.sites.permalinks import PermalinkError, page_url
from posts.text import plain

MAX_TERMS = 100
LONGEST_TERM = 200
LONGEST_LANGUAGE = 35  # RFC 5646, section 4.4.1
MAX_LISTED = 20  # authors and media: the time to render them is quadratic
MAX_TITLE = 1000


def parse_post(data: bytes, kind: SiteKind, options: ReadOptions, report: ReportProblem, path: str = "") -> ParsedFile:
    """Return the front matter and the body of a post file, keys as its site generator compares them.

    Args:
        data: The bytes of the file.
        kind: The kind of site.
        options: The reader's options.
        report: Called for problems that do not prevent publication.
        path: The path of the post below the site.

    Raises:
        PostError: The front matter cannot be read.
    """
    parsed = kind.split(path, data, report, options.encoding)
    if kind.ignores_key_case:
        parsed.fold_keys(report)
    return parsed


def scan_post(found: PostFile, data: bytes, kind: SiteKind, options: ReadOptions, report: ReportProblem) -> Head:
    """Return the head of a post.

    Args:
        found: The path of the post, and whether it is in a folder of drafts.
        data: The bytes of the file.
        kind: The kind of site.
        options: The reader's options.
        report: Called for problems that do not prevent publication.

    Raises:
        PostError: The post cannot be published.
    """
    parsed = parse_post(data, kind, options, report, found.path)
    metadata = kind.with_defaults(found.path, parsed.metadata)
    named, held = kind.parse_file_name(found.path), _held_back(found, metadata, options)
    try:
        return _Scan(kind, options, parsed, metadata, report, found, named, held).head()
    except PostError as error:
        error.held = held.state if held else ""
        is_bare = not parsed.present and _may_be_no_post(found.path, kind, options)
        if error.code == "no-date" and (is_bare or (kind.undated_are_pages and error.held != "draft")):
            error.held = NO_POST
        raise


def _may_be_no_post(path: str, kind: SiteKind, options: ReadOptions) -> bool:
    """Return whether a file without front matter is not a post, as in a plain folder or a collection of Jekyll's."""
    if kind.chooses_folders:
        return not options.folders
    return bool(kind.main_collection) and kind.collection(path) != kind.main_collection


class FrontMatter(Struct):
    """The front matter of one post, and what reading it needs.

    Attributes:
        metadata: The front matter with the defaults of the site for this path.
    """

    kind: SiteKind
    options: ReadOptions
    parsed: ParsedFile
    metadata: dict[str, Any]
    report: ReportProblem

    def report_key(self, key: str, code: str, message: str) -> None:
        """Report a problem with the line of a key."""
        self.report(self.parsed.lines.get(key, 0), code, message)


class _Scan(FrontMatter):
    """Read the head of one post."""

    found: PostFile
    named: FileName
    held: HeldBack | None

    def head(self) -> Head:
        dates = PostDates(self.kind, self.options, self.named.date, self.metadata, self.parsed.lines, self.report)
        publishes = dates.embargo()
        moment, page_date = dates.published(publishes)
        categories = self.kind.categories(self.found.path, self.metadata)
        expires = dates.optional("expires")
        post = Post(
            path=self.found.path,
            state=self.held.state if self.held else "published",
            id="",
            title=self._title(),
            date=moment,
            permalink=self._permalink(page_date, categories),
            categories=self._terms("categories", categories),
            tags=self._terms("tags", self.kind.tags(self.metadata)),
            authors=few("authors", valid_authors(self.metadata, self.report_key), self.report),
            language=self._language(),
            section=self.kind.section(self.found.path, self.options),
            collection=self.kind.collection(self.found.path),
        )
        return Head(
            post=post,
            literal=self._literal(),
            body=hash_of(self.parsed.body, self.parsed.encoded),
            expires=expires.timestamp() if expires else 0.0,
            publishes=publishes.timestamp() if publishes else 0.0,
            reason=self.held.message if self.held else "",
            is_early=self.kind.embargo_decides and publishes is not None,
            reason_line=self.parsed.lines.get(self.held.key, 0) if self.held else 0,
        )

    def _title(self) -> str:
        title = self.metadata.get("title")
        if title is None:
            title = self.kind.default_title(self.named.slug)
        if not isinstance(title, str):
            self.report_key("title", "bad-title", "`title` is not text and is ignored; write it as text")
            return ""
        text = title[: MAX_TITLE * 4]
        return plain(fields.html_title(text) if self.kind.has_html_titles else text)[:MAX_TITLE]

    def _language(self) -> str:
        written = fields.first_text(self.metadata, "language")
        return plain(written).replace("_", "-")[:LONGEST_LANGUAGE] if written else ""

    def _terms(self, what: str, names: list[str]) -> tuple[str, ...]:
        if not names:
            return ()
        some = names[: MAX_TERMS * 4]  # limit the work: later names would be dropped anyway
        clean = dict.fromkeys([_clean_term(name) if len(name) <= LONGEST_TERM else _cut_term(name) for name in some])
        clean.pop("", None)
        if len(clean) > MAX_TERMS:
            message = f"more than {MAX_TERMS} {what}, only the first {MAX_TERMS} are used; remove the others"
            self.report_key(what, "too-many-terms", message)
        return tuple(clean)[:MAX_TERMS]

    def _permalink(self, page_date: Any, categories: list[str]) -> str:
        metadata: Mapping[str, Any] = self.metadata
        if not metadata.keys().isdisjoint(self.kind.permalink_keys):
            absolute, metadata = absolute_permalink(metadata, self.kind.permalink_keys, self.report_key)
            if absolute:
                return absolute
        try:
            path = self.kind.permalink(self.found.path, metadata, page_date, categories, self.options)
        except PermalinkError as error:
            raise PostError(self.parsed.lines.get("permalink", 0), "bad-permalink", str(error)) from None
        return page_url(self.options.site.url, path)

    def _literal(self) -> str:
        for key in fields.KEYS["id"]:
            value = self.metadata.get(key)
            if not isinstance(value, str) or not value.strip():
                continue
            literal = identity.literal(value)
            if literal:
                return literal
            if key != "id":  # `id: 7` may have a meaning for the site generator
                self.report_key(key, "bad-id", f"`{key}` is not an absolute IRI or a UUID and is ignored; correct it")
        return ""


def _held_back(found: PostFile, metadata: Mapping[str, Any], options: ReadOptions) -> HeldBack | None:
    if found.draft and not options.drafts:
        return HeldBack("draft", "", "in a folder of drafts")
    return find_held_back(metadata, drafts=options.drafts, unpublished=options.unpublished)


def _cut_term(name: str) -> str:
    return plain(name)[:LONGEST_TERM].strip()


_clean_term = lru_cache(maxsize=1024)(_cut_term)  # many posts have the same terms


def few(what: str, found: tuple[Any, ...], report: ReportProblem) -> tuple[Any, ...]:
    """Return the first 20 of some values, and report it if there are more."""
    if len(found) > MAX_LISTED:
        message = f"more than {MAX_LISTED} {what}, only the first {MAX_LISTED} are used; remove the others"
        report(0, "too-many-parts", message)
    return found[:MAX_LISTED]


def hash_of(body: str, encoded: bytes | None = None) -> str:
    """Return a hash of a body; "" for a blank one, because two blank bodies say nothing about identity.

    Args:
        body: The body.
        encoded: The body in UTF-8, if that is known.
    """
    if not body or body.isspace():
        return ""
    return digest(body.encode("utf-8", "replace") if encoded is None else encoded).hex()
