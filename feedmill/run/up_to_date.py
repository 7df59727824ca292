"""Detect whether a run would do anything, from the sizes and times of everything that the last run depended on.

It imports little, reads no file that has not changed, and writes nothing. If it cannot be sure, the run takes place.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedmill import __version__
from feedmill.cli.report import Delivery, Report
from feedmill.run.history import RunState
from feedmill.run.options import RunOptions, RunRequest, run_request
from posts.errors import FeedmillError, Problem
from posts.files.stat import COARSE, digest, is_young, listing_digest, source_stamps, stat_fingerprint
from posts.store.last_run import LastRun

if TYPE_CHECKING:
    from feedmill.notify.websub_queue import PendingTopics

PACKAGES = ("feeds", "posts")  # whose code decides what is in a feed
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
_IS_INSTALLED = os.path.basename(_ROOT) in ("site-packages", "dist-packages")  # noqa: PTH119
_MOST_BYTES = 1 << 20  # no include or configuration file may be longer


class Changes(NamedTuple):
    """What has changed since the last run, where nothing but posts has.

    Attributes:
        ended: When the last run ended, in nanoseconds since 1970; it identifies that run.
        files: The paths of post files that changed or are gone.
        has_other_names: Whether files or folders were added, removed or renamed.
    """

    ended: int
    files: frozenset[str]
    has_other_names: bool


def find_changes(index: LastRun, state: RunState, request: RunRequest) -> Changes | None:
    """Return what has changed in the posts since the last run; None if anything else has.

    Args:
        index: The index.
        state: The state that the last run left in it.
        request: The request of the run.
    """
    if state.request != request or state.is_unfinished or state.environment != environment():
        return None
    root, out = Path(request.site), Path(request.out)
    hidden, has_other_names = out / state.prefix, False
    for name, seen in index.watched().items():
        if not _is_same(name, seen, root, state.began, hidden):
            kind, _, path = name.partition(":")
            has_other_names = has_other_names or kind == "names"
            if kind != "names" and not index.hash_of("files", path):  # the text of a post links to another post
                return None
    outputs = _changed(index, "outputs", out, state.ended)
    return None if outputs else Changes(state.ended, _changed(index, "files", root, state.began), has_other_names)


def _changed(index: LastRun, table: str, folder: Path, since: int) -> frozenset[str]:
    """Return the files in a table of the index that are not as they were `since` (nanoseconds since 1970)."""
    stat_of, root, suspect = os.stat, os.fspath(folder), since - COARSE
    changed, young = set(), []
    for path, size, mtime, ctime, inode in index.stamps(table):
        try:
            found = stat_of(f"{root}/{path}")
        except OSError:
            changed.add(path)
            continue
        if found.st_mtime_ns != mtime or found.st_ctime_ns != ctime or found.st_size != size or found.st_ino != inode:
            changed.add(path)
        elif ctime >= suspect and is_young(ctime, since):  # it may have changed without a change of its times
            young.append(path)
    return frozenset(changed.union(path for path in young if not _has(folder / path, index.hash_of(table, path))))


def _is_same(watched: str, seen: str, root: Path, since: int, out: Path) -> bool:
    """Return whether the fingerprint of something that a run depends on is still `seen`."""
    kind, _, name = watched.partition(":")
    if kind != "names":
        return fingerprint(watched, root, since) == seen
    path = os.path.join(root, name)  # noqa: PTH118
    stamp, _, known = seen.partition(" ")
    try:
        # A folder's times change when a name is added or removed, so only then the folder is listed.
        found = os.stat(path)  # noqa: PTH116
        if stat_fingerprint(found) == stamp and not is_young(found.st_ctime_ns, since):
            return True
        hidden = out.name if os.fspath(out.parent) == path.rstrip("/") else ""
        return listing_digest(entry for entry in os.listdir(path) if entry != hidden) == known  # noqa: PTH208
    except OSError:
        return not seen


def _has(path: Path, known: bytes) -> bool:
    try:
        return digest(path.read_bytes()) == known
    except OSError:
        return False


def fingerprint(watched: str, root: Path, since: int) -> str:
    """Return a text that changes when a file that a run depends on changes; "" if there is no such file.

    For `file:PATH` that is size and times, or a digest of the first MB if the file may have changed without a change
    of its times. For `size:PATH` it is kind and size. Opens regular files only.

    Args:
        watched: `file:` or `size:`, and a path below `root`; the path of a configuration file may be absolute.
        root: The site.
        since: When the run began, in nanoseconds since 1970.
    """
    kind, _, name = watched.partition(":")
    path = os.path.join(root, name)  # noqa: PTH118
    try:
        found = os.stat(path)  # noqa: PTH116
        if kind == "size":
            return f"{found.st_mode}:{found.st_size}"
        if stat.S_ISREG(found.st_mode) and is_young(found.st_ctime_ns, since):
            return _head(path)
    except (OSError, ValueError):
        return ""
    return stat_fingerprint(found)


def _head(path: str) -> str:
    """Return a digest of the part of a file that a run may have read; "" unless it is a regular file."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 # a handle has no path
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        return digest(file.read(_MOST_BYTES)).hex()


