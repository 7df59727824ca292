"""Recover what can be read of a damaged ledger, and renew an index that can be read but not changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from posts.store.index import Index
from posts.store.migrate import OLD_COLUMNS, OLD_LEDGER, new_item, old_bodies, old_seal, old_seal_of_run
from posts.store.old_packets import convert_post
from posts.store.rebuild import rebuild_index
from posts.store.rows import Entry, FeedRow, LedgerSnapshot, SeenPost, implied_lines
from posts.store.schema import COLUMNS, LEDGER, LINES, TEXT_SEALS, seal, seal_of_run


def salvage_ledger(path: Path) -> tuple[LedgerSnapshot, dict[str, Any]]:
    """Return the rows of a damaged ledger that have a valid seal, and the record of the last run.

    Rows behind a page that SQLite cannot read are lost. The record is {} if its seal is invalid.
    """
    tables: dict[str, list[tuple[Any, ...]]] = {table: [] for table in LEDGER}
    record: dict[str, str] = {}
    bodies: dict[str, str] = {}
    run_seal = seal_of_run
    with (
        suppress(sqlite3.Error, UnicodeDecodeError),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database,
    ):
        database.text_factory = lambda data: data.decode("utf-8", "replace")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        is_old = version in range(1, LINES)
        row_seal, run_seal = (old_seal, old_seal_of_run) if version in range(1, TEXT_SEALS) else (seal, seal_of_run)
        for table in OLD_LEDGER if is_old else LEDGER:
            columns = (OLD_COLUMNS if is_old else COLUMNS)[table]
            query = f"SELECT {', '.join(columns)}, seal FROM {table}"  # noqa: S608 # they are our own words
            with suppress(sqlite3.Error, UnicodeDecodeError):
                for row in database.execute(query):
                    if row[-1] == row_seal(table, row[:-1]):
                        with suppress(ValueError):
                            bodies |= old_bodies([row]) if is_old and table == "items" else {}
                            tables[table].append(_converted(table, row[:-1], version))
        record = dict(database.execute("SELECT key, value FROM run"))
    items = {row[0]: Entry(*row) for row in tables["items"]}
    followers = {row[0]: row[1] for row in tables["followers"]}
    memory = LedgerSnapshot(
        {**implied_lines(items.values(), followers, bodies), **{row[0]: SeenPost(*row[1:4]) for row in tables["seen"]}},
        items,
        followers,
        {row[0]: FeedRow(*row[1:4]) for row in tables["feeds"]},
        {row[0]: row[1] for row in tables["archives"]},
    )
    is_whole = record.get("seal") == json.dumps(run_seal(record))
    return memory, {key: json.loads(value) for key, value in record.items()} if is_whole else {}


def rescue_index(path: Path) -> None:
    """Replace an index that can be read but not changed; other damage is left to `salvage_ledger`."""
    old = Index(path)
    with closing(old):
        old.examine()
        known = None if old.damage or not old.is_known else (old.ledger(), old.run(), old.outputs())
    if known:
        rebuild_index(path, *known)


def _converted(table: str, row: tuple[Any, ...], version: int) -> tuple[Any, ...]:
    """Return a row of the ledger of any schema version in the current form."""
    if table != "items" or version >= LINES:
        return row
    if version < TEXT_SEALS:
        place = OLD_COLUMNS[table].index("post")
        row = (*row[:place], convert_post(row[place]), *row[place + 1 :])
    return new_item(row)
