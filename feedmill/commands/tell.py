"""`feedmill tell`: notify WebSub hubs after a run with `--hold`."""

from __future__ import annotations

from argparse import Namespace

from feedmill.cli.console import as_json
from feedmill.cli.report import plain
from feedmill.commands.publish import name_problems
from feedmill.notify.websub import notify_hubs


def tell_now(options: Namespace) -> int:
    """Notify the hubs after the feeds of `feedmill SITE --hold` were deployed."""
    found = notify_hubs(options.state, options.now, options.config)
    name_problems(found.problems, options)
    if options.json:
        print(as_json({"told": found.sent, "waiting": found.pending, "problems": [*map(plain, found.problems)]}))
    elif not options.quiet:
        sent = f"{found.sent} hub notification{'s' * (found.sent != 1)} sent"
        print(f"{sent}, {found.pending} pending")
    return 1 if options.strict and found.problems else 0
