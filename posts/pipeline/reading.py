"""Define the result of reading a site: what the scan found, the lines of the ledger, and the articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from msgspec import Struct, field

from posts.errors import Problem
from posts.identity.assign import Decisions, assign_ids, complete, initial_id
from posts.identity.ledger import Ledger
from posts.identity.lines import Lines
from posts.identity.merging import Article, Articles
from posts.model import Head, Post
from posts.pipeline.loaded_posts import LoadedPosts
from posts.pipeline.loss_guard import refuse_losses
from posts.store.packet_file import PacketFile
from posts.store.rows import Entry, FileVersion, LedgerSnapshot, SeenPost


class Scan(Struct, frozen=True):
    """Hold what the scan of a site's folder found.

    Attributes:
        heads: The heads of all posts that could be read, by path, with the states of this time.
        invalid: The paths of files that could not be read.
        undated: The paths of drafts without a date, which is not an error.
        problems: The problems with files.
        unavailable: The paths of posts that exist but are unreadable, or have to wait for their date.
        rows: The versions of post files that the scan has seen, by path.
        packets: What the scan found in the files that were read in this run (`encode_file`), by path.
        changed: The paths of files that were read in this run.
        removed: The paths of files that are in the index but no longer exist.
        found: The number of files that may be posts.
        living: The paths of all files that may be posts.
        listed_folders: What the walk found in each folder, by path below the site.
        refused: The paths of files and folders that were skipped or could not be read.
        expirations: When published posts expire, in seconds since 1970.
    """

    heads: Mapping[str, Head]
    invalid: tuple[str, ...]
    undated: tuple[str, ...]
    problems: tuple[Problem, ...]
    unavailable: AbstractSet[str]
    rows: Mapping[str, FileVersion]
    packets: PacketFile
    changed: AbstractSet[str]
    removed: AbstractSet[str]
    found: int
    living: AbstractSet[str]
    listed_folders: Mapping[str, str]
    refused: AbstractSet[str]
    expirations: tuple[float, ...]

    def published(self) -> list[Head]:
        """Return the heads of the posts that are published now."""
        return [head for head in self.heads.values() if head.post.state == "published"]

    def unreadable(self) -> AbstractSet[str]:
        """Return the paths of posts that exist and cannot be read."""
        return self.unavailable - self.heads.keys()

    def changed_rows(self) -> dict[str, FileVersion]:
        """Return the versions of files that were read in this run, without unreadable ones."""
        return {path: self.rows[path] for path in self.changed if self.rows[path].hash}


class Rest(Struct, frozen=True):
    """Say what is known of the posts that a run does not read, because its changes do not concern them.

    Attributes:
        states: The number of files in each state.
        published: The number of posts that the ledger says are published.
        future: When the next post that waits is due, in seconds since 1970; None for none.
        expires: When the next post expires; None for none.
        paths: The paths of the posts that the run does read, whether they exist or not.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    published: int = 0
    future: float | None = None
    expires: float | None = None
    paths: AbstractSet[str] = frozenset()


