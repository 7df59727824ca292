"""The work of one run, step by step: what is read, chosen, decided, made and remembered."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from feedmill.cli.report import Report
from feedmill.notify.queue import PendingTopics, enqueue
from feedmill.run.options import run_request
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import look
from feeds.build.build import Builder
from feeds.build.channel import feed_updated
from feeds.build.job import Job, topic
from feeds.build.plan import plan
from feeds.destinations.base import Destination, Outcome
from feeds.model import Artifact, Feed
from feeds.select.archives import ArchiveDocument, allocate_archives, archive_documents
from feeds.select.feeds import recently_published, select_feeds
from feeds.select.tombstones import TOMBSTONE_LIFETIME, with_tombstones
from posts.errors import RefusedError
from posts.files.stat import FINE
from posts.model import Post, Problem
from posts.pipeline.cache_keys import feeds_key
from posts.pipeline.content_cache import Contents
from posts.pipeline.ledger_entries import Record
from posts.pipeline.parallel import chunked
from posts.pipeline.reader import read_site
from posts.pipeline.render import Made
from posts.store.rows import UNWRITTEN, FeedRow, OutputRow

PAUSE = 50_000_000  # nanoseconds that a run may wait at its end, so that the next one need not read what it wrote
FILES = 60  # that one process builds at a time: the formats of a feed share its items


class Pipeline:
    """One run: posts in, feeds out."""

    def __init__(self, run: OpenSite, *, guard: bool = False, render_all: bool = False) -> None:
        """Read the posts, choose the feeds, and render the contents that no earlier run has rendered.

        `guard` refuses to go on if most published posts are missing (RefusedError); `render_all` renders posts that no
        feed shows, too.
        """
        self.run = run
        self.now = run.options.now
        self.seconds = int(self.now.timestamp())
        self.context = run.read_context()
        self.reading = read_site(self.context, self.now)
        if guard:
            self.reading.refuse_losses()
        self.known_feeds = run.index.feeds()
        self.first = {post.path: self.reading.first_published(post, self.now) for post in self.reading.items}
        self.recent = recently_published(self.first, run.feeds, self.now, self._first_run())
        self.contents = Contents(self.context, self.reading)
        chosen, complaints = self._chosen(render_all=render_all)
        self.problems: list[Problem] = sorted({*self.reading.problems, *complaints, *run.problems})
        self.record = Record(self.reading, self.contents, self.now)
        self.withdrawn = self._withdrawn()
        self.feeds = with_tombstones(self._final(chosen), self.withdrawn, run.reading.site, run.feeds)
        items = {path: self.record.signature(path) for path in {post.path for feed in chosen for post in _shown(feed)}}
        key = feeds_key(run.versions)
        self.archives, documents = self._archives()
        self.jobs = plan(self.feeds, items, run.reading.site, run.feeds, key, documents)

    def _chosen(self, *, render_all: bool) -> tuple[list[Feed], tuple[Problem, ...]]:
        """The feeds, and what is doubtful in the bodies of their items; without items whose files have just gone."""
        items = list(self.reading.items)
        while True:
            chosen = select_feeds(items, self.run.reading.site, self.run.feeds, self.recent, self.known_feeds)
            if self.run.options.prune:
                chosen = tuple(feed for feed in chosen if feed.posts or feed.kind == "all")
            wanted = {post.path: post for feed in chosen for post in _shown(feed)}
            if render_all:
                wanted = {post.path: post for post in items}
            missing, complaints = self.contents.render(sorted(wanted.values(), key=lambda post: post.path))
            if not missing:
                return list(chosen), complaints
            items = [post for post in items if post.path not in missing]

    def _final(self, chosen: Iterable[Feed]) -> list[Feed]:
        posts: dict[str, Post] = {}

        def final(some: Iterable[Post]) -> tuple[Post, ...]:
            return tuple(posts.get(post.path) or posts.setdefault(post.path, self.record.final(post)) for post in some)

        return [replace(feed, posts=final(feed.posts), members=final(feed.members)) for feed in chosen]

    def _withdrawn(self) -> list[tuple[Post, int]]:
        """The items that were taken back lately, as they were last published, and when they were."""
        return self.record.withdrawn(int((self.now - TOMBSTONE_LIFETIME).timestamp()))

    def _archives(self) -> tuple[dict[str, str], dict[str, list[ArchiveDocument]]]:
        """What is in every archive document, and the documents by their feeds' keys."""
        if not self.run.feeds.archives:
            return {}, {}
        first = {given: entry.first for given, entry in self.reading.ledger.entries.items()}
        first |= {entry.id: entry.first for entry in self.record.entries.values()}
        rows = allocate_archives(self.run.index.archives(), self.feeds, first)
        return rows, {feed.key: archive_documents(rows, feed, first) for feed in self.feeds}

    def publish(self, destination: Destination, outputs: Mapping[str, OutputRow]) -> Outcome:
        """Writes what was decided into the ledger, then the files that differ."""
        todo, gone = self.todo(destination, outputs)
        self._decide(todo, outputs)
        outcome = self.make(destination, todo, gone)
        untouched = {job.path for job in self.jobs} - {job.path for job in todo}
        return replace(outcome, unchanged=tuple(sorted({*outcome.unchanged, *untouched})))

    def todo(self, destination: Destination, outputs: Mapping[str, OutputRow]) -> tuple[list[Job], Collection[str]]:
        """The files that have to be made, and the paths of those that there are not to be any more."""
        todo = [job for job in self.jobs if not self._is_done(job, destination, outputs)]
        return todo, outputs.keys() - {job.path for job in self.jobs}

    def refusal(self) -> str:
        """Why publishing would be refused, "" when it would not."""
        try:
            if not self.run.options.allow_removals:
                self.reading.refuse_losses()
        except RefusedError as error:
            return str(error)
        return ""

    def _is_done(self, job: Job, destination: Destination, outputs: Mapping[str, OutputRow]) -> bool:
        row = None if self.run.options.full else outputs.get(job.path)
        return row is not None and row.signature == job.signature and destination.is_intact(job.path)

    def make(self, destination: Destination, jobs: Sequence[Job], gone: Iterable[str] = ()) -> Outcome:
        """Makes the files of `jobs` and gives them to the destination."""
        return destination.publish(self.artifacts(jobs), gone)

    def artifacts(self, jobs: Sequence[Job]) -> Iterator[Artifact]:
        """The files of `jobs`, in their order."""
        builder = Builder(self.feeds, self.contents.content, self.run.reading.site, self.run.feeds)

        def built(places: Sequence[int]) -> tuple[list[Artifact], Mapping[str, Made]]:
            # What a process had to make again only it knows, and this one has to remember.
            return list(builder.build([jobs[place] for place in places])), dict(self.contents.again)

        parts = self.context.map(built, chunked(range(len(jobs)), FILES))
        for artifacts, again in self.run.progress.over("building", parts, len(jobs), lambda part: len(part[0])):
            self.contents.again.update(again)
            yield from artifacts

    def _decide(self, todo: Sequence[Job], outputs: Mapping[str, OutputRow]) -> None:
        """The ledger before the files: a run that is cut off is continued with the same decisions.

        The index knows of every new file before it is there, so that none is left behind.
        """
        items, gone = self.record.changed, self.record.gone
        followers, contents = self.record.followers(), self.record.contents_made()
        rows = self._feed_rows()
        feeds = {key: row for key, row in rows.items() if self.known_feeds.get(key) != row}
        dropped = self.known_feeds.keys() - rows.keys()
        known = self.run.index.archives()
        archives = {place: ids for place, ids in self.archives.items() if known.get(place) != ids}
        if items or gone or followers or feeds or dropped or archives or contents or todo:
            with self.run.index.change() as change:
                change.items([*items, *gone])
                change.followers(followers, ())
                change.contents(contents)
                change.feeds(feeds, dropped)
                change.archives(archives)
                self.run.settle(change)
                pending = {job.path: UNWRITTEN for job in todo if job.path not in outputs}
                change.outputs(pending, ())
                notify = self._to_notify(job.path for job in todo)
                state = replace(self.run.state, first_run=self._first_run(), is_unfinished=True, pending=notify)
                self.run.save(change, state)

    def _feed_rows(self) -> dict[str, FeedRow]:
        return {feed.key: FeedRow(feed.id, feed.title, feed_updated(feed).isoformat()) for feed in self.feeds}

    def report(self, outcome: Outcome, started: float) -> Report:
        """What the run did."""
        known = self.reading.ledger.entries
        items = self.record.changed
        states = Counter(post.state for post in self.reading.posts)
        states.update(invalid=len(self.reading.invalid), draft=len(self.reading.undated))
        published = states.pop("published", 0)
        return Report(
            posts=published,
            new=sum(entry.id not in known for entry in items),
            changed=sum(entry.id in known for entry in items),
            gone=len(self.record.gone),
            skipped=states.total(),
            skipped_by={state: count for state, count in sorted(states.items()) if count},
            feeds=len(self.feeds),
            written=outcome.written,
            unchanged=outcome.unchanged,
            removed=outcome.removed,
            problems=self.problems,
            seconds=round(time.monotonic() - started, 3),
            next_due=min(self._future(), default=None),
        )

    def remember(self, outcome: Outcome, outputs: Mapping[str, OutputRow], report: Report) -> dict[str, PendingTopics]:
        """Everything that saves the next run work. Comes last: what is not remembered is done again.

        Gives what the hubs are to be told from now on (`feedmill.notify.queue`).
        """
        # Whatever another hand does to a file from now on moves its times, and is seen without reading it.
        pause = _youngest(outcome.rows) + FINE - time.time_ns()
        if 0 < pause <= PAUSE:
            time.sleep(pause / 1e9)
        paths = {job.path for job in self.jobs}
        run, queue = self.run, self._queue(outcome.written)
        with run.index.change() as change:
            change.files(self.reading.changed_rows(), self.reading.removed)
            run.settle(change)
            change.outputs(outcome.rows, outputs.keys() - paths)
            change.contents(self.record.contents_made_again())
            change.watched(self._watched())
            state = replace(
                run.state,
                request=run_request(run.options, run.out),
                environment=run.environment,
                versions=run.versions.known,
                metadata_key=self.context.keys.metadata,
                began=run.began,
                ended=time.time_ns(),
                now=self.now.timestamp(),
                first_run=self._first_run(),
                next_change=self._due(),
                report=report,
                log=run.state.with_run(report, self.now.timestamp()),
                has_ping=run.telling.pings,
                pending=(),
                queue=queue,
                is_unfinished=False,
            )
            run.save(change, state)
        return queue

    def _first_run(self) -> int:
        first = self.run.state.first_run
        return self.seconds if first is None else first

    def _to_notify(self, written: Iterable[str]) -> tuple[str, ...]:
        """Return the files that hubs are notified of once they are published.

        Files of an interrupted run are among them: it may have replaced them already, so that they are unchanged now.
        """
        return tuple(sorted({*written, *self.run.state.pending})) if self.run.feeds.hubs else ()

    def _queue(self, written: Iterable[str]) -> dict[str, PendingTopics]:
        """Return the notifications that are due when all files are published."""
        paths = set(self._to_notify(written))
        topics = [topic(job, self.run.feeds) for job in self.jobs if job.path in paths]
        return enqueue(self.run.state.queue, self.run.feeds.hubs, [*filter(None, topics)], self.now.timestamp())

    def _watched(self) -> dict[str, str]:
        """What else the outcome depends on, as `feedmill.run.up_to_date` will look at it."""
        since, root = self.run.began, self.run.root.resolve()
        config = str(self.run.options.config.resolve()) if self.run.options.config else "feedmill.toml"
        files = {
            config,
            *self.run.kind.config_files,
            *self.contents.leaned_on(self.record.entries),
            *self.reading.refused,
        }
        whats = [f"file:{path}" for path in files] + [f"size:{path}" for path in self.reading.media]
        folders = {f"names:{folder}": seen for folder, seen in self.reading.listed_folders.items()}
        return {what: look(what, root, since) for what in whats} | folders

    def _future(self) -> list[float]:
        """When the posts are due whose date has not come."""
        return [post.date.timestamp() for post in self.reading.posts if post.state == "future"]

    def _due(self) -> float | None:
        """When time alone changes something: a post's date comes or its last day ends, or it leaves its windows."""
        keep, told_for = self.run.feeds.keep.total_seconds(), TOMBSTONE_LIFETIME.total_seconds()
        windows = [self.first[path] + keep for path in self.recent]
        windows += [when + told_for for _, when in self.withdrawn]
        return min([*self._future(), *windows, *self.reading.expirations], default=None)


def _shown(feed: Feed) -> tuple[Post, ...]:
    """The posts that are in the files of a feed."""
    return feed.members or feed.posts


def _youngest(rows: Mapping[str, OutputRow]) -> int:
    """When the last of the files was put into its place, in nanoseconds since 1970."""
    return max((row.stamp.ctime for row in rows.values()), default=0)
