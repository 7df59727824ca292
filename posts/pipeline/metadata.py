"""Read the metadata of a post from its bytes: front matter, dates, terms, addresses, source. The body is not rendered.

Used by `posts.pipeline.extract` for every post that changed. Pure, except for the sizes of local media, which the
caller looks up. It reads the end of the body because a source link there determines the id.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from posts.config.options import ReadOptions
from posts.errors import NO_POST, PostError
from posts.files.stat import digest
from posts.frontmatter import fields
from posts.frontmatter.held_back import HeldBack, find_held_back
from posts.frontmatter.media import parse_image, parse_media
from posts.frontmatter.split import ParsedFile, split_front_matter
from posts.html.urls import resolve_url
from posts.identity import urls as identity
from posts.model import Post, PostMetadata, ReportProblem
from posts.pipeline.addresses import absolute_permalink, valid_authors
from posts.pipeline.post_dates import PostDates
from posts.sites.base import FileName, PostFile, SiteKind
from posts.sites.permalinks import PermalinkError, page_url
from posts.text import plain
from posts.trailer.cut import TrimmedBody, cut_trailer
from posts.trailer.navigation import navigation_test

MARKDOWN = ("md", "markdown", "mkd", "mkdn", "mkdown")
MAX_TERMS = 100
LONGEST_TERM = 200
LONGEST_LANGUAGE = 35  # RFC 5646, section 4.4.1
MAX_LISTED = 20  # authors and media: the time to render them is quadratic
MAX_TITLE = 1000


def read_metadata(
    found: PostFile,
    data: bytes,
    kind: SiteKind,
    options: ReadOptions,
    size: Callable[[str], int],
    report: ReportProblem,
) -> PostMetadata:
    """Return the metadata of a post.

    Args:
        found: The path of the post, and whether it is in a folder of drafts.
        data: The bytes of the file.
        kind: The kind of site.
        options: The reader's options.
        size: Returns the length in bytes of the file at a local address, 0 if there is none.
        report: Called for problems that do not prevent publication.

    Raises:
        PostError: The post cannot be published.
    """
    parsed = split_front_matter(data, report, options.encoding, yaml_only=kind.built_by_jekyll)
    if kind.ignores_key_case:
        parsed.fold_keys(report)
    metadata = kind.with_defaults(found.path, parsed.metadata)
    reader = _MetadataReader(found, kind, options, parsed, metadata, report)
    try:
        return reader.read(size)
    except PostError as error:
        error.held = reader.held.state if reader.held else ""
        if error.code == "no-date" and not parsed.present and kind.chooses_folders and not options.folders:
            error.held = NO_POST
        raise


class _MetadataReader:
    """Hold the state of one post while its metadata are read."""

    def __init__(
        self,
        found: PostFile,
        kind: SiteKind,
        options: ReadOptions,
        parsed: ParsedFile,
        metadata: dict[str, Any],
        report: ReportProblem,
    ) -> None:
        self.found, self.kind, self.options = found, kind, options
        self.parsed, self.metadata, self.report = parsed, metadata, report
        self.named: FileName = kind.parse_file_name(found.path)
        self.held = self._held_back()

    def read(self, size: Callable[[str], int]) -> PostMetadata:
        dates = PostDates(self.kind, self.options, self.named.date, self.metadata, self.parsed.lines, self.report)
        publishes = dates.embargo()
        moment, page_date = dates.published(publishes)
        categories = self.kind.categories(self.found.path, self.metadata)
        tags = self.kind.tags(self.metadata)
        permalink = self._permalink(page_date, categories)
        declared = self._declared_source(permalink)
        tail = cut_tail(self.parsed.body, self.found.path, (*categories, *tags), self.options, declared)
        source = declared or tail.source
        media = parse_media(self.metadata, lambda one: self._media(one, permalink), size, self._report_key)
        updated, expires = dates.optional("updated"), dates.optional("expires")
        post = Post(
            path=self.found.path,
            state=self.held.state if self.held else "published",
            id="",
            title=self._title(),
            date=moment,
            updated=updated if updated and updated > moment else None,
            permalink=permalink,
            source=identity.shown(source) or "" if source else "",
            source_title=self._source_title() or tail.source_title,
            categories=self._terms("categories", categories),
            tags=self._terms("tags", tags),
            authors=self._few("authors", valid_authors(self.metadata, self._report_key)),
            language=plain(fields.first_text(self.metadata, "language")).replace("_", "-")[:LONGEST_LANGUAGE],
            summary=self._summary(tail.body),
            image=parse_image(self.metadata, lambda one: self._media(one, permalink), self._report_key),
            enclosures=self._few("media files", media.enclosures),
            excerpt_only=self.kind.is_excerpt_only(self.metadata),
        )
        return PostMetadata(
            post=post,
            source=self._identifying(source),
            literal=self._literal(),
            body_hash=_hash(tail.body),
            separator=self._separator(only=post.excerpt_only),
            is_own_source=bool(source) and identity.host(source) == _own_host(self.options.site.url),
            kept=len(tail.body) if self.parsed.body.startswith(tail.body) else -1,
            expires=expires.timestamp() if expires else 0.0,
            publishes=publishes.timestamp() if publishes else 0.0,
            reason=self.held.message if self.held else "",
            reason_line=self.parsed.lines.get(self.held.key, 0) if self.held else 0,
            media_pages=self._few("pages with media", media.pages),
        )

    def _summary(self, body: str) -> str:
        own = fields.first_text(self.metadata, "summary")
        return own or ("" if body.strip() else fields.first_text(self.metadata, "deck"))

    def _separator(self, *, only: bool) -> str:
        """Return the separator that ends the excerpt; Jekyll's default if feeds may show nothing but the excerpt."""
        return str(self.metadata.get("excerpt_separator") or self.options.excerpt_separator or ("\n\n" if only else ""))

    def _title(self) -> str:
        title = self.metadata.get("title")
        if title is None:
            title = self.kind.default_title(self.named.slug)
        if not isinstance(title, str):
            self._report_key("title", "bad-title", "`title` is not text and is ignored; write it as text")
            return ""
        text = title[: MAX_TITLE * 4]
        return plain(fields.html_title(text) if self.kind.has_html_titles else text)[:MAX_TITLE]

    def _terms(self, what: str, names: list[str]) -> tuple[str, ...]:
        some = names[: MAX_TERMS * 4]  # limit the work: later names would be dropped anyway
        clean = dict.fromkeys(name for name in (plain(name)[:LONGEST_TERM].strip() for name in some) if name)
        if len(clean) > MAX_TERMS:
            message = f"more than {MAX_TERMS} {what}, only the first {MAX_TERMS} are used; remove the others"
            self._report_key(what, "too-many-terms", message)
        return tuple(clean)[:MAX_TERMS]

    def _report_key(self, key: str, code: str, message: str) -> None:
        self.report(self.parsed.lines.get(key, 0), code, message)

    def _few(self, what: str, found: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(found) > MAX_LISTED:
            message = f"more than {MAX_LISTED} {what}, only the first {MAX_LISTED} are used; remove the others"
            self.report(0, "too-many-parts", message)
        return found[:MAX_LISTED]

    def _held_back(self) -> HeldBack | None:
        if self.found.draft and not self.options.drafts:
            return HeldBack("draft", "", "in a folder of drafts")
        return find_held_back(self.metadata, drafts=self.options.drafts, unpublished=self.options.unpublished)

    def _permalink(self, page_date: Any, categories: list[str]) -> str:
        absolute, metadata = absolute_permalink(self.metadata, self.kind.permalink_keys, self._report_key)
        if absolute:
            return absolute
        try:
            path = self.kind.permalink(self.found.path, metadata, page_date, categories, self.options)
        except PermalinkError as error:
            raise PostError(self.parsed.lines.get("permalink", 0), "bad-permalink", str(error)) from None
        return page_url(self.options.site.url, path)

    def _declared_source(self, permalink: str) -> str:
        """Return the source link of the front matter as written; "" for the post's own page or the home page."""
        own = _own_host(self.options.site.url)
        not_sources = (page_key(permalink), page_key(f"{self.options.site.url}/"))
        for link in fields.http_links(self.metadata, "source"):
            if identity.canonical(link) and page_key(link) not in not_sources:
                return link
        for link in fields.http_links(self.metadata, "link"):
            if identity.host(link) not in (None, own):
                return link
        if written := self._unusable_source():
            self._report_key(written, "bad-address", f"`{written}` is not a valid http(s) link, ignored; correct it")
        return ""

    def _unusable_source(self) -> str:
        """Return the key of a source that looks like a link but is not a valid one."""
        for key in fields.KEYS["source"]:
            value = self.metadata.get(key)
            if isinstance(value, str) and "://" in value[:16] and not identity.canonical(value):
                return key
        return ""

    def _source_title(self) -> str:
        """Return the name of the source: its own key, or a `source` that is a name and not a link."""
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
            literal = identity.literal(value)
            if literal:
                return literal
            if key != "id":  # `id: 7` may have a meaning for the site generator
                self._report_key(key, "bad-id", f"`{key}` is not an absolute IRI or a UUID and is ignored; correct it")
        return ""

    def _media(self, address: str, permalink: str) -> str:
        """Return the address of a media file. Jekyll resolves front matter against the site root (`absolute_url`)."""
        if self.kind.media_root_relative and not address.startswith(("http://", "https://", "//")):
            return resolve_url(f"{self.options.site.url}/{address.lstrip('/')}", permalink, "src")
        return resolve_url(address, permalink, "src")


def _hash(body: str) -> str:
    """Return a hash of the body; "" for an empty body, because two empty bodies say nothing about identity."""
    return digest(body.encode("utf-8", "replace")).hex() if body.strip() else ""


@lru_cache(maxsize=8)
def _own_host(site_url: str) -> str | None:
    return identity.host(site_url)


def is_markdown(path: str) -> bool:
    """Return whether a file is Markdown by its suffix."""
    return path.rpartition(".")[2].lower() in MARKDOWN


def page_key(link: str) -> str:
    """Return a link in a form for comparison: servers answer `/a/` with `/a/index.html`, many `/a` with `/a.html`."""
    page = identity.canonical(link) or ""
    return page.removesuffix("/index.html").removesuffix(".html").rstrip("/")


def cut_tail(body: str, path: str, terms: tuple[str, ...], options: ReadOptions, declared: str = "") -> TrimmedBody:
    """Return the body without its trailing navigation, source link and attribution, and the values found there.

    Args:
        body: The body.
        path: The path of the post.
        terms: The categories and tags of the post.
        options: The reader's options.
        declared: The source in the front matter, or "". A link to anything else remains in the body.
    """
    own, known = _own_host(options.site.url), identity.canonical(declared) if declared else None

    def is_source(link: str) -> bool:
        if identity.host(link) in (None, own):
            return False
        canonical = identity.canonical(link)
        return canonical is not None and identity.identifies(canonical) and known in (None, canonical)

    return cut_trailer(
        body,
        markdown=is_markdown(path),
        is_navigation=navigation_test(options.site.url, tuple(terms)),
        is_source=is_source,
        closing_link=options.closing_link,
    )
