"""`feedmill serve`: a preview whose output and index lie in a temporary folder."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from feedmill.cli.console import as_json, complain
from feedmill.commands.publish import say
from feedmill.preview.session import Edition
from feedmill.run.options import RunOptions
from feedmill.run.publish import produce
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import last_outcome
from posts.errors import FeedmillError
from posts.model import Problem


def serve(options: Namespace) -> int:
    """The preview: its output and its index lie in a temporary folder, its address is the only thing that it gives."""
    import signal
    import tempfile

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing is left behind
    try:
        with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="feedmill-") as folder:
            _preview(options, Path(folder))
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _preview(options: Namespace, folder: Path) -> None:
    from feedmill.preview.server import bind
    from feedmill.preview.session import preview
    from feedmill.preview.watch import saves

    with bind(options.host, options.port, folder / "feeds", complain if options.verbose else lambda _: None) as server:
        press = Press(options, folder)
        first = press.first()
        address = {"address": server.address}
        print(as_json(address) if options.json else f"serving {options.site} at {server.address}", flush=True)
        preview(server, first, press.edition, saves(options.site, press.places))


class Press:
    """Makes the editions of a preview in `folder`. Each has the ids and dates that publishing now would give.

    So each begins with the ledger that publishing would begin with: what an edition before it has decided binds nobody.
    """

    def __init__(self, options: Namespace, folder: Path) -> None:
        self.command = options
        self.asked: RunOptions = options.run
        self.options = replace(self.asked, out=folder / "feeds", state=folder / "index.sqlite3")
        self.problems: Sequence[Problem] = ()
        self.places: list[Path] = []

    def first(self) -> Edition:
        """The first edition; a mistake in the configuration ends the preview before it begins."""
        with closing(OpenSite(self.asked)) as run:
            self.places = [run.root / run.feeds.out, run.out / run.feeds.places.prefix]
            run.index.copy(self.options.state)
        edition = self._edition()
        # Reading everything again once is enough; and no process may be forked while the server's threads run.
        self.options = replace(self.options, full=False, workers=1)
        return edition

    def edition(self, saved: set[str]) -> Edition:
        """One more edition after something was `saved`, or perhaps was; where it fails the last one stands."""
        from feedmill.preview.session import Edition

        if not saved and last_outcome(self.options, time.monotonic()):
            return Edition(differs=False, problems=[*map(str, self.problems)])
        try:
            return self._edition()
        except (FeedmillError, OSError) as error:
            lines = str(error).splitlines()
            complain(*lines)
            return Edition(differs=False, problems=lines)

    def _edition(self) -> Edition:
        from datetime import UTC, datetime

        from feedmill.preview.session import Edition

        if self.command.clock:
            now = datetime.now(UTC)
            self.asked, self.options = replace(self.asked, now=now), replace(self.options, now=now)
        self._begin()
        report = produce(self.options, time.monotonic())
        say(report, self.command, self.problems)
        self.problems = report.problems
        return Edition(differs=bool(report.written or report.removed), problems=[*map(str, report.problems)])

    def _begin(self) -> None:
        from posts.store.index import Index

        with closing(OpenSite(self.asked)) as run, closing(Index(self.options.state)) as index:
            memory = run.index.ledger()
            ours = index.rendered()
            # What was published and cannot be read any more stays as it was published, not as an edition had it.
            others = {given: row for given, row in run.index.rendered().items() if ours.get(given) != row}
            with index.change() as change:
                change.ledger(memory, run.state.first_run)
                change.contents({given: (row, run.index.content(given)) for given, row in others.items()})
