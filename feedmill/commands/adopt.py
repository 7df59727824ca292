"""`feedmill adopt`: take over the ids and addresses of feeds that a site published before it used feedmill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from feedmill.cli.console import as_json, complain, say
from feedmill.cli.options.commands import AdoptOptions
from feedmill.cli.report import counted
from feedmill.run.bucket_copy import with_current_copy
from feedmill.run.site import OpenSite
from feeds.compare.match import Adoption, Finding
from feeds.destinations.staging import is_marked
from feeds.parse.document import Document, instant_text
from feeds.parse.fetch import fetch_feed, is_feed_address
from feeds.select.feeds import select_feeds
from feeds.select.paths import address
from posts.files.stat import digest, stamp_of
from posts.identity import urls as identity
from posts.identity.assign import adopted_entry
from posts.pipeline.reader import read_site
from posts.store.lock import Lock
from posts.store.rows import Entry, FeedRow, LedgerSnapshot, OutputRow, SeenPost


def adopt(options: AdoptOptions) -> int:
    """Match the items of older feeds with posts, and with `--yes` write their ids into the ledger."""
    documents = {name: fetch_feed(name) for name in options.feeds}
    site = with_current_copy(options.run)
    with Lock() as lock, closing(OpenSite(site, lock if options.write else None)) as run:
        move = _Move(run, documents)
        _print(move, options)
        if options.write:
            move.write()
            if run.kept:
                run.kept.save()
    return 1 if options.report.strict and move.adoption.counts()["doubt"] else 0


class _Move:
    """A site and its older feeds."""

    def __init__(self, run: OpenSite, documents: Mapping[str, Document]) -> None:
        self.run, self.documents = run, documents
        self.reading = read_site(run.read_context(), run.options.now)
        # The ids that a refused run has assigned were never published.
        self.is_fresh = not self._is_anything_published()
        ledger = {} if self.is_fresh else self.reading.ledger.entries
        found = self.reading.complete_items()
        items = [post for post in found if post.id in ledger or post.path in self.reading.articles]
        self.adoption = Adoption(
            items,
            {entry.id: entry.path for entry in ledger.values() if not entry.gone},
            frozenset(post.path for post in items if post.id in ledger),
            partial(identity.canonical, rewrites=run.read_options.rewrites),
        )
        for name, document in documents.items():
            self.adoption.take(name, document)
        self.places = dict(self._places())

    def _is_anything_published(self) -> bool:
        for path, row in self.run.index.outputs().items():
            file = self.run.out / path
            if row.hash and row.signature:
                return True
            if file.is_file() and not file.is_symlink() and is_marked(file.read_bytes()):
                return True
        return False

    def _places(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield the feeds that keep their file or address: the name in the arguments, the key, and the path."""
        places = self.run.feeds_options.places
        for key, files in places.files.items():
            for file in files.values():
                path = places.below_root(file)
                here, there = (self.run.out / path).resolve(), address(self.run.feeds_options.url, file)
                for name in self.documents:
                    if name == there or (not is_feed_address(name) and Path(name).resolve() == here):
                        yield name, (key, path)

    def advice(self) -> Iterator[str]:
        """Yield the changes to the configuration that keep the feeds the same for subscribers."""
        options = self.run.feeds_options
        feeds = select_feeds(self.reading.items(), self.run.read_options.site, options)
        sizes = {feed.key: len(feed.posts) for feed in feeds}
        for name, document in self.documents.items():
            key, _ = self.places.get(name, ("", ""))
            if name not in self.places:
                place = f'[feeds] root and a place in [feeds.paths] such as "all/{document.format}" = "feed.xml"'
                yield f"{name}: its address changes; set {place}"
            have, will = len(document.entries), sizes.get(key, 0)
            if have < will:
                has, remedy = f"has {counted(have, 'item')}", f"set [feeds] items = {max(have, 1)}"
                yield f"{name}: {has} and will have {will}, so older posts would appear as new; {remedy}"

    def write(self) -> None:
        """Write ids and dates into the ledger, and take over the files that keep their place."""
        index = self.run.index
        known = {} if self.is_fresh else index.feeds()
        with index.change() as change:
            if self.is_fresh:
                change.ledger(LedgerSnapshot())
            entries = list(self._entries())
            change.items(entries)
            change.seen({entry.path: self._line(entry) for entry in entries}, ())
            change.feeds({key: row for key, row in self._feeds().items() if key not in known}, ())
            self.run.store_output_folder(change)
            change.outputs(self._files(), ())

    def _entries(self) -> Iterator[Entry]:
        matched = {one.path: one.entry for one in reversed(self.adoption.findings) if one.what == "match"}
        for path, entry in matched.items():
            date = entry.date or self.run.options.now
            updated = entry.parts.get("updated", "")
            changed = updated if updated > instant_text(entry.date) else ""
            article, metadata = self.reading.articles[path], self.reading.posts.metadata(path)
            yield adopted_entry(article, metadata, entry.id, int(date.timestamp()), changed)

    def _line(self, entry: Entry) -> SeenPost:
        return SeenPost(entry.first, 0, self.reading.articles[entry.path].head.body)

    def _feeds(self) -> dict[str, FeedRow]:
        rows = {}
        for name, (key, _) in self.places.items():
            document = self.documents[name]
            if document.format == "atom" and document.head.get("id"):
                rows[key] = FeedRow(document.head["id"], document.head.get("title", ""), "")
        return rows

    def _files(self) -> dict[str, OutputRow]:
        rows, known = {}, self.run.outputs()
        for _, path in self.places.values():
            place = self.run.out / path
            is_ours = path in known and known[path].hash
            if not is_ours and place.is_file() and not place.is_symlink():
                rows[path] = OutputRow(stamp_of(place.lstat()), digest(place.read_bytes()), "")
        return rows


def _print(move: _Move, options: AdoptOptions) -> None:
    counts, advice = move.adoption.counts(), list(move.advice())
    taken = sorted(path for _, path in move.places.values())
    if options.report.json:
        findings = [_plain(finding) for finding in move.adoption.findings]
        values = {**counts, "findings": findings, "advice": advice, "taken_over": taken, "written": options.write}
        print(as_json(values))
        return
    complain(*advice)
    if options.report.quiet:
        return
    for finding in move.adoption.findings:
        say(_line(finding))
    say(*(f"{path}: will be replaced by the next run" for path in taken))
    outcome = "ids written into the ledger" if options.write else "nothing was written; use --yes to write the ids"
    say(
        f"{counted(counts['match'], 'item')} matched, {counts['known']:,} known already, {counts['doubt']:,} doubtful, "
        f"{counts['miss']:,} without a post; {outcome}"
    )


def _line(finding: Finding) -> str:
    entry = finding.entry
    what = f"{finding.what:6}{entry.title or entry.id}"
    if finding.what in ("match", "known"):
        return f"{what} = {finding.path} (same {finding.why}), id {entry.id}"
    return f"{what} ({finding.path + ': ' if finding.path else ''}{finding.why}), id {entry.id} <{entry.link}>"


def _plain(finding: Finding) -> dict[str, str | None]:
    entry = finding.entry
    date = entry.date.isoformat() if entry.date else None
    item = {"id": entry.id, "title": entry.title, "link": entry.link, "date": date}
    return {"what": finding.what, "feed": finding.feed, **item, "path": finding.path, "why": finding.why}
