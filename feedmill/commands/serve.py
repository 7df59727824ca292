"""`feedmill serve`: preview the feeds in a browser; output and index are in a temporary folder."""

from __future__ import annotations

import signal
import tempfile
from contextlib import suppress
from pathlib import Path

from feedmill.cli.console import as_json, complain
from feedmill.cli.options.commands import ServeOptions
from feedmill.commands.publish import print_report
from feedmill.preview.rebuild import PreviewBuilder, run_preview
from feedmill.preview.server import bind
from feedmill.preview.watch import watch_site


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
        builder = PreviewBuilder(
            options.run,
            folder,
            clock=options.follows_clock,
            show=lambda report, known: print_report(report, options.report, known),
        )
        first = builder.first()
        site, address = options.run.site, {"address": server.address}
        print(as_json(address) if options.report.json else f"serving {site} at {server.address}", flush=True)
        run_preview(server, first, builder.rebuild, watch_site(site, builder.places))
