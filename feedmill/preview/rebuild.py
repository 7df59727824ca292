"""Build the feeds of a preview again whenever a file of the site changes; used by `feedmill serve`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from feedmill.cli.console import complain
from feedmill.cli.report import Report
from feedmill.preview.server import Server
from feedmill.run.options import RunOptions
from feedmill.run.produce import produce
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import last_outcome
from posts.errors import FeedmillError, Problem
from posts.store.index import Index


class Build(Struct, frozen=True):
    """The result of one build: whether an output file changed, and the problems, one line each."""

    differs: bool
    problems: Sequence[str]


def run_preview(server: Server, first: Build, make: Callable[[set[str]], Build], saves: Iterable[set[str]]) -> None:
    """Serve until `saves` ends or is interrupted.

    Args:
        server: the server, which is closed at the end.
        first: the result of the first build.
        make: builds the output again, in this thread.
        saves: the paths of changed files, one set for each build.
    """
    server.live_reload.notify(first.problems)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        for saved in saves:
            build = make(saved)
            if build.differs or tuple(build.problems) != server.live_reload.problems:
                server.live_reload.notify(build.problems)
    finally:
        server.live_reload.close()
        server.shutdown()
        server.server_close()


class PreviewBuilder:
    """Builds the feeds of a preview in a folder, with the ids and dates that publishing now would give them.

    Every build therefore starts from the ledger of the site: the decisions of an earlier build do not count.
    """

    def __init__(
        self, site: RunOptions, folder: Path, *, clock: bool, show: Callable[[Report, Sequence[Problem]], object]
    ) -> None:
        """Prepare to build; nothing is read yet.

        Args:
            site: the options that publishing would have.
            folder: where output and index of the preview are placed.
            clock: whether every build uses the current time.
            show: prints the report of a build, without the problems that were printed before.
        """
        self.site = site
        self.options = site._replace(out=folder / "feeds", state=folder / "index.sqlite3")
        self.clock, self.show = clock, show
        self.problems: Sequence[Problem] = ()
        self.places: list[Path] = []

    def first(self) -> Build:
        """Build for the first time; a mistake in the configuration raises an error."""
        with closing(OpenSite(self.site)) as run:
            self.places = [run.root / run.feeds_options.out, run.out / run.feeds_options.places.prefix]
            run.index.copy(self.options.state)
        build = self._build()
        # Read everything again only once; and do not fork while the server's threads run.
        self.options = self.options._replace(full=False, workers=1, cluster="")
        return build

    def rebuild(self, saved: set[str]) -> Build:
        """Build again after `saved` changed (empty: perhaps something did); after an error the old output stays."""
        if not saved and last_outcome(self.options, time.monotonic()):
            return Build(differs=False, problems=[*map(str, self.problems)])
        try:
            return self._build()
        except (FeedmillError, OSError) as error:
            lines = str(error).splitlines()
            complain(*lines)
            return Build(differs=False, problems=lines)

    def _build(self) -> Build:
        if self.clock:
            now = datetime.now(UTC)
            self.site, self.options = self.site._replace(now=now), self.options._replace(now=now)
        self._copy_ledger()
        report = produce(self.options, time.monotonic()).report
        self.show(report, self.problems)
        self.problems = report.problems
        return Build(differs=bool(report.written or report.removed), problems=[*map(str, report.problems)])

    def _copy_ledger(self) -> None:
        with closing(OpenSite(self.site)) as run, closing(Index(self.options.state)) as index:
            memory = run.index.ledger()
            # A post that was published and is now unreadable stays as published, not as an earlier build had it.
            stored = {path: run.index.rendered(path) for path in run.index.paths("contents")}
            others = {path: row for path, row in stored.items() if row and index.rendered(path) != row}
            with index.change() as change:
                change.ledger(memory, run.state.first_run)
                change.contents(others, run.index.content)
