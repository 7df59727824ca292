"""Every system call of a run that touches the site, to be killed at or to fail: strace finds them, and injects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.scenes import AFTER, Scene, Tally, command, copied, expect, run

WRITES = (
    *("write", "pwrite64", "writev", "ftruncate", "fallocate", "fsync", "fdatasync", "syncfs", "rename", "renameat"),
    *("unlink", "unlinkat", "rmdir", "mkdir", "chmod", "fchmod", "fchmodat", "utimensat", "flock", "openat"),
)
NO_ROOM = ("ENOSPC", "EDQUOT", "EIO")
ERRORS = {
    **dict.fromkeys(("write", "pwrite64", "ftruncate", "mkdir", "syncfs", "fsync", "fdatasync"), NO_ROOM),
    **dict.fromkeys(("rename", "unlink", "chmod", "utimensat", "rmdir"), ("EIO", "EACCES", "EROFS", "ENOSPC")),
    "openat": ("EMFILE", "ENFILE", "EACCES", "EROFS", "ENOSPC", "EIO"),
    "flock": ("ENOLCK", "EIO"),
}


@dataclass(frozen=True)
class Point:
    """One call of one name: the `number`th of all with that name, as strace counts."""

    name: str
    number: int
    error: str = ""

    def injection(self) -> str:
        what = f"error={self.error}" if self.error else "signal=SIGKILL"
        return f"inject={self.name}:{what}:when={self.number}"


def strace(*more: str) -> list[str]:
    return ["strace", "-f", *more]


def calls(template: Scene) -> list[Point]:
    """The write-like calls of an undisturbed run that touch the site."""
    scene, log = copied(template), template.root.parent / "log"
    expect(run([*strace("-y", "-o", str(log), "-e", f"trace={','.join(WRITES)}"), *command(scene.root, AFTER)]), 0)
    counts: dict[str, int] = {}
    points = []
    for line in log.read_text("utf-8", "replace").splitlines():
        match = re.match(r"\d+ +(\w+)\((.*)", line)
        if not match:
            continue
        name = match[1]
        counts[name] = counts.get(name, 0) + 1
        creates = name != "openat" or any(flag in line for flag in ("O_CREAT", "O_WRONLY", "O_RDWR", "O_DIRECTORY"))
        if str(scene.root) in line and creates:
            points.append(Point(name, counts[name]))
    return points


def erring(points: list[Point]) -> Iterator[Point]:
    """The same calls, each with every error that it can meet."""
    for point in points:
        for error in ERRORS.get(point.name, NO_ROOM):
            yield Point(point.name, point.number, error)


def tried(template: Scene, point: Point) -> Tally:
    """One point: the run is killed, or an error is injected; then what is there, and what the next run makes of it."""
    scene, tally = copied(template), Tally(points=1)
    log = scene.root.parent / "log"
    words = strace("-o", str(log), "-e", f"trace={point.name}", "-e", point.injection())
    done = run([*words, *command(scene.root, AFTER)])
    if point.error:
        tally.hits = int("(INJECTED)" in log.read_text("utf-8", "replace"))
        if done.returncode not in (0, 4) or "Traceback" in done.stderr or (done.returncode == 4 and not done.stderr):
            tally.fault("unfinished", f"{point}: exit {done.returncode}: {done.stderr}")
    else:
        tally.hits = int(done.returncode in (-9, 137))
    tally.after_fault(scene, str(point))
    tally.after_next(scene, str(point))
    return tally
