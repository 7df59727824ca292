"""A site, and what a run on it stands on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import feeds.config
import posts.config.load
import posts.config.options
from feedmill.cli.console import complain
from feedmill.cli.progress import Progress
from feedmill.notify.options import decode_notify_options
from feedmill.run.history import RunState
from feedmill.run.options import RunOptions
from feedmill.run.up_to_date import environment
from feeds.compare.recover import recover_from_feeds
from feeds.model import Places
from posts.config.options import local_url_problems
from posts.config.table import Table
from posts.errors import RefusedError
from posts.pipeline.cache_keys import Versions, content_key, metadata_key
from posts.pipeline.parallel import available, processes
from posts.pipeline.reader import Keys, ReadContext
from posts.pipeline.recover import completed
from posts.sites.detect import detect_site
from posts.store.connection import aside
from posts.store.index import Index
from posts.store.lock import Lock
from posts.store.rows import UNWRITTEN, Memory, OutputRow
from posts.store.salvage import salvaged
from posts.store.transaction import Changes


class OpenSite:
    """A site with all that a run on it needs: its kind, its configuration, its index, its output.

    Who publishes gives a lock, and holds index and output from here on.
    """

    def __init__(self, options: RunOptions, lock: Lock | None = None) -> None:
        """Takes the configuration, whole and right; else raises an error with all that is wrong with it."""
        self.began = time.time_ns()
        self.options = options
        self.progress = Progress(quiet=not options.show_progress)
        self.root: Path = options.site
        self.kind = detect_site(self.root)
        configuration = posts.config.load.load(self.root, self.kind.sections(), options.config)
        mistakes: list[tuple[str, str]] = []
        self.reading = posts.config.options.decode(configuration.sections, mistakes)
        table = Table(configuration.sections["feeds"], "feeds", mistakes)
        self.feeds = feeds.config.decode_feeds_options(table, site_url=self.reading.site.url)
        self.telling = decode_notify_options(Table(configuration.sections["publish"], "publish", mistakes))
        self.feeds = replace(self.feeds, hubs=self.telling.hubs)
        mistakes = [*configuration.mistakes, *mistakes, *self.kind.mistakes(self.reading)]
        configuration.require(mistakes)
        self.problems = local_url_problems(self.reading.site.url, configuration.origin("site.url"))
        """What is doubtful in the configuration."""
        self.out: Path = options.out or self.root / (self.feeds.root or self.feeds.out)
        """What all paths of published files are below: the web root, else the output."""
        self.abandoned: Sequence[str] = ()
        """Files that were placed in a web root that is none any more."""
        if lock:
            lock.index(options.state)
            lock.output(self.out)
        self.index = Index(options.state)
        self.index.examine()
        self.state = RunState.from_rows(self.index.run()) if self.index.is_known else self._recovered()
        self._stored = self.state if self.index.is_known else RunState()
        self.environment = environment()
        self.versions = Versions(self.state.versions if self.state.environment == self.environment else {})
        if options.now.timestamp() < self.state.now:
            raise RefusedError("--now lies before the last run: give another --state to look at an earlier time")

    def _recovered(self) -> RunState:
        """What can be had of an index that is lost: from itself, and from the feeds that are published."""
        damage, path = self.index.damage, self.options.state
        saved, past = salvaged(path) if damage else (Memory(), {})
        items, told, files = recover_from_feeds(self.out / self.feeds.places.prefix, self.feeds)
        memory = completed(saved, items.values(), told, self.reading.rewrites)
        known = f"{len(saved.entries)} items are known from it, {len(memory.entries) - len(saved.entries)} more from"
        if damage:
            complain(f"{damage}", f"it is kept as {aside(path)}: {known} the feeds in {self.out}")
        elif items or told.feeds:
            complain(f"{path} is not there, or empty: {len(items)} items are known from the feeds in {self.out}")
        if not (memory.entries or memory.feeds):
            return RunState()
        self.index.adopt(memory, past, dict.fromkeys(files, UNWRITTEN))
        state = RunState.from_rows(past)
        return RunState(first_run=state.first_run or 0, now=state.now)

    def outputs(self) -> dict[str, OutputRow]:
        """What is remembered of the files that were published, by path below the web root.

        Where another folder is the web root now, but the output in it is the same, they are there still. Of files in
        another output only the names are known.
        """
        known = self.index.outputs()
        last = self.state.out
        before = Places(prefix=self.state.prefix)
        if last == str(self.out.resolve()):
            return known
        if last and Path(last, before.prefix) == (self.out / self.feeds.places.prefix).resolve():
            moved = {self.feeds.places.below_root(before.below_output(path)): row for path, row in known.items()}
            self.abandoned = sorted(path for path in moved if path.startswith("../"))
            return {path: row for path, row in moved.items() if path not in self.abandoned}
        return {path: row._replace(hash=b"") for path, row in known.items()}

    def settle(self, change: Changes) -> None:
        """Enters where the output is, and if it was another one, what is known of the files there."""
        here = replace(self.state, out=str(self.out.resolve()), prefix=self.feeds.places.prefix)
        if (here.out, here.prefix) == (self._stored.out, self._stored.prefix):
            return
        known, files = self.index.outputs(), self.outputs()
        change.outputs(
            {path: row for path, row in files.items() if known.get(path) != row}, known.keys() - files.keys()
        )
        for path in self.abandoned:
            complain(f"{self.out / path} is not kept up any more, and lies where it cannot be removed from: remove it")
        self.save(change, here)

    def save(self, change: Changes, state: RunState) -> None:
        """Write the state of the run into the index."""
        change.run(state.to_rows(self._stored))
        self.state = self._stored = state

    def close(self) -> None:
        """Takes the progress away from the terminal, and lets go of the index."""
        self.progress.close()
        self.index.close()

    def read_context(self) -> ReadContext:
        root = self.root.resolve()
        # Wherever this run writes to: what another one has put into the configured place are no posts.
        places = {folder.resolve() for folder in (self.out / self.feeds.places.prefix, self.root / self.feeds.out)}
        inside = [out.relative_to(root).as_posix() for out in places if out.is_relative_to(root) and out != root]
        return ReadContext(
            self.root,
            self.kind,
            self.reading,
            self.index,
            skip=frozenset(inside),
            since=self.state.began,
            keys=Keys(
                metadata_key(self.kind, self.reading, self.versions),
                content_key(self.kind, self.reading, self.versions),
            ),
            stored_key=self.state.metadata_key,
            map=processes(self.options.workers or available()),
            progress=self.progress,
            full=self.options.full,
        )
