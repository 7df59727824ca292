"""`feedmill tell`: notify WebSub hubs after a run with `--hold`."""

from __future__ import annotations

from argparse import Namespace

from feedmill.cli.console import as_json
from feedmill.cli.report import plain
from feedmill.commands.publish import name_problems
from feedmill.notify.websub import tell


def tell_now(options: Namespace) -> int:
    """`feedmill tell`: for who puts the feeds online only when `feedmill SITE --hold` has made them."""
    found = tell(options)
    name_problems(found.problems, options)
    if options.json:
        print(as_json({**found._asdict(), "problems": [*map(plain, found.problems)]}))
    elif not options.quiet:
        print(f"hubs told {found.told} times that a feed has changed, {found.waiting} still to come")
    return 1 if options.strict and found.problems else 0
