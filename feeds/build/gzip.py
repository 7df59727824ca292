"""Make compressed copies for servers that send precompressed files (nginx `gzip_static`, Caddy `precompressed`)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator

from feeds.build.job import CompressedCopy, HeadersFile, Job, OriginalFile
from posts.errors import PublicationError

SUFFIX = ".gz"  # no other file of feedmill has this ending
GZIP_TYPE = "application/gzip"
_MAGIC = b"\x1f\x8b"
_WINDOW = 31  # zlib's `wbits` for gzip (RFC 1952) with a window of 32 KB


def with_compressed_copies(files: Iterable[OriginalFile]) -> Iterator[Job]:
    """Yield `files`, each followed by its compressed copy. `_headers` has none: hosts read it and do not serve it."""
    for file in files:
        yield file
        if not isinstance(file, HeadersFile):
            # Another zlib may write other bytes, so its version is part of the signature.
            signature = f"{file.signature} {zlib.ZLIB_RUNTIME_VERSION}"
            yield CompressedCopy(file.path + SUFFIX, file.name + SUFFIX, signature, file)


def compress(path: str, data: bytes) -> bytes:
    """Return `data` in gzip format; the same data always gives the same bytes.

    Raises:
        PublicationError: decompressing the result does not give `data`; `path` is named in the message.
    """
    import gzip

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
