"""Send files to a folder of another machine by ssh: with rsync where both machines have it, else by SFTP."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from feeds.remotes.base import LocalFile, Presence, Remote, Update
from feeds.remotes.rsync import Rsync
from feeds.remotes.sftp import Sftp
from feeds.remotes.ssh_host import SshHost, ssh_host
from posts.errors import RemoteError
from posts.files.remote_address import Address

_OLDEST = (3, 1)  # the first rsync with --delete-missing-args (2013)
_WITH_FSYNC = (3, 2, 4)
_VERSION = re.compile(r"^rsync\s+version v?(\d+)\.(\d+)(?:\.(\d+))?", re.MULTILINE)  # openrsync has another first line
_NO_CONNECTION = 255  # the exit status of ssh itself; all others are those of the remote command


def ssh_remote(address: Address) -> Remote:
    """Return the remote for an address with the scheme `ssh`.

    Raises:
        RemoteError: The name of the host or the user has characters that ssh does not accept.
    """
    return _SshRemote(ssh_host(address))


class _Transfer(Protocol):
    """A way to send files to a host."""

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]: ...

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None: ...

    def close(self) -> None: ...


class _SshRemote:
    """A folder on another machine. Which program sends the files is found out when it is entered."""

    def __init__(self, host: SshHost) -> None:
        self.name = host.name
        self._host = host
        self._transfer: _Transfer | None = None

    def __enter__(self) -> Self:
        versions = self._versions()
        if min(versions) >= _OLDEST:
            self._transfer = Rsync(self._host, sync=min(versions) >= _WITH_FSYNC)
        else:
            self._transfer = Sftp(self._host)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if self._transfer:
            self._transfer.close()
        self._transfer = None

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        return self._entered().compare(files)

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        self._entered().update(update, done)

    def _entered(self) -> _Transfer:
        if self._transfer is None:
            raise RemoteError(f"{self.name}: not connected")
        return self._transfer

    def _versions(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the versions of rsync on this machine and on the other, () where it cannot be used.

        Raises:
            RemoteError: The host cannot be reached, or does not let the user in.
        """
        if not shutil.which("rsync") or not shutil.which("ssh"):
            return (), ()
        local = subprocess.run(["rsync", "--version"], capture_output=True, check=False)  # noqa: S607
        command = [*self._host.ssh(), "--", self._host.host, "rsync --version"]
        remote = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
        if remote.returncode == _NO_CONNECTION:
            raise self._host.failure(remote.stderr.decode("utf-8", "replace"))
        return _version(local.stdout), _version(remote.stdout)


def _version(written: bytes) -> tuple[int, ...]:
    found = _VERSION.search(written.decode("utf-8", "replace"))
    return tuple(int(part or 0) for part in found.groups()) if found else ()
