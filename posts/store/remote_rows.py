"""Decode rows of what remotes hold, and read them from a damaged index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from posts.store.rows import RemoteFile
from posts.store.schema import COLUMNS, seal

REMOTE_COLUMNS = ", ".join((*COLUMNS["remote_files"], "seal"))


def readable_remote_files(path: Path) -> dict[str, dict[str, RemoteFile]]:
    """Return the undamaged rows of a damaged index, by remote and path."""
    with (
        suppress(sqlite3.Error, UnicodeDecodeError),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database,
    ):
        return sealed_by_remote(database.execute(f"SELECT {REMOTE_COLUMNS} FROM remote_files").fetchall())  # noqa: S608 # our words
    return {}


def sealed_by_remote(rows: Sequence[tuple[object, ...]]) -> dict[str, dict[str, RemoteFile]]:
    """Return the undamaged of the rows with `REMOTE_COLUMNS`, by remote and path."""
    found: dict[str, dict[str, RemoteFile]] = {}
    for row in rows:
        if row[-1] == seal("remote_files", row[:-1]):
            remote, path, *rest, _ = row
            found.setdefault(str(remote), {})[str(path)] = RemoteFile(*rest)  # type: ignore[arg-type] # as sealed
    return found
