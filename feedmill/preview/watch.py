"""Watch a site's folder for changed files. Owns watchfiles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Event

import watchfiles

from posts.errors import FeedmillError

# Editors write a file in several steps, and switching a branch changes many files: changes within `_QUIET` of each
# other are one, for at most `_LONGEST` (all in milliseconds).
_QUIET, _LONGEST = 100, 1000
_BEGINNING = 500


def watch_site(root: Path, ignored: Collection[Path] = (), stop: Event | None = None) -> Iterator[set[str]]:
    """Yield the changed paths below the site, one set for each change, until `stop`.

    Hidden files and files below the `ignored` folders do not count. The first set may be empty: the folder is now
    watched, but earlier changes were not seen.

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
        remedy = "set WATCHFILES_FORCE_POLLING=1, or raise the system's limit of watched files"
        raise FeedmillError(f"cannot watch {root} ({error}); {remedy}") from None
