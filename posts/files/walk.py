"""List the files of a site in a fixed order. No other module lists its folders; this one opens no file.

Symbolic links are followed within the site only; pipes, devices and sockets are never opened. Both are reported.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator
from pathlib import Path

from posts.errors import EXHAUSTED, Problem
from posts.files.stat import listing_digest, stat_fingerprint
from posts.problems import make_problem
from posts.text import legal

DEEPEST = 64

Keeps = Callable[[str, str], bool]
"""Return whether an entry is kept: (folder below the site, path of the entry below that folder) -> bool."""


class Walk:
    """Walk through a site. Paths are below the site, with forward slashes.

    Args:
        root: The folder of the site.
        skip: Folders that are not entered.
        report: Called for every problem.
        private: The prefixes of file names that links must not lead to.
        known: The paths of files that the last walk yielded, with the same settings: they are yielded again.

    Attributes:
        listed: A digest of the entries of every folder that was listed, as `feedmill.run.up_to_date` compares it.
        links: The path of the real file below the site, for every file that was reached by a link.
    """

    def __init__(
        self,
        root: Path,
        skip: frozenset[str],
        report: Callable[[Problem], None],
        private: tuple[str, ...],
        known: Container[str] = frozenset(),
    ) -> None:
        self.root = os.path.realpath(root)
        self._skip = skip
        self._report = report
        self._private = private
        self._known = known
        self._followed: set[str] = set()
        self.listed: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self._real: dict[str, str] = {}  # of folders that were reached by a link

    def folders(self, start: str, keeps: Keeps) -> Iterator[str]:
        """Yield the folders below `start` that `keeps` accepts, outer ones first. Other folders are not entered."""
        if self._is_too_deep(start):
            return
        for entry in self._entries(start):
            path = _join(start, entry.name)
            if path in self._skip or not keeps(start, entry.name):
                continue
            if self._is_folder(entry) and not self._leads_astray(entry):
                yield path
                yield from self.folders(path, keeps)

    def files(self, folder: str, keeps: Keeps, below: str = "") -> Iterator[str]:
        """Yield the files at any depth below `folder` that `keeps` accepts.

        Hidden folders and `node_modules` are not entered.
        """
        here = _join(folder, below)
        if self._is_too_deep(here) or not (below or self._may_start(folder)):
            return
        for entry in self._entries(here):
            path = _join(here, entry.name)
            if path in self._known and entry.is_file(follow_symlinks=False) and here not in self._real:
                yield path
                continue
            relative = _join(below, entry.name)
            if path in self._skip:
                continue
            if not self._is_folder(entry):
                if keeps(folder, relative) and self._is_file(entry, path):
                    self._note_link(entry, here, path)
                    yield path
            elif self._leads_astray(entry):
                message = "the link leads out of the site or in a circle and is not followed; remove it"
                self._complain(path, "symlink", message)
            elif not entry.name.startswith(".") and entry.name != "node_modules":
                self._note_folder(entry, here, path)
                yield from self.files(folder, keeps, relative)

    def _may_start(self, folder: str) -> bool:
        real = os.path.realpath(os.path.join(self.root, folder))  # noqa: PTH118
        if real == self.root or self._is_inside(real):
            if (below := self._below(real)) != folder:
                self._real[folder] = below
            return True
        self._complain(folder, "symlink", "the link leads out of the site and is not followed; copy the folder")
        return False

    def _note_folder(self, entry: os.DirEntry[str], here: str, path: str) -> None:
        if entry.is_symlink():
            self._real[path] = self._below(os.path.realpath(entry.path))
        elif here in self._real:
            self._real[path] = _join(self._real[here], entry.name)

    def _note_link(self, entry: os.DirEntry[str], here: str, path: str) -> None:
        if entry.is_symlink():
            self.links[path] = self._below(os.path.realpath(entry.path))
        elif here in self._real:
            self.links[path] = _join(self._real[here], entry.name)

    def _below(self, real: str) -> str:
        """Return the path below the site of a real path inside it."""
        return real[len(self.root) :].strip("/")

    def _is_too_deep(self, folder: str) -> bool:
        if folder.count("/") < DEEPEST:
            return False
        self._complain(folder, "too-deep", f"folders are nested deeper than {DEEPEST} levels; move the files up")
        return True

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            path = os.path.join(self.root, folder)  # noqa: PTH118 # hot, and texts throughout
            stamp = stat_fingerprint(os.stat(path))  # noqa: PTH116 # before the listing, so that later changes differ
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            self.listed[folder] = ""
            return []
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise
            self._complain(folder, "unreadable", f"cannot read the folder ({error.strerror}); check its permissions")
            return []
        shown = (entry.name for entry in found if not self._skip or _join(folder, entry.name) not in self._skip)
        self.listed[folder] = f"{stamp} {listing_digest(shown)}"
        return found

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:  # a circle of links
            return False

    def _leads_astray(self, entry: os.DirEntry[str]) -> bool:
        """Return whether a folder is a link out of the site, to a folder above it, or to one already walked."""
        if not entry.is_symlink():
            return False
        target = os.path.realpath(entry.path)
        here = os.path.realpath(os.path.dirname(entry.path))  # noqa: PTH120
        if not self._is_inside(target) or f"{here}/".startswith(f"{target}/") or target in self._followed:
            return True
        self._followed.add(target)  # only once: links to links can make exponentially many paths
        return False

    def _is_file(self, entry: os.DirEntry[str], path: str) -> bool:
        if not _is_text(path):
            self._complain(path, "file-name", "the file name is not valid UTF-8; rename it")
            return False
        if entry.is_symlink() and not self._may_read(os.path.realpath(entry.path)):
            message = "the link leads out of the site or to a private file; copy the file"
            self._complain(path, "symlink", message)
            return False
        if not _is_regular(entry):
            missing = entry.is_symlink() and not os.path.exists(entry.path)  # noqa: PTH110
            what = "the target of the link does not exist" if missing else "not a regular file"
            self._complain(path, "not-a-file", f"{what}; skipped")
            return False
        return True

    def _may_read(self, target: str) -> bool:
        return self._is_inside(target) and not is_private(target[len(self.root) :], self._private)

    def _is_inside(self, target: str) -> bool:
        return target.startswith(self.root.rstrip("/") + "/")

    def _complain(self, path: str, code: str, message: str) -> None:
        self._report(make_problem(legal(path), 0, code, message))


def is_private(path: str, names: tuple[str, ...]) -> bool:
    """Return whether posts must not read a file: hidden files, and configurations, because they hold secrets.

    Args:
        path: The path below the site.
        names: The prefixes of the names of the site generator's private files.
    """
    parts = path.strip("/").split("/")
    return any(part.startswith(".") for part in parts) or parts[-1].startswith(("feedmill.toml", *names))


def _is_regular(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a circle of links
        return False


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
