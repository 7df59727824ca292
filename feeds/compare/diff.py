"""What subscribers would see if it were published now: feed by feed, for people and as plain values."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from feeds.compare.items import Change, compare, head
from feeds.formats.table import FORMATS
from feeds.model import Artifact, Places
from feeds.parse.document import Document
from feeds.parse.parse import read

FILES = tuple(sorted(row.file for row in FORMATS.values()))

_SIGNS = {"new": "+", "again": "!", "changed": "~", "gone": "-", "past": "."}


@dataclass(slots=True)
class FeedChange:
    """What happens to one feed: `path` is its folder below the output, "" that of all posts.

    `compared` are the published file and the one that would take its place; `written` and `removed` are file names,
    `head` is what differs besides the items, `items` counts those that there would be. `damage` says why what is
    published could not be read.
    """

    path: str
    state: Literal["new", "changed", "gone"] = "new"
    title: str = ""
    items: int = 0
    compared: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    changes: list[Change] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    damage: str = ""

    def lines(self) -> Iterator[str]:
        """For people: a line for the feed, and one for each of its items that something happens to."""
        name = f"{self.path or '.'}/: {self.title}"
        if self.state == "new":
            yield f"{name}: a new feed, {self.items} items"
            return
        if self.state == "gone":
            yield f"{name}: will be gone"
            return
        more = [", ".join(self.head)] if self.head else []
        more += [f"what is published cannot be read ({self.damage})"] if self.damage else []
        more += [f"no longer as {', '.join(self.removed)}"] if self.removed else []
        nothing = "" if more or self.changes else ": the same items in other bytes"
        yield name + (f": {'; '.join(more)}" if more else nothing)
        yield from map(_line, self.changes)

    def as_values(self) -> dict[str, Any]:
        """As plain values, all keys always there."""
        return {
            "path": self.path,
            "title": self.title,
            "state": self.state,
            "items": self.items,
            "compared": list(self.compared),
            "head": list(self.head),
            "changes": [{**change._asdict(), "fields": list(change.fields)} for change in self.changes],
            "written": self.written,
            "removed": self.removed,
            "damage": self.damage,
        }


@dataclass(slots=True)
class Difference:
    """All that would change; `written` and `removed` are paths below the output, sorted.

    `refusal` says why publishing would be refused, "" when it would not.
    """

    feeds: dict[str, FeedChange] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refusal: str = ""

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)

    def counts(self) -> dict[str, int]:
        """How many items (each counted once, however many feeds it is in) are new, changed and so on."""
        happened = {(change.what, change.id) for feed in self.feeds.values() for change in feed.changes}
        counted = Counter(what for what, _ in happened)
        return {what: counted[what] for what in ("new", "again", "changed", "gone", "past")}

    def lines(self) -> Iterator[str]:
        """For people."""
        for path in sorted(self.feeds):
            yield from self.feeds[path].lines()
        if not self:
            yield "nothing would change"
            return
        counts, states = self.counts(), Counter(feed.state for feed in self.feeds.values())
        yield (
            f"{states['changed']} feeds change, {states['new']} come, {states['gone']} go; items: {counts['new']} new, "
            f"{counts['changed']} changed, {counts['gone']} gone, {counts['again']} would appear a second time; "
            f"files: {len(self.written)} would be written, {len(self.removed)} removed"
        )
        if self.refusal:
            yield f"but publishing would be refused: {self.refusal}"

    def as_values(self) -> dict[str, Any]:
        """As plain values."""
        feeds = [self.feeds[path].as_values() for path in sorted(self.feeds)]
        files = {"written": self.written, "removed": self.removed}
        return {**self.counts(), "feeds": feeds, **files, "refusal": self.refusal}


@dataclass(slots=True)
class Survey:
    """Compares what would be published with what is, file by file.

    `published` gives the bytes of a published file, None where there is none; `planned` are all files that there would
    be, `places` say where one would be that is not planned: by their names below the output (`feeds.build.plan.Job`),
    where they are. `canonical` and `living` as in `compare`.
    """

    published: Callable[[str], bytes | None]
    planned: Mapping[str, str]
    places: Places
    canonical: Callable[[str], str | None]
    living: Collection[str]
    found: Difference = field(default_factory=Difference)

    def survey(self, artifacts: Iterable[Artifact], gone: Iterable[str]) -> Difference:
        """What would change if `artifacts` were published and `gone` removed."""
        names = {path: name for name, path in self.planned.items()}
        for artifact in artifacts:
            present = self.published(artifact.path)
            if present != artifact.data:
                self.found.written.append(artifact.path)
                self._feed_file(names[artifact.path], artifact.data, present)
        for path in sorted(gone):
            self.found.removed.append(path)
            self._gone(path)
        self.found.written.sort()
        return self.found

    def _at(self, name: str) -> bytes | None:
        """What is published under a name."""
        return self.published(self.planned.get(name) or self.places.below_root(name))

    def _feed_file(self, name: str, data: bytes, present: bytes | None) -> None:
        folder, _, file = name.rpartition("/")
        if file not in FILES:
            return
        known = self.found.feeds.setdefault(folder, FeedChange(folder))
        known.written.append(file)
        if known.compared or known.damage:
            return
        new = read(data)
        known.title, known.items = new.head.get("title", ""), len(new.entries)
        if present is not None:
            self._compare(known, present, new, (file, file))
            return
        others = [(other, self._at(_join(folder, other))) for other in FILES if other != file]
        for other, known_as in others:
            if known_as is not None:
                known.state = "changed"
                # A format that stays is compared with its own next edition.
                if _join(folder, other) not in self.planned:
                    self._compare(known, known_as, new, (other, file))
                    return

    def _compare(self, known: FeedChange, present: bytes, new: Document, files: tuple[str, str]) -> None:
        known.state = "changed"
        try:
            old = read(present)
        except ValueError as error:
            known.damage = str(error)
            return
        known.compared, known.head = files, head(old, new)
        known.changes = compare(old, new, self.canonical, self.living)

    def _gone(self, path: str) -> None:
        folder, _, file = self.places.below_output(path).rpartition("/")
        if file not in FILES or folder.startswith(".."):  # the latter is no feed's folder
            return
        known = self.found.feeds.setdefault(folder, FeedChange(folder, "changed"))
        known.removed.append(file)
        if any(_join(folder, other) in self.planned for other in FILES):
            known.state = "changed"
            return
        known.state = "gone"
        if not known.title:
            with suppress(ValueError):  # damaged: it goes all the same
                known.title = read(self.published(path) or b"").head.get("title", "")


def published_in(root: Path) -> Callable[[str], bytes | None]:
    """What is published in a local folder: gives a file's bytes by its path below it, None where there is no file."""

    def published(path: str) -> bytes | None:
        place = root / path
        try:
            return place.read_bytes() if stat.S_ISREG(place.lstat().st_mode) else None
        except (FileNotFoundError, NotADirectoryError):
            return None

    return published


def _join(folder: str, file: str) -> str:
    return f"{folder}/{file}" if folder else file


def _line(change: Change) -> str:
    said = f"  {_SIGNS[change.what]} {change.what:8}{change.title or change.id}"
    if change.fields:
        said += f": {', '.join(change.fields)}"
    if change.twin:
        said += f": subscribers have it as {change.twin} (same {change.by})"
    return f"{said} <{change.link}>" if change.link else said
