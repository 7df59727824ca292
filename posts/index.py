"""What is known from earlier runs: the ledger, and what saves work. SQLite is its own, and `posts.salvage`'s.

The ledger (items, followers, feeds) is for ever; files, contents and outputs could be made again at any time.
Nothing is written outside of `change`; a run in which nothing changed only reads. What is damaged is not believed: a
row that saves work is not known then, and of a damaged ledger nothing is but what `adopt` brings back.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posts.errors import DamagedError, FeedmillError, RefusedError
from posts.schema import APPLICATION_ID, COLUMNS, LEDGER, VERSION, create, joint, migrate, seal, seal_of_run

if TYPE_CHECKING:  # who only looks whether anything has changed needs none of them
    from posts.changes import Changes
    from posts.records import Entry, FeedRow, FileRow, Memory, OutputRow, Rendered

# What is the system's fault and not the file's (the primary result codes of SQLite).
_TROUBLES = frozenset(
    (
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH),
    )
)


class Index:
    """The index in one file. Opening reads nothing but its version; `patience` (seconds) is for who else is at it.

    `damage` says what is wrong with the file, "" when nothing is, or nothing has been seen yet (`examine`).
    """

    def __init__(self, path: Path, patience: float = 10.0) -> None:
        self.path = path
        self.patience = patience
        self.damage = ""
        self._version = VERSION
        self._database: sqlite3.Connection | None = None
        self._memory: Memory | None = None
        self.is_adopted = False
        try:
            # One that is empty is what a run leaves that was killed while it made it.
            if path.exists() and path.stat().st_size:
                self._database = self._open()
        except DamagedError as error:
            self.damage = str(error)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to read."""
        return self._database is not None

    def examine(self) -> None:
        """Reads the ledger; where not all of it is what was written, nothing of the file is believed."""
        try:
            self._known()
        except DamagedError as error:
            self.damage = str(error)
        if self.damage:
            self.close()

    def adopt(self, memory: Memory) -> None:
        """Takes a ledger in place of one that is lost; it is written with the first change."""
        self._memory, self.is_adopted = memory, True

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> sqlite3.Connection:
        # Only who may write can undo what a killed run has begun.
        mode = "rw" if _journal(self.path).exists() else "ro"
        return self._connect(mode)

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=self.patience)
            application, version = (
                database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
            )
            if application != APPLICATION_ID or not 1 <= version <= VERSION:
                self._refuse(database, application, version)
        except sqlite3.Error as error:
            raise self._failure(error) from None
        self._version = version
        return database

    def _refuse(self, database: sqlite3.Connection, application: int, version: int) -> None:
        """Another program's file, or a newer one, is no business of ours; ours with a wrong mark is damaged."""
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        if not tables.issuperset(("run", *COLUMNS)):
            raise RefusedError(f"{self.path} is no index of feedmill: give another --state, or move it away")
        if application != APPLICATION_ID or version < 1:
            raise self._damaged("its mark is gone")
        raise RefusedError(f"{self.path} is of a newer version of feedmill: install that, or give another --state")

    def _failure(self, error: sqlite3.Error) -> FeedmillError:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _TROUBLES:
            return FeedmillError(
                f"{self.path} cannot be read or written ({error}): look at the space and the permissions there; "
                "what was published stands"
            )
        return self._damaged(str(error))

    def _damaged(self, reason: str) -> DamagedError:
        return DamagedError(
            f"{self.path} is damaged ({reason}): `feedmill SITE` keeps it under another name, and takes from it and "
            "from the published feeds what can be had"
        )

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(query, values).fetchall() if self._database else []
        except sqlite3.Error as error:
            raise self._failure(error) from None

    def _sealed(self, table: str, columns: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of a table that are what was written; each with its seal, or without where none had one."""
        names = ", ".join(columns or COLUMNS[table])
        if self._version < 2:
            return self._rows(f"SELECT {names} FROM {table}")  # noqa: S608 # they are our own words
        rows = self._rows(f"SELECT {names}, seal FROM {table}")  # noqa: S608
        return [row for row in rows if row[-1] == seal(table, row[:-1])]

    def _read(self) -> Memory:
        from posts.records import Entry, FeedRow, Memory

        items, followers, feeds = (self._sealed(table) for table in LEDGER)
        said = self.run().get("ledger", {})
        for table, rows in zip(LEDGER, (items, followers, feeds), strict=True):
            if self._version >= 2 and joint(row[-1] for row in rows) != said.get(table, 0):
                raise self._damaged(f"of its {table} some are not what was written")
        return Memory(
            {row[0]: Entry(*row[:11]) for row in items},
            {row[0]: row[1] for row in followers},
            {row[0]: FeedRow(*row[1:4]) for row in feeds},
        )

    def _known(self) -> Memory:
        if self._memory is None:
            if self.damage:
                raise DamagedError(self.damage)
            self._memory = self._read()
        return self._memory

    def run(self) -> dict[str, Any]:
        """What the last run said of itself; empty when there was none.

        Raises:
            DamagedError: it is not what was written.
        """
        said = dict(self._rows("SELECT key, value FROM run"))
        try:
            values = {key: json.loads(value) for key, value in said.items()}
        except (ValueError, TypeError) as error:
            raise self._damaged(str(error)) from None
        if self._database and self._version >= 2 and values.pop("seal", "") != seal_of_run(said):
            raise self._damaged("what it says of the last run is not what was written")
        return values

    def stamps(self, table: str) -> list[tuple[str, int, int, int, int]]:
        """Path, size, mtime, ctime and inode of all `files` or `outputs`, to be held against what is there."""
        return self._rows(f"SELECT path, size, mtime, ctime, inode FROM {table}")  # noqa: S608

    def hash_of(self, table: str, path: str) -> bytes:
        """The hash of one of the `files` or `outputs`, b"" for one that is not known."""
        rows = self._rows(f"SELECT hash FROM {table} WHERE path = ?", path)  # noqa: S608 # it is our own word
        return rows[0][0] if rows else b""

    def watched(self) -> dict[str, str]:
        return dict(self._rows("SELECT path, stamp FROM watched"))

    def files(self) -> dict[str, FileRow]:
        from posts.records import FileRow
        from posts.stamps import Stamp

        return {row[0]: FileRow(Stamp(*row[1:5]), row[5], row[6]) for row in self._saving("files")}

    def outputs(self) -> dict[str, OutputRow]:
        from posts.records import OutputRow
        from posts.stamps import Stamp

        return {row[0]: OutputRow(Stamp(*row[1:5]), row[5], row[6]) for row in self._saving("outputs")}

    def rendered(self) -> dict[str, Rendered]:
        """What is known of every content that is kept, by id of its item."""
        from posts.records import Rendered

        head = "substr(content, 1, 8)"
        rows = self._saving("contents", (*COLUMNS["contents"][:-1], head))
        return {row[0]: Rendered(row[1], row[2], _tuples(row[3]), _tuples(row[4])) for row in rows}

    def content(self, given: str) -> bytes:
        """The packed content of an item, b"" when none is kept; the packet says itself whether it is whole."""
        try:
            rows = self._rows("SELECT content FROM contents WHERE id = ?", given)
        except DamagedError:
            return b""
        return bytes(rows[0][0] or b"") if rows else b""

    def _saving(self, table: str, columns: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows that only save work: where they cannot be read there are none."""
        try:
            return self._sealed(table, columns)
        except DamagedError as error:
            self.damage = str(error)
            return []

    def feeds(self) -> dict[str, FeedRow]:
        return dict(self._known().feeds)

    def followers(self) -> dict[str, str]:
        return dict(self._known().followers)

    def entries(self) -> dict[str, Entry]:
        """All items that were ever published, by id."""
        return dict(self._known().entries)

    @contextmanager
    def change(self) -> Iterator[Changes]:
        """One transaction: all of what is put into it, or nothing."""
        try:
            database = self._writable()
            yield from self._transaction(database)
        except sqlite3.Error as error:
            raise self._failure(error) from None

    def _transaction(self, database: sqlite3.Connection) -> Iterator[Changes]:
        from posts.changes import Changes

        try:
            database.execute("BEGIN IMMEDIATE")
            fresh = not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if fresh:
                create(database)
            elif self._version < VERSION:
                migrate(database, self._version)
            changes = Changes(database)
            if fresh and self._memory:
                changes.items(self._memory.entries.values())
                changes.followers(self._memory.followers, ())
                changes.feeds(self._memory.feeds, ())
            yield changes
            changes.finish()
            database.execute("COMMIT")
            self._version, self._memory = VERSION, None
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")

    def _writable(self) -> sqlite3.Connection:
        self.close()
        if self.damage and self.path.exists():
            _move_aside(self.path)
        self.damage = ""
        if self.path.exists() and self.path.stat().st_size:
            database = self._connect("rw")
        else:
            _make_folder(self.path.parent)
            database = sqlite3.connect(self.path, isolation_level=None, timeout=self.patience)
        # What was decided is on the disk before anything is published, its folder's entry too; no other folder is used.
        database.execute("PRAGMA synchronous = EXTRA")
        database.execute("PRAGMA temp_store = MEMORY")
        self._database = database
        return database


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _move_aside(path: Path) -> None:
    """Keeps what is damaged, under another name."""
    aside = aside_of(path)
    path.replace(aside)
    if _journal(path).exists():
        _journal(path).replace(_journal(aside))


def aside_of(path: Path) -> Path:
    """Where a damaged index is kept: the first name that is free."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return aside


def _make_folder(folder: Path) -> None:
    """Makes a folder, and has its name on the disk before anything relies on it."""
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        handle = os.open(folder.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _tuples(text: str) -> tuple[Any, ...]:
    return tuple(map(tuple, json.loads(text))) if text else ()
