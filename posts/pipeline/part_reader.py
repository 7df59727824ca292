"""Read the posts that a few changes concern, instead of all posts of a site. The catalog and the ledger say which.

A changed post concerns the posts that may be one article with it (those with an equal title, before or now), the
posts of items that it was or is part of, and the posts that refer to it. Among these, everything is decided by the same
steps as among all posts (`posts.pipeline.reader.decide`), and with the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cached_property
from typing import Literal

from posts.identity.ledger import Ledger
from posts.identity.merging import title_hash
from posts.identity.pages import link_hash, page_link
from posts.model import Head
from posts.pipeline.context import ReadContext
from posts.pipeline.library import names_of, undated_names
from posts.pipeline.loaded_posts import LoadedPosts
from posts.pipeline.reader import decide, published_paths
from posts.pipeline.reading import Reading, Rest, Scan
from posts.pipeline.scanner import unpack
from posts.pipeline.site_scan import Found, SiteScan, walk_site
from posts.sites.base import PostFile
from posts.store.catalog import Catalog
from posts.store.lookup import LedgerLookup
from posts.store.rows import Entry, LedgerSnapshot

MOST_CHANGES = 1_000
"""The number of changes above which all posts are read: at 10,000 posts that is as fast then."""


class PartReader:
    """Read the posts that the changes since the last run concern.

    Args:
        context: The site and its index, whose catalog is complete.
        files: The paths of post files that changed or are gone.
        now: The time of the run; aware.
        has_other_names: Whether there may be other files than at the last run: the site is walked through.

    Attributes:
        found: The files that may be posts; without a walk only their paths are known.
        has_walked: Whether the site was walked through.
        touched: The paths of the posts that changed, appeared, vanished or are due, and of those that refer to them.
    """

    def __init__(self, context: ReadContext, files: AbstractSet[str], now: datetime, *, has_other_names: bool) -> None:
        self.context, self.catalog, self.now = context, Catalog(context.index), now
        self.ledger = LedgerLookup(context.index)
        self.has_walked = has_other_names
        self._stored = stored = set(context.index.paths("files"))
        unread = self.catalog.in_state("unreadable")
        if has_other_names:
            # In a plain folder, whether a file may be a post depends on what is published: each is judged anew.
            is_fixed = not context.kind.chooses_folders or bool(context.options.folders)
            self.found = walk_site(context, _Published(self.ledger), frozenset(stored if is_fixed else ()))
        else:
            self.found = Found((), stored | unread, (), {})
        self._first: Scan | None = None
        self._heads: Mapping[str, Head] = {}
        self._posts: LoadedPosts | None = None
        known = stored | unread
        changed = {*files, *unread, *(self.found.paths - known)} & self.found.paths
        self.touched: set[str] = {*files, *changed, *(known - self.found.paths), *self.catalog.due(now.timestamp())}
        self.is_possible = not self.found.closed and len(self.touched) <= MOST_CHANGES
        if self.is_possible:
            self._scan(changed)
            self.touched |= self._referring(self.touched)

    def _files(self, paths: Iterable[str]) -> list[PostFile]:
        """Return the files that may be posts at some paths, in order of path."""
        is_draft = self.context.kind.is_draft
        return [PostFile(path, is_draft(path)) for path in sorted(paths) if path in self.found.paths]

    def _scan(self, changed: AbstractSet[str]) -> None:
        """Read the files that changed; `_first` and `_heads` have the results."""
        stored = {path: row for path in changed if (row := self.context.index.file(path))}
        self._first = SiteScan(self.context, self.found, stored).run(self._files(changed), self.now, changed, ())
        self._heads = self._first.heads

    def _referring(self, paths: AbstractSet[str]) -> set[str]:
        """Return the posts whose bodies or sources refer to posts that changed."""
        pages = {row.page for row in self.catalog.posts(paths).values()}
        pages |= {link_hash(page_link(head.post)) for head in self._heads.values()}
        names = {name for path in paths for name in (path, *names_of(path), *undated_names(path))}
        # The titles before, of posts that changed or are gone, and those now.
        rows = {path: row for path in paths if (row := self.context.index.file(path))}
        before = (found.head for path, row in rows.items() if (found := unpack(path, row.facts)) and found.head)
        names |= {head.post.title for head in (*before, *self._heads.values()) if head.post.title}
        return self.catalog.with_sources(pages) | self.catalog.dependents(names)

    def concerned(self, paths: Iterable[str]) -> set[str]:
        """Return some posts, and all posts that have to be decided upon together with them."""
        todo, done = set(paths), set[str]()
        while todo:
            done |= todo
            titles = {row.title for row in self.catalog.posts(todo).values()}
            titles |= {title_hash(self._heads[path]) for path in todo & self._heads.keys()}
            todo = (self.catalog.alike(titles) | self._together(todo)) - done
        return done

    def _together(self, paths: AbstractSet[str]) -> set[str]:
        """Return the paths of the posts that are or were part of the same items."""
        entries = self.ledger.items_of(paths)
        followers = self.ledger.followers(paths)
        entries += self.ledger.items(followers.values())
        found = {path for entry in entries for path in (entry.path, *entry.others.split("\n")) if path}
        return found | followers.keys() | self.ledger.followers_of({entry.id for entry in entries}).keys()

    def read(self, paths: Iterable[str]) -> Reading:
        """Return the reading of some posts, and of all that have to be decided upon together with them."""
        concerned = self.concerned(paths)
        entries = self._entries(concerned)
        stored = LedgerSnapshot(self.ledger.seen(concerned), entries, self._followers(concerned, entries))
        published = published_paths(stored.seen, entries)
        files = self._files(concerned)
        rows = {
            path: row
            for path in concerned - (self._first.rows.keys() if self._first else set())
            if (row := self.context.index.file(path))
        }
        scan = SiteScan(self.context, self.found, rows, self._first)
        result = scan.run(files, self.now, published, concerned & self._stored)
        page_of = _Pages(self.catalog, concerned)
        self._posts = LoadedPosts(self.context, result.heads, result.rows, page_of, self._posts)
        before = Ledger(entries, stored.followers, stored.seen, self.ledger)
        return decide(self.context, result, stored, before, self._posts, self.now, self._rest(concerned, stored))

    def _entries(self, paths: AbstractSet[str]) -> dict[str, Entry]:
        found = {entry.id: entry for entry in self.ledger.items_of(paths)}
        ids = set(self.ledger.followers(paths).values()) - found.keys()
        found |= {entry.id: entry for entry in self.ledger.items(ids)}
        return dict(sorted(found.items()))  # in the order in which all items are read

    def _followers(self, paths: AbstractSet[str], entries: Collection[str]) -> dict[str, str]:
        return dict(sorted({**self.ledger.followers(paths), **self.ledger.followers_of(entries)}.items()))

    @cached_property
    def _counts(self) -> tuple[Counter[str], int]:
        """Return the number of files in each state, and of posts that the ledger says are published."""
        return self.catalog.states(), self.ledger.count_published()

    def _rest(self, paths: AbstractSet[str], stored: LedgerSnapshot) -> Rest:
        states, published = self._counts
        states = states - Counter(row.state for row in self.catalog.posts(paths).values())
        return Rest(
            states=states,
            published=published - sum(not line.gone for line in stored.seen.values()),
            future=self.catalog.next_due("future", paths),
            expires=self.catalog.next_due("published", paths),
            paths=paths,
        )

    def addresses(self, reading: Reading) -> Mapping[str, str]:
        """Return the addresses of all posts, by path."""
        read = reading.rest.paths if reading.rest else frozenset[str]()
        return _OfPosts(self.context, self.catalog, reading.scan.heads, read, self.found.paths, "permalink")

    def titles(self, reading: Reading) -> Mapping[str, str]:
        """Return the titles of all posts, by path."""
        read = reading.rest.paths if reading.rest else frozenset[str]()
        return _OfPosts(self.context, self.catalog, reading.scan.heads, read, self.found.paths, "title")


class _Published(Container[str]):
    """Say whether a post is published, by its path."""

    def __init__(self, ledger: LedgerLookup) -> None:
        self._ledger = ledger

    def __contains__(self, path: object) -> bool:
        name = str(path)
        lines = self._ledger.seen([name]).values()
        return any(not line.gone for line in lines) or any(
            entry.path == name and not entry.gone for entry in self._ledger.items_of([name])
        )


class _Pages:
    """Find the post of a page among the posts that are not read."""

    def __init__(self, catalog: Catalog, read: Collection[str]) -> None:
        self._catalog, self._read = catalog, read

    def __call__(self, link: str) -> str:
        found = self._catalog.with_pages([link_hash(link)]).items()
        others = (path for path, row in found if row.state == "published" and path not in self._read)
        return max(others, default="")


class _OfPosts(Mapping[str, str]):
    """A field of posts by path: of those that were read, and of others from the index when they are asked for."""

    def __init__(
        self,
        context: ReadContext,
        catalog: Catalog,
        heads: Mapping[str, Head],
        read: AbstractSet[str],
        living: AbstractSet[str],
        field: Literal["permalink", "title"],
    ) -> None:
        self._context, self._catalog = context, catalog
        self._heads, self._read, self._living = heads, read, living
        self._asked: dict[str, str] = {}
        self._field = field

    def __getitem__(self, path: str) -> str:
        if path in self._heads:
            return self._of(self._heads[path])
        if path not in self._asked:
            row = self._context.index.file(path) if path in self._living and path not in self._read else None
            known = unpack(path, row.facts) if row else None
            if known is None or known.head is None:
                raise KeyError(path)
            self._asked[path] = self._of(known.head)
        return self._asked[path]

    def _of(self, head: Head) -> str:
        return head.post.title if self._field == "title" else head.post.permalink

    def __iter__(self) -> Iterator[str]:
        others = (self._catalog.with_heads() - self._read) & self._living
        return iter(sorted(others | self._heads.keys()))

    def __len__(self) -> int:
        return sum(1 for _ in self)
