"""Detect whether the posts of a site end with a source link, for the configuration that `feedmill init` proposes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posts.config.options import decode
from posts.errors import PostError
from posts.files import read as files
from posts.files.walk import Walk
from posts.frontmatter.split import split_front_matter
from posts.pipeline.load import cut_tail
from posts.sites.base import SiteKind
from posts.trailer.source import is_media_page

_MOST_READ = 500  # posts, evenly distributed over all posts


def end_in_links(root: Path, kind: SiteKind, sections: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether most posts end with a bare link to another host that is not video or audio.

    Args:
        root: The folder of the site.
        kind: The kind of site.
        sections: The configuration; the address of the site may be missing.
    """
    options = decode({**sections, "identity": {"closing_link": True}}, [])
    walk = Walk(root, frozenset(), lambda _: None, kind.private_names)
    found = sorted(kind.files(options, walk, lambda _: None))
    read = count = 0
    for one in found[:: len(found) // _MOST_READ + 1]:
        try:
            _, data = files.read(root, one.path, kind.private_names)
            post = split_front_matter(data, lambda *_: None, options.encoding)
        except (PostError, OSError):
            continue
        terms = (*kind.categories(one.path, post.metadata), *kind.tags(post.metadata))
        source = cut_tail(post.body, one.path, terms, options).source
        read += 1
        count += bool(source) and not is_media_page(source)
    return count > read / 2
