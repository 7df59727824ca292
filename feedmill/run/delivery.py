"""Record what has been sent to a destination, in batches, and show how much that is; used by `feedmill.run.deploy`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from feedmill.cli.progress import Progress
from feeds.remotes.changes import Changes
from posts.store.index import Index

_BATCH = 100  # files between two commits
_PAUSE = 1.0  # seconds between two commits


class DeliveryRecorder:
    """What a remote calls with the paths that are sent or removed for good. Call `close` last.

    Attributes:
        sent: The paths of files that were sent.
        removed: The paths of files that were removed.
    """

    def __init__(self, index: Index, name: str, changes: Changes, progress: Progress) -> None:
        """Prepare to record.

        Args:
            index: The index, whose record the caller holds the lock of.
            name: The remote.
            changes: What it lacks.
            progress: Shows how much of that is done.
        """
        self._index, self._name, self._changes = index, name, changes
        self._waiting: list[str] = []
        self._last = time.monotonic()
        self._shown: Sequence[str] | None = None
        self._progress = progress.over("sending", self._done(), len(changes.send) + len(changes.gone), len)
        self.sent: list[str] = []
        self.removed: list[str] = []

    def __call__(self, paths: Sequence[str]) -> None:
        """Note paths that are done; they are recorded at once, or within a second of work."""
        self._waiting += paths
        self._shown = paths
        next(self._progress, None)
        if len(self._waiting) >= _BATCH or time.monotonic() - self._last >= _PAUSE:
            self._flush()

    def close(self) -> None:
        """Record what is not recorded yet."""
        self._shown = None
        next(self._progress, None)
        self._flush()

    def _done(self) -> Iterator[Sequence[str]]:
        """Yield what is done, each time that it is asked for."""
        while self._shown is not None:
            yield self._shown

    def _flush(self) -> None:
        paths, self._waiting = [*dict.fromkeys(self._waiting)], []
        sent = [path for path in paths if path in self._changes.send]
        removed = [path for path in paths if path in self._changes.gone]
        if sent or removed:
            with self._index.change() as change:
                rows = {path: self._changes.send[path]._replace(state="held") for path in sent}
                change.remote_files(self._name, rows, removed)
        self.sent += sent
        self.removed += removed
        self._last = time.monotonic()
