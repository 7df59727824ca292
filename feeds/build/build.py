"""Build artifacts from jobs: render each file and parse it again before it is published. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct, field

from feeds.build.channel import resolve_channel
from feeds.build.gzip import GZIP_TYPE, compress
from feeds.build.items import ItemResolver, podcast_of
from feeds.build.job import Asset, CompressedCopy, FeedFile, HeadersFile, Job, OriginalFile, Outline, Page
from feeds.build.page_link import with_page_link
from feeds.formats.specimens import Specimens
from feeds.formats.table import FORMATS, OPML_TYPE, SHOWN
from feeds.model import Artifact, Feed
from feeds.options import FeedsOptions
from feeds.pages.assets import ALL_ASSETS
from feeds.select.feeds import site_title
from feeds.select.paths import address
from posts.errors import PublicationError
from posts.model import Content, Site

if TYPE_CHECKING:  # imports Jinja2, which is not needed without pages
    from feeds.pages.render import PageRenderer


class Builder(Struct):
    """Build the files of one site, one at a time, because all of them at once would fill the memory.

    `feeds` are all feeds, for the outline and the directory; `content` returns the content of a post by its path.
    `specimens` are what feedgen has written for the shapes of items and channels so far. A builder can be copied to
    several processes, each of which compiles the templates once.
    """

    feeds: Sequence[Feed]
    content: Callable[[str], Content]
    site: Site
    options: FeedsOptions
    specimens: Specimens = field(default_factory=Specimens)
    _renderer: PageRenderer | None = None

    def build(self, jobs: Sequence[Job]) -> Iterator[Artifact]:
        """Yield the files of `jobs`, each compressed copy right after its original.

        Raises:
            PublicationError: a rendered file cannot be parsed, or has other items than it should.
        """
        resolver = ItemResolver(self.content, self.options)
        for original, wanted in _by_original(jobs):
            data = self._render(original, resolver)
            for job in wanted:
                if isinstance(job, CompressedCopy):
                    yield Artifact(job.path, GZIP_TYPE, compress(job.path, data), job.signature)
                else:
                    yield Artifact(job.path, self._media_type(job), data, job.signature)

    def _render(self, job: OriginalFile, resolver: ItemResolver) -> bytes:
        match job:
            case FeedFile():
                podcast = podcast_of(job.feed, self.options) if job.format is FORMATS["rss"] else None
                items = resolver.episodes(job.feed, podcast) if podcast else resolver.items(job.feed)
                data = job.format.render(resolve_channel(job, self.site, self.options), items, self.specimens)
                if self.options.page_link and job.format.served_type == "application/xml":
                    data = with_page_link(data, job, self.site, self.options)
                _verify(job.path, data, job.format.count, len(items))
            case Page():
                items = resolver.items(job.feed, SHOWN[job.template])
                data = self._pages().page(job.template, job.feed, items, directory=job.has_directory)
                _verify(job.path, data, self._pages().item_counter(job.template), len(items))
            case Asset():
                data = self._pages().asset(job.name)
            case Outline():
                data = self._outline(job.path)
            case HeadersFile():
                data = job.data
            case _:
                assert_never(job)
        return data

    def _outline(self, path: str) -> bytes:
        from feeds.formats.opml import count_subscriptions, render_opml  # imports lxml

        file = FORMATS[self.options.formats[0]].file
        pairs = [(feed, address(self.options.url, feed.file(file))) for feed in self.feeds]
        data = render_opml(site_title(self.site), f"{self.site.url}/", pairs)
        _verify(path, data, count_subscriptions, len(pairs))
        return data

    def _pages(self) -> PageRenderer:
        if self._renderer is None:
            from feeds.pages.render import PageRenderer

            self._renderer = PageRenderer(self.feeds, self.site, self.options)
        return self._renderer

    def _media_type(self, job: OriginalFile) -> str:
        match job:
            case FeedFile():
                return job.format.media_type
            case Page():
                return "text/html"
            case Asset():
                return ALL_ASSETS[job.name]
            case Outline():
                return OPML_TYPE
            case HeadersFile():
                return "text/plain"
            case _:
                assert_never(job)


def _by_original(jobs: Sequence[Job]) -> Iterator[tuple[OriginalFile, list[Job]]]:
    """Group jobs so that a file is rendered once where both the file and its compressed copy are wanted."""
    groups: dict[str, tuple[OriginalFile, list[Job]]] = {}
    for job in jobs:
        original = job.original if isinstance(job, CompressedCopy) else job
        groups.setdefault(original.path, (original, []))[1].append(job)
    yield from groups.values()


def _verify(path: str, data: bytes, count: Callable[[bytes], int], expected: int) -> None:
    try:
        found = count(data)
    except ValueError as error:
        raise PublicationError(
            f"{path}: verification failed, cannot be parsed ({error}); nothing was published"
        ) from error
    if found != expected:
        raise PublicationError(
            f"{path}: verification failed, {expected} items written but {found} parsed; nothing was published"
        )
