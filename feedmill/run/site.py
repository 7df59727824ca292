"""Open a site: its configuration, its index, its output folder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

import feeds.config
import posts.config.load
import posts.config.options
from feedmill.cli.console import complain
from feedmill.cli.progress import Progress
from feedmill.notify.options import decode_notify_options
from feedmill.run.continuation import changes_since
from feedmill.run.history import RunState
from feedmill.run.options import RunOptions
from feedmill.run.output_folder import folders_inside, require_no_posts_inside, require_output_folder
from feedmill.run.output_rows import OutputRows
from feedmill.run.up_to_date import Changes, environment
from feedmill.run.wanted_parts import with_wanted_parts
from feeds.model import Places, Podcast
from feeds.remotes.options import decode_remote_options, named_remotes
from posts.config.options import EpisodeOptions, local_url_problems
from posts.config.table import Table
from posts.errors import DamagedError, RefusedError, UsageError
from posts.pipeline.cache_keys import Versions, content_key, metadata_key
from posts.pipeline.context import Keys, ReadContext
from posts.pipeline.parallel import Map, available, processes
from posts.sites.detect import detect_site
from posts.sites.hints import generator_problems, with_site_above
from posts.store.index import Index
from posts.store.lock import Lock
from posts.store.rows import OutputRow
from posts.store.transaction import Transaction

if TYPE_CHECKING:
    from feedmill.run.kept_ledger import KeptLedger


class OpenSite:
    """A site with everything that a run over it needs.

    Attributes:
        kind: The kind of site.
        evidence: What shows the kind: a path below the site, or the key of the configuration.
        read_options: How posts are read.
        feeds_options: How feeds are made, with the hubs of `[publish]`.
        notify_options: The hubs and addresses to notify.
        remote_options: Where published files are sent, as `--to` or else `[publish] to` has it.
        problems: The problems with the configuration.
        locate: Returns where a key path of the configuration was read from.
        out: The folder that the paths of all published files are relative to: the web root, or the output folder.
        abandoned: Published files that are outside `out` now and are no longer updated, as paths relative to `out`.
        kept: The ledger that is kept at an address, locked for this run; None unless that is configured.
        index: The index.
        changes: What changed, if only the posts that changed need to be read; else None.
        state: The state of the last run.
        began: When this run began, in nanoseconds since 1970.
        environment: A digest of the interpreter, the libraries and this code.
        versions: The versions of libraries.
    """

    def __init__(
        self,
        options: RunOptions,
        lock: Lock | None = None,
        *,
        is_partial: bool = False,
        changes: Changes | None = None,
        keeps_ledger: bool = True,
    ) -> None:
        """Load the configuration and open the index.

        Args:
            options: The options of the run.
            lock: The lock that holds the index and the output folder from here on, for commands that write.
            is_partial: Whether the run may read only the posts that changed.
            changes: What was found to have changed before the index was locked.
            keeps_ledger: Whether a run that writes uses the ledger that is kept at an address.

        Raises:
            ConfigurationError: The configuration has mistakes; the error names all of them.
            BusyError: Another run holds the lock.
            DamagedError: The index is damaged.
            RefusedError: The time of the run is earlier than that of the last one.
            UsageError: The output folder is a folder of posts, or has posts; or `--to` is not an address.
        """
        self.began = time.time_ns()
        self.options = options
        self.progress = Progress(quiet=not options.show_progress)
        # Workers elsewhere have another current folder.
        self.root: Path = options.site.absolute() if options.cluster else options.site
        file = posts.config.load.read_config_file(self.root, options.config)
        self.kind, self.evidence = detect_site(self.root, file.site_kind)
        configuration = posts.config.load.merge(file, self.kind.sections(), self.kind.locate)
        mistakes: list[tuple[str, str]] = []
        self.read_options = posts.config.options.decode(configuration.sections, mistakes)
        table = Table(configuration.sections["feeds"], "feeds", mistakes)
        self.feeds_options = feeds.config.decode_feeds_options(table, site_url=self.read_options.site.url)
        publish = Table(configuration.sections["publish"], "publish", mistakes)
        self.notify_options, self.remote_options = decode_notify_options(publish), decode_remote_options(publish)
        publish.done()
        self.feeds_options = replace(
            self.feeds_options, hubs=self.notify_options.hubs, main_collection=self.kind.main_collection
        )
        if "podcast" in configuration.own:
            from feeds.podcast import decode_podcast

            podcast = Table(configuration.sections["podcast"], "podcast", mistakes)
            self._add_podcast(decode_podcast(podcast, self.read_options.site, self.feeds_options))
        self.read_options = with_wanted_parts(self.read_options, self.feeds_options)
        mistakes = [*configuration.mistakes, *mistakes, *self.kind.mistakes(self.read_options)]
        configuration.require(with_site_above(self.root, self.kind, mistakes))
        if options.to:
            self.remote_options = replace(self.remote_options, to=named_remotes(options.to))
        self.locate = configuration.locate
        found = generator_problems(self.root, self.kind, self.read_options)
        self.problems = (
            *options.problems,
            *local_url_problems(self.read_options.site.url, partial(configuration.locate, "site.url")),
            *(one._replace(message=self.with_place(one.message)) for one in found),
        )
        self.out: Path = options.out or self.root / (self.feeds_options.root or self.feeds_options.out)
        self._require_output_folder(configuration)
        self.abandoned: Sequence[str] = ()
        if lock:
            lock.index(options.state)
            lock.output(self.out)
        self.kept: KeptLedger | None = None
        self.index = Index(options.state)
        try:
            if lock and keeps_ledger and self.remote_options.ledger:
                self._restore_ledger()
            self._load_state(changes, is_writing=lock is not None, is_partial=is_partial)
        except BaseException:
            self.close()
            raise

    def _restore_ledger(self) -> None:
        from feedmill.run.kept_ledger import open_kept_ledger  # few sites keep it

        self.index.close()
        here = (self.options.state, self.out, self.feeds_options.places.prefix)
        self.kept = open_kept_ledger(self.remote_options, self.root, *here)
        self.index = Index(self.options.state)

    def _add_podcast(self, podcast: Podcast) -> None:
        self.feeds_options = replace(self.feeds_options, podcast=podcast)
        episodes = EpisodeOptions(podcast.media_url, podcast.references)
        self.read_options = replace(self.read_options, episodes=episodes)

    def _load_state(self, known: Changes | None, *, is_writing: bool, is_partial: bool) -> None:
        self.environment = environment()
        self.changes = self._changes(known) if is_partial else None
        if self.changes is None:
            self.index.examine()
        self.state = RunState.from_rows(self.index.run()) if self.index.is_known else self._recovered_state()
        self._stored = self.state if self.index.is_known else RunState()
        if is_writing and self.state.out != str(self.out.resolve()):
            output = self.out / self.feeds_options.places.prefix
            require_no_posts_inside(output, self.root, self.kind, self.read_options)
        self.versions = self._versions_of(self.state)
        if self.options.now.timestamp() < self.state.now:
            raise RefusedError("--now is earlier than the last run; use another --state to see an earlier time")

    def _changes(self, known: Changes | None) -> Changes | None:
        """Return what has changed if this run needs to read only the posts that changed."""
        try:
            state = RunState.from_rows(self.index.run())
        except DamagedError:
            return None
        changes = changes_since(self.index, state, self.options, self.feeds_options, self.out, known)
        if changes is None:
            return None
        # A new file, such as one with defaults for a folder, may change what unchanged posts are.
        is_same = state.metadata_key == metadata_key(self.kind, self.read_options, self._versions_of(state))
        return changes if is_same else None

    def _versions_of(self, state: RunState) -> Versions:
        """Return the versions of libraries, which a state has if no library has changed since."""
        return Versions(state.versions if state.environment == self.environment else {})

    def _require_output_folder(self, configuration: posts.config.load.Configuration) -> None:
        try:
            output = self.out / self.feeds_options.places.prefix
            require_output_folder(output, self.root, self.kind, self.read_options)
        except UsageError as error:
            if self.options.out:
                raise UsageError(f"--out: {error}") from None
            configuration.require([("feeds.out", str(error))])

    def _recovered_state(self) -> RunState:
        from feedmill.run.lost_index import recover_lost_index  # an index is rarely lost, and this imports parsers

        return recover_lost_index(self.index, self.options.state, self.out, self.feeds_options, self.read_options)

    def outputs(self) -> Mapping[str, OutputRow]:
        """Return what the index knows of published files, by path below the web root.

        If the web root has changed and the output folder in it has not, the files are known by their new paths. If the
        output folder has changed, only their names are known.
        """
        if self.changes:
            return OutputRows(self.index)
        known = self.index.outputs()
        last = self.state.out
        before = Places(prefix=self.state.prefix)
        if last == str(self.out.resolve()):
            return known
        if last and Path(last, before.prefix) == (self.out / self.feeds_options.places.prefix).resolve():
            moved = {
                self.feeds_options.places.below_root(before.below_output(path)): row for path, row in known.items()
            }
            self.abandoned = sorted(path for path in moved if path.startswith("../"))
            return {path: row for path, row in moved.items() if path not in self.abandoned}
        return {path: row._replace(hash=b"") for path, row in known.items()}

    def with_place(self, message: str) -> str:
        """Return a message that names the site by its address, if it is in a bucket, not by the folder of its copy."""
        return message.replace(str(self.root), self.options.address) if self.options.address else message

    def store_output_folder(self, change: Transaction) -> None:
        """Store the place of the output folder, and if it has changed, the rows of the files there."""
        here = self.state._replace(out=str(self.out.resolve()), prefix=self.feeds_options.places.prefix)
        if (here.out, here.prefix) == (self._stored.out, self._stored.prefix):
            return
        known, files = self.index.outputs(), self.outputs()
        change.outputs(
            {path: row for path, row in files.items() if known.get(path) != row}, known.keys() - files.keys()
        )
        for path in self.abandoned:
            complain(f"{self.out / path} is outside the new web root and no longer updated; delete it")
        self.save(change, here)

    def save(self, change: Transaction, state: RunState) -> None:
        """Write the state of the run into the index."""
        change.run(state.to_rows(self._stored))
        self.state = self._stored = state

    def close(self) -> None:
        """Clear the progress bar, close the index and release the lock of the kept ledger."""
        self.progress.close()
        self.index.close()
        if self.kept:
            self.kept.close()

    def local_map(self) -> Map:
        """Return a `map` over processes of this machine, for what needs the memory of this one."""
        return processes(self.options.workers or available())

    def _reading_map(self) -> Map:
        if not self.options.cluster or self.changes:  # few posts, most of which the index has
            return self.local_map()
        from feedmill.run.dask_workers import DaskWorkers

        return DaskWorkers(self.options.cluster, str(self.root))

    def read_context(self) -> ReadContext:
        """Return what the stages of reading share in this run."""
        # Files in the configured output folder are not posts, even if this run writes to another folder.
        outputs = (self.out / self.feeds_options.places.prefix, self.root / self.feeds_options.out)
        return ReadContext(
            self.root,
            self.kind,
            self.read_options,
            self.index,
            skip=folders_inside(self.root, outputs),
            since=self.state.began,
            keys=Keys(
                metadata_key(self.kind, self.read_options, self.versions),
                content_key(self.kind, self.read_options, self.versions),
            ),
            stored_key=self.state.metadata_key,
            map=self._reading_map(),
            progress=self.progress,
            full=self.options.full,
        )
