"""How files look from outside and from inside. A leaf: whoever asks whether a file has changed asks here."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

# A file whose times are this near to the moment it was looked at may have changed since, within one tick of its clock.
YOUNG = 2_000_000_000  # nanoseconds: the coarsest file system counts in two seconds


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file looks like from outside: size in bytes, times in nanoseconds since 1970, inode."""

    size: int
    mtime: int
    ctime: int
    inode: int


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp in what `stat` says."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_young(stamp: Stamp, since: int) -> bool:
    """Whether a file could have changed after it was looked at in a run that began at `since` (ns since 1970)."""
    return max(stamp.mtime, stamp.ctime) >= since - YOUNG


def digest(data: bytes) -> bytes:
    """A hash of a file's bytes (BLAKE2b, 128 bits)."""
    return hashlib.blake2b(data, digest_size=16).digest()
