"""`feedmill state`: export the ledger as JSON Lines, or import one."""

from __future__ import annotations

import sys
from contextlib import closing

from feedmill.cli.options.commands import StateOptions
from feedmill.cli.report import counted
from posts.store.index import Index
from posts.store.jsonl import export_lines, import_lines
from posts.store.lock import Lock


def state(options: StateOptions) -> int:
    """Print the ledger, or read one from standard input."""
    with closing(Index(options.state)) as index:
        if options.action == "export":
            for line in export_lines(index):
                print(line)
        else:
            with Lock() as lock:
                number = import_lines(index, sys.stdin, lock)
            if not options.quiet:
                print(f"{counted(number, 'line')} imported into {options.state}")
    return 0
