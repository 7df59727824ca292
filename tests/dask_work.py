"""Functions of chunks for the workers of a cluster, which import them from here."""

from __future__ import annotations

import os
import signal


def doubled(chunk: list[int]) -> list[int]:
    """Returns every number twice as large."""
    return [2 * number for number in chunk]


def out_of_files(_: list[int]) -> list[int]:
    """Finds that this machine has no more file handles."""
    raise OSError(24, "Too many open files", "a.md")


def fatal(_: list[int]) -> list[int]:
    """Kills the worker, as the system does for lack of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return []
