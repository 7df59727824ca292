"""Record when a run last succeeded, also one that found nothing changed and therefore wrote nothing to the index.

The time is the modification time of the lock file beside the index: setting it costs three system calls, so a run in
which nothing changed stays cheap. `feedmill status` reads it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from posts.store.lock import lock_path

_NANOSECONDS = 1_000_000_000


def record_success(state: Path) -> None:
    """Record that a run over the site of an index succeeded now; a folder that cannot be written to is no failure."""
    with suppress(OSError):
        handle = os.open(lock_path(state), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            os.utime(handle)
        finally:
            os.close(handle)


def last_success(state: Path, ended: int) -> float:
    """Return when the last run ended that succeeded, in seconds since 1970.

    Args:
        state: The index.
        ended: When the last run that found changes ended, in nanoseconds since 1970.
    """
    try:
        return max(ended, lock_path(state).stat().st_mtime_ns) / _NANOSECONDS
    except OSError:
        return ended / _NANOSECONDS
