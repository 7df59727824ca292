"""Make the links that identify posts, and tell which sources are pages of other posts of the site. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from posts.files.stat import digest
from posts.identity.urls import canonical
from posts.model import Head, Post, PostMetadata


def page_link(post: Post) -> str:
    """Return the canonical link of the post's own page."""
    return canonical(post.permalink) or post.permalink


def link_of(metadata: PostMetadata) -> str:
    """Return the canonical link that identifies a post: that of its source, else that of its page."""
    return metadata.source or page_link(metadata.post)


def link_hash(link: str) -> int:
    """Return a hash of a canonical link, or of another text that identifies a post; 63 bits, never 0."""
    return (int.from_bytes(digest(link.encode("utf-8", "replace"))[:8]) >> 1) or 1


class Pages:
    """Tell which sources are pages of other posts of the site: such a link identifies the other post.

    Args:
        published: The heads of published posts.
        other: Returns the path of another published post by the canonical link of its page, "" for none.
    """

    def __init__(self, published: Iterable[Head], other: Callable[[str], str] = lambda _: "") -> None:
        self._published = published
        self._other = other

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        return {page_link(head.post): head.post.path for head in self._published}

    def checked(self, metadata: PostMetadata) -> PostMetadata:
        """Return the metadata of a post, without a source that is the page of another post."""
        if not metadata.is_own_source:
            return metadata
        path = max(self._paths.get(metadata.source, ""), self._other(metadata.source))
        return metadata._replace(source="") if path not in ("", metadata.post.path) else metadata
