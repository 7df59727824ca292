"""Read the size of a PNG or JPEG picture from the head of its file."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
# Frame headers of JPEG (ITU-T T.81, table B.1): all SOF markers; 0xC4, 0xC8 and 0xCC are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a segment
_MOST_SEGMENTS = 10_000


def picture_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a picture in pixels; (0, 0) if it is not a PNG or JPEG file, or is damaged."""
    try:
        with path.open("rb") as file:
            return read_picture_size(file)
    except OSError:
        return 0, 0


def read_picture_size(file: BinaryIO) -> tuple[int, int]:
    """Return the size of a picture as `picture_size` does, from an open file that can seek."""
    head = file.read(24)
    try:
        if head.startswith(_PNG) and head[12:16] == b"IHDR":
            width, height = struct.unpack(">II", head[16:24])
            return width, height
        if head.startswith(_JPEG):
            file.seek(2)
            return _jpeg_size(file)
    except struct.error:
        pass
    return 0, 0


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Return the size in the first frame header. Raises struct.error at the end of the file."""
    for _ in range(_MOST_SEGMENTS):
        fill, marker = struct.unpack(">BB", file.read(2))
        while fill == marker == 0xFF:  # any number of fill bytes is allowed
            (marker,) = struct.unpack(">B", file.read(1))
        if fill != 0xFF:
            break
        if marker in _ALONE:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker in _FRAMES:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    return 0, 0
