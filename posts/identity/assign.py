"""Identity that lasts: which posts are one item, which id each item has, and when it was first published. Pure.

Decided over all published posts at once, from what is there now and from what the ledger remembers. An id that a
living post holds is never given to another.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from posts.identity.urls import canonical, mint
from posts.model import Post, PostMetadata, Problem
from posts.problems import make_problem
from posts.store import codec
from posts.store.rows import Entry
from posts.text import fold


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
    def of(cls, given: str, same: Sequence[PostMetadata]) -> Article:
        """The item of posts that agree: terms united, the earliest date, all else the first one's."""
        post = same[0].post.identified(given)
        if len(same) > 1:
            posts = [facts.post for facts in same]
            post = post._replace(
                date=min(one.date for one in posts),
                categories=_union(one.categories for one in posts),
                tags=_union(one.tags for one in posts),
            )
        return cls(given, same[0], tuple(same[1:]), post)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided: an article for each item, by id the paths of all posts, and what is doubtful."""

    articles: tuple[Article, ...]
    ids: Mapping[str, str]
    problems: tuple[Problem, ...]


def page_link(facts: PostMetadata) -> str:
    """Return the canonical link of the post's own page."""
    return canonical(facts.post.permalink) or facts.post.permalink


def link_of(facts: PostMetadata) -> str:
    """The canonical link that a post's identity hangs on: its source's, else its page's."""
    return facts.source or page_link(facts)


def alone(facts: PostMetadata) -> str:
    """The id of a post that nothing competes with and nothing is remembered of."""
    return facts.literal or mint(link_of(facts))


def adopted(article: Article, given: str, first: int, updated: str) -> Entry:
    """The line of an item that was published elsewhere before, with the id that it has there.

    `first` is when it was first published (in seconds since 1970), `updated` when it last changed (ISO), "" for never.
    """
    facts = article.facts
    post = codec.encode_post(article.post.identified(given))
    others = "\n".join(one.post.path for one in article.others)
    path = facts.post.path
    return Entry(given, path, link_of(facts), facts.body_hash, first, post, updated=updated, others=others)


def decide(published: Iterable[PostMetadata], ledger: Ledger, living: Collection[str]) -> Decisions:
    """Who is who.

    Args:
        published: the facts of all posts that are published now.
        ledger: what earlier runs decided.
        living: the paths of all posts that are there, whatever their state.
    """
    return _Deciding(ledger, frozenset(living)).decide(published)


