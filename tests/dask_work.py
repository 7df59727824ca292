"""Functions of chunks for the workers of a cluster, which import them from here."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def doubled(chunk: list[int]) -> list[int]:
    """Returns every number twice as large."""
    return [2 * number for number in chunk]


def out_of_files(_: list[int]) -> list[int]:
    """Finds that this machine has no more file handles."""
    raise OSError(24, "Too many open files", "a.md")


def fatal_once(trap: Path, chunk: list[int]) -> list[int]:
    """Kills the worker that finds a file, and removes the file; else returns every number twice as large."""
    if trap.exists():
        trap.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return doubled(chunk)


def fatal(_: list[int]) -> list[int]:
    """Kills the worker, as the system does for lack of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return []
