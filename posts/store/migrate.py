"""Migrate an index of an older schema to the current one, in the caller's transaction.

Schema 1 had no seals and schema 2 no archives. Up to schema 3 packets and seals were made with `marshal`. They are
read with `posts.store.marshal_v2`, which never runs code: the version in a hostile index can be any.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from posts.model import Content, Post, PostMetadata
from posts.store import codec, marshal_v2
from posts.store.codec import FileFacts
from posts.store.schema import (
    COLUMNS,
    LEDGER,
    SCHEMA,
    VERSION,
    joint_seal,
    rows_of_run,
    seal,
    seal_of_run,
    sealed_columns,
)

_SAVING = ("files", "contents", "outputs")
# The fields of the old positional packets, in their order. New fields never join them.
_POST = (
    *("path", "state", "id", "title", "date", "permalink", "updated", "source", "source_title", "categories"),
    *("tags", "authors", "language", "summary", "enclosures"),
)
_PERSON = ("name", "email", "uri")
_ENCLOSURE = ("url", "type", "length", "title")
_METADATA = ("source", "literal", "body_hash", "separator", "is_own_source", "kept", "expires")
_CONTENT = ("html", "summary", "opening", "image", "source_title")


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
    data = marshal_v2.write_value((table, sealed_columns(table, row)))
    return hashlib.blake2b(data, digest_size=8).digest()


def old_seal_of_run(values: Mapping[str, str]) -> str:
    """Return the seal of the `run` table as schemas 2 and 3 had it."""
    return old_seal("run", rows_of_run(values)).hex()


def post_from_positions(values: Any) -> Post:
    """Return the post in the values of an old packet, or of an old export. Raises ValueError for other values."""
    return codec.post_from_builtins(_named_post(values))


def convert_post(packet: bytes) -> bytes:
    """Return the packet of a post that an old packet holds. Raises ValueError for a damaged one."""
    return codec.encode_post(post_from_positions(_old_values(packet)))


def convert_file(packet: bytes) -> bytes:
    """Return the packet of what was read from a file that an old packet holds. Raises ValueError as above."""
    known, complaints, media = _sequence(_old_values(packet), 3)
    metadata = None
    if known is not None:
        named = dict(zip(_METADATA, known[1:], strict=False))
        plain = msgspec.convert(named, _OldMetadata)
        metadata = PostMetadata(post_from_positions(known[0]), *msgspec.structs.astuple(plain))
    checked = msgspec.convert((complaints, media), tuple[tuple[codec.Complaint, ...], tuple[tuple[str, int], ...]])
    return codec.encode_file(FileFacts(metadata, *checked))


def convert_content(packet: bytes) -> bytes:
    """Return the packet of a content that an old packet holds. Raises ValueError as above."""
    values = _sequence(_old_values(packet), len(_CONTENT))
    return codec.encode_content(msgspec.convert(dict(zip(_CONTENT, values, strict=True)), Content))


class _OldMetadata(msgspec.Struct):
    source: str
    literal: str
    body_hash: str
    separator: str = ""
    is_own_source: bool = False
    kept: int = -1
    expires: float = 0.0


def _old_values(packet: bytes) -> Any:
    data = packet[codec.CHECKSUM_SIZE :]
    if hashlib.blake2b(data, digest_size=codec.CHECKSUM_SIZE).digest() != packet[: codec.CHECKSUM_SIZE]:
        raise ValueError("the checksum is wrong")
    return marshal_v2.read_value(data)


def _sequence(values: Any, count: int) -> Any:
    if not isinstance(values, tuple | list) or len(values) != count:
        raise ValueError(f"expected {count} values")
    return values


def _named_post(values: Any) -> dict[str, Any]:
    named = dict(zip(_POST, _sequence(values, len(_POST)), strict=True))
    for name, columns in (("authors", _PERSON), ("enclosures", _ENCLOSURE)):
        records = _sequence(named[name], len(named[name]) if isinstance(named[name], tuple | list) else -1)
        named[name] = [dict(zip(columns, _sequence(one, len(columns)), strict=True)) for one in records]
    return named


def _add_seals(database: sqlite3.Connection) -> None:
    """Migrate from schema 1, in which no row had a seal."""
    for table, columns in COLUMNS.items():
        if table == "archives":
            continue
        database.execute(f"ALTER TABLE {table} ADD COLUMN seal BLOB")
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608 # our own words
        update = f"UPDATE {table} SET seal = ? WHERE {columns[0]} = ?"  # noqa: S608
        database.executemany(update, ((old_seal(table, row), row[0]) for row in rows))
    joints = {
        table: joint_seal(row[0] for row in database.execute(f"SELECT seal FROM {table}"))  # noqa: S608
        for table in LEDGER
        if table != "archives"
    }
    _seal_run(database, joints, old_seal_of_run)


def _add_archives(database: sqlite3.Connection) -> None:
    """Migrate from schema 2, which had no archives."""
    database.execute(next(one for one in SCHEMA.split(";") if "TABLE archives" in one))


def _replace_marshal(database: sqlite3.Connection) -> None:
    """Migrate from schema 3, in which packets were marshalled tuples and seals covered marshalled rows."""
    record = dict(database.execute("SELECT key, value FROM run"))
    try:
        known = json.loads(record.get("ledger", "{}"))
        is_whole = json.loads(record.get("seal", '""')) == old_seal_of_run(record)
    except (ValueError, TypeError):
        is_whole = False
    if not is_whole:
        raise sqlite3.DatabaseError("the record of the last run is not what was written")
    joints = {table: _convert_ledger(database, table, known.get(table, 0)) for table in LEDGER}
    signatures: dict[str, str] = {}
    for table in _SAVING:
        _convert_saving(database, table, signatures)
    _seal_run(database, joints, seal_of_run)


def _convert_ledger(database: sqlite3.Connection, table: str, expected: int) -> int:
    """Convert a table of the ledger, and return its checksum."""
    columns = COLUMNS[table]
    rows = database.execute(f"SELECT {', '.join(columns)}, seal FROM {table}").fetchall()  # noqa: S608 # our own words
    if any(row[-1] != old_seal(table, row[:-1]) for row in rows) or joint_seal(row[-1] for row in rows) != expected:
        raise sqlite3.DatabaseError(f"some rows of {table} are not what was written")
    place = columns.index("post") if table == "items" else -1
    try:
        new = [
            row[:-1] if place < 0 else (*row[:place], convert_post(row[place]), *row[place + 1 : -1]) for row in rows
        ]
    except (ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(f"a post in {table} is not what was written: {error}") from None
    _put(database, table, new)
    return joint_seal(seal(table, row) for row in new)


def _convert_saving(database: sqlite3.Connection, table: str, signatures: dict[str, str]) -> None:
    """Convert a cache table, and delete its damaged rows, which the next run makes again.

    `signatures` maps the old signatures of the packets of files to the new ones; keys of contents end in them.
    """
    columns = COLUMNS[table]
    key, names = columns[0], ", ".join(columns)
    for (one,) in database.execute(f"SELECT {key} FROM {table}").fetchall():  # noqa: S608 # our own words
        row = database.execute(f"SELECT {names}, seal FROM {table} WHERE {key} = ?", (one,)).fetchone()  # noqa: S608
        try:
            new = _converted(table, row[:-1], signatures) if row[-1] == old_seal(table, row[:-1]) else None
        except (ValueError, TypeError):
            new = None
        if new is None:
            database.execute(f"DELETE FROM {table} WHERE {key} = ?", (one,))  # noqa: S608
        else:
            _put(database, table, [new])


def _converted(table: str, row: tuple[Any, ...], signatures: dict[str, str]) -> tuple[Any, ...]:
    if table == "outputs":
        return row
    if table == "files":
        packet = convert_file(row[-1])
        signatures[codec.signature(row[-1])] = codec.signature(packet)
        return (*row[:-1], packet)
    packet = convert_content(row[-1])
    made_with, _, facts = row[1].rpartition(":")
    return (row[0], f"{made_with}:{signatures.get(facts, facts)}", codec.signature(packet), *row[3:-1], packet)


def _put(database: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    columns = COLUMNS[table]
    names, places = ", ".join((*columns, "seal")), ", ".join("?" * (len(columns) + 1))
    query = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"  # noqa: S608 # our own words
    database.executemany(query, ((*row, seal(table, row)) for row in rows))


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
}
"""The step from each schema version to the next."""
