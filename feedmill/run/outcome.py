"""Store the outcome of a run in the index: the work that the next run need not repeat, and notifications for hubs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from feedmill.cli.report import Report
from feedmill.notify.websub_queue import PendingTopics, enqueue
from feedmill.run.catalog import store_catalog
from feedmill.run.history import DestinationState
from feedmill.run.options import run_request
from feedmill.run.pipeline import Pipeline
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import fingerprint
from feeds.build.job import topic
from feeds.destinations.base import Outcome
from feeds.select.tombstones import TOMBSTONE_LIFETIME
from posts.files.stat import FINE
from posts.pipeline.reading import Rest
from posts.sites.evidence import EVIDENCE_FILES
from posts.store.rows import OutputRow

_LONGEST_PAUSE = 50_000_000  # nanoseconds


def store_outcome(
    pipeline: Pipeline, outcome: Outcome, outputs: Mapping[str, OutputRow], report: Report
) -> dict[str, PendingTopics]:
    """Store the outcome of a run, as its last step: work that is not stored is done again by the next run.

    Args:
        pipeline: The run.
        outcome: What was written and removed.
        outputs: What the index knew of published files before the run, by path below the web root.
        report: The report of the run.

    Returns:
        The notifications that are due, by hub (`feedmill.notify.websub_queue`).
    """
    # If the files are older than the resolution of their times when the run ends, any later change changes their times:
    # the next run then need not read them.
    pause = _newest(outcome.rows) + FINE - time.time_ns()
    if 0 < pause <= _LONGEST_PAUSE:
        time.sleep(pause / 1e9)
    paths = {job.path for job in pipeline.jobs}
    run, queue = pipeline.run, _notifications(pipeline, outcome, outputs)
    with run.index.change() as change:
        scan = pipeline.reading.scan
        change.files(scan.changed_rows(), scan.packets.__getitem__, scan.removed)
        run.store_output_folder(change)
        change.outputs(outcome.rows, () if pipeline.part else outputs.keys() - paths)
        again = pipeline.contents.again
        records = {path: one.rendered for path, one in again.items()}
        shown, unavailable = pipeline.shown, scan.unavailable
        read = pipeline.reading.rest.paths if pipeline.reading.rest else None
        unused = pipeline.contents.unused(shown, unavailable, read or run.index.paths("contents"))
        change.contents(records, lambda path: again[path].content, unused)
        change.loaded((), pipeline.reading.posts.unused({*unavailable, *shown}, read or run.index.paths("loaded")))
        part = pipeline.part
        change.watched(_watched(pipeline), "%" if part is None else "names:%" if part.has_walked else "")
        store_catalog(pipeline, change)
        state = run.state._replace(
            request=run_request(run.options, run.out),
            environment=run.environment,
            versions=run.versions.known,
            metadata_key=pipeline.context.keys.metadata,
            began=run.began,
            ended=time.time_ns(),
            now=pipeline.now.timestamp(),
            first_run=pipeline.selection.first_run,
            next_change=_next_change(pipeline),
            report=report,
            log=run.state.with_run(report, pipeline.now.timestamp()),
            has_ping=run.notify_options.pings,
            pending=(),
            queue=queue,
            specimens=pipeline.specimens.pack(),
            is_unfinished=False,
            to=run.options.to,
            destinations=to_complete(run),
        )
        run.save(change, state)
    return queue


def to_complete(run: OpenSite) -> dict[str, DestinationState]:
    """Return the states of the destinations of a run after it has published, before anything is sent."""
    known = run.state.destinations
    addresses = (address.text for address in run.remote_options.to)
    return {one: known.get(one, DestinationState())._replace(is_complete=False) for one in addresses}


def _notifications(pipeline: Pipeline, outcome: Outcome, outputs: Mapping[str, OutputRow]) -> dict[str, PendingTopics]:
    options, paths = pipeline.run.feeds_options, set(pipeline.to_notify(outcome.written))
    if pipeline.run.kept and pipeline.run.kept.is_restored:
        # This machine has other files than the last run, or none. What that run published is known by its hashes.
        rows = outcome.rows
        paths -= {path for path in paths & rows.keys() & outputs.keys() if rows[path].hash == outputs[path].hash}
    topics = [topic(job, options) for job in pipeline.jobs if job.path in paths]
    return enqueue(pipeline.run.state.queue, options.hubs, [*filter(None, topics)], pipeline.now.timestamp())


def _watched(pipeline: Pipeline) -> dict[str, str]:
    """Return the fingerprints of everything but posts and outputs that the outcome depends on, by name."""
    run, scan = pipeline.run, pipeline.reading.scan
    root = run.root.resolve()
    config = str(run.options.config.resolve()) if run.options.config else "feedmill.toml"
    used = pipeline.contents.dependencies(pipeline.record.entries)
    files = {config, *EVIDENCE_FILES, *run.kind.config_files, *used, *scan.refused, *pipeline.reading.posts.played()}
    names = [f"file:{path}" for path in files] + [f"size:{path}" for path in pipeline.reading.posts.media()]
    folders = {f"names:{folder}": found for folder, found in scan.listed_folders.items()}
    kept = _kept(pipeline, root) if pipeline.part else {}
    return kept | {name: fingerprint(name, root, run.began) for name in names} | folders


def _kept(pipeline: Pipeline, root: Path) -> dict[str, str]:
    """Return the fingerprints of the last run, brought to the time of this one, of what has not changed since."""
    run, since, kept = pipeline.run, pipeline.context.since, {}
    for name, seen in run.index.watched().items():
        if not name.startswith("names:"):
            now = fingerprint(name, root, run.began)
            kept[name] = now if fingerprint(name, root, since) == seen else seen  # in this order: it may change now
    return kept


def _next_change(pipeline: Pipeline) -> float | None:
    """Return when time alone changes a feed next, in seconds since 1970.

    That is when the date of a post comes, a post expires, an item leaves the window of a feed, or a tombstone ends.
    """
    lifetime = TOMBSTONE_LIFETIME.total_seconds()
    tombstones = [when + lifetime for _, when in pipeline.withdrawn]
    rest = pipeline.reading.rest or Rest()
    others = [*pipeline.reading.scan.expirations, rest.expires, rest.future, pipeline.selection.next_departure()]
    return min([*pipeline.future_dates(), *tombstones, *(time for time in others if time is not None)], default=None)


def _newest(rows: Mapping[str, OutputRow]) -> int:
    """Return when the last of the files was renamed to its path, in nanoseconds since 1970; 0 for no files."""
    return max((row.stamp.ctime for row in rows.values()), default=0)
