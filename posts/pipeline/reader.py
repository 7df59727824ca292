"""Joins the stages: what changed is read, the rest is remembered.

Here: walk ▸ stat ▸ extract (what changed) ▸ metadata ▸ assign ids ▸ items. Then `posts.pipeline.content_cache`: items
in some window ▸ render (what changed) ▸ contents; and `posts.pipeline.ledger_entries`: new entries for the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from posts.config.options import ReadOptions
from posts.files.stat import is_young, stamp_of
from posts.files.walk import Walk
from posts.identity.assign import Article, Ledger, alone, decide
from posts.model import Post, PostMetadata, Problem
from posts.pipeline import extract as examine
from posts.pipeline.extract import Examiner, Outcome, Task, media_path, outcome
from posts.pipeline.loss_guard import refuse_losses
from posts.pipeline.parallel import Map, Progress, Silent, chunked, serial
from posts.sites.base import Found, Kind
from posts.store import codec
from posts.store.index import Index
from posts.store.rows import Entry, FileRow


@dataclass(frozen=True, slots=True)
class Reading:
    """What a site's folder holds.

    `posts` are all that could be read, with their states, and `ids` the ids of those that are published, by path;
    `items` are the published ones, one for each item, and those that were published before and cannot be read any
    more. `invalid` are the paths of what could not be read, `undated` those of drafts without a date, which is no
    mistake.
    """

    posts: tuple[Post, ...]
    ids: Mapping[str, str]
    items: tuple[Post, ...]
    invalid: tuple[str, ...]
    undated: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """What facts and contents depend on besides the posts: when a key differs, what was made with it is made anew."""

    facts: str = ""
    content: str = ""


@dataclass(slots=True)
class Reader:
    """Reads one site. `skip` are folders below the site that hold no posts (where the feeds go).

    With `full`, files and contents that are remembered are read and made again; the ledger counts all the same.
    `since` is when the last run began, in nanoseconds since 1970.
    """

    root: Path
    kind: Kind
    options: ReadOptions
    index: Index
    skip: frozenset[str] = frozenset()
    since: int = 0
    keys: Keys = field(default_factory=Keys)
    map: Map = serial
    progress: Progress = field(default_factory=Silent)
    full: bool = False
    ledger: Ledger = field(init=False)
    watched: dict[str, str] = field(init=False, default_factory=dict)
    refused: set[str] = field(init=False, default_factory=set)
    rows: dict[str, FileRow] = field(init=False, default_factory=dict)
    changed: set[str] = field(init=False, default_factory=set)
    facts: dict[str, PostMetadata] = field(init=False, default_factory=dict)
    media: dict[str, list[str]] = field(init=False, default_factory=dict)
    articles: dict[str, Article] = field(init=False, default_factory=dict)
    kept: dict[str, Entry] = field(init=False, default_factory=dict)
    standing: set[str] = field(init=False, default_factory=set)
    found: int = field(init=False, default=0)

    def read(self, now: datetime) -> Reading:
        """All posts of the site. `now` is aware; posts dated later wait, unless the options say otherwise."""
        self.ledger = Ledger(self.index.entries(), self.index.followers())
        problems: list[Problem] = []
        walk = Walk(self.root, self.skip, problems.append)
        found = sorted(self.kind.files(self.options, walk, problems.append))
        self.watched, self.refused = walk.listed, {problem.path for problem in problems}
        undated = self._examine(found, problems, now)
        self.refused |= {path for path, row in self.rows.items() if not row.hash}
        if self.index.is_adopted:
            from posts.pipeline.recover import placed

            self.ledger = Ledger(placed(self.ledger.entries, self.facts.values()), self.ledger.followers)
        published = [facts for facts in self.facts.values() if facts.post.state == "published"]
        decisions = decide(published, self.ledger, [one.path for one in found])
        self.articles = {article.facts.post.path: article for article in decisions.articles}
        self.standing, self.found = self._standing(found, problems), len(found)
        self._keep()
        posts = tuple(facts.post for facts in self.facts.values())
        items = [article.post for article in decisions.articles]
        items += [post for entry in self.kept.values() if (post := codec.decode_post(entry.post))]
        invalid = {problem.path for problem in problems if problem.severity == "error"} - self.facts.keys()
        found_out = (*problems, *decisions.problems)
        return Reading(posts, decisions.ids, tuple(items), tuple(sorted(invalid)), tuple(undated), found_out)

    def listed(self, reading: Reading) -> list[Post]:
        """All posts in order of date, each with its id, or the one that it would have."""
        posts = [post.identified(reading.ids.get(post.path) or alone(self.facts[post.path])) for post in reading.posts]
        return sorted(posts, key=lambda post: (post.date, post.path))

    def _examine(self, found: list[Found], problems: list[Problem], now: datetime) -> list[str]:
        """Fills `rows` and `facts`; gives the paths of drafts without a date."""
        undated = []
        for one, known in zip(found, self._outcomes(found), strict=True):
            errors = [problem for problem in known.problems if problem.severity == "error"]
            if errors and errors[0].code == "no-date" and one.draft and not self.options.drafts:
                undated.append(one.path)
                continue
            problems.extend(known.problems)
            if known.media:
                self.media[one.path] = [address for address, _ in known.media]
            if known.facts:
                self.facts[one.path] = self._timed(known.facts, now)
        return undated

    def _outcomes(self, found: list[Found]) -> list[Outcome]:
        known = self._remembered()
        tasks, outcomes = [], {}
        for one in found:
            row = known.get(one.path)
            remembered = self._remembered_of(one.path, row) if row else None
            if row is None or remembered is None:
                tasks.append(Task(one))
            elif self._is_settled(one.path, row):
                self.rows[one.path], outcomes[one.path] = row, remembered
            else:
                tasks.append(Task(one, row.hash, row.facts))
        examiner = Examiner(self.root, self.kind, self.options)
        spread = self.progress.following("reading", self.map)
        results = (row for rows in spread(examiner, chunked(tasks)) for row in rows)
        for task, row in zip(tasks, results, strict=True):
            path = task.found.path
            result = outcome(path, row.facts)
            self.rows[path] = row
            self.changed.add(path)
            outcomes[path] = result or Outcome(None, (), ())
        return [outcomes[one.path] for one in found]

    def _remembered(self) -> Mapping[str, FileRow]:
        run = self.index.run()
        if self.full or run.get("facts_key") != self.keys.facts:
            return {}
        return self.index.files()

    def _remembered_of(self, path: str, row: FileRow) -> Outcome | None:
        """What is remembered of a file, if all else that it depends on is as it was."""
        known = outcome(path, row.facts)
        if known and all(examine.media_size(self.root, address) == size for address, size in known.media):
            return known
        return None

    def _is_settled(self, path: str, row: FileRow) -> bool:
        """Whether a file looks as it did, and could not have changed unseen."""
        try:
            stamp = stamp_of(os.stat(f"{self.root}/{path}"))  # noqa: PTH116 # once for every post
        except OSError:
            return False
        return stamp == row.stamp and not is_young(stamp.ctime, self.since)

    def _timed(self, facts: PostMetadata, now: datetime) -> PostMetadata:
        if facts.post.state != "published":
            return facts
        if facts.expires and facts.expires <= now.timestamp() and not self.options.expired:
            return facts._replace(post=facts.post._replace(state="expired"))
        if facts.post.date <= now or self.options.future:
            return facts
        return facts._replace(post=facts.post._replace(state="future"))

    def _standing(self, found: Iterable[Found], problems: Iterable[Problem]) -> set[str]:
        """The posts of items that are there, and cannot be read any more or have to wait: those have not gone."""
        unreadable = {one.path for one in found} - self.facts.keys()
        closed = tuple(f"{problem.path}/" for problem in problems if problem.code == "unreadable")
        if closed:
            unreadable |= {one.path for one in self.ledger.entries.values() if f"{one.path}/".startswith(closed)}
        return unreadable | {path for path, facts in self.facts.items() if facts.post.state == "future"}

    def _keep(self) -> None:
        """What was published, is still there and cannot be read any more stays as it was."""
        unreadable = self.standing - self.facts.keys()
        known = self.index.rendered() if unreadable else {}
        for entry in self.ledger.entries.values() if unreadable else ():
            if entry.path in unreadable and not entry.gone and entry.id in known:
                packet = self.index.content(entry.id)
                is_whole = codec.decode_content(packet) and codec.signature(packet) == known[entry.id].hash
                if is_whole and codec.decode_post(entry.post):
                    self.kept[entry.path] = entry

    def first(self, post: Post, now: datetime) -> int:
        """When an item was first published, in seconds since 1970: now, if it is new.

        Where the ledger had to be brought back from feeds, what is in none of them is as old as it says.
        """
        known = self.ledger.entries.get(post.id)
        seconds = int(now.timestamp())
        if known or not self.index.is_adopted:
            return known.first if known else seconds
        return min(int(post.date.timestamp()), seconds)

    def refuse_losses(self, reading: Reading) -> None:
        """Ends the run if what is published would vanish (RefusedError, `posts.pipeline.loss_guard`)."""
        present = {one.id for one in self.articles.values()} | {entry.id for entry in self.kept.values()}
        # A last day is written into the post itself: that it comes is no accident, however many it ends at once.
        over = {path for path, facts in self.facts.items() if facts.post.state == "expired"}
        there = self.standing | reading.ids.keys() | over
        refuse_losses(self.ledger.entries.values(), present, there, found=self.found)

    def item_id(self, path: str) -> str:
        """The id of the item that a post speaks for."""
        return self.articles[path].id if path in self.articles else self.kept[path].id

    def expirations(self) -> list[float]:
        """When posts that are published have to be taken back, in seconds since 1970."""
        if self.options.expired:
            return []
        return [one.expires for one in self.facts.values() if one.expires and one.post.state == "published"]

    def changed_rows(self) -> dict[str, FileRow]:
        """The rows of files that were examined in this run; not of those that could not be read."""
        return {path: self.rows[path] for path in self.changed if self.rows[path].hash}

    def forgotten(self) -> set[str]:
        """The paths of files that are remembered and have gone."""
        return {row[0] for row in self.index.stamps("files")} - {path for path, row in self.rows.items() if row.hash}

    def sizes(self) -> set[str]:
        """The media whose sizes the facts depend on, by path below the site."""
        found = {media_path(address) for addresses in self.media.values() for address in addresses}
        return {path for path in found if path}
