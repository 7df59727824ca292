"""Define the tables of the index and their checksums, and create them.

Every row of the ledger and of a cache has a seal, a checksum of its columns: a row that changed on the disk is
rejected. Each table of the ledger has a checksum too, which detects rows that are missing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

APPLICATION_ID = 0x666D696C  # "fmil"
VERSION = 5
TEXT_SEALS = 4  # the first version whose seals cover texts; older ones cover marshalled rows

# The columns of each table in the order of its record in `posts.store.rows`; the first is the key.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "seen": ("path", "first", "gone", "body"),
    "items": ("id", "path", "link", "first", "post", "gone", "source_hash", "text_hash", "updated", "others"),
    "followers": ("path", "id"),
    "feeds": ("key", "id", "title", "updated"),
    "archives": ("place", "ids"),
    "files": ("path", "size", "mtime", "ctime", "inode", "hash", "facts"),
    "loaded": ("path", "key", "packet"),
    "contents": ("path", "key", "hash", "text_hash", "wants", "complaints", "content"),
    "outputs": ("path", "size", "mtime", "ctime", "inode", "hash", "signature"),
}
LEDGER = ("seen", "items", "followers", "feeds", "archives")
# Packets contain a checksum of their own: a seal covers that checksum instead of the whole packet.
PACKETS: Mapping[str, int] = {"files": 6, "loaded": 2, "contents": 6}
_HEAD = 8  # bytes of a packet: its checksum

SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, facts BLOB, seal BLOB)
    WITHOUT ROWID;
CREATE TABLE watched (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (path TEXT PRIMARY KEY, first INT, gone INT, body TEXT, seal BLOB) WITHOUT ROWID;
CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT, link TEXT, first INT, gone INT, source_hash TEXT,
    text_hash TEXT, updated TEXT, others TEXT, post BLOB, seal BLOB) WITHOUT ROWID;
CREATE TABLE followers (path TEXT PRIMARY KEY, id TEXT NOT NULL, seal BLOB) WITHOUT ROWID;
CREATE TABLE loaded (path TEXT PRIMARY KEY, key TEXT, packet BLOB, seal BLOB) WITHOUT ROWID;
CREATE TABLE contents (path TEXT PRIMARY KEY, key TEXT, hash TEXT, text_hash TEXT, wants TEXT, complaints TEXT,
    content BLOB, seal BLOB);
CREATE TABLE feeds (key TEXT PRIMARY KEY, id TEXT, title TEXT, updated TEXT, seal BLOB) WITHOUT ROWID;
CREATE TABLE archives (place TEXT PRIMARY KEY, ids TEXT NOT NULL, seal BLOB) WITHOUT ROWID;
CREATE TABLE outputs (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, signature TEXT,
    seal BLOB) WITHOUT ROWID;
"""


def seal(table: str, row: tuple[Any, ...], packets: Mapping[str, int] = PACKETS) -> bytes:
    """Return the checksum of a row.

    Args:
        table: the name of the row's table.
        row: the columns of the table in their order; a packet may be the whole packet or only its checksum.
        packets: the place of the packet in the rows of each table that has one.
    """
    # `ascii` gives the same text for strings, bytes and numbers in every version of Python.
    return hashlib.blake2b(ascii((table, sealed_columns(table, row, packets))).encode(), digest_size=8).digest()


def sealed_columns(table: str, row: tuple[Any, ...], packets: Mapping[str, int]) -> tuple[Any, ...]:
    """Return what the seal of a row covers: its columns, with only the checksum of a packet."""
    place = packets.get(table)
    if place is None:
        return row
    packet = row[place]
    return (*row[:place], packet[:_HEAD] if isinstance(packet, bytes) else b"")


def joint_seal(seals: Iterable[bytes]) -> int:
    """Return the checksum of rows in any order: the exclusive or of their seals, which also adds or removes a row."""
    mixed = 0
    for one in seals:
        mixed ^= int.from_bytes(one)
    return mixed


def seal_of_run(values: Mapping[str, str]) -> str:
    """Return the checksum of the `run` table by key; its own row is not in it."""
    return seal("run", rows_of_run(values)).hex()


def rows_of_run(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the sorted rows of the `run` table that its seal covers."""
    # Sorted as strings: in a damaged index keys and values may have any type.
    return tuple(
        sorted(((key, value) for key, value in values.items() if key != "seal"), key=lambda row: (*map(str, row),))
    )


def create_table(database: sqlite3.Connection, table: str) -> None:
    """Create one table, in the caller's transaction."""
    database.execute(next(one for one in SCHEMA.split(";") if f"TABLE {table} " in one))


def create(database: sqlite3.Connection) -> None:
    """Create the tables of a new index, in the caller's transaction."""
    for statement in SCHEMA.split(";")[:-1]:
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {VERSION}")
