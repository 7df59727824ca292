"""Replace a damaged index by a new one in one step: a run that is killed meanwhile leaves either of them whole."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from posts.store import connection
from posts.store.remote_rows import readable_remote_files
from posts.store.rows import LedgerSnapshot, OutputRow
from posts.store.schema import create
from posts.store.transaction import Transaction


def rebuild_index(
    path: Path, memory: LedgerSnapshot, record: Mapping[str, Any], outputs: Mapping[str, OutputRow]
) -> None:
    """Keep the index at `path` under another name, and write a new one with a ledger and the published files.

    What can be read of the record of remotes is in the new one, too.

    Args:
        path: the damaged index.
        memory: the ledger of the new one.
        record: the record of the last run, for the times of the first and the last run.
        outputs: the published files.
    """
    remotes = readable_remote_files(path)
    new = connection.fresh(path)
    database, _ = connection.writable(new, 0)
    with closing(database):
        database.execute("BEGIN IMMEDIATE")
        create(database)
        change = Transaction(database)
        change.ledger(memory, record.get("first"))
        change.outputs(outputs, ())
        for remote, files in remotes.items():
            change.remote_files(remote, files)
        change.run({"now": record["now"]} if "now" in record else {})
        change.finish()
        database.execute("COMMIT")
    connection.take_the_place(new, path)
