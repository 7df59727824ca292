"""Read what the index says of the last run: all that the check for changes needs. It imports little.

`posts.store.index.Index` reads the rest, and writes.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posts.errors import DamagedError
from posts.store import connection as database
from posts.store.schema import TEXT_SEALS, VERSION, seal_of_run


class LastRun:
    """What the last run left in the index. Opening it reads only the version of the index.

    Attributes:
        path: The file of the index.
        patience: How long to wait for another process that has locked the file, in seconds.
        damage: What is wrong with the file; "" if nothing is known to be.
    """

    def __init__(self, path: Path, patience: float = 10.0) -> None:
        self.path = path
        self.patience = patience
        self.damage = ""
        self._version = VERSION
        self._database: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._inherited: sqlite3.Connection | None = None
        try:
            if path.exists() and path.stat().st_size:
                self._open()
        except DamagedError as error:
            self.damage = str(error)

    @property
    def is_known(self) -> bool:
        """Return whether the index exists and can be read."""
        return self._database is not None

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> None:
        # Only a connection that may write can roll back what a killed run left behind.
        mode = "rw" if database.journal(self.path).exists() else "ro"
        self._database, self._version = database.connect(self.path, mode, self.patience)
        if not self._version:
            self.close()

    def _reopen_after_fork(self) -> None:
        """Open a new connection in a forked process, which must not use the connection of its parent."""
        if self._process != os.getpid() and self._database:
            self._process, self._inherited = os.getpid(), self._database
            self._open()

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        self._reopen_after_fork()
        try:
            return self._database.execute(query, values).fetchall() if self._database else []
        except sqlite3.Error as error:
            raise database.failure(self.path, error) from None
        except UnicodeDecodeError as error:
            raise database.damaged(self.path, str(error)) from None

    def run(self) -> dict[str, Any]:
        """Return the rows of table `run` as JSON values; {} before the first run. Raises DamagedError."""
        record = dict(self._rows("SELECT key, value FROM run"))
        try:
            values = {key: json.loads(value) for key, value in record.items()}
        except (ValueError, TypeError) as error:
            raise database.damaged(self.path, str(error)) from None
        known = values.pop("seal", "")
        if self._database and self._version >= 2 and known != self._seal_of_run(record):
            raise database.damaged(self.path, "what it says of the last run is not what was written")
        return values

    def _seal_of_run(self, record: Mapping[str, str]) -> str:
        if self._version >= TEXT_SEALS:
            return seal_of_run(record)
        from posts.store.migrate import old_seal_of_run  # an index of an older version is rare

        return old_seal_of_run(record)

    def stamps(self, table: str) -> list[tuple[str, int, int, int, int]]:
        """Return path, size, mtime, ctime and inode of all rows of `files` or `outputs`, times in nanoseconds."""
        return self._rows(f"SELECT path, size, mtime, ctime, inode FROM {table}")  # noqa: S608

    def hash_of(self, table: str, path: str) -> bytes:
        """Return the hash of a row of `files` or `outputs`; b"" if there is no such row."""
        rows = self._rows(f"SELECT hash FROM {table} WHERE path = ?", path)  # noqa: S608 # it is our own word
        return rows[0][0] if rows else b""

    def watched(self) -> dict[str, str]:
        return dict(self._rows("SELECT path, stamp FROM watched"))
