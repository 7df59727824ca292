"""One run at a time: on the same index, and on the same output.

A lock (`flock`) lives as long as the process that holds it, however that ends: nothing has to be cleared away. The
output folder is locked itself, so that no file of ours lies among what is published; beside the index lies an empty
`.lock`, which means nothing by itself.
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
    """The locks of one run: taken at once or not at all, and given back when it is left or the process ends."""

    def __init__(self) -> None:
        self._handles: list[int] = []
        self._made: list[Path] = []
        # Processes of a pool inherit the handles: they must not hold what a killed parent held.
        os.register_at_fork(after_in_child=self._close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for folder in reversed(self._made):
            with suppress(OSError):  # it is in use now
                folder.rmdir()
        self._made.clear()
        self._close()

    def index(self, path: Path) -> None:
        """Locks the index at `path`, which need not be there.

        Raises:
            BusyError: another run is at work on it.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        name = path.with_name(f"{path.name}.lock")
        self._take(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666), name)

    def output(self, folder: Path) -> None:
        """Locks the folder that is published to; it is made, and taken away in the end if it stays empty.

        What stands there and is no folder is left to those who want to write into it. Some network file systems cannot
        lock folders: there the index is all that is locked.

        Raises:
            BusyError: another run is at work on it.
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
            raise FeedmillError(f"{path} cannot be locked ({error.strerror}): give a --state on a local disk") from None

    def _close(self) -> None:
        for handle in self._handles:
            with suppress(OSError):
                os.close(handle)
        self._handles.clear()


class _NoLocksError(Exception):
    """The file system knows no locks on folders."""
