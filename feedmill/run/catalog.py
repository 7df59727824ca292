"""Bring the catalog of the index up to date with what a run has found, so that the next one need not read all posts."""

from __future__ import annotations

from feedmill.run.continuation import is_simple
from feedmill.run.part_selection import PartSelection
from feedmill.run.pipeline import Pipeline
from feeds.select.membership import Memberships
from posts.pipeline.post_rows import post_rows
from posts.store.catalog import Membership
from posts.store.catalog_writer import CatalogWriter, ShownTerm
from posts.store.codec import microseconds
from posts.store.transaction import Transaction


def store_catalog(pipeline: Pipeline, change: Transaction) -> None:
    """Write the posts, articles and feeds that a run has read into the catalog."""
    reading, run = pipeline.reading, pipeline.run
    writer = CatalogWriter(change)
    closed = (one.code == "unreadable" and one.path not in reading.scan.rows for one in reading.scan.problems)
    is_lost = pipeline.part is not None and run.index.is_rebuilt
    if reading.missing or any(closed) or is_lost or not is_simple(run.feeds_options):
        writer.discard()  # what is published differs from what was read, or the next run reads all posts anyway
        return
    rows = post_rows(reading.scan, run.read_options)
    if isinstance(pipeline.selection, PartSelection):
        old, new = pipeline.selection.old, pipeline.selection.new
        paths = reading.rest.paths if reading.rest else frozenset[str]()
        writer.posts(rows, paths - rows.keys())
        writer.members({path: new.get(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path)})
    else:
        memberships = Memberships(run.read_options.site, run.feeds_options)
        writer.clear()
        writer.posts(rows)
        items = reading.items()
        writer.members({post.path: Membership(microseconds(post.date), memberships.of(post)) for post in items})
    feeds = (feed for feed in pipeline.feeds if not feed.is_current)
    writer.finish({(feed.kind, feed.folded): ShownTerm(feed.term, feed.slug, feed.path) for feed in feeds})
