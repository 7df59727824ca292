"""Which posts are one item, and which id each item has. Pure.

Identity is decided over all published posts at once: an id that a living post holds is never given to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from posts.facts import Facts
from posts.identity import mint
from posts.model import Post, Problem
from posts.text import fold


@dataclass(frozen=True, slots=True)
class Items:
    """The outcome. `posts` has one post for every item; `ids` the id for every path, of merged posts too.

    `merged` gives, for the path of a post that went into another's item, the path of that other one.
    """

    posts: tuple[Post, ...]
    ids: dict[str, str]
    merged: dict[str, str]
    problems: tuple[Problem, ...]


def alone(facts: Facts) -> str:
    """The id of a post that no other post competes with."""
    return facts.literal or mint(facts.source or facts.page)


def unite(published: Iterable[Facts]) -> Items:
    """One item for the posts that agree in canonical link and folded title; an id of its own for each item."""
    articles: dict[tuple[str, str], list[Facts]] = {}
    for facts in sorted(published, key=lambda facts: (facts.post.date, facts.post.path)):
        articles.setdefault((facts.source or facts.page, _title(facts)), []).append(facts)
    holders: dict[str, str] = {}
    problems: list[Problem] = []
    posts: list[Post] = []
    ids: dict[str, str] = {}
    merged: dict[str, str] = {}
    for same in articles.values():
        first = same[0]
        given = _id(first, holders, problems)
        holders[given] = first.post.path
        posts.append(_united(given, [facts.post for facts in same]))
        ids |= {facts.post.path: given for facts in same}
        merged |= {facts.post.path: first.post.path for facts in same[1:]}
    return Items(tuple(posts), ids, merged, tuple(problems))


def _title(facts: Facts) -> str:
    """Untitled posts are one article when their texts are: an empty title agrees with nothing."""
    return fold(facts.post.title) or f"\0{facts.body_hash}"


def _id(facts: Facts, holders: dict[str, str], problems: list[Problem]) -> str:
    wanted = alone(facts)
    if wanted not in holders:
        return wanted
    message = f"{holders[wanted]} has the same source or id: this post's id is made from its own address"
    problems.append(Problem(facts.post.path, 0, "shared-source", "warning", message))
    # Two different posts at one address are the site's mistake; the path still tells them apart.
    candidates = (mint(facts.page), mint(f"{facts.page}#!/{facts.post.path}"))
    return next(candidate for candidate in candidates if candidate not in holders)


def _united(given: str, same: Sequence[Post]) -> Post:
    first = same[0]
    return replace(
        first,
        id=given,
        categories=_union(post.categories for post in same),
        tags=_union(post.tags for post in same),
    )


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
