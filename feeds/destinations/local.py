"""A local folder as destination: files are staged next to their targets, synced and renamed.

A reader sees the old or the new bytes of a file at any moment, also after a crash. All files are staged and synced
before the first is renamed, so that a file that cannot be built or must not be replaced stops the whole publication.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from feeds.destinations.base import Outcome
from feeds.destinations.staging import folder_refusal, is_marked, staging, writing
from feeds.destinations.sync import Disk
from feeds.model import Artifact
from posts.files.stat import digest, is_young, stamp_of
from posts.store.rows import OutputRow
from posts.text import lazy_pattern

_LEFT_OVER = lazy_pattern(r"\..+\.feedmill-[0-9a-f]{8}\.tmp")  # staged by a run that was killed


class LocalFolder(Struct, frozen=True):
    """The output folder, which is created if needed.

    Attributes:
        root: its path; it may be a symbolic link.
        known: the index rows of files that feedmill wrote, by path; rows without a hash were about to be written.
        since: when the run that wrote them ended, in nanoseconds since 1970.
    """

    root: Path
    known: Mapping[str, OutputRow] = field(default_factory=dict)
    since: int = 0

    def is_intact(self, path: str) -> bool:
        """Return whether a file is unchanged; it is read only if its time stamps cannot tell."""
        row = self.known.get(path)
        if row is None:
            return False
        try:
            stamp = stamp_of(os.lstat(self.root / path))
            if stamp == row.stamp and not is_young(stamp.ctime, self.since):
                return True
            return stamp.size == row.stamp.size and digest((self.root / path).read_bytes()) == row.hash
        except OSError:
            return False

    def publish(self, artifacts: Iterable[Artifact], gone: Iterable[str] = ()) -> Outcome:
        """Replace the files whose bytes differ, then remove files; other files and their times stay as they are.

        A new file gets its mode from the umask. A replaced file keeps its mode, and its time advances by at least a
        second: Last-Modified has whole seconds, and readers ignore a file whose time does not advance. A file that is
        missing and gets the bytes that it had when the last run ended gets the time that it had, too.

        Raises:
            RefusedError: lists every file in the way that feedmill did not write; nothing was changed.
            PublicationError: a file cannot be written.
        """
        gone = sorted(gone)
        with Disk() as disk, staging(self.root, self.known, disk) as stage:
            self._sweep()
            for artifact in artifacts:
                stage.add(artifact)
            outcome = stage.commit()
            removed = tuple(path for path in gone if self._remove(path))
            if removed:
                with writing(self.root):
                    disk.expect(self.root)
                    disk.sync([self.root])
        return replace(outcome, removed=removed)

    def _sweep(self) -> None:
        """Remove the staged files of killed runs; the lock guarantees that no other run is publishing."""
        for folder in {(self.root / path).parent for path in self.known} | {self.root}:
            if folder_refusal(folder, is_root=folder == self.root):
                continue
            with writing(folder), suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    if _LEFT_OVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        Path(entry).unlink()

    def _remove(self, path: str) -> bool:
        """Remove a file that is still as feedmill wrote it, and the folders that it leaves empty."""
        target = self.root / path
        with writing(target), suppress(FileNotFoundError, NotADirectoryError):
            if not self._is_ours(path, target.read_bytes()):
                return False
            target.unlink()
            with suppress(OSError):  # not empty
                for folder in target.parents:
                    if folder == self.root:
                        break
                    folder.rmdir()
            return True
        return False

    def _is_ours(self, path: str, data: bytes) -> bool:
        known = self.known[path].hash
        return digest(data) == known if known else is_marked(data)
