"""Select the feeds of a site: their ids, titles, paths and windows of posts. Pure."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import cast
from urllib.parse import urlsplit, urlunsplit

from feeds.model import Feed, FeedKind
from feeds.options import KINDS, CustomFeed, FeedsOptions
from feeds.select.activity import posts_per_week
from feeds.select.order import newest_first
from feeds.select.paths import address
from feeds.select.slugs import slug, slugs
from posts.model import Post, Site
from posts.store.rows import FeedRow
from posts.text import fold, plain

# The maximum number of items in a window, whatever was published within `keep`.
WINDOW_LIMIT = 200

Names = Callable[[Post, Site], tuple[str, ...]]

NAMES: Mapping[str, Names] = {
    "category": lambda post, _: post.categories,
    "tag": lambda post, _: post.tags,
    "author": lambda post, _: tuple(person.name for person in post.authors),
    "language": lambda post, site: tuple(filter(None, ((post.language or site.language).replace("_", "-"),))),
}


def select_feeds(
    posts: Sequence[Post],
    site: Site,
    options: FeedsOptions,
    recent: Collection[str] = (),
    known: Mapping[str, FeedRow] = MappingProxyType({}),
) -> tuple[Feed, ...]:
    """Return the feeds: all posts, then by kind and slug, then custom feeds, then feeds that have become empty.

    Args:
        posts: the published posts, one per item.
        site: the site.
        options: the options of the generator.
        recent: paths of posts that are in the window whatever their date (`recently_published`).
        known: the ledger entries of feeds, by key: their ids, and the feeds that stay although they are empty.
    """
    selection = _Selection(site, options, newest_first(posts), frozenset(recent), known)
    feeds = [selection.feed("all", "", "", site_title(site), selection.newest, options.items)]
    for kind in KINDS:
        if kind in options.by:
            feeds += selection.by_term(kind)
    feeds += map(selection.custom, options.custom)
    feeds += selection.empty({feed.key for feed in feeds})
    return tuple(_placed(feeds, options.places.folders))


def recently_published(first: Mapping[str, int], options: FeedsOptions, now: datetime, began: int) -> set[str]:
    """Return the paths of posts that were first published less than `keep` ago.

    Args:
        first: when each post was first published, by path, in seconds since 1970.
        options: the options of the generator.
        now: the time of the run.
        began: the time of the site's first run, in seconds; the posts that it found do not count as recent.
    """
    since = max(began, int((now - options.keep).timestamp()))
    return {path for path, seconds in first.items() if seconds > since}


def site_title(site: Site) -> str:
    """Return the title of the site, else its host: every format requires a title."""
    return plain(site.title) or urlsplit(site.url).hostname or site.url


def first_id(address: str) -> str:
    """Mint the id of a new feed from the address of its folder; later runs take the id from the ledger.

    It is a version-5 UUID (RFC 9562, URL namespace) of the address with https and without `www.`, so that changing
    either does not change the id.
    """
    parts = urlsplit(address)
    canonical = urlunsplit(("https", parts.netloc.lower().removeprefix("www."), parts.path or "/", "", ""))
    return uuid.uuid5(uuid.NAMESPACE_URL, canonical).urn


@dataclass(frozen=True, slots=True)
class _Selection:
    """The posts, newest first, with the options and the ledger that the selection depends on."""

    site: Site
    options: FeedsOptions
    newest: Sequence[Post]
    recent: frozenset[str]
    known: Mapping[str, FeedRow]
    folded: dict[str, str] = field(default_factory=dict)

    def feed(self, kind: FeedKind, slug: str, term: str, title: str, newest: Sequence[Post], items: int) -> Feed:
        """Return the feed of the posts `newest`, with a window of `items` posts."""
        folder = "feed" if kind == "custom" else kind
        own = "" if kind == "all" else f"{folder}/{slug}"
        known = self.known.get(own)
        return Feed(
            kind=kind,
            slug=slug,
            term=plain(term),
            title=plain(title or f"{term} — {site_title(self.site)}"),
            path=self.options.places.folders.get(own, own),
            files=self.options.places.files.get(own, {}),
            id=known.id if known else first_id(address(self.options.url, own)),
            content=self.options.content,
            posts=tuple(self.window(newest, items)),
            key=own,
            updated=known.updated if known else "",
            total=len(newest) if self.options.pages else 0,
            weeks=posts_per_week(newest) if self.options.pages else (),
            members=tuple(newest) if self.options.archives else (),
        )

    def window(self, newest: Sequence[Post], items: int) -> Sequence[Post]:
        """Return the first `items` of `newest`, and recent posts after them, at most 200 in all."""
        if not self.recent or len(newest) <= items:
            return newest[:items]
        recent = (post for post in newest[items:] if post.path in self.recent)
        return [*newest[:items], *itertools.islice(recent, max(WINDOW_LIMIT - items, 0))]

    def empty(self, present: Collection[str]) -> Iterator[Feed]:
        """Yield the published feeds that have no posts left. They remain, empty, until they are pruned."""
        for key, row in sorted(self.known.items()):
            if key not in present:
                folder, _, its_slug = key.partition("/")
                kind = cast("FeedKind", "custom" if folder == "feed" else folder)
                yield replace(self.feed(kind, its_slug, row.title, row.title, (), 0), title=row.title)

    def by_term(self, kind: FeedKind) -> Iterator[Feed]:
        """Yield a feed for every term of `kind`, sorted by slug."""
        terms = self._terms(kind)
        titles = self.options.titles.get(kind, {})
        for folded, its_slug in sorted(slugs(terms).items(), key=lambda pair: pair[1]):
            term = terms[folded]
            title = titles.get(folded) or titles.get(its_slug, "")
            yield self.feed(kind, its_slug, term.title, title, term.posts, self.options.items)

    def custom(self, custom: CustomFeed) -> Feed:
        """Return the feed of the posts that meet the conditions of `custom`."""
        selected = [post for post in self.newest if selects(custom, post, self.site, self.fold)]
        feed = self.feed("custom", slug(custom.name), custom.name, custom.title, selected, custom.items)
        return replace(feed, content=custom.content)

    def _terms(self, kind: str) -> dict[str, _Term]:
        terms: dict[str, _Term] = {}
        for post in self.newest:
            for name in filter(self.fold, NAMES[kind](post, self.site)):
                term = terms.setdefault(self.fold(name), _Term())
                term.spellings[name] += 1
                if not (term.posts and term.posts[-1] is post):
                    term.posts.append(post)
        return terms

    def fold(self, name: str) -> str:
        # Cached: a site has far fewer names than posts.
        if name not in self.folded:
            self.folded[name] = fold(name)
        return self.folded[name]


@dataclass(slots=True)
class _Term:
    spellings: Counter[str] = field(default_factory=Counter)
    posts: list[Post] = field(default_factory=list)

    @property
    def title(self) -> str:
        return min(self.spellings, key=lambda spelling: (-self.spellings[spelling], spelling))


def selects(custom: CustomFeed, post: Post, site: Site, folded: Callable[[str], str] = fold) -> bool:
    """Return whether a post meets all conditions of a custom feed."""

    def names(kind: str) -> set[str]:
        return {folded(name) for name in NAMES[kind](post, site)}

    if custom.match and not custom.match.search(post.title):
        return False
    for kind, wanted in custom.wanted.items():
        has = names(kind)
        if not (_matches_language(has, wanted) if kind == "language" else has & wanted):
            return False
    return not any(unwanted & names(kind) for kind, unwanted in custom.unwanted.items())


def _matches_language(languages: set[str], ranges: frozenset[str]) -> bool:
    """Match language ranges by basic filtering (RFC 4647, section 3.3.1): `zh` matches `zh-CN`."""
    return any(language == one or language.startswith(f"{one}-") for language in languages for one in ranges)


def _placed(feeds: Sequence[Feed], paths: Mapping[str, str]) -> list[Feed]:
    """Return the feeds with distinct folders; those that the configuration places have priority.

    A term whose slug is the folder of another feed gets a suffix instead of stopping the run. Folders that differ only
    in case or normalization are the same folder on other systems.
    """
    taken = {_folded_path(feed.path) for feed in feeds if feed.key in paths}
    placed = []
    for feed in feeds:
        if feed.key not in paths and _folded_path(feed.path) in taken:
            feed = replace(feed, path=f"{feed.path}-{hashlib.sha256(feed.key.encode()).hexdigest()[:8]}")  # noqa: PLW2901
        taken.add(_folded_path(feed.path))
        placed.append(feed)
    return placed


def _folded_path(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()
