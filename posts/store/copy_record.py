"""Store what the copy of a bucket has: a row for each object, in a SQLite file of its own beside the copy.

The copy can be made again from the bucket, so a record that is damaged is replaced by an empty one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from posts.errors import FeedmillError
from posts.store.connection import failure, journal

_APPLICATION_ID = 0x666D636F  # "fmco"
_VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE source (address TEXT NOT NULL);
CREATE TABLE objects (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, extent TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
COMMIT;
"""


class Copied(NamedTuple):
    """An object in the copy.

    Attributes:
        size: The number of its bytes in the bucket.
        etag: Its entity tag, "" where the store gives none.
        modified: When it was written, in microseconds since 1970.
        extent: How much of it was copied (`posts.copy.extent`).
    """

    size: int
    etag: str
    modified: int
    extent: str


class CopyRecord:
    """The record of one copy; the caller holds its lock.

    Raises:
        FeedmillError: The system does not let it be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._database = self._opened()
        except (sqlite3.Error, _StrangeError) as error:
            if isinstance(error, sqlite3.Error):
                self._require_damage(error)
            for left in (path, journal(path)):
                left.unlink(missing_ok=True)
            self._database = self._opened()

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, isolation_level=None, timeout=10)
        try:
            database.execute("PRAGMA synchronous = EXTRA")
            if self._is_new(database):
                database.executescript(_SCHEMA)
        except BaseException:
            database.close()
            raise
        return database

    @staticmethod
    def _is_new(database: sqlite3.Connection) -> bool:
        """Return whether a database is empty. Raises _StrangeError if it is not one of ours, or damaged."""
        names = ("application_id", "user_version")
        marks = tuple(database.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
        if marks == (0, 0) and not database.execute("SELECT name FROM sqlite_master").fetchone():
            return True
        if marks != (_APPLICATION_ID, _VERSION) or database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise _StrangeError
        return False

    def _require_damage(self, error: sqlite3.Error) -> None:
        """Raise the error of the system, unless the file is damaged."""
        found = failure(self.path, error)
        if found.__class__ is FeedmillError:
            raise found from None

    @property
    def address(self) -> str:
        """The address of the bucket that this is a copy of, "" for none yet."""
        row = self._database.execute("SELECT address FROM source").fetchone()
        return row[0] if row else ""

    def belong_to(self, address: str) -> None:
        """Store the address of the bucket."""
        self._database.execute("INSERT INTO source VALUES (?)", (address,))

    def rows(self) -> dict[str, Copied]:
        """Return all rows by path."""
        found = self._database.execute("SELECT path, size, etag, modified, extent FROM objects")
        return {path: Copied(*row) for path, *row in found}

    def change(self, rows: Mapping[str, Copied], gone: Iterable[str] = ()) -> None:
        """Store rows and remove those of `gone`, all or none."""
        values = [(path, *row) for path, row in rows.items()]
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)", values)
            self._database.executemany("DELETE FROM objects WHERE path = ?", [(path,) for path in gone])
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise failure(self.path, error) from None

    def close(self) -> None:
        self._database.close()


class _StrangeError(Exception):
    """The file is a database of another program or version, or fails a check."""
