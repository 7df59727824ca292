"""Moving in: which post every item of an older feed is, so that it keeps the id that subscribers know. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from feeds.parse.document import Document, Entry
from posts.model import Post
from posts.text import fold, plain

_NEAR = timedelta(days=1)  # between two dates of one article: sites that show days only, and zones that were mistaken


class Finding(NamedTuple):
    """What became of one item. `path` is its post's, "" for a miss; `why` is what they agree in, or what is doubtful.

    `match`: the post takes the item's id. `known`: it has it already. `doubt`: it does not, and somebody has to look.
    `miss`: there is no such post.
    """

    what: Literal["match", "known", "doubt", "miss"]
    feed: str
    entry: Entry
    path: str = ""
    why: str = ""


@dataclass(slots=True)
class Adoption:
    """Finds the posts. `posts` are the published ones, one for each item, with the ids that they have or would get.

    `held` are the ids in the ledger, with the paths of the posts that have them; `published` are the paths of posts
    that feedmill has published already. `canonical` gives the form in which links agree that lead to the same, None for
    what is no link.
    """

    posts: Sequence[Post]
    held: Mapping[str, str]
    published: frozenset[str]
    canonical: Callable[[str], str | None]
    findings: list[Finding] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)  # ids by path
    _takers: dict[str, str] = field(default_factory=dict)  # paths by id
    _links: dict[str, list[Post]] = field(default_factory=dict)
    _ways: dict[str, list[Post]] = field(default_factory=dict)
    _titles: dict[str, list[Post]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for post in self.posts:
            for link in filter(None, {self._link(post.permalink), self._link(post.source)}):
                self._links.setdefault(link, []).append(post)
            self._ways.setdefault(_way(post.permalink), []).append(post)
            if post.title:
                self._titles.setdefault(fold(post.title), []).append(post)

    def take(self, name: str, document: Document) -> None:
        """Looks for the posts of all items of a feed; an earlier feed counts more than a later one."""
        self.findings += (self._found(name, entry) for entry in document.entries)

    def counts(self) -> dict[str, int]:
        """How many items are matches, known, doubts and misses."""
        whats = [finding.what for finding in self.findings]
        return {what: whats.count(what) for what in ("match", "known", "doubt", "miss")}

    def _found(self, name: str, entry: Entry) -> Finding:
        for by, candidates in self._candidates(entry):
            if len(candidates) > 1:
                paths = ", ".join(post.path for post in candidates[:3])
                return Finding("doubt", name, entry, "", f"several posts have the same {by}: {paths}")
            if candidates:
                return self._judged(name, entry, candidates[0], by)
        return Finding("miss", name, entry, "", "there is no post with its link, or with its title and date")

    def _candidates(self, entry: Entry) -> Iterator[tuple[str, list[Post]]]:
        """What items and posts may agree in, the surest first, and the posts that do."""
        links = [entry.link, entry.parts.get("via", ""), entry.id]
        yield "link", _once(post for link in links for post in self._links.get(self._link(link), []))
        yield "path of its address", self._ways.get(_way(entry.link), []) if _way(entry.link) else []
        date = entry.date
        alike = self._titles.get(fold(entry.title), []) if entry.title and date else []
        yield "title and date", [post for post in alike if date and abs(post.date - date) <= _NEAR]

    def _judged(self, name: str, entry: Entry, post: Post, by: str) -> Finding:
        mine = self.taken.get(post.path)
        holder = self.held.get(entry.id) or self._takers.get(entry.id, "")
        doubt = ""
        if entry.id in (post.id, mine):
            self._give(post, entry)
            return Finding("known" if post.path in self.published else "match", name, entry, post.path, by)
        if plain(entry.id) != entry.id:
            doubt = "its id has characters that no feed may have"
        elif post.path in self.published:
            doubt = f"feedmill has published the post as {post.id} already"
        elif mine is not None:
            doubt = f"the post has the id {mine} from a feed before this one"
        elif holder not in ("", post.path):
            doubt = f"{holder} has its id"
        if doubt:
            return Finding("doubt", name, entry, post.path, doubt)
        self._give(post, entry)
        return Finding("match", name, entry, post.path, by)

    def _give(self, post: Post, entry: Entry) -> None:
        self.taken.setdefault(post.path, entry.id)
        self._takers.setdefault(entry.id, post.path)

    def _link(self, link: str) -> str:
        return self.canonical(link) or "" if link else ""


def _way(address: str) -> str:
    """The path of an address, as sites mean it: with or without a slash or `index.html` at its end."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    return path.removesuffix("index.html").removesuffix(".html").rstrip("/")


def _once(posts: Iterable[Post]) -> list[Post]:
    return list({post.path: post for post in posts}.values())
