"""A local folder as destination: files are staged beside their places, then renamed over, and nothing else is touched.

Whoever reads a file at any moment, or after a crash at any moment, has its old bytes or its new ones. All files are
staged and on the disk before the first is renamed, so that a file that cannot be made or must not be replaced stops the
publication as a whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from feeds.destinations.base import Outcome
from feeds.destinations.staging import folder_refusal, is_marked, named, staging
from feeds.destinations.sync import Disk
from feeds.model import Artifact
from posts.files.stat import digest, is_young, stamp_of
from posts.store.rows import OutputRow

_LEFT_OVER = re.compile(r"\..+\.feedmill-[0-9a-f]{8}\.tmp")  # what a run that was killed had staged


@dataclass(frozen=True, slots=True)
class Folder:
    """The output folder at `root`, which may itself be a symbolic link, and is made if it is not there.

    `known` is what is remembered of the files that we wrote, by path below the root, or, without a hash, of those that
    we were about to write; `since` is when the run that wrote them had done so, in nanoseconds since 1970.
    """

    root: Path
    known: Mapping[str, OutputRow] = field(default_factory=dict)
    since: int = 0

    def is_intact(self, path: str) -> bool:
        """Whether a file is there as we wrote it; one that could have changed unseen is read."""
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
        """Replaces the files whose bytes differ; the others are not touched, their times neither. Removals come last.

        A new file is readable as the umask says, a replaced one keeps its mode and gets a time later by a second
        at least (Last-Modified counts in seconds, and readers ignore what does not move forward). Raises
        RefusedError, with every place that is not ours to write to, and PublicationError when the disk fails;
        a refusal leaves the folder as it was.
        """
        gone = sorted(gone)
        with Disk() as disk, staging(self.root, self.known, disk) as stage:
            self._sweep()
            for artifact in artifacts:
                stage.add(artifact)
            outcome = stage.commit()
            removed = tuple(path for path in gone if self._remove(path))
            if removed:
                with named(self.root):
                    disk.expect(self.root)
                    disk.sync([self.root])
        return replace(outcome, removed=removed)

    def _sweep(self) -> None:
        """Takes away what a run that was killed has left beside its places; whoever publishes is alone."""
        for folder in {(self.root / path).parent for path in self.known} | {self.root}:
            if folder_refusal(folder, is_root=folder == self.root):
                continue
            with named(folder), suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    if _LEFT_OVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        Path(entry).unlink()

    def _remove(self, path: str) -> bool:
        """Removes a file that is still what we wrote, and the folders that are empty without it."""
        target = self.root / path
        with named(target), suppress(FileNotFoundError, NotADirectoryError):
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
