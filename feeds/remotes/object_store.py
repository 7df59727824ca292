"""Send published files to an object store: Amazon S3 and compatible stores, Google Cloud Storage, Azure.

An object is written in one request, so that readers see its old or its new bytes. Its entity tag tells whether it
arrived whole: it is the MD5 sum of the bytes in Amazon S3 and Google Cloud Storage. Where it is something else (Azure,
or encryption with keys of the customer), the object is read back. Every object is stored with the SHA-256 sum of its
bytes as metadata, so that later comparisons need not read it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from hashlib import md5, sha256
from types import TracebackType
from typing import Self, TypeVar

from feeds.remotes.base import LocalFile, Presence, Update
from posts.errors import RemoteError
from posts.files.remote_address import Address
from posts.objects.connect import Patience
from posts.objects.failures import DeniedError, ListingError
from posts.objects.store import PATIENCE, ObjectStore, StoredObject, open_store

CONCURRENCY = 16
_SHA256 = "sha256"  # Azure does not allow hyphens in names of metadata
_LOOKUPS = 100  # up to so many objects are looked up one by one; for more, the bucket is listed
_TRIES = 3  # so often an object is sent that does not arrive whole
_RECORDED = 200  # so many sent files are reported to the caller at once

T = TypeVar("T")


class ObjectStoreRemote:
    """A bucket, or a folder of one, as a remote (`feeds.remotes.base.Remote`)."""

    def __init__(self, address: Address, patience: Patience = PATIENCE, concurrency: int = CONCURRENCY) -> None:
        """Describe a remote; it is connected when it is entered.

        Args:
            address: The address of an object store (`posts.files.remote_address.OBJECT_STORES`).
            patience: How long to wait, and how often to try again.
            concurrency: The number of requests at a time.
        """
        self.name = address.text
        self._address, self._patience, self._concurrency = address, patience, concurrency

    def __enter__(self) -> Self:
        self._store: ObjectStore = open_store(self._address, self._patience)
        self._threads = ThreadPoolExecutor(self._concurrency, "feedmill-objects")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._threads.shutdown()

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        """Return how the object at the path of each of `files` compares with it.

        One request for each of a few files; for many, one for a thousand objects of the bucket, and one more for each
        object of the same size whose entity tag is not the MD5 sum of the file.
        """
        wanted = tuple(files)
        found = self._stored(tuple(file.path for file in wanted))
        presences: dict[str, Presence] = {}

        def compare(file: LocalFile) -> None:
            presences[file.path] = self._presence(file, found.get(file.path))

        self._each(compare, wanted)
        return presences

    def _stored(self, paths: Collection[str]) -> Mapping[str, StoredObject | None]:
        if len(paths) <= _LOOKUPS:
            # S3 denies to look up an object that does not exist if only listing with a prefix is permitted.
            with suppress(DeniedError):
                return self._looked_up(paths)
            return self._listed(paths)
        # An object of somebody else may have a name that the library cannot list.
        with suppress(ListingError):
            return self._listed(paths)
        return self._looked_up(paths)

    def _looked_up(self, paths: Collection[str]) -> Mapping[str, StoredObject | None]:
        found: dict[str, StoredObject | None] = {}

        def look_up(path: str) -> None:
            found[path] = self._store.head(path)

        self._each(look_up, paths)
        return found

    def _listed(self, paths: Collection[str]) -> Mapping[str, StoredObject]:
        named = set(paths)
        return {one.path: one for one in self._store.list() if one.path in named}

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        """Send the files of each stage, then remove those that are gone (`feeds.remotes.base.Remote.update`)."""
        for stage in update.stages:
            self._each(self._send, stage, lambda files: done([file.path for file in files]))
        count = self._store.removals
        chunks = [update.gone[start : start + count] for start in range(0, len(update.gone), count)]
        self._each(self._store.delete, chunks, lambda some: done([path for chunk in some for path in chunk]))

    def _send(self, file: LocalFile) -> None:
        data = self._bytes(file)
        attributes = {
            "Content-Type": file.media_type,
            "Cache-Control": file.cache_control,
            "Content-Encoding": file.encoding,
            _SHA256: sha256(data).hexdigest(),
        }
        for _ in range(_TRIES):
            tag = self._store.put(file.path, data, {name: value for name, value in attributes.items() if value})
            if tag == _md5(data) or self._stored_bytes(file.path) == data:
                return
        raise RemoteError(f"{self.name}: {file.path} was damaged on the way, {_TRIES} times; run again")

    def _presence(self, file: LocalFile, stored: StoredObject | None) -> Presence:
        if stored is None:
            return "absent"
        if stored.size != file.size:
            return "other"
        data = self._bytes(file)
        if stored.etag == _md5(data):
            return "same"
        known = stored if stored.metadata else self._store.head(file.path)
        if known is None:
            return "absent"
        if digest := known.metadata.get(_SHA256):
            # Whoever else writes the object replaces the metadata with it, so the sum is that of these bytes.
            return "same" if digest == sha256(data).hexdigest() else "other"
        return "same" if self._stored_bytes(file.path) == data else "other"

    def _stored_bytes(self, path: str) -> bytes | None:
        try:
            return self._store.get(path)
        except FileNotFoundError:
            return None

    def _bytes(self, file: LocalFile) -> bytes:
        try:
            data = file.source.read_bytes()
        except OSError as error:
            raise RemoteError(f"{self.name}: {file.source} cannot be read ({error.strerror}); run again") from None
        if len(data) != file.size:
            raise RemoteError(f"{self.name}: {file.source} was changed during the upload; run again")
        return data

    def _each(
        self, work: Callable[[T], None], items: Iterable[T], done: Callable[[Sequence[T]], None] = lambda _: None
    ) -> None:
        """Do `work` for each item, a few at a time. After the first error no other item is begun.

        `done` gets the items whose work has succeeded, after an error too.
        """
        waiting = iter(items)
        running: dict[Future[None], T] = {}
        finished: list[T] = []
        failed: BaseException | None = None
        while True:
            while failed is None and len(running) < self._concurrency:
                try:
                    item = next(waiting)
                except StopIteration:
                    break
                running[self._threads.submit(work, item)] = item
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                item = running.pop(future)
                if error := future.exception():
                    failed = failed or error
                else:
                    finished.append(item)
            if len(finished) >= _RECORDED or not running:
                done(finished)
                finished = []
        if failed is not None:
            raise failed


def _md5(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()
