"""Scan post files: bytes to packed heads, with their problems. Runs in any process."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError, Problem, Severity
from posts.files import read as files
from posts.files import stat as stamps
from posts.model import Head, ReportProblem
from posts.pipeline.scan import scan_post
from posts.problems import severity_of
from posts.sites.base import PostFile, SiteKind
from posts.store import codec
from posts.store.rows import FileRow
from posts.text import plain

MOST_ALIKE = 20

_NOWHERE = stamps.Stamp(-1, 0, 0, 0)


class Scanned(NamedTuple):
    """The result for one post file.

    Attributes:
        head: The head; None if the file could not be read.
        problems: The problems of the file.
        held: The state in which the author holds back a post without a head, or "".
    """

    head: Head | None
    problems: tuple[Problem, ...]
    held: str = ""


class Task(NamedTuple):
    """A file to read. `hash` and `packet` are those of an earlier run, or empty."""

    found: PostFile
    hash: bytes = b""
    packet: bytes = b""


class Scanner(Struct, frozen=True):
    """Scan chunks of post files: return a row with the packed head for each task."""

    root: Path
    kind: SiteKind
    options: ReadOptions

    def __call__(self, chunk: list[Task]) -> list[FileRow]:
        return [self._scan(task) for task in chunk]

    def _scan(self, task: Task) -> FileRow:
        path = task.found.path
        try:
            stamp, data = files.read(self.root, path, self.kind.private_names)
        except PostError as error:
            return _failed(error.line, error.code, error.message)
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise
            return _failed(0, "unreadable", f"cannot read the file ({error.strerror}); check its permissions")
        found = file_hash(data, stamp, self.kind)
        if task.packet and found == task.hash:
            return FileRow(stamp, found, task.packet)
        return FileRow(stamp, found, self._packet(task.found, data))

    def _packet(self, found: PostFile, data: bytes) -> bytes:
        problems: list[tuple[int, str, Severity, str]] = []
        try:
            head = scan_post(found, data, self.kind, self.options, capped_reporter(problems))
            return _packed(head, problems)
        except PostError as error:
            problems.append((error.line, error.code, severity_of(error.code), error.message))
            return _packed(None, problems, error.held)
        except Exception as error:  # noqa: BLE001 # an unexpected error, a bug included, affects only one post
            return _packed(None, [*problems, internal_error(error)])


def file_hash(data: bytes, stamp: stamps.Stamp, kind: SiteKind) -> bytes:
    """Return the hash of a post file by which a change is recognised.

    Args:
        data: The bytes of the file.
        stamp: Its size and times.
        kind: The kind of site. Where metadata depend on the time of the last change, the hash does, too.
    """
    return stamps.digest(b"%d %b" % (stamp.mtime, data) if kind.reads_file_times else data)


def _failed(line: int, code: str, message: str) -> FileRow:
    """Return a row for a file that could not be read. The next run reads the file again."""
    return FileRow(_NOWHERE, b"", _packed(None, [(line, code, severity_of(code), message)]))


def unpack(path: str, packet: bytes) -> Scanned | None:
    """Return the result in a packet; None for a damaged packet."""
    stored = codec.decode_file(packet)
    if stored is None:
        return None
    problems = tuple([Problem(path, *problem) for problem in stored.complaints]) if stored.complaints else ()
    return Scanned(stored.head, problems, stored.held)


def capped_reporter(problems: list[tuple[int, str, Severity, str]]) -> ReportProblem:
    """Return a function that adds problems to a list, at most the first twenty of each code."""
    counts: dict[str, int] = {}

    def report(line: int, code: str, message: str) -> None:
        counts[code] = counts.get(code, 0) + 1
        if counts[code] <= MOST_ALIKE:
            problems.append((line, code, severity_of(code, published=True), message))

    return report


def internal_error(error: Exception) -> tuple[int, str, Severity, str]:
    """Return the problem for an unexpected error."""
    what = plain(f"{type(error).__name__}: {error}")[:200]
    return (0, "internal", severity_of("internal"), f"internal error ({what}); please report this bug")


def _packed(head: Head | None, problems: list[tuple[int, str, Severity, str]], held: str = "") -> bytes:
    return codec.encode_file(codec.FileFacts(head, tuple(problems), held))
