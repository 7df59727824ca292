"""Joins the stages: what changed is read, the rest is remembered. Posts first, then the contents that feeds ask for.

folder ▸ stamps ▸ examine (what changed) ▸ facts ▸ decide (who is who) ▸ items;
items in some window ▸ render (what changed) ▸ contents ▸ entries of the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from posts import codec, examine, rendering
from posts.content import Library
from posts.discover import Walk
from posts.examine import Examiner, Outcome, Task, outcome
from posts.facts import Facts
from posts.index import Index
from posts.ledger import Article, Ledger, alone, decide, link_of
from posts.model import Content, Post, Problem
from posts.options import ReadOptions
from posts.pool import Map, chunked, serial
from posts.progress import Progress
from posts.records import Entry, FileRow, Rendered
from posts.rendering import Made, Renderer
from posts.sites import Found, Kind
from posts.stamps import is_young, stamp_of


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
    progress: Progress = field(default_factory=lambda: Progress(quiet=True))
    full: bool = False
    ledger: Ledger = field(init=False)
    watched: dict[str, str] = field(init=False, default_factory=dict)
    rows: dict[str, FileRow] = field(init=False, default_factory=dict)
    changed: set[str] = field(init=False, default_factory=set)
    facts: dict[str, Facts] = field(init=False, default_factory=dict)
    media: dict[str, list[str]] = field(init=False, default_factory=dict)
    current: dict[str, Entry] = field(init=False, default_factory=dict)
    articles: dict[str, Article] = field(init=False, default_factory=dict)
    kept: dict[str, Entry] = field(init=False, default_factory=dict)
    made: dict[str, Made] = field(init=False, default_factory=dict)
    rendered: dict[str, Rendered] = field(init=False, default_factory=dict)

    def read(self, now: datetime) -> Reading:
        """All posts of the site. `now` is aware; posts dated later wait, unless the options say otherwise."""
        self.ledger = Ledger(self.index.entries(), self.index.followers())
        problems: list[Problem] = []
        walk = Walk(self.root, self.skip, problems.append)
        found = sorted(self.kind.files(self.options, walk, problems.append))
        self.watched = walk.listed
        undated = self._examine(found, problems, now)
        published = [facts for facts in self.facts.values() if facts.post.state == "published"]
        decisions = decide(published, self.ledger, [one.path for one in found])
        self.articles = {article.facts.post.path: article for article in decisions.articles}
        self._keep([one.path for one in found])
        posts = tuple(facts.post for facts in self.facts.values())
        items = [article.post for article in decisions.articles]
        items += [codec.to_post(codec.unpack(entry.post)) for entry in self.kept.values()]
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
            stamp = stamp_of(os.stat(self.root / path))  # noqa: PTH116 # once for every post
        except OSError:
            return False
        return stamp == row.stamp and not is_young(stamp, self.since)

    def _timed(self, facts: Facts, now: datetime) -> Facts:
        if facts.post.state != "published" or facts.post.date <= now or self.options.future:
            return facts
        return replace(facts, post=replace(facts.post, state="future"))

    def _keep(self, living: Iterable[str]) -> None:
        """What was published, is still there and cannot be read any more stays as it was."""
        unreadable = set(living) - self.facts.keys()
        for entry in self.ledger.entries.values() if unreadable else ():
            if entry.path in unreadable and not entry.gone and self.index.content(entry.id):
                self.kept[entry.path] = entry

    def render(self, posts: Iterable[Post]) -> tuple[list[str], tuple[Problem, ...]]:
        """Makes the contents of posts that `read` has given, as far as they are not known.

        Gives the paths of those that have none (their files have gone meanwhile), and what is doubtful in the bodies.
        """
        self.rendered = self.index.rendered()
        renderer = self._renderer()
        paths = [post.path for post in posts]
        tasks = [
            (self.facts[path], codec.signature(self.rows[path].facts))
            for path in paths
            if path in self.articles and not self._is_known(path, renderer)
        ]
        spread = self.progress.following("cleaning", self.map)
        results = (made for chunk in spread(renderer, chunked(tasks)) for made in chunk)
        for (facts, _), made in zip(tasks, results, strict=True):
            if made:
                self.made[facts.post.path] = made
        missing = [path for path in paths if self.remembered(path) is None]
        problems = [
            Problem(path, *complaint)
            for path in paths
            if (rendered := self.remembered(path))
            for complaint in rendered.complaints
        ]
        return missing, tuple(problems)

    def _renderer(self) -> Renderer:
        addresses = {path: facts.post.permalink for path, facts in self.facts.items()}
        library = Library(self.root, self.options.site, addresses)
        return Renderer(self.root, self.kind, self.options, library, self.keys.content)

    def _is_known(self, path: str, renderer: Renderer) -> bool:
        article = self.articles[path]
        entry, rendered = self.ledger.entries.get(article.id), self.rendered.get(article.id)
        if self.full or entry is None or rendered is None or entry.path != path:
            return False
        row = self.rows[path]
        signature = codec.signature(row.facts)
        return entry.source_hash == row.hash.hex() and rendering.is_current(rendered, signature, renderer)

    def remembered(self, path: str) -> Rendered | None:
        """What is known of the content of a post, made now or earlier; None when there is none."""
        if path in self.made:
            return self.made[path].rendered
        return self.rendered.get(self._id(path))

    def content(self, path: str) -> Content:
        """The content of a post, made now or earlier.

        Raises:
            KeyError: there is none.
        """
        packet = self.made[path].content if path in self.made else self.index.content(self._id(path))
        values = codec.unpack(packet) if packet else None
        if values is None:
            raise KeyError(path)
        return codec.to_content(values)

    def _id(self, path: str) -> str:
        return self.articles[path].id if path in self.articles else self.kept[path].id

    def entries(self, now: datetime) -> dict[str, Entry]:
        """The ledger's lines on all items of this run, by path of the post that speaks for each."""
        seconds = int(now.timestamp())
        self.current = {path: self._entry(article, seconds, now) for path, article in self.articles.items()}
        self.current |= self.kept
        return self.current

    def final(self, post: Post) -> Post:
        """An item as it is published: with the time of its last change, as the ledger has it."""
        updated = self.current[post.path].updated
        return dated(post, updated) if updated or post.updated else post

    def signature(self, path: str) -> str:
        """What a feed's bytes depend on of one item, in short."""
        rendered = self.remembered(path)
        return codec.signature(self.current[path].post) + (rendered.hash if rendered else "")

    def made_contents(self) -> dict[str, tuple[Rendered, bytes]]:
        """What was rendered in this run, by id."""
        return {self._id(path): (made.rendered, made.content) for path, made in self.made.items()}

    def followers(self) -> dict[str, str]:
        """The posts that went into another's item and never had one of their own, as far as that is news."""
        own = {entry.path for entry in self.ledger.entries.values()}
        found = {
            facts.post.path: article.id
            for article in self.articles.values()
            for facts in article.others
            if facts.post.path not in own
        }
        return {path: given for path, given in found.items() if self.ledger.followers.get(path) != given}

    def changed_rows(self) -> dict[str, FileRow]:
        """The rows of files that were examined in this run; not of those that could not be read."""
        return {path: self.rows[path] for path in self.changed if self.rows[path].hash}

    def forgotten(self) -> set[str]:
        """The paths of files that are remembered and have gone."""
        return {row[0] for row in self.index.stamps("files")} - {path for path, row in self.rows.items() if row.hash}

    def leaned_on(self) -> set[str]:
        """The other files that facts and contents depend on, by path below the site."""
        media = {address.partition("?")[0].lstrip("/") for found in self.media.values() for address in found}
        wants = {want for path in self.current if (known := self.remembered(path)) for want in known.wants}
        return media | {name.replace("//", "/", 1).lstrip("/") for kind, name, _ in wants if kind in ("text", "link")}

    def _entry(self, article: Article, seconds: int, now: datetime) -> Entry:
        facts, known = article.facts, self.ledger.entries.get(article.id)
        path = facts.post.path
        made = self.made.get(path)
        others = "\n".join(one.post.path for one in article.others)
        touched = made or path in self.changed or not self.changed.isdisjoint(one.post.path for one in article.others)
        if known and known.path == path and known.others == others and not (known.gone or touched):
            return known
        updated = known.updated if known else _iso(facts.post.updated)
        source_hash, text_hash = (known.source_hash, known.text_hash) if known else ("", "")
        if made:
            if source_hash and made.source_hash != source_hash and made.text_hash != text_hash:
                updated = _iso(_later(facts.post.updated, updated) or now.replace(microsecond=0))
            source_hash, text_hash = made.source_hash, made.text_hash
        return Entry(
            id=article.id,
            path=path,
            link=link_of(facts),
            body_hash=facts.body_hash,
            first=known.first if known else seconds,
            post=codec.pack(codec.from_post(dated(article.post, updated))),
            source_hash=source_hash,
            text_hash=text_hash,
            updated=updated,
            others=others,
        )


def dated(post: Post, updated: str) -> Post:
    """A post with the time of its last change from the ledger; a change before its date is none."""
    at = datetime.fromisoformat(updated) if updated else None
    return replace(post, updated=at if at and at > post.date else None)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _later(own: datetime | None, known: str) -> datetime | None:
    """The post's own modification date, if it is news."""
    return own if own and (not known or own > datetime.fromisoformat(known)) else None
