"""A ledger that was lost: what can be read of a damaged one, and what feeds that are published say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from posts import codec, identity
from posts.facts import Facts
from posts.model import Person, Post, Rewrite
from posts.records import Entry, FeedRow, Memory, Published
from posts.schema import COLUMNS, LEDGER, seal, seal_of_run


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


def completed(memory: Memory, published: Iterable[Published], known: Memory, rules: Any) -> Memory:
    """A ledger with what published feeds know besides; `rules` are the site's `[[identity.rewrite]]`."""
    entries = {one.id: _entry(one, rules) for one in published} | dict(memory.entries)
    feeds, archives = {**known.feeds, **memory.feeds}, {**known.archives, **memory.archives}
    return Memory(entries, memory.followers, feeds, archives)


def _entry(one: Published, rules: Sequence[Rewrite]) -> Entry:
    """The line of an item as its feed has it. Which post's it is the reader finds out by the page's address."""
    source = identity.canonical(one.source, tuple(rules)) if one.source else None
    link = source if source and identity.identifies(source) else identity.canonical(one.page)
    post = Post("", "published", one.id, one.title, one.date, one.page, **_terms(one))
    packet = codec.pack(codec.from_post(post))
    return Entry(one.id, "", link or one.page, "", one.first, packet, one.gone, updated=one.updated)


def _terms(one: Published) -> dict[str, Any]:
    """What puts an item that has gone into the feeds that tell of it."""
    named = {kind: tuple(name for its, name in one.terms if its == kind) for kind, _ in one.terms}
    return {
        "categories": named.get("category", ()),
        "tags": named.get("tag", ()),
        "authors": tuple(map(Person, named.get("author", ()))),
        "language": next(iter(named.get("language", ())), ""),
    }


def _page_of(entry: Entry) -> str:
    """The address of the page of an item, as it was last published."""
    values = codec.unpack(entry.post)
    return codec.to_post(values).permalink if values else ""


def placed(entries: Mapping[str, Entry], facts: Iterable[Facts]) -> dict[str, Entry]:
    """The entries, those without a path with that of the post at the address of their page, if there is just one."""
    paths: dict[str, list[str]] = {}
    for one in facts:
        paths.setdefault(one.post.permalink, []).append(one.post.path)
    taken = {entry.path for entry in entries.values()}
    found = {}
    for entry in entries.values():
        there: Sequence[str] = paths.get(_page_of(entry), []) if not entry.path else []
        is_it = len(there) == 1 and there[0] not in taken
        found[entry.id] = entry._replace(path=there[0]) if is_it else entry
        taken.update(there)
    return found
