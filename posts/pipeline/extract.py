"""Extract metadata from post files: bytes to packed metadata, with their problems. Runs in any process."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError, Problem, Severity
from posts.files import read as files
from posts.files import stat as stamps
from posts.model import PostMetadata, ReportProblem
from posts.pipeline.metadata import read_metadata
from posts.problems import severity_of
from posts.sites.base import PostFile, SiteKind
from posts.store import codec
from posts.store.rows import FileRow
from posts.text import plain

MOST_ALIKE = 20
LONGEST_PATH = 4_096  # characters: PATH_MAX of most systems

_NOWHERE = stamps.Stamp(-1, 0, 0, 0)


class Extracted(NamedTuple):
    """The result for one post file.

    Attributes:
        metadata: The metadata; None if the file could not be read.
        problems: The problems of the file.
        media: The local media whose sizes are part of the metadata: (address, size in bytes).
        held: The state in which the author holds back a post without metadata, or "".
    """

    metadata: PostMetadata | None
    problems: tuple[Problem, ...]
    media: tuple[tuple[str, int], ...]
    held: str = ""


class Task(NamedTuple):
    """A file to read. `hash` and `packet` are those of an earlier run, or empty."""

    found: PostFile
    hash: bytes = b""
    packet: bytes = b""


@dataclass(frozen=True, slots=True)
class Extractor:
    """Extract the metadata of chunks of post files: return a row with packed metadata for each task."""

    root: Path
    kind: SiteKind
    options: ReadOptions

    def __call__(self, chunk: list[Task]) -> list[FileRow]:
        return [self._extract(task) for task in chunk]

    def _extract(self, task: Task) -> FileRow:
        path = task.found.path
        try:
            stamp, data = files.read(self.root, path, self.kind.private_names)
        except PostError as error:
            return _failed(error.line, error.code, error.message)
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise
            return _failed(0, "unreadable", f"cannot read the file ({error.strerror}); check its permissions")
        found = stamps.digest(data)
        if task.packet and found == task.hash:
            return FileRow(stamp, found, task.packet)
        return FileRow(stamp, found, self._packet(task.found, data))

    def _packet(self, found: PostFile, data: bytes) -> bytes:
        problems: list[tuple[int, str, Severity, str]] = []
        media: list[tuple[str, int]] = []
        try:
            metadata = read_metadata(
                found, data, self.kind, self.options, self._sizer(media), capped_reporter(problems)
            )
        except PostError as error:
            problems.append((error.line, error.code, severity_of(error.code), error.message))
            return _packed(None, problems, media, error.held)
        except Exception as error:  # noqa: BLE001 # an unexpected error, a bug included, affects only one post
            return _packed(None, [*problems, internal_error(error)], media)
        return _packed(metadata, problems, media)

    def _sizer(self, media: list[tuple[str, int]]) -> Callable[[str], int]:
        def size(address: str) -> int:
            media.append((address, media_size(self.root, address)))
            return media[-1][1]

        return size


def _failed(line: int, code: str, message: str) -> FileRow:
    """Return a row for a file that could not be read. The next run reads the file again."""
    return FileRow(_NOWHERE, b"", _packed(None, [(line, code, severity_of(code), message)], ()))


def unpack(path: str, packet: bytes) -> Extracted | None:
    """Return the result in a packet; None for a damaged packet."""
    stored = codec.decode_file(packet)
    if stored is None:
        return None
    problems = tuple(Problem(path, *problem) for problem in stored.complaints)
    return Extracted(stored.metadata, problems, stored.media, stored.held)


def media_size(root: Path, address: str) -> int:
    """Return the size in bytes of the local file at an address; 0 if it does not exist or is outside of the site."""
    name = media_path(address)
    try:
        path = (root / name).resolve() if name else root
        return path.stat().st_size if path.is_relative_to(root.resolve()) and path.is_file() else 0
    except (OSError, RuntimeError, ValueError):  # circular links, invalid file names
        return 0


def media_path(address: str) -> str:
    """Return the path below the site of a local address; "" for another host, or for a path that is too long."""
    if address.startswith(("//", "http:", "https:")) or "\0" in address or len(address) > LONGEST_PATH:
        return ""
    path = posixpath.normpath(address.partition("?")[0].partition("#")[0].lstrip("/"))
    return "" if path in (".", "..") or path.startswith("../") else path


def capped_reporter(problems: list[tuple[int, str, Severity, str]]) -> ReportProblem:
    """Return a function that adds problems to a list, at most the first twenty of each code."""
    counts: Counter[str] = Counter()

    def report(line: int, code: str, message: str) -> None:
        counts[code] += 1
        if counts[code] <= MOST_ALIKE:
            problems.append((line, code, severity_of(code, published=True), message))

    return report


def internal_error(error: Exception) -> tuple[int, str, Severity, str]:
    """Return the problem for an unexpected error."""
    what = plain(f"{type(error).__name__}: {error}")[:200]
    return (0, "internal", severity_of("internal"), f"internal error ({what}); please report this bug")


def _packed(
    metadata: PostMetadata | None,
    problems: list[tuple[int, str, Severity, str]],
    media: Iterable[tuple[str, int]],
    held: str = "",
) -> bytes:
    return codec.encode_file(codec.FileFacts(metadata, tuple(problems), tuple(media), held))
