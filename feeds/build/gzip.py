"""A compressed twin beside every file, for servers that send those (nginx's `gzip_static`, Caddy's `precompressed`)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from feeds.model import Artifact
from posts.errors import PublicationError

if TYPE_CHECKING:
    from feeds.build.job import Job

_P = ParamSpec("_P")

SUFFIX = ".gz"  # no other file of ours ends so
_TYPE = "application/gzip"
_MAGIC = b"\x1f\x8b"
_WINDOW = 31  # zlib's way to say: gzip (RFC 1952), with a window of 32 KB


def paired(jobs: Iterable[Job]) -> list[Job]:
    """`jobs`, and right behind each of them the same file compressed.

    Another zlib may write other bytes: its version counts.
    """
    return [one for job in jobs for one in (job, _twin(job))]


def _twin(job: Job) -> Job:
    return replace(
        job, path=job.path + SUFFIX, name=job.name + SUFFIX, signature=f"{job.signature} {zlib.ZLIB_RUNTIME_VERSION}"
    )


def with_twins(
    build: Callable[Concatenate[Sequence[Job], _P], Iterator[Artifact]],
) -> Callable[Concatenate[Sequence[Job], _P], Iterator[Artifact]]:
    """`build` that makes twins as well: each right behind its file, and a file once where both are asked for.

    Raises (besides what `build` does):
        PublicationError: what was compressed does not come back.
    """

    @wraps(build)
    def both(jobs: Sequence[Job], /, *rest: _P.args, **named: _P.kwargs) -> Iterator[Artifact]:
        wanted = {job.path: job for job in jobs}
        files = {job.path.removesuffix(SUFFIX): job for job in jobs}
        originals = [replace(job, path=path, name=job.name.removesuffix(SUFFIX)) for path, job in files.items()]
        for artifact in build(originals, *rest, **named):
            if artifact.path in wanted:
                yield replace(artifact, signature=wanted[artifact.path].signature)
            twin = wanted.get(artifact.path + SUFFIX)
            if twin is not None:
                yield Artifact(twin.path, _TYPE, _compressed(twin.path, artifact.data), twin.signature)

    return both


def head(data: bytes, most: int) -> bytes:
    """The first bytes, `most` at most, of what a gzip file holds; of any other file its own."""
    if not data.startswith(_MAGIC):
        return data[:most]
    try:
        return zlib.decompressobj(_WINDOW).decompress(data, most)
    except zlib.error:
        return b""


def _compressed(path: str, data: bytes) -> bytes:
    import gzip
    import io

    buffer = io.BytesIO()
    # Without name and time, and by this class: what `gzip.compress` writes depends on the version of Python.
    with gzip.GzipFile("", "wb", fileobj=buffer, mtime=0) as file:
        file.write(data)
    written = buffer.getvalue()
    if zlib.decompress(written, _WINDOW) != data:
        raise PublicationError(f"{path}: cannot be read again; nothing was published of it")
    return written
