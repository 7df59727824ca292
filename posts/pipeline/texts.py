"""Read the texts of posts that share a link and a title, to compare them, and omit duplicate symbolic links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError
from posts.files import read as files
from posts.frontmatter.split import split_front_matter
from posts.identity.bodies import comparable
from posts.model import PostMetadata
from posts.pipeline.load import cut_tail
from posts.sites.base import PostFile, SiteKind


class TextReader:
    """Read the texts of posts, to decide whether they are the same article."""

    def __init__(self, root: Path, kind: SiteKind, options: ReadOptions) -> None:
        self.root, self.kind, self.options = root, kind, options
        # All posts of a series are compared with the first one, so its text is needed repeatedly.
        self.text_of = lru_cache(maxsize=2)(self.read)

    def read(self, metadata: PostMetadata) -> str | None:
        """Return the text of a post as `posts.identity.bodies` compares it; None if its file can no longer be read.

        Raises:
            OSError: The system has no file handles or memory left.
        """
        post = metadata.post
        try:
            _, data = files.read(self.root, post.path, self.kind.private_names)
            tabs = self.kind.indents_with_tabs
            body = split_front_matter(data, lambda *_: None, self.options.encoding, tabs=tabs).body
        except (PostError, OSError) as error:
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise
            return None
        if metadata.kept >= 0:
            return comparable(body[: metadata.kept])
        return comparable(cut_tail(body, post.path, (*post.categories, *post.tags), self.options, post.source).body)


def without_links(found: Sequence[PostFile], links: Mapping[str, str]) -> list[PostFile]:
    """Return the files without symbolic links to other post files; of several links to one file, the first remains.

    A link from the folder of posts to a draft remains, because some authors publish drafts that way.

    Args:
        found: The post files, sorted.
        links: The targets of links, by path (`posts.files.walk.Walk.links`).
    """
    if not links:
        return list(found)
    taken = {one.path: one.draft for one in found if one.path not in links}
    kept = []
    for one in found:
        target = links.get(one.path)
        if target is not None:
            if not taken.get(target, True) or (target in taken and one.draft):
                continue
            taken[target] = one.draft
        kept.append(one)
    return kept
