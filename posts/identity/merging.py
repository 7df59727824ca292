"""Group posts into articles: posts with the same canonical link, title and body are one article. Pure.

The ledger takes precedence. A post that was merged into the item of another post is compared with that post again, and
posts that were published as separate items stay separate. Only posts with equal titles are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from posts.errors import Problem
from posts.identity.bodies import are_alike
from posts.identity.ledger import Ledger
from posts.identity.pages import link_hash, link_of
from posts.model import Head, Post, PostMetadata
from posts.problems import make_problem
from posts.store.rows import SeenPost
from posts.text import fold

TextOf = Callable[[PostMetadata], str | None]
"""Return the text of a post for comparison (`posts.identity.bodies`); None if it cannot be read."""

Load = Callable[[Sequence[Head]], Mapping[str, PostMetadata]]
"""Load posts: return their metadata by path, without those whose files are gone by now."""


class Article(NamedTuple):
    """One or several posts that are one article.

    Attributes:
        head: The head of the post that represents the article.
        others: The heads of the posts that were merged into it.
        post: The post that results from merging: it has the terms of all posts and the earliest date, everything else
            comes from the first. Like that of a head it is not complete.
        claim: The id that the ledger has for it, or "".
    """

    head: Head
    others: tuple[Head, ...]
    post: Post
    claim: str = ""

    @classmethod
    def of(cls, same: Sequence[Head], claim: str = "") -> Article:
        """Return the article of some posts."""
        post = same[0].post
        if len(same) > 1:
            posts = [head.post for head in same]
            post = post._replace(
                date=min(one.date for one in posts),
                categories=_union(one.categories for one in posts),
                tags=_union(one.tags for one in posts),
            )
        return cls(same[0], tuple(same[1:]), post, claim)

    @property
    def followers(self) -> str:
        """Return the paths of the posts that were merged into it, one per line, as ledger entries have them."""
        return "\n".join([head.post.path for head in self.others])


class Articles(Struct, frozen=True):
    """Hold the articles of all published posts.

    Attributes:
        all: The articles.
        waiting: The ids of the items of posts that wait for an unreadable post, by path.
        problems: Posts that are the same article as another post.
    """

    all: tuple[Article, ...]
    waiting: Mapping[str, str]
    problems: tuple[Problem, ...]


def group_posts(
    published: Iterable[Head],
    ledger: Ledger,
    living: Collection[str],
    load: Load,
    text_of: TextOf,
    unreadable: Collection[str] = (),
) -> Articles:
    """Group all published posts into articles.

    Args:
        published: The heads of all posts that are published now.
        ledger: What earlier runs decided.
        living: The paths of all posts that exist, whatever their state.
        load: Loads posts; called once, with the posts that share their title with another one.
        text_of: Returns the text of a post; called only for posts with the same link and title.
        unreadable: The paths of posts that exist but cannot be read.
    """
    grouping = _Grouping(ledger, living, text_of, frozenset(unreadable))
    waiting: dict[str, str] = {}
    present: list[Head] = []
    for head in published:
        if held := grouping.waits_for(head.post.path):
            waiting[head.post.path] = held
        else:
            present.append(head)
    groups = list(grouping.groups(present, load))
    claims = grouping.claims([same[0] for same in groups])
    articles = tuple([Article.of(same, claims.get(same[0].post.path, "")) for same in groups])
    problems = tuple(_same_article(one, head) for one in articles for head in one.others)
    return Articles(articles, waiting, problems)


def _same_article(article: Article, head: Head) -> Problem:
    leader = article.head.post.path
    message = f"same article as {leader}, whose body is published; change its title or remove it"
    return make_problem(head.post.path, 0, "same-article", message)


class _Grouping:
    """Group posts into articles. The arguments are those of `group_posts`."""

    def __init__(self, ledger: Ledger, living: Collection[str], text_of: TextOf, unreadable: frozenset[str]) -> None:
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
        entry = self.ledger.entry(self.merged.get(path, ""))
        is_waiting = entry and not entry.gone and entry.path != path and entry.path in self.unreadable
        return entry.id if entry and is_waiting and not self._is_separate(path) else ""

    def _is_separate(self, path: str) -> bool:
        """Return whether a post was published as a separate item and was not merged into another one later."""
        entry = self.ledger.entry(self.by_path.get(path, ""))
        return entry is not None and not (entry.gone and path in self.merged)

    def groups(self, published: Iterable[Head], load: Load) -> Iterator[list[Head]]:
        """Yield the groups of posts that are one article; the first post of a group is the most senior.

        Each post is compared only with the first post that has its link and title. Posts that were published as
        separate items stay separate.
        """
        alike: dict[str, list[Head]] = {}
        for head in published:
            alike.setdefault(title_key(head), []).append(head)
        candidates = [head for same in alike.values() if len(same) > 1 for head in same]
        loaded = load(candidates) if candidates else {}
        for same in alike.values():
            if len(same) == 1:
                yield same
            else:
                yield from self._parted(sorted(same, key=self.seniority), loaded)

    def _parted(self, same: Iterable[Head], loaded: Mapping[str, PostMetadata]) -> list[list[Head]]:
        """Return the groups among posts that have the same title."""
        groups: list[list[Head]] = []
        first: dict[str, list[Head]] = {}
        for head in same:
            path = head.post.path
            metadata = loaded.get(path)
            if metadata is None:
                groups.append([head])
                continue
            group = first.setdefault(link_of(metadata), [])
            leader = loaded[group[0].post.path] if group else metadata
            if group and not self._is_separate(path) and self._is_same(leader, metadata):
                group.append(head)
            elif group:
                groups.append([head])
            else:
                group.append(head)
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
            return self.merged.get(metadata.post.path, "") == self._claim(first.post.path) != ""
        return are_alike(text, other)

    def seniority(self, head: Head) -> tuple[bool, int, datetime, str]:
        """Return the place of a post in the order of seniority; whoever holds an item comes first."""
        path = head.post.path
        return (not self._claim(path), *seniority(head.post, self.ledger.seen))

    def _claim(self, path: str) -> str:
        """Return the id that the ledger has for a path, or "".

        For a post that was merged into another post's item, this is the id of that item once the other post is gone.
        """
        if path in self.by_path:
            return self.by_path[path]
        entry = self.ledger.entry(self.merged.get(path, ""))
        return entry.id if entry and entry.path not in self.living else ""

    def claims(self, leaders: Iterable[Head]) -> dict[str, str]:
        """Return the ids that the ledger has for posts, by path; of several heirs the most senior has the id."""
        found: dict[str, str] = {}
        heirs = []
        for head in leaders:
            path = head.post.path
            if path in self.by_path:
                found[path] = self.by_path[path]
            elif path in self.merged and self._claim(path):
                heirs.append(head)
        taken = set(found.values())
        for head in sorted(heirs, key=self.seniority):
            claim = self._claim(head.post.path)
            if claim not in taken:
                taken.add(claim)
                found[head.post.path] = claim
        return found


def seniority(post: Post, seen: Mapping[str, SeenPost]) -> tuple[int, datetime, str]:
    """Return the place of a post in the order of seniority: first publication, date, path."""
    line = seen.get(post.path)
    return (line.first if line else 0, post.date, post.path)


def title_key(head: Head) -> str:
    """Return the folded title; for an untitled post its body hash, because two empty titles are not the same title."""
    title = head.post.title
    return (fold(title) if title else "") or f"\0{head.body}"


def title_hash(head: Head) -> int:
    """Return the hash of the title key of a post, as the catalog has it."""
    return link_hash(title_key(head))


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
