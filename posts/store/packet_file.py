"""Keep the packets of one run out of memory until they are stored in the index: beyond a limit they are in a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

IN_MEMORY = 8 * 1024 * 1024
"""How many bytes of packets each such store holds in memory."""


class PacketFile:
    """Hold packets by name. The first ones are in memory, the others in an unnamed file that ends with the process.

    Processes that are forked later can read all packets; what they add, only they have.

    Args:
        folder: Where the file is created. If that is impossible, all packets remain in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._room = folder, IN_MEMORY
        self._packets: dict[str, bytes | tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._end = 0
        self._process = os.getpid()

    def __contains__(self, name: str) -> bool:
        return name in self._packets

    def __setitem__(self, name: str, packet: bytes) -> None:
        self._room -= len(packet)
        is_own = os.getpid() == self._process  # the file is shared with forked processes, and so is its end
        self._packets[name] = packet if self._room >= 0 or not is_own else self._written(packet)

    def __getitem__(self, name: str) -> bytes:
        """Return a packet.

        Raises:
            KeyError: There is none with this name.
            OSError: The file cannot be read.
        """
        packet = self._packets[name]
        if isinstance(packet, bytes):
            return packet
        start, length = packet
        return os.pread(self._file.fileno(), length, start) if self._file else b""

    def _written(self, packet: bytes) -> bytes | tuple[int, int]:
        """Append a packet to the file; return its place, or the packet itself if it cannot be written."""
        with suppress(OSError):
            if self._file is None:
                import tempfile
                import weakref

                self._file = tempfile.TemporaryFile(buffering=0, dir=self._folder)  # noqa: SIM115 # for the whole run
                weakref.finalize(self, self._file.close)
            done = os.pwrite(self._file.fileno(), packet, self._end)
            if done == len(packet):
                self._end += done
                return (self._end - done, done)
        return packet
