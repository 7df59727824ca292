"""Query the catalog: which posts are in which feeds, and what depends on a post.

A run that finds few changes reads the rows of the posts that these changes concern instead of all posts. The catalog
is used only while it is complete (`is_complete`); a run over all posts writes it anew. Its texts are those of the
caller: `kind` and `folded` name a feed, `names` are the spellings of its term in one article.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from posts.errors import DamagedError
from posts.store.index import Index
from posts.store.lookup import ONE_OF, listed
from posts.store.schema import seal

WEEK = 7 * 86_400 * 1_000_000
"""A week in microseconds."""

RECORD = "catalog"
"""The key in the record of the last run."""

MIXED = "coalesce(sum(at % 1000000007), 0)"
"""The checksum of the times of members; the remainder keeps the sum within 64 bits."""

Key = tuple[str, str]
"""A feed: its kind and the folded name of its term."""


class PostRow(NamedTuple):
    """What the catalog says of a file that may be a post.

    Attributes:
        state: Its state at the last run; "invalid" if it could not be read, "other" for a file that is not a post.
        title: A hash of the key of its title, 0 for none.
        page: A hash of the canonical link of its page, 0 for none.
        due: When time alone changes its state, in seconds since 1970; None for never.
    """

    state: str
    title: int = 0
    page: int = 0
    due: float | None = None


class TermRow(NamedTuple):
    """What the catalog says of a feed.

    Attributes:
        name: The spelling of its term that members without `names` have.
        title: The term as its feed shows it, "" for none.
        slug: The name of its folder.
        path: Its folder below the output.
        total: The number of its articles.
        mixed: The checksum of their times.
        newest: The time of its newest article, in microseconds since 1970.
    """

    name: str
    title: str
    slug: str
    path: str
    total: int
    mixed: int
    newest: int


class Member(NamedTuple):
    """An article in a feed: its time in microseconds since 1970, and the path of its post."""

    at: int
    path: str


class Membership(NamedTuple):
    """The time of an article, and its spellings of the term of each of its feeds."""

    at: int
    terms: Mapping[Key, tuple[str, ...]]


class Catalog:
    """Query the catalog of an index. Every method raises DamagedError for rows that are not what was written."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._terms: dict[Key, tuple[int, TermRow]] | None = None
        self._checked: set[int] = set()

    def is_complete(self) -> bool:
        """Return whether the catalog describes the state after the last run."""
        return self._index.run().get(RECORD) == catalog_counts(self._index.query)

    def posts(self, paths: Iterable[str]) -> dict[str, PostRow]:
        """Return the rows of posts by path, without those that the catalog does not have."""
        return self._posts(f"path {ONE_OF}", listed(paths))

    def alike(self, titles: Iterable[int]) -> set[str]:
        """Return the paths of the posts that have one of these titles."""
        return set(self._posts(f"title {ONE_OF} AND title <> 0", listed(titles)))

    def with_pages(self, pages: Iterable[int]) -> dict[str, PostRow]:
        """Return the posts whose pages have one of these addresses, by path."""
        return self._posts(f"page {ONE_OF} AND page <> 0", listed(pages))

    def in_state(self, state: str) -> set[str]:
        """Return the paths of the files in a state."""
        return set(self._posts("state = ?", state))

    def with_heads(self) -> set[str]:
        """Return the paths of all files that could be read as posts."""
        return {row[0] for row in self._index.query("SELECT path FROM posts WHERE title <> 0")}

    def with_sources(self, pages: Iterable[int]) -> set[str]:
        """Return the paths of loaded posts whose source is one of these pages of the site."""
        query = f"SELECT path FROM loaded WHERE own {ONE_OF} AND own <> 0"  # noqa: S608 # our own words
        return {row[0] for row in self._index.query(query, listed(pages))}

    def due(self, seconds: float) -> set[str]:
        """Return the paths of the posts whose state changes until a time."""
        return set(self._posts("due <= ?", seconds))

    def next_due(self, state: str, without: Collection[str]) -> float | None:
        """Return when the state of a post in some state changes next; `without` are paths that do not count."""
        query = "SELECT due, path FROM posts WHERE due IS NOT NULL AND state = ? ORDER BY due"
        return next((due for due, path in self._index.query(query, state) if path not in without), None)

    def states(self) -> Counter[str]:
        """Return the number of posts in each state."""
        return Counter(dict(self._index.query("SELECT state, count(*) FROM posts GROUP BY state")))

    def _posts(self, condition: str, *values: Any) -> dict[str, PostRow]:
        query = f"SELECT path, state, title, page, due, seal FROM posts WHERE {condition}"  # noqa: S608 # our words
        rows = self._index.query(query, *values)
        if any(row[-1] != seal("posts", row[:-1]) for row in rows):
            raise DamagedError("the catalog is not what was written")
        return {row[0]: PostRow(*row[1:-1]) for row in rows}

    def terms(self) -> dict[Key, TermRow]:
        """Return the rows of all feeds."""
        return {key: row for key, (_, row) in self._known_terms().items()}

    def _known_terms(self) -> dict[Key, tuple[int, TermRow]]:
        if self._terms is None:
            names = ", ".join(("n", "kind", "folded", *TermRow._fields))
            rows = self._index.query(f"SELECT {names}, seal FROM terms")  # noqa: S608 # our own words
            if any(row[-1] != seal("terms", row[:-1]) for row in rows):
                raise DamagedError("the catalog is not what was written")
            self._terms = {(row[1], row[2]): (row[0], TermRow(*row[3:-1])) for row in rows}
        return self._terms

    def memberships(self, paths: Iterable[str]) -> dict[str, Membership]:
        """Return the feeds of articles, by path of the post that represents the article."""
        numbers = {number: (key, row.name) for key, (number, row) in self._known_terms().items()}
        members = "SELECT posts.path, term, at, names FROM members JOIN posts USING (n)"
        query = f"{members} WHERE posts.path {ONE_OF} ORDER BY term"
        found: dict[str, tuple[int, dict[Key, tuple[str, ...]]]] = {}
        for path, term, at, names in self._index.query(query, listed(paths)):
            if term not in numbers:
                raise DamagedError("the catalog is not what was written")
            key, name = numbers[term]
            spellings = tuple(json.loads(names)) if names else (name,) if name else ()
            found.setdefault(path, (at, {}))[1][key] = spellings
        return {path: Membership(*one) for path, one in found.items()}

    def newest(self, key: Key, count: int) -> list[Member]:
        """Return the newest articles of a feed, newest first, at least `count` if it has so many."""
        number = self._verified(key)
        if number is None:
            return []
        members = "SELECT at, posts.path FROM members JOIN posts USING (n) WHERE term = ?"
        rows = self._index.query(f"{members} ORDER BY at DESC LIMIT ?", number, count)
        if len(rows) == count and rows:
            last = rows[-1][0]  # of the articles of one time all are needed, because their paths decide
            rows = [row for row in rows if row[0] != last] + self._index.query(f"{members} AND at = ?", number, last)
        return sorted((Member(*row) for row in rows), reverse=True)

    def total(self, key: Key) -> int:
        """Return the number of articles in a feed."""
        return self._known_terms()[key][1].total if key in self._known_terms() else 0

    def weeks(self, key: Key, last: int, weeks: int) -> Counter[int]:
        """Return the number of articles in each of the weeks before a time (microseconds since 1970); 0 is the last."""
        number = self._verified(key)
        query = """SELECT (? - at) / ?, count(*) FROM members WHERE term = ? AND at > ? AND at <= ? GROUP BY 1"""
        return Counter(dict(self._index.query(query, last, WEEK, number, last - weeks * WEEK, last)))

    def since(self, at: int) -> dict[Key, int]:
        """Return the number of articles of each feed that are newer than a time (microseconds since 1970)."""
        query = f"SELECT term, count(*), {MIXED}, sum(at > ?) FROM members GROUP BY term"  # noqa: S608 # our own words
        counts = {row[0]: row[1:] for row in self._index.query(query, at)}
        known = self._known_terms()
        if any(counts.get(number, ())[:2] != (row.total, row.mixed) for number, row in known.values()):
            raise DamagedError("the catalog is not what was written")
        return {key: counts[number][2] for key, (number, _) in known.items()}

    def spellings(self, key: Key) -> Counter[str]:
        """Return how many articles of a feed have each spelling of its term."""
        number = self._verified(key)
        counts: Counter[str] = Counter()
        query = "SELECT names, count(*) FROM members WHERE term = ? GROUP BY names"
        for names, count in self._index.query(query, number):
            for name in json.loads(names) if names else (self._known_terms()[key][1].name,):
                counts[name] += count
        return counts

    def is_newest(self, key: Key, at: int, count: int) -> bool:
        """Return whether fewer than `count` articles of a feed are newer than a time."""
        number = self._known_terms()[key][0] if key in self._known_terms() else None
        query = "SELECT count(*) FROM (SELECT 1 FROM members WHERE term = ? AND at > ? LIMIT ?)"
        return bool(self._index.query(query, number, at, count)[0][0] < count)

    def _verified(self, key: Key) -> int | None:
        """Return the number of a feed, None for an unknown one, after comparing its members with their checksum."""
        if key not in self._known_terms():
            return None
        number, row = self._known_terms()[key]
        if number not in self._checked:
            query = f"SELECT count(*), {MIXED} FROM members WHERE term = ?"  # noqa: S608
            if self._index.query(query, number) != [(row.total, row.mixed)]:
                raise DamagedError("the catalog is not what was written")
            self._checked.add(number)
        return number

    def dependents(self, names: Iterable[str]) -> set[str]:
        """Return the paths of the posts whose bodies refer to posts by one of these names."""
        query = f"SELECT DISTINCT path FROM wants WHERE name {ONE_OF}"  # noqa: S608 # our own words
        return {row[0] for row in self._index.query(query, listed(names))}


def catalog_counts(query: Callable[[str], list[tuple[Any, ...]]]) -> list[list[int]]:
    """Return the numbers by which rows that are missing are found."""
    posts = query("SELECT count(*), coalesce(sum(title & 16777215), 0), coalesce(sum(page & 16777215), 0) FROM posts")
    others = query("SELECT (SELECT count(*) FROM wants), (SELECT count(*) FROM merged)")
    return [list(posts[0]), list(others[0])]
