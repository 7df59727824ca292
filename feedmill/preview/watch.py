"""When something in a site's folder is saved. Owns watchfiles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Event

import watchfiles

from posts.errors import FeedmillError

# Editors write a file in several steps, and who switches a branch changes many files: what comes within `_QUIET` of
# what came before is one change, but nobody waits longer than `_LONGEST` (all in milliseconds).
_QUIET, _LONGEST = 100, 1000
_BEGINNING = 500


def saves(root: Path, ignored: Collection[Path] = (), stop: Event | None = None) -> Iterator[set[str]]:
    """The paths below the site of what was saved, came or went, each time that there was something; until `stop`.

    What is hidden, or below one of the `ignored` folders, does not count. The first set may be empty: it says that
    the folder is watched from now on, and that what was saved earlier was not seen.

    Raises:
        FeedmillError: the folder cannot be watched.
    """
    top, others = root.resolve(), [folder.resolve() for folder in ignored]
    ordinary = watchfiles.DefaultFilter()

    def counts(change: watchfiles.Change, path: str) -> bool:
        place = Path(path)
        hidden = place.is_relative_to(top) and any(part.startswith(".") for part in place.relative_to(top).parts)
        return not hidden and ordinary(change, path) and not any(place.is_relative_to(other) for other in others)

    began = False
    try:
        for changes in watchfiles.watch(
            top,
            watch_filter=counts,
            step=_QUIET,
            debounce=_LONGEST,
            rust_timeout=_BEGINNING,
            yield_on_timeout=True,
            stop_event=stop,
        ):
            if changes or not began:
                yield {Path(path).relative_to(top).as_posix() for _, path in changes}
            began = True
    except OSError as error:
        remedy = "set the environment's WATCHFILES_FORCE_POLLING to 1, or raise the system's limit of watched files"
        raise FeedmillError(f"{root} cannot be watched ({error}): {remedy}") from None
