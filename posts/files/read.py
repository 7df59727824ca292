"""Reads post files without blocking, and never half of a file that is being written."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from posts.errors import PostError
from posts.files.stat import Stamp, stamp_of
from posts.files.walk import is_private

MAX_FILE = 16 * 1024 * 1024


def read(root: Path, path: str, private: tuple[str, ...]) -> tuple[Stamp, bytes]:
    """A post file of the site: how it looked when it was opened, and its bytes.

    Raises:
        PostError: it is too large, no file any more, or keeps changing.
        OSError: it cannot be read.
    """
    for _ in range(3):
        handle = _open(root, path, private)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise PostError(0, "not-a-file", "not a regular file; skipped")
            if before.st_size > MAX_FILE:
                raise PostError(0, "file-too-large", f"the file is larger than {MAX_FILE // 1024 // 1024} MiB")
            data = _all_of(handle, before.st_size)
            if len(data) == before.st_size and (found := stamp_of(os.fstat(handle))) == stamp_of(before):
                return found, data
        finally:
            os.close(handle)
    raise PostError(0, "changing", "the file changes while it is read: it is left as it was until the next run")


def _all_of(handle: int, size: int) -> bytes:
    """Return the content of a file of `size` bytes; one byte more if it has grown meanwhile."""
    data = os.read(handle, size + 1)
    while len(data) < size and (more := os.read(handle, size - len(data))):  # a read may be short
        data += more
    return data


def _open(root: Path, path: str, private: tuple[str, ...]) -> int:
    """Return a handle of a file of the site. What replaced it since it was found must not block or lead outside."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(f"{root}/{path}", flags)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK):
            raise
    real, inside = os.path.realpath(root / path), os.path.realpath(root)
    if not real.startswith(f"{inside}/") or is_private(real[len(inside) :], private):
        raise PostError(0, "symlink", "a link out of the site, or to its configuration, is not followed")
    return os.open(real, flags)
