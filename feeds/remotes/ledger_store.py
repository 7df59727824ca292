"""Define where a ledger is kept for machines that keep nothing: an object store, a branch, a folder of another machine.

One run at a time may use it. The lock has a name, so that whoever finds it knows which run to look for, and a time: a
run that was killed cannot release it.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from msgspec import Struct

from posts.errors import BusyError, RemoteError

STALE_AFTER = timedelta(hours=1)
"""A lock that was neither released nor renewed for this long was left by a run that was killed."""


class Claim(Struct, frozen=True):
    """Who holds a lock.

    Attributes:
        token: What no other claim has.
        holder: The machine and the process, for people.
        since: When the lock was taken or renewed.
    """

    token: str
    holder: str
    since: datetime

    @classmethod
    def new(cls, now: datetime) -> Claim:
        """Return a claim of this process at a time."""
        return cls(secrets.token_hex(8), f"process {os.getpid()} on {socket.gethostname()}", now.astimezone(UTC))

    def to_bytes(self) -> bytes:
        """Return the claim as JSON."""
        written = {"token": self.token, "holder": self.holder, "since": self.since.isoformat(timespec="seconds")}
        return json.dumps(written).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Claim:
        """Return a claim that was stored. What is not one has no time: it is as old as can be."""
        try:
            found = json.loads(data)
            holder = "".join(filter(str.isprintable, str(found["holder"])))[:100]
            return cls(str(found["token"]), holder, datetime.fromisoformat(found["since"]).astimezone(UTC))
        except (ValueError, KeyError, TypeError, OverflowError):
            return cls("", "an unknown process", datetime.min.replace(tzinfo=UTC))

    def is_stale(self, now: datetime) -> bool:
        """Return whether the run that held it must have been killed."""
        return now - self.since > STALE_AFTER

    def busy(self, name: str) -> BusyError:
        """Return the error for a run that finds this claim."""
        since, end = (f"{when:%Y-%m-%d %H:%M} UTC" for when in (self.since, self.since + STALE_AFTER))
        return BusyError(
            f"the ledger at {name} is locked by {self.holder} since {since}; nothing was written. If that run was "
            f"killed, the next one after {end} takes the lock over"
        )

    def lost(self, name: str) -> RemoteError:
        """Return the error for a run whose lock was taken over."""
        return RemoteError(f"the lock of the ledger at {name} was taken over by another run; run again when it is done")


class LedgerStore(Protocol):
    """A place for one ledger; a context manager, which is connected while it is entered.

    Every method raises RemoteError, whose message names the place and the remedy and contains no credentials.
    """

    name: str
    """The address as it is written in the configuration."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def lock(self, claim: Claim) -> Claim | None:
        """Take the lock. Return the stale claim that was taken over, if there was one.

        Raises:
            BusyError: Another run holds it.
            RemoteError: Everybody can read what is stored there.
        """
        ...

    def read(self) -> bytes | None:
        """Return the ledger; None if none has been stored yet."""
        ...

    def write(self, data: bytes) -> None:
        """Replace the ledger, and renew the lock.

        Raises:
            RemoteError: The lock was taken over meanwhile.
        """
        ...

    def unlock(self) -> None:
        """Release the lock, if it is still held by this run."""
        ...
