"""Keep a ledger in an object store, where nobody can read it without credentials."""

from __future__ import annotations

import gzip
import time
import zlib
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from feeds.remotes.ledger_store import Claim
from posts.errors import RemoteError
from posts.files.remote_address import Address
from posts.objects.store import ObjectStore, open_store

_FILE, _LOCK = "feedmill-ledger.jsonl.gz", "feedmill-ledger.lock"
_SETTLING = 1.0  # seconds in which another run that found the same stale lock has taken it over, too

_PRIVATE = {"Cache-Control": "private, no-store", "Content-Type": "application/octet-stream"}


class ObjectLedger:
    """A ledger below a prefix. The lock is an object that is written only if it does not exist."""

    def __init__(self, address: Address) -> None:
        self.name = address.text
        self._address = address
        self._opened: ObjectStore | None = None
        self._claim: Claim | None = None

    def __enter__(self) -> Self:
        self._opened = open_store(self._address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._opened = None

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            raise RemoteError(f"{self.name}: not connected")
        return self._opened

    def lock(self, claim: Claim) -> Claim | None:
        stale = None
        if not self._put(claim):
            found = self._held()
            if found and not found.is_stale(datetime.now(UTC)):
                raise found.busy(self.name)
            if found and found == self._held():
                stale = found
                self._store.delete([_LOCK])
            if not self._put(claim):
                raise (self._held() or claim).busy(self.name)
            if stale:
                time.sleep(_SETTLING)
        if (held := self._held()) and held.token != claim.token:
            raise held.busy(self.name)
        self._claim = claim
        self._require_private()
        return stale

    def read(self) -> bytes | None:
        try:
            return gzip.decompress(self._store.get(_FILE))
        except FileNotFoundError:
            return None
        except (OSError, EOFError, zlib.error):
            raise RemoteError(
                f"{self.name}: {_FILE} is damaged; restore an older version of it, or remove it"
            ) from None

    def write(self, data: bytes) -> None:
        if self._claim is None or (self._held() or self._claim).token != self._claim.token:
            raise Claim.from_bytes(b"").lost(self.name)
        self._store.put(_FILE, gzip.compress(data, 6, mtime=0), _PRIVATE)
        self._claim = replace(self._claim, since=datetime.now(UTC).replace(microsecond=0))
        self._store.put(_LOCK, self._claim.to_bytes(), _PRIVATE)

    def unlock(self) -> None:
        claim, self._claim = self._claim, None
        held = self._held() if claim else None
        if claim and held and held.token == claim.token:
            self._store.delete([_LOCK])

    def _put(self, claim: Claim) -> bool:
        return self._store.put(_LOCK, claim.to_bytes(), _PRIVATE, only_if_absent=True) is not None

    def _held(self) -> Claim | None:
        try:
            return Claim.from_bytes(self._store.get(_LOCK))
        except FileNotFoundError:
            return None

    def _require_private(self) -> None:
        """Check that the lock, and so the ledger beside it, is refused to requests without credentials."""
        if self._store.is_public(_LOCK):
            self.unlock()
            raise RemoteError(
                f"{self.name}: everybody can read what is stored there, and a ledger names posts that were withdrawn; "
                "it was not stored. Use a bucket without public access, which has nothing but the ledger"
            )
