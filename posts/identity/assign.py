"""Assign ids to the items that feeds show: from the ledger, or new ones. Pure.

The id of an item that still exists is never assigned to another item. `posts.identity.merging` decides which posts are
one article.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from posts.errors import Problem
from posts.identity.ledger import Ledger
from posts.identity.merging import Article, seniority
from posts.identity.pages import link_of, page_link
from posts.identity.urls import mint
from posts.model import Post, PostMetadata
from posts.problems import make_problem
from posts.store import codec
from posts.store.rows import Entry


class Decisions(Struct, frozen=True):
    """Hold the ids of items.

    Attributes:
        ids: The id of each item, by path of the post that represents it.
        problems: Posts that share an address or a source with another post.
    """

    ids: Mapping[str, str]
    problems: tuple[Problem, ...]


def initial_id(metadata: PostMetadata) -> str:
    """Return the id that a post gets if it is in no ledger entry and no other post has the same id."""
    return metadata.literal or mint(link_of(metadata))


def adopted_entry(article: Article, metadata: PostMetadata, item_id: str, first: int, updated: str) -> Entry:
    """Return the ledger entry of an item that keeps the id of an earlier feed.

    Args:
        article: The article.
        metadata: The metadata of its post.
        item_id: Its id in the earlier feed.
        first: When it was first published, in seconds since 1970.
        updated: When it last changed, as an ISO time with offset; "" for never.
    """
    post = codec.encode_post(complete(article, metadata, item_id))
    path, link = metadata.post.path, link_of(metadata)
    return Entry(item_id, path, link, first, post, updated=updated, others=article.followers)


def complete(article: Article, metadata: PostMetadata, item_id: str) -> Post:
    """Return the complete post of an article, with its id."""
    merged = article.post
    return metadata.post._replace(
        id=item_id, state=merged.state, date=merged.date, categories=merged.categories, tags=merged.tags
    )


def assign_ids(
    shown: Sequence[tuple[Article, PostMetadata]],
    articles: Iterable[Article],
    ledger: Ledger,
    living: Collection[str],
    known: Collection[str],
) -> Decisions:
    """Assign an id to every item that feeds show.

    Args:
        shown: The articles that feeds show, each with the metadata of its post.
        articles: All articles: none gets an id that the ledger has for another one.
        ledger: What earlier runs decided.
        living: The paths of all posts that exist, whatever their state.
        known: The paths of posts with a line in the ledger before this run: they were not renamed.
    """
    return _Assignment(articles, ledger, living, known).decide(shown)


class _Assignment:
    """Hold the state of one assignment: `holders` has the path of the post of every id in use."""

    def __init__(
        self, articles: Iterable[Article], ledger: Ledger, living: Collection[str], known: Collection[str]
    ) -> None:
        self.ledger = ledger
        self.living = living
        self.known = known
        self.holders = {article.claim: article.head.post.path for article in articles if article.claim}
        self.problems: list[Problem] = []

    def decide(self, shown: Sequence[tuple[Article, PostMetadata]]) -> Decisions:
        ids = {article.head.post.path: article.claim for article, _ in shown if article.claim}
        new = [metadata for article, metadata in shown if not article.claim]
        new.sort(key=lambda metadata: seniority(metadata.post, self.ledger.seen))
        for step in (self._by_literal, self._by_link, self._new):
            ids |= step([metadata for metadata in new if metadata.post.path not in ids])
        return Decisions(ids, tuple(self.problems))

    def _by_literal(self, new: Iterable[PostMetadata]) -> dict[str, str]:
        """Assign posts that name the id of an item whose post is gone to that item, whatever else has changed."""
        ids = {}
        for metadata in new:
            entry = self.ledger.entry(metadata.literal)
            if entry and entry.path not in self.living and entry.id not in self.holders:
                self.holders[entry.id] = metadata.post.path
                ids[metadata.post.path] = entry.id
        return ids

    def _by_link(self, new: Iterable[PostMetadata]) -> dict[str, str]:
        """Assign posts that have the link of an item whose post is gone to that item: they were renamed."""
        ids = {}
        orphans: dict[str, list[Entry]] = {}
        for metadata in new:
            if metadata.post.path in self.known:
                continue
            link = link_of(metadata)
            if link not in orphans:
                orphans[link] = [entry for entry in self.ledger.with_link(link) if entry.path not in self.living]
            if entries := [entry for entry in orphans[link] if entry.id not in self.holders]:
                entry = min(entries, key=lambda entry: (entry.first, entry.id))
                self.holders[entry.id] = metadata.post.path
                ids[metadata.post.path] = entry.id
        return ids

    def _new(self, new: Iterable[PostMetadata]) -> dict[str, str]:
        """Return new ids for the posts that match no ledger entry."""
        ids = {}
        # In this order, a post whose link gives an id keeps it if a later post names the same id in its front matter.
        for metadata in sorted(new, key=lambda metadata: bool(metadata.literal)):
            wanted = initial_id(metadata)
            chosen = wanted
            if self._holder(wanted):
                chosen = next(one for one in _substitutes(metadata) if not self._holder(one))
                what = "source or id" if metadata.literal or metadata.source else "address"
                message = f"{self._holder(wanted)} has the same {what}, this item gets another id; correct one of them"
                self.problems.append(make_problem(metadata.post.path, 0, "shared-source", message))
            self.holders[chosen] = metadata.post.path
            ids[metadata.post.path] = chosen
        return ids

    def _holder(self, item_id: str) -> str:
        """Return the path of the existing post that has an id; "" if there is none."""
        if item_id in self.holders:
            return self.holders[item_id]
        entry = self.ledger.entry(item_id)
        return entry.path if entry and entry.path in self.living else ""


def _substitutes(metadata: PostMetadata) -> Iterable[str]:
    """Yield the ids for a post whose own id another post has."""
    page = page_link(metadata.post)
    # Two different posts at one address are a mistake of the site; their paths still differ.
    own = f"{page}#!/{metadata.post.path}"
    yield from (mint(page), mint(own))
    yield from (mint(f"{own}/{count}") for count in itertools.count(2))
