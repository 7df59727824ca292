"""Read an object like a file of which only the parts that are asked for are fetched. They are kept in a file."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any, BinaryIO

BLOCK = 128 * 1024
"""How many bytes one request fetches at least."""


class RangeFile(io.RawIOBase):
    """A file whose bytes come from an object of a bucket.

    Args:
        name: The name of the file, by whose suffix libraries recognize a format.
        target: The file that gets the parts that are fetched, at their places; it has the size of the object.
        fetch: Returns the bytes of the object from a place on: (place, length) -> bytes.

    Attributes:
        failure: What `fetch` has raised, if it has. Readers see an error of the disk, which they may take for the end
            of a damaged file.
    """

    def __init__(self, name: str, target: BinaryIO, fetch: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self.name = name
        self._target, self._fetch = target, fetch
        self._size = target.seek(0, os.SEEK_END)
        self._place = 0
        self._fetched: set[int] = set()
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if place < 0:
            raise OSError("negative seek position")
        self._place = place
        return place

    def readinto(self, buffer: Any, /) -> int:
        end = min(self._place + len(buffer), self._size)
        if end <= self._place:
            return 0
        missing = {*range(self._place // BLOCK, (end - 1) // BLOCK + 1)} - self._fetched
        if missing:
            start, stop = min(missing) * BLOCK, min((max(missing) + 1) * BLOCK, self._size)
            try:
                data = self._fetch(start, stop - start)
            except Exception as error:
                self.failure = self.failure or error
                raise OSError("the object cannot be read") from error
            self._target.seek(start)
            self._target.write(data)
            self._fetched |= missing
        self._target.seek(self._place)
        data = self._target.read(end - self._place)
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)