class _Deciding:
    """The state of one decision: who holds which id."""

    def __init__(self, ledger: Ledger, living: frozenset[str]) -> None:
        self.ledger = ledger
        self.living = living
        self.by_path = {entry.path: entry.id for entry in ledger.entries.values()}
        self.holders: dict[str, str] = {}
        self.problems: list[Problem] = []

    def decide(self, published: Iterable[PostMetadata]) -> Decisions:
        groups = self._groups(self._honest(list(published)))
        leaders = [same[0] for same in groups]
        given = self._claimed(leaders)
        for step in (self._by_link, self._by_body, self._fresh):
            given |= step([facts for facts in leaders if facts.post.path not in given])
        articles = [Article.of(given[same[0].post.path], same) for same in groups]
        ids = {facts.post.path: one.id for one in articles for facts in (one.facts, *one.others)}
        for one in articles:
            message = f"this is the same article as {one.facts.post.path}, whose body is published"
            self.problems += (make_problem(facts.post.path, 0, "same-article", message) for facts in one.others)
        return Decisions(tuple(articles), ids, tuple(self.problems))

    def _honest(self, published: Sequence[PostMetadata]) -> list[PostMetadata]:
        """The posts, without sources that are other posts' own pages: those identify the others."""
        pages: dict[str, str] = {}
        suspects = [facts for facts in published if facts.is_own_source]
        if suspects:
            pages = {page_link(facts): facts.post.path for facts in published}
        stolen = {one.post.path for one in suspects if pages.get(one.source, one.post.path) != one.post.path}
        return [facts._replace(source="") if facts.post.path in stolen else facts for facts in published]

    def _groups(self, published: Iterable[PostMetadata]) -> list[list[PostMetadata]]:
        """The posts that agree in canonical link and folded title, in each group the one published first before all."""
        groups: dict[tuple[str, str], list[PostMetadata]] = {}
        for facts in sorted(published, key=self._seniority):
            groups.setdefault((link_of(facts), _title(facts)), []).append(facts)
        return list(groups.values())

    def _seniority(self, facts: PostMetadata) -> tuple[float, datetime, str]:
        claim = self._claim(facts.post.path)
        first = self.ledger.entries[claim].first if claim else math.inf
        return (first, facts.post.date, facts.post.path)

    def _claim(self, path: str) -> str:
        """The id that the ledger knows a path by; that of another's item only when the other is gone."""
        if path in self.by_path:
            return self.by_path[path]
        entry = self.ledger.entries.get(self.ledger.followers.get(path, ""))
        return entry.id if entry and entry.path not in self.living else ""

    def _claimed(self, leaders: Iterable[PostMetadata]) -> dict[str, str]:
        given = {}
        for facts in leaders:
            claim = self._claim(facts.post.path)
            if claim and claim not in self.holders:
                self.holders[claim] = facts.post.path
                given[facts.post.path] = claim
        return given

    def _by_link(self, newcomers: Sequence[PostMetadata]) -> dict[str, str]:
        """Whoever has the link of an item whose post is gone is that item, under a new name."""
        orphans: dict[str, list[Entry]] = {}
        for entry in sorted(self.ledger.entries.values(), key=lambda entry: (entry.first, entry.id)):
            if entry.path not in self.living and entry.id not in self.holders:
                orphans.setdefault(entry.link, []).append(entry)
        given = {}
        for facts in newcomers if orphans else ():
            if heirs := orphans.get(link_of(facts)):
                entry = heirs.pop(0)
                self.holders[entry.id] = facts.post.path
                given[facts.post.path] = entry.id
        return given

    def _by_body(self, newcomers: Sequence[PostMetadata]) -> dict[str, str]:
        """One path vanished and one came with the same body: it was renamed, and its link changed with it."""
        vanished: dict[str, list[Entry]] = {}
        for entry in self.ledger.entries.values():
            is_missing = not entry.gone and entry.path not in self.living and entry.id not in self.holders
            if is_missing and entry.body_hash:
                vanished.setdefault(entry.body_hash, []).append(entry)
        came: dict[str, list[PostMetadata]] = {}
        for facts in newcomers if vanished else ():
            came.setdefault(facts.body_hash, []).append(facts)
        given = {}
        for body, arrived in came.items():
            left = vanished.get(body, ())
            if len(left) == len(arrived) == 1:
                self.holders[left[0].id] = arrived[0].post.path
                given[arrived[0].post.path] = left[0].id
        return given

    def _fresh(self, newcomers: Sequence[PostMetadata]) -> dict[str, str]:
        """Ids for the posts that nothing is remembered of."""
        given = {}
        # An id that somebody claims for himself must not be the one that another's link makes.
        for facts in sorted(newcomers, key=lambda facts: bool(facts.literal)):
            wanted = alone(facts)
            # Two different posts at one address are the site's mistake; the path still tells them apart.
            candidates = (wanted, mint(page_link(facts)), mint(f"{page_link(facts)}#!/{facts.post.path}"))
            chosen = next((one for one in candidates if not self._holder(one)), candidates[-1])
            if chosen != wanted:
                what = "source or id" if facts.literal or facts.source else "address"
                message = f"{self._holder(wanted)} has the same {what}: the item gets an id of its own"
                self.problems.append(make_problem(facts.post.path, 0, "shared-source", message))
            self.holders[chosen] = facts.post.path
            given[facts.post.path] = chosen
        return given

    def _holder(self, given: str) -> str:
        """The living post that has an id, or ""."""
        if given in self.holders:
            return self.holders[given]
        entry = self.ledger.entries.get(given)
        return entry.path if entry and entry.path in self.living else ""


def _title(facts: PostMetadata) -> str:
    """Untitled posts are one article when their texts are: an empty title agrees with nothing."""
    return fold(facts.post.title) or f"\0{facts.body_hash}"


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
