"""What is known from earlier runs: the ledger, and what saves work. Owns SQLite.

The ledger (items, followers, feeds) is for ever; files, contents and outputs could be made again at any time.
Nothing is written outside of `change`; a run in which nothing changed only reads.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from posts.errors import FeedmillError, RefusedError
from posts.records import Entry, FeedRow, FileRow, OutputRow, Rendered
from posts.stamps import Stamp

APPLICATION_ID = 0x666D696C  # "fmil"
VERSION = 1

_SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, facts BLOB)
    WITHOUT ROWID;
CREATE TABLE watched (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT, link TEXT, body_hash TEXT, first INT, gone INT, source_hash TEXT,
    text_hash TEXT, updated TEXT, others TEXT, post BLOB) WITHOUT ROWID;
CREATE TABLE followers (path TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (id TEXT PRIMARY KEY, key TEXT, hash TEXT, wants TEXT, complaints TEXT, content BLOB);
CREATE TABLE feeds (key TEXT PRIMARY KEY, id TEXT, title TEXT, updated TEXT) WITHOUT ROWID;
CREATE TABLE outputs (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, signature TEXT)
    WITHOUT ROWID;
"""


class Index:
    """The index in one file. Opening reads nothing but its version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database: sqlite3.Connection | None = None
        if path.exists():
            self._database = self._open("ro")

    def _open(self, mode: str) -> sqlite3.Connection:
        try:
            database = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
            application, version = (
                database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
            )
        except sqlite3.Error as error:
            raise self._damaged(error) from None
        if application != APPLICATION_ID:
            raise RefusedError(f"{self.path} is no index of feedmill: give another --state, or move it away")
        if version > VERSION:
            raise RefusedError(f"{self.path} is of a newer version of feedmill: install that, or give another --state")
        return database

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(query).fetchall() if self._database else []
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> FeedmillError:
        remedy = "move it away (ids that links make come back by themselves), or restore an older one"
        return FeedmillError(f"{self.path} cannot be read as an index ({error}): {remedy}")

    def run(self) -> dict[str, Any]:
        """What the last run said of itself; empty when there was none."""
        try:
            return {key: json.loads(value) for key, value in self._rows("SELECT key, value FROM run")}
        except ValueError as error:
            raise self._damaged(error) from None

    def stamps(self, table: str) -> list[tuple[str, int, int, int, int]]:
        """Path, size, mtime, ctime and inode of all `files` or `outputs`."""
        return self._rows(f"SELECT path, size, mtime, ctime, inode FROM {table}")  # noqa: S608

    def hash_of(self, table: str, path: str) -> bytes:
        """The hash of one of the `files` or `outputs`, b"" for one that is not known."""
        if self._database is None:
            return b""
        query = f"SELECT hash FROM {table} WHERE path = ?"  # noqa: S608 # it is our own word
        row = self._database.execute(query, (path,)).fetchone()
        return row[0] if row else b""

    def watched(self) -> dict[str, str]:
        return dict(self._rows("SELECT path, stamp FROM watched"))

    def files(self) -> dict[str, FileRow]:
        rows = self._rows("SELECT path, size, mtime, ctime, inode, hash, facts FROM files")
        return {row[0]: FileRow(Stamp(*row[1:5]), row[5], row[6]) for row in rows}

    def outputs(self) -> dict[str, OutputRow]:
        rows = self._rows("SELECT path, size, mtime, ctime, inode, hash, signature FROM outputs")
        return {row[0]: OutputRow(Stamp(*row[1:5]), row[5], row[6]) for row in rows}

    def feeds(self) -> dict[str, FeedRow]:
        return {row[0]: FeedRow(*row[1:]) for row in self._rows("SELECT key, id, title, updated FROM feeds")}

    def followers(self) -> dict[str, str]:
        return dict(self._rows("SELECT path, id FROM followers"))

    def entries(self) -> dict[str, Entry]:
        """All items that were ever published, by id."""
        query = (
            "SELECT id, path, link, body_hash, first, post, gone, source_hash, text_hash, updated, others FROM items"
        )
        return {row[0]: Entry(*row) for row in self._rows(query)}

    def rendered(self) -> dict[str, Rendered]:
        """What is known of every content that is kept, by id of its item."""
        rows = self._rows("SELECT id, key, hash, wants, complaints FROM contents")
        return {row[0]: Rendered(row[1], row[2], _tuples(row[3]), _tuples(row[4])) for row in rows}

    def content(self, given: str) -> bytes:
        """The packed content of an item, b"" when none is kept."""
        if self._database is None:
            return b""
        row = self._database.execute("SELECT content FROM contents WHERE id = ?", (given,)).fetchone()
        return row[0] if row else b""

    def copy(self, to: Path) -> None:
        """Writes the index as it is now into a new file, if there is one."""
        if self._database is not None:
            with closing(sqlite3.connect(to)) as copy:
                self._database.backup(copy)

    @contextmanager
    def change(self) -> Iterator[Changes]:
        """One transaction: all of what is put into it, or nothing."""
        database = self._writable()
        try:
            database.execute("BEGIN IMMEDIATE")
            yield Changes(database)
            database.execute("COMMIT")
        except sqlite3.Error as error:
            raise FeedmillError(f"{self.path} cannot be written ({error}): what was published stands") from None
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")

    def _writable(self) -> sqlite3.Connection:
        if self._database is not None:
            self._database.close()
        fresh = not self.path.exists()
        if fresh:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                database = sqlite3.connect(self.path, isolation_level=None)
                marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
                database.executescript(f"BEGIN; {_SCHEMA} {marks} COMMIT;")
            except sqlite3.Error as error:
                raise FeedmillError(f"{self.path} cannot be written ({error})") from None
        else:
            database = self._open("rw")
        self._database = database
        return database


class Changes:
    """What one transaction changes. Rows are replaced whole."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def run(self, values: Mapping[str, Any]) -> None:
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
        self._put("run", 2, rows)

    def files(self, rows: Mapping[str, FileRow], gone: Iterable[str]) -> None:
        stamped = ((path, *_columns(row.stamp), row.hash, row.facts) for path, row in rows.items())
        self._put("files", 7, stamped)
        self._drop("files", "path", gone)

    def watched(self, rows: Mapping[str, str]) -> None:
        self._database.execute("DELETE FROM watched")
        self._put("watched", 2, rows.items())

    def items(self, entries: Iterable[Entry]) -> None:
        rows = sorted(  # in the order of the table, into which they then go one behind the other
            (
                one.id,
                one.path,
                one.link,
                one.body_hash,
                one.first,
                one.gone,
                one.source_hash,
                one.text_hash,
                one.updated,
                one.others,
                one.post,
            )
            for one in entries
        )
        self._put("items", 11, rows)

    def followers(self, rows: Mapping[str, str], gone: Iterable[str]) -> None:
        self._put("followers", 2, rows.items())
        self._drop("followers", "path", gone)

    def contents(self, rows: Mapping[str, tuple[Rendered, bytes]]) -> None:
        wanted = (
            (given, row.key, row.hash, _listed(row.wants), _listed(row.complaints), content)
            for given, (row, content) in rows.items()
        )
        self._put("contents", 6, wanted)

    def feeds(self, rows: Mapping[str, FeedRow], gone: Iterable[str]) -> None:
        self._put("feeds", 4, ((key, row.id, row.title, row.updated) for key, row in rows.items()))
        self._drop("feeds", "key", gone)

    def ledger(self, other: Index) -> None:
        """Takes the ledger of another index in place of this one; what saves work stays."""
        for table in ("items", "followers", "feeds"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 # it is our own word
        self._drop("run", "key", ["first"])
        self.items(other.entries().values())
        self.followers(other.followers(), ())
        self.feeds(other.feeds(), ())
        first = other.run().get("first")
        self.run({} if first is None else {"first": first})

    def outputs(self, rows: Mapping[str, OutputRow], gone: Iterable[str]) -> None:
        self._put("outputs", 7, ((path, *_columns(row.stamp), row.hash, row.signature) for path, row in rows.items()))
        self._drop("outputs", "path", gone)

    def _put(self, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * columns)
        query = f"INSERT OR REPLACE INTO {table} VALUES ({places})"  # noqa: S608 # it is our own word
        self._database.executemany(query, rows)

    def _drop(self, table: str, key: str, gone: Iterable[str]) -> None:
        query = f"DELETE FROM {table} WHERE {key} = ?"  # noqa: S608 # both are our own words
        self._database.executemany(query, ((one,) for one in gone))


def _columns(stamp: Stamp) -> tuple[int, int, int, int]:
    return (stamp.size, stamp.mtime, stamp.ctime, stamp.inode)


def _listed(values: tuple[Any, ...]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _tuples(text: str) -> tuple[Any, ...]:
    return tuple(map(tuple, json.loads(text))) if text else ()