def environment() -> str:
    """Return a digest that changes with the code that runs: the interpreter, libraries and feedmill itself.

    An installer changes the times of the folder that it installs into. In a checkout, files are edited in place, so
    the digest includes the size and times of every source file.
    """
    folders = [path for path in sys.path if os.path.isdir(path)]  # noqa: PTH112
    parts = [sys.version, *(f"{path} {os.stat(path).st_mtime_ns}" for path in folders)]  # noqa: PTH116
    parts += [_checkout(_ROOT)] if not _IS_INSTALLED else [__version__]
    return digest("\n".join(parts).encode("utf-8", "surrogateescape")).hex()


def _checkout(root: str) -> str:
    return "\n".join(stamp for package in PACKAGES for stamp in source_stamps(f"{root}/{package}"))


class Done(NamedTuple):
    """A run that has ended.

    Attributes:
        report: Its report.
        pings: Whether `[publish] ping` names an address.
        due: When the next notification of a hub is due, in seconds since 1970; None for none.
        known: The problems that the run before reported.
        introduction: What the first run over a site says of it, "" for every other run.
        deploys: Whether a destination lacks something.
    """

    report: Report
    pings: bool
    due: float | None
    known: Sequence[Problem] = ()
    introduction: str = ""
    deploys: bool = False


def last_outcome(options: RunOptions, started: float) -> Done | None:
    """Return the outcome of the last run if a run now would do nothing; None if it may do something."""
    return compare_with_last_run(options, started)[0]


def compare_with_last_run(options: RunOptions, started: float) -> tuple[Done | None, Changes | None]:
    """Return the outcome of the last run if a run now would publish nothing, and what has changed, if that is known."""
    try:
        with closing(LastRun(options.state, patience=0.1)) as index:
            state, now = RunState.from_rows(index.run()), options.now.timestamp()
            if state.request is None or state.report is None:
                return None, None
            changes = find_changes(index, state, run_request(options, Path(state.request.out)))
            is_due = not state.now <= now < (state.next_change or now + 1)
            if changes is None or changes.files or changes.has_other_names or is_due:
                return None, changes
            files = sorted(row[0] for row in index.stamps("outputs"))
    except (FeedmillError, TypeError, ValueError):  # locked by another run, or damaged, which the run itself reports
        return None, None
    report = state.report._replace(unchanged=files, seconds=round(time.monotonic() - started, 3))
    deploys = state.to != options.to or bool(state.incomplete)
    report = report._replace(destinations=[Delivery(address) for address in state.destinations])
    return Done(report, state.has_ping, next_notification(state.queue), report.problems, deploys=deploys), changes


def next_notification(queue: Mapping[str, PendingTopics]) -> float | None:
    """Return when the next notification is due, in seconds since 1970; None for an empty queue."""
    return min((waiting.due for waiting in queue.values()), default=None)
