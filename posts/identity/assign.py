"""Assign ids to items: from the ledger, or new ones. Used by `posts.pipeline.reader`. Pure.

All published posts get their ids at once. The id of an item that still exists is never assigned to another item.
`posts.identity.merging` decides which posts are one item.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from posts.errors import Problem
from posts.identity.merging import Article, Grouping, Ledger, TextOf, link_of, page_link
from posts.identity.urls import mint
from posts.model import PostMetadata
from posts.problems import make_problem
from posts.store import codec
from posts.store.rows import Entry


@dataclass(frozen=True, slots=True)
class Decisions:
    """Hold the ids of all published posts.

    Attributes:
        articles: An article for each item.
        ids: The id of the item of each post, by path.
        problems: Posts that share an address, a source or an article with another post.
    """

    articles: tuple[Article, ...]
    ids: Mapping[str, str]
    problems: tuple[Problem, ...]


def initial_id(metadata: PostMetadata) -> str:
    """Return the id that a post gets if it is in no ledger entry and no other post has the same id."""
    return metadata.literal or mint(link_of(metadata))


def adopted_entry(article: Article, item_id: str, first: int, updated: str) -> Entry:
    """Return the ledger entry of an item that keeps the id of an earlier feed.

    Args:
        article: The item.
        item_id: Its id in the earlier feed.
        first: When it was first published, in seconds since 1970.
        updated: When it last changed, as an ISO time with offset; "" for never.
    """
    metadata = article.metadata
    post = codec.encode_post(article.post.identified(item_id))
    others = "\n".join(one.post.path for one in article.others)
    path = metadata.post.path
    return Entry(item_id, path, link_of(metadata), metadata.body_hash, first, post, updated=updated, others=others)


def decide(
    published: Iterable[PostMetadata],
    ledger: Ledger,
    living: Collection[str],
    text_of: TextOf,
    unreadable: Collection[str] = (),
) -> Decisions:
    """Assign an id to every published item.

    Args:
        published: The metadata of all posts that are published now.
        ledger: What earlier runs decided.
        living: The paths of all posts that exist, whatever their state.
        text_of: Returns the text of a post; called only for posts with the same link and title.
        unreadable: The paths of posts that exist but cannot be read.
    """
    return _Assignment(ledger, frozenset(living), text_of, frozenset(unreadable)).decide(published)


class _Assignment:
    """Hold the state of one assignment: `holders` has the path of the post of every id in use."""

    def __init__(self, ledger: Ledger, living: frozenset[str], text_of: TextOf, unreadable: frozenset[str]) -> None:
        self.ledger = ledger
        self.living = living
        self.grouping = Grouping(ledger, living, text_of, unreadable)
        self.holders: dict[str, str] = {}
        self.problems: list[Problem] = []

    def decide(self, published: Iterable[PostMetadata]) -> Decisions:
        posts = _without_pages_as_sources(list(published))
        paths = [metadata.post.path for metadata in posts]
        waiting = {path: held for path in paths if (held := self.grouping.waits_for(path))}
        groups = self.grouping.groups(metadata for metadata in posts if metadata.post.path not in waiting)
        representatives = [same[0] for same in groups]
        ids = self._claimed(representatives)
        for step in (self._by_literal, self._by_link, self._by_body, self._new):
            ids |= step([metadata for metadata in representatives if metadata.post.path not in ids])
        articles = [Article.of(ids[same[0].post.path], same) for same in groups]
        ids = {metadata.post.path: one.id for one in articles for metadata in (one.metadata, *one.others)} | waiting
        for one in articles:
            message = (
                f"same article as {one.metadata.post.path}, whose body is published; change its title or remove it"
            )
            self.problems += (make_problem(metadata.post.path, 0, "same-article", message) for metadata in one.others)
        return Decisions(tuple(articles), ids, tuple(self.problems))

    def _claimed(self, posts: Iterable[PostMetadata]) -> dict[str, str]:
        """Return the ids of posts that the ledger knows by their path."""
        ids = {}
        for metadata in posts:
            claim = self.grouping.claim(metadata.post.path)
            if claim and claim not in self.holders:
                self.holders[claim] = metadata.post.path
                ids[metadata.post.path] = claim
        return ids

    def _by_literal(self, new: Sequence[PostMetadata]) -> dict[str, str]:
        """Assign posts that name the id of an item whose post is gone to that item, whatever else has changed."""
        ids = {}
        for metadata in new:
            entry = self.ledger.entries.get(metadata.literal) if metadata.literal else None
            if entry and entry.path not in self.living and entry.id not in self.holders:
                self.holders[entry.id] = metadata.post.path
                ids[metadata.post.path] = entry.id
        return ids

    def _by_link(self, new: Sequence[PostMetadata]) -> dict[str, str]:
        """Assign posts that have the link of an item whose post is gone to that item: they were renamed."""
        orphans: dict[str, list[Entry]] = {}
        for entry in sorted(self.ledger.entries.values(), key=lambda entry: (entry.first, entry.id)):
            if entry.path not in self.living and entry.id not in self.holders:
                orphans.setdefault(entry.link, []).append(entry)
        ids = {}
        for metadata in new if orphans else ():
            if entries := orphans.get(link_of(metadata)):
                entry = entries.pop(0)
                self.holders[entry.id] = metadata.post.path
                ids[metadata.post.path] = entry.id
        return ids

    def _by_body(self, new: Sequence[PostMetadata]) -> dict[str, str]:
        """Assign a new post to the only item with the same body whose post is gone: renaming changed its link."""
        gone: dict[str, list[Entry]] = {}
        for entry in self.ledger.entries.values():
            is_missing = not entry.gone and entry.path not in self.living and entry.id not in self.holders
            if is_missing and entry.body_hash:
                gone.setdefault(entry.body_hash, []).append(entry)
        by_body: dict[str, list[PostMetadata]] = {}
        for metadata in new if gone else ():
            by_body.setdefault(metadata.body_hash, []).append(metadata)
        ids = {}
        for body, posts in by_body.items():
            entries = gone.get(body, ())
            if len(entries) == len(posts) == 1:
                self.holders[entries[0].id] = posts[0].post.path
                ids[posts[0].post.path] = entries[0].id
        return ids

    def _new(self, new: Sequence[PostMetadata]) -> dict[str, str]:
        """Return new ids for the posts that match no ledger entry."""
        ids = {}
        # In this order, a post whose link gives an id keeps it if a later post names the same id in its front matter.
        for metadata in sorted(new, key=lambda metadata: bool(metadata.literal)):
            wanted = initial_id(metadata)
            # Two different posts at one address are a mistake of the site; their paths still differ.
            own = f"{page_link(metadata)}#!/{metadata.post.path}"
            others = (mint(f"{own}/{count}") for count in itertools.count(2))
            candidates = itertools.chain((wanted, mint(page_link(metadata)), mint(own)), others)
            chosen = next(one for one in candidates if not self._holder(one))
            if chosen != wanted:
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
        entry = self.ledger.entries.get(item_id)
        return entry.path if entry and entry.path in self.living else ""


def _without_pages_as_sources(published: Sequence[PostMetadata]) -> list[PostMetadata]:
    """Return the posts without the sources that are pages of other posts: such a link identifies the other post."""
    pages: dict[str, str] = {}
    on_site = [metadata for metadata in published if metadata.is_own_source]
    if on_site:
        pages = {page_link(metadata): metadata.post.path for metadata in published}
    wrong = {one.post.path for one in on_site if pages.get(one.source, one.post.path) != one.post.path}
    return [metadata._replace(source="") if metadata.post.path in wrong else metadata for metadata in published]
