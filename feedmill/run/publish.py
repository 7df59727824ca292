"""Publish the feeds of a site if anything has changed."""

from __future__ import annotations

import time
from contextlib import closing

from feedmill.cli.console import complain
from feedmill.cli.report import Report
from feedmill.run.options import RunOptions
from feedmill.run.up_to_date import Done, last_outcome, next_notification
from posts.errors import DamagedError


def publish_site(options: RunOptions) -> Done:
    """Publish the feeds of a site, unless nothing has changed since the last run."""
    started = time.monotonic()
    done = None if options.full or options.prune else last_outcome(options, started)
    if done:
        return done
    try:
        return _produced(options, started)
    except DamagedError as error:  # found only when the index is changed
        from posts.store.lock import Lock
        from posts.store.salvage import rescue_index

        complain(str(error))
        with Lock() as lock:
            lock.index(options.state)
            rescue_index(options.state)
        return _produced(options, started)


def produce(options: RunOptions, started: float) -> Report:
    """Run the whole pipeline and return its report. Sends no notification."""
    return _produced(options, started).report


def _produced(options: RunOptions, started: float) -> Done:
    import gc

    from feedmill.run.outcome import store_outcome
    from feedmill.run.pipeline import Pipeline
    from feedmill.run.site import OpenSite
    from feeds.destinations.local import LocalFolder
    from posts.store.lock import Lock

    # Tens of thousands of posts stay in memory, and garbage collection of them takes a tenth of the time.
    gc.set_threshold(100_000, 20, 100)
    with Lock() as lock, closing(OpenSite(options, lock)) as site:
        outputs, before = site.outputs(), site.state.report
        pipeline = Pipeline(site, guard=not options.allow_removals)
        outcome = pipeline.publish(LocalFolder(site.out, outputs, site.state.ended), outputs)
        report = pipeline.report(outcome, started)
        queue = store_outcome(pipeline, outcome, outputs, report)
    return Done(report, site.notify_options.pings, next_notification(queue), before.problems if before else ())
