"""Define feeds, the channels and items that renderers write, and the artifacts to publish."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from posts.model import Credit, Enclosure, Person, Post

FeedKind = Literal["all", "category", "tag", "author", "language", "section", "collection", "custom"]
Extent = Literal["full", "summary"]


class Feed(Struct, frozen=True):
    """A feed: its window of posts, newest first, and the folder below the output where its files are.

    Attributes:
        slug: the name of its folder, "" for the feed of all posts.
        term: the most frequent spelling of the category, tag, author, language, section or collection.
        path: its folder below the output, "" for the root.
        id: an IRI (RFC 4287, section 4.2.6) that never changes.
        posts: the posts in its window.
        key: its key in the ledger: its default folder, whatever `[feeds.paths]` says.
        updated: for an empty feed, when it last changed (ISO 8601).
        total: the number of all its posts, for pages.
        newest: the time of its newest post, None for none.
        weeks: the number of posts in each week up to the newest, oldest week first, for pages.
        members: all its posts, newest first, where archives are configured; in a run over a part of the posts at least
            those that the archive documents of this run need.
        has_more: whether it has posts beyond its window.
        recent: the number of posts in the 26 weeks up to the newest post of the site, for pages.
        description: what the configuration says of it, "" for nothing; of the feed of all posts, the site's.
        withdrawn: its tombstones, latest first: the id of a withdrawn item, and when (seconds since 1970).
        folded: the folded term, by which the catalog has the feed; the slug for a custom feed.
        is_current: whether its files are as they should be; then `posts` is empty, and the files are not planned.
        files: the paths of files that `[feeds.paths]` places outside its folder, by file name.
    """

    kind: FeedKind
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
    recent: int = 0
    description: str = ""
    newest: datetime | None = None
    members: tuple[Post, ...] = ()
    has_more: bool = False
    withdrawn: tuple[tuple[str, int], ...] = ()
    folded: str = ""
    is_current: bool = False
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def up(self) -> str:
        """Return the relative path from the feed's folder to the root of the output: "../" for each folder."""
        return "../" * (self.path.count("/") + 1) if self.path else ""

    def file(self, name: str) -> str:
        """Return the path of the file `name` below the output, where `[feeds.paths]` places it."""
        return self.files.get(name) or self.beside(name)

    def beside(self, name: str) -> str:
        """Return the path of a file `name` in this feed's folder, below the output."""
        return f"{self.path}/{name}" if self.path else name


class Podcast(Struct, frozen=True):
    """What `[podcast]` says of the feed that is a podcast. Every text is plain, every address absolute.

    Attributes:
        feed: the key of the feed (`Feed.key`).
        description: the description of the channel, "" for the one that the feed has anyway.
        image: the address of the cover, or "".
        categories: (category, subcategory or "") as Apple Podcasts names them.
        guid: the `podcast:guid`, "" for the one that follows from the address of the feed.
        is_locked: whether other hosts may not import the feed; None for nothing said.
        funding: (address, text) of pages where listeners can support the podcast.
        people: the people who are in every episode.
        media_url: the address that the names of media files are relative to, "" for the site's.
        references: people by the names by which posts refer to them.
    """

    feed: str
    author: str
    description: str = ""
    owner_name: str = ""
    owner_email: str = ""
    image: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    is_explicit: bool = False
    type: str = "episodic"
    medium: str = "podcast"
    guid: str = ""
    new_feed_url: str = ""
    is_locked: bool | None = None
    funding: tuple[tuple[str, str], ...] = ()
    people: tuple[Credit, ...] = ()
    media_url: str = ""
    references: Mapping[str, Credit] = {}


class Extension(Struct, frozen=True):
    """An element that extends RSS or Atom. Names are in Clark notation: `{namespace}name`."""

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Extension, ...] = ()


class Channel(Struct, frozen=True):
    """The head of a feed in one format.

    Attributes:
        home: the absolute address of the site.
        address: the absolute address of this document (self link).
        updated: aware, in whole seconds, with an offset of whole minutes, as RFC 822 and RFC 3339 can write it.
        ttl: minutes, 0 for none.
        style: the relative address of a style sheet for browsers, "" for none.
        links: other documents of the same feed: relation and absolute address.
        is_archive: whether this is an archive document (RFC 5005).
        withdrawn: the tombstones: the id of a withdrawn item, and when.
        prefixes: the prefixes of the namespaces that extensions use (`feeds.formats.namespaces`).
        extensions: further elements of the head in RSS.
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
    prefixes: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()


class Item(Struct, frozen=True):
    """A post as it appears in a feed. Every text is plain and legal in XML, every address is absolute.

    Attributes:
        link: the address that the item links to.
        published: a date as in `Channel.updated`.
        updated: a date as in `Channel.updated`.
        html: the body, None in a feed with summaries only.
        via: the other of its two addresses: its source, or with `link = "source"` the post's own page.
        terms: (folded term, label) of its categories and tags.
        enclosures: media files; what is played comes first.
        rss: further elements in RSS, without children.
        atom: further elements in Atom, without children.
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
    rss: tuple[Extension, ...] = ()
    atom: tuple[Extension, ...] = ()


class Artifact(Struct, frozen=True):
    """A file to publish: `path` below the web root with forward slashes, `signature` a hash of its dependencies."""

    path: str
    media_type: str
    data: bytes
    signature: str = ""


class Places(Struct, frozen=True):
    """The paths that `[feeds.paths]` and `[feeds] root` set.

    Attributes:
        folders: the folder of a feed, by the feed's key.
        files: the paths of single files, by the feed's key and their default names.
        prefix: the path from the web root to the output, "" if the output is the web root.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefix: str = ""

    def below_root(self, path: str) -> str:
        """Return the path below the web root for a path below the output."""
        return posixpath.normpath(f"{self.prefix}/{path}") if self.prefix else path

    def below_output(self, path: str) -> str:
        """Return the path below the output for a path below the web root; it may begin with `../`."""
        return posixpath.relpath(path, self.prefix) if self.prefix else path
