"""Guards against removing most of what is published because a folder or files are missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from posts.errors import RefusedError
from posts.store.codec import decode_post
from posts.store.rows import Entry, SeenPost
from posts.text import plain

FEW = 5  # posts that may be missing, as long as others remain
SHARE = 10  # per cent of the published posts that may be missing


def refuse_losses(
    seen: Mapping[str, SeenPost],
    present: Collection[str],
    there: Collection[str],
    pathless: Sequence[Entry] = (),
    others: int = 0,
) -> None:
    """Raise RefusedError if the files of too many published posts are missing.

    Posts that expired, are held back by their author, or cannot be read are not missing.

    Args:
        seen: The ledger's lines before this run, by the paths that the posts have now.
        present: The paths of all posts that remain published.
        there: The paths of all posts that exist, whether they are published or not.
        pathless: The published items that are known from feeds only and that no post was found for.
        others: The number of other posts that are published and remain so.

    Raises:
        RefusedError: Files are missing and no published post remains, or more than five and 10 % are missing.
    """
    published = [path for path, line in seen.items() if not line.gone]
    unknown = [_page(entry) for entry in pathless]
    lost = [*(path for path in published if path not in there), *unknown]
    if not lost:
        return
    names, count = _names(lost), len(published) + len(unknown) + others
    if not others and not any(path in present for path in published):
        what = f"none of the {count} published posts would remain, because files are missing"
        if count == 1:
            what = "the only published post would not remain, because its file is missing"
        raise RefusedError(f"{what} ({names}); nothing was changed. To remove their items, use --allow-removals")
    if len(lost) > FEW and len(lost) * 100 > count * SHARE:
        raise RefusedError(
            f"{len(lost)} of the {count} published posts are missing ({names}); "
            "nothing was changed. To remove their items, use --allow-removals"
        )


def _names(lost: Sequence[str]) -> str:
    """Return the names of three posts."""
    return ", ".join(sorted(lost)[:3]) + (", …" if len(lost) > 3 else "")


def _page(entry: Entry) -> str:
    """Return the address of the page of an item, as last published."""
    post = decode_post(entry.post)
    return plain(post.permalink if post and post.permalink else entry.link or entry.id)
