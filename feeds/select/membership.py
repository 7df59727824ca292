"""Decide which feeds an article is in. Pure.

A feed is named by its kind and the folded name of its term: "" for the feed of all posts, the slug for a custom feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from feeds.options import CustomFeed, FeedsOptions
from feeds.select.slugs import slug
from posts.model import Post, Site
from posts.text import fold

FeedKey = tuple[str, str]
"""The kind and the folded term of a feed."""

Names = Callable[[Post, Site], tuple[str, ...]]

NAMES: Mapping[str, Names] = {
    "category": lambda post, _: post.categories,
    "tag": lambda post, _: post.tags,
    "author": lambda post, _: tuple(person.name for person in post.authors),
    "section": lambda post, _: (post.section,) if post.section else (),
    "collection": lambda post, _: (post.collection,) if post.collection else (),
    "language": lambda post, site: tuple(filter(None, ((post.language or site.language).replace("_", "-"),))),
}


class Memberships(Struct, frozen=True):
    """Decide which feeds of one site an article is in. Folded names are kept: a site has fewer names than posts."""

    site: Site
    options: FeedsOptions
    _folded: dict[str, str] = field(default_factory=dict)

    def of(self, post: Post) -> dict[FeedKey, tuple[str, ...]]:
        """Return the spellings of the term of each feed that an article is in; () for feeds without a term."""
        is_apart = is_set_apart(post, self.options)
        found: dict[FeedKey, tuple[str, ...]] = {} if is_apart else {("all", ""): ()}
        for kind in self.options.by:
            if is_apart and kind != "collection":
                continue
            for name in NAMES[kind](post, self.site):
                if folded := self.fold(name):
                    key = (kind, folded)
                    found[key] = (*found.get(key, ()), name)
        for custom in self.options.custom:
            if selects(custom, post, self.site, self.fold) and not (is_apart and "collection" not in custom.wanted):
                found["custom", slug(custom.name)] = ()
        return found

    def fold(self, name: str) -> str:
        """Return a folded name (`posts.text.fold`)."""
        if name not in self._folded:
            self._folded[name] = fold(name)
        return self._folded[name]


def is_set_apart(post: Post, options: FeedsOptions) -> bool:
    """Return whether a post is only in feeds that ask for collections, because it is not in the main one."""
    return bool(options.main_collection) and post.collection not in ("", options.main_collection)


def wanted_collections(options: FeedsOptions) -> tuple[str, ...]:
    """Return the folded names of the collections that feeds ask for, in order; "*" for all."""
    if "collection" in options.by:
        return ("*",)
    return tuple(sorted({name for custom in options.custom for name in custom.wanted.get("collection", ())}))


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
