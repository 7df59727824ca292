"""Staging: files are written next to their targets, synced, and renamed when all are ready."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct, field

from feeds.build.gzip import decompressed_head
from feeds.destinations.base import Outcome
from feeds.destinations.sync import Disk
from feeds.model import Artifact
from posts.errors import PublicationError, RefusedError
from posts.files.stat import Stamp, digest, stamp_of
from posts.store.rows import OutputRow
from posts.text import lazy_pattern

# The marks that feedmill wrote a file, one per format. In a text they would be escaped.
# A comment counts only at the start of a file: other pages may include the fragment.
_OURS = lazy_pattern(
    rb'<generator>feedmill</generator>|"_feedmill": |<meta name="generator" content="feedmill" />'
    rb'|\A(?:<\?xml[^>]*>\s*)?(?:<!--|/\*) generator="feedmill" (?:-->|\*/)|\A# generator="feedmill"\n'
)
_PAGES = (".html", ".css", ".js")
_HEAD = 1 << 18  # bytes that contain the mark: it follows title and description, whose lengths are limited
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_SECOND = 1_000_000_000  # nanoseconds


def is_marked(data: bytes) -> bool:
    """Return whether the bytes of a file contain the mark that feedmill wrote it."""
    return bool(_OURS.search(decompressed_head(data, _HEAD)))


class Stage(Struct):
    """The staged files of one publication below `root`; `known` are the index rows of files that feedmill wrote."""

    root: Path
    known: Mapping[str, OutputRow]
    disk: Disk
    rows: dict[str, tuple[bytes, str]] = field(default_factory=dict)  # hash and signature
    staged: list[tuple[str, Path, Path]] = field(default_factory=list)  # path below the root, temporary, target
    unchanged: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)  # checked folders, and why each must not be used
    created: list[Path] = field(default_factory=list)

    def add(self, artifact: Artifact) -> None:
        """Stage a file, unless the target has the same bytes or must not be replaced."""
        target = self.root.joinpath(*artifact.path.split("/"))
        if not artifact.data:
            raise PublicationError(f"{target}: verification failed, the file is empty; nothing was published")
        with writing(target):
            refusal, present = self._check(artifact, target)
            if refusal:
                self.refusals.append(f"{target}: {refusal}")
            elif present is not None and present == artifact.data:
                self.unchanged.append(artifact.path)
            elif not self.refusals:
                self._write(artifact, target)
            self.rows[artifact.path] = (digest(artifact.data), artifact.signature)

    def commit(self) -> Outcome:
        """Sync the staged files, then rename all of them to their targets."""
        if self.refusals:
            raise RefusedError("\n".join(self.refusals))
        self._sync([temporary for _, temporary, _ in self.staged])
        for _, temporary, target in self.staged:
            with writing(target):
                temporary.replace(target)
        self._sync({target.parent for _, _, target in self.staged} | {folder.parent for folder in self.created})
        written = tuple(sorted(path for path, _, _ in self.staged))
        rows = {path: OutputRow(self._stamp(path), *row) for path, row in self.rows.items()}
        return Outcome(written=written, unchanged=tuple(sorted(self.unchanged)), rows=rows)

    def _sync(self, paths: Collection[Path]) -> None:
        if paths:
            with writing(self.root):
                self.disk.sync(paths)

    def _stamp(self, path: str) -> Stamp:
        with writing(self.root / path):
            return stamp_of(os.lstat(self.root / path))

    def discard(self) -> None:
        """Remove staged files that were not renamed, and the folders that were created for them."""
        for _, temporary, _ in self.staged:
            with suppress(OSError):  # the error that led here is being reported
                temporary.unlink(missing_ok=True)
        for folder in reversed(self.created):
            with suppress(OSError):  # not empty: another program uses it
                folder.rmdir()

    def _check(self, artifact: Artifact, target: Path) -> tuple[str, bytes | None]:
        """Return why `target` must not be replaced ("" if it may be), and its present bytes."""
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in artifact.path.split("/")):
            return "is outside the output folder", None
        refusal = self._folder(artifact.path.rpartition("/")[0])
        return (refusal, None) if refusal else _present(target, artifact.data, self.known.get(artifact.path))

    def _folder(self, folder: str) -> str:
        """Return why `folder` (below the root, "" for the root) or a parent must not be used, "" if it may be."""
        if folder not in self.folders:
            above = self._folder(folder.rpartition("/")[0]) if folder else ""
            self.folders[folder] = above or folder_refusal(self.root / folder, is_root=not folder)
        return self.folders[folder]

    def _write(self, artifact: Artifact, target: Path) -> None:
        self._make(target.parent)
        self.disk.expect(target.parent)
        temporary = target.with_name(f".{target.name}.feedmill-{os.urandom(4).hex()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW
        with open(os.open(temporary, flags, 0o666), "wb") as file:  # noqa: PTH123 - Path.open has no O_NOFOLLOW
            self.staged.append((artifact.path, temporary, target))
            file.write(artifact.data)
        if os.stat(temporary).st_size != len(artifact.data):  # noqa: PTH116 # once for every file
            raise OSError(errno.EIO, "incomplete write")
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            _advance(temporary, target)
        elif (known := self.known.get(artifact.path)) and known.hash == digest(artifact.data):
            # A fresh checkout, or a build that empties its folder: the same bytes keep their Last-Modified.
            os.utime(temporary, ns=(known.stamp.mtime, known.stamp.mtime))

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir()
        self.created.append(folder)


@contextmanager
def staging(root: Path, known: Mapping[str, OutputRow], disk: Disk) -> Iterator[Stage]:
    """Yield a stage; discard what it staged if an exception leaves the block."""
    stage = Stage(root, known, disk)
    try:
        yield stage
    except BaseException:
        stage.discard()
        raise


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn an OSError into a PublicationError that names `target`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PublicationError(
            f"{target}: cannot be written ({reason}); check free space and permissions, then run again"
        ) from error


def folder_refusal(folder: Path, *, is_root: bool) -> str:
    """Return why files must not be written into `folder`, "" if they may be; only the root may be a symbolic link."""
    try:
        mode = folder.stat(follow_symlinks=is_root).st_mode
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(mode):
        return f"{folder} is a symbolic link, which may lead out of the output; replace it by a folder"
    return "" if stat.S_ISDIR(mode) else f"{folder} is not a folder; move it away"


def _present(target: Path, data: bytes, known: OutputRow | None) -> tuple[str, bytes | None]:
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return "", None
    if not stat.S_ISREG(mode):
        kind = "folder" if stat.S_ISDIR(mode) else "symbolic link" if stat.S_ISLNK(mode) else "special file"
        return f"is a {kind}, not a file; move it away", None
    with open(os.open(target, os.O_RDONLY | _NOFOLLOW), "rb") as file:  # noqa: PTH123 - Path follows links
        present = file.read(max(_HEAD, len(data) + 1))
    is_ours = known is not None and (
        known.hash or not present.strip(b"\0")
    )  # zeros: what a file system leaves of a file it lost
    if is_ours or present == data or is_marked(present):
        return "", present
    remedy = "move it away, change [feeds] out or [feeds.paths], or take it over with `feedmill adopt`"
    remedy += ", or turn off pages ([feeds] pages = false)" if target.suffix in _PAGES else ""
    return f"was not written by feedmill; {remedy}", None


def _advance(temporary: Path, target: Path) -> None:
    status, old = temporary.stat(), target.stat().st_mtime_ns
    least = (old // _SECOND + 1) * _SECOND
    if status.st_mtime_ns < least:
        os.utime(temporary, ns=(status.st_atime_ns, least))
