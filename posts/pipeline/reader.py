"""Joins the stages of reading: files that changed are read, the metadata of the others comes from the index.

Here: walk ▸ stat ▸ extract (what changed) ▸ metadata ▸ assign ids ▸ items. Then `posts.pipeline.content_cache`: items
in some window ▸ render (what changed) ▸ contents; and `posts.pipeline.ledger_entries`: new entries for the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from posts.config.options import ReadOptions
from posts.errors import DamagedError
from posts.files.stat import is_young, stamp_of
from posts.files.walk import Walk
from posts.identity.assign import Article, Ledger, alone, decide
from posts.model import Post, PostMetadata, Problem
from posts.pipeline import extract as examine
from posts.pipeline.extract import Examiner, Outcome, Task, media_path, outcome
from posts.pipeline.loss_guard import refuse_losses
from posts.pipeline.parallel import Map, Progress, Silent, chunked, serial
from posts.pipeline.recover import placed
from posts.sites.base import PostFile, SiteKind
from posts.store import codec
from posts.store.index import Index
from posts.store.rows import Entry, FileRow


@dataclass(frozen=True, slots=True)
class Keys:
    """The cache keys of metadata and contents (`posts.pipeline.cache_keys`)."""

    metadata: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What the stages of one run share: the site, its index, and how the work is done.

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
    progress: Progress = field(default_factory=Silent)
    full: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a site's folder.

    Attributes:
        posts: All posts that could be read, with their states.
        ids: The ids of published posts, by path.
        items: The published posts, one for each item, and those that were published before and are unreadable now.
        invalid: The paths of files that could not be read.
        undated: The paths of drafts without a date, which is not an error.
        problems: What is wrong with files.
        ledger: What earlier runs decided.
        is_recovered: Whether the ledger was recovered from published feeds.
        metadata: The metadata of all posts that could be read, by path.
        articles: The items that have a readable post, by path of the first of their posts.
        kept: The ledger entries of items whose post is unreadable, by path.
        unavailable: The paths of posts that are there and unreadable, or have to wait for their date.
        rows: What the index is to know of post files, by path.
        changed: The paths of files that were read in this run.
        removed: The paths of files that the index knows and that are gone.
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
    rows: Mapping[str, FileRow]
    changed: AbstractSet[str]
    removed: AbstractSet[str]
    found: int
    listed_folders: Mapping[str, str]
    refused: AbstractSet[str]
    media: AbstractSet[str]
    expirations: tuple[float, ...]

    def listed(self) -> list[Post]:
        """Return all posts in order of date, each with its id, or the one that it would get."""
        posts = [post.identified(self.ids.get(post.path) or alone(self.metadata[post.path])) for post in self.posts]
        return sorted(posts, key=lambda post: (post.date, post.path))

    def first_published(self, post: Post, now: datetime) -> int:
        """Return when an item was first published, in seconds since 1970; `now` for a new one.

        If the ledger was recovered from feeds, an item that is in none of them is as old as its date.
        """
        known = self.ledger.entries.get(post.id)
        seconds = int(now.timestamp())
        if known or not self.is_recovered:
            return known.first if known else seconds
        return min(int(post.date.timestamp()), seconds)

    def refuse_losses(self) -> None:
        """Raise RefusedError if most of what is published would be removed (`posts.pipeline.loss_guard`)."""
        present = {one.id for one in self.articles.values()} | {entry.id for entry in self.kept.values()}
        # An expiry date is written into the post itself: that it comes is intended, for however many posts at once.
        expired = {path for path, one in self.metadata.items() if one.post.state == "expired"}
        there = self.unavailable | self.ids.keys() | expired
        refuse_losses(self.ledger.entries.values(), present, there, found=self.found)

    def item_id(self, path: str) -> str:
        """Return the id of the item that a post stands for."""
        return self.articles[path].id if path in self.articles else self.kept[path].id

    def changed_rows(self) -> dict[str, FileRow]:
        """Return the rows of files that were read in this run, without those that could not be."""
        return {path: self.rows[path] for path in self.changed if self.rows[path].hash}


def read_site(context: ReadContext, now: datetime) -> Reading:
    """Read the posts of a site. `now` is aware; posts dated later wait, unless the options say otherwise."""
    return _Reader(context).read(now)


class _Reader:
    """One reading in progress: what its steps share."""

    def __init__(self, context: ReadContext) -> None:
        self.root, self.kind, self.options, self.index = context.root, context.kind, context.options, context.index
        self.context = context
        self.rows: dict[str, FileRow] = {}
        self.changed: set[str] = set()
        self.metadata: dict[str, PostMetadata] = {}
        self.media: dict[str, list[str]] = {}

    def read(self, now: datetime) -> Reading:
        ledger = Ledger(self.index.entries(), self.index.followers())
        problems: list[Problem] = []
        walk = Walk(self.root, self.context.skip, problems.append, self.kind.private_names)
        found = sorted(self.kind.files(self.options, walk, problems.append))
        refused = {problem.path for problem in problems}
        undated = self._extract(found, problems, now)
        refused |= {path for path, row in self.rows.items() if not row.hash}
        if self.index.is_adopted:
            ledger = Ledger(placed(ledger.entries, self.metadata.values()), ledger.followers)
        published = [one for one in self.metadata.values() if one.post.state == "published"]
        decisions = decide(published, ledger, [one.path for one in found])
        unavailable = self._unavailable(found, problems, ledger)
        kept = self._kept(unavailable, ledger)
        items = [article.post for article in decisions.articles]
        items += [post for entry in kept.values() if (post := codec.decode_post(entry.post))]
        invalid = {problem.path for problem in problems if problem.severity == "error"} - self.metadata.keys()
        readable = {path for path, row in self.rows.items() if row.hash}
        media = {media_path(address) for addresses in self.media.values() for address in addresses}
        return Reading(
            posts=tuple(one.post for one in self.metadata.values()),
            ids=decisions.ids,
            items=tuple(items),
            invalid=tuple(sorted(invalid)),
            undated=tuple(undated),
            problems=(*problems, *decisions.problems),
            ledger=ledger,
            is_recovered=self.index.is_adopted,
            metadata=self.metadata,
            articles={article.facts.post.path: article for article in decisions.articles},
            kept=kept,
            unavailable=unavailable,
            rows=self.rows,
            changed=self.changed,
            removed=self._stored_paths() - readable,
            found=len(found),
            listed_folders=walk.listed,
            refused=refused,
            media=media - {""},
            expirations=() if self.options.expired else tuple(one.expires for one in published if one.expires),
        )

    def _extract(self, found: list[PostFile], problems: list[Problem], now: datetime) -> list[str]:
        """Fill `rows` and `metadata`, and return the paths of drafts without a date."""
        undated = []
        for one, known in zip(found, self._outcomes(found), strict=True):
            errors = [problem for problem in known.problems if problem.severity == "error"]
            if errors and errors[0].code == "no-date" and one.draft and not self.options.drafts:
                undated.append(one.path)
                continue
            problems.extend(known.problems)
            if known.media:
                self.media[one.path] = [address for address, _ in known.media]
            if known.facts:
                self.metadata[one.path] = self._timed(known.facts, now)
        return undated

    def _outcomes(self, found: list[PostFile]) -> list[Outcome]:
        known = self._remembered()
        tasks, outcomes = [], {}
        for one in found:
            row = known.get(one.path)
            remembered = self._remembered_of(one.path, row) if row else None
            if row is None or remembered is None:
                tasks.append(Task(one))
            elif self._is_settled(one.path, row):
                self.rows[one.path], outcomes[one.path] = row, remembered
            else:
                tasks.append(Task(one, row.hash, row.facts))
        examiner = Examiner(self.root, self.kind, self.options)
        spread = self.context.progress.following("reading", self.context.map)
        results = (row for rows in spread(examiner, chunked(tasks)) for row in rows)
        for task, row in zip(tasks, results, strict=True):
            path = task.found.path
            result = outcome(path, row.facts)
            self.rows[path] = row
            self.changed.add(path)
            outcomes[path] = result or Outcome(None, (), ())
        return [outcomes[one.path] for one in found]

    def _remembered(self) -> Mapping[str, FileRow]:
        if self.context.full or self.context.stored_key != self.context.keys.metadata:
            return {}
        return self.index.files()

    def _remembered_of(self, path: str, row: FileRow) -> Outcome | None:
        """What is remembered of a file, if all else that it depends on is as it was."""
        known = outcome(path, row.facts)
        if known and all(examine.media_size(self.root, address) == size for address, size in known.media):
            return known
        return None

    def _is_settled(self, path: str, row: FileRow) -> bool:
        """Whether a file looks as it did, and could not have changed unseen."""
        try:
            stamp = stamp_of(os.stat(f"{self.root}/{path}"))  # noqa: PTH116 # once for every post
        except OSError:
            return False
        return stamp == row.stamp and not is_young(stamp.ctime, self.context.since)

    def _timed(self, facts: PostMetadata, now: datetime) -> PostMetadata:
        if facts.post.state != "published":
            return facts
        if facts.expires and facts.expires <= now.timestamp() and not self.options.expired:
            return facts._replace(post=facts.post._replace(state="expired"))
        if facts.post.date <= now or self.options.future:
            return facts
        return facts._replace(post=facts.post._replace(state="future"))

    def _stored_paths(self) -> set[str]:
        try:
            return {row[0] for row in self.index.stamps("files")}
        except DamagedError:  # these rows only save work: without them, the index is made anew
            return set()

    def _unavailable(self, found: Iterable[PostFile], problems: Iterable[Problem], ledger: Ledger) -> set[str]:
        """Return the paths of posts that are there and unreadable, or have to wait: their items are not gone."""
        unreadable = {one.path for one in found} - self.metadata.keys()
        closed = tuple(f"{problem.path}/" for problem in problems if problem.code == "unreadable")
        if closed:
            unreadable |= {one.path for one in ledger.entries.values() if f"{one.path}/".startswith(closed)}
        return unreadable | {path for path, one in self.metadata.items() if one.post.state == "future"}

    def _kept(self, unavailable: set[str], ledger: Ledger) -> dict[str, Entry]:
        """Return the entries of items whose post is unreadable: they stay as they were last published."""
        unreadable = unavailable - self.metadata.keys()
        known = self.index.rendered() if unreadable else {}
        kept = {}
        for entry in ledger.entries.values() if unreadable else ():
            if entry.path in unreadable and not entry.gone and entry.id in known:
                packet = self.index.content(entry.id)
                is_whole = codec.decode_content(packet) and codec.signature(packet) == known[entry.id].hash
                if is_whole and codec.decode_post(entry.post):
                    kept[entry.path] = entry
        return kept
