"""One run at a time on an output and an index, and no lock that outlives its process."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from feeds.formats.table import SHOWN
from feeds.pages.assets import ASSETS
from posts.errors import BusyError
from posts.store.lock import Lock
from tests.sites import Command, post, site

ROOT = Path(__file__).parent.parent
A = "_posts/2021-01-01-a.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return site(tmp_path / "site", {A: post("A")})


@contextmanager
def held(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield
    os.close(handle)


@pytest.mark.parametrize("name", ["feeds", ".feedmill/index.sqlite3.lock"])
def test_a_second_run_ends_at_once_with_75_and_touches_nothing(feedmill: Command, root: Path, name: str) -> None:
    feedmill(root)
    site(root, {A: post("B")}, None)
    before = {path: path.stat() for path in root.rglob("*")}
    with held(root / name):
        outcome = feedmill(root)
        assert (outcome.code, "is locked by another run" in outcome.err) == (75, True)
        assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == {
            path: status.st_mtime_ns for path, status in before.items()
        }
    assert feedmill(root).code == 0


def test_another_index_does_not_let_two_runs_write_to_one_output(feedmill: Command, root: Path, tmp_path: Path) -> None:
    feedmill(root)
    with held(root / "feeds"):
        assert feedmill(root, "--state", tmp_path / "other").code == 75


def test_when_nothing_has_changed_no_lock_is_asked_for(feedmill: Command, root: Path) -> None:
    feedmill(root)
    with held(root / "feeds"), held(root / ".feedmill" / "index.sqlite3.lock"):
        assert feedmill(root).code == 0


def test_the_second_run_takes_less_than_a_second(root: Path) -> None:
    command = [sys.executable, ROOT / "publish.py", root]
    subprocess.run(command, check=True, capture_output=True)
    site(root, {A: post("B")}, None)
    with held(root / "feeds"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert subprocess.run(command, check=False, capture_output=True).returncode == 75
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The time of the processor, which does not depend on who else is at work; it waits for nothing.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


HOLD = """
import os, sys, time
from pathlib import Path
from posts.store.lock import Lock
lock = Lock()
lock.index(Path(sys.argv[1], "index"))
lock.output(Path(sys.argv[1], "out"))
{fork}print("held", flush=True)
time.sleep(60)
"""
# A worker of a pool that outlives its parent for a while.
FORK = "os.fork() or (time.sleep(60), os._exit(0))\n"


@pytest.mark.parametrize("forked", [False, True])
def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path, forked: bool) -> None:
    code = HOLD.format(fork=FORK if forked else "")
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with Lock() as lock, pytest.raises(BusyError):
            lock.output(tmp_path / "out")
        time.sleep(0.2 if forked else 0)
        process.kill()
        process.wait()
        with Lock() as lock:
            lock.index(tmp_path / "index")
            lock.output(tmp_path / "out")
        if forked:
            os.killpg(process.pid, signal.SIGKILL)


def test_an_output_that_stays_empty_is_taken_away_again(tmp_path: Path) -> None:
    with Lock() as lock:
        lock.output(tmp_path / "public" / "feeds")
        assert (tmp_path / "public" / "feeds").is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_leaves_no_index_leaves_no_lock_file(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"README.md": "text", "feedmill.toml": '[site]\nurl = "https://a.example"\n'}, None)
    before = sorted(tmp_path.rglob("*"))
    assert feedmill(root).code == 2
    assert feedmill(root, "--state", tmp_path / "deep" / "er" / "index").code == 2
    assert sorted(tmp_path.rglob("*")) == before


def test_the_lock_file_stays_beside_an_index(feedmill: Command, root: Path) -> None:
    feedmill(root)
    assert (root / ".feedmill" / "index.sqlite3.lock").exists()


def test_the_lock_of_a_file_that_another_run_has_just_removed_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is removed between the call that opens it and the call that locks it."""
    real, left = fcntl.flock, [2]

    def flock(handle: int, how: int) -> None:
        if left[0]:
            left[0] -= 1
            (tmp_path / "a" / "index.lock").unlink()
            (tmp_path / "a").rmdir()
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with Lock() as lock, Lock() as other:
        lock.index(tmp_path / "a" / "index")
        assert left == [0]
        with pytest.raises(BusyError):
            other.index(tmp_path / "a" / "index")
    assert list(tmp_path.iterdir()) == []


def test_a_dangling_link_in_the_place_of_the_output_is_reported(feedmill: Command, root: Path) -> None:
    (root / "feeds").symlink_to(root / "nowhere")
    outcome = feedmill(root)
    assert (outcome.code, "feeds" in outcome.err) == (4, True), outcome.err


RACE = """
import os, sys
from pathlib import Path
from posts.errors import BusyError
from posts.store.lock import Lock
folder, got = Path(sys.argv[1]), 0
while got < 50:
    try:
        with Lock() as lock:
            lock.index(folder / "state" / "index")
            handle = os.open(folder / "held", os.O_CREAT | os.O_EXCL)  # fails if another run has the lock
            os.close(handle)
            (folder / "held").unlink()
            got += 1
    except BusyError:
        pass
"""


def test_lock_files_that_come_and_go_never_let_two_runs_in(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, tmp_path]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in running] == [b"", b"", b""]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_published_folder_holds_no_file_of_the_lock(feedmill: Command, root: Path) -> None:
    feedmill(root)
    assert {path.name for path in (root / "feeds").iterdir()} == {
        "category",
        "atom.xml",
        "feed.json",
        "feeds.opml",
        "rss.xml",
        *SHOWN,
        *ASSETS,
    }
