"""The processes of a run: what they share, and that none of them outlives it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from posts.pipeline.parallel import processes

# One of the two is at work for ever, the other one has nothing to do.
RUN = """
import time
from posts.pipeline.parallel import processes

def work(chunk):
    if chunk == 2:
        print("at work", flush=True)
        time.sleep(1000)

for _ in processes(2)(work, [1, 2]):
    pass
"""


def living(pids: set[int]) -> set[int]:
    """Those of the processes that are still there."""
    found = set()
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            found.add(pid)
    return found


def children_of(pid: int) -> set[int]:
    """The processes that another one has started, by their `stat`: its fourth field is the parent."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            said = stat.read_text().rpartition(") ")[2].split()
            if int(said[1]) == pid:
                found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="children are found below /proc")
def test_no_process_outlives_a_run_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        run.stdout.readline()  # the one is at work
        children = children_of(run.pid)
        assert len(children) == 2
        run.send_signal(signal.SIGKILL)
        run.wait()
    until = time.monotonic() + 30
    while left := living(children):
        assert time.monotonic() < until, left
        time.sleep(0.05)


@pytest.mark.parametrize("allowed", range(8))
def test_a_run_that_may_not_start_threads_does_the_work_alone(monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
    start, before = threading.Thread.start, threading.active_count()

    def limited(thread: threading.Thread) -> None:
        if threading.active_count() - before >= allowed:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    assert list(processes(2)(str, [*range(9)])) == [*map(str, range(9))]
    assert multiprocessing.active_children() == []


def test_a_run_that_may_not_start_processes_does_the_work_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    assert list(processes(2)(str, [1, 2, 3])) == ["1", "2", "3"]
    assert multiprocessing.active_children() == []


def test_an_error_in_a_worker_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(processes(2)(int, ["1", "2", "x", "4"]))
