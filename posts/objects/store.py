"""Read, list, write and remove the objects of a bucket below the prefix of an address.

`feeds/remotes` publishes with it, and the reader lists and reads posts. The library is loaded when a store is opened.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from posts.errors import RemoteError
from posts.files.remote_address import Address
from posts.objects.connect import Patience, connect
from posts.objects.failures import is_behind_end, is_lost, is_missing, remote_error, status_of

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult, ObjectMeta

PATIENCE = Patience()
_PAGE = 1000  # as many keys as the stores list, and Amazon's API removes, in one request


class StoredObject(Struct, frozen=True):
    """What a store says about an object without its bytes.

    Attributes:
        path: Its path below the prefix of the address.
        size: The number of its bytes.
        etag: Its entity tag without quotes, "" where the store gives none. It changes whenever the bytes change.
        modified: When it was written, with the time zone.
        metadata: The headers and metadata that it is stored with, by name. Only `head` reads them.
    """

    path: str
    size: int
    etag: str
    modified: datetime
    metadata: Mapping[str, str] = {}


class ObjectStore:
    """The objects below the prefix of an address. All paths are relative to that prefix.

    A store may be used by several threads, but not by a process that was forked after it was opened.

    Every method raises RemoteError, whose message names the address, what failed and the remedy, and contains no
    credentials.

    Attributes:
        address: The address.
        removals: How many objects the store removes in one request.
    """

    def __init__(self, address: Address, patience: Patience) -> None:
        self.address = address
        self.removals = _PAGE if address.scheme == "s3" else 1
        self._patience = patience
        self._store = connect(address, patience)
        self._prefix = f"{address.path}/" if address.path else ""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects below a folder, without their metadata; one request a thousand objects.

        Most stores list in order of the bytes of the paths.
        """
        with self._translated(f"listing {prefix}/" if prefix else "listing", must_exist=False):
            folder = f"{self._prefix}{prefix}".strip("/")
            for page in self._store.list(folder or None, chunk_size=_PAGE):
                # The web consoles of the stores create an empty object for the folder itself.
                yield from (self._stored(meta) for meta in page if meta["path"] != folder)

    def head(self, path: str) -> StoredObject | None:
        """Return what the store says about an object, with its metadata; None if there is none."""
        options: GetOptions = {"head": True}
        try:
            with self._translated(f"looking up {path}"):
                found = self._store.get(self._prefix + path, options=options)
                return self._stored(found.meta, {str(name): value for name, value in found.attributes.items()})
        except FileNotFoundError:
            return None

    def get(self, path: str) -> bytes:
        """Return the bytes of an object.

        Raises:
            FileNotFoundError: There is no such object.
        """
        with self._translated(f"reading {path}"):
            return bytes(self._store.get(self._prefix + path).bytes())

    def is_public(self, path: str) -> bool:
        """Return whether the store gives an object, which exists, to a request without credentials."""
        with self._translated(f"reading {path} without credentials"):
            try:
                connect(self.address, self._patience, anonymous=True).get(self._prefix + path)
            except Exception as error:
                # 404 and 409 are what Azure answers for a container without public access.
                if status_of(error) in {401, 403, 404, 409} or isinstance(error, FileNotFoundError):
                    return False
                raise
        return True

    def read(self, path: str, start: int, length: int) -> tuple[StoredObject, Iterator[bytes]]:
        """Return what the store says about an object, and `length` of its bytes (at least 1) in parts.

        Both are of the same version of the object.

        Args:
            path: Its path.
            start: The place of the first byte, from 0.
            length: The number of bytes.

        Raises:
            FileNotFoundError: There is no such object.
        """
        options: GetOptions = {"range": (start, start + length)}
        with self._translated(f"reading {path}"):
            found = self._store.get(self._prefix + path, options=options)
            return self._stored(found.meta), self._parts(path, found)

    def _parts(self, path: str, found: GetResult) -> Iterator[bytes]:
        with self._translated(f"reading {path}"):
            yield from map(bytes, found.stream())

    def get_range(self, path: str, start: int, end: int) -> bytes:
        """Return the bytes of an object from `start` to before `end`, fewer where it ends before.

        Raises:
            FileNotFoundError: There is no such object.
        """
        with self._translated(f"reading {path}"):
            try:
                return bytes(self._store.get_range(self._prefix + path, start=start, end=end))
            except Exception as error:
                if is_behind_end(error):
                    return b""
                raise

    def put(
        self, path: str, data: bytes, attributes: Mapping[str, str] | None = None, *, only_if_absent: bool = False
    ) -> str | None:
        """Write an object in one request: a reader sees the old or the new bytes.

        Args:
            path: Its path.
            data: Its bytes.
            attributes: `Content-Type`, `Cache-Control`, `Content-Encoding` and the like; every other name is stored as
                metadata, and must consist of lower-case letters and digits.
            only_if_absent: Whether to leave an object alone that exists already. Not all stores that are compatible
                with Amazon S3 can do that.

        Returns:
            The entity tag without quotes, "" where the store gives none; None if there is an object already.
        """
        with self._translated(f"writing {path}", must_exist=False):
            try:
                result = self._store.put(
                    self._prefix + path,
                    data,
                    attributes=dict(attributes or {}),
                    mode="create" if only_if_absent else "overwrite",
                    use_multipart=False,
                )
            except Exception as error:
                if only_if_absent and status_of(error) in {409, 412}:
                    return None
                raise
        return _plain(result["e_tag"])

    def delete(self, paths: Sequence[str]) -> None:
        """Remove objects; one that is gone already is no error.

        In Amazon S3 a thousand are removed in one request, elsewhere each in one of its own.
        """
        for start in range(0, len(paths), self.removals):
            some = [self._prefix + path for path in paths[start : start + self.removals]]
            try:
                with self._translated(f"removing {paths[start]}", must_exist=self.removals == 1):
                    self._delete(some)
            except FileNotFoundError:
                continue

    def _delete(self, paths: Sequence[str]) -> None:
        # The library does not send a request again that lists what to remove; to remove twice does no harm.
        for attempt in range(self._patience.retries):
            try:
                return self._store.delete(paths)
            except Exception as error:
                if not is_lost(error):
                    raise
                time.sleep(min(self._patience.first_pause * 2**attempt, self._patience.longest_pause))
        return self._store.delete(paths)

    def _stored(self, meta: ObjectMeta, metadata: Mapping[str, str] = {}) -> StoredObject:  # never changed
        path = meta["path"].removeprefix(self._prefix)
        return StoredObject(path, meta["size"], _plain(meta["e_tag"]), meta["last_modified"], metadata)

    @contextmanager
    def _translated(self, doing: str, *, must_exist: bool = True) -> Iterator[None]:
        """Translate errors, that of a missing object to FileNotFoundError if the request is about one that exists."""
        try:
            yield
        except (RemoteError, GeneratorExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            # The library reports what it cannot handle, such as a header with a line break, as a BaseException.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            if must_exist and is_missing(error):
                raise FileNotFoundError(doing) from None
            raise remote_error(self.address, doing, error) from None


def open_store(address: Address, patience: Patience = PATIENCE) -> ObjectStore:
    """Open the bucket of an address. No request is sent.

    Credentials and endpoints come from the environment and from the files of the providers' tools.

    Args:
        address: The address of an object store (`posts.files.remote_address.OBJECT_STORES`).
        patience: How long to wait, and how often to try again.

    Raises:
        RemoteError: The extra `cloud` is not installed, or credentials are missing or cannot be used.
    """
    return ObjectStore(address, patience)


def _plain(etag: str | None) -> str:
    return (etag or "").removeprefix("W/").strip('"')
