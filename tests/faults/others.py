"""Limits of the system, many starts at once, a reader that never rests, and bits that flip in the index."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import threading
import time
from pathlib import Path

from tests.faults.scenes import AFTER, BEFORE, ENVIRONMENT, OLD, Scene, Tally, command, copied, inside, run, tree

LIMITS = {"files": resource.RLIMIT_NOFILE, "size": resource.RLIMIT_FSIZE}


def limited(template: Scene, kind: str, most: int) -> tuple[Tally, bool]:
    """One point: at most so many open files, or bytes in a file; and whether that was enough."""
    scene, tally, what = copied(template), Tally(points=1), f"{kind} limited to {most}"
    limit = LIMITS[kind]
    done = run(command(scene.root, AFTER), preexec_fn=lambda: resource.setrlimit(limit, (most, most)))
    tally.hits = int(done.returncode != 0)
    # Below a few dozen files Python itself does not start.
    if done.returncode not in (0, 4) and "feedmill" not in done.stderr and "Errno 24" not in done.stderr:
        tally.fault("unfinished", f"{what}: exit {done.returncode}: {done.stderr}")
    tally.after_fault(scene, what)
    tally.after_next(scene, what)
    return tally, done.returncode == 0


def starts(template: Scene, count: int = 20) -> tuple[Tally, list[int]]:
    """Many runs at once: one does the work, others find it at work, or nothing to do."""
    scene, tally = copied(template), Tally(points=count)
    words = command(scene.root, AFTER)
    running = [
        subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(count)
    ]
    codes = []
    for one in running:
        _, said = one.communicate(timeout=120)
        codes.append(one.returncode)
        if one.returncode not in (0, 75) or b"Traceback" in said:
            tally.fault("unfinished", f"of {count} starts at once one ended with {one.returncode}: {said.decode()}")
    tally.hits = codes.count(75)
    tally.after_fault(scene, "starts at once")
    if tree(scene.out) != scene.new:
        tally.fault("unfinished", "after many starts at once not all is published")
    tally.after_next(scene, "starts at once")
    return tally, codes


def killed_after(template: Scene, seconds: float) -> Tally:
    """One point: a run with two processes, of which the first is killed after some time."""
    scene, tally, what = copied(template), Tally(points=1), f"killed after {seconds:.2f} s"
    words = command(scene.root, AFTER, "--workers", "2", "--full")
    with subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        time.sleep(seconds)
        running.kill()
    tally.hits = int(running.returncode == -9)
    tally.after_fault(scene, what)
    tally.after_next(scene, what)
    return tally


class Poller(threading.Thread):
    """Reads every published file over and over, as readers of feeds do; `reads` counts, `tally` has what was wrong."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene, self.tally, self.reads = scene, Tally(), 0
        self._names = sorted(scene.old.keys() & scene.new.keys())
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            for name in self._names:
                self._read(name)

    def stop(self) -> None:
        self._over.set()
        self.join()

    def _read(self, name: str) -> None:
        self.reads += 1
        try:
            data = (self.scene.out / name).read_bytes()
        except FileNotFoundError:
            self.tally.fault("lost", f"polled: {name} is not there")
            return
        if data not in (self.scene.old[name], self.scene.new[name]):
            self.tally.fault("torn" if data else "empty", f"polled: {name} is neither old nor new")


def polled(template: Scene) -> Tally:
    """One run while a reader polls: every read is a point, every run a hit."""
    scene = copied(template)
    poller = Poller(scene)
    poller.start()
    done = run(command(scene.root, AFTER))
    poller.stop()
    if done.returncode:
        poller.tally.fault("unfinished", f"polled: exit {done.returncode}: {done.stderr}")
    poller.tally.points, poller.tally.hits = poller.reads, 1
    return poller.tally


class Flips:
    """Bits that flip in an index, one at a time, and a run afterwards: not a byte of a feed may change."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.index = scene.root / ".feedmill" / "index.sqlite3"
        self.data = self.index.read_bytes()
        self.kept = scene.root.parent / "kept"
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(scene.out, self.kept)

    def flipped(self, bit: int) -> Tally:
        tally, what = Tally(points=1), f"bit {bit} of the index"
        damaged = bytearray(self.data)
        damaged[bit // 8] ^= 1 << bit % 8
        for path in self.index.parent.iterdir():
            path.unlink()
        self.index.write_bytes(damaged)
        os.utime(self.scene.root / "_posts/2021-01-01-a.md")  # something has changed: it is more than a glance
        code, said = inside(command(self.scene.root, BEFORE))
        tally.hits = int("damaged" in said)
        if code not in (0, 3) or "Traceback" in said:
            tally.fault("unfinished", f"{what}: exit {code}: {said}")
        if tree(self.scene.out) != tree(self.kept):
            tally.fault("torn", f"{what}: a feed has changed: {said}")
            shutil.rmtree(self.scene.out)
            shutil.copytree(self.kept, self.scene.out)
        return tally


def flips(scene: Scene, count: int, seed: int = 0) -> Tally:
    """So many bits of the index, chosen by chance."""
    trial, tally = Flips(scene), Tally()
    for bit in random.Random(seed).sample(range(len(trial.data) * 8), count):
        tally.add(trial.flipped(bit))
    return tally


def settled(folder: Path) -> Scene:
    """A site that was published and has not changed."""
    from tests.sites import site

    root = site(folder / "site", OLD)
    run(command(root, BEFORE))
    return Scene(root, tree(root / "feeds"), tree(root / "feeds"))
