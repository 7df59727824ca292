"""What a command costs: wall and CPU seconds, and memory, of it and of all processes that it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAUSE = 0.01  # seconds between two looks at the memory
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in ru_maxrss


class FailedError(Exception):
    """A command has failed; the message is the end of what it printed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall and of CPU (user and system); bytes of the largest process (`memory`), and of all together.

    `together` is the sum of proportional set sizes, which counts shared pages once: known from watched runs only, else 0.
    """

    wall: float
    cpu: float
    memory: float
    together: float = 0


def run(command: Sequence[str], folder: Path, *, watch: bool = False) -> Cost:
    """Run `command` in `folder`. Watching its memory costs time, so the time of a watched run does not count.

    Raises:
        FailedError: it did not exit with 0.
    """
    together = 0
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)  # noqa: S603 # the peers' own commands
        while watch and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            together = max(together, sum(map(_proportional, _family(process.pid))))
            time.sleep(_PAUSE)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            last = printed.read().decode(errors="replace").strip()[-300:]
            raise FailedError(f"exit {process.returncode}: {last}")
    memory = usage.ru_maxrss * _RSS_UNIT
    return Cost(wall, usage.ru_utime + usage.ru_stime, memory, max(together, memory) if watch else 0)


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in Cost.__slots__))


def walk(folders: Sequence[Path]) -> float:
    """Seconds that `os.scandir` and `stat` take over all files of `folders`: what looking at them costs at the least."""
    started = time.perf_counter()
    for folder in folders:
        for _ in _stats(os.fspath(folder)):
            pass
    return time.perf_counter() - started


def _stats(folder: str) -> Iterator[os.stat_result]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _stats(entry.path)
            else:
                yield entry.stat(follow_symlinks=False)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:  # it has ended meanwhile
            continue
        for child in found:
            yield from _family(int(child))


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile, or this is no Linux
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
