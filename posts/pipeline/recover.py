"""Recover a lost ledger from published feeds, and match their items with posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from posts.identity import urls as identity
from posts.model import Person, Post, Rewrite
from posts.store import codec
from posts.store.rows import Entry, LedgerSnapshot, Published


def complete_ledger(
    memory: LedgerSnapshot, published: Iterable[Published], known: LedgerSnapshot, rules: Any
) -> LedgerSnapshot:
    """Return a ledger completed from published feeds.

    Args:
        memory: What could be read of the ledger.
        published: The items in the feeds.
        known: The feeds and archives among the published files.
        rules: The site's `[[identity.rewrite]]`.
    """
    entries = {one.id: _entry(one, rules) for one in published} | dict(memory.entries)
    feeds, archives = {**known.feeds, **memory.feeds}, {**known.archives, **memory.archives}
    return LedgerSnapshot(memory.seen, entries, memory.followers, feeds, archives)


def _entry(one: Published, rules: Sequence[Rewrite]) -> Entry:
    """Return the ledger entry of an item in a feed. `restore_paths` finds its post by the address of its page.

    The rules also apply to the page, because the site may have moved after the feed was published.
    """
    source = identity.canonical(one.source, tuple(rules)) if one.source else None
    link = source if source and identity.identifies(source) else identity.canonical(one.page, tuple(rules))
    post = Post("", "published", one.id, one.title, one.date, one.page, **_terms(one))
    packet = codec.encode_post(post)
    return Entry(one.id, "", link or one.page, one.first, packet, one.gone, updated=one.updated)


def _terms(one: Published) -> dict[str, Any]:
    """Return the terms that decide which feeds announce the removal of an item."""
    named = {kind: tuple(name for its, name in one.terms if its == kind) for kind, _ in one.terms}
    return {
        "categories": named.get("category", ()),
        "tags": named.get("tag", ()),
        "authors": tuple(map(Person, named.get("author", ()))),
        "language": next(iter(named.get("language", ())), ""),
    }


def _page_of(entry: Entry) -> str:
    """Return the address of the page of an item, as last published."""
    post = codec.decode_post(entry.post)
    return post.permalink if post else ""


def restore_paths(entries: Mapping[str, Entry], posts: Iterable[Post]) -> dict[str, Entry]:
    """Return the entries with paths: an entry without one gets the path of the only post with its page's address.

    Args:
        entries: The ledger entries, by id.
        posts: All posts.
    """
    paths: dict[str, list[str]] = {}
    for post in posts:
        paths.setdefault(post.permalink, []).append(post.path)
    taken = {entry.path for entry in entries.values()}
    found = {}
    for entry in entries.values():
        candidates: Sequence[str] = paths.get(_page_of(entry), []) if not entry.path else []
        is_match = len(candidates) == 1 and candidates[0] not in taken
        found[entry.id] = entry._replace(path=candidates[0]) if is_match else entry
        taken.update(candidates)
    return found
