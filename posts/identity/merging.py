"""Which posts are one article: those that agree in canonical link, title and body. Pure.

What the ledger says of earlier runs comes first: a post in another's item is compared with that again, and items that
were published apart stay apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from posts.identity.bodies import are_alike
from posts.identity.urls import canonical
from posts.model import Post, PostMetadata
from posts.store.rows import Entry
from posts.text import fold

TextOf = Callable[[PostMetadata], str | None]
"""Give the text of a post to compare (`posts.identity.bodies`), None if it cannot be read."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What earlier runs decided: the items by id, and by path the ids of posts that went into another's item."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    followers: Mapping[str, str] = field(default_factory=dict)


class Article(NamedTuple):
    """One item: its id, the post that speaks for it, the others that say the same, and what they are as one post."""

    id: str
    facts: PostMetadata
    others: tuple[PostMetadata, ...]
    post: Post

    @classmethod
    def of(cls, item_id: str, same: Sequence[PostMetadata]) -> Article:
        """The item of posts that agree: terms united, the earliest date, all else the first one's."""
        post = same[0].post.identified(item_id)
        if len(same) > 1:
            posts = [facts.post for facts in same]
            post = post._replace(
                date=min(one.date for one in posts),
                categories=_union(one.categories for one in posts),
                tags=_union(one.tags for one in posts),
            )
        return cls(item_id, same[0], tuple(same[1:]), post)


def page_link(facts: PostMetadata) -> str:
    """Return the canonical link of the post's own page."""
    return canonical(facts.post.permalink) or facts.post.permalink


def link_of(facts: PostMetadata) -> str:
    """The canonical link that a post's identity hangs on: its source's, else its page's."""
    return facts.source or page_link(facts)


class Grouping:
    """The articles among the posts that are there."""

    def __init__(self, ledger: Ledger, living: frozenset[str], text_of: TextOf, unreadable: frozenset[str]) -> None:
        self.ledger = ledger
        self.living = living
        self.text_of = text_of
        self.unreadable = unreadable
        self.by_path = {entry.path: entry.id for entry in ledger.entries.values()}
        # Who is in another's item: as it was last published, else as it was when the post had no item of its own.
        self.led = dict(ledger.followers)
        for entry in ledger.entries.values():
            if entry.others:
                self.led |= dict.fromkeys(entry.others.split("\n"), entry.id)

    def waits_for(self, path: str) -> str:
        """The item that a post is in and whose own post cannot be read now; "" if there is none.

        Whether they still agree cannot be seen, so the post stays where it is.
        """
        entry = self.ledger.entries.get(self.led.get(path, ""))
        is_waiting = entry and not entry.gone and entry.path != path and entry.path in self.unreadable
        return entry.id if entry and is_waiting and not self._is_apart(path) else ""

    def _is_apart(self, path: str) -> bool:
        """Whether a post was published as an item of its own, and did not go into another's later."""
        entry = self.ledger.entries.get(self.by_path.get(path, ""))
        return entry is not None and not (entry.gone and path in self.led)

    def groups(self, published: Iterable[PostMetadata]) -> list[list[PostMetadata]]:
        """The posts that are one article, in each group the one published first before all.

        Each post is compared with the first one of its link and title alone. Items that were published apart stay so.
        """
        groups: list[list[PostMetadata]] = []
        first: dict[tuple[str, str], list[PostMetadata]] = {}
        for facts in sorted(published, key=self._seniority):
            leader = first.setdefault((link_of(facts), _title(facts)), [])
            if leader and not self._is_apart(facts.post.path) and self._is_same(leader[0], facts):
                leader.append(facts)
            elif leader:
                groups.append([facts])
            else:
                leader.append(facts)
                groups.append(leader)
        return groups

    def _is_same(self, leader: PostMetadata, facts: PostMetadata) -> bool:
        """Whether the bodies of two posts agree."""
        if leader.body_hash == facts.body_hash:
            return True
        if not (leader.body_hash and facts.body_hash and facts.post.title):
            return False
        text, other = self.text_of(leader), self.text_of(facts)
        if text is None or other is None:  # it has just gone: the next run will see
            return self.led.get(facts.post.path, "") == self.claim(leader.post.path) != ""
        return are_alike(text, other)

    def _seniority(self, facts: PostMetadata) -> tuple[float, datetime, str]:
        claim = self.claim(facts.post.path)
        first = self.ledger.entries[claim].first if claim else math.inf
        return (first, facts.post.date, facts.post.path)

    def claim(self, path: str) -> str:
        """The id that the ledger knows a path by; that of another's item only when the other is gone."""
        if path in self.by_path:
            return self.by_path[path]
        entry = self.ledger.entries.get(self.led.get(path, ""))
        return entry.id if entry and entry.path not in self.living else ""


def _title(facts: PostMetadata) -> str:
    """Untitled posts are one article when their texts are: an empty title agrees with nothing."""
    return fold(facts.post.title) or f"\0{facts.body_hash}"


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
