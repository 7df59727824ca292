"""What a feed is, what a renderer is given, and what comes out."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from posts.model import Enclosure, Person, Post

Kind = Literal["all", "category", "tag", "author", "language", "custom"]
Extent = Literal["full", "summary"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as chosen: its window of posts, newest first, and the folder below the output where it lives.

    `slug` and `path` are "" for the feed of all posts. `term` is the commonest spelling of the name of the
    category, tag, author or language. `id` is an IRI (RFC 4287, section 4.2.6) and never changes again. `key` is what
    the ledger knows the feed by: its own folder, whatever `[feeds] paths` says. `updated` (ISO) is when it last
    changed, for a feed that has no post any more. `total` counts all its posts, those outside the window too, and
    `weeks` those of each week up to the newest, the oldest week first (`feeds.select.activity`); pages show both.
    `members` are all its posts, newest first, where there are archives. `withdrawn` are the ids of items that were in
    it and were taken back lately, with the seconds since 1970 at which they were. `files` are the places of files
    that are not in its folder, by name (`feeds.select.paths`).
    """

    kind: Kind
    slug: str
    term: str
    title: str
    path: str
    id: str
    content: Extent
    posts: tuple[Post, ...]
    key: str = ""
    updated: str = ""
    total: int = 0
    weeks: tuple[int, ...] = ()
    members: tuple[Post, ...] = ()
    withdrawn: tuple[tuple[str, int], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def up(self) -> str:
        """The way from the feed's folder to the root of the output: "../" as often as it takes."""
        return "../" * (self.path.count("/") + 1) if self.path else ""

    def file(self, name: str) -> str:
        """The path below the output of the file `name` of this feed, wherever the configuration has placed it."""
        return self.files.get(name) or self.beside(name)

    def beside(self, name: str) -> str:
        """The path below the output of a file `name` in this feed's folder."""
        return f"{self.path}/{name}" if self.path else name


@dataclass(frozen=True, slots=True)
class Channel:
    """The head of a feed, resolved for one format. `home` and `address` are absolute; `ttl` is in minutes, 0 for none.

    `style` is the address of the style sheet that a browser shows the XML with, relative to the feed, "" for none.
    `links` lead to other documents of the same feed (relation, absolute address), `is_archive` says that this is one
    that holds old items; `withdrawn` are the ids of items that were taken back, and when.

    `updated` is aware, in whole seconds, and its offset in whole minutes, as RFC 822 and RFC 3339 can write it.
    """

    id: str
    title: str
    description: str
    home: str
    address: str
    updated: datetime
    authors: tuple[Person, ...]
    language: str = ""
    rights: str = ""
    icon: str = ""
    logo: str = ""
    ttl: int = 0
    style: str = ""
    links: tuple[tuple[str, str], ...] = ()
    is_archive: bool = False
    withdrawn: tuple[tuple[str, datetime], ...] = ()
    hubs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A post as it appears in a feed. Every text is plain and legal in XML, every address absolute.

    `html` is None where the feed brings summaries only. `link` leads to the item, `via` to the other of its two
    addresses (the source, or with `link = "source"` the post's own page). `enclosures` keep their order.
    `published` and `updated` as in `Channel`.
    """

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    summary: str
    html: str | None
    via: str = ""
    via_title: str = ""
    source: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    authors: tuple[Person, ...] = ()
    language: str = ""
    image: str = ""
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to publish. `path` is below the output, with forward slashes; `signature` names what it was made of."""

    path: str
    media_type: str
    data: bytes
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """`folders` go from a feed's key to the folder that it has instead of its own.

    `files` go from a feed's key to the places of single files, by their names in the feed's folder. `prefix` is the way
    from the web root to the output, "" where there is no other root than the output.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefix: str = ""

    def below_root(self, path: str) -> str:
        """The path below the web root of what is at `path` below the output."""
        return posixpath.normpath(f"{self.prefix}/{path}") if self.prefix else path

    def below_output(self, path: str) -> str:
        """The path below the output, which may begin with `../`, of what is at `path` below the web root."""
        return posixpath.relpath(path, self.prefix) if self.prefix else path
