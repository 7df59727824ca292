"""Keep a ledger in a branch of a git repository, as text: each run adds what changed in it to the history.

The lock is a branch of its own, `BRANCH-lock`, with one empty commit that names the run. It is pushed only where no
such branch is, and replaced or removed only if it is still the one that was seen.
"""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from feeds.remotes.base import LocalFile, Update
from feeds.remotes.git import GitRemote
from feeds.remotes.git_program import GitError
from feeds.remotes.ledger_store import Claim
from posts.errors import RemoteError
from posts.files.remote_address import Address

_FILE = "feedmill-ledger.jsonl"
_MESSAGE = "Update the feed ledger [skip ci]"

_SEEN = "refs/feedmill/lock"
_REFUSED = re.compile(r"\[rejected\]|cannot lock ref|already exists|failed to update")


class GitLedger:
    """A ledger in a branch."""

    def __init__(self, address: Address, site: Path, author: str) -> None:
        self.name = address.text
        self._remote = GitRemote(address, site, author, _MESSAGE)
        self._ref = f"refs/heads/{address.path}-lock"
        self._claim: Claim | None = None
        self._id = ""

    def __enter__(self) -> Self:
        self._remote.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._remote.__exit__(kind, error, trace)

    def lock(self, claim: Claim) -> Claim | None:
        self._require_private()
        found_id, found = self._held()
        if found and not found.is_stale(datetime.now(UTC)):
            raise found.busy(self.name)
        if not self._push(claim, found_id):
            raise (self._held()[1] or claim).busy(self.name)
        self._claim = claim
        self._remote.fetch()  # another run may have pushed before it released the lock
        return found

    def read(self) -> bytes | None:
        return self._remote.read(_FILE)

    def write(self, data: bytes) -> None:
        if self._claim is None or self._held()[0] != self._id:
            raise Claim.from_bytes(b"").lost(self.name)
        with tempfile.TemporaryDirectory(prefix="feedmill-ledger-") as folder:
            place = Path(folder, _FILE)
            place.write_bytes(data)
            self._remote.update(Update(((LocalFile(_FILE, place, len(data)),),)), lambda _: None)
        self._remote.fetch()
        self._claim = replace(self._claim, since=datetime.now(UTC))
        if not self._push(self._claim, self._id):
            raise self._claim.lost(self.name)

    def unlock(self) -> None:
        if self._claim:
            self._claim = None
            lease = f"--force-with-lease={self._ref}:{self._id}"
            self._remote.git.ask("push", "--quiet", "--no-verify", lease, "target", f":{self._ref}")

    def _held(self) -> tuple[str, Claim | None]:
        """Return the id and the content of the lock; "" and None if nobody holds it."""
        git = self._remote.git
        listed = git.ask("ls-remote", "--quiet", "--", "target", self._ref)
        if listed.code:
            raise self._remote.unreachable(listed.errors)
        lines = (line.split("\t", 1) for line in listed.output.decode("utf-8", "replace").splitlines())
        found = next((one for one, name in lines if name == self._ref), "")
        if not found:
            return "", None
        try:
            if git.ask("cat-file", "-e", f"{found}^{{commit}}").code:
                git("fetch", "--quiet", "--no-tags", "--depth=1", "target", f"+{self._ref}:{_SEEN}")
            return found, Claim.from_bytes(git("show", "--no-patch", "--format=%b", found))
        except GitError:  # it was released meanwhile
            return "", None

    def _push(self, claim: Claim, before: str) -> bool:
        """Replace the lock `before` ("" for none) by a claim; return False if it is not there any longer."""
        git = self._remote.git
        message = f"Lock the feed ledger [skip ci]\n\n{claim.to_bytes().decode()}\n"
        try:
            tree = git("mktree").decode().strip()
            commit = git("commit-tree", tree, "-m", message, more=self._remote.identity()).decode().strip()
        except GitError as error:
            raise self._remote.unreachable(str(error)) from None
        lease = f"--force-with-lease={self._ref}:{before}"
        answer = git.ask("push", "--porcelain", "--no-verify", lease, "target", f"{commit}:{self._ref}")
        if not answer.code:
            self._id = commit
            return True
        if _REFUSED.search(answer.output.decode("utf-8", "replace") + answer.errors):
            return False
        raise self._remote.unreachable(answer.errors)

    def _require_private(self) -> None:
        if self._remote.git.is_public():
            raise RemoteError(
                f"{self.name}: everybody can read this repository, and a ledger names posts that were withdrawn; "
                "it was not stored. Use a private repository"
            )
