"""Change the catalog (`posts.store.catalog`) in a transaction: after a run over all posts, or over some of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from posts.store.catalog import MIXED, RECORD, Key, Membership, PostRow, TermRow, catalog_counts
from posts.store.lookup import ONE_OF, listed
from posts.store.schema import seal
from posts.store.transaction import Transaction

_TERMS = "SELECT n, kind, folded, name, title, slug, path FROM terms"


class ShownTerm(NamedTuple):
    """How a feed shows its term: the term as its title has it, the name of its folder, and its path."""

    title: str
    slug: str
    path: str


class CatalogWriter:
    """Change the catalog. Call `finish` last: before that, the catalog does not count as complete."""

    def __init__(self, change: Transaction) -> None:
        self._change = change
        self._database: sqlite3.Connection = change.database
        self._touched: set[int] = set()

    def discard(self) -> None:
        """Say that the catalog is not complete."""
        self._database.execute("DELETE FROM run WHERE key = ?", (RECORD,))

    def clear(self) -> None:
        """Forget all posts and feeds. What contents want, and what was merged, is kept: it follows other tables."""
        for table in ("posts", "terms", "members"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 # our own words

    def posts(self, rows: Mapping[str, PostRow], gone: Iterable[str] = ()) -> None:
        """Write the rows of posts by path, and remove those of posts that are gone with their memberships."""
        gone = list(gone)
        self.members(dict.fromkeys(gone))
        self._database.executemany("DELETE FROM posts WHERE path = ?", ((path,) for path in gone))
        query = """INSERT INTO posts (path, state, title, page, due, seal) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET state = excluded.state, title = excluded.title, page = excluded.page,
            due = excluded.due, seal = excluded.seal"""
        ordered = ((path, *rows[path]) for path in sorted(rows))
        self._database.executemany(query, ((*row, seal("posts", row)) for row in ordered))

    def members(self, rows: Mapping[str, Membership | None]) -> None:
        """Replace the memberships of articles, by path of the post that represents the article; None for none."""
        numbers = self._numbers(rows)
        old = (listed(numbers.values()),)
        before = self._database.execute(f"SELECT term FROM members WHERE n {ONE_OF}", old)  # noqa: S608 # our own words
        self._touched |= {row[0] for row in before}
        self._database.execute(f"DELETE FROM members WHERE n {ONE_OF}", old)  # noqa: S608 # our own words
        made = sorted(self._made((numbers[path], one) for path, one in rows.items() if one))
        self._database.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)", made)
        self._touched |= {row[0] for row in made}

    def _numbers(self, paths: Iterable[str]) -> dict[str, int]:
        query = f"SELECT path, n FROM posts WHERE path {ONE_OF}"  # noqa: S608 # our own words
        return dict(self._database.execute(query, (listed(paths),)))

    def _made(self, articles: Iterable[tuple[int, Membership]]) -> Iterator[tuple[int, int, int, str | None]]:
        known = {(row[1], row[2]): (row[0], row[3]) for row in self._database.execute(_TERMS)}
        for number, article in articles:
            for key, names in article.terms.items():
                if key not in known:
                    known[key] = self._new(key, names[0] if names else "")
                term, name = known[key]
                yield term, article.at, number, None if names in ((), (name,)) else json.dumps(names)

    def _new(self, key: Key, name: str) -> tuple[int, str]:
        query = "INSERT INTO terms (kind, folded, name) VALUES (?, ?, ?)"
        return (self._database.execute(query, (*key, name)).lastrowid or 0, name)

    def finish(self, shown: Mapping[Key, ShownTerm]) -> None:
        """Complete the catalog: write how feeds show their terms, and the checksums."""
        rows = self._database.execute(_TERMS).fetchall()
        for number, kind, folded, name, title, slug, path in rows:
            key = (kind, folded)
            if number in self._touched or key in shown:
                as_shown = shown.get(key) or ShownTerm(title or "", slug or "", path or "")
                self._seal(number, key, name, as_shown)
        counts = catalog_counts(lambda query: self._database.execute(query).fetchall())
        self._change.run({RECORD: counts})

    def _seal(self, number: int, key: Key, name: str, shown: ShownTerm) -> None:
        query = f"SELECT count(*), {MIXED}, coalesce(max(at), 0) FROM members WHERE term = ?"  # noqa: S608 # our words
        total, mixed, newest = self._database.execute(query, (number,)).fetchone()
        if not total:
            self._database.execute("DELETE FROM terms WHERE n = ?", (number,))
            return
        row: tuple[Any, ...] = (number, *key, *TermRow(name, *shown, total, mixed, newest))
        places = ", ".join("?" * (len(row) + 1))
        self._database.execute(f"INSERT OR REPLACE INTO terms VALUES ({places})", (*row, seal("terms", row)))  # noqa: S608
