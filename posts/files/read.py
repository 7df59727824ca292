"""Read post files without blocking, and refuse a file that changes while it is read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from posts.errors import PostError
from posts.files.stat import Stamp, stamp_of
from posts.files.walk import is_private

MAX_FILE = 16 * 1024 * 1024


def begins_with_front_matter(path: Path) -> bool:
    """Return whether a regular file begins with `---` or `+++`, after a byte order mark and blank lines."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(16).lstrip(b"\xef\xbb\xbf \r\n").startswith((b"---", b"+++"))
    except OSError:
        return False


def read(root: Path, path: str, private: tuple[str, ...]) -> tuple[Stamp, bytes]:
    """Return the stamp and the bytes of a post file.

    Args:
        root: The folder of the site.
        path: The path of the file below the site.
        private: The prefixes of names of files that links must not lead to.

    Raises:
        PostError: It is too large, no longer a regular file, or keeps changing.
        OSError: It cannot be read.
    """
    for _ in range(3):
        handle = _open(root, path, private)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise PostError(0, "not-a-file", "not a regular file; skipped")
            if before.st_size > MAX_FILE:
                raise PostError(0, "file-too-large", f"larger than {MAX_FILE // 1024 // 1024} MiB; split the post")
            data = _all_of(handle, before.st_size)
            if len(data) == before.st_size and (found := stamp_of(os.fstat(handle))) == stamp_of(before):
                return found, data
        finally:
            os.close(handle)
    raise PostError(0, "changing", "the file changed while it was read; the next run reads it again")


def _all_of(handle: int, size: int) -> bytes:
    """Return the content of a file of `size` bytes; one byte more if it has grown meanwhile."""
    data = os.read(handle, size + 1)
    while len(data) < size and (more := os.read(handle, size - len(data))):  # a read may be short
        data += more
    return data


def _open(root: Path, path: str, private: tuple[str, ...]) -> int:
    """Return a handle of a file of the site. A pipe or link that replaced it meanwhile must not block or lead out."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(f"{root}/{path}", flags)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK):
            raise
    real, inside = os.path.realpath(root / path), os.path.realpath(root)
    if not real.startswith(f"{inside}/") or is_private(real[len(inside) :], private):
        raise PostError(0, "symlink", "the link leads out of the site or to a private file; copy the file")
    return os.open(real, flags)
