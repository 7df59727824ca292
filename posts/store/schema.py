"""The tables of the index, and how an older index becomes one of this version.

Every row of the ledger, and every one that saves work, carries a seal, a checksum of what is in it: a row with a bit
that flipped on the disk is not believed. The ledger as a whole carries one too, so that no row can be lost unseen.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

APPLICATION_ID = 0x666D696C  # "fmil"
VERSION = 3

# The columns of each table in the order of its record in `posts.store.rows`; the first is the key.
COLUMNS: Mapping[str, tuple[str, ...]] = {
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
LEDGER = ("items", "followers", "feeds", "archives")
SINCE: Mapping[str, int] = {"archives": 3}
"""The versions that brought tables which the first had not."""

# Packets say for themselves whether they are whole, and their heads what is in them: only those are sealed.
_PACKETS = {"files": 6, "contents": 5}
_HEAD = 8

SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, facts BLOB, seal BLOB)
    WITHOUT ROWID;
CREATE TABLE watched (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT, link TEXT, body_hash TEXT, first INT, gone INT, source_hash TEXT,
    text_hash TEXT, updated TEXT, others TEXT, post BLOB, seal BLOB) WITHOUT ROWID;
CREATE TABLE followers (path TEXT PRIMARY KEY, id TEXT NOT NULL, seal BLOB) WITHOUT ROWID;
CREATE TABLE contents (id TEXT PRIMARY KEY, key TEXT, hash TEXT, wants TEXT, complaints TEXT, content BLOB, seal BLOB);
CREATE TABLE feeds (key TEXT PRIMARY KEY, id TEXT, title TEXT, updated TEXT, seal BLOB) WITHOUT ROWID;
CREATE TABLE archives (place TEXT PRIMARY KEY, ids TEXT NOT NULL, seal BLOB) WITHOUT ROWID;
CREATE TABLE outputs (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, signature TEXT,
    seal BLOB) WITHOUT ROWID;
"""


def seal(table: str, row: tuple[Any, ...]) -> bytes:
    """The checksum of a row; `row` has the columns of its table, a packet as a whole or its head alone."""
    place = _PACKETS.get(table)
    if place is not None:
        packet = row[place]
        row = (*row[:place], packet[:_HEAD] if isinstance(packet, bytes) else b"")
    return hashlib.blake2b(marshal.dumps((table, row), 2), digest_size=8).digest()


def joint(seals: Iterable[bytes]) -> int:
    """The checksum of many rows in any order: a row is added to it, or taken out of it, by its seal (exclusive or)."""
    mixed = 0
    for one in seals:
        mixed ^= int.from_bytes(one)
    return mixed


def seal_of_run(values: Mapping[str, str]) -> str:
    """The checksum of what the last run said of itself, by key; its own row is not in it."""
    # By what they look like: of a damaged index they may be anything.
    rows = sorted(((key, value) for key, value in values.items() if key != "seal"), key=lambda row: (*map(str, row),))
    return seal("run", tuple(rows)).hex()


def create(database: sqlite3.Connection) -> None:
    """The tables of a new index, in a transaction of the caller's."""
    for statement in SCHEMA.split(";")[:-1]:
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {VERSION}")


def migrate(database: sqlite3.Connection, version: int) -> None:
    """Makes an index of an older version one of this version, in a transaction of the caller's."""
    for old in range(version, VERSION):
        MIGRATIONS[old](database)
    database.execute(f"PRAGMA user_version = {VERSION}")


def _add_seals(database: sqlite3.Connection) -> None:
    """From 1: no row had a seal."""
    for table, columns in COLUMNS.items():
        if table in SINCE:
            continue
        database.execute(f"ALTER TABLE {table} ADD COLUMN seal BLOB")
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608 # our own words
        update = f"UPDATE {table} SET seal = ? WHERE {columns[0]} = ?"  # noqa: S608
        database.executemany(update, ((seal(table, row), row[0]) for row in rows))


def _add_archives(database: sqlite3.Connection) -> None:
    """From 2: there were no archives."""
    database.execute(next(one for one in SCHEMA.split(";") if "TABLE archives" in one))


MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {1: _add_seals, 2: _add_archives}
"""How an index of a version becomes one of the next."""
