"""Guards against removing most of what is published because a folder or files are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from posts.errors import RefusedError
from posts.store.codec import decode_post
from posts.store.rows import Entry
from posts.text import plain

FEW = 5  # posts that may be missing, as long as others remain
SHARE = 10  # per cent of the published posts that may be missing


def refuse_losses(entries: Iterable[Entry], present: Collection[str], there: Collection[str]) -> None:
    """Raise RefusedError if the files of too many published items are missing.

    Items whose posts expired, are held back by their author, or cannot be read are not missing.

    Args:
        entries: The ledger.
        present: The ids of all items that this run would publish.
        there: The paths of all posts that exist, whether they are published or not.

    Raises:
        RefusedError: Files are missing and no published item remains, or more than five and 10 % are missing.
    """
    published = [entry for entry in entries if not entry.gone]
    lost = [entry for entry in published if entry.id not in present and entry.path not in there]
    if not lost:
        return
    names = _names(lost)
    remains = any(entry.id in present for entry in published)
    if not remains:
        what = f"none of the {len(published)} published posts would remain, because files are missing"
        if len(published) == 1:
            what = "the only published post would not remain, because its file is missing"
        raise RefusedError(f"{what} ({names}); nothing was changed. To remove their items, use --allow-removals")
    if len(lost) > FEW and len(lost) * 100 > len(published) * SHARE:
        raise RefusedError(
            f"{len(lost)} of the {len(published)} published posts are missing ({names}); "
            "nothing was changed. To remove their items, use --allow-removals"
        )


def _names(lost: Sequence[Entry]) -> str:
    """Return the paths of three items; of those known from feeds only, the URLs of their pages."""
    names = sorted(filter(None, (entry.path or _page(entry) for entry in lost)))
    return ", ".join(names[:3]) + (", …" if len(lost) > 3 else "")


def _page(entry: Entry) -> str:
    post = decode_post(entry.post)
    return plain(post.permalink if post and post.permalink else entry.link or entry.id)
