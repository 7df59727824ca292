"""Load a post: read everything that its item shows, from its file, except the rendered body. Pure.

Used by `posts.pipeline.render` for the posts that feeds show, and for posts that may be one article. The sizes of
local media are looked up by the caller. It reads the end of the body because a source link there determines the id.
"""

from __future__ import annotations

from functools import lru_cache, partial

from msgspec import field

from posts.config.options import ReadOptions
from posts.frontmatter import fields
from posts.frontmatter.media import LocalMedia, parse_image, parse_media
from posts.frontmatter.split import ParsedFile
from posts.html.urls import resolve_url
from posts.identity import urls as identity
from posts.model import Discussion, Enclosure, Episode, Head, PostMetadata, ReportProblem
from posts.pipeline.post_dates import PostDates
from posts.pipeline.scan import FrontMatter, few, hash_of
from posts.sites.base import SiteKind
from posts.text import plain
from posts.trailer.cut import TrimmedBody, cut_trailer
from posts.trailer.navigation import navigation_test

MARKDOWN = ("md", "markdown", "mdx", "mkd", "mkdn", "mkdown", "mdown", "mdwn", "mdtxt", "mdtext")


def load_post(
    head: Head,
    parsed: ParsedFile,
    kind: SiteKind,
    options: ReadOptions,
    files: LocalMedia,
    report: ReportProblem,
) -> PostMetadata:
    """Return a post with everything that its file says of it.

    Args:
        head: What the scan found in the same bytes.
        parsed: The front matter and the body (`posts.pipeline.scan.parse_post`).
        kind: The kind of site.
        options: The reader's options.
        files: Looks up local media files.
        report: Called for problems that the scan has not reported.
    """
    metadata = kind.with_defaults(head.post.path, parsed.metadata)
    return _Loading(kind, options, parsed, metadata, report, head).read(files)


class _Loading(FrontMatter):
    """Load one post. `written` has the addresses in its front matter as written, by their absolute forms."""

    head: Head
    written: dict[str, str] = field(default_factory=dict)

    def read(self, files: LocalMedia) -> PostMetadata:
        post = self.head.post
        dates = PostDates(self.kind, self.options, "", self.metadata, self.parsed.lines, self.report)
        declared = self._declared_source(post.permalink)
        terms = (*self.kind.categories(post.path, self.metadata), *self.kind.tags(self.metadata))
        tail = cut_tail(self.parsed.body, post.path, terms, self.options, declared)
        source = declared or tail.source
        absolute = partial(self._noted, permalink=post.permalink)
        media = parse_media(self.metadata, absolute, files.size, self.report_key)
        enclosures, episode = self._episode(media.enclosures, files, post.permalink)
        updated = dates.optional("updated")
        loaded = post._replace(
            updated=updated if updated and updated > post.date else None,
            source=identity.shown(source) or "" if source else "",
            source_title=self._source_title() or tail.source_title,
            summary=self._summary(tail.body),
            image=parse_image(self.metadata, absolute, self.report_key),
            enclosures=few("media files", enclosures, self.report),
            excerpt_only=self.kind.is_excerpt_only(self.metadata),
            episode=episode,
            discussion=self._discussion() if self.options.comments else None,
        )
        return PostMetadata(
            post=loaded,
            source=self._identifying(source),
            literal=self.head.literal,
            body_hash=hash_of(tail.body),
            separator=self._separator(only=loaded.excerpt_only),
            is_own_source=bool(source) and identity.host(source) == _own_host(self.options.site.url),
            kept=len(tail.body) if self.parsed.body.startswith(tail.body) else -1,
            media_pages=few("pages with media", media.pages, self.report),
        )

    def _summary(self, body: str) -> str:
        own = fields.first_text(self.metadata, "summary")
        return own or ("" if body.strip() else fields.first_text(self.metadata, "deck"))

    def _separator(self, *, only: bool) -> str:
        """Return the separator that ends the excerpt; Jekyll's default if feeds may show nothing but the excerpt."""
        return str(self.metadata.get("excerpt_separator") or self.options.excerpt_separator or ("\n\n" if only else ""))

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
            self.report_key(written, "bad-address", f"`{written}` is not a valid http(s) link, ignored; correct it")
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

    def _episode(
        self, enclosures: tuple[Enclosure, ...], files: LocalMedia, permalink: str
    ) -> tuple[tuple[Enclosure, ...], Episode | None]:
        """Return the media files of a post that may be an episode, and what it says of itself as an episode.

        Where `[podcast]` is not set, these are the files that other keys name (`enclosures`), and None.
        """
        options = self.options.episodes
        if options is None:
            return enclosures, None
        from posts.frontmatter.episode import parse_episode
        from posts.frontmatter.episode_media import parse_episode_media

        def absolute(address: str) -> str:
            if options.media_url and "://" not in address[:16] and not address.startswith("//"):
                address = f"{options.media_url}/{address.lstrip('/')}"
            return self._noted(address, permalink)

        local = LocalMedia(lambda url: files.size(self._local(url)), lambda url: files.duration(self._local(url)))
        enclosures = parse_episode_media(self.metadata, enclosures, absolute, local, self.report_key)
        if not any(one.medium in ("audio", "video") for one in enclosures):
            return enclosures, None
        noted = partial(self._noted, permalink=permalink)
        return enclosures, parse_episode(self.metadata, noted, options.people, self.report_key)

    def _discussion(self) -> Discussion | None:
        from posts.frontmatter.episode import parse_discussion

        return parse_discussion(self.metadata, self._linked)

    def _linked(self, address: str) -> str:
        """Return the address of a page that the front matter links to: `/…` is below the site, others as in a body."""
        permalink = self.head.post.permalink
        is_path = address.startswith("/") and not address.startswith("//")
        return self._media(address, permalink) if is_path else resolve_url(address, permalink, "src")

    def _noted(self, address: str, permalink: str) -> str:
        """Return the address of a media file, and note how it is written."""
        url = self._media(address, permalink)
        self.written.setdefault(url, address)
        return url

    def _local(self, url: str) -> str:
        """Return the local address of a media file, as it is written; files may also be named as they are published."""
        return self.written.get(url, url).removeprefix(f"{self.options.site.url}/")

    def _media(self, address: str, permalink: str) -> str:
        """Return the address of a media file. Jekyll resolves front matter against the site root (`absolute_url`)."""
        if self.kind.media_root_relative and not address.startswith(("http://", "https://", "//")):
            return resolve_url(f"{self.options.site.url}/{address.lstrip('/')}", permalink, "src")
        return resolve_url(address, permalink, "src")


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
