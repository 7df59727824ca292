"""Send files by SFTP, for hosts without rsync. Owns asyncssh, which is optional (`pip install "feedmill[sftp]"`).

A file is written beside its place with a name of its own, flushed where the server offers it (`fsync@openssh.com`), and
renamed (`posix-rename@openssh.com`). What a transfer that was cut off left has the same name the next time, and is
written over or removed then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from feeds.remotes.base import LocalFile, Presence, Update
from feeds.remotes.ssh_host import ALIVE_COUNT, ALIVE_SECONDS, CONNECT_SECONDS, SshHost, shortened
from posts.errors import RemoteError

if TYPE_CHECKING:
    import asyncssh

_AT_ONCE = 16  # files, each with a few requests under way
_CHUNK = 1 << 17
_A = TypeVar("_A")
_T = TypeVar("_T")


class Sftp:
    """Send files to a folder of a host by SFTP, over one connection."""

    def __init__(self, host: SshHost) -> None:
        """Connect.

        Raises:
            RemoteError: asyncssh is not installed, the host cannot be reached, or the user is refused.
        """
        self._host = host
        try:
            import asyncssh
        except ModuleNotFoundError:
            message = 'there is no rsync on both machines, and SFTP needs asyncssh: `pip install "feedmill[sftp]"`'
            raise host.error(message) from None
        self._library = asyncssh
        self._folders: dict[str, asyncio.Task[None]] = {}
        self._runner = asyncio.Runner()
        try:
            self._connection, self._client = self._run(self._connect())
        except BaseException:
            self._close_runner()
            raise

    def close(self) -> None:
        """Close the connection."""
        with suppress(RemoteError):
            self._connection.close()
            self._run(self._connection.wait_closed())
        self._close_runner()

    def _close_runner(self) -> None:
        self._runner.run(asyncio.sleep(0))  # sockets are closed a step after they were asked to
        self._runner.close()

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        """Return how the file at the path of each of `files` compares with it."""
        files = tuple(files)
        return dict(zip((file.path for file in files), self._run(_each(self._presence, files)), strict=True))

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        """Send the files of each stage, then remove those that are gone, and folders that are empty then."""
        for stage in update.stages:
            sent: list[str] = []

            async def send(file: LocalFile, sent: list[str] = sent) -> None:
                await self._send(file)
                sent.append(file.path)

            try:
                self._run(_each(send, stage))
            finally:
                done(sent)
        if update.gone:
            self._run(_each(self._remove, update.gone))
            self._run(self._remove_folders(update.gone))
            done(update.gone)

    async def _connect(self) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        host = self._host
        connection = await self._library.connect(
            host.host,
            port=host.port or (),
            username=host.user or (),
            config=[host.config] if host.config else (),
            password=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=ALIVE_SECONDS,
            keepalive_count_max=ALIVE_COUNT,
        )
        try:
            client = await connection.start_sftp_client()
            with suppress(self._library.SFTPFailure, self._library.SFTPFileAlreadyExists):
                if not await client.exists(host.folder):
                    await client.mkdir(host.folder)
        except BaseException:
            connection.abort()
            await connection.wait_closed()
            raise
        return connection, client

    async def _presence(self, file: LocalFile) -> Presence:
        place = self._place(file.path)
        try:
            found = await self._client.lstat(place)
        except (self._library.SFTPNoSuchFile, self._library.SFTPNoSuchPath):
            return "absent"
        if found.type != self._library.FILEXFER_TYPE_REGULAR or found.size != file.size:
            return "other"
        async with self._client.open(place, "rb") as there:
            with file.source.open("rb") as here:
                while (chunk := await there.read(_CHUNK)) == here.read(_CHUNK):  # type: ignore[comparison-overlap] # bytes
                    if not chunk:
                        return "same"
        return "other"

    async def _send(self, file: LocalFile) -> None:
        place, beside = self._place(file.path), self._beside(file.path)
        await self._make_folder(str(PurePosixPath(place).parent))
        times = file.source.stat()
        mode = times.st_mode & 0o777  # less what the server's umask takes off
        async with self._client.open(beside, "wb", self._library.SFTPAttrs(permissions=mode)) as there:
            with file.source.open("rb") as here:
                while chunk := here.read(_CHUNK):
                    await there.write(chunk)
            with suppress(self._library.SFTPNoSuchFile):
                await there.setstat(await self._kept_mode(place))
            await there.utime((times.st_atime, times.st_mtime))
            with suppress(self._library.SFTPOpUnsupported):
                await there.fsync()
        try:
            await self._rename(beside, place)
        except self._library.SFTPError:  # such as a folder in the way
            with suppress(self._library.SFTPError):
                await self._client.remove(beside)
            raise

    async def _rename(self, beside: str, place: str) -> None:
        try:
            await self._client.posix_rename(beside, place)
        except self._library.SFTPOpUnsupported:
            # The rename of SFTP 3 does not replace a file.
            with suppress(self._library.SFTPNoSuchFile):
                await self._client.remove(place)
            await self._client.rename(beside, place)

    async def _kept_mode(self, place: str) -> asyncssh.SFTPAttrs:
        """Return the mode of the file that is replaced, which its owner may have changed."""
        found = await self._client.lstat(place)
        is_file = found.type == self._library.FILEXFER_TYPE_REGULAR and found.permissions is not None
        return self._library.SFTPAttrs(permissions=(found.permissions or 0) & 0o777 if is_file else None)

    async def _make_folder(self, folder: str) -> None:
        """Make a folder and those above it, each once."""
        if folder == self._host.folder:
            return
        if folder not in self._folders:
            self._folders[folder] = asyncio.create_task(self._make_missing(folder))
        await self._folders[folder]

    async def _make_missing(self, folder: str) -> None:
        await self._make_folder(str(PurePosixPath(folder).parent))
        if not await self._client.isdir(folder):
            await self._client.mkdir(folder)

    async def _remove(self, path: str) -> None:
        for place in (self._place(path), self._beside(path)):
            try:
                await self._client.remove(place)
            except (self._library.SFTPNoSuchFile, self._library.SFTPNoSuchPath):
                continue
            except self._library.SFTPFailure:
                if not await self._client.isdir(place):  # a folder is not what was sent: it stays
                    raise

    async def _remove_folders(self, paths: Iterable[str]) -> None:
        folders = {parent for path in paths for parent in PurePosixPath(path).parents if parent.parts}
        for folder in sorted(folders, key=lambda one: (-len(one.parts), one)):
            with suppress(self._library.SFTPError):  # it is not empty, or gone
                await self._client.rmdir(self._place(str(folder)))
            self._folders.pop(self._place(str(folder)), None)

    def _place(self, path: str) -> str:
        return f"{self._host.folder}/{path}"

    def _beside(self, path: str) -> str:
        name = f".feedmill-{sha256(path.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.tmp"
        return self._place(str(PurePosixPath(path).with_name(name)))

    def _run(self, work: Awaitable[_T]) -> _T:
        """Wait for `work`, with errors as those of this remote."""

        async def waited() -> _T:
            return await work

        try:
            return self._runner.run(waited())
        except self._library.SFTPError as error:
            raise self._host.error(_sftp_meaning(error.reason)) from None
        except self._library.HostKeyNotVerifiable:
            raise self._host.failure("Host key verification failed") from None
        except self._library.PermissionDenied:
            raise self._host.failure("Permission denied (") from None
        except (TimeoutError, self._library.Error, OSError) as error:
            raise self._host.failure(shortened(str(error)) or "timed out") from None


def _sftp_meaning(reason: str) -> str:
    return f"the server refused a file or folder ({shortened(reason) or 'no reason given'}); check its rights there"


async def _each(work: Callable[[_A], Awaitable[_T]], values: Iterable[_A]) -> list[_T]:
    """Return what `work` makes of each value, a few at once. After an error the others are waited for."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(value: _A) -> _T:
        async with places:
            return await work(value)

    found = await asyncio.gather(*map(one, values), return_exceptions=True)
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return [result for result in found if not isinstance(result, BaseException)]
