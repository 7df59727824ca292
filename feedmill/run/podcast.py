"""Find what a podcast still lacks for directories and apps, for `feedmill check`.

Rules: "A Podcaster's Guide to RSS" (https://help.apple.com/itc/podcasts_connect/#/itcb54353390). Nothing is fetched: a
cover or recording on another host cannot be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from feedmill.run.site import OpenSite
from feeds.formats.podcast import as_cover, podcast_guid
from feeds.formats.table import FORMATS
from feeds.model import Feed, Podcast
from feeds.podcast import missing_settings
from feeds.select.paths import address
from posts.errors import Problem
from posts.model import Enclosure, Post
from posts.pipeline.media_files import can_read_durations, local_file
from posts.pipeline.picture_size import picture_size
from posts.problems import make_problem

SMALLEST, LARGEST = 1_400, 3_000  # pixels of a cover, which is square
# What Apple Podcasts plays.
PLAYED = frozenset(("audio/mpeg", "audio/x-m4a", "audio/mp4", "video/mp4", "video/x-m4v", "video/quicktime"))
_PICTURES = ("png", "jpg", "jpeg")
_GUID = re.compile(rb"<podcast:guid>([0-9a-f-]{36})</podcast:guid>")
_LONGEST_HEAD = 1 << 16  # bytes of a document in which its head ends


def podcast_problems(site: OpenSite, feeds: Sequence[Feed]) -> list[Problem]:
    """Return the problems of the podcast and of the episodes that its feed shows; none without `[podcast]`.

    Args:
        site: the site.
        feeds: all feeds, with their posts as they are published.
    """
    podcast = site.feeds_options.podcast
    if podcast is None:
        return []
    return [*_Check(site, podcast).all(feeds)]


def byte_range_hint(feeds: Sequence[Feed], podcast: Podcast) -> str:
    """Return how to test that the server of the newest recording answers requests for parts of it; "" without one."""
    posts = (post for feed in feeds if feed.key == podcast.feed for post in feed.posts)
    url = next((one.url for post in posts for one in post.enclosures if _is_played(one)), "")
    if not url:
        return ""
    return f"podcast apps ask for parts of files: `curl -sI -r 0-1 '{url}'` must answer 206, or they cannot seek"


class _Check:
    """Check one podcast."""

    def __init__(self, site: OpenSite, podcast: Podcast) -> None:
        self.site, self.podcast = site, podcast
        self.base = site.read_options.site.url

    def all(self, feeds: Sequence[Feed]) -> Iterator[Problem]:
        """Yield all problems."""
        feed = next((one for one in feeds if one.key == self.podcast.feed), None)
        if feed:
            yield from self.channel(feed)
            yield from self.episodes(feed.posts)
        else:
            message = "no post is in the feed of the podcast, so there is none; correct `feed`, or add a post"
            yield self._problem("podcast.feed", "podcast-setting", message)

    def _problem(self, key: str, code: str, message: str) -> Problem:
        """Return a problem of a setting, with the line where it is or should be."""
        where = self.site.locate(key)
        return make_problem(where.file, where.line, code, message)

    def channel(self, feed: Feed) -> Iterator[Problem]:
        podcast, options, site = self.podcast, self.site.feeds_options, self.site.read_options.site
        own = address(options.url, feed.file(FORMATS["rss"].file))
        description = podcast.description or (site.description if feed.kind == "all" else "")
        language = feed.term if feed.kind == "language" else site.language
        for key, message in missing_settings(podcast, description, language, own):
            yield self._problem(key, "podcast-setting", message)
        guid = podcast.guid or podcast_guid(own)
        if (before := self.published_guid(feed)) and before != guid and not podcast.new_feed_url:
            message = f'the `podcast:guid` changes, by which apps know the podcast; set `guid = "{before}"`'
            yield self._problem("podcast.guid", "podcast-setting", message)
        if not own.startswith("https://"):
            yield self._problem("site.url", "podcast-https", f"the feed, {own}, is not on HTTPS; serve it so")
        if podcast.image:
            yield from self.cover(podcast.image)

    def published_guid(self, feed: Feed) -> str:
        """Return the `podcast:guid` in the published document; "" if there is none."""
        path = self.site.out / self.site.feeds_options.places.below_root(feed.file(FORMATS["rss"].file))
        try:
            with path.open("rb") as file:
                found = _GUID.search(file.read(_LONGEST_HEAD))
        except OSError:
            return ""
        return found[1].decode() if found else ""

    def cover(self, url: str) -> Iterator[Problem]:
        for message in self.picture(url):
            yield self._problem("podcast.image", "podcast-image", f"the cover {message}")
        if not url.startswith("https://"):
            yield self._problem("podcast.image", "podcast-https", f"the cover, {url}, is not on HTTPS; serve it so")

    def picture(self, url: str) -> Iterator[str]:
        """Yield what is wrong with a picture: its suffix, and if it is in the site, its file and its size."""
        suffix = url.partition("?")[0].rpartition(".")[2].lower()
        if suffix not in _PICTURES:
            yield "is not a JPEG or PNG file by its address; convert it"
            return
        path = self.local(url)
        if path is None:
            if url.startswith(f"{self.base}/"):
                yield f"{url} is not in the folder of the site; correct the path"
            return
        width, height = picture_size(path)
        if not width:
            yield f"{path.name} is not a JPEG or PNG picture; convert it"
        elif width != height or not SMALLEST <= width <= LARGEST:
            yield f"has {width} x {height} pixels; it must be square, from {SMALLEST} to {LARGEST} pixels wide"

    def local(self, url: str) -> Path | None:
        if not url.startswith(f"{self.base}/"):
            return None
        return local_file(self.site.root, unquote(url.removeprefix(f"{self.base}/")))

    def episodes(self, posts: Sequence[Post]) -> Iterator[Problem]:
        numbers: dict[tuple[int, int], str] = {}
        for post in posts:
            one = next(filter(_is_played, post.enclosures), None)
            if one is None:
                message = "the post is in the podcast and has no audio or video file; write `audio:`"
                yield make_problem(post.path, 0, "podcast-episode", message)
                continue
            yield from self.recording(post, one)
            yield from self.numbering(post, numbers)
            image = (post.episode and post.episode.image) or as_cover(post.image)
            for message in self.picture(image) if image and image != self.podcast.image else ():
                yield make_problem(post.path, 0, "podcast-image", f"the picture of the episode {message}")

    def recording(self, post: Post, one: Enclosure) -> Iterator[Problem]:
        if not one.url.startswith("https://"):
            yield make_problem(post.path, 0, "podcast-https", f"{one.url} is not on HTTPS; serve it so")
        if one.type not in PLAYED:
            message = f"{one.url} is {one.type}, which Apple Podcasts does not play; publish an MP3 or M4A file"
            yield make_problem(post.path, 0, "podcast-episode", message)
        if not one.length:
            message = f"the length of {one.url} is not known, and RSS requires it; write `length` in bytes"
            yield make_problem(post.path, 0, "podcast-episode", message)
        if not one.duration:
            remedy = "write `duration`"
            if self.local(one.url) and not can_read_durations():
                remedy = 'install "feedmill[podcast]", which reads it from the file, or write `duration`'
            message = f"the duration of {one.url} is not known; {remedy}"
            yield make_problem(post.path, 0, "podcast-duration", message)

    def numbering(self, post: Post, numbers: dict[tuple[int, int], str]) -> Iterator[Problem]:
        episode = post.episode
        if not episode or not episode.number:
            if self.podcast.type == "serial" and not (episode and episode.kind in ("trailer", "bonus")):
                message = "a serial podcast needs the number of every episode; write `episode`"
                yield make_problem(post.path, 0, "podcast-episode", message)
            return
        if episode.kind in ("trailer", "bonus"):
            return
        other = numbers.setdefault((episode.season, episode.number), post.path)
        if other != post.path:
            message = f"episode {episode.number} is {other}, too; correct one of the two"
            yield make_problem(post.path, 0, "podcast-episode", message)


def _is_played(one: Enclosure) -> bool:
    return one.medium in ("audio", "video")
