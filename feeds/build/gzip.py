"""Compressed copies, for servers that send precompressed files (nginx `gzip_static`, Caddy `precompressed`)."""

from __future__ import annotations

import zlib

from posts.errors import PublicationError

SUFFIX = ".gz"  # no other file of feedmill has this ending
GZIP_TYPE = "application/gzip"
_MAGIC = b"\x1f\x8b"
_WINDOW = 31  # zlib's `wbits` for gzip (RFC 1952) with a window of 32 KB


def compress(path: str, data: bytes) -> bytes:
    """Return `data` in gzip format; the same data always gives the same bytes.

    Raises:
        PublicationError: decompressing the result does not give `data`; `path` is named in the message.
    """
    import gzip
    import io

    buffer = io.BytesIO()
    # No name and no time, and this class: what `gzip.compress` writes depends on the version of Python.
    with gzip.GzipFile("", "wb", fileobj=buffer, mtime=0) as file:
        file.write(data)
    written = buffer.getvalue()
    if zlib.decompress(written, _WINDOW) != data:
        raise PublicationError(f"{path}: verification failed, decompressing gives other bytes; nothing was published")
    return written


def decompressed_head(data: bytes, limit: int) -> bytes:
    """Return the first `limit` bytes of the content of a gzip file, or of `data` itself if it is not gzip."""
    if not data.startswith(_MAGIC):
        return data[:limit]
    try:
        return zlib.decompressobj(_WINDOW).decompress(data, limit)
    except zlib.error:
        return b""
