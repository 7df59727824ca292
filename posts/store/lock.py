"""Lock the index and the output folder, so that only one run at a time uses them.

The system releases a lock (`flock`) when the process ends, even if it is killed: there are no stale locks to clean up.
The output folder itself is locked, so that no lock file is published. The index is locked through an empty `.lock`
file beside it; that the file exists does not mean that the index is locked.
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


class Lock:
    """Hold the locks of one run. A lock is never waited for; all are released at the end of the `with` block."""

    def __init__(self) -> None:
        self._handles: list[int] = []
        self._made: list[Path] = []
        # Worker processes inherit the handles: they must not keep the locks of a parent that was killed.
        os.register_at_fork(after_in_child=self._close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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
        path.parent.mkdir(parents=True, exist_ok=True)
        name = path.with_name(f"{path.name}.lock")
        self._take(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666), name)

    def output(self, folder: Path) -> None:
        """Lock the output folder; create it if it is missing, and remove it at the end if it stays empty.

        A file in its place is not an error here: writing into it fails later, with a message of its own. Some network
        file systems cannot lock folders; there only the index is locked.

        Raises:
            BusyError: another run has locked it.
        """
        self._make(folder)
        with suppress(NotADirectoryError, FileNotFoundError, _NoLocksError):
            self._take(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), folder, needed=False)

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


class _NoLocksError(Exception):
    """The file system does not support locks on folders."""
