"""Lock the index and the output folder, so that only one run at a time uses them.

The system releases a lock (`flock`) when the process ends, even if it is killed: there are no stale locks to clean up.
The output folder itself is locked, so that no lock file is published. The index is locked through an empty `.lock`
file beside it; that the file exists does not mean that the index is locked. A run that leaves no index removes the file
again. Only the run that holds the lock may do so, as its last step; a run that then gets the lock of a removed file
sees that the path does not lead to it, and tries again.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from posts.errors import BusyError, FeedmillError

_BUSY = (errno.EWOULDBLOCK, errno.EACCES)
_TRIES = 100  # other runs may remove the file between any two steps, but not for ever


class Lock:
    """Hold the locks of one run. A lock is never waited for; all are released at the end of the `with` block."""

    def __init__(self) -> None:
        self._handles: list[int] = []
        self._made: list[Path] = []
        self._index: Path | None = None
        # Worker processes inherit the handles: they must not keep the locks of a parent that was killed.
        os.register_at_fork(after_in_child=self._close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._index and not os.path.lexists(self._index):
            with suppress(OSError):
                lock_path(self._index).unlink()
        self._index = None
        for folder in reversed(self._made):
            with suppress(OSError):  # it is not empty now
                folder.rmdir()
        self._made.clear()
        self._close()

    def index(self, path: Path) -> None:
        """Lock the index at `path`, which may not exist yet.

        Raises:
            BusyError: another run has locked it.
            FeedmillError: the file system does not support locks.
        """
        self._lock(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW)
        self._index = path

    def output(self, folder: Path) -> None:
        """Lock the output folder; create it if it is missing, and remove it at the end if it stays empty.

        A file or a dangling link in its place is not an error here: writing into it fails later, with a message of its
        own. Some network file systems cannot lock folders; there only the index is locked.

        Raises:
            BusyError: another run has locked it.
        """
        with suppress(NotADirectoryError, _NoLocksError):
            self._lock(folder, os.O_RDONLY | os.O_DIRECTORY, needed=False)

    def _lock(self, path: Path, flags: int, *, needed: bool = True) -> None:
        """Lock a file or, with O_DIRECTORY, a folder. What other runs remove meanwhile is created again."""
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):
                self._make(path if flags & os.O_DIRECTORY else path.parent)
                handle = os.open(path, flags | os.O_CLOEXEC, 0o666)
                self._take(handle, path, needed=needed)
                if os.path.samestat(os.stat(path), os.fstat(handle)):  # noqa: PTH116 # beside fstat
                    return
        if needed:
            raise BusyError(f"{path} is locked by other runs; nothing was written")

    def _make(self, folder: Path) -> None:
        missing = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
        for one in reversed(missing):
            with suppress(FileExistsError):
                one.mkdir()
                self._made.append(one)

    def _take(self, handle: int, path: Path, *, needed: bool = True) -> None:
        self._handles.append(handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                raise BusyError(f"{path} is locked by another run; nothing was written") from None
            if not needed:
                raise _NoLocksError from None
            raise FeedmillError(f"{path} cannot be locked ({error.strerror}); use a --state on a local disk") from None

    def _close(self) -> None:
        for handle in self._handles:
            with suppress(OSError):
                os.close(handle)
        self._handles.clear()


def lock_path(path: Path) -> Path:
    """Return the lock file of the index at `path`."""
    return path.with_name(f"{path.name}.lock")


class _NoLocksError(Exception):
    """The file system does not support locks on folders."""
