"""Read a site: join the stages of reading. Changed files are read; the metadata of the others comes from the index.

In this module: walk ▸ stat ▸ extract (changed files) ▸ metadata ▸ assign ids ▸ items. Then in
`posts.pipeline.content_cache`: items in a window ▸ render (changed posts) ▸ contents. Finally in
`posts.pipeline.ledger_entries`: new entries for the ledger.
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
from posts.identity.assign import decide
from posts.identity.merging import Ledger
from posts.model import PostMetadata
from posts.pipeline.extract import Extracted, Extractor, Task, media_path, media_size, unpack
from posts.pipeline.parallel import chunked
from posts.pipeline.reading import ReadContext, Reading
from posts.pipeline.recover import restore_paths
from posts.pipeline.texts import TextReader, without_links
from posts.sites.base import PostFile
from posts.store import codec
from posts.store.rows import Entry, FileRow


def read_site(context: ReadContext, now: datetime) -> Reading:
    """Read the posts of a site.

    Args:
        context: The site, its index and how the work is distributed.
        now: The time of the run; aware. Posts with a later date are not published unless the options say so.
    """
    return _SiteReader(context).read(now)


class _SiteReader:
    """Hold the state that the steps of one reading share."""

    def __init__(self, context: ReadContext) -> None:
        self.root, self.kind, self.options, self.index = context.root, context.kind, context.options, context.index
        self.context = context
        self.rows: dict[str, FileRow] = {}
        self.changed: set[str] = set()
        self.metadata: dict[str, PostMetadata] = {}
        self.media: dict[str, list[str]] = {}
        self.held: set[str] = set()  # the paths of posts that cannot be read, but whose author holds them back

    def read(self, now: datetime) -> Reading:
        ledger = Ledger(self.index.entries(), self.index.followers())
        problems: list[Problem] = []
        walk = Walk(self.root, self.context.skip, problems.append, self.kind.private_names)
        published_paths = {entry.path for entry in ledger.entries.values() if not entry.gone}
        files = self.kind.files(self.options, walk, problems.append, published_paths)
        found = without_links(sorted(files), walk.links)
        refused = {problem.path for problem in problems}
        undated, ignored = self._extract(found, problems, published_paths, now)
        refused |= {path for path, row in self.rows.items() if not row.hash}
        if self.index.is_adopted:
            ledger = Ledger(restore_paths(ledger.entries, self.metadata.values()), ledger.followers)
        published = [one for one in self.metadata.values() if one.post.state == "published"]
        unavailable = self._unavailable(found, problems, ledger)
        texts, unreadable = TextReader(self.root, self.kind, self.options), unavailable - self.metadata.keys()
        decisions = decide(published, ledger, [one.path for one in found], texts.text_of, unreadable)
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
            articles={article.metadata.post.path: article for article in decisions.articles},
            kept=kept,
            unavailable=unavailable,
            held=self.held,
            rows=self.rows,
            changed=self.changed,
            removed=self._stored_paths() - readable,
            found=len(found) - ignored,
            listed_folders=walk.listed,
            refused=refused,
            media=media - {""},
            expirations=() if self.options.expired else tuple(one.expires for one in published if one.expires),
        )

    def _extract(
        self, found: list[PostFile], problems: list[Problem], published: AbstractSet[str], now: datetime
    ) -> tuple[list[str], int]:
        """Fill `rows` and `metadata`; return the paths of drafts without a date, and how many files are not posts."""
        undated, ignored = [], 0
        for one, known in zip(found, self._results(found), strict=True):
            errors = [problem for problem in known.problems if problem.severity == "error"]
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
            if known.media:
                self.media[one.path] = [address for address, _ in known.media]
            if known.metadata:
                self.metadata[one.path] = self._timed(known.metadata, now)
        return undated, ignored

    def _results(self, found: list[PostFile]) -> list[Extracted]:
        known = self._stored_rows()
        tasks, outcomes = [], {}
        for one in found:
            row = known.get(one.path)
            stored = self._stored_result(one.path, row) if row else None
            if row is None or stored is None:
                tasks.append(Task(one))
            elif self._is_unchanged(one.path, row):
                self.rows[one.path], outcomes[one.path] = row, stored
            else:
                tasks.append(Task(one, row.hash, row.facts))
        extractor = Extractor(self.root, self.kind, self.options)
        spread = self.context.progress.following("reading", self.context.map)
        results = (row for rows in spread(extractor, chunked(tasks)) for row in rows)
        for task, row in zip(tasks, results, strict=True):
            path = task.found.path
            result = unpack(path, row.facts)
            self.rows[path] = row
            self.changed.add(path)
            outcomes[path] = result or Extracted(None, (), ())
        return [outcomes[one.path] for one in found]

    def _stored_rows(self) -> Mapping[str, FileRow]:
        if self.context.full or self.context.stored_key != self.context.keys.metadata:
            return {}
        return self.index.files()

    def _stored_result(self, path: str, row: FileRow) -> Extracted | None:
        """Return the stored result for a file if the media that it depends on are unchanged, else None."""
        known = unpack(path, row.facts)
        is_same = known and all(media_size(self.root, address) == size for address, size in known.media)
        return known if is_same else None

    def _is_unchanged(self, path: str, row: FileRow) -> bool:
        """Return whether a file has not changed since the last run, judged by times that cannot mislead."""
        try:
            stamp = stamp_of(os.stat(f"{self.root}/{path}"))  # noqa: PTH116 # once for every post
        except OSError:
            return False
        return stamp == row.stamp and not is_young(stamp.ctime, self.context.since)

    def _timed(self, metadata: PostMetadata, now: datetime) -> PostMetadata:
        """Return the metadata with the state that the post has at `now`: expired, future or published."""
        if metadata.post.state != "published":
            return metadata
        if metadata.expires and metadata.expires <= now.timestamp() and not self.options.expired:
            return metadata._replace(post=metadata.post._replace(state="expired"))
        if (metadata.post.date <= now and metadata.publishes <= now.timestamp()) or self.options.future:
            return metadata
        return metadata._replace(post=metadata.post._replace(state="future"))

    def _stored_paths(self) -> set[str]:
        with suppress(DamagedError):  # these rows are a cache: without them, the index is rebuilt
            return {row[0] for row in self.index.stamps("files")}
        return set()

    def _unavailable(self, found: Iterable[PostFile], problems: Iterable[Problem], ledger: Ledger) -> set[str]:
        """Return the paths of posts that are unreadable or not due yet: their items are not removed."""
        unreadable = {one.path for one in found} - self.metadata.keys() - self.held
        closed = tuple(f"{problem.path}/" for problem in problems if problem.code == "unreadable")
        if closed:
            unreadable |= {one.path for one in ledger.entries.values() if f"{one.path}/".startswith(closed)}
        return unreadable | {path for path, one in self.metadata.items() if one.post.state == "future"}

    def _kept(self, unavailable: set[str], ledger: Ledger) -> dict[str, Entry]:
        """Return the ledger entries of items whose post is unreadable: their published version is kept."""
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