class Reading(Struct, frozen=True):
    """Hold the result of reading a site's folder: all of its posts, or those that the changes of a run concern.

    Attributes:
        scan: What the scan found.
        stored: The ledger as it is stored.
        before: The lines of the ledger before this run.
        ledger: What earlier runs decided, with the lines of this run and the new paths of renamed posts.
        lines: The lines of this run.
        is_recovered: Whether the ledger was recovered from published feeds.
        articles: The articles of published posts, by path of the first of their posts.
        grouped: The same articles, with what was found on the way.
        kept: The ledger entries of items whose post is unreadable, by path.
        posts: Loads posts.
        rest: What is known of the posts that were not read; None if all were.
        missing: The paths of articles that this run cannot show, because their files changed while it was running.
    """

    scan: Scan
    stored: LedgerSnapshot
    before: Mapping[str, SeenPost]
    ledger: Ledger
    lines: Lines
    is_recovered: bool
    articles: Mapping[str, Article]
    grouped: Articles
    kept: dict[str, tuple[Entry, Post]]
    posts: LoadedPosts
    rest: Rest | None = None
    missing: set[str] = field(default_factory=set)

    def items(self) -> list[Post]:
        """Return a post for each article and for each item that is kept as it was published. They are not complete."""
        left_out = self.missing | self.kept.keys()
        present = (article.post for path, article in self.articles.items() if path not in left_out)
        return [*present, *(post for _, post in self.kept.values())]

    def first_published(self) -> dict[str, int]:
        """Return when each item was first published, in seconds since 1970, by path of its post."""
        kept = {path: entry.first for path, (entry, _) in self.kept.items()}
        return kept | {path: self.lines.all[path].first for path in self.articles}

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems that reading found."""
        return (*self.scan.problems, *self.grouped.problems)

    def refuse_losses(self, ids: AbstractSet[str]) -> None:
        """Raise RefusedError if the files of too many published posts are missing (`posts.pipeline.loss_guard`).

        Args:
            ids: The ids of all items that remain published.
        """
        scan, moved = self.scan, self.lines.moved
        present = {head.post.path for head in scan.published()} | scan.unreadable()
        pathless = [one for one in self.ledger.entries.values() if not (one.path or one.gone or one.id in ids)]
        seen = {moved.get(path, path): line for path, line in self.before.items()}
        others = self.rest.published if self.rest else 0
        there = {path for path in seen if path in scan.living or path in scan.unavailable}
        refuse_losses(seen, present, there, pathless, others)

    def complete_post(self, path: str, item_id: str = "") -> Post:
        """Return the complete post of an article that is loaded, or of an item that is kept."""
        if path in self.kept:
            return self.kept[path][1]
        return complete(self.articles[path], self.posts.metadata(path), item_id)

    def assign_ids(self, shown: Iterable[str], ids: Mapping[str, str] = MappingProxyType({})) -> Decisions:
        """Return the ids of the items of posts that feeds show. The posts must be loaded.

        Args:
            shown: The paths of the posts.
            ids: The ids of items that the ledger does not have yet, by path.
        """
        articles = {path: one._replace(claim=ids[path]) if path in ids else one for path, one in self.articles.items()}
        wanted = [(articles[path], self.posts.metadata(path)) for path in shown if path in articles]
        return assign_ids(wanted, articles.values(), self.ledger, self.scan.living, self.before)

    def all_ids(self, shown: Iterable[str] = ()) -> Decisions:
        """Load all posts, and return the ids that their items would have if feeds showed all of them.

        Args:
            shown: The paths of the posts that feeds show: they get their ids first.
        """
        loaded = self.posts.load([article.head for article in self.articles.values()])
        first = self.assign_ids(path for path in shown if path in loaded)
        rest = self.assign_ids(loaded, first.ids)
        return Decisions(rest.ids, (*first.problems, *rest.problems))

    def listed(self, shown: Iterable[str]) -> list[Post]:
        """Load all posts, and return them in order of date, each with its id, or the id that it would get.

        Args:
            shown: The paths of the posts that feeds show.
        """
        leaders = {head.post.path: leader for leader, article in self.articles.items() for head in article.others}
        known = {**self.grouped.waiting, **self.all_ids(shown).ids}
        found = []
        for path, metadata in self.posts.load(list(self.scan.heads.values())).items():
            item_id = known.get(leaders.get(path, path)) or initial_id(metadata)
            found.append(metadata.post.identified(item_id))
        return sorted(found, key=lambda post: (post.date, post.path))

    def complete_items(self) -> list[Post]:
        """Load all posts, and return the complete post of each article and of each item that is kept."""
        posts = (self.complete_post(path, item_id) for path, item_id in self.all_ids().ids.items())
        return [*posts, *(post for _, post in self.kept.values())]
