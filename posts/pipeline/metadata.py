"""The bytes of a post to its facts: front matter, dates, terms, addresses, source. No body is rendered here.

Pure, but for the sizes of local media, which it asks for. This runs on every post that changed; the tail of the
body is looked at because a source link at its end makes the id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from posts.config.options import ReadOptions
from posts.errors import PostError
from posts.files.stat import digest
from posts.frontmatter import dates, fields
from posts.frontmatter.scalars import Timestamp
from posts.frontmatter.split import ParsedFile, split_front_matter
from posts.html.urls import resolve_url
from posts.identity import urls as identity
from posts.model import Enclosure, Post, PostMetadata, State
from posts.problems import ReportProblem
from posts.sites.base import FileName, PostFile, SiteKind
from posts.sites.permalinks import PermalinkError, page_url
from posts.text import plain
from posts.trailer.cut import TrimmedBody, cut_trailer
from posts.trailer.navigation import navigation_test

MARKDOWN = ("md", "markdown", "mkd", "mkdn", "mkdown")
MAX_TERMS = 100
LONGEST_TERM = 200
LONGEST_LANGUAGE = 35  # RFC 5646, section 4.4.1
MAX_PARTS = 20  # authors and media: what renders them takes time that grows with their square
MAX_TITLE = 1000


def read(
    found: PostFile,
    data: bytes,
    kind: SiteKind,
    options: ReadOptions,
    size: Callable[[str], int],
    report: ReportProblem,
) -> PostMetadata:
    """The facts of a post.

    Args:
        found: where the post lies.
        data: the file.
        kind: the kind of site.
        options: the reader's options.
        size: the length in bytes of the file behind a local address, 0 where there is none.
        report: takes what is doubtful.

    Raises:
        PostError: the post has to be left out.
    """
    matter = split_front_matter(data, report, options.encoding)
    metadata = kind.with_defaults(found.path, matter.metadata)
    return _Reader(found, kind, options, matter, metadata, report).facts(size)


class _Reader:
    """One post in the making: what the steps below share."""

    def __init__(
        self,
        found: PostFile,
        kind: SiteKind,
        options: ReadOptions,
        matter: ParsedFile,
        metadata: dict[str, Any],
        report: ReportProblem,
    ) -> None:
        self.found, self.kind, self.options = found, kind, options
        self.matter, self.metadata, self.report = matter, metadata, report
        self.named: FileName = kind.parse_file_name(found.path)

    def facts(self, size: Callable[[str], int]) -> PostMetadata:
        moment, page_date = self._date()
        categories = self.kind.categories(self.found.path, self.metadata)
        tags = self.kind.tags(self.metadata)
        permalink = self._permalink(page_date, categories)
        tail = cut_tail(self.matter.body, self.found.path, (*categories, *tags), self.options)
        source = self._source(tail.source)
        updated, expires = self._moment("updated"), self._moment("expires")
        post = Post(
            path=self.found.path,
            state=self._state(),
            id="",
            title=self._title(),
            date=moment,
            updated=updated if updated and updated > moment else None,
            permalink=permalink,
            source=identity.shown(source) or "" if source else "",
            source_title=self._source_title() or tail.source_title,
            categories=self._terms("categories", categories),
            tags=self._terms("tags", tags),
            authors=self._few("authors", fields.parse_authors(self.metadata)),
            language=plain(fields.first_text(self.metadata, "language")).replace("_", "-")[:LONGEST_LANGUAGE],
            summary=fields.first_text(self.metadata, "summary"),
            enclosures=self._few("media files", self._enclosures(permalink, size)),
            excerpt_only=self.kind.is_excerpt_only(self.metadata),
        )
        return PostMetadata(
            post=post,
            source=self._identifying(source),
            literal=self._literal(),
            body_hash=_hash(tail.body),
            separator=self._separator(only=post.excerpt_only),
            is_own_source=bool(source) and identity.host(source) == _own_host(self.options.site.url),
            kept=len(tail.body) if self.matter.body.startswith(tail.body) else -1,
            expires=expires.timestamp() if expires else 0.0,
        )

    def _separator(self, *, only: bool) -> str:
        """Return what ends the excerpt; Jekyll's default if nothing else may be shown."""
        return str(self.metadata.get("excerpt_separator") or self.options.excerpt_separator or ("\n\n" if only else ""))

    def _line(self, key: str) -> int:
        return self.matter.lines.get(key, 0)

    def _date(self) -> tuple[Any, Any]:
        """The moment of the post and the local time for its permalink."""
        zones = self.options.zones
        written = fields.first_text(self.metadata, "date")
        if not written and self.metadata.get("date"):
            self.report(self._line("date"), "bad-date", "`date` is no text: the date of the file's name is taken")
        if written:
            line, is_plain = self._line("date"), isinstance(self.metadata["date"], Timestamp)
            try:
                moment = dates.parse_date(written, zones, plain=is_plain)
            except dates.DateError as error:
                raise PostError(line, "bad-date", str(error)) from None
            if moment.code:
                self.report(line, moment.code, moment.message)
            return moment.at, self.kind.page_date(moment, zones)
        at = dates.parse_file_date(self.named.date, zones)
        if at is None:
            raise PostError(0, "no-date", "neither the front matter nor the file's name gives a date: add `date:`")
        return at, self.kind.page_date(dates.ParsedDate(at), zones)

    def _moment(self, field: str) -> datetime | None:
        """The moment that one of the lesser dates names; it costs no post its place when it is none."""
        written = fields.first_text(self.metadata, field)
        if not written:
            return None
        key = fields.first_key(self.metadata, field)
        is_plain = isinstance(self.metadata[key], Timestamp)
        try:
            return dates.parse_date(written, self.options.zones, plain=is_plain).at
        except dates.DateError as error:
            self.report(self._line(key), "bad-date", f"`{key}` is ignored: {error}")
            return None

    def _title(self) -> str:
        title = self.metadata.get("title")
        if title is None:
            title = self.kind.default_title(self.named.slug)
        if not isinstance(title, str):
            self.report(self._line("title"), "bad-title", "the title is no text: it is taken from the body")
            return ""
        return plain(title[: MAX_TITLE * 4])[:MAX_TITLE]

    def _terms(self, what: str, names: list[str]) -> tuple[str, ...]:
        some = names[: MAX_TERMS * 4]  # among so many nobody misses one that stands behind
        clean = dict.fromkeys(name for name in (plain(name)[:LONGEST_TERM].strip() for name in some) if name)
        if len(clean) > MAX_TERMS:
            self.report(self._line(what), "too-many-terms", f"only the first {MAX_TERMS} {what} count")
        return tuple(clean)[:MAX_TERMS]

    def _enclosures(self, permalink: str, size: Callable[[str], int]) -> tuple[Enclosure, ...]:
        return fields.parse_enclosures(self.metadata, lambda address: self._media(address, permalink), size)

    def _few(self, what: str, found: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(found) > MAX_PARTS:
            self.report(0, "too-many-parts", f"only the first {MAX_PARTS} {what} count")
        return found[:MAX_PARTS]

    def _state(self) -> State:
        if self.found.draft and not self.options.drafts:
            return "draft"
        if self.kind.reads_draft_key and fields.is_true(self.metadata, "draft") and not self.options.drafts:
            return "draft"
        if fields.is_false(self.metadata, "published") and not self.options.unpublished:
            return "unpublished"
        return "published"

    def _permalink(self, page_date: Any, categories: list[str]) -> str:
        try:
            path = self.kind.permalink(self.found.path, self.metadata, page_date, categories, self.options)
        except PermalinkError as error:
            raise PostError(self._line("permalink"), "bad-permalink", str(error)) from None
        return page_url(self.options.site.url, path)

    def _source(self, from_tail: str) -> str:
        """The source link as it is written: the front matter's, else the one at the end of the body."""
        own = _own_host(self.options.site.url)
        for link in fields.http_links(self.metadata, "source"):
            if identity.canonical(link):
                return link
        for link in fields.http_links(self.metadata, "link"):
            if identity.host(link) not in (None, own):
                return link
        if written := self._unusable_source():
            self.report(self._line(written), "bad-address", f"`{written}` is no http(s) link that can be used")
        return from_tail

    def _unusable_source(self) -> str:
        """The key of a source that begins as a link and is none."""
        for key in fields.KEYS["source"]:
            value = self.metadata.get(key)
            if isinstance(value, str) and "://" in value[:16] and not identity.canonical(value):
                return key
        return ""

    def _source_title(self) -> str:
        """The name of the source: its own key, or a `source` that is a name and no link."""
        title = fields.first_text(self.metadata, "source_title") or fields.first_text(self.metadata, "source")
        return "" if not title or "://" in title or title.startswith("//") else plain(title)[:80]

    def _identifying(self, source: str) -> str:
        canonical = identity.canonical(source, self.options.rewrites) if source else None
        return canonical if canonical and identity.identifies(canonical) else ""

    def _literal(self) -> str:
        for key in fields.KEYS["id"]:
            value = self.metadata.get(key)
            if not isinstance(value, str) or not value.strip():
                continue
            given = identity.literal(value)
            if given:
                return given
            if key != "id":  # a plain `id: 7` is the author's own business
                message = f"`{key}` is no absolute IRI or UUID and is not used as the item's id"
                self.report(self._line(key), "bad-id", message)
        return ""

    def _media(self, address: str, permalink: str) -> str:
        """A medium's address; Jekyll's front matter means the site's root, as its `absolute_url` does."""
        try:
            if self.kind.media_root_relative and not address.startswith(("http://", "https://", "//")):
                return resolve_url(f"{self.options.site.url}/{address.lstrip('/')}", permalink, "src")
            return resolve_url(address, permalink, "src")
        except ValueError:
            return ""


def _hash(body: str) -> str:
    """What tells a body from others; "" for an empty one, which is the same as every other empty one."""
    return digest(body.encode("utf-8", "replace")).hex() if body.strip() else ""


@lru_cache(maxsize=8)
def _own_host(site_url: str) -> str | None:
    return identity.host(site_url)


def is_markdown(path: str) -> bool:
    """Whether a post's suffix says that its body is Markdown."""
    return path.rpartition(".")[2].lower() in MARKDOWN


def cut_tail(body: str, path: str, terms: tuple[str, ...], options: ReadOptions) -> TrimmedBody:
    """The body without its trailing navigation, source link and attribution, and what those said."""
    own = _own_host(options.site.url)

    def is_source(link: str) -> bool:
        if identity.host(link) in (None, own):
            return False
        canonical = identity.canonical(link)
        return canonical is not None and identity.identifies(canonical)

    return cut_trailer(
        body,
        markdown=is_markdown(path),
        is_navigation=navigation_test(options.site.url, tuple(terms)),
        is_source=is_source,
    )
