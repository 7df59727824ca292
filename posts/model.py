"""Define the value types of sites and posts.

`feeds` and `feedmill` use them too (tests/test_architecture.py lists what `feeds` may import from `posts`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct

PostState = Literal["published", "draft", "future", "expired", "unpublished", "excluded", "invalid"]
Medium = Literal["image", "audio", "video", "file"]
ClosingLink = Literal["auto", "always", "never"]
"""When a link at the end of a body is the post's source: if the post marks it as one, always, or never."""

ReportProblem = Callable[[int, str, str], None]
"""Report a problem of a post that is published anyway: (line of the file, 0 if unknown; code; message)."""


class Person(Struct, frozen=True, omit_defaults=True):
    """An author (RFC 4287, section 3.2: a person construct). Plain text, no markup."""

    name: str
    email: str = ""
    uri: str = ""


class Site(Struct, frozen=True):
    """A site and its settings.

    `url` is absolute, http(s), with the base path and without a trailing slash: the home page is `url + "/"`.
    `language` is a BCP 47 tag or "". `icon` (square) and `logo` (wide) are absolute addresses or "". `zone` is the
    time zone of dates without an offset. `favicon` is the absolute address of the icon that the site's own pages have,
    "" for none; feeds do not contain it.
    """

    title: str
    url: str
    description: str = ""
    language: str = ""
    authors: tuple[Person, ...] = ()
    rights: str = ""
    icon: str = ""
    logo: str = ""
    zone: tzinfo = UTC
    favicon: str = ""


class Rewrite(Struct, frozen=True):
    """A rule for a moved host: a link that `match` matches completely becomes `replace` before an id is created."""

    match: re.Pattern[str]
    replace: str


class Enclosure(Struct, frozen=True, omit_defaults=True):
    """A media file that belongs to a post.

    `type` is a media type, `length` is in bytes and `duration` in seconds; both are 0 when unknown.
    """

    url: str
    type: str
    length: int = 0
    title: str = ""
    duration: int = 0

    @property
    def medium(self) -> Medium:
        """Return the `medium` of Media RSS."""
        major = self.type.partition("/")[0]
        return major if major in ("image", "audio", "video") else "file"  # type: ignore[return-value]


class Transcript(Struct, frozen=True, omit_defaults=True):
    """A transcript of an episode. `type` is a media type, `language` a BCP 47 tag or ""."""

    url: str
    type: str
    language: str = ""
    is_captions: bool = False


class Credit(Struct, frozen=True, omit_defaults=True):
    """A person of a podcast or an episode, as `podcast:person` has it; "" for what is not known."""

    name: str
    role: str = ""
    group: str = ""
    image: str = ""
    url: str = ""


class Episode(Struct, frozen=True, omit_defaults=True):
    """What a post says of itself as an episode of a podcast.

    Attributes:
        number: The number of the episode, 0 for none; `season` likewise.
        kind: "full", "trailer", "bonus" or "".
        is_explicit: Whether it has explicit content; None if it is as the podcast says.
        image: The address of its cover, or "".
        summary: Its summary where the front matter has one for podcasts, or "".
        chapters: The address of a JSON file with its chapters, or "".
    """

    number: int = 0
    season: int = 0
    kind: str = ""
    is_explicit: bool | None = None
    image: str = ""
    summary: str = ""
    chapters: str = ""
    transcripts: tuple[Transcript, ...] = ()
    people: tuple[Credit, ...] = ()


class Discussion(Struct, frozen=True, omit_defaults=True):
    """Where a post is discussed: the address of a page, of a feed of the comments, and their number (-1: unknown)."""

    page: str = ""
    feed: str = ""
    count: int = -1


class Post(NamedTuple):
    """The metadata of a post: everything that is known without rendering its body.

    Every text is plain (no markup, no characters that XML forbids), every address absolute and escaped.

    Attributes:
        path: The path below the site, with forward slashes.
        state: Whether the post is published, and if not, why.
        id: The id of its item; "" until it is assigned.
        title: The title; "" if the post has none. `source`, `summary`, `language` and `image` are "" likewise.
        date: When it was published; aware, with the offset as written, like `updated`.
        permalink: The address of its page.
        excerpt_only: Whether feeds show the summary instead of the body.
        image: The picture that the front matter names.
        episode: What it says of itself as an episode, where `[podcast]` is set.
        discussion: Where it is discussed, where `[feeds] comments` is set.
        section: The section of the site that it is in, "" where there are none; `collection` likewise.
    """

    path: str
    state: PostState
    id: str
    title: str
    date: datetime
    permalink: str
    updated: datetime | None = None
    source: str = ""
    source_title: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[Person, ...] = ()
    language: str = ""
    summary: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    excerpt_only: bool = False
    image: str = ""
    episode: Episode | None = None
    discussion: Discussion | None = None
    section: str = ""
    collection: str = ""

    def identified(self, item_id: str) -> Post:
        """Return the post with an id. Twice as fast as `_replace`: every post of a site gets one."""
        return Post(self.path, self.state, item_id, *self[3:])


class Head(NamedTuple):
    """What the scan of a post file finds: whether, when and where the post is published, without its body.

    Attributes:
        post: The post. The scan leaves `id`, `updated`, `source`, `source_title`, `summary`, `enclosures`,
            `excerpt_only`, `image`, `episode` and `discussion` empty.
        literal: The id in the front matter, or "".
        body: A hash of the bytes after the front matter; "" for blank ones, which say nothing about identity.
        expires: When the post is to be removed, in seconds since 1970, 0 for never.
        publishes: Until when the post is held back, in seconds since 1970, 0 for never.
        reason: Why it is held back, "" if its state says enough.
        reason_line: The line of the front matter that holds it back, or 0.
        is_early: Whether it may be published before its date, once it is not held back any more.
    """

    post: Post
    literal: str = ""
    body: str = ""
    expires: float = 0.0
    publishes: float = 0.0
    reason: str = ""
    reason_line: int = 0
    is_early: bool = False

    @property
    def due(self) -> float:
        """Return when the post may be published, in seconds since 1970."""
        return self.publishes if self.is_early else max(self.post.date.timestamp(), self.publishes)


class PostMetadata(NamedTuple):
    """A post with everything that its file says of it, and the values that determine its id.

    Attributes:
        post: The post. `post.id` is "" until `posts.identity.assign` has assigned it.
        source: The canonical link of its source, "" if it has none that identifies an article.
        literal: The id in the front matter, or "".
        body_hash: A hash of the body without its trailer; "" for a blank body.
        separator: The text that ends the excerpt, or "".
        is_own_source: Whether the source is on the site itself.
        kept: The number of characters of the body before its trailer, -1 if the trimmed body is not a prefix.
        media_pages: The pages with a player that the front matter has in place of a media file.
    """

    post: Post
    source: str
    literal: str
    body_hash: str
    separator: str = ""
    is_own_source: bool = False
    kept: int = -1
    media_pages: tuple[str, ...] = ()


class Content(Struct, frozen=True, omit_defaults=True):
    """The rendered body of a post.

    Attributes:
        html: The body as sanitized HTML.
        summary: The summary in the front matter, or one made from the body; plain text, like `opening`.
        opening: The first words of the body, which replace the title of an untitled post.
        image: The address of the lead image of the body, or "".
        source_title: The name of the source, or "".
        markdown: The body as Markdown, where `[feeds] markdown` is set and the body holds nothing but Markdown.
    """

    html: str
    summary: str
    opening: str = ""
    image: str = ""
    source_title: str = ""
    markdown: str = ""
