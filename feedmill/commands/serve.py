"""`feedmill serve`: preview the feeds in a browser; output and index are in a temporary folder."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from feedmill.cli.console import as_json, complain
from feedmill.cli.options.commands import ServeOptions
from feedmill.commands.publish import print_report
from feedmill.preview.server import bind
from feedmill.preview.session import Edition, preview
from feedmill.preview.watch import saves
from feedmill.run.publish import produce
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import last_outcome
from posts.errors import FeedmillError
from posts.model import Problem
from posts.store.index import Index


def serve(options: ServeOptions) -> int:
    """Serve the preview until Ctrl-C or SIGTERM."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the temporary folder is removed
    try:
        with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="feedmill-") as folder:
            _preview(options, Path(folder))
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _preview(options: ServeOptions, folder: Path) -> None:
    log = complain if options.report.verbose else lambda _: None
    with bind(options.host, options.port, folder / "feeds", log) as server:
        builder = PreviewBuilder(options, folder)
        first = builder.first()
        site, address = options.run.site, {"address": server.address}
        print(as_json(address) if options.report.json else f"serving {site} at {server.address}", flush=True)
        preview(server, first, builder.edition, saves(site, builder.places))


class PreviewBuilder:
    """Makes the editions of a preview in `folder`, with the ids and dates that publishing now would give.

    For that, every edition starts from the ledger of the site, not from that of the edition before it.
    """

    def __init__(self, options: ServeOptions, folder: Path) -> None:
        self.command = options
        self.asked = options.run
        self.options = replace(self.asked, out=folder / "feeds", state=folder / "index.sqlite3")
        self.problems: Sequence[Problem] = ()
        self.places: list[Path] = []

    def first(self) -> Edition:
        """Make the first edition. An error in the configuration ends the preview before it starts."""
        with closing(OpenSite(self.asked)) as run:
            self.places = [run.root / run.feeds.out, run.out / run.feeds.places.prefix]
            run.index.copy(self.options.state)
        edition = self._edition()
        # Everything is read again only once, and a process must not be forked while the threads of the server run.
        self.options = replace(self.options, full=False, workers=1)
        return edition

    def edition(self, saved: set[str]) -> Edition:
        """Make another edition after the files `saved` may have changed; if it fails, the last one stays."""
        if not saved and last_outcome(self.options, time.monotonic()):
            return Edition(differs=False, problems=[*map(str, self.problems)])
        try:
            return self._edition()
        except (FeedmillError, OSError) as error:
            lines = str(error).splitlines()
            complain(*lines)
            return Edition(differs=False, problems=lines)

    def _edition(self) -> Edition:
        if self.command.follows_clock:
            now = datetime.now(UTC)
            self.asked, self.options = replace(self.asked, now=now), replace(self.options, now=now)
        self._begin()
        report = produce(self.options, time.monotonic())
        print_report(report, self.command.report, self.problems)
        self.problems = report.problems
        return Edition(differs=bool(report.written or report.removed), problems=[*map(str, report.problems)])

    def _begin(self) -> None:
        with closing(OpenSite(self.asked)) as run, closing(Index(self.options.state)) as index:
            memory = run.index.ledger()
            ours = index.rendered()
            # A post that can no longer be read stays as it was published, not as it was in an edition.
            others = {id_: row for id_, row in run.index.rendered().items() if ours.get(id_) != row}
            with index.change() as change:
                change.ledger(memory, run.past.get("first"))
                change.contents({id_: (row, run.index.content(id_)) for id_, row in others.items()})
