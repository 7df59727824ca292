"""Keep the ledger's lines: one for every post that was ever published, whether a feed shows it or not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from posts.model import Head
from posts.store.rows import TRIMMED, SeenPost

TrimmedBodies = Callable[[Sequence[Head]], Mapping[str, str]]
"""Return the hashes of the bodies of posts without their trailers, by path."""


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
    trimmed: TrimmedBodies = lambda _: {},
) -> Lines:
    """Return the lines of a run. A post that was renamed keeps its line: one path went, one with the same body came.

    Args:
        known: The lines of earlier runs.
        published: The heads of all posts that are published now.
        living: The paths of all posts that exist, whatever their state.
        unavailable: The paths of posts that cannot be read or have to wait: their lines stay.
        seconds: The time of the run, in seconds since 1970.
        trimmed: Returns the hashes of trimmed bodies of posts; called for lines of an older version only.
        by_date: Whether a new post counts as published at its date, as after the ledger was lost.
    """
    heads = {head.post.path: head for head in published}
    came = [path for path in heads if path not in known]
    absent = [path for path, line in known.items() if not line.gone and path not in heads and path not in unavailable]
    went = [path for path in absent if path not in living]
    bodies = {path: heads[path].body for path in came} if went else {}
    moved = _renamed(known, bodies, went)
    if any(known[path].body.startswith(TRIMMED) for path in went) and bodies.keys() - moved.values():
        others = [heads[path] for path in sorted(bodies.keys() - moved.values())]
        marked = {path: f"{TRIMMED}{body}" for path, body in trimmed(others).items() if body}
        moved |= _renamed(known, marked, [path for path in went if path not in moved])
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


def _renamed(known: Mapping[str, SeenPost], bodies: Mapping[str, str], went: Iterable[str]) -> dict[str, str]:
    """Return the new path of each renamed post by its old one; several with one body are paired in order of path.

    Args:
        known: The lines.
        bodies: The hashes of the bodies of posts that came, by path.
        went: The paths of posts that went.
    """
    by_body: dict[str, list[str]] = {}
    for path in sorted(bodies, reverse=True):
        if bodies[path]:
            by_body.setdefault(bodies[path], []).append(path)
    moved = {}
    for path in sorted(went):
        if paths := by_body.get(known[path].body):
            moved[path] = paths.pop()
    return moved
