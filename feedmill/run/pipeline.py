"""Run the steps of one run: read, select, plan, decide, build, publish.

1. Read: `posts.pipeline.reader` scans the posts that changed and takes the others from the index. It decides which
   posts are one article. If nothing but a few posts has changed, `posts.pipeline.part_reader` reads only the posts that
   these changes concern, and only the feeds that may differ are selected (`feedmill.run.part_selection`).
2. Select: `feeds.select` decides which articles are in which feed. `posts.pipeline.content_cache` loads and renders the
   posts that no earlier run has rendered. If a file changes meanwhile, its item stays as published and the selection is
   repeated. Then `posts.pipeline.ledger_entries` gives an id to every item that a feed shows.
3. Plan: `feeds.build.plan` lists all files, each with a signature of everything that its bytes depend on.
4. Decide: new items, removals and the paths of new files are stored in the ledger, before any file changes. A run that
   is interrupted after this is continued with the same decisions.
5. Build and publish: files whose signature changed are built and replaced, those of removed feeds are removed.
6. Store the outcome (`feedmill.run.outcome`): the work that the next run need not repeat.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from feedmill.cli.report import Report
from feedmill.run.guards import refuse_harm
from feedmill.run.part_selection import PartialRunError, PartSelection
from feedmill.run.read_step import ReadStep
from feedmill.run.site import OpenSite
from feeds.build.build import Builder
from feeds.build.channel import feed_updated
from feeds.build.job import Job
from feeds.build.plan import plan
from feeds.destinations.base import Destination, Outcome
from feeds.formats.specimens import Specimens
from feeds.model import Artifact
from feeds.select.archives import ArchiveDocument, allocate_archives, archive_documents
from feeds.select.tombstones import TOMBSTONE_LIFETIME, with_tombstones
from posts.errors import Problem, RefusedError
from posts.model import Post
from posts.pipeline.cache_keys import feeds_key
from posts.pipeline.parallel import chunked
from posts.pipeline.reading import Rest
from posts.pipeline.render import RenderedPost
from posts.store.rows import UNWRITTEN, FeedRow, OutputRow

_FILES_PER_CHUNK = 30  # that one process builds at a time: the formats of a feed share its items


class Pipeline:
    """One run over a site.

    Attributes:
        jobs: All files of all feeds, in the order in which they are published.
        problems: The problems of posts.
        part: Reads a part of the posts, if that is all that changes concern; else None.
        selection: Which feeds there are, and which items are recent.
        shown: The paths of the posts, among those that were read, that feeds show.
        withdrawn: The items that were withdrawn recently, as last published, and when (seconds since 1970).
        archives: The ids in every archive document, a line each, by place (`posts.store.rows.place_of`).
        specimens: What feedgen wrote for the shapes of documents, in earlier runs and in this one.
    """

    def __init__(self, run: OpenSite, *, guard: bool = False, render_all: bool = False) -> None:
        """Read the posts, select the feeds, render contents and plan the files. Writes nothing.

        Args:
            run: The site.
            guard: Raise UsageError if there is nothing to publish.
            render_all: Also render the posts that are in no feed, to find their problems.

        Raises:
            PartialRunError: All posts have to be read.
            RefusedError: Two feeds would have the same file.
            UsageError: The site has no posts and never had any.
        """
        self.run = run
        self.now = run.options.now
        step = ReadStep(run, guard=guard)
        if render_all:
            step.render_all()
        self.context, self.part, self.reading, self.selection = step.context, step.part, step.reading, step.selection
        self.contents, self.record, self.shown = step.contents, step.record, step.shown_anywhere
        checked = self.reading.scan.heads if render_all else self.shown
        self.problems: list[Problem] = sorted({*step.problems(checked), *run.problems})
        self.withdrawn = self._withdrawn()
        feeds = step.complete_feeds()
        self.feeds = with_tombstones(feeds, self.withdrawn, run.read_options.site, run.feeds_options)
        items = {path: self.record.signature(path) for path in step.shown}
        key = feeds_key(run.versions)
        self.specimens = Specimens(key, run.state.specimens)
        self.archives, documents = self._archives()
        self.jobs = plan(self.feeds, items, run.read_options.site, run.feeds_options, key, documents)

    def _withdrawn(self) -> list[tuple[Post, int]]:
        return self.record.withdrawn(int((self.now - TOMBSTONE_LIFETIME).timestamp()))

    def _archives(self) -> tuple[dict[str, str], dict[str, list[ArchiveDocument]]]:
        """Return the ids in every archive document, and the documents of every feed by its key."""
        if not self.run.feeds_options.archives:
            return {}, {}
        first = {item_id: entry.first for item_id, entry in self.reading.ledger.entries.items()}
        first |= {entry.id: entry.first for entry in self.record.entries.values()}
        if not isinstance(self.selection, PartSelection):
            rows = allocate_archives(self._stored_archives(), self.feeds, first)
            return rows, {feed.key: archive_documents(rows, feed) for feed in self.feeds}
        feeds, part = [feed for feed in self.feeds if not feed.is_current], self.selection.archives
        known = self.selection.known_feeds
        for feed in feeds:
            # A feed without items is always selected; its documents change when a tombstone changes its time.
            stored = known.get(feed.key)
            if feed.key not in part.counts and (not stored or feed_updated(feed).isoformat() != stored.updated):
                raise PartialRunError
        rows = allocate_archives(part.rows, feeds, first)
        documents = {feed.key: archive_documents(rows, feed, part.changed(feed.key, rows)) for feed in feeds}
        return rows, documents

    def _stored_archives(self) -> Mapping[str, str]:
        """Return the ids in the archive documents of the feeds that were selected, as they are stored."""
        selection = self.selection
        return selection.archives.rows if isinstance(selection, PartSelection) else self.run.index.archives()

    def publish(self, destination: Destination, outputs: Mapping[str, OutputRow]) -> Outcome:
        """Store the decisions in the ledger, then publish the files that changed.

        Args:
            destination: Where the files go.
            outputs: The index rows of published files, by path below the web root.

        Raises:
            RefusedError: The feeds in the output are another site's, or too many published posts are missing.
        """
        todo, gone = self.todo(destination, outputs)
        refuse_harm(self.run, self.reading, self.record.present, destination, todo, gone)
        self._decide(todo, outputs)
        outcome = self.make(destination, todo, gone)
        files = self.run.index.paths("outputs") if self.part else (job.path for job in self.jobs)
        untouched = {*files} - {job.path for job in todo}
        return replace(outcome, unchanged=tuple(sorted({*outcome.unchanged, *untouched})))

    def todo(self, destination: Destination, outputs: Mapping[str, OutputRow]) -> tuple[list[Job], Collection[str]]:
        """Return the files to build, and the paths of published files to remove."""
        todo = [job for job in self.jobs if not self._is_done(job, destination, outputs)]
        return todo, () if self.part else outputs.keys() - {job.path for job in self.jobs}

    def refusal(self, destination: Destination, todo: Sequence[Job], gone: Collection[str]) -> str:
        """Return the reason why publishing would be refused, or ""."""
        try:
            refuse_harm(self.run, self.reading, self.record.present, destination, todo, gone)
        except RefusedError as error:
            return str(error)
        return ""

    def _is_done(self, job: Job, destination: Destination, outputs: Mapping[str, OutputRow]) -> bool:
        row = None if self.run.options.full else outputs.get(job.path)
        return row is not None and row.signature == job.signature and destination.is_intact(job.path)

    def make(self, destination: Destination, jobs: Sequence[Job], gone: Iterable[str] = ()) -> Outcome:
        """Build the files of `jobs` and publish them; remove the paths in `gone`."""
        return destination.publish(self.artifacts(jobs), gone)

    def artifacts(self, jobs: Sequence[Job]) -> Iterator[Artifact]:
        """Yield the files of `jobs`, in their order. Several processes may build them."""
        options, specimens = self.run.feeds_options, self.specimens
        builder = Builder(self.feeds, self.contents.content, self.run.read_options.site, options, specimens)

        def build(numbers: Sequence[int]) -> tuple[list[Artifact], Mapping[str, RenderedPost], Specimens]:
            # Contents that a worker process had to render again, and its specimens, are in its memory only: return them
            # as well.
            return list(builder.build([jobs[number] for number in numbers])), dict(self.contents.again), specimens

        parts = self.run.local_map()(build, chunked(range(len(jobs)), _FILES_PER_CHUNK))
        for artifacts, again, made in self.run.progress.over("building", parts, len(jobs), lambda part: len(part[0])):
            self.contents.again.update(again)
            specimens.update(made)
            yield from artifacts

    def _decide(self, todo: Sequence[Job], outputs: Mapping[str, OutputRow]) -> None:
        """Store the decisions before any file changes, so that an interrupted run is continued with the same ones.

        The paths of new files are stored too, so that every file that remains is in the index.
        """
        seen, unseen = self.record.seen()
        followers, parted = self.record.followers()
        rows = self._feed_rows()
        feeds = {key: row for key, row in rows.items() if self.selection.known_feeds.get(key) != row}
        dropped = self.selection.known_feeds.keys() - {feed.key for feed in self.feeds}
        known = self._stored_archives() if self.archives else {}
        archives = {place: ids for place, ids in self.archives.items() if known.get(place) != ids}
        items, contents, loaded = self.record.rows, self.contents.made, self.reading.posts.has_made
        lines = seen or unseen or followers or parted
        if lines or items or feeds or dropped or archives or contents or loaded or todo:
            with self.run.index.change() as change:
                change.seen(seen, unseen)
                change.items(items)
                change.followers(followers, parted)
                change.loaded(self.reading.posts.made())
                change.contents(contents, self.contents.packets.__getitem__)
                change.feeds(feeds, dropped)
                change.archives(archives)
                self.run.store_output_folder(change)
                pending = {job.path: UNWRITTEN for job in todo if job.path not in outputs}
                change.outputs(pending, ())
                notify = self.to_notify(job.path for job in todo)
                state = self.run.state._replace(first_run=self.selection.first_run, is_unfinished=True, pending=notify)
                self.run.save(change, state)

    def _feed_rows(self) -> dict[str, FeedRow]:
        feeds = (feed for feed in self.feeds if not feed.is_current)
        return {feed.key: FeedRow(feed.id, feed.title, feed_updated(feed).isoformat()) for feed in feeds}

    def published_paths(self) -> list[str]:
        """Return the paths of all published posts, among those that were read."""
        return [path for path, head in self.reading.scan.heads.items() if head.post.state == "published"]

    def report(self, outcome: Outcome, started: float) -> Report:
        """Return the report of the run, which began at `started` (seconds, `time.monotonic`)."""
        scan = self.reading.scan
        states: Counter[str] = Counter(head.post.state for head in scan.heads.values())
        states.update(invalid=len(scan.invalid), draft=len(scan.undated))
        rest = self.reading.rest or Rest()
        states.update({state: count for state, count in rest.states.items() if state != "other"})
        published = states.pop("published", 0)
        return Report(
            posts=published,
            new=len(self.reading.lines.new),
            changed=self.record.updated,
            gone=len(self.reading.lines.gone),
            skipped=states.total(),
            skipped_by={state: count for state, count in sorted(states.items()) if count},
            feeds=len(self.feeds),
            written=outcome.written,
            unchanged=outcome.unchanged,
            removed=outcome.removed,
            problems=self.problems,
            seconds=round(time.monotonic() - started, 3),
            next_due=min([*self.future_dates(), *filter(None, [rest.future])], default=None),
        )

    def to_notify(self, written: Iterable[str]) -> tuple[str, ...]:
        """Return the files that hubs are notified of once they are published.

        These include files of an interrupted run, which may have replaced them already, so that they are unchanged now.
        """
        return tuple(sorted({*written, *self.run.state.pending})) if self.run.feeds_options.hubs else ()

    def future_dates(self) -> list[float]:
        """Return when the posts that wait for their date are due, in seconds since 1970."""
        heads = self.reading.scan.heads.values()
        return [head.due for head in heads if head.post.state == "future"]
