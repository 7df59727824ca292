"""Compute the changes of the ledger in one run: items, and the times of their last change. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from posts.errors import Problem
from posts.identity.merging import Article
from posts.identity.pages import link_of
from posts.model import Post
from posts.pipeline.content_cache import Contents
from posts.pipeline.reading import Reading
from posts.store import codec
from posts.store.rows import Entry, SeenPost


class Record:
    """Compute the ledger entries of a run.

    Attributes:
        reading: The posts and the ledger of earlier runs.
        contents: The contents of the posts.
        now: The time of the run; aware.
        shown: The paths of the posts that feeds show.
        ids: The ids of shown items, by path of the post that represents the item.
        problems: Posts that share an address or a source.
        entries: The entries of shown items, by path of the post that represents the item.
        changed: The entries that are new or whose item changed.
        updated: The number of items that changed, without new ones.
        gone: The entries of items that were removed in this run.
        rows: All entries that differ from the stored ones.
        present: The ids of all items that are published, whether a feed shows them or not.
    """

    def __init__(self, reading: Reading, contents: Contents, now: datetime, shown: Iterable[str]) -> None:
        self.reading, self.contents, self.now, self.shown = reading, contents, now, shown
        ledger, articles, kept = reading.ledger, reading.articles, reading.kept
        decisions = reading.assign_ids(path for path in shown if path not in kept)
        self.ids: Mapping[str, str] = decisions.ids
        self.problems: tuple[Problem, ...] = decisions.problems
        entries = {path: self._entry(articles[path]) for path in self.ids}
        self.entries = entries | {path: kept[path][0] for path in self.shown if path in kept}
        claimed = (article.claim for article in articles.values() if article.claim)
        self.present = {*self.ids.values(), *claimed, *(entry.id for entry, _ in kept.values())}
        self.changed = [entry for entry in entries.values() if ledger.entry(entry.id) != entry]
        self.updated = sum(ledger.entry(entry.id) is not None for entry in self.changed)
        seconds, unavailable = int(self.now.timestamp()), reading.scan.unavailable
        absent = [entry for entry in ledger.entries.values() if not entry.gone and entry.id not in self.present]
        self.gone = [entry._replace(gone=seconds) for entry in absent if entry.path not in unavailable]
        self.rows = self._rows(entries.values())

    def _rows(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the entries to store.

        They are those that changed, whose posts were renamed or have other followers, that were withdrawn, and that
        have come back.
        """
        ledger = self.reading.ledger.entries
        rows = {entry.id: entry for entry in ledger.values()}
        for article in self.reading.articles.values():
            if article.claim:
                known = rows[article.claim]
                rows[known.id] = known._replace(path=article.head.post.path, others=article.followers, gone=0)
        rows |= {entry.id: entry for entry in (*self.gone, *entries)}
        return [entry for item_id, entry in rows.items() if self.reading.stored.entries.get(item_id) != entry]

    def _entry(self, article: Article) -> Entry:
        path = article.head.post.path
        item_id = self.ids[path]
        reading, rendered = self.reading, self.contents.rendered(path)
        known = reading.ledger.entry(item_id)
        source_hash = reading.scan.rows[path].hash.hex()
        text_hash = rendered.text_hash if rendered else ""
        metadata = reading.posts.metadata(path)
        updated = self._updated(known, metadata.post, source_hash, text_hash)
        return Entry(
            id=item_id,
            path=path,
            link=link_of(metadata),
            first=reading.lines.all[path].first,
            post=codec.encode_post(dated(reading.complete_post(path, item_id), updated)),
            source_hash=source_hash,
            text_hash=text_hash,
            updated=updated,
            others=article.followers,
        )

    def _updated(self, known: Entry | None, post: Post, source_hash: str, text_hash: str) -> str:
        """Return when an item last changed. The time only changes if both the bytes of its file and its text do."""
        own = post.updated if post.updated and post.updated <= self.now else None
        if known is None:
            return _iso(own)
        if not known.source_hash or source_hash == known.source_hash or text_hash == known.text_hash:
            return known.updated
        is_news = own and (not known.updated or own > datetime.fromisoformat(known.updated))
        return _iso(own if is_news else self.now.replace(microsecond=0))

    def final(self, post: Post) -> Post:
        """Return the post of an article as it is published, with its id and the time of its last change."""
        entry = self.entries[post.path]
        complete = self.reading.complete_post(post.path, entry.id)
        return dated(complete, entry.updated) if entry.updated or complete.updated else complete

    def signature(self, path: str) -> str:
        """Return a short signature of everything in one item that a feed's bytes depend on."""
        rendered = self.contents.rendered(path)
        return codec.signature(self.entries[path].post) + (rendered.hash if rendered else "")

    def revived(self) -> list[Entry]:
        """Return the entries of items that were withdrawn and have come back, as they were."""
        known = (self.reading.ledger.entry(item_id) for item_id in self.ids.values())
        return [entry for entry in known if entry and entry.gone]

    def withdrawn(self, since: int) -> list[tuple[Post, int]]:
        """Return the items that were removed after `since` with the time of removal (both in seconds since 1970)."""
        earlier = [entry for entry in self.reading.ledger.gone_after(since) if entry.id not in self.present]
        decoded = ((codec.decode_post(entry.post), entry.gone) for entry in (*earlier, *self.gone))
        return [(post, when) for post, when in decoded if post]

    def seen(self) -> tuple[dict[str, SeenPost], list[str]]:
        """Return the lines that differ from the stored ones, and the paths of those to remove."""
        stored, lines = self.reading.stored.seen, self.reading.lines.all
        return {path: line for path, line in lines.items() if stored.get(path) != line}, [
            path for path in stored if path not in lines
        ]

    def followers(self) -> tuple[dict[str, str], list[str]]:
        """Return the posts that are part of another post's item and never had their own, and the rows to remove.

        Rows that are stored already are left out. Those of renamed posts are removed, and of posts that have parted.
        """
        ledger, stored, articles = self.reading.ledger, self.reading.stored.followers, self.reading.articles
        own = {entry.path for entry in ledger.entries.values()}
        members: dict[str, str] = {}
        rows: dict[str, str] = {}
        for path, article in articles.items():
            item_id = self.ids.get(path) or article.claim
            members |= dict.fromkeys((path, *(head.post.path for head in article.others)), item_id)
            if item_id:
                rows |= {head.post.path: item_id for head in article.others if head.post.path not in own}
        rows = {path: one for path, one in ledger.followers.items() if members.get(path, one) == one} | rows
        changed = {path: item_id for path, item_id in rows.items() if stored.get(path) != item_id}
        return changed, [path for path in stored if path not in rows]


def dated(post: Post, updated: str) -> Post:
    """Return a post with the time of its last change from the ledger; a change before its date is ignored."""
    at = datetime.fromisoformat(updated) if updated else None
    return post._replace(updated=at if at and at > post.date else None)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
