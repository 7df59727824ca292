"""List, place and remove the files of a copy. No link is followed, and nothing outside of the copy is touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_FEW = 64  # files that are synced one by one


class FileTimes(NamedTuple):
    """The size of a file in bytes, and when it was modified, in whole seconds since 1970."""

    size: int
    modified: int


def files_below(root: Path) -> dict[str, FileTimes]:
    """Return size and time of all regular files below a folder by path.

    Links, pipes, empty folders and the like are removed: there are none in a bucket.
    """
    return dict(_files(os.fspath(root), ""))


def _files(folder: str, below: str) -> Iterator[tuple[str, FileTimes]]:
    with os.scandir(folder) as entries:
        found = list(entries)
    if below and not found:
        os.rmdir(folder)  # noqa: PTH106 # texts throughout
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{below}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            yield below + entry.name, FileTimes(status.st_size, status.st_mtime_ns // 1_000_000_000)
        else:
            os.unlink(entry.path)  # noqa: PTH108 # texts throughout


def place(temporary: Path, root: Path, path: str) -> None:
    """Move a complete file to its path below `root`, in place of whatever is there."""
    target = root / path
    folder = root
    for name in path.split("/")[:-1]:
        folder /= name
        if not folder.is_dir():
            folder.unlink(missing_ok=True)  # an object that is now a folder
            folder.mkdir()
    if target.is_dir():  # a folder that is now an object
        shutil.rmtree(target)
    temporary.replace(target)


def remove(root: Path, paths: Collection[str]) -> None:
    """Remove files below `root`, and the folders that are empty then: a bucket has no empty folders."""
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):  # another file is in its place now
            (root / path).unlink()
    folders = {path[:end] for path in paths for end, character in enumerate(path) if character == "/"}
    for folder in sorted(folders, key=len, reverse=True):
        with suppress(OSError):  # it has other files
            (root / folder).rmdir()


def sync_files(paths: Collection[Path]) -> None:
    """Wait until files are on the disk, so that the record never names bytes that a crash could lose."""
    if len(paths) > _FEW:
        os.sync()  # takes a fraction of a second, where thousands of calls of `fsync` take seconds
        return
    for path in paths:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def folds_case(folder: Path) -> bool:
    """Return whether the file system takes names that differ in case only for the same."""
    probe = folder / "Case"
    probe.touch()
    try:
        return (folder / "cASE").exists()
    finally:
        probe.unlink()
