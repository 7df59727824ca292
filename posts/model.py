"""Define the value types of sites and posts.

From `posts`, `feeds` imports this module and the leaves `errors`, `settings` and `text`, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, NamedTuple

State = Literal["published", "draft", "future", "expired", "unpublished", "excluded", "invalid"]
Severity = Literal["error", "warning"]
Medium = Literal["image", "audio", "video", "file"]
ClosingLink = Literal["auto", "always", "never"]
"""When a link at the end of a body is the post's source: if the post marks it as one, always, or never."""

ReportProblem = Callable[[int, str, str], None]
"""Take a problem of one post: its line (0 if unknown), its code (such as `too-deep`) and a message."""


@dataclass(frozen=True, slots=True)
class Person:
    """An author (RFC 4287, section 3.2: a person construct). Plain text, no markup."""

    name: str
    email: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A site and its settings.

    `url` is absolute, http(s), with the base path and without a trailing slash: the home page is `url + "/"`.
    `language` is a BCP 47 tag or "". `icon` (square) and `logo` (wide) are absolute addresses or "". `zone` is the
    time zone in which its days begin, for display; dates of posts have their own offsets.
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


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A rule for a moved host: a link that `match` matches completely becomes `replace` before an id is created."""

    match: re.Pattern[str]
    replace: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A media file that belongs to a post. `length` is in bytes, 0 when unknown; `type` is a media type."""

    url: str
    type: str
    length: int = 0
    title: str = ""

    @property
    def medium(self) -> Medium:
        """Return the `medium` of Media RSS."""
        major = self.type.partition("/")[0]
        return major if major in ("image", "audio", "video") else "file"  # type: ignore[return-value]


class Post(NamedTuple):
    """The metadata of a post: everything that is known without rendering its body.

    Every text is plain (no markup, no characters that XML forbids), every address absolute and escaped.
    `title`, `source`, `summary` and `language` are "" when the post does not say. `date` and `updated` are
    aware and keep the offset that was written. `path` is below the site, with forward slashes.
    `excerpt_only`: feeds show the summary, not the body. `image` is the picture of the front matter, or "".
    """

    path: str
    state: State
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

    def identified(self, item_id: str) -> Post:
        """Return the post with an id. Twice as fast as `_replace`: every post of a site gets one."""
        return Post(self.path, self.state, item_id, *self[3:])


class PostMetadata(NamedTuple):
    """A post and the values that determine its id. `post.id` is "" until `posts.identity.assign` has decided.

    `source` is a canonical link ("" if there is none that identifies), `literal` the id in the front matter or "".
    `body_hash` replaces the title of an untitled post. `is_own_source`: the source is on the site itself. `kept` is
    the number of characters of the body before its trailer, -1 if the trimmed body is not a prefix. `expires` is when
    the post is to be removed, `publishes` until when it is held back, both in seconds since 1970, 0 for never.
    `reason` explains why it is held back, and `reason_line` is its line; "" and 0 if the state is enough.
    `media_pages` are the pages with a player that the front matter names in place of a media file.
    """

    post: Post
    source: str
    literal: str
    body_hash: str
    separator: str = ""
    is_own_source: bool = False
    kept: int = -1
    expires: float = 0.0
    publishes: float = 0.0
    reason: str = ""
    reason_line: int = 0
    media_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """The rendered body of a post. `html` is sanitised; the others are plain text and absolute addresses.

    `summary` is the post's own or made from its text; `opening` are the first words, the title of a post
    without one; `image` is the lead image of the body or "".
    """

    html: str
    summary: str
    opening: str = ""
    image: str = ""
    source_title: str = ""


class Problem(NamedTuple):
    """A problem with one file: a value, not an exception. `line` counts from 1; 0 means the whole file."""

    path: str
    line: int
    code: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.severity}: {self.message} [{self.code}]"
