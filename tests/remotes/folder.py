"""A remote that is a folder on this disk, which fails as it is told, and a reader of it that looks at every moment."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import unquote, urljoin

from lxml import etree

from feeds.remotes.base import LocalFile, Presence, Update
from feeds.remotes.options import RemoteOptions
from posts.errors import RemoteError
from posts.files.remote_address import Address

ATOM = "{http://www.w3.org/2005/Atom}"
How = Literal["before", "after", "killed before", "killed after"]
HOWS: tuple[How, ...] = ("before", "after", "killed before", "killed after")


class KilledError(BaseException):
    """The process has ended: nothing catches it, and nothing that waits to be recorded is recorded."""


@dataclass
class Host:
    """Where the folders of remotes are, by the host of their address, and how they behave.

    Attributes:
        root: The folder of these folders.
        fails_at: The operation that fails, from 0; -1 for none.
        how: When it fails, and whether the process ends.
        refuses: The names of remotes that refuse the connection.
        records: Whether `done` is called after every file, or after every stage.
        log: What was done.
        headers: Media type, caching and encoding of every file, by remote and path.
        watch: Called after every operation.
        ends_process: Whether a kill ends this process, so that nothing at all runs after it.
    """

    root: Path
    fails_at: int = -1
    how: How = "before"
    refuses: set[str] = field(default_factory=set)
    records: Literal["file", "stage"] = "file"
    log: list[str] = field(default_factory=list)
    headers: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    watch: Callable[[], None] = lambda: None
    ends_process: bool = False

    def open_remote(self, address: Address, site: Path, options: RemoteOptions) -> FolderRemote:
        """Stands in for `feeds.remotes.connect.open_remote`."""
        assert site.is_dir()
        assert isinstance(options, RemoteOptions)
        return FolderRemote(address.text, self.root / address.host, self)

    @contextmanager
    def operation(self, name: str) -> Iterator[None]:
        """One step of a remote, which may fail."""
        is_due = len(self.log) == self.fails_at
        self.log.append(name)
        if is_due and self.how.endswith("before"):
            raise self._error(name)
        yield
        self.watch()
        if is_due:
            raise self._error(name)

    def _error(self, name: str) -> BaseException:
        if self.ends_process:
            os._exit(9)
        return KilledError(name) if self.how.startswith("killed") else RemoteError(f"the network is down at {name}")

    def sent(self) -> list[str]:
        return [one.removeprefix("send ") for one in self.log if one.startswith("send ")]

    def removed(self) -> list[str]:
        return [one.removeprefix("remove ") for one in self.log if one.startswith("remove ")]


@dataclass
class FolderRemote:
    """A folder as a remote: each file is replaced in one step."""

    name: str
    folder: Path
    host: Host

    def __enter__(self) -> Self:
        with self.host.operation("connect"):
            if self.name in self.host.refuses:
                raise RemoteError(f"{self.name}: the connection was refused")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        pass

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        with self.host.operation("compare"):
            return {file.path: self._presence(file) for file in files}

    def _presence(self, file: LocalFile) -> Presence:
        try:
            return "same" if (self.folder / file.path).read_bytes() == file.source.read_bytes() else "other"
        except FileNotFoundError:
            return "absent"

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        for stage in update.stages:
            for file in stage:
                with self.host.operation(f"send {file.path}"):
                    self._send(file)
                if self.host.records == "file":
                    self._done(done, [file.path])
            if self.host.records == "stage":
                self._done(done, [file.path for file in stage])
        for path in update.gone:
            with self.host.operation(f"remove {path}"):
                (self.folder / path).unlink(missing_ok=True)
        self._done(done, update.gone)

    def _done(self, done: Callable[[Sequence[str]], None], paths: Sequence[str]) -> None:
        if paths:
            with self.host.operation("done"):
                done(paths)

    def _send(self, file: LocalFile) -> None:
        assert file.size == file.source.stat().st_size
        target = self.folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.source.read_bytes())
        self.host.headers[self.name, file.path] = (file.media_type, file.cache_control, file.encoding)


def missing(folder: Path, url: str) -> set[str]:
    """Return what the feeds in a folder, its outline and its directory refer to below `url` and what is not there.

    Archive documents that no feed refers to, directly or through others, are not looked at: no reader gets to them.
    """
    lost: set[str] = set()
    seen: set[str] = set()
    queue = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.name in ("rss.xml", "atom.xml")]
    queue += [name for name in ("feeds.opml", "index.html") if (folder / name).is_file()]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        for target in references(folder / path, path, url):
            if not (folder / target).is_file():
                lost.add(f"{path} -> {target}")
            elif "atom-archive" in target:
                queue.append(target)
    return lost


def references(file: Path, path: str, url: str) -> set[str]:
    """Return the paths below the folder that a document refers to."""
    text = file.read_text("utf-8")
    assert text.endswith(("\n", ">")), f"{path} is not whole"
    if path.endswith(".html"):
        found = set(re.findall(r'(?:href|src)="([^"#]+)"', text))
    elif path.endswith(".opml"):
        found = set(re.findall(r'(?:xmlUrl|htmlUrl)="([^"]+)"', text))
    else:
        root = etree.fromstring(text.encode())
        found = {str(link.get("href")) for link in root.findall(f"{ATOM}link")}
        found |= {str(link.get("href")) for link in root.findall(f"channel/{ATOM}link")}
        found |= set(re.findall(r'<\?xml-stylesheet[^>]*href="([^"]+)"', text))
    base = f"{url}/{posixpath.dirname(path)}/" if "/" in path else f"{url}/"
    absolute = {urljoin(base, written) for written in found}
    targets = {unquote(one.removeprefix(f"{url}/").partition("?")[0]) for one in absolute if one.startswith(f"{url}/")}
    return {f"{one}index.html" if not one or one.endswith("/") else one for one in targets}
