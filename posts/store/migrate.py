"""Migrate an index of an older schema to the current one, in the caller's transaction.

Schema 1 had no seals and schema 2 no archives. Up to schema 3 packets and seals were made with `marshal`
(`posts.store.old_packets`). Up to schema 4 the ledger had no lines of posts, and every published post was an item.
Schema 5 had no catalog and schema 6 no record of remotes. What a migration leaves out of the caches, the next run makes
again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from posts.store import codec, marshal_v2
from posts.store.old_packets import convert_content, convert_post
from posts.store.rows import Entry, implied_lines
from posts.store.schema import (
    CATALOG,
    COLUMNS,
    INDEXES,
    PACKETS,
    VERSION,
    create_table,
    joint_seal,
    rows_of_run,
    seal,
    seal_of_run,
    sealed_columns,
)

# The tables up to schema 4; the first four are the ledger.
OLD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "items": (
        *("id", "path", "link", "body_hash", "first", "post", "gone"),
        *("source_hash", "text_hash", "updated", "others"),
    ),
    "followers": ("path", "id"),
    "feeds": ("key", "id", "title", "updated"),
    "archives": ("place", "ids"),
    "files": ("path", "size", "mtime", "ctime", "inode", "hash", "facts"),
    "contents": ("id", "key", "hash", "wants", "complaints", "content"),
    "outputs": ("path", "size", "mtime", "ctime", "inode", "hash", "signature"),
}
OLD_PACKETS = {"files": 6, "contents": 5}
OLD_LEDGER = ("items", "followers", "feeds", "archives")
_SAVING = ("contents", "outputs")


def migrate(database: sqlite3.Connection, version: int) -> None:
    """Migrate an index of schema `version`.

    Raises:
        sqlite3.DatabaseError: the ledger is damaged.
    """
    for old in range(version, VERSION):
        MIGRATIONS[old](database)
    database.execute(f"PRAGMA user_version = {VERSION}")


def old_seal(table: str, row: tuple[Any, ...]) -> bytes:
    """Return the seal of a row as schemas 2 and 3 had it."""
    data = marshal_v2.write_value((table, sealed_columns(table, row, OLD_PACKETS)))
    return hashlib.blake2b(data, digest_size=8).digest()


def old_seal_of_run(values: Mapping[str, str]) -> str:
    """Return the seal of the `run` table as schemas 2 and 3 had it."""
    return old_seal("run", rows_of_run(values)).hex()


def _add_seals(database: sqlite3.Connection) -> None:
    """Migrate from schema 1, in which no row had a seal."""
    for table, columns in OLD_COLUMNS.items():
        if table == "archives":
            continue
        database.execute(f"ALTER TABLE {table} ADD COLUMN seal BLOB")
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608 # our own words
        update = f"UPDATE {table} SET seal = ? WHERE {columns[0]} = ?"  # noqa: S608
        database.executemany(update, ((old_seal(table, row), row[0]) for row in rows))
    joints = {
        table: joint_seal(row[0] for row in database.execute(f"SELECT seal FROM {table}"))  # noqa: S608
        for table in OLD_LEDGER
        if table != "archives"
    }
    _seal_run(database, joints, old_seal_of_run)


def _add_archives(database: sqlite3.Connection) -> None:
    """Migrate from schema 2, which had no archives."""
    create_table(database, "archives")


def _replace_marshal(database: sqlite3.Connection) -> None:
    """Migrate from schema 3, in which packets were marshalled tuples and seals covered marshalled rows."""
    known = _stored_joints(database, old_seal_of_run)
    joints = {table: _convert_ledger(database, table, known) for table in OLD_LEDGER}
    database.execute("DELETE FROM files")
    for table in _SAVING:
        _convert_saving(database, table)
    _seal_run(database, joints, seal_of_run)


def _convert_ledger(database: sqlite3.Connection, table: str, known: Mapping[str, int]) -> int:
    """Convert a table of the ledger, and return its checksum."""
    rows = _ledger_rows(database, table, known, old_seal)
    place = OLD_COLUMNS[table].index("post") if table == "items" else -1
    try:
        new = [row if place < 0 else (*row[:place], convert_post(row[place]), *row[place + 1 :]) for row in rows]
    except (ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(f"a post in {table} is not what was written: {error}") from None
    return _put(database, table, new, OLD_COLUMNS)


def _convert_saving(database: sqlite3.Connection, table: str) -> None:
    """Convert a cache table, and delete its damaged rows."""
    columns = OLD_COLUMNS[table]
    key, names = columns[0], ", ".join(columns)
    for (one,) in database.execute(f"SELECT {key} FROM {table}").fetchall():  # noqa: S608 # our own words
        row = database.execute(f"SELECT {names}, seal FROM {table} WHERE {key} = ?", (one,)).fetchone()  # noqa: S608
        try:
            new = _converted(table, row[:-1]) if row[-1] == old_seal(table, row[:-1]) else None
        except (ValueError, TypeError):
            new = None
        if new is None:
            database.execute(f"DELETE FROM {table} WHERE {key} = ?", (one,))  # noqa: S608
        else:
            _put(database, table, [new], OLD_COLUMNS)


def _converted(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    if table == "outputs":
        return row
    packet = convert_content(row[-1])
    return (*row[:2], codec.signature(packet), *row[3:-1], packet)


def _add_lines(database: sqlite3.Connection) -> None:
    """Migrate from schema 4: add the lines of posts, and store contents by the path of the post."""
    joints = _stored_joints(database, seal_of_run)
    items = _ledger_rows(database, "items", joints, _text_seal)
    followers = _ledger_rows(database, "followers", joints, _text_seal)
    entries = [Entry(*new_item(row)) for row in items]
    lines = implied_lines(entries, dict(followers), old_bodies(items))
    contents = list(_contents_by_path(database, entries))
    for table in ("items", "files", "contents"):
        database.execute(f"DROP TABLE {table}")  # our own words
    for table in ("seen", "items", "files", "loaded", "contents"):
        create_table(database, table)
    joints["items"] = _put(database, "items", sorted(map(tuple, entries)), COLUMNS)
    joints["seen"] = _put(database, "seen", sorted((path, *line) for path, line in lines.items()), COLUMNS)
    _put(database, "contents", contents, COLUMNS)
    _seal_run(database, joints, seal_of_run)


def _add_catalog(database: sqlite3.Connection) -> None:
    """Migrate from schema 5, which had no catalog. The next run fills it."""
    for table in ("loaded", "files"):
        database.execute(f"DROP TABLE {table}")  # our own words
    for table in ("loaded", "files", "heads", *CATALOG):
        create_table(database, table)
    for statement in INDEXES.split(";")[:-1]:
        database.execute(statement)


def _add_remotes(database: sqlite3.Connection) -> None:
    """Migrate from schema 6, which had no record of what remotes hold."""
    create_table(database, "remote_files")


def new_item(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row of the items of schema 4 without the hash of the body, which lines have now."""
    place = OLD_COLUMNS["items"].index("body_hash")
    return (*row[:place], *row[place + 1 :])


