"""Fetch objects of a bucket into temporary files, several at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol

from msgspec import Struct

from posts.copy.extent import PROBE, Wants, length_of
from posts.copy.ranges import RangeFile
from posts.copy.tree import FileTimes
from posts.errors import RemoteError
from posts.store.copy_record import Copied

AT_ONCE = 16
"""How many objects are read at the same time."""

_TRIES = 3  # for an object that is replaced while it is read
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Listed(Protocol):
    """What a listing says about an object; see `posts.objects.store.StoredObject`."""

    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def etag(self) -> str: ...
    @property
    def modified(self) -> datetime: ...


class Source(Protocol):
    """Where a copy is made from; see `posts.objects.store.ObjectStore`. The methods raise RemoteError."""

    def list(self) -> Iterable[Listed]:
        """Yield all objects below the address."""
        ...

    def read(self, path: str, start: int, length: int) -> tuple[Listed, Iterator[bytes]]:
        """Return what the store says about an object, and some of its bytes in parts. Raises FileNotFoundError."""
        ...


class Fetched(Struct, frozen=True):
    """A complete temporary file, the path that it belongs to, and its row in the record."""

    temporary: Path
    path: str
    row: Copied


class Fetcher:
    """Fetches objects.

    Args:
        address: The address of the bucket, for messages.
        source: The bucket.
        folder: The folder of the temporary files, which is empty.
        wants: What is needed of media files.
    """

    def __init__(self, address: str, source: Source, folder: Path, wants: Wants) -> None:
        self.address, self.source, self.folder, self.wants = address, source, folder, wants

    def fetch(self, todo: Sequence[tuple[Listed, str]]) -> Iterator[Fetched | None]:
        """Yield what was fetched, in any order; None for an object that is gone.

        Args:
            todo: The objects, each with its extent (`posts.copy.extent`).
        """
        tasks = ((self.folder / str(number), one, extent) for number, (one, extent) in enumerate(todo))
        if len(todo) == 1:
            yield self._fetch(*next(tasks))
            return
        from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

        executor = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copy")
        running = set()
        try:
            for task in tasks:
                running.add(executor.submit(self._fetch, *task))
                if len(running) >= 2 * AT_ONCE:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        finally:
            executor.shutdown(cancel_futures=True)

    def _fetch(self, temporary: Path, one: Listed, extent: str) -> Fetched | None:
        """Read an object into a temporary file, which has holes where nothing is copied."""
        for _ in range(_TRIES):
            try:
                with temporary.open("w+b") as file:
                    self._fill(file, one, extent)
            except _ReplacedError as error:
                one = error.found
                continue
            except FileNotFoundError:  # removed since it was listed
                return None
            row = Copied(one.size, one.etag, microseconds(one.modified), extent)
            os.utime(temporary, (file_of(row).modified,) * 2)
            return Fetched(temporary, one.path, row)
        raise RemoteError(f"{self.address}: {one.path} is replaced whenever it is read; run again")

    def _fill(self, file: BinaryIO, one: Listed, extent: str) -> None:
        """Write the part of an object that is copied into a file, and give the file the size of the object."""
        file.truncate(one.size)
        if extent.startswith(PROBE) and one.size:
            parts = RangeFile(one.path, file, partial(self._part, one))
            with suppress(OSError):
                self.wants.probe(BufferedReader(parts, 512))
            if parts.failure:
                raise parts.failure
        elif length := length_of(extent, one.size):
            file.writelines(self._parts(one, 0, length))
            if file.tell() != length:
                raise self._incomplete(one, file.tell(), length)

    def _part(self, one: Listed, start: int, length: int) -> bytes:
        data = b"".join(self._parts(one, start, length))
        if len(data) != length:
            raise self._incomplete(one, len(data), length)
        return data

    def _parts(self, one: Listed, start: int, length: int) -> Iterator[bytes]:
        found, parts = self.source.read(one.path, start, length)
        if (found.etag, found.size) != (one.etag, one.size):
            raise _ReplacedError(found)
        return parts

    def _incomplete(self, one: Listed, had: int, length: int) -> RemoteError:
        what = f"the answer has {had:,} of {length:,} bytes"
        return RemoteError(f"{self.address}: reading {one.path} failed: {what}; run again")


class _ReplacedError(Exception):
    """An object was replaced since it was listed; `found` is what the store says now."""

    def __init__(self, found: Listed) -> None:
        super().__init__(found.path)
        self.found = found


def file_of(row: Copied) -> FileTimes:
    """Return what the file of an object must be like: some file systems, and archives, have times in whole seconds."""
    return FileTimes(row.size, row.modified // 1_000_000)


def microseconds(moment: datetime) -> int:
    """Return a time in microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
