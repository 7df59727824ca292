"""Every item that a feed ever had: archive documents of fixed size (RFC 5005, section 4). Pure.

An item gets its place when it first comes into the feed, behind all that are there, and keeps it whatever becomes of
it: so adding posts changes the last document only. One that leaves the feed leaves a gap, and finds its place again
when it comes back. Behind a full document there is always another, even while that is empty: the full one can say so
from the start, and needs never be written again for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feeds.model import Feed
from posts.model import Post
from posts.store.rows import parted, place_of

SIZE = 100
"""Items in a document, at most."""

ARCHIVE = re.compile(r"atom-archive-\d+\.xml")


def file_name(number: int) -> str:
    """The name of an archive document in its feed's folder; the first one's number is 1."""
    return f"atom-archive-{number}.xml"


@dataclass(frozen=True, slots=True)
class Document:
    """One archive document: `feed` has its items, the last published first. `number` is the first one's 1.

    `is_full` says that there is a next one.
    """

    number: int
    feed: Feed
    is_full: bool

    @property
    def path(self) -> str:
        """Where it is, below the output."""
        return self.feed.beside(file_name(self.number))

    def links(self) -> tuple[tuple[str, str], ...]:
        """Its links to the others (relation, file name in the same folder); the feed's own file is `current`."""
        earlier = (("prev-archive", file_name(self.number - 1)),) if self.number > 1 else ()
        later = (("next-archive", file_name(self.number + 1)),) if self.is_full else ()
        return (("current", ""), *earlier, *later)


def allotted(known: Mapping[str, str], feeds: Iterable[Feed], first: Mapping[str, int]) -> dict[str, str]:
    """The ids in all documents of `feeds`, a line each, by place: those that are `known`, and the newcomers behind.

    `first` is when an item was first published, by its id, in seconds since 1970.
    """
    documents: dict[str, list[list[str]]] = {}
    for place in sorted(known, key=parted):
        documents.setdefault(parted(place)[0], []).append(known[place].split("\n") if known[place] else [])
    rows: dict[str, str] = {}
    for feed in feeds:
        mine = documents.get(feed.key, [])
        placed = {given for ids in mine for given in ids}
        newcomers = [post for post in feed.members if post.id not in placed]  # few: putting all in order takes time
        _append(mine, sorted(newcomers, key=lambda post: (first[post.id], post.date, post.id)))
        rows |= {place_of(feed.key, number): "\n".join(ids) for number, ids in enumerate(mine, 1)}
    return rows


def _append(documents: list[list[str]], newcomers: Sequence[Post]) -> None:
    for post in newcomers:
        if not documents or len(documents[-1]) >= SIZE:
            documents.append([])
        documents[-1].append(post.id)
    if documents and len(documents[-1]) >= SIZE:
        documents.append([])


def history(rows: Mapping[str, str], feed: Feed, first: Mapping[str, int]) -> list[Document]:
    """The archive documents of `feed`, by number; `rows` and `first` as of `allotted`.

    A document changed last when the latest of its items did. One that has none (any more) is as old as the last item
    that was put there, or into the one before it.
    """
    posts = {post.id: post for post in feed.members}
    documents: list[Document] = []
    since, number = 0, 1
    while (ids := rows.get(place_of(feed.key, number))) is not None:
        known = ids.split("\n") if ids else []
        since = max([since, *(first.get(given, 0) for given in known)])
        present = tuple(posts[given] for given in reversed(known) if given in posts)
        own = replace(feed, posts=present, members=(), withdrawn=(), updated=_iso(since))
        documents.append(Document(number, own, is_full=place_of(feed.key, number + 1) in rows))
        number += 1
    # As long as the feed itself has all that ever was in it, nobody needs another document.
    return documents if number > 2 or len(feed.members) > len(feed.posts) else []


def way_back(documents: Sequence[Document]) -> str:
    """The file name of the last document that has items, "" if none has: the way from the feed into its past."""
    return next((file_name(one.number) for one in reversed(documents) if one.feed.posts), "")


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
