"""Refuse an output folder in which published files and posts would mix.

Feedmill does not look for posts in its output folder, so posts there would be left out, and other programs that read
the folders of posts would find feeds and pages there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from feeds.options import KINDS
from posts.config.options import ReadOptions
from posts.errors import UsageError
from posts.files.read import begins_with_front_matter
from posts.files.walk import Walk
from posts.sites.base import SiteKind

_PUBLISHED = (*KINDS, "feed")  # the folders in the output folder that feeds have


def folders_inside(root: Path, folders: Iterable[Path]) -> frozenset[str]:
    """Return the paths of the folders that are below the site, as paths below it."""
    top = root.resolve()
    found = {folder.resolve() for folder in folders} - {top}
    return frozenset(folder.relative_to(top).as_posix() for folder in found if folder.is_relative_to(top))


def require_output_folder(output: Path, root: Path, kind: SiteKind, options: ReadOptions) -> None:
    """Check where the output folder is.

    Args:
        output: The output folder, which may not exist.
        root: The site.
        kind: The kind of the site.
        options: How posts are read.

    Raises:
        UsageError: It is a folder of posts, or in one, or one is where feeds are published. In a plain folder, all of
            which may be posts, it may be in it.
    """
    output, root = output.resolve(), root.resolve()
    remedy = "use another --out or [feeds] out"
    if not kind.chooses_folders:
        names = output.relative_to(root).parts if output.is_relative_to(root) else ()
        if names[-1:] and names[-1] in ("_posts", "_drafts"):
            raise UsageError(f"the output folder {output} is a folder of posts; {remedy}")
        if {"_posts", "_drafts"} & {*names}:
            raise UsageError(f"the output folder {output} is in a folder of posts; {remedy}")
        return
    for folder in ((root / name.strip().lstrip("/")).resolve() for name in options.folders or ("",)):
        if output == folder:
            more = f", such as {root / 'feeds'}, or name the folders of the posts in [posts] folders"
            raise UsageError(f"the output folder {output} is a folder of posts; {remedy}" + more * (folder == root))
        if folder != root and output.is_relative_to(folder):
            raise UsageError(f"the output folder {output} is in {folder}, a folder of posts; {remedy}")
        if folder.is_relative_to(output) and folder.relative_to(output).parts[0] in _PUBLISHED:
            raise UsageError(f"the folder of posts {folder} is where feeds in {output} are published; {remedy}")


def require_no_posts_inside(output: Path, root: Path, kind: SiteKind, options: ReadOptions) -> None:
    """Check that there are no posts in an output folder that is used for the first time.

    Raises:
        UsageError: There are posts, which would not be read.
    """
    output, top = output.resolve(), root.resolve()
    if not kind.chooses_folders or output == top or not output.is_relative_to(top) or not output.is_dir():
        return
    inside = f"{output.relative_to(top).as_posix()}/"
    walk = Walk(root, frozenset(), lambda _: None, kind.private_names)
    found = sorted(one.path for one in kind.files(options, walk, lambda _: None) if one.path.startswith(inside))
    posts = (path for path in found if kind.parse_file_name(path).date or begins_with_front_matter(root / path))
    post = next(posts, "")
    if post:
        raise UsageError(
            f"the output folder {output} has posts, such as {post}, which would not be read; "
            "move them, or use another --out or [feeds] out"
        )
