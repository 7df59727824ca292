"""Decide which objects of a bucket can be files below a folder. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from posts.errors import Problem
from posts.problems import make_problem
from posts.text import plain

LONGEST_NAME = 255  # bytes in UTF-8: NAME_MAX of most file systems
LONGEST_PATH = 3_000  # bytes in UTF-8 below the site: PATH_MAX is 4,096
MOST_FOLDERS = 100  # one in another; posts are read to a depth of 64

# Folders at any depth that no kind of site reads posts from.
SKIPPED = frozenset(
    (".git", ".hg", ".svn", ".feedmill", ".jekyll-cache", ".sass-cache", ".bundle", ".cache", "node_modules")
)
_BUILT = "_site/"  # what Jekyll builds


def is_skipped(path: str) -> bool:
    """Return whether an object is in a folder that is not copied because nothing in it is read."""
    return path.startswith(_BUILT) or not SKIPPED.isdisjoint(path.split("/")[:-1])


def usable_names(paths: Iterable[str], sizes: Sequence[int], *, folds_case: bool) -> tuple[list[str], list[Problem]]:
    """Return the paths of the objects that can be files, sorted, and a problem for each of the others.

    Empty objects in the place of a folder, which web consoles create, are left out without a problem.

    Args:
        paths: The paths of all objects below the site.
        sizes: Their sizes in bytes, in the same order.
        folds_case: Whether the file system takes names that differ in case or in Unicode normalization for the same.
    """
    problems: list[Problem] = []
    sized = dict(zip(paths, sizes, strict=True))
    folders: set[str] = set()
    possible = []
    for path in sorted(sized):
        if path.endswith("/") and not sized[path]:
            continue
        if reason := _refusal(path):
            problems.append(_refused(path, reason))
        else:
            possible.append(path)
            folders.update(_folders(path))
    spelled: dict[str, str] = {}
    kept = []
    for path in possible:
        if path in folders:
            if sized[path]:
                problems.append(_refused(path, "other objects have this name as their folder"))
        elif folds_case and (other := _other_spelling(path, spelled)):
            problems.append(_refused(path, f"{plain(other)!r} differs from it only in case, which this disk ignores"))
        else:
            kept.append(path)
    return kept, problems


def _refusal(path: str) -> str:
    """Return why a path cannot be that of a file, or ""."""
    names = path.split("/")
    if any(name in ("", ".", "..") for name in names):
        return "a part of it is empty, `.` or `..`"
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        return "it has control characters"
    if len(names) > MOST_FOLDERS:
        return f"it has more than {MOST_FOLDERS} folders"
    try:
        if len(path.encode()) > LONGEST_PATH or any(len(name.encode()) > LONGEST_NAME for name in names):
            return f"a part of it is longer than {LONGEST_NAME} bytes, or the whole than {LONGEST_PATH:,}"
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    return ""


def _folders(path: str) -> list[str]:
    """Return the folders above a path, without the site itself."""
    return [path[:end] for end, character in enumerate(path) if character == "/"]


def _other_spelling(path: str, spelled: dict[str, str]) -> str:
    """Return the name among those `spelled` so far that a path or one of its folders collides with, or ""."""
    for name in (*_folders(path), path):
        if (other := spelled.setdefault(unicodedata.normalize("NFC", name).casefold(), name)) != name:
            return other
    return ""


def _refused(path: str, reason: str) -> Problem:
    message = f"the object cannot be a file in the copy of the bucket: {reason}; rename it"
    return make_problem(plain(path)[:500] or "?", 0, "object-name", message)
