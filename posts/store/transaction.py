"""Write rows of the index within one transaction. Rows are replaced whole, with a new seal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from posts.files.stat import Stamp
from posts.store.rows import (
    Entry,
    FeedRow,
    FileVersion,
    LedgerSnapshot,
    LoadedRow,
    OutputRow,
    RemoteFile,
    Rendered,
    SeenPost,
)
from posts.store.schema import COLUMNS, LEDGER, joint_seal, seal, seal_of_run

_POSTS = ("seen", "items", "followers")  # the tables of the ledger that the catalog is made from


class Transaction:
    """Write changes into a transaction that has begun. Call `finish` last."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        known = database.execute("SELECT value FROM run WHERE key = 'ledger'").fetchone()
        self._joint: dict[str, int] = json.loads(known[0]) if known else {}

    @property
    def database(self) -> sqlite3.Connection:
        """Return the connection, for `posts.store.catalog_writer`."""
        return self._database

    def run(self, values: Mapping[str, Any]) -> None:
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
        self._database.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", rows)

    def files(self, rows: Mapping[str, FileVersion], packet_of: Callable[[str], bytes], gone: Iterable[str]) -> None:
        # Times and sizes are read in every run, heads rarely: small rows keep the check for changes fast.
        self._put("files", ((path, *_columns(row.stamp), row.hash) for path, row in rows.items()))
        self._put("heads", ((path, row.hash, packet_of(path)) for path, row in rows.items()))
        gone = list(gone)
        self._drop("files", gone)
        self._drop("heads", gone)

    def watched(self, rows: Mapping[str, str], forgotten: str = "%") -> None:
        """Store fingerprints of what the outcome depends on, in place of those with names like `forgotten`."""
        self._database.execute("DELETE FROM watched WHERE path LIKE ?", (forgotten,))
        self._database.executemany("INSERT OR REPLACE INTO watched VALUES (?, ?)", rows.items())

    def seen(self, lines: Mapping[str, SeenPost], gone: Iterable[str]) -> None:
        self._put("seen", sorted((path, *line) for path, line in lines.items()))
        self._drop("seen", gone)

    def items(self, entries: Iterable[Entry]) -> None:
        # In key order, so that SQLite appends rows instead of splitting pages.
        rows = sorted(entries)
        self._put("items", map(tuple, rows))
        self._database.executemany("DELETE FROM merged WHERE id = ?", ((entry.id,) for entry in rows))
        merged = ((path, entry.id) for entry in rows if entry.others for path in entry.others.split("\n"))
        self._database.executemany("INSERT OR REPLACE INTO merged VALUES (?, ?)", merged)

    def followers(self, rows: Mapping[str, str], gone: Iterable[str]) -> None:
        self._put("followers", rows.items())
        self._drop("followers", gone)

    def loaded(self, rows: Iterable[tuple[str, LoadedRow]], gone: Iterable[str] = ()) -> None:
        self._put("loaded", ((path, *row) for path, row in rows))
        self._drop("loaded", gone)

    def contents(
        self, rows: Mapping[str, Rendered], packet_of: Callable[[str], bytes], gone: Iterable[str] = ()
    ) -> None:
        wanted = (
            (path, row.key, row.hash, row.text_hash, _listed(row.wants), _listed(row.complaints), packet_of(path))
            for path, row in rows.items()
        )
        self._put("contents", wanted)
        gone = list(gone)
        self._drop("contents", gone)
        self._database.executemany("DELETE FROM wants WHERE path = ?", ((path,) for path in (*rows, *gone)))
        posts = ((name, path) for path, row in rows.items() for name in row.posts())
        self._database.executemany("INSERT OR REPLACE INTO wants VALUES (?, ?)", posts)

    def feeds(self, rows: Mapping[str, FeedRow], gone: Iterable[str]) -> None:
        self._put("feeds", ((key, *row) for key, row in rows.items()))
        self._drop("feeds", gone)

    def archives(self, rows: Mapping[str, str]) -> None:
        self._put("archives", rows.items())

    def ledger(self, memory: LedgerSnapshot, first: int | None = None) -> None:
        """Replace the ledger and the time of the first run (seconds since 1970, UTC); keep the caches."""
        for table in LEDGER:
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 # it is our own word
            self._joint[table] = 0
        self._database.execute("DELETE FROM merged")
        self.seen(memory.seen, ())
        self.items(memory.entries.values())
        self.followers(memory.followers, ())
        self.feeds(memory.feeds, ())
        self.archives(memory.archives)
        self._database.execute("DELETE FROM run WHERE key = 'first'")
        self.run({} if first is None else {"first": first})

    def outputs(self, rows: Mapping[str, OutputRow], gone: Iterable[str]) -> None:
        self._put("outputs", ((path, *_columns(row.stamp), row.hash, row.signature) for path, row in rows.items()))
        self._drop("outputs", gone)

    def remote_files(self, remote: str, rows: Mapping[str, RemoteFile], gone: Iterable[str] = ()) -> None:
        """Write what a remote holds by path, and drop the rows of the paths that it no longer holds."""
        self._put("remote_files", ((remote, path, *row) for path, row in rows.items()))
        query = "DELETE FROM remote_files WHERE remote = ? AND path = ?"
        self._database.executemany(query, ((remote, path) for path in gone))

    def finish(self) -> None:
        """Store the checksums of the ledger and the seal of the `run` table."""
        for table in LEDGER:
            self._joint_of(table)
        self.run({"ledger": self._joint})
        record = dict(self._database.execute("SELECT key, value FROM run"))
        self._database.execute("INSERT OR REPLACE INTO run VALUES ('seal', ?)", (json.dumps(seal_of_run(record)),))

    def _put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        columns = COLUMNS[table]
        names, places = ", ".join((*columns, "seal")), ", ".join("?" * (len(columns) + 1))
        query = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"  # noqa: S608 # they are our own words
        if table in LEDGER:
            rows = list(rows)
            if rows and table in _POSTS:  # whoever changes the ledger completes the catalog, or it is made anew
                self._database.execute("DELETE FROM run WHERE key = 'catalog'")
            has_rows = self._database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 # our own word
            is_new = not has_rows and len({row[0] for row in rows}) == len(rows)
            sealed = (self._counted(table, (*row, seal(table, row)), is_new=is_new) for row in rows)
        else:
            sealed = ((*row, seal(table, row)) for row in rows)
        self._database.executemany(query, sealed)

    def _drop(self, table: str, gone: Iterable[str]) -> None:
        query = f"DELETE FROM {table} WHERE {COLUMNS[table][0]} = ?"  # noqa: S608 # both are our own words
        for one in gone:
            if table in LEDGER:
                self._discount(table, one)
            self._database.execute(query, (one,))

    def _counted(self, table: str, row: tuple[Any, ...], *, is_new: bool) -> tuple[Any, ...]:
        """Add a row to the checksum of its table. `is_new` says that no row with its key is stored."""
        if not is_new:
            self._discount(table, row[0])
        self._joint[table] = self._joint_of(table) ^ joint_seal([row[-1]])
        return row

    def _discount(self, table: str, key: str) -> None:
        """Remove the stored row with this key from the checksum of its table."""
        mixed = self._joint_of(table)
        query = f"SELECT seal FROM {table} WHERE {COLUMNS[table][0]} = ?"  # noqa: S608 # both are our own words
        self._joint[table] = mixed ^ joint_seal(self._database.execute(query, (key,)).fetchone() or ())

    def _joint_of(self, table: str) -> int:
        if table not in self._joint:
            seals = self._database.execute(f"SELECT seal FROM {table}")  # noqa: S608 # our own word
            self._joint[table] = joint_seal(row[0] for row in seals)
        return self._joint[table]


def _columns(stamp: Stamp) -> tuple[int, int, int, int]:
    return (stamp.size, stamp.mtime, stamp.ctime, stamp.inode)


def _listed(values: tuple[Any, ...]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
