"""Publish the feeds of a site if anything has changed."""

from __future__ import annotations

import time

from feedmill.cli.console import complain
from feedmill.run.options import RunOptions
from feedmill.run.up_to_date import Done, compare_with_last_run
from posts.errors import DamagedError


def publish_site(options: RunOptions) -> Done:
    """Publish the feeds of a site, unless nothing has changed since the last run."""
    started = time.monotonic()
    done, changes = (None, None) if options.full or options.prune else compare_with_last_run(options, started)
    if done:
        return done
    from feedmill.run.produce import produce, replace_damaged_index

    try:
        return produce(options, started, changes)
    except DamagedError as error:  # found only when the index is changed
        complain(str(error))
        replace_damaged_index(options)
        return produce(options, started)
