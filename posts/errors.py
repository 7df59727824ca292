"""Define the errors that end a run. A mistake in a single post is a `Problem`, not an error.

FeedmillError           exit 4: published files are unchanged
├── UsageError          exit 2: the arguments are wrong, nothing was written
│   └── ConfigurationError  the configuration is wrong: all mistakes at once
├── RefusedError        exit 3: the run would damage published feeds, nothing was written
├── PublicationError    exit 4: a file could not be verified or written
├── RemoteError         exit 4: an object store or another machine cannot be used
├── DamagedError        exit 4: the index is damaged
└── BusyError           exit 75: another run holds the lock, nothing was written
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

# Errors of the system, not of one file: they end the run instead of leaving out one post.
EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS))


class FeedmillError(Exception):
    """The base of all errors that end a run. The message says what is wrong and what to do."""

    exit_code = 4


class UsageError(FeedmillError):
    """The arguments are wrong; nothing was written."""

    exit_code = 2


class Mistake(NamedTuple):
    """An error of the configuration. `line` counts from 1; 0 means that it is not known. `key` may be ""."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: error: " + ": ".join(filter(None, (self.key, self.message)))


class ConfigurationError(UsageError):
    """The configuration is wrong. `mistakes` has all errors."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class RefusedError(FeedmillError):
    """The run would damage published feeds; nothing was written."""

    exit_code = 3


class PublicationError(FeedmillError):
    """A file could not be verified or written; published files are unchanged."""


class RemoteError(FeedmillError):
    """An object store, another machine or a repository cannot be used. The message names it, without credentials."""


class DamagedError(FeedmillError):
    """The index is damaged."""


class BusyError(FeedmillError):
    """Another run holds the lock of the output or the index; try again later (EX_TEMPFAIL of sysexits.h)."""

    exit_code = 75


NO_POST = "no-post"  # the value of `PostError.held` for a file that does not look like a post


class PostError(ValueError):
    """One post cannot be read and is left out.

    Attributes:
        line: The line of the file, from 1; 0 means the whole file.
        code: The code of the problem (`posts.problems`).
        message: What is wrong and what to do.
        held: The state in which the author holds the post back, if that can be read in spite of the error, or "".
    """

    def __init__(self, line: int, code: str, message: str) -> None:
        self.line, self.code, self.message = line, code, message
        self.held = ""
        super().__init__(message)


class ProblemKind(NamedTuple):
    """A row of the table.

    Attributes:
        severity: Whether the problem is an error or a warning.
        meaning: What is wrong, as Markdown without a full stop.
        remedy: What to do, as Markdown without a full stop.
        can_warn: Whether the error is only a warning if the post is published without the wrong part.
    """

    severity: Severity
    meaning: str
    remedy: str
    can_warn: bool = False


class Problem(NamedTuple):
    """A problem with one file: a value, not an exception. `line` counts from 1; 0 means the whole file."""

    path: str
    line: int
    code: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.severity}: {self.message} [{self.code}]"
