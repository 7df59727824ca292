"""Define what the stages of reading share, and the result of reading a site."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.identity.assign import initial_id
from posts.identity.merging import Article, Ledger
from posts.model import Post, PostMetadata
from posts.pipeline.loss_guard import refuse_losses
from posts.pipeline.parallel import Map, ProgressSink, Silent, serial
from posts.sites.base import SiteKind
from posts.store.index import Index
from posts.store.rows import Entry, FileRow


@dataclass(frozen=True, slots=True)
class Keys:
    """Hold the cache keys of metadata and contents (`posts.pipeline.cache_keys`)."""

    metadata: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """Hold what the stages of one run share: the site, its index, and how the work is distributed.

    Attributes:
        skip: Folders below the site that hold no posts, such as the output.
        since: When the last run began, in nanoseconds since 1970.
        keys: The cache keys of this run.
        stored_key: The cache key of the metadata that the index has.
        map: Runs a stage over chunks of posts, in this process or in others.
        full: Whether stored metadata and contents are ignored; the ledger is not.
    """

    root: Path
    kind: SiteKind
    options: ReadOptions
    index: Index
    skip: frozenset[str] = frozenset()
    since: int = 0
    keys: Keys = field(default_factory=Keys)
    stored_key: str = ""
    map: Map = serial
    progress: ProgressSink = field(default_factory=Silent)
    full: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold the result of reading a site's folder.

    Attributes:
        posts: All posts that could be read, with their states.
        ids: The ids of published posts, by path.
        items: The published posts, one for each item, and those that were published before and are unreadable now.
        invalid: The paths of files that could not be read.
        undated: The paths of drafts without a date, which is not an error.
        problems: The problems with files.
        ledger: What earlier runs decided.
        is_recovered: Whether the ledger was recovered from published feeds.
        metadata: The metadata of all posts that could be read, by path.
        articles: The items that have a readable post, by path of the first of their posts.
        kept: The ledger entries of items whose post is unreadable, by path.
        unavailable: The paths of posts that exist but are unreadable, or have to wait for their date.
        held: The paths of unreadable posts that their authors hold back: their items are removed.
        rows: The rows of post files to store in the index, by path.
        changed: The paths of files that were read in this run.
        removed: The paths of files that are in the index but no longer exist.
        found: The number of files that may be posts.
        listed_folders: What the walk found in each folder, by path below the site.
        refused: The paths of files and folders that were skipped or could not be read.
        media: The paths of media whose sizes are part of the metadata.
        expirations: When published posts expire, in seconds since 1970.
    """

    posts: tuple[Post, ...]
    ids: Mapping[str, str]
    items: tuple[Post, ...]
    invalid: tuple[str, ...]
    undated: tuple[str, ...]
    problems: tuple[Problem, ...]
    ledger: Ledger
    is_recovered: bool
    metadata: Mapping[str, PostMetadata]
    articles: Mapping[str, Article]
    kept: Mapping[str, Entry]
    unavailable: AbstractSet[str]
    held: AbstractSet[str]
    rows: Mapping[str, FileRow]
    changed: AbstractSet[str]
    removed: AbstractSet[str]
    found: int
    listed_folders: Mapping[str, str]
    refused: AbstractSet[str]
    media: AbstractSet[str]
    expirations: tuple[float, ...]

    def listed(self) -> list[Post]:
        """Return all posts in order of date, each with its id, or the id that it would get."""
        posts = [
            post.identified(self.ids.get(post.path) or initial_id(self.metadata[post.path])) for post in self.posts
        ]
        return sorted(posts, key=lambda post: (post.date, post.path))

    def first_published(self, post: Post, now: datetime) -> int:
        """Return when an item was first published, in seconds since 1970; `now` for a new one.

        If the ledger was recovered from feeds, the date of an item that is in none of them is used.
        """
        known = self.ledger.entries.get(post.id)
        seconds = int(now.timestamp())
        if known or not self.is_recovered:
            return known.first if known else seconds
        return min(int(post.date.timestamp()), seconds)

    def refuse_losses(self) -> None:
        """Raise RefusedError if the files of too many published items are missing (`posts.pipeline.loss_guard`)."""
        present = {one.id for one in self.articles.values()} | {entry.id for entry in self.kept.values()}
        there = self.unavailable | self.metadata.keys() | self.held
        refuse_losses(self.ledger.entries.values(), present, there)

    def item_id(self, path: str) -> str:
        """Return the id of the item that a post belongs to."""
        return self.articles[path].id if path in self.articles else self.kept[path].id

    def changed_rows(self) -> dict[str, FileRow]:
        """Return the rows of files that were read in this run, without unreadable ones."""
        return {path: self.rows[path] for path in self.changed if self.rows[path].hash}
