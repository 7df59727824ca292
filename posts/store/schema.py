"""Define the tables of the index and their checksums, and create them.

Every row of the ledger and of a cache has a seal, a checksum of its columns: a row that changed on the disk is
rejected. Each table of the ledger has a checksum too, which detects rows that are missing. The catalog (`posts`,
`terms`, `members`, `wants`, `merged`) answers which posts are in which feeds without reading all of them
(`posts.store.catalog`); its checksums are in `terms` and in the record of the last run. What remotes hold
(`remote_files`) cannot be computed again, but only asked for; a row that is missing costs a comparison.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

APPLICATION_ID = 0x666D696C  # "fmil"
VERSION = 7
TEXT_SEALS = 4  # the first version whose seals cover texts; older ones cover marshalled rows
LINES = 5  # the first version whose ledger has a line for every post

# The columns of each table in the order of its record in `posts.store.rows`; the first is the key, or the first two.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "seen": ("path", "first", "gone", "body"),
    "items": ("id", "path", "link", "first", "post", "gone", "source_hash", "text_hash", "updated", "others"),
    "followers": ("path", "id"),
    "feeds": ("key", "id", "title", "updated"),
    "archives": ("place", "ids"),
    "files": ("path", "size", "mtime", "ctime", "inode", "hash"),
    "heads": ("path", "hash", "facts"),
    "loaded": ("path", "key", "own", "packet"),
    "contents": ("path", "key", "hash", "text_hash", "wants", "complaints", "content"),
    "outputs": ("path", "size", "mtime", "ctime", "inode", "hash", "signature"),
    "remote_files": ("remote", "path", "size", "hash", "attributes", "state"),
}
LEDGER = ("seen", "items", "followers", "feeds", "archives")
# Packets contain a checksum of their own: a seal covers that checksum instead of the whole packet.
PACKETS: Mapping[str, int] = {"heads": 2, "loaded": 3, "contents": 6}
_HEAD = 8  # bytes of a packet: its checksum

SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, seal BLOB)
    WITHOUT ROWID;
CREATE TABLE heads (path TEXT PRIMARY KEY, hash BLOB, facts BLOB, seal BLOB) WITHOUT ROWID;
CREATE TABLE watched (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (path TEXT PRIMARY KEY, first INT, gone INT, body TEXT, seal BLOB) WITHOUT ROWID;
CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT, link TEXT, first INT, gone INT, source_hash TEXT,
    text_hash TEXT, updated TEXT, others TEXT, post BLOB, seal BLOB) WITHOUT ROWID;
CREATE TABLE followers (path TEXT PRIMARY KEY, id TEXT NOT NULL, seal BLOB) WITHOUT ROWID;
CREATE TABLE loaded (path TEXT PRIMARY KEY, key TEXT, own INT, packet BLOB, seal BLOB) WITHOUT ROWID;
CREATE TABLE contents (path TEXT PRIMARY KEY, key TEXT, hash TEXT, text_hash TEXT, wants TEXT, complaints TEXT,
    content BLOB, seal BLOB);
CREATE TABLE feeds (key TEXT PRIMARY KEY, id TEXT, title TEXT, updated TEXT, seal BLOB) WITHOUT ROWID;
CREATE TABLE archives (place TEXT PRIMARY KEY, ids TEXT NOT NULL, seal BLOB) WITHOUT ROWID;
CREATE TABLE outputs (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, signature TEXT,
    seal BLOB) WITHOUT ROWID;
CREATE TABLE remote_files (remote TEXT, path TEXT, size INT, hash BLOB, attributes TEXT, state TEXT, seal BLOB,
    PRIMARY KEY (remote, path)) WITHOUT ROWID;
CREATE TABLE posts (n INTEGER PRIMARY KEY, path TEXT UNIQUE, state TEXT, title INT, page INT, due REAL, seal BLOB);
CREATE TABLE terms (n INTEGER PRIMARY KEY, kind TEXT, folded TEXT, name TEXT, title TEXT, slug TEXT, path TEXT,
    total INT, mixed INT, newest INT, seal BLOB, UNIQUE (kind, folded));
CREATE TABLE members (term INT, at INT, n INT, names TEXT, PRIMARY KEY (term, at, n)) WITHOUT ROWID;
CREATE TABLE wants (name TEXT, path TEXT, PRIMARY KEY (name, path)) WITHOUT ROWID;
CREATE TABLE merged (path TEXT, id TEXT, PRIMARY KEY (path, id)) WITHOUT ROWID;
"""

CATALOG = ("posts", "terms", "members", "wants", "merged")

INDEXES = """
CREATE INDEX seen_first ON seen (first);
CREATE INDEX items_path ON items (path);
CREATE INDEX items_link ON items (link);
CREATE INDEX items_gone ON items (gone) WHERE gone <> 0;
CREATE INDEX items_seal ON items (seal);
CREATE INDEX followers_id ON followers (id);
CREATE INDEX loaded_own ON loaded (own) WHERE own <> 0;
CREATE INDEX posts_state ON posts (state);
CREATE INDEX posts_title ON posts (title);
CREATE INDEX posts_page ON posts (page);
CREATE INDEX posts_due ON posts (due) WHERE due IS NOT NULL;
CREATE INDEX members_n ON members (n);
CREATE INDEX wants_path ON wants (path);
CREATE INDEX merged_id ON merged (id);
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


def folded_seal(seals: bytes) -> int:
    """Return the checksum of rows from their joined seals: `joint_seal` of many rows in a few operations."""
    mixed, count = int.from_bytes(seals), len(seals) // 8
    while count > 1:  # the two halves, one over the other
        half = (count + 1) // 2
        mixed = (mixed >> (64 * half)) ^ (mixed & ((1 << (64 * half)) - 1))
        count = half
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
    for statement in (*SCHEMA.split(";")[:-1], *INDEXES.split(";")[:-1]):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {VERSION}")
