"""The first stage over files: bytes to packed facts, with what is wrong with them. Runs in any process."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError
from posts.files import read as files
from posts.files import stat as stamps
from posts.model import PostMetadata, Problem, Severity
from posts.pipeline import metadata as facts
from posts.problems import ReportProblem, severity_of
from posts.sites.base import PostFile, SiteKind
from posts.store import codec
from posts.store.rows import FileRow
from posts.text import plain

MOST_ALIKE = 20
LONGEST_PATH = 4_096  # characters: PATH_MAX of most systems

_NOWHERE = stamps.Stamp(-1, 0, 0, 0)


class Outcome(NamedTuple):
    """What is known of one post file: its facts or an error, complaints, and the media whose sizes were looked up."""

    facts: PostMetadata | None
    problems: tuple[Problem, ...]
    media: tuple[tuple[str, int], ...]


class Task(NamedTuple):
    """A file to examine; `hash` and `facts` are what is known of it already, if anything is."""

    found: PostFile
    hash: bytes = b""
    facts: bytes = b""


@dataclass(frozen=True, slots=True)
class Examiner:
    """Examines chunks of tasks: a row for each, with packed facts."""

    root: Path
    kind: SiteKind
    options: ReadOptions

    def __call__(self, chunk: list[Task]) -> list[FileRow]:
        return [self._examine(task) for task in chunk]

    def _examine(self, task: Task) -> FileRow:
        path = task.found.path
        try:
            stamp, data = files.read(self.root, path, self.kind.private_names)
        except PostError as error:
            return _failed(error.line, error.code, error.message)
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise
            return _failed(0, "unreadable", f"the file cannot be read ({error.strerror})")
        found = stamps.digest(data)
        if task.facts and found == task.hash:
            return FileRow(stamp, found, task.facts)
        return FileRow(stamp, found, self._facts(task.found, data))

    def _facts(self, found: PostFile, data: bytes) -> bytes:
        complaints: list[tuple[int, str, Severity, str]] = []
        media: list[tuple[str, int]] = []
        try:
            known = facts.read(found, data, self.kind, self.options, self._sizer(media), few(complaints))
        except PostError as error:
            return _packed(None, [*complaints, (error.line, error.code, severity_of(error.code), error.message)], media)
        except Exception as error:  # noqa: BLE001 # whatever is wrong with one post, or with us, costs one post
            return _packed(None, [*complaints, internal(error)], media)
        return _packed(known, complaints, media)

    def _sizer(self, media: list[tuple[str, int]]) -> Callable[[str], int]:
        def size(address: str) -> int:
            media.append((address, media_size(self.root, address)))
            return media[-1][1]

        return size


def _failed(line: int, code: str, message: str) -> FileRow:
    """Nothing is known of the file, and nothing will be taken for known of it in the next run."""
    return FileRow(_NOWHERE, b"", _packed(None, [(line, code, severity_of(code), message)], ()))


def outcome(path: str, packet: bytes) -> Outcome | None:
    """What a packet says; None for a damaged one."""
    facts = codec.decode_file(packet)
    if facts is None:
        return None
    return Outcome(facts.metadata, tuple(Problem(path, *complaint) for complaint in facts.complaints), facts.media)


def media_size(root: Path, address: str) -> int:
    """The size of the file of the site behind a local address; 0 for what is not there or lies elsewhere."""
    name = media_path(address)
    try:
        path = (root / name).resolve() if name else root
        return path.stat().st_size if path.is_relative_to(root.resolve()) and path.is_file() else 0
    except (OSError, RuntimeError, ValueError):  # circles of links, names that no file can have
        return 0


def media_path(address: str) -> str:
    """The path below the site that a local address means; "" for one that leads elsewhere, or is too long to be one."""
    if address.startswith(("//", "http:", "https:")) or "\0" in address or len(address) > LONGEST_PATH:
        return ""
    path = posixpath.normpath(address.partition("?")[0].partition("#")[0].lstrip("/"))
    return "" if path in (".", "..") or path.startswith("../") else path


def few(complaints: list[tuple[int, str, Severity, str]]) -> ReportProblem:
    """Takes warnings into a list, but no flood of them: of each code the first twenty."""
    counts: Counter[str] = Counter()

    def report(line: int, code: str, message: str) -> None:
        counts[code] += 1
        if counts[code] <= MOST_ALIKE:
            complaints.append((line, code, severity_of(code, published=True), message))

    return report


def internal(error: Exception) -> tuple[int, str, Severity, str]:
    """The complaint about a mistake of our own."""
    what = plain(f"{type(error).__name__}: {error}")[:200]
    return (0, "internal", severity_of("internal"), f"feedmill failed on this post, please report it: {what}")


def _packed(
    known: PostMetadata | None, complaints: list[tuple[int, str, Severity, str]], media: Iterable[tuple[str, int]]
) -> bytes:
    return codec.encode_file(codec.FileFacts(known, tuple(complaints), tuple(media)))
