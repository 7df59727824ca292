"""Keep the ledger's lines: one for every post that was ever published, whether a feed shows it or not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from posts.model import Head
from posts.store.rows import SeenPost


class Lines(NamedTuple):
    """The lines after a run.

    Attributes:
        all: The lines, by path of the post.
        new: The paths of posts that were never published before.
        gone: The paths of posts that are published no longer.
        moved: The new path of each post that was renamed, by its old path.
    """

    all: Mapping[str, SeenPost]
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: Mapping[str, str] = {}  # never modified


def update_lines(
    known: Mapping[str, SeenPost],
    published: Iterable[Head],
    living: Collection[str],
    unavailable: AbstractSet[str],
    seconds: int,
    *,
    by_date: bool = False,
) -> Lines:
    """Return the lines of a run. A post that was renamed keeps its line: one path went, one with the same body came.

    Args:
        known: The lines of earlier runs.
        published: The heads of all posts that are published now.
        living: The paths of all posts that exist, whatever their state.
        unavailable: The paths of posts that cannot be read or have to wait: their lines stay.
        seconds: The time of the run, in seconds since 1970.
        by_date: Whether a new post counts as published at its date, as after the ledger was lost.
    """
    heads = {head.post.path: head for head in published}
    came = [path for path in heads if path not in known]
    absent = [path for path, line in known.items() if not line.gone and path not in heads and path not in unavailable]
    moved = _renamed(known, heads, came, [path for path in absent if path not in living]) if came and absent else {}
    lines = dict(known)
    for old, path in moved.items():
        lines[path] = lines.pop(old)
    gone = sorted(path for path in absent if path not in moved)
    lines |= {path: lines[path]._replace(gone=seconds) for path in gone}
    new = []
    for path, head in heads.items():
        line = lines.get(path)
        if line is None:
            new.append(path)
            first = min(int(head.post.date.timestamp()), seconds) if by_date else seconds
            lines[path] = SeenPost(first, 0, head.body)
        elif line.gone or line.body != head.body:
            lines[path] = SeenPost(line.first, 0, head.body)
    return Lines(lines, tuple(sorted(new)), tuple(gone), moved)


def _renamed(
    known: Mapping[str, SeenPost], heads: Mapping[str, Head], came: Iterable[str], went: Iterable[str]
) -> dict[str, str]:
    """Return the new path of each renamed post by its old one; several with one body are paired in order of path."""
    by_body: dict[str, list[str]] = {}
    for path in sorted(came, reverse=True):
        if heads[path].body:
            by_body.setdefault(heads[path].body, []).append(path)
    moved = {}
    for path in sorted(went):
        if paths := by_body.get(known[path].body):
            moved[path] = paths.pop()
    return moved
