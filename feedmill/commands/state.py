"""`feedmill state`: export and import of the ledger."""

from __future__ import annotations

import sys
from argparse import Namespace


def state(options: Namespace) -> int:
    from posts.store.index import Index
    from posts.store.jsonl import export_lines, import_lines
    from posts.store.lock import Lock

    index = Index(options.state)
    if options.direction == "export":
        for line in export_lines(index):
            print(line)
    else:
        with Lock() as lock:
            print(f"{import_lines(index, sys.stdin, lock)} lines taken into {options.state}")
    return 0
