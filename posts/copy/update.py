"""Bring the copy of a bucket up to date: one listing, then only the objects that differ from the record are read.

A file is complete before it is moved to its place, and the record has it only after it is on the disk. A run that is
killed or loses the network leaves a copy of which the next one reads only the rest. Files are removed only after a
complete listing.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from posts.copy import tree
from posts.copy.extent import WHOLE, Wants, extent_of
from posts.copy.fetch import Fetcher, Listed, Source, file_of, microseconds
from posts.copy.names import is_skipped, usable_names
from posts.errors import Problem, RefusedError, UsageError
from posts.store.copy_record import Copied, CopyRecord
from posts.store.lock import Lock

CONFIGURATION = "feedmill.toml"

_RECORD = "record.sqlite3"
_OWN = frozenset(("site", "parts", _RECORD, f"{_RECORD}.lock", f"{_RECORD}-journal"))
_BATCH = 5.0  # seconds between two changes of the record


class Updated(Struct, frozen=True):
    """What an update did.

    Attributes:
        problems: The objects that cannot be copied.
        read: How many objects were read.
        removed: How many files were removed.
    """

    problems: tuple[Problem, ...] = ()
    read: int = 0
    removed: int = 0


def site_folder_of(copy: Path) -> Path:
    """Return the folder of the site in a copy."""
    return copy / "site"


def update_copy(
    copy: Path,
    address: str,
    source: Source,
    wants: Callable[[Path], Wants],
    progress: Callable[[Iterable[int], int], Iterable[int]] = lambda parts, _: parts,
) -> Updated:
    """Bring a copy up to date.

    Args:
        copy: The folder of the copy, which is created.
        address: The address of the bucket: a copy is always of the same.
        source: The bucket.
        wants: Returns what is needed of the files; it is called with the folder of the site once its configuration is
            there.
        progress: Receives an iterable that yields 1 for each object that was read, and the number of objects to read;
            returns the same iterable.

    Raises:
        RemoteError: The bucket cannot be listed or read. The copy is usable, and the next update completes it.
        RefusedError: The copy is of another bucket.
        UsageError: The folder is not that of a copy, or there are no objects at an address that is used for the first
            time.
        BusyError: Another run updates the copy.
    """
    if copy.is_symlink() or (copy.exists() and not (copy.is_dir() and {*os.listdir(copy)} <= _OWN)):  # noqa: PTH208
        raise UsageError(f"{copy}, where the copy of {address} would be, has other files; use another --state")
    with Lock() as lock:
        lock.index(copy / _RECORD)
        with closing(CopyRecord(copy / _RECORD)) as record:
            if record.address not in ("", address):
                raise RefusedError(
                    f"{copy} is a copy of {record.address}, not of {address}; nothing was changed. Use another "
                    "--state. If the site has moved there, delete this folder: published ids are kept"
                )
            return _Update(copy, address, source, record).run(wants, progress)


class _Update:
    """One update. `todo` and `gone` are about paths below the site."""

    def __init__(self, copy: Path, address: str, source: Source, record: CopyRecord) -> None:
        self.address, self.source, self.record = address, source, record
        self.site, self.parts = site_folder_of(copy), copy / "parts"
        self.read = 0
        self.wants = Wants()

    def run(self, wants: Callable[[Path], Wants], progress: Callable[[Iterable[int], int], Iterable[int]]) -> Updated:
        listed = {one.path: one for one in self.source.list() if not is_skipped(one.path)}
        if not self.record.address:
            if not listed:
                raise UsageError(f"there is nothing below {self.address}; correct the address")
            self.record.belong_to(self.address)
        self._clear()
        fold = tree.folds_case(self.parts)
        names, problems = usable_names(listed, [one.size for one in listed.values()], folds_case=fold)
        self.rows, self.files = self.record.rows(), tree.files_below(self.site)
        configuration = [listed[name] for name in names if name == CONFIGURATION]
        self._bring(self._todo(configuration, self.wants), lambda parts, _: parts)
        self.wants = wants(self.site)
        if self.wants.output:
            names = [name for name in names if not name.startswith(f"{self.wants.output}/")]
        gone = self._remove_others({*names})
        self._bring(self._todo([listed[name] for name in names], self.wants), progress)
        return Updated(tuple(problems), self.read, gone)

    def _remove_others(self, names: AbstractSet[str]) -> int:
        """Remove all files but those of the objects `names`, and return how many there were."""
        gone, lost = self.files.keys() - names, self.rows.keys() - names
        if gone or lost:
            tree.remove(self.site, gone)
            self.record.change({}, lost)
        return len(gone)

    def _clear(self) -> None:
        """Remove what a run that was killed was reading."""
        for folder in (self.site, self.parts):
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                folder.unlink()
        self.site.mkdir(exist_ok=True)
        if self.parts.exists():
            shutil.rmtree(self.parts)
        self.parts.mkdir()

    def _todo(self, objects: Sequence[Listed], wants: Wants) -> list[tuple[Listed, str]]:
        """Return the objects to copy, each with its extent."""
        extents = ((one, extent_of(one.path, one.size, wants)) for one in objects)
        return [(one, extent) for one, extent in extents if not self._is_current(one, extent)]

    def _is_current(self, one: Listed, extent: str) -> bool:
        row = self.rows.get(one.path)
        if row is None or row[:3] != (one.size, one.etag, microseconds(one.modified)):
            return False
        if self.files.get(one.path) != file_of(row):  # it was changed or deleted on this disk
            return False
        return row.extent in (extent, WHOLE)  # more is no reason to copy it again

    def _bring(
        self, todo: Sequence[tuple[Listed, str]], progress: Callable[[Iterable[int], int], Iterable[int]]
    ) -> None:
        """Copy objects, and record them batch by batch."""
        if todo:
            for _ in progress(self._copied(todo), len(todo)):
                self.read += 1

    def _copied(self, todo: Sequence[tuple[Listed, str]]) -> Iterator[int]:
        fresh: dict[str, Copied] = {}
        saved = time.monotonic()
        try:
            for found in Fetcher(self.address, self.source, self.parts, self.wants).fetch(todo):
                if found:
                    tree.place(found.temporary, self.site, found.path)
                    fresh[found.path] = found.row
                yield 1
                if time.monotonic() - saved > _BATCH:
                    self._save(fresh)
                    fresh, saved = {}, time.monotonic()
        finally:  # also after an error: the next run does not read these again
            self._save(fresh)

    def _save(self, fresh: Mapping[str, Copied]) -> None:
        if fresh:
            tree.sync_files([self.site / path for path in fresh])
            self.record.change(fresh)
            self.rows.update(fresh)
            self.files.update({path: file_of(row) for path, row in fresh.items()})
