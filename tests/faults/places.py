"""Disks that fail: one that loses its power, and ones of every size. Needs root, mounts and loop devices."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.calls import Point, strace
from tests.faults.scenes import AFTER, Scene, Tally, at, command, run

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
NOLOGFLUSH = (2).to_bytes(4, "little")  # what is not on the disk by now will never be
PAGE = 4096
MOST = 16 * 1024 * 1024  # bytes


def _do(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


@contextmanager
def mounted(place: Path, *options: object) -> Iterator[None]:
    """A file system at `place` while the block runs."""
    place.mkdir(exist_ok=True)
    _do("mount", *options, place)
    try:
        yield
    finally:
        _do("umount", place)


def _disk(image: Path) -> tuple[object, ...]:
    # By default ext4 saves those who rename without synchronising; here nobody does.
    return ("-t", "ext4", "-o", "loop,noauto_da_alloc,commit=300", image)


def disk(template: Scene) -> Path:
    """The image of a disk with the scene on it."""
    image = template.root.parent / "image"
    with image.open("wb") as file:
        file.truncate(MOST)
    _do("mkfs.ext4", "-q", image)
    shutil.rmtree(template.root, ignore_errors=True)
    with mounted(template.root, *_disk(image)):
        shutil.copytree(template.root.parent / "template", template.root, dirs_exist_ok=True)
        os.sync()
    return image


def power_lost(template: Scene, image: Path, point: Point) -> Tally:
    """One point: the run is killed, and the disk loses its power in the same moment."""
    tally, work = Tally(points=1), image.with_name("work")
    shutil.copyfile(image, work)
    with mounted(template.root, *_disk(work)):
        words = strace("-o", "/dev/null", "-e", f"trace={point.name}", "-e", point.injection())
        scene = at(template)
        tally.hits = int(run([*words, *command(template.root, AFTER)]).returncode in (-9, 137))
        handle = os.open(template.root, os.O_RDONLY)
        fcntl.ioctl(handle, SHUTDOWN, NOLOGFLUSH)
        os.close(handle)
    with mounted(template.root, *_disk(work)):
        tally.after_fault(scene, f"power lost at {point}")
        tally.after_next(scene, f"power lost at {point}")
    return tally


def too_small(template: Scene, pages: int) -> tuple[Tally, bool]:
    """One point: a disk with room for so many pages more than there are; and whether that was enough."""
    tally, what = Tally(points=1), f"with {pages} pages"
    shutil.rmtree(template.root, ignore_errors=True)
    with mounted(template.root, "-t", "tmpfs", "-o", f"size={MOST}", "tmpfs"):
        shutil.copytree(template.root.parent / "template", template.root, dirs_exist_ok=True)
        status = os.statvfs(template.root)
        used = (status.f_blocks - status.f_bfree) * status.f_bsize
        scene = at(template)
        _do("mount", "-o", f"remount,size={used + pages * PAGE}", template.root)
        done = run(command(template.root, AFTER))
        tally.hits = int(done.returncode == 4)
        if done.returncode not in (0, 4) or "Traceback" in done.stderr or (done.returncode == 4 and not done.stderr):
            tally.fault("unfinished", f"{what}: exit {done.returncode}: {done.stderr}")
        tally.after_fault(scene, what)
        _do("mount", "-o", f"remount,size={MOST}", template.root)
        tally.after_next(scene, what)
    return tally, done.returncode == 0


def read_only(template: Scene) -> Tally:
    """One point: a disk that nothing can be written to."""
    tally = Tally(points=1)
    shutil.rmtree(template.root, ignore_errors=True)
    with mounted(template.root, "-t", "tmpfs", "-o", f"size={MOST}", "tmpfs"):
        shutil.copytree(template.root.parent / "template", template.root, dirs_exist_ok=True)
        scene = at(template)
        _do("mount", "-o", "remount,ro", template.root)
        done = run(command(template.root, AFTER))
        tally.hits = int(done.returncode == 4)
        if done.returncode != 4 or len(done.stderr.splitlines()) != 1:
            tally.fault("unfinished", f"read only: exit {done.returncode}: {done.stderr}")
        tally.after_fault(scene, "read only")
        _do("mount", "-o", "remount,rw", template.root)
        tally.after_next(scene, "read only")
    return tally