def old_bodies(items: list[tuple[Any, ...]]) -> dict[str, str]:
    """Return the hashes of the bodies in rows of the items of schema 4, by id."""
    place = OLD_COLUMNS["items"].index("body_hash")
    return {row[0]: row[place] for row in items if isinstance(row[place], str)}


def _stored_joints(database: sqlite3.Connection, make: Callable[[Mapping[str, str]], str]) -> dict[str, int]:
    """Return the checksums of the ledger's tables; `make` computes the seal of the `run` table, which holds them.

    Raises:
        sqlite3.DatabaseError: the `run` table is damaged.
    """
    record = dict(database.execute("SELECT key, value FROM run"))
    try:
        if json.loads(record.get("seal", '""')) == make(record):
            return dict(json.loads(record.get("ledger", "{}")))
    except (ValueError, TypeError):
        pass
    raise sqlite3.DatabaseError("the record of the last run is not what was written")


def _ledger_rows(
    database: sqlite3.Connection,
    table: str,
    joints: Mapping[str, int],
    row_seal: Callable[[str, tuple[Any, ...]], bytes],
) -> list[tuple[Any, ...]]:
    """Return the rows of a table of the ledger up to schema 4, without their seals.

    Raises:
        sqlite3.DatabaseError: a row is damaged or missing.
    """
    names = ", ".join(OLD_COLUMNS[table])
    rows = database.execute(f"SELECT {names}, seal FROM {table}").fetchall()  # noqa: S608 # our own words
    is_damaged = any(row[-1] != row_seal(table, row[:-1]) for row in rows)
    if is_damaged or joint_seal(row[-1] for row in rows) != joints.get(table, 0):
        raise sqlite3.DatabaseError(f"some rows of {table} are not what was written")
    return [row[:-1] for row in rows]


def _text_seal(table: str, row: tuple[Any, ...]) -> bytes:
    """Return the seal of a row as schema 4 had it."""
    return seal(table, row, OLD_PACKETS)


def _contents_by_path(database: sqlite3.Connection, entries: list[Entry]) -> Iterator[tuple[Any, ...]]:
    """Yield the contents of published items by the paths of their posts: unreadable posts stay as published."""
    paths = {entry.id: entry.path for entry in entries if entry.path and not entry.gone}
    names = ", ".join(OLD_COLUMNS["contents"])
    for row in database.execute(f"SELECT {names}, seal FROM contents"):  # noqa: S608 # our own words
        if row[0] in paths and row[-1] == _text_seal("contents", row[:-1]):
            yield (paths[row[0]], *row[1:3], "", *row[3:-1])


def _put(
    database: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]], tables: Mapping[str, tuple[str, ...]]
) -> int:
    """Write rows of a table as `tables` describes it; return their checksum."""
    columns = tables[table]
    names, places = ", ".join((*columns, "seal")), ", ".join("?" * (len(columns) + 1))
    query = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"  # noqa: S608 # our own words
    packets = OLD_PACKETS if tables is OLD_COLUMNS else PACKETS
    sealed = [(*row, seal(table, row, packets)) for row in rows]
    database.executemany(query, sealed)
    return joint_seal(row[-1] for row in sealed)


def _seal_run(
    database: sqlite3.Connection, joints: Mapping[str, int], make: Callable[[Mapping[str, str]], str]
) -> None:
    """Store the checksums of the ledger's tables and the seal of the `run` table."""
    database.execute("INSERT OR REPLACE INTO run VALUES ('ledger', ?)", (json.dumps(joints),))
    record = dict(database.execute("SELECT key, value FROM run"))
    database.execute("INSERT OR REPLACE INTO run VALUES ('seal', ?)", (json.dumps(make(record)),))


MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {
    1: _add_seals,
    2: _add_archives,
    3: _replace_marshal,
    4: _add_lines,
    5: _add_catalog,
    6: _add_remotes,
}
"""The step from each schema version to the next."""
