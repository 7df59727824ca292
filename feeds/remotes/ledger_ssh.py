"""Keep a ledger in a folder of another machine, in a file that only its owner can read. The host needs a shell."""

from __future__ import annotations

import gzip
import shlex
import subprocess
import zlib
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from feeds.remotes.ledger_store import Claim
from feeds.remotes.ssh_host import ssh_host
from posts.errors import RemoteError
from posts.files.remote_address import Address

_FILE, _LOCK = "feedmill-ledger.jsonl.gz", "feedmill-ledger.lock"

_NO_CONNECTION = 255
_MISSING, _TAKEN, _LOST = 61, 62, 63  # exit codes of the scripts below, which no program of them has

# `ln` does not replace a file: of two runs one gets the lock, with its content. A script gets its folder as $1.
_SCRIPTS = {
    "lock": f'umask 077; cd -- "$1" || exit; cat > {_LOCK}.$$ || exit; '
    f"ln {_LOCK}.$$ {_LOCK} || [ ! -e {_LOCK} ] || taken=1; "
    f'rm -f {_LOCK}.$$; [ -z "$taken" ] || exit {_TAKEN}; [ -e {_LOCK} ]',
    "held": f'cd -- "$1" || exit; [ -e {_LOCK} ] || exit {_MISSING}; cat {_LOCK}',
    # The lock that was seen is moved away, and looked at again: another run may have taken it over first.
    "release": f'cd -- "$1" || exit; mv {_LOCK} {_LOCK}.$$ || exit {_LOST}; grep -q -F -- "$2" {_LOCK}.$$ '
    f"|| {{ ln {_LOCK}.$$ {_LOCK}; rm -f {_LOCK}.$$; exit {_LOST}; }}; rm -f {_LOCK}.$$",
    "renew": f'umask 077; cd -- "$1" || exit; grep -q -F -- "$2" {_LOCK} || exit {_LOST}; cat > {_LOCK}.new; '
    f"mv -f {_LOCK}.new {_LOCK}",
    "read": f'cd -- "$1" || exit; [ -e {_FILE} ] || exit {_MISSING}; cat {_FILE}',
    "write": f'umask 077; cd -- "$1" || exit; cat > {_FILE}.new || exit; chmod 600 {_FILE}.new || exit; '
    f"mv -f {_FILE}.new {_FILE}",
}


class SshLedger:
    """A ledger in a folder, which exists."""

    def __init__(self, address: Address) -> None:
        self.name = address.text
        self._host = ssh_host(address)
        self._claim: Claim | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        pass

    def lock(self, claim: Claim) -> Claim | None:
        stale = None
        if self._run("lock", data=claim.to_bytes()) is None:
            found = self._held()
            if found and not found.is_stale(datetime.now(UTC)):
                raise found.busy(self.name)
            if found and self._run("release", found.token) is not None:
                stale = found
            if self._run("lock", data=claim.to_bytes()) is None:
                raise (self._held() or claim).busy(self.name)
        self._claim = claim
        return stale

    def read(self) -> bytes | None:
        data = self._run("read")
        try:
            return None if data is None else gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise RemoteError(
                f"{self.name}: {_FILE} is damaged; restore an older version of it, or remove it"
            ) from None

    def write(self, data: bytes) -> None:
        if self._claim is None:
            raise Claim.from_bytes(b"").lost(self.name)
        claim = replace(self._claim, since=datetime.now(UTC))
        if self._run("renew", claim.token, data=claim.to_bytes()) is None:
            raise claim.lost(self.name)
        self._claim = claim
        self._run("write", data=gzip.compress(data, 6, mtime=0))

    def unlock(self) -> None:
        claim, self._claim = self._claim, None
        if claim:
            self._run("release", claim.token)

    def _held(self) -> Claim | None:
        data = self._run("held")
        return None if data is None else Claim.from_bytes(data)

    def _run(self, script: str, *words: str, data: bytes = b"") -> bytes | None:
        """Return what a script writes; None if what it needs is not there."""
        words = ("sh", "-c", _SCRIPTS[script], "feedmill", self._host.folder, *words)
        command = [*self._host.ssh(), "--", self._host.host, shlex.join(words)]
        done = subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603
        if done.returncode in (_MISSING, _TAKEN, _LOST):
            return None
        errors = done.stderr.decode("utf-8", "replace")
        if done.returncode == _NO_CONNECTION:
            raise self._host.failure(errors)
        if done.returncode:
            raise self._host.error(f"the ledger cannot be used there ({errors.strip()[-200:]}); does the folder exist?")
        return done.stdout
