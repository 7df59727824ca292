"""The errors that end a run. What is wrong with a single post is a `Problem`, not an error.

FeedmillError           exit 4: what was published stands
├── UsageError          exit 2: the arguments are wrong, nothing was written
│   └── ConfigurationError  the configuration is wrong: all mistakes at once
├── RefusedError        exit 3: refused to protect what is published, nothing was written
├── PublicationError    exit 4: a file could not be verified or written
├── DamagedError        exit 4: what is remembered cannot be believed
└── BusyError           exit 75: another run is at work, nothing was written
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

# What is wrong with the system and not with the file that it hits: it ends the run instead of costing one post.
EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS))


class FeedmillError(Exception):
    """The root of the tree. Its text is a sentence for people that names the remedy."""

    exit_code = 4


class UsageError(FeedmillError):
    """The arguments are wrong; nothing was written."""

    exit_code = 2


class ConfigurationError(UsageError):
    """The configuration is wrong. `mistakes` has all of them: (file, key path as `feeds.items`, what was expected)."""

    def __init__(self, mistakes: Sequence[tuple[str, str, str]]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{file}: {key}: {message}" for file, key, message in self.mistakes))


class RefusedError(FeedmillError):
    """Going on would harm what is published; nothing was written."""

    exit_code = 3


class PublicationError(FeedmillError):
    """A file could not be verified or written; what was published stands."""


class DamagedError(FeedmillError):
    """The index is not what was written into it."""


class BusyError(FeedmillError):
    """Another run is at work on the same output or the same index (EX_TEMPFAIL of sysexits.h): try again later."""

    exit_code = 75


NO_POST = "no-post"  # what `PostError.held` is for a file that does not look like a post


class PostError(ValueError):
    """One post cannot be read and is left out. `line` counts from 1; 0 means the whole file.

    `held` is the state in which the author holds the post back, if that can be seen in spite of the error, or "".
    """

    def __init__(self, line: int, code: str, message: str) -> None:
        self.line, self.code, self.message = line, code, message
        self.held = ""
        super().__init__(message)
