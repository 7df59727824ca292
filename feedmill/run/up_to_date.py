"""Has anything changed at all? A look at the outside of everything that the last run depended on, and nothing more.

Imports little, reads no file that has not changed, and writes nothing. Whenever it is not sure, it says yes.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from feedmill.cli.report import Report
from feedmill.run.options import RunOptions, setting
from posts.errors import FeedmillError
from posts.files.stat import COARSE, digest, is_young, names, outside
from posts.store.index import Index

_MOST = 1 << 20  # bytes: no include is longer, and no configuration


def unchanged(index: Index, setting: Mapping[str, Any], root: Path, out: Path, now: float) -> dict[str, Any] | None:
    """What the last run reported, if a run now would do nothing; else None.

    `setting` is what the run is asked for; it must be what the last one was asked for. `out` is the web root, or else
    the output. `now` is in seconds since 1970.
    """
    run = index.run()
    if run.get("setting") != setting or run.get("environment") != environment():
        return None
    if not run["now"] <= now < (run["due"] or now + 1):
        return None
    since = run["began"]
    hidden = out / run.get("prefix", "")
    if not all(_is_same(what, seen, root, since, hidden) for what, seen in index.watched().items()):
        return None
    for table, folder, seen in (("files", root, since), ("outputs", out, run["ended"])):
        young = _young(index.stamps(table), os.fspath(folder), seen)
        if young is None or not all(_has(folder / path, index.hash_of(table, path)) for path in young):
            return None
    report: dict[str, Any] = run["report"]
    return report


def _young(rows: Iterable[tuple[str, int, int, int, int]], folder: str, since: int) -> list[str] | None:
    """The files that could have changed unseen; None if any does not look as it did."""
    look_at = os.stat
    young = []
    suspect = since - COARSE
    for path, size, mtime, ctime, inode in rows:
        try:
            found = look_at(f"{folder}/{path}")
        except OSError:
            return None
        if found.st_mtime_ns != mtime or found.st_ctime_ns != ctime or found.st_size != size or found.st_ino != inode:
            return None
        if ctime >= suspect and is_young(ctime, since):
            young.append(path)
    return young


def _is_same(what: str, seen: str, root: Path, since: int, out: Path) -> bool:
    """Whether something that a run depends on looks as it did."""
    kind, _, name = what.partition(":")
    if kind != "names":
        return look(what, root, since) == seen
    path = os.path.join(root, name)  # noqa: PTH118
    stamp, _, known = seen.partition(" ")
    try:
        # Whatever comes into a folder or leaves it moves its times: only then there is a reason to list it.
        found = os.stat(path)  # noqa: PTH116
        if outside(found) == stamp and not is_young(found.st_ctime_ns, since):
            return True
        hidden = out.name if os.fspath(out.parent) == path.rstrip("/") else ""
        return names(entry for entry in os.listdir(path) if entry != hidden) == known  # noqa: PTH208
    except OSError:
        return not seen


def _has(path: Path, known: bytes) -> bool:
    try:
        return digest(path.read_bytes()) == known
    except OSError:
        return False


def look(what: str, root: Path, since: int) -> str:
    """What something looks like that a run depends on, "" where there is none.

    `what` is `size:` and a file whose size counts, or `file:` and one whose bytes do: by its outside, unless it could
    have changed unseen. The paths are below the site; that of a configuration may be absolute. Nothing but regular
    files is opened, and little of them.
    """
    kind, _, name = what.partition(":")
    path = os.path.join(root, name)  # noqa: PTH118
    try:
        found = os.stat(path)  # noqa: PTH116
        if kind == "size":
            return f"{found.st_mode}:{found.st_size}"
        if stat.S_ISREG(found.st_mode) and is_young(found.st_ctime_ns, since):
            return _head(path)
    except (OSError, ValueError):
        return ""
    return outside(found)


def _head(path: str) -> str:
    """A hash of what a run may have read of a file."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 # it is a handle
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        return digest(file.read(_MOST)).hex()


def environment() -> list[Any]:
    """What tells that other versions of libraries may be at work: the interpreter, and the folders they lie in."""
    folders = [path for path in sys.path if os.path.isdir(path)]  # noqa: PTH112
    return [sys.version, [[path, os.stat(path).st_mtime_ns] for path in folders]]  # noqa: PTH116


class Done(NamedTuple):
    """A run that has ended: whether it is to call the address of `[publish] ping`, and since when a hub waits."""

    report: Report
    pings: bool
    due: float | None


def last_outcome(options: RunOptions, started: float) -> Done | None:
    """Return the outcome of the last run if a run now would do nothing; None if it may do something."""
    try:
        with closing(Index(options.state, patience=0.1)) as index:
            past = index.run()
            if "setting" not in past or past.get("unfinished", True):
                return None
            out = Path(past["setting"]["out"])
            seen = unchanged(index, setting(options, out), options.site.resolve(), out, options.now.timestamp())
            files = sorted(row[0] for row in index.stamps("outputs"))
    except (FeedmillError, TypeError, ValueError):  # somebody is at work on it, or it is damaged: the run will say
        return None
    if seen is None:
        return None
    report = Report.recalled(seen, files, round(time.monotonic() - started, 3))
    return Done(report, past.get("pings", False), next_notification(past.get("queue", {})))


def next_notification(queue: Mapping[str, Any]) -> float | None:
    """When a hub is to be told; nearly always nobody waits, and nothing is imported."""
    if not queue:
        return None
    from feedmill.notify.queue import next_due

    return next_due(queue)
