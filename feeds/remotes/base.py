"""Define the interface of a remote: a place that published files are sent to, over a network or by git."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from msgspec import Struct

Presence = Literal["absent", "same", "other"]
"""How the file at a path of a remote compares: there is none, it has the same bytes, or it has other bytes."""


class LocalFile(Struct, frozen=True):
    """A published file that a remote gets.

    Attributes:
        path: Its path below the remote, with `/` between folders.
        source: Where its bytes are on this disk.
        size: The number of its bytes.
        media_type: The value of `Content-Type`, with the charset for texts.
        cache_control: The value of `Cache-Control`.
        encoding: The value of `Content-Encoding`, "" for none.
    """

    path: str
    source: Path
    size: int
    media_type: str = "application/octet-stream"
    cache_control: str = ""
    encoding: str = ""


class Update(Struct, frozen=True):
    """What one remote must get.

    Attributes:
        stages: The files to send. All files of a stage are there before the first of the next is sent, so that no file
            refers to one that is missing.
        gone: The paths of files to remove after the last stage. feedmill sent them.
    """

    stages: tuple[tuple[LocalFile, ...], ...] = ()
    gone: tuple[str, ...] = ()


class Remote(Protocol):
    """A place to send files to; a context manager, which is connected while it is entered.

    Every method raises RemoteError, whose message names the remote and the remedy and contains no credentials.
    """

    name: str
    """The address as it is written in the configuration, for messages and as key of records."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def compare(self, files: Iterable[LocalFile]) -> Mapping[str, Presence]:
        """Return how the file at the path of each of `files` compares with it."""
        ...

    def update(self, update: Update, done: Callable[[Sequence[str]], None]) -> None:
        """Send the files of each stage, then remove those that are gone; a path that is gone already is no error.

        A reader of the remote sees the old or the new bytes of a file at any moment, and after a failure too.

        Args:
            update: What the remote must get.
            done: Called with paths that are sent or removed for good, at least once a stage; the caller records them.
        """
        ...
