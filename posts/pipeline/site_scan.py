"""Walk through a site, and scan its post files: those that changed are read, for others the index has the result."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from posts.errors import NO_POST, DamagedError, Problem
from posts.files.stat import is_young, stamp_of
from posts.files.walk import Walk
from posts.model import Head
from posts.pipeline.context import ReadContext
from posts.pipeline.parallel import chunked
from posts.pipeline.reading import Scan
from posts.pipeline.scanner import Scanned, Scanner, Task, unpack
from posts.pipeline.texts import without_links
from posts.sites.base import PostFile
from posts.store.packet_file import PacketFile
from posts.store.rows import FileRow, FileVersion


class Found(Struct, frozen=True):
    """Hold what a walk through a site found.

    Attributes:
        files: The files that may be posts, in order of path.
        paths: Their paths.
        problems: The problems with files and folders.
        folders: What the walk found in each folder, by path below the site.
    """

    files: tuple[PostFile, ...]
    paths: AbstractSet[str]
    problems: tuple[Problem, ...]
    folders: Mapping[str, str]

    @property
    def closed(self) -> tuple[str, ...]:
        """Return the paths of folders that could not be read, each with a slash at its end."""
        return tuple(f"{problem.path}/" for problem in self.problems if problem.code == "unreadable")


def walk_site(context: ReadContext, published: Container[str], known: Container[str] = frozenset()) -> Found:
    """Walk through the site.

    Args:
        context: The site and its index.
        published: The paths of posts that are published.
        known: The paths of files that may be posts, as far as they are known with the same settings.
    """
    problems: list[Problem] = []
    walk = Walk(context.root, context.skip, problems.append, context.kind.private_names, known)
    files = context.kind.files(context.options, walk, problems.append, published)
    found = tuple(without_links(sorted(files), walk.links))
    return Found(found, {one.path for one in found}, tuple(problems), walk.listed)


class SiteScan:
    """Scan post files.

    Args:
        context: The site and its index.
        found: What the walk found.
        stored: The rows of files in the index, by path.
        earlier: The scan of some of the files earlier in this run.
    """

    def __init__(
        self, context: ReadContext, found: Found, stored: Mapping[str, FileRow], earlier: Scan | None = None
    ) -> None:
        self.context, self.found, self.options = context, found, context.options
        self.rows: dict[str, FileVersion] = {}
        self.packets = earlier.packets if earlier else PacketFile(context.index.path.parent)
        self.changed: set[str] = set()
        self.heads: dict[str, Head] = {}
        self.held: set[str] = set()  # the paths of posts that cannot be read, but whose author holds them back
        self._stored = stored
        self._fresh: Mapping[str, FileVersion] = earlier.rows if earlier else {}

    def run(self, files: Iterable[PostFile], now: datetime, published: AbstractSet[str], known: Iterable[str]) -> Scan:
        """Scan some files.

        Args:
            files: The files.
            now: The time of the run.
            published: The paths of posts that were published last, as far as they concern these files.
            known: The paths in the index, as far as they concern these files.
        """
        files = list(files)
        problems = list(self.found.problems)
        refused = {problem.path for problem in problems}
        undated, ignored = self._scanned(files, problems, published, now)
        refused |= {path for path, row in self.rows.items() if not row.hash}
        invalid = {problem.path for problem in problems if problem.severity == "error"} - self.heads.keys()
        readable = {path for path, row in self.rows.items() if row.hash}
        heads = self.heads.values()
        return Scan(
            heads=self.heads,
            invalid=tuple(sorted(invalid)),
            undated=tuple(undated),
            problems=tuple(problems),
            unavailable=self._unavailable(files, published),
            rows=self.rows,
            packets=self.packets,
            changed=self.changed,
            removed=set(known) - readable,
            found=len(files) - ignored,
            living=self.found.paths,
            listed_folders=self.found.folders,
            refused=refused,
            expirations=()
            if self.options.expired
            else tuple(head.expires for head in heads if head.expires and head.post.state == "published"),
        )

    def _scanned(
        self, files: list[PostFile], problems: list[Problem], published: AbstractSet[str], now: datetime
    ) -> tuple[list[str], int]:
        """Fill `rows` and `heads`; return the paths of drafts without a date, and how many files are not posts."""
        undated, ignored = [], 0
        for one, known in zip(files, self._results(files), strict=True):
            errors = [problem for problem in known.problems if problem.severity == "error"] if known.problems else []
            if known.held == NO_POST:
                if one.path not in published:
                    ignored += 1
                    continue
            elif known.held:
                self.held.add(one.path)
            if errors and errors[0].code == "no-date" and known.held == "draft":
                undated.append(one.path)
                continue
            problems.extend(known.problems)
            if known.head:
                self.heads[one.path] = self._timed(known.head, now)
        return undated, ignored

    def _results(self, files: list[PostFile]) -> list[Scanned]:
        tasks, outcomes = [], {}
        for one in files:
            path = one.path
            fresh, row = self._fresh.get(path), self._stored.get(path)
            packet = self.packets[path] if fresh else row.facts if row else b""
            stored = unpack(path, packet) if packet else None
            if stored and fresh:
                self.rows[path], outcomes[path] = fresh, stored
            elif stored and row and self._is_unchanged(path, row):
                self.rows[path], outcomes[path] = FileVersion(row.stamp, row.hash), stored
            else:
                tasks.append(Task(one, row.hash, row.facts) if row and stored else Task(one))
        scanner = Scanner(self.context.root, self.context.kind, self.options)
        spread = self.context.progress.following("reading", self.context.map)
        results = (row for rows in spread(scanner, chunked(tasks)) for row in rows)
        for task, row in zip(tasks, results, strict=True):
            path = task.found.path
            if not row.hash:  # a worker on another machine may not see a new file yet
                row = scanner([task])[0]  # noqa: PLW2901 # the same file, read here
            self.rows[path] = FileVersion(row.stamp, row.hash)
            self.packets[path] = row.facts
            outcomes[path] = unpack(path, row.facts) or Scanned(None, ())
        self.changed = {task.found.path for task in tasks} | (self._fresh.keys() & self.rows.keys())
        return [outcomes[one.path] for one in files]

    def _is_unchanged(self, path: str, row: FileRow) -> bool:
        """Return whether a file has not changed since the last run, judged by times that cannot mislead."""
        try:
            stamp = stamp_of(os.stat(f"{self.context.root}/{path}"))  # noqa: PTH116 # once for every post
        except OSError:
            return False
        return stamp == row.stamp and not is_young(stamp.ctime, self.context.since)

    def _timed(self, head: Head, now: datetime) -> Head:
        """Return the head with the state that the post has at `now`: expired, future or published."""
        post = head.post
        if post.state != "published":
            return head
        if head.expires and head.expires <= now.timestamp() and not self.options.expired:
            return head._replace(post=post._replace(state="expired"))
        if self.options.future or head.due <= now.timestamp():
            return head
        return head._replace(post=post._replace(state="future"))

    def _unavailable(self, files: Iterable[PostFile], published: AbstractSet[str]) -> set[str]:
        """Return the paths of posts that are unreadable or not due yet: their items are not removed."""
        unreadable = {one.path for one in files} - self.heads.keys() - self.held
        if closed := self.found.closed:
            unreadable |= {path for path in published if f"{path}/".startswith(closed)}
        return unreadable | {path for path, head in self.heads.items() if head.post.state == "future"}


def stored_rows(context: ReadContext) -> Mapping[str, FileRow]:
    """Return the rows of all post files in the index, {} if they were made with other settings or versions."""
    return {} if context.full or context.stored_key != context.keys.metadata else context.index.files()


def stored_paths(context: ReadContext) -> set[str]:
    """Return the paths of all post files in the index."""
    with suppress(DamagedError):  # these rows are a cache: without them, the index is rebuilt
        return {row[0] for row in context.index.stamps("files")}
    return set()
