"""Refuse a run that would harm published feeds: those of another site, or most of what this site has published."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from feedmill.run.site import OpenSite
from feeds.build.job import FeedFile, Job
from feeds.destinations.base import Destination
from feeds.formats.table import FORMATS
from feeds.select.feeds import site_title
from posts.errors import RefusedError
from posts.identity.urls import canonical
from posts.pipeline.reading import Reading
from posts.store.codec import decode_post
from posts.store.rows import Published


def refuse_harm(
    run: OpenSite,
    reading: Reading,
    ids: AbstractSet[str],
    destination: Destination,
    todo: Sequence[Job],
    gone: Collection[str],
) -> None:
    """Raise RefusedError if publishing would harm feeds.

    Args:
        run: The site.
        reading: Its posts.
        ids: The ids of all items that remain published.
        destination: Where the files go.
        todo: The files to build.
        gone: The paths of files to remove.

    Raises:
        RefusedError: Files in the output are the feeds of another site, or too many published posts are missing.
    """
    _refuse_other_site(run, reading, ids, {*_replaced(todo, destination), *gone})
    if not run.options.allow_removals:
        reading.refuse_losses(ids)


def _replaced(todo: Sequence[Job], destination: Destination) -> Iterator[str]:
    """Yield the paths below the web root where feeds lie that the new files replace, or stand beside.

    A feed in a format that this site does not publish still shows whose the folder is.
    """
    for job in todo:
        if isinstance(job, FeedFile) and not destination.is_intact(job.path):
            yield job.path
            yield from (posixpath.join(posixpath.dirname(job.path), row.file) for row in FORMATS.values())


def _refuse_other_site(run: OpenSite, reading: Reading, ids: AbstractSet[str], paths: Collection[str]) -> None:
    if not paths:
        return
    from feeds.compare.other_site import find_other_site  # imports parsers

    site, rewrites = run.read_options.site, run.read_options.rewrites
    known = reading.ledger
    home = canonical(f"{site.url}/", rewrites)

    def is_ours(item: Published) -> bool:
        if reading.is_recovered:  # the ledger has every item of these feeds
            return item.id in ids
        entry = known.entry(item.id)
        post = decode_post(entry.post) if entry else None
        return post is not None and post.permalink in (item.page, item.source)

    files = [Path(run.out, path) for path in paths]
    other = find_other_site(files, lambda address: canonical(address, rewrites) == home, is_ours)
    if other:
        raise RefusedError(
            f'{run.out} has the feeds of another site, {other}, not of "{site_title(site)}" ({site.url}/); '
            "nothing was changed. Use another --out or [feeds] out, or delete these feeds if they are not needed. "
            "If this site has moved from there, add its old address as an [[identity.rewrite]]"
        )
