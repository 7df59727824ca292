"""Compute the ledger entries of one run: the items, and the times of their last change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from posts.identity.merging import Article, link_of
from posts.model import Post
from posts.pipeline.content_cache import Contents
from posts.pipeline.reading import Reading
from posts.pipeline.render import RenderedPost
from posts.store import codec
from posts.store.rows import Entry, Rendered


@dataclass(slots=True)
class Record:
    """Compute the ledger entries of a run.

    Attributes:
        reading: The posts and the ledger of earlier runs.
        contents: The contents of the posts.
        now: The time of the run; aware.
        entries: The entries of all items, by path of the post that represents the item.
        changed: The entries that are new or differ from the ledger.
        gone: The entries of items that were removed in this run.
    """

    reading: Reading
    contents: Contents
    now: datetime
    entries: dict[str, Entry] = field(init=False)
    changed: list[Entry] = field(init=False)
    gone: list[Entry] = field(init=False)
    _present: set[str] = field(init=False)

    def __post_init__(self) -> None:
        articles = self.reading.articles
        self.entries = {path: self._entry(article) for path, article in articles.items()} | dict(self.reading.kept)
        known, unavailable, seconds = self.reading.ledger.entries, self.reading.unavailable, int(self.now.timestamp())
        self._present = {entry.id for entry in self.entries.values()}
        self.changed = [entry for entry in self.entries.values() if known.get(entry.id) != entry]
        absent = (entry for entry in known.values() if not entry.gone and entry.id not in self._present)
        self.gone = [entry._replace(gone=seconds) for entry in absent if entry.path not in unavailable]

    def _entry(self, article: Article) -> Entry:
        metadata, known = article.metadata, self.reading.ledger.entries.get(article.id)
        path, made = metadata.post.path, self.contents.made.get(metadata.post.path)
        others = [one.post.path for one in article.others]
        touched = made or not self.reading.changed.isdisjoint((path, *others))
        if known and known.path == path and known.others == "\n".join(others) and not (known.gone or touched):
            return known
        updated = self._updated(known, metadata.post, made)
        before = known or Entry(article.id, path, "", "", self.reading.first_published(article.post, self.now), b"")
        return Entry(
            id=article.id,
            path=path,
            link=link_of(metadata),
            body_hash=metadata.body_hash,
            first=before.first,
            post=codec.encode_post(dated(article.post, updated)),
            source_hash=made.source_hash if made else before.source_hash,
            text_hash=made.text_hash if made else before.text_hash,
            updated=updated,
            others="\n".join(others),
        )

    def _updated(self, known: Entry | None, post: Post, made: RenderedPost | None) -> str:
        """Return when an item last changed. The time only changes if both the bytes of its file and its text do."""
        own = post.updated if post.updated and post.updated <= self.now else None
        if known is None:
            return _iso(own)
        if not made or not known.source_hash:
            return known.updated
        if made.source_hash == known.source_hash or made.text_hash == known.text_hash:
            return known.updated
        is_news = own and (not known.updated or own > datetime.fromisoformat(known.updated))
        return _iso(own if is_news else self.now.replace(microsecond=0))

    def final(self, post: Post) -> Post:
        """Return an item as it is published, with the time of its last change from the ledger."""
        updated = self.entries[post.path].updated
        return dated(post, updated) if updated or post.updated else post

    def signature(self, path: str) -> str:
        """Return a short signature of everything in one item that a feed's bytes depend on."""
        rendered = self.contents.rendered(path)
        return codec.signature(self.entries[path].post) + (rendered.hash if rendered else "")

    def withdrawn(self, since: int) -> list[tuple[Post, int]]:
        """Return the items that were removed after `since` with the time of removal (both in seconds since 1970)."""
        entries = self.reading.ledger.entries.values()
        earlier = [entry for entry in entries if entry.gone > since and entry.id not in self._present]
        decoded = ((codec.decode_post(entry.post), entry.gone) for entry in (*earlier, *self.gone))
        return [(post, when) for post, when in decoded if post]

    def followers(self) -> Mapping[str, str]:
        """Return the posts that became part of another post's item and never had their own, unless already stored."""
        ledger = self.reading.ledger
        own = {entry.path for entry in ledger.entries.values()}
        merged = ((metadata.post.path, one.id) for one in self.reading.articles.values() for metadata in one.others)
        return {path: item_id for path, item_id in merged if path not in own and ledger.followers.get(path) != item_id}

    def contents_made(self) -> dict[str, tuple[Rendered, bytes]]:
        """Return the contents that were rendered in this run, by id."""
        return self._by_id(self.contents.made)

    def contents_made_again(self) -> dict[str, tuple[Rendered, bytes]]:
        """Return the contents that were rendered again because the stored ones were damaged, by id."""
        return self._by_id(self.contents.again)

    def _by_id(self, made: Mapping[str, RenderedPost]) -> dict[str, tuple[Rendered, bytes]]:
        return {self.reading.item_id(path): (one.rendered, one.content) for path, one in made.items()}


def dated(post: Post, updated: str) -> Post:
    """Return a post with the time of its last change from the ledger; a change before its date is ignored."""
    at = datetime.fromisoformat(updated) if updated else None
    return post._replace(updated=at if at and at > post.date else None)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
