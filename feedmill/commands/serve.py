"""`feedmill serve`: a preview whose output and index are in a temporary folder."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from feedmill.cli.console import as_json, complain
from feedmill.commands.publish import say


def serve(options: Namespace) -> int:
    """Serve a preview until it is interrupted; the temporary folder is removed at the end."""
    import signal
    import tempfile

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C, so that the folder is removed
    try:
        with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="feedmill-") as folder:
            _preview(options, Path(folder))
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _preview(options: Namespace, folder: Path) -> None:
    from feedmill.preview.rebuild import PreviewBuilder, run_preview
    from feedmill.preview.server import bind
    from feedmill.preview.watch import watch_site

    with bind(options.host, options.port, folder / "feeds", complain if options.verbose else lambda _: None) as server:
        builder = PreviewBuilder(
            options.run, folder, clock=options.clock, show=lambda report, known: say(report, options, known)
        )
        first = builder.first()
        address = {"address": server.address}
        print(as_json(address) if options.json else f"serving {options.site} at {server.address}", flush=True)
        run_preview(server, first, builder.rebuild, watch_site(options.site, builder.places))
