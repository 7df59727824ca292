"""Small media files for tests, made of their headers: sound of a given length, pictures of a given size."""

from __future__ import annotations

import struct
import zlib

_FRAME = 417  # bytes of a frame of MPEG-1 layer 3 at 128 kbit/s and 44.1 kHz, which lasts 1152 samples


def mp3(seconds: float) -> bytes:
    """Silence as an MP3 file."""
    frame = b"\xff\xfb\x90\x00" + bytes(_FRAME - 4)
    return frame * round(seconds * 44_100 / 1_152)


def png(width: int, height: int) -> bytes:
    """A black picture as a PNG file."""
    rows = zlib.compress((b"\0" + bytes((width + 7) // 8)) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(width: int, height: int, start: int = 0xC0) -> bytes:
    """The head of a JPEG file up to its first frame header, with a comment and fill bytes before it."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = [b"\xff\xd8", b"\xff\xe0", struct.pack(">H", 16), b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"]
    parts += [b"\xff\xff\xfe", struct.pack(">H", 6), b"note", b"\xff", bytes([start]), struct.pack(">H", 11), frame]
    return b"".join(parts)
