"""Decide which files and folders of a site Jekyll reads (`entry_filter.rb`). Pure."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable

from posts.config.options import ReadOptions

_SPECIAL = (".", "_", "#", "~")


class EntryFilter:
    """Decide which entries Jekyll reads (`entry_filter.rb`). The `*` of its patterns matches slashes too."""

    def __init__(self, options: ReadOptions) -> None:
        exclude = [pattern.lstrip("/") for pattern in options.exclude if pattern not in options.include]
        self.included, self.excluded = _any_of(options.include), _any_of(exclude)

    def keeps(self, base: str, entry: str) -> bool:
        """Return whether `entry` (relative to `base`, which is below the site) is read."""
        name = entry.rpartition("/")[2]
        if self.included(entry) or (name != entry and self.included(name)):
            return True
        if self.excluded(f"{base}/{entry}".lstrip("/")):
            return False
        return not (entry.startswith(_SPECIAL) or name.startswith(_SPECIAL) or name.endswith("~"))


def _any_of(patterns: Iterable[str]) -> Callable[[str], object]:
    """Return a test for paths that match a pattern: completely, as a prefix, or as a folder with its slash."""
    ways = (f"{fnmatch.translate(one)}|{re.escape(one)}|{re.escape(one.removesuffix('/'))}\\Z" for one in patterns)
    return re.compile("|".join(ways) or r"(?!)", re.DOTALL).match
