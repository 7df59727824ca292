"""Detect whether files have changed, by size, times, inode and digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# A file that changed so shortly before it was read (ns) may have changed again within the resolution of its times: a
# few milliseconds on a file system with nanoseconds, two seconds on one with seconds.
FINE = 50_000_000
COARSE = 2_000_000_000


class Stamp(NamedTuple):
    """Hold the size of a file in bytes, its times in nanoseconds since 1970, and its inode."""

    size: int
    mtime: int
    ctime: int
    inode: int


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file from its `stat` result."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_young(ctime: int, since: int) -> bool:
    """Return whether a file may have changed without a change of its times after it was read.

    Args:
        ctime: Its ctime in nanoseconds since 1970. Every change sets it, and programs cannot set it back.
        since: When it was read, or when the run that read it began.
    """
    return ctime >= since - FINE or (ctime >= since - COARSE and ctime % 1_000_000_000 == 0)


def digest(data: bytes) -> bytes:
    """Return a digest of bytes (BLAKE2b, 128 bits)."""
    return hashlib.blake2b(data, digest_size=16).digest()


def stat_fingerprint(found: os.stat_result) -> str:
    """Return mode, size, times and inode of a file or folder as one text."""
    return f"{found.st_mode}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


def listing_digest(entries: Iterable[str]) -> str:
    """Return a digest of the names in a folder, without hidden ones, because the index is hidden."""
    shown = sorted(entry for entry in entries if not entry.startswith("."))
    return digest("\0".join(shown).encode("utf-8", "surrogateescape")).hex()


def source_stamps(folder: str) -> Iterator[str]:
    """Yield names, sizes and times of the files of a package, sorted, without the files that Python compiles."""
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.name.startswith(("__pycache__", ".")):
            continue
        if entry.is_dir():
            yield from source_stamps(entry.path)
        else:
            found = entry.stat()
            yield f"{entry.path}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def source_digest(folder: str) -> str:
    """Return a digest of the names and bytes of the files of a package: its code and its data files."""
    found = hashlib.blake2b(digest_size=12)
    for path in sorted(_source_files(folder)):
        with open(path, "rb") as file:  # noqa: PTH123
            name, data = path[len(folder) :].encode(), file.read()
        found.update(b"%d:%s%d:%s" % (len(name), name, len(data), data))
    return found.hexdigest()


def _source_files(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.startswith(("__pycache__", ".")):
            continue
        if entry.is_dir():
            yield from _source_files(entry.path)
        else:
            yield entry.path
