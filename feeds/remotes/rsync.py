"""Send files with the program rsync over ssh.

One invocation sends one stage. `--delay-updates` keeps the files of a stage in folders `.~tmp~` beside their places
until all are there, then renames each. What a transfer that was cut off left in these folders is used or removed when
the next one sends or removes the same file.

The files of a stage are named by a temporary tree of links, so that their paths on this disk do not matter. Their names
are data: they go through standard input, end with NUL, and begin with `./`, because rsync takes `#` and `;` at the
beginning of a line for a comment. `--secluded-args` (`-s`) keeps the folder out of the remote shell.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from feeds.remotes.base import LocalFile, Presence, Update
from feeds.remotes.ssh_host import SshHost

_ESCAPE = re.compile(rb"\\#([0-7]{3})")  # how rsync prints control characters
_ITEMIZED = 11  # characters of %i, such as `<fcsT......`
_MISSING_FOLDER = 11  # the exit status if the folder cannot be made
_VANISHED = 24  # the exit status if a file or folder that was named is missing
_SILENCE = 300  # seconds without a byte: more than it takes to compute the checksums of a site
_WAITING = ".~tmp~"


class Rsync:
    """Send files to a folder of a host with rsync."""

    def __init__(self, host: SshHost, *, sync: bool) -> None:
        """Take the host, and whether both sides know `--fsync`, which flushes each file before it gets its name."""
        self._host = host
        self._sync = sync

    def close(self) -> None:
        """Do nothing: every transfer has its own connection."""

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        """Return how the file at the path of each of `files` compares with it."""
        files = tuple(files)
        found: dict[str, Presence] = dict.fromkeys((file.path for file in files), "absent")
        # Only what is there is listed (--existing), also if it is the same (-ii). In a dry run, --force lists a folder
        # in the place of a file like any other difference instead of reporting an error.
        options = ["--dry-run", "--force", "--existing", "-ii", "--8-bit-output", "--out-format=%i %n"]
        for line in self._send(files, options).splitlines():
            path = os.fsdecode(_ESCAPE.sub(lambda escape: bytes([int(escape[1], 8)]), line[_ITEMIZED + 1 :]))
            if line[1:2] == b"f" and path in found:
                found[path] = "same" if line.startswith(b".") else "other"
        return found

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        """Send the files of each stage, then remove those that are gone, and folders that are empty then."""
        for stage in update.stages:
            if stage:
                self._send(stage, ["--delay-updates", *(["--fsync"] if self._sync else [])])
                done([file.path for file in stage])
        if update.gone:
            self._remove([*update.gone, *map(_waiting, update.gone)])
            folders: dict[int, set[str]] = defaultdict(set)
            for path in update.gone:
                for parent in PurePosixPath(path).parents:
                    folders[len(parent.parts)].add(parent.as_posix())
            folders.pop(0, None)
            for depth in sorted(folders, reverse=True):
                self._remove([*(f"{path}/{_WAITING}" for path in folders[depth]), *folders[depth]])
            done(update.gone)

    def _send(self, files: Sequence[LocalFile], options: Sequence[str]) -> bytes:
        with tempfile.TemporaryDirectory(prefix="feedmill-rsync-") as tree:
            for file in files:
                place = Path(tree, file.path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(file.source.absolute())
            usual = ["--checksum", "--copy-links", "--times", "--omit-dir-times"]
            return self._run(tree, [file.path for file in files], [*usual, *options])

    def _remove(self, paths: Sequence[str]) -> None:
        """Remove exactly these files and empty folders: they are missing in a tree that has nothing.

        Their parents are missing there too, which rsync reports as vanished files. If they were there, rsync would make
        them at the host.
        """
        with tempfile.TemporaryDirectory(prefix="feedmill-rsync-") as tree:
            self._run(tree, paths, ["--delete-missing-args"], (0, _VANISHED))

    def _run(self, tree: str, paths: Sequence[str], options: Sequence[str], fine: Sequence[int] = (0,)) -> bytes:
        host = f"[{self._host.host}]" if ":" in self._host.host else self._host.host
        shell = " ".join("'" + word.replace("'", "''") + "'" for word in self._host.ssh())  # the quoting of rsync
        command = ["rsync", "-s", f"--rsh={shell}", "--from0", "--files-from=-", "--no-implied-dirs"]
        command += [f"--timeout={_SILENCE}", *options, "--", f"{tree}/", f"{host}:{self._host.folder}/"]
        names = b"".join(b"./" + os.fsencode(path) + b"\0" for path in paths)
        done = subprocess.run(command, input=names, capture_output=True, env=_environment(), check=False)  # noqa: S603
        if done.returncode not in fine:
            errors = done.stderr.decode("utf-8", "replace")
            if done.returncode == _MISSING_FOLDER and "mkdir" in errors:
                raise self._host.error("the folder above it does not exist, or does not allow writing; create it")
            raise self._host.failure(errors)
        return done.stdout


def _waiting(path: str) -> str:
    """Return where a file waits for the end of its stage."""
    place = PurePosixPath(path)
    return (place.parent / _WAITING / place.name).as_posix()


def _environment() -> dict[str, str]:
    """Return the environment without the variables that change the options of rsync, with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RSYNC_")}
    return {**kept, "LC_ALL": "C"}
