"""`feedmill init` and `state`: a configuration to begin with, and the ledger from one place to another."""

from __future__ import annotations

import sys
from argparse import Namespace


def init(options: Namespace) -> int:
    from posts.sites import recognise
    from posts.starter import write

    path = write(options.site, recognise(options.site), options.config)
    print(f"wrote {path}: look it over, then run `feedmill {options.site}`")
    return 0


def state(options: Namespace) -> int:
    from posts.index import Index
    from posts.lock import Lock
    from posts.state import export_lines, import_lines

    index = Index(options.state)
    if options.direction == "export":
        for line in export_lines(index):
            print(line)
    else:
        with Lock() as lock:
            print(f"{import_lines(index, sys.stdin, lock)} lines taken into {options.state}")
    return 0
