"""Compare what would be published with what is published, feed by feed; used by `feedmill diff`."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from feeds.compare.items import Change, changed_head_fields, compare_documents
from feeds.formats.table import FORMATS
from feeds.model import Artifact, Places
from feeds.parse.detect import parse_feed
from feeds.parse.document import Document

_FEED_FILES = tuple(sorted(row.file for row in FORMATS.values()))

_SIGNS = {"new": "+", "again": "!", "changed": "~", "gone": "-", "past": "."}


class FeedChange(Struct):
    """The changes to one feed.

    Attributes:
        path: its folder below the output, "" for the feed of all posts.
        items: the number of items that it would have.
        compared: the names of the published file and of the file that would replace it.
        head: the parts of the head that differ.
        written: the names of files that would be written.
        removed: the names of files that would be removed.
        damage: why the published file cannot be parsed, "" if it can.
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
        """Yield a line for the feed, and one for each changed item."""
        name = f"{self.path or '.'}/: {self.title}"
        if self.state == "new":
            yield f"{name}: new feed with {_counted(self.items, 'item')}"
            return
        if self.state == "gone":
            yield f"{name}: would be removed"
            return
        more = [", ".join(self.head)] if self.head else []
        more += [f"the published feed cannot be parsed ({self.damage})"] if self.damage else []
        more += [f"{', '.join(self.removed)} would be removed"] if self.removed else []
        nothing = "" if more or self.changes else ": same items, other bytes"
        yield name + (f": {'; '.join(more)}" if more else nothing)
        yield from map(_line, self.changes)

    def as_values(self) -> dict[str, Any]:
        """Return plain values for JSON, always with all keys."""
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


class Difference(Struct):
    """The changes to all files; `written` and `removed` are sorted paths below the web root.

    `refusal` is the reason why publishing would be refused, "" if it would not be.
    """

    feeds: dict[str, FeedChange] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refusal: str = ""

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)

    def counts(self) -> dict[str, int]:
        """Return the number of items by kind of change; an item in several feeds counts once."""
        happened = {(change.what, change.id) for feed in self.feeds.values() for change in feed.changes}
        counted = Counter(what for what, _ in happened)
        return {what: counted[what] for what in ("new", "again", "changed", "gone", "past")}

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        for path in sorted(self.feeds):
            yield from self.feeds[path].lines()
        if not self:
            yield "no changes"
            return
        counts, states = self.counts(), Counter(feed.state for feed in self.feeds.values())
        yield (
            f"feeds: {states['changed']} changed, {states['new']} new, {states['gone']} removed; "
            f"items: {counts['new']} new, {counts['changed']} changed, {counts['gone']} removed, "
            f"{counts['again']} duplicated for subscribers; "
            f"files: {len(self.written)} to write, {len(self.removed)} to remove"
        )
        if self.refusal:
            yield f"publishing would be refused: {self.refusal}"

    def as_values(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        feeds = [self.feeds[path].as_values() for path in sorted(self.feeds)]
        files = {"written": self.written, "removed": self.removed}
        return {**self.counts(), "feeds": feeds, **files, "refusal": self.refusal}


class Comparison(Struct):
    """Compare new files with published files.

    Attributes:
        published: returns the bytes of a published file by its path, None if there is no file.
        planned: the paths of all planned files, by their names (`feeds.build.job`).
        places: the configured paths, for files that are not planned.
        canonical: as in `compare_documents`.
        living: as in `compare_documents`.
    """

    published: Callable[[str], bytes | None]
    planned: Mapping[str, str]
    places: Places
    canonical: Callable[[str], str | None]
    living: Collection[str]
    found: Difference = field(default_factory=Difference)

    def run(self, artifacts: Iterable[Artifact], gone: Iterable[str]) -> Difference:
        """Return what would change if `artifacts` were published and the paths `gone` removed."""
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
        """Return the published file with a name, None if there is none."""
        return self.published(self.planned.get(name) or self.places.below_root(name))

    def _feed_file(self, name: str, data: bytes, present: bytes | None) -> None:
        folder, _, file = name.rpartition("/")
        if file not in _FEED_FILES:
            return
        known = self.found.feeds.setdefault(folder, FeedChange(folder))
        known.written.append(file)
        if known.compared or known.damage:
            return
        new = parse_feed(data)
        known.title, known.items = new.head.get("title", ""), len(new.entries)
        if present is not None:
            self._compare(known, present, new, (file, file))
            return
        others = [(other, self._at(_join(folder, other))) for other in _FEED_FILES if other != file]
        for other, known_as in others:
            if known_as is not None:
                known.state = "changed"
                # A format that stays is compared with its own new file.
                if _join(folder, other) not in self.planned:
                    self._compare(known, known_as, new, (other, file))
                    return

    def _compare(self, known: FeedChange, present: bytes, new: Document, files: tuple[str, str]) -> None:
        known.state = "changed"
        try:
            old = parse_feed(present)
        except ValueError as error:
            known.damage = str(error)
            return
        known.compared, known.head = files, changed_head_fields(old, new)
        known.changes = compare_documents(old, new, self.canonical, self.living)

    def _gone(self, path: str) -> None:
        folder, _, file = self.places.below_output(path).rpartition("/")
        if file not in _FEED_FILES or folder.startswith(".."):  # a folder outside the output belongs to no feed
            return
        known = self.found.feeds.setdefault(folder, FeedChange(folder, "changed"))
        known.removed.append(file)
        if any(_join(folder, other) in self.planned for other in _FEED_FILES):
            known.state = "changed"
            return
        known.state = "gone"
        if not known.title:
            with suppress(ValueError):  # damaged: removed without a title
                known.title = parse_feed(self.published(path) or b"").head.get("title", "")


def published_reader(root: Path) -> Callable[[str], bytes | None]:
    """Return a function that reads the published files below `root`; for a missing file it returns None."""

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
    text = f"  {_SIGNS[change.what]} {change.what:8}{change.title or change.id}"
    if change.fields:
        text += f": {', '.join(change.fields)}"
    if change.twin:
        text += f": subscribers have it as {change.twin} (same {change.by})"
    return f"{text} <{change.link}>" if change.link else text


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
