"""Synchronize written files to the disk, with one `syncfs` per file system where the system has it.

6,000 calls of `fsync` take seconds; one `syncfs` takes a fraction of a second.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Self


class Disk:
    """Synchronizes the file systems that a publication writes to; a context manager.

    A handle is opened before the first write, because Linux (since 5.8) reports a write-back error only to handles that
    were open when it occurred.
    """

    def __init__(self) -> None:
        self._handles: dict[int, int] = {}  # one open folder per device

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles.values():
            os.close(handle)
        self._handles.clear()

    def expect(self, folder: Path) -> None:
        """Register an existing folder before files are written into it."""
        device = os.stat(folder).st_dev  # noqa: PTH116 # once for every folder
        if device not in self._handles:
            self._handles[device] = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)

    def sync(self, paths: Iterable[Path]) -> None:
        """Wait until the files and folders `paths` are on the disk.

        Raises:
            OSError: the disk reports an error.
        """
        syncfs = _syncfs()
        if syncfs is None:
            for path in paths:
                _fsync(path)
            return
        for handle in self._handles.values():
            syncfs(handle)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _syncfs() -> Callable[[int], None] | None:
    """Return Linux's `syncfs`, which the standard library lacks; None on other systems."""
    import ctypes

    try:
        call = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None

    def syncfs(handle: int) -> None:
        while call(handle) != 0:
            number = ctypes.get_errno()
            if number != errno.EINTR:
                raise OSError(number, os.strerror(number))

    return syncfs
