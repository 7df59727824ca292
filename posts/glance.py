"""Has anything changed at all? A look at the outside of everything that the last run depended on, and nothing more.

Imports little, reads no file that has not changed, and writes nothing. Whenever it is not sure, it says yes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from posts.index import Index
from posts.stamps import YOUNG, digest


def unchanged(index: Index, setting: Mapping[str, Any], root: Path, out: Path, now: float) -> dict[str, Any] | None:
    """What the last run reported, if a run now would do nothing; else None.

    `setting` is what the run is asked for; it must be what the last one was asked for. `now` is in seconds since 1970.
    """
    run = index.run()
    if run.get("setting") != setting or run.get("environment") != environment():
        return None
    if not run["now"] <= now < (run["due"] or now + 1):
        return None
    since = run["began"] - YOUNG
    for path, seen in index.watched().items():
        if look(os.path.join(root, path), since, os.fspath(out)) != seen:  # noqa: PTH118
            return None
    for table, folder in (("files", root), ("outputs", out)):
        young = _young(index.stamps(table), os.fspath(folder), since)
        if young is None or not all(_has(folder / path, index.hash_of(table, path)) for path in young):
            return None
    report: dict[str, Any] = run["report"]
    return report


def _young(rows: Iterable[tuple[str, int, int, int, int]], folder: str, since: int) -> list[str] | None:
    """The files that could have changed unseen; None if any does not look as it did."""
    stat, join = os.stat, os.path.join
    young = []
    for path, size, mtime, ctime, inode in rows:
        try:
            found = stat(join(folder, path))
        except OSError:
            return None
        if found.st_mtime_ns != mtime or found.st_ctime_ns != ctime or found.st_size != size or found.st_ino != inode:
            return None
        if ctime >= since or mtime >= since:
            young.append(path)
    return young


def _has(path: Path, known: bytes) -> bool:
    try:
        return digest(path.read_bytes()) == known
    except OSError:
        return False


def look(path: str, since: int, out: str = "") -> str:
    """What a file or folder looks like that a run depends on, "" where there is none.

    Files by their outside, unless they could have changed unseen: then by their bytes. Folders by the names in them,
    but for that of the output `out`, which may be one of them.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
        if os.path.isdir(path):  # noqa: PTH112
            return names(entry for entry in os.listdir(path) if os.path.join(path, entry) != out)  # noqa: PTH118, PTH208
        if max(found.st_mtime_ns, found.st_ctime_ns) >= since:
            return digest(Path(path).read_bytes()).hex()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


def names(entries: Iterable[str]) -> str:
    """The names in a folder in short; but for hidden ones, among which the index itself lies."""
    shown = sorted(entry for entry in entries if not entry.startswith("."))
    return digest("\0".join(shown).encode("utf-8", "surrogateescape")).hex()


def environment() -> list[Any]:
    """What tells that other versions of libraries may be at work: the interpreter, and the folders they lie in."""
    folders = [path for path in sys.path if os.path.isdir(path)]  # noqa: PTH112
    return [sys.version, [[path, os.stat(path).st_mtime_ns] for path in folders]]  # noqa: PTH116
