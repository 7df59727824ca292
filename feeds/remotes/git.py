"""Send files to a branch of a git repository, such as `gh-pages`: one commit on top of it if something changed.

The commit is made in a temporary bare repository from trees alone: no work tree, and of the branch only the names and
ids of its files, where the server can leave out the rest. A push is never forced. If somebody else has pushed
meanwhile, the branch is fetched again, and the commit made again on top of it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import NamedTuple, Self

from feeds.remotes.base import LocalFile, Presence, Update
from feeds.remotes.git_program import Git, GitError
from feeds.remotes.ssh_host import shortened
from posts.errors import RemoteError
from posts.files.remote_address import Address

_MESSAGE = "Update feeds"
_PAUSES = (1.0, 4.0)  # seconds before the second and the third try

_FILE, _EXECUTABLE = "100644", "100755"
_BASE = "refs/feedmill/base"
_AUTHOR = re.compile(r"\s*([^<>\n]*[^<>\s])\s*<([^<>\s]+)>\s*")
# How a server that another push has overtaken refuses one: after the refs were read, or while they were locked.
_OVERTAKEN = re.compile(
    r"\[rejected\]|cannot lock ref|failed to update ref|incorrect old value|reference already exists"
)


class _Blob(NamedTuple):
    """A file of the branch, as `git ls-tree` lists it."""

    mode: str
    id: str


class _OvertakenError(Exception):
    """Somebody else has pushed to the branch since it was fetched."""


class GitRemote:
    """A branch of a repository."""

    def __init__(self, address: Address, site: Path, author: str, message: str = _MESSAGE) -> None:
        """Take the place to push to.

        Args:
            address: The repository and the branch. The repository is an address, a path, or the name of a remote of the
                repository that contains the site.
            site: The folder of the site.
            author: The author of commits, `Name <mail@example.org>`; "" for the one that git is configured with.
            message: The message of commits.
        """
        self._message = message
        self.name = address.text
        self._branch = f"refs/heads/{address.path}"
        self._repository, self._site, self._author = address.host, site, author
        self._program: Git | None = None
        self._head = ""
        self._blobs: dict[bytes, _Blob] = {}

    def __enter__(self) -> Self:
        self._program = Git(self.name, self._site, self._repository)
        try:
            self.fetch()
        except BaseException:
            self._program.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.git.close()

    @property
    def git(self) -> Git:
        """The temporary repository of this connection."""
        if self._program is None:
            raise RemoteError(f"{self.name}: not connected")
        return self._program

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file of the branch; None if there is no such file."""
        there = self._blobs.get(os.fsencode(path))
        if there is None:
            return None
        try:
            return self.git("cat-file", "blob", there.id)
        except GitError as error:
            raise self.unreachable(str(error)) from None

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        """Return how the file at the path of each of `files` compares with it."""
        files = tuple(files)
        folders = {bytes(parent) for path in self._blobs for parent in PurePosixPath(os.fsdecode(path)).parents}
        found: dict[str, Presence] = {}
        for file, blob_id in zip(files, self._hash(files), strict=True):
            path = os.fsencode(file.path)
            is_absent = path not in self._blobs and path not in folders
            found[file.path] = "same" if self._is_there(path, blob_id) else "absent" if is_absent else "other"
        return found

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        """Make one commit that adds the files of all stages and removes those that are gone, and push it."""
        files = [file for stage in update.stages for file in stage]
        ids = self._hash(files, "-w")
        wanted = {os.fsencode(file.path): blob_id for file, blob_id in zip(files, ids, strict=True)}
        gone = set(map(os.fsencode, update.gone)) - wanted.keys()
        before = {path: self._blobs.get(path) for path in (*wanted, *gone)}
        for pause in (0.0, *_PAUSES):
            if pause:
                time.sleep(pause)
                self.fetch()
                self._require_unchanged(before, wanted)
            try:
                self._commit(wanted, gone)
            except _OvertakenError as error:
                reason = str(error)
                continue
            done([*(file.path for file in files), *update.gone])
            return
        raise RemoteError(f"{self.name}: the push was rejected {len(_PAUSES) + 1} times ({reason}); run again")

    def fetch(self) -> None:
        """Read the names and ids of the files of the branch."""
        git = self.git
        listed = git.ask("ls-remote", "--quiet", "--", "target", self._branch)
        if listed.code:
            raise self.unreachable(listed.errors)
        heads = (line.split("\t", 1) for line in listed.output.decode("utf-8", "replace").splitlines())
        # A pattern also lists what ends in it, such as refs/remotes/x/refs/heads/gh-pages.
        self._head, self._blobs = next((head for head, name in heads if name == self._branch), ""), {}
        try:
            git.init("sha256" if len(self._head) == 64 else "sha1")
            if self._head:
                want = f"+{self._branch}:{_BASE}"
                git("fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "target", want)
                self._head = git("rev-parse", "--verify", _BASE).decode().strip()
                for line in git("ls-tree", "-r", "-z", "--full-tree", self._head).split(b"\0")[:-1]:
                    about, path = line.split(b"\t", 1)
                    mode, _, blob_id = about.decode().split(" ")
                    self._blobs[path] = _Blob(mode, blob_id)
        except GitError as error:
            raise self.unreachable(str(error)) from None

    def _hash(self, files: Sequence[LocalFile], *options: str) -> list[str]:
        """Return the id that each file has in git, and store it there with `-w`. No filter changes its bytes."""
        names = b"".join(_quoted(os.fsencode(file.source.absolute())) + b"\n" for file in files)
        try:
            found = self.git("hash-object", *options, "--no-filters", "--stdin-paths", data=names)
        except GitError as error:
            raise self._error(error) from None
        return found.decode().split()

    def _require_unchanged(self, before: Mapping[bytes, _Blob | None], wanted: Mapping[bytes, str]) -> None:
        """Check that whoever pushed meanwhile has not changed the files that are to be sent or removed."""
        for path, blob in before.items():
            now = self._blobs.get(path)
            if now != blob and (now.id if now else "") != wanted.get(path, ""):
                raise RemoteError(
                    f"{self.name}: another commit has just changed {_shown(path)}; nothing was sent. Run again"
                )

    def _commit(self, wanted: Mapping[bytes, str], gone: Iterable[bytes]) -> None:
        """Push a commit of the branch's files with these changes, if they are any.

        Raises:
            _OvertakenError: Somebody else has pushed since the branch was fetched.
            RemoteError: A file of the branch is in the way, nobody is known as the author, or the push is refused.
        """
        removed = [path for path in gone if path in self._blobs]
        added = {path: blob_id for path, blob_id in wanted.items() if not self._is_there(path, blob_id)}
        if not removed and not added:
            return
        self._require_places(wanted, removed)
        none = "0" * len(next(iter(added.values()), self._head))
        lines = [b"0 %b\t%b\0" % (none.encode(), path) for path in removed]
        for path, blob_id in added.items():
            there = self._blobs.get(path)
            mode = there.mode if there and there.mode == _EXECUTABLE else _FILE
            lines.append(f"{mode} {blob_id}\t".encode() + path + b"\0")
        author = self.identity()
        try:
            self.git("read-tree", *([self._head] if self._head else ["--empty"]))
            self.git("update-index", "-z", "--add", "--index-info", data=b"".join(lines))
            # The files of others were not fetched, and are not missed: the server has them.
            tree = self.git("write-tree", "--missing-ok").decode().strip()
            parents = ["-p", self._head] if self._head else []
            commit = self.git("commit-tree", tree, *parents, "-m", self._message, more=author).decode().strip()
        except GitError as error:
            raise self._error(error) from None
        self._push(commit)

    def _push(self, commit: str) -> None:
        answer = self.git.ask("push", "--porcelain", "--no-verify", "target", f"{commit}:{self._branch}")
        refused = [line for line in answer.output.decode("utf-8", "replace").splitlines() if line.startswith("!\t")]
        if not answer.code:
            return
        if not refused:
            raise self.unreachable(answer.errors)
        reason = shortened(refused[0].split("\t")[-1])
        if _OVERTAKEN.search(refused[0] + answer.errors):
            raise _OvertakenError(reason)
        said = "; ".join(
            line.removeprefix("remote:").strip() for line in answer.errors.splitlines() if "remote:" in line
        )
        raise RemoteError(
            f"{self.name}: the server refused the push: {reason}; {shortened(said)}. Check the rules of the branch"
        )

    def _is_there(self, path: bytes, blob_id: str) -> bool:
        there = self._blobs.get(path)
        return there is not None and there.id == blob_id and there.mode in (_FILE, _EXECUTABLE)

    def _require_places(self, wanted: Iterable[bytes], removed: Iterable[bytes]) -> None:
        """Check that no file is where a folder is needed, and no folder where a file is."""
        kept = self._blobs.keys() - set(removed)
        folders = {bytes(parent) for path in kept for parent in PurePosixPath(os.fsdecode(path)).parents}
        for path in wanted:
            above = [bytes(parent) for parent in PurePosixPath(os.fsdecode(path)).parents]
            if path in folders or (found := kept.intersection(above)):
                fact = "is a folder there" if path in folders else f"cannot be below the file {_shown(min(found))}"
                raise RemoteError(f"{self.name}: {_shown(path)} {fact}; remove it from the branch, or send elsewhere")

    def identity(self) -> dict[str, str]:
        """Return the variables that name the author of a commit."""
        if self._author:
            if not (parts := _AUTHOR.fullmatch(self._author)):
                raise RemoteError(f"{self.name}: expected an author such as `Name <mail@example.org>`")
            name, mail = parts.groups()
        else:
            # Without this setting, git makes up an address from the names of the user and the machine.
            answer = self.git.in_site("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
            parts = re.match(r"(.*) <(.*)> \d+ [+-]\d+$", answer.output.decode("utf-8", "replace").strip())
            if answer.code or not parts:
                raise RemoteError(
                    f"{self.name}: the author of the commit is not known; set [publish] git_author = "
                    '"Name <mail@example.org>", or user.name and user.email with `git config`'
                )
            name, mail = parts.groups()
        names = {f"GIT_{role}_NAME": name for role in ("AUTHOR", "COMMITTER")}
        return {**names, **{f"GIT_{role}_EMAIL": mail for role in ("AUTHOR", "COMMITTER")}}

    def unreachable(self, errors: str) -> RemoteError:
        """Return the error for what git wrote when it could not read from or push to the repository."""
        remedy = "check the address, and that git can push there without asking (a key, or a credential helper)"
        return RemoteError(f"{self.name}: {shortened(errors) or 'no answer'}; {remedy}")

    def _error(self, error: GitError) -> RemoteError:
        return RemoteError(f"{self.name}: {shortened(str(error)) or 'git failed'}")


def _quoted(path: bytes) -> bytes:
    """Return a path in the quotes of C, as `git hash-object --stdin-paths` reads one with a line feed."""
    if not set(path) & set(b'"\\\n') and not path.startswith(b'"'):
        return path
    escapes = {ord('"'): b'\\"', ord("\\"): b"\\\\", ord("\n"): b"\\n"}
    return b'"' + b"".join(escapes.get(byte, bytes([byte])) for byte in path) + b'"'


def _shown(path: bytes) -> str:
    return "".join(filter(str.isprintable, path.decode("utf-8", "replace")))
