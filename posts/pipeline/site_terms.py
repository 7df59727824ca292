"""Find the terms of a site's published posts, for the feeds that `feedmill init` proposes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from posts.config.options import decode
from posts.errors import PostError
from posts.files import read as files
from posts.files.walk import Walk
from posts.model import Post
from posts.pipeline.scan import scan_post
from posts.sites.base import SiteKind


def published_posts(root: Path, kind: SiteKind, sections: Mapping[str, Mapping[str, Any]]) -> Iterator[Post]:
    """Yield the posts that are not held back, in order of path, as the scan reads them.

    Args:
        root: The folder of the site.
        kind: The kind of site.
        sections: The configuration; the address of the site may be missing.
    """
    options = decode(sections, [])
    walk = Walk(root, frozenset(), lambda _: None, kind.private_names)
    for one in sorted(kind.files(options, walk, lambda _: None)):
        try:
            _, data = files.read(root, one.path, kind.private_names)
            post = scan_post(one, data, kind, options, lambda *_: None).post
        except (PostError, OSError):
            continue
        if post.state == "published":
            yield post


def site_terms(posts: Iterator[Post]) -> dict[str, list[str]]:
    """Return the terms of posts by kind, each as it is first written, in order."""
    found: dict[str, dict[str, None]] = {kind: {} for kind in ("category", "tag", "author", "language", "section")}
    for post in posts:
        found["category"] |= dict.fromkeys(post.categories)
        found["tag"] |= dict.fromkeys(post.tags)
        found["author"] |= dict.fromkeys(person.name for person in post.authors)
        found["language"] |= dict.fromkeys(filter(None, (post.language,)))
        found["section"] |= dict.fromkeys(filter(None, (post.section,)))
    return {kind: sorted(names) for kind, names in found.items()}
