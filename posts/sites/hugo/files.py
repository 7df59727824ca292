"""Find the content files of a Hugo site, and say which of them are not read."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.files.walk import Walk
from posts.problems import make_problem
from posts.sites.hugo.content import SUFFIXES_READ, SUFFIXES_UNREAD, ContentPath, pages_of
from posts.sites.hugo.languages import Mount
from posts.sites.terms import flatten

_ADAPTER = "_content.gotmpl"


class FileFilter:
    """Decide which files Hugo reads: not those with hidden names, nor those that `ignoreFiles` matches."""

    def __init__(self, options: ReadOptions, settings: Mapping[str, Any]) -> None:
        self.adapters: list[str] = []
        self._folders = tuple(f"{folder.strip('/')}/" for folder in options.folders if folder.strip("./"))
        self._exclude = tuple(pattern.strip("/") for pattern in options.exclude)
        self._ignored = [*_compiled(flatten(settings.get("ignorefiles")))]

    def __call__(self, base: str, entry: str) -> bool:
        name, path = entry.rpartition("/")[2], f"{base}/{entry}"
        if name == _ADAPTER:
            self.adapters.append(path)
            return False
        suffix = _suffix(name)
        if suffix not in SUFFIXES_READ and suffix not in SUFFIXES_UNREAD:
            return False
        if name.startswith((".", "#")) or any(one.search(f"/{path}") for one in self._ignored):
            return False
        if self._folders and not path.startswith(self._folders):
            return False
        parts = path.split("/")
        names = [name, *("/".join(parts[: count + 1]) for count in range(len(parts)))] if self._exclude else []
        return not any(fnmatch.fnmatchcase(one, pattern) for one in names for pattern in self._exclude)


def _compiled(patterns: list[str]) -> Iterator[re.Pattern[str]]:
    for pattern in patterns:
        try:
            yield re.compile(pattern)
        except re.error:  # Go's syntax differs in what few patterns use
            continue


def _unread_problems(paths: list[str]) -> Iterator[Problem]:
    """Yield a warning for each kind of content that is not read, at the first of its files."""
    counts = Counter(_suffix(path) for path in paths)
    for suffix, count in sorted(counts.items()):
        first = min(path for path in paths if path.lower().endswith(f".{suffix}"))
        if suffix == "gotmpl":
            message = "content adapters are programs, which are not run; their pages are not in feeds"
        else:
            what = f"this .{suffix} file is" if count == 1 else f"{count:,} .{suffix} files are"
            message = f"{what} not read; convert to Markdown or HTML"
        yield make_problem(first, 0, "other-markup", message)


def find_pages(
    mounts: Sequence[Mount],
    place_of: Callable[[str], ContentPath | None],
    walk: Walk,
    keeps: FileFilter,
    report: Callable[[Problem], None],
) -> Iterator[str]:
    """Yield the paths of the pages of a site, and report content that is not read.

    Args:
        mounts: The folders of content.
        place_of: Returns the place of a file among the pages.
        walk: The walk through the site.
        keeps: Decides which files are read.
        report: Called for every problem.
    """
    found: dict[str, ContentPath] = {}
    for mount in mounts:
        for path in walk.files(mount.source, keeps):
            place = None if path in found else place_of(path)
            if place and mount.has(path[len(mount.source) + 1 :]):
                found[path] = place
    pages = [*pages_of(found.items())]
    unread = [path for path in pages if _suffix(path) in SUFFIXES_UNREAD]
    for problem in _unread_problems([*keeps.adapters, *unread]):
        report(problem)
    themes = tuple(f"{mount.source}/" for mount in mounts if mount.is_theme)
    own = {found[path] for path in pages if not path.startswith(themes)} if themes else set()
    for path in pages:
        # A file of the site is in the place of one of its theme.
        if _suffix(path) in SUFFIXES_READ and not (themes and path.startswith(themes) and found[path] in own):
            yield path


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].lower()
