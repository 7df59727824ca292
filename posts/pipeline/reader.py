"""Read a site: join the steps of the first phase, which reads every changed file, but loads only what it must.

In this module: walk ▸ stat ▸ scan (changed files) ▸ lines of the ledger ▸ articles. In the second phase
`posts.pipeline.content_cache` loads and renders the posts in a window, and `posts.pipeline.ledger_entries` makes the
new entries of the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime

from posts.errors import NO_POST, DamagedError, Problem
from posts.files.stat import is_young, stamp_of
from posts.files.walk import Walk
from posts.identity.lines import Lines, update_lines
from posts.identity.merging import Ledger, group_posts
from posts.model import Head, Post
from posts.pipeline.context import ReadContext
from posts.pipeline.loaded_posts import LoadedPosts
from posts.pipeline.parallel import chunked
from posts.pipeline.reading import Reading, Scan
from posts.pipeline.recover import restore_paths
from posts.pipeline.scanner import Scanned, Scanner, Task, unpack
from posts.pipeline.texts import TextReader, without_links
from posts.sites.base import PostFile
from posts.store import codec
from posts.store.rows import Entry, FileRow, implied_lines


def read_site(context: ReadContext, now: datetime) -> Reading:
    """Read the posts of a site.

    Args:
        context: The site, its index and how the work is distributed.
        now: The time of the run; aware. Posts with a later date are not published unless the options say so.
    """
    index = context.index
    entries, before = index.entries(), index.seen()
    scan = _Scan(context).run(now, {path for path, line in before.items() if not line.gone}, entries)
    if index.is_adopted:
        entries = restore_paths(entries, (head.post for head in scan.heads.values()))
        before = {**implied_lines(entries.values(), {}), **before}
    published = scan.published()
    seconds = int(now.timestamp())
    posts = LoadedPosts(context, scan.heads, scan.rows)
    lines = update_lines(
        before,
        published,
        scan.living,
        scan.unavailable,
        seconds,
        by_date=index.is_adopted,
        trimmed=lambda heads: {path: one.body_hash for path, one in posts.load(heads).items()},
    )
    ledger = _moved(Ledger(entries, index.followers(), lines.all), lines)
    texts = TextReader(context.root, context.kind, context.options)
    unreadable = scan.unreadable()
    grouped = group_posts(published, ledger, scan.living, posts.load, texts.text_of, unreadable)
    return Reading(
        scan=scan,
        before=before,
        ledger=ledger,
        lines=lines,
        is_recovered=index.is_adopted,
        articles={article.head.post.path: article for article in grouped.all},
        grouped=grouped,
        kept=_kept(context, unreadable, ledger.entries.values()),
        posts=posts,
    )


def _moved(ledger: Ledger, lines: Lines) -> Ledger:
    """Return the ledger with the new paths of renamed posts."""
    moved = lines.moved
    if not moved:
        return ledger

    def renamed(entry: Entry) -> Entry:
        others = [moved.get(path, path) for path in entry.others.split("\n")] if entry.others else []
        return entry._replace(path=moved.get(entry.path, entry.path), others="\n".join(others))

    entries = {item_id: renamed(entry) for item_id, entry in ledger.entries.items()}
    followers = {moved.get(path, path): item_id for path, item_id in ledger.followers.items()}
    return Ledger(entries, followers, ledger.seen)


def keep_published(context: ReadContext, reading: Reading, paths: AbstractSet[str]) -> None:
    """Keep items as they were published: their posts changed or disappeared during this run, or cannot be rendered."""
    ledger = reading.ledger.entries
    claims = {path: claim for path in paths if (claim := reading.articles[path].claim) in ledger}
    kept = _kept(context, claims.keys(), (ledger[claim] for claim in claims.values()))
    reading.kept.update(kept)
    reading.missing.update(paths)


def _kept(
    context: ReadContext, unreadable: AbstractSet[str], entries: Iterable[Entry]
) -> dict[str, tuple[Entry, Post]]:
    """Return the ledger entries of items whose post is unreadable: their published version is kept."""
    known = context.index.rendered() if unreadable else {}
    kept = {}
    for entry in entries if unreadable else ():
        if entry.path in unreadable and not entry.gone and entry.path in known:
            packet = context.index.content(entry.path)
            is_whole = codec.decode_content(packet) and codec.signature(packet) == known[entry.path].hash
            if is_whole and (post := codec.decode_post(entry.post)):
                kept[entry.path] = (entry, post._replace(path=entry.path, id=entry.id))
    return kept


class _Scan:
    """Hold the state that the steps of one scan share."""

    def __init__(self, context: ReadContext) -> None:
        self.root, self.kind, self.options, self.index = context.root, context.kind, context.options, context.index
        self.context = context
        self.rows: dict[str, FileRow] = {}
        self.changed: set[str] = set()
        self.heads: dict[str, Head] = {}
        self.held: set[str] = set()  # the paths of posts that cannot be read, but whose author holds them back

    def run(self, now: datetime, seen: AbstractSet[str], entries: Mapping[str, Entry]) -> Scan:
        """Scan the site.

        Args:
            now: The time of the run.
            seen: The paths of the posts that were published last.
            entries: The items of the ledger.
        """
        problems: list[Problem] = []
        walk = Walk(self.root, self.context.skip, problems.append, self.kind.private_names)
        published = seen | {entry.path for entry in entries.values() if not entry.gone}
        files = self.kind.files(self.options, walk, problems.append, published)
        found = without_links(sorted(files), walk.links)
        refused = {problem.path for problem in problems}
        undated, ignored = self._scanned(found, problems, published, now)
        refused |= {path for path, row in self.rows.items() if not row.hash}
        invalid = {problem.path for problem in problems if problem.severity == "error"} - self.heads.keys()
        readable = {path for path, row in self.rows.items() if row.hash}
        heads = self.heads.values()
        return Scan(
            heads=self.heads,
            invalid=tuple(sorted(invalid)),
            undated=tuple(undated),
            problems=tuple(problems),
            unavailable=self._unavailable(found, problems, published),
            rows=self.rows,
            changed=self.changed,
            removed=self._stored_paths() - readable,
            found=len(found) - ignored,
            living={one.path for one in found},
            listed_folders=walk.listed,
            refused=refused,
            expirations=()
            if self.options.expired
            else tuple(head.expires for head in heads if head.expires and head.post.state == "published"),
        )

    def _scanned(
        self, found: list[PostFile], problems: list[Problem], published: AbstractSet[str], now: datetime
    ) -> tuple[list[str], int]:
        """Fill `rows` and `heads`; return the paths of drafts without a date, and how many files are not posts."""
        undated, ignored = [], 0
        for one, known in zip(found, self._results(found), strict=True):
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

    def _results(self, found: list[PostFile]) -> list[Scanned]:
        known = self._stored_rows()
        tasks, outcomes = [], {}
        for one in found:
            row = known.get(one.path)
            stored = unpack(one.path, row.facts) if row else None
            if row is None or stored is None:
                tasks.append(Task(one))
            elif self._is_unchanged(one.path, row):
                self.rows[one.path], outcomes[one.path] = row, stored
            else:
                tasks.append(Task(one, row.hash, row.facts))
        scanner = Scanner(self.root, self.kind, self.options)
        spread = self.context.progress.following("reading", self.context.map)
        results = (row for rows in spread(scanner, chunked(tasks)) for row in rows)
        for task, row in zip(tasks, results, strict=True):
            path = task.found.path
            self.rows[path] = row
            self.changed.add(path)
            outcomes[path] = unpack(path, row.facts) or Scanned(None, ())
        return [outcomes[one.path] for one in found]

    def _stored_rows(self) -> Mapping[str, FileRow]:
        if self.context.full or self.context.stored_key != self.context.keys.metadata:
            return {}
        return self.index.files()

    def _is_unchanged(self, path: str, row: FileRow) -> bool:
        """Return whether a file has not changed since the last run, judged by times that cannot mislead."""
        try:
            stamp = stamp_of(os.stat(f"{self.root}/{path}"))  # noqa: PTH116 # once for every post
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
        if self.options.future or (post.date <= now and head.publishes <= now.timestamp()):
            return head
        return head._replace(post=post._replace(state="future"))

    def _stored_paths(self) -> set[str]:
        with suppress(DamagedError):  # these rows are a cache: without them, the index is rebuilt
            return {row[0] for row in self.index.stamps("files")}
        return set()

    def _unavailable(
        self, found: Iterable[PostFile], problems: Iterable[Problem], published: AbstractSet[str]
    ) -> set[str]:
        """Return the paths of posts that are unreadable or not due yet: their items are not removed."""
        unreadable = {one.path for one in found} - self.heads.keys() - self.held
        closed = tuple(f"{problem.path}/" for problem in problems if problem.code == "unreadable")
        if closed:
            unreadable |= {path for path in published if f"{path}/".startswith(closed)}
        return unreadable | {path for path, head in self.heads.items() if head.post.state == "future"}
