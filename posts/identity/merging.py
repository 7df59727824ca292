"""Group posts into articles: posts with the same canonical link, title and body are one article. Pure.

The ledger takes precedence. A post that was merged into the item of another post is compared with that post again, and
posts that were published as separate items stay separate.
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
"""Return the text of a post for comparison (`posts.identity.bodies`); None if it cannot be read."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Hold what earlier runs decided.

    Attributes:
        entries: The items, by id.
        followers: The ids of the items that posts were merged into, by path of the post.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    followers: Mapping[str, str] = field(default_factory=dict)


class Article(NamedTuple):
    """An item and its posts.

    Attributes:
        id: The id of the item.
        metadata: The metadata of the post that represents the item.
        others: The metadata of the posts that were merged into it.
        post: The post that results from merging.
    """

    id: str
    metadata: PostMetadata
    others: tuple[PostMetadata, ...]
    post: Post

    @classmethod
    def of(cls, item_id: str, same: Sequence[PostMetadata]) -> Article:
        """Return the item of posts that are one article.

        It has the categories and tags of all posts and the earliest date; everything else comes from the first post.
        """
        post = same[0].post.identified(item_id)
        if len(same) > 1:
            posts = [metadata.post for metadata in same]
            post = post._replace(
                date=min(one.date for one in posts),
                categories=_union(one.categories for one in posts),
                tags=_union(one.tags for one in posts),
            )
        return cls(item_id, same[0], tuple(same[1:]), post)


def page_link(metadata: PostMetadata) -> str:
    """Return the canonical link of the post's own page."""
    return canonical(metadata.post.permalink) or metadata.post.permalink


def link_of(metadata: PostMetadata) -> str:
    """Return the canonical link that identifies a post: that of its source, else that of its page."""
    return metadata.source or page_link(metadata)


class Grouping:
    """Group posts into articles.

    Args:
        ledger: What earlier runs decided.
        living: The paths of all posts that exist.
        text_of: Returns the text of a post.
        unreadable: The paths of posts that exist but cannot be read.
    """

    def __init__(self, ledger: Ledger, living: frozenset[str], text_of: TextOf, unreadable: frozenset[str]) -> None:
        self.ledger = ledger
        self.living = living
        self.text_of = text_of
        self.unreadable = unreadable
        self.by_path = {entry.path: entry.id for entry in ledger.entries.values()}
        # The items that posts were merged into: as last published, else as recorded when a post never had an item.
        self.merged = dict(ledger.followers)
        for entry in ledger.entries.values():
            if entry.others:
                self.merged |= dict.fromkeys(entry.others.split("\n"), entry.id)

    def waits_for(self, path: str) -> str:
        """Return the id of the item that a post was merged into if the post of that item is unreadable now, else "".

        The two cannot be compared, so the post stays in the item.
        """
        entry = self.ledger.entries.get(self.merged.get(path, ""))
        is_waiting = entry and not entry.gone and entry.path != path and entry.path in self.unreadable
        return entry.id if entry and is_waiting and not self._is_separate(path) else ""

    def _is_separate(self, path: str) -> bool:
        """Return whether a post was published as a separate item and was not merged into another one later."""
        entry = self.ledger.entries.get(self.by_path.get(path, ""))
        return entry is not None and not (entry.gone and path in self.merged)

    def groups(self, published: Iterable[PostMetadata]) -> list[list[PostMetadata]]:
        """Return the groups of posts that are one article; the first post of a group is the one published first.

        Each post is compared only with the first post that has its link and title. Posts that were published as
        separate items stay separate.
        """
        groups: list[list[PostMetadata]] = []
        first: dict[tuple[str, str], list[PostMetadata]] = {}
        for metadata in sorted(published, key=self._seniority):
            group = first.setdefault((link_of(metadata), _title_key(metadata)), [])
            if group and not self._is_separate(metadata.post.path) and self._is_same(group[0], metadata):
                group.append(metadata)
            elif group:
                groups.append([metadata])
            else:
                group.append(metadata)
                groups.append(group)
        return groups

    def _is_same(self, first: PostMetadata, metadata: PostMetadata) -> bool:
        """Return whether the bodies of two posts agree."""
        if first.body_hash == metadata.body_hash:
            return True
        if not (first.body_hash and metadata.body_hash and metadata.post.title):
            return False
        text, other = self.text_of(first), self.text_of(metadata)
        if text is None or other is None:  # removed during this run: the next run compares the posts
            return self.merged.get(metadata.post.path, "") == self.claim(first.post.path) != ""
        return are_alike(text, other)

    def _seniority(self, metadata: PostMetadata) -> tuple[float, datetime, str]:
        claim = self.claim(metadata.post.path)
        first = self.ledger.entries[claim].first if claim else math.inf
        return (first, metadata.post.date, metadata.post.path)

    def claim(self, path: str) -> str:
        """Return the id that the ledger has for a path, or "".

        For a post that was merged into another post's item, this is the id of that item once the other post is gone.
        """
        if path in self.by_path:
            return self.by_path[path]
        entry = self.ledger.entries.get(self.merged.get(path, ""))
        return entry.id if entry and entry.path not in self.living else ""


def _title_key(metadata: PostMetadata) -> str:
    """Return the folded title; for an untitled post its body hash, because two empty titles are not the same title."""
    return fold(metadata.post.title) or f"\0{metadata.body_hash}"


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
