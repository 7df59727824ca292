"""Match items of an older feed to posts, which keep the ids that subscribers know; for `feedmill adopt`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from feeds.parse.document import Document, ParsedEntry
from posts.model import Post
from posts.text import fold, plain

_NEAR = timedelta(days=1)  # tolerance between dates of one article: dates without times, wrong time zones


class Finding(NamedTuple):
    """The result for one item.

    Attributes:
        what: `match`: the post takes the item's id; `known`: the post has this id already; `doubt`: the post does not
            take it, check it by hand; `miss`: there is no such post.
        feed: the feed of the item.
        entry: the item.
        path: the path of the post, "" for a miss.
        why: what item and post have in common, or the reason for the doubt.
    """

    what: Literal["match", "known", "doubt", "miss"]
    feed: str
    entry: ParsedEntry
    path: str = ""
    why: str = ""


class Adoption(Struct):
    """Match the items of older feeds to posts.

    Attributes:
        posts: the published posts, one per item, with the ids that they have or would get.
        held: the paths of posts, by their ids in the ledger.
        published: the paths of posts that feedmill has already published.
        canonical: returns the canonical form of a link, None if it is not a link.
        findings: the results, in the order of the items.
        taken: the ids that posts take, by path.
    """

    posts: Sequence[Post]
    held: Mapping[str, str]
    published: frozenset[str]
    canonical: Callable[[str], str | None]
    findings: list[Finding] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    _takers: dict[str, str] = field(default_factory=dict)  # paths by id
    _links: dict[str, list[Post]] = field(default_factory=dict)
    _paths: dict[str, list[Post]] = field(default_factory=dict)
    _titles: dict[str, list[Post]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for post in self.posts:
            for link in filter(None, {self._link(post.permalink), self._link(post.source)}):
                self._links.setdefault(link, []).append(post)
            self._paths.setdefault(_url_path(post.permalink), []).append(post)
            if post.title:
                self._titles.setdefault(fold(post.title), []).append(post)

    def take(self, name: str, document: Document) -> None:
        """Match all items of a feed; where several feeds have different ids for a post, the first one wins."""
        self.findings += (self._match(name, entry) for entry in document.entries)

    def counts(self) -> dict[str, int]:
        """Return the number of matches, known items, doubts and misses."""
        whats = [finding.what for finding in self.findings]
        return {what: whats.count(what) for what in ("match", "known", "doubt", "miss")}

    def _match(self, name: str, entry: ParsedEntry) -> Finding:
        for by, candidates in self._candidates(entry):
            if len(candidates) > 1:
                paths = ", ".join(post.path for post in candidates[:3])
                return Finding("doubt", name, entry, "", f"several posts have the same {by}: {paths}")
            if candidates:
                return self._decide(name, entry, candidates[0], by)
        return Finding("miss", name, entry, "", "no post has its link, or its title and date")

    def _candidates(self, entry: ParsedEntry) -> Iterator[tuple[str, list[Post]]]:
        """Yield what an item and posts can have in common, the most reliable first, and the posts."""
        links = [entry.link, entry.parts.get("via", ""), entry.id]
        yield "link", _distinct(post for link in links for post in self._links.get(self._link(link), []))
        yield "path of its address", self._paths.get(_url_path(entry.link), []) if _url_path(entry.link) else []
        date = entry.date
        alike = self._titles.get(fold(entry.title), []) if entry.title and date else []
        yield "title and date", [post for post in alike if date and abs(post.date - date) <= _NEAR]

    def _decide(self, name: str, entry: ParsedEntry, post: Post, by: str) -> Finding:
        mine = self.taken.get(post.path)
        holder = self.held.get(entry.id) or self._takers.get(entry.id, "")
        doubt = ""
        if entry.id in (post.id, mine):
            self._assign(post, entry)
            return Finding("known" if post.path in self.published else "match", name, entry, post.path, by)
        if plain(entry.id) != entry.id:
            doubt = "its id has characters that are not allowed in a feed"
        elif post.path in self.published:
            doubt = f"the post is already published as {post.id}"
        elif mine is not None:
            doubt = f"the post has the id {mine} from an earlier feed"
        elif holder not in ("", post.path):
            doubt = f"{holder} has this id"
        if doubt:
            return Finding("doubt", name, entry, post.path, doubt)
        self._assign(post, entry)
        return Finding("match", name, entry, post.path, by)

    def _assign(self, post: Post, entry: ParsedEntry) -> None:
        self.taken.setdefault(post.path, entry.id)
        self._takers.setdefault(entry.id, post.path)

    def _link(self, link: str) -> str:
        return self.canonical(link) or "" if link else ""


def _url_path(address: str) -> str:
    """Return the path of an address without a final slash, `.html` or `index.html`."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    return path.removesuffix("index.html").removesuffix(".html").rstrip("/")


def _distinct(posts: Iterable[Post]) -> list[Post]:
    return list({post.path: post for post in posts}.values())
