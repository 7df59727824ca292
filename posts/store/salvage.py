"""A ledger that was lost: what can be read of a damaged one, and what feeds that are published say."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from posts.store.rows import Entry, FeedRow, Memory
from posts.store.schema import COLUMNS, LEDGER, seal, seal_of_run


def salvaged(path: Path) -> tuple[Memory, dict[str, Any]]:
    """The rows of a damaged ledger whose seals are whole, and what the last run said of itself, if that is.

    Only as far as SQLite gets: what lies behind a page that it cannot read is lost.
    """
    tables: dict[str, list[tuple[Any, ...]]] = {table: [] for table in LEDGER}
    said: dict[str, str] = {}
    with (
        suppress(sqlite3.Error, UnicodeDecodeError),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database,
    ):
        database.text_factory = lambda data: data.decode("utf-8", "replace")
        for table in LEDGER:
            query = f"SELECT {', '.join(COLUMNS[table])}, seal FROM {table}"  # noqa: S608 # they are our own words
            with suppress(sqlite3.Error, UnicodeDecodeError):
                for row in database.execute(query):
                    if row[-1] == seal(table, row[:-1]):
                        tables[table].append(row[:-1])
        said = dict(database.execute("SELECT key, value FROM run"))
    memory = Memory(
        {row[0]: Entry(*row) for row in tables["items"]},
        {row[0]: row[1] for row in tables["followers"]},
        {row[0]: FeedRow(*row[1:4]) for row in tables["feeds"]},
        {row[0]: row[1] for row in tables["archives"]},
    )
    is_whole = said.get("seal") == json.dumps(seal_of_run(said))
    return memory, {key: json.loads(value) for key, value in said.items()} if is_whole else {}
