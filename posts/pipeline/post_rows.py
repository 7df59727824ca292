"""Make the rows of the catalog from what a scan found. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from posts.config.options import ReadOptions
from posts.identity.merging import title_hash
from posts.identity.pages import link_hash, page_link
from posts.model import Head
from posts.pipeline.reading import Scan
from posts.store.catalog import PostRow


def post_rows(scan: Scan, options: ReadOptions) -> Mapping[str, PostRow]:
    """Return the rows of all files that were scanned, by path."""
    undated, invalid = set(scan.undated), set(scan.invalid)
    rows = {}
    for path, row in scan.rows.items():
        head = scan.heads.get(path)
        if head:
            page = link_hash(page_link(head.post))
            rows[path] = PostRow(head.post.state, title_hash(head), page, _due(head, options))
        elif not row.hash:
            rows[path] = PostRow("unreadable")
        else:
            rows[path] = PostRow("draft" if path in undated else "invalid" if path in invalid else "other")
    return rows


def _due(head: Head, options: ReadOptions) -> float | None:
    """Return when time alone changes the state of a post, in seconds since 1970."""
    times = []
    if head.post.state == "future":
        times.append(head.due)
    if head.post.state in ("future", "published") and head.expires and not options.expired:
        times.append(head.expires)
    return min(times, default=None)
