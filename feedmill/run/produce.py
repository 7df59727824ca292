"""Run the whole pipeline of a site: read, select, build, write, remember, and send to destinations."""

from __future__ import annotations

from contextlib import closing

from feedmill.run.options import RunOptions
from feedmill.run.outcome import store_outcome
from feedmill.run.part_selection import PartialRunError
from feedmill.run.pipeline import Pipeline
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import Changes, Done, next_notification
from feeds.destinations.local import LocalFolder
from posts.store.lock import Lock


def produce(options: RunOptions, started: float, changes: Changes | None = None) -> Done:
    """Publish a site and return the outcome. Sends no notification.

    Args:
        options: What the run is asked for.
        started: When the command began, by `time.monotonic`.
        changes: What was found to have changed since the last run.
    """
    try:
        return _run(options, started, changes, is_partial=True)
    except PartialRunError:
        return _run(options, started, None, is_partial=False)


def _run(options: RunOptions, started: float, changes: Changes | None, *, is_partial: bool) -> Done:
    how = {"is_partial": is_partial, "keeps_ledger": options.deploys}  # a preview neither sends nor keeps anything
    with Lock() as lock, closing(OpenSite(options, lock, changes=changes, **how)) as site:
        outputs, before = site.outputs(), site.state.report
        pipeline = Pipeline(site, guard=not options.allow_removals)
        outcome = pipeline.publish(LocalFolder(site.out, outputs, site.state.ended), outputs)
        report = pipeline.report(outcome, started)
        queue = store_outcome(pipeline, outcome, outputs, report)
        if options.deploys and site.remote_options.to:
            from feedmill.run.deploy import deploy

            report = report._replace(destinations=deploy(site))
        if site.kept:
            site.kept.save()
    pings, due = site.notify_options.pings, next_notification(queue)
    if before:
        return Done(report, pings, due, before.problems)
    from feedmill.run.introduction import introduce

    kind, paths = site.kind, pipeline.published_paths()
    return Done(report, pings, due, introduction=introduce(kind.label, site.evidence, paths, kind.remark))


def replace_damaged_index(options: RunOptions) -> None:
    """Replace a damaged index by a new one with everything that can be read of it."""
    from posts.store.salvage import rescue_index  # an index is rarely damaged

    with Lock() as lock:
        lock.index(options.state)
        rescue_index(options.state)
