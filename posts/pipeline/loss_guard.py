"""What must not happen by accident: that most of what is published goes at once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from posts.errors import RefusedError
from posts.store.rows import Entry

FEW = 5  # posts that may always go
SHARE = 10  # per cent of the published posts that may go at once


def refuse_losses(entries: Iterable[Entry], present: Collection[str], there: Collection[str], *, found: int) -> None:
    """Sees to it that what is published does not vanish because a folder did.

    Args:
        entries: the ledger's lines.
        present: the ids of all items that there are now.
        there: the paths of all posts that are there, readable or not, but for those that were withdrawn.
        found: the number of files that might be posts.

    Raises:
        RefusedError: there is no post any more, or more than 10 % and more than five of those that were published
            have gone.
    """
    published = [entry for entry in entries if not entry.gone]
    lost = [entry for entry in published if entry.id not in present and entry.path not in there]
    if lost and not found:
        raise RefusedError(
            f"there are no posts any more, where {len(published)} are published: nothing was touched. If they are to "
            "go, say --allow-removals"
        )
    if len(lost) > FEW and len(lost) * 100 > len(published) * SHARE:
        paths = sorted(entry.path for entry in lost)
        raise RefusedError(
            f"{len(lost)} of the {len(published)} published posts have gone at once ({', '.join(paths[:3])}, …): "
            "nothing was touched. If they are to go, say --allow-removals"
        )
