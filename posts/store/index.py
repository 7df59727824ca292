"""Read and change the index, an SQLite file with the ledger and the caches.

The ledger (lines of posts, items, followers, feeds, archives) cannot be rebuilt; the caches (files, loaded, contents,
outputs) can. Only
`change` writes. Damaged rows of a cache count as missing. If the ledger is damaged, all of it counts as missing until
`adopt` replaces it with what was recovered.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from posts.errors import DamagedError
from posts.files.stat import Stamp
from posts.store import connection as database
from posts.store.last_run import LastRun
from posts.store.rows import Entry, FeedRow, FileRow, LedgerSnapshot, LoadedRow, OutputRow, Rendered, SeenPost, place_of
from posts.store.schema import COLUMNS, LEDGER, VERSION, create, folded_seal, joint_seal, seal
from posts.store.transaction import Transaction


class Index(LastRun):
    """The index. `damage` also says what is wrong with the ledger, once `examine` has read it.

    Attributes:
        is_adopted: Whether the ledger was recovered.
        is_rebuilt: Whether a new file has replaced the index in this run, with the ledger alone.
    """

    def __init__(self, path: Path, patience: float = 10.0) -> None:
        super().__init__(path, patience)
        self.is_adopted = False
        self.is_rebuilt = False
        self._memory: LedgerSnapshot | None = None
        self._record: Mapping[str, Any] = {}
        self._outputs: Mapping[str, OutputRow] = {}

    def examine(self) -> None:
        """Read the ledger. If it is damaged, set `damage` and close the file."""
        try:
            self.ledger()
        except DamagedError as error:
            self.damage = str(error)
        if self.damage:
            self.close()

    def adopt(self, memory: LedgerSnapshot, record: Mapping[str, Any], outputs: Mapping[str, OutputRow]) -> None:
        """Use a recovered ledger, the rows of the last run and the known outputs. The first change writes them."""
        self._memory, self._record, self._outputs, self.is_adopted = memory, record, outputs, True

    def _sealed(
        self, table: str, columns: tuple[str, ...] = (), condition: str = "1", *values: Any
    ) -> list[tuple[Any, ...]]:
        """Return the undamaged rows of a table that meet a condition, each with its seal."""
        self._convert()
        query = f"SELECT {', '.join(columns or COLUMNS[table])}, seal FROM {table} WHERE {condition}"  # noqa: S608
        return [row for row in self._rows(query, *values) if row[-1] == seal(table, row[:-1])]

    def select(self, table: str, condition: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a table of the ledger that meet a condition, each with its seal.

        Raises:
            DamagedError: One of them is not what was written.
        """
        query = f"SELECT {', '.join(COLUMNS[table])}, seal FROM {table} WHERE {condition}"  # noqa: S608 # our words
        rows = self._rows(query, *values)
        if any(row[-1] != seal(table, row[:-1]) for row in rows):
            raise database.damaged(self.path, f"of its {table} some are not what was written")
        return rows

    def query(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the result of a query of the catalog (`posts.store.catalog`)."""
        return self._rows(query, *values)

    def verify(self) -> None:
        """Compare the checksums of the ledger's tables with their seals, without reading the rows.

        Raises:
            DamagedError: Rows are missing, or their seals are not what was written.
        """
        record = self.run().get("ledger", {})
        for table in LEDGER:
            ((seals,),) = self._rows(f"SELECT group_concat(hex(seal), '') FROM {table}") or [("",)]  # noqa: S608 # our word
            if folded_seal(bytes.fromhex(seals or "")) != record.get(table, 0):
                raise database.damaged(self.path, f"of its {table} some are not what was written")

    @property
    def is_current(self) -> bool:
        """Return whether there is an index of the current schema."""
        return self._database is not None and self._version == VERSION

    def _convert(self) -> None:
        """Read an index of an older schema through a migrated copy; leave the file unchanged."""
        self._reopen_after_fork()
        if self._database is None or self._version == VERSION:
            return
        from posts.store.migrate import migrate  # an index of an older version is rare

        copy = sqlite3.connect("", isolation_level=None)  # a private file that SQLite deletes
        try:
            # Wait for a writer no longer than `patience`: `backup` alone waits forever.
            self._database.execute("BEGIN")
            self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self._database.backup(copy)
            migrate(copy, self._version)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            copy.close()
            raise database.failure(self.path, error) from None
        self._database.close()
        self._database, self._version = copy, VERSION

    def _read(self) -> LedgerSnapshot:
        tables = {table: self._sealed(table) for table in LEDGER}
        record = self.run().get("ledger", {})
        for table, rows in tables.items():
            if self._database is not None and joint_seal(row[-1] for row in rows) != record.get(table, 0):
                raise database.damaged(self.path, f"of its {table} some are not what was written")
        return LedgerSnapshot(
            {row[0]: SeenPost(*row[1:4]) for row in tables["seen"]},
            {row[0]: Entry(*row[:10]) for row in tables["items"]},
            {row[0]: row[1] for row in tables["followers"]},
            {row[0]: FeedRow(*row[1:4]) for row in tables["feeds"]},
            {row[0]: row[1] for row in tables["archives"]},
        )

    def ledger(self) -> LedgerSnapshot:
        """Return the whole ledger. Raises DamagedError if any of it is damaged."""
        if self._memory is None:
            if self.damage:
                raise DamagedError(self.damage)
            self._memory = self._read()
        return self._memory

    def files(self) -> dict[str, FileRow]:
        """Return the rows of all post files whose heads are known, by path."""
        heads = {row[0]: row[1:3] for row in self._saving("heads")}
        rows = (row for row in self._saving("files") if heads.get(row[0], ("",))[0] == row[5])
        return {row[0]: FileRow(Stamp(*row[1:5]), row[5], heads[row[0]][1]) for row in rows}

    def file(self, path: str) -> FileRow | None:
        """Return the row of a post file."""
        row = next(iter(self._saving("files", (), "path = ?", path)), None)
        head = next(iter(self._saving("heads", (), "path = ?", path)), None)
        return FileRow(Stamp(*row[1:5]), row[5], head[2]) if row and head and head[1] == row[5] else None

    def loaded(self, path: str) -> LoadedRow | None:
        """Return the row of a loaded post."""
        row = next(iter(self._saving("loaded", (), "path = ?", path)), None)
        return LoadedRow(*row[1:4]) if row else None

    def output(self, path: str) -> OutputRow | None:
        """Return the row of a published file."""
        row = next(iter(self._saving("outputs", (), "path = ?", path)), None)
        return OutputRow(Stamp(*row[1:5]), row[5], row[6]) if row else None

    def paths(self, table: str) -> list[str]:
        """Return the paths of all rows of a cache table, sorted; none if they cannot be read."""
        try:
            self._convert()
            return [row[0] for row in self._rows(f"SELECT path FROM {table} ORDER BY path")]  # noqa: S608 # our word
        except DamagedError:
            return []

    def outputs(self) -> dict[str, OutputRow]:
        if self._database is not None:
            rows = self._saving("outputs")
            self._outputs = {row[0]: OutputRow(Stamp(*row[1:5]), row[5], row[6]) for row in rows}
        return dict(self._outputs)

    def rendered(self, path: str) -> Rendered | None:
        """Return the record of a stored content without the content itself."""
        columns = (*COLUMNS["contents"][:-1], "substr(content, 1, 8)")
        row = next(iter(self._saving("contents", columns, "path = ?", path)), None)
        return Rendered(row[1], row[2], row[3], _tuples(row[4]), _tuples(row[5])) if row else None

    def content(self, path: str) -> bytes:
        """Return the encoded content of a post, b"" if there is none. `decode_content` verifies its checksum."""
        try:
            self._convert()
            rows = self._rows("SELECT content FROM contents WHERE path = ?", path)
        except DamagedError:
            return b""
        return bytes(rows[0][0] or b"") if rows else b""

    def _saving(
        self, table: str, columns: tuple[str, ...] = (), condition: str = "1", *values: Any
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a cache table that meet a condition; none if they cannot be read."""
        try:
            return self._sealed(table, columns, condition, *values)
        except DamagedError as error:
            self.ledger()  # what can be read of the index replaces it
            self.damage, self._record = str(error), self.run()
            return []

    def feeds(self) -> dict[str, FeedRow]:
        """Return the feeds, by key. Raises DamagedError if any of them is damaged."""
        if self._memory is not None or not self.is_current:
            return dict(self.ledger().feeds)
        return {row[0]: FeedRow(*row[1:4]) for row in self.select("feeds", "1")}

    def followers(self) -> dict[str, str]:
        return dict(self.ledger().followers)

    def archives(self) -> dict[str, str]:
        """Return the ids in every archive document, one per line, by place (`posts.store.rows.place_of`)."""
        return dict(self.ledger().archives)

    def archives_of(self, feed: str) -> dict[str, str]:
        """Return the same for one feed, by its key. Raises DamagedError if any of it is damaged."""
        rows = self.select("archives", "place >= ? AND place < ?", place_of(feed, 0)[:-1], f"{feed}\n")
        return {row[0]: row[1] for row in rows}

    def seen(self) -> dict[str, SeenPost]:
        """Return the lines of all posts that were ever published, by path."""
        return dict(self.ledger().seen)

    def entries(self) -> dict[str, Entry]:
        """Return all items that feeds have shown, by id."""
        return dict(self.ledger().entries)

    def copy(self, to: Path) -> None:
        """Write a copy of the index into a new file, if there is an index."""
        if self._database is not None:
            with closing(sqlite3.connect(to)) as copy:
                self._database.backup(copy)

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        """Run a transaction: commit it at the end, or roll it back after an error."""
        try:
            yield from self._transaction(self._writable())
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise database.failure(self.path, error) from None

    def _transaction(self, opened: sqlite3.Connection) -> Iterator[Transaction]:
        before = self._version
        try:
            opened.execute("BEGIN IMMEDIATE")
            fresh = not opened.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if fresh:
                create(opened)
            elif self._version < VERSION:
                from posts.store.migrate import migrate

                migrate(opened, self._version)
            # From here on, reads within the transaction see the current schema.
            self._version = VERSION
            changes = Transaction(opened)
            if fresh and self._memory:
                changes.ledger(self._memory)
                changes.outputs(self._outputs, ())
            yield changes
            changes.finish()
            opened.execute("COMMIT")
            self._version, self._memory = VERSION, None
        finally:
            if opened.in_transaction:
                opened.execute("ROLLBACK")
                self._version = before

    def _writable(self) -> sqlite3.Connection:
        self.close()
        if self.damage and self.path.exists():
            from posts.store.rebuild import rebuild_index

            rebuild_index(self.path, self._memory or LedgerSnapshot(), self._record, self._outputs)
            self.is_rebuilt = True
        self.damage = ""
        opened, self._version = database.writable(self.path, self.patience)
        self._database = opened
        return opened


def _tuples(text: str) -> tuple[Any, ...]:
    return tuple(map(tuple, json.loads(text))) if text else ()
