"""What a run leaves behind for those who are told of it, or ask: hubs, and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from feedmill.cli.report import Report
from feedmill.run.site import OpenSite

if TYPE_CHECKING:
    from feeds.build.job import Job

RUNS = 20  # that are remembered, of those that wrote


def to_tell(run: OpenSite, written: Iterable[str]) -> list[str]:
    """The files that hubs are to be told of once they are out, also those of a run before that was cut off.

    That one may have put them into their places, where this one finds them as they should be.
    """
    return sorted({*written, *run.past.get("pending", ())}) if run.feeds.hubs else []


def queued(run: OpenSite, jobs: Sequence[Job], written: Iterable[str]) -> dict[str, Any]:
    """Who is to be told of what from now on (`feedmill.notify.queue`), when all of `jobs` are out."""
    from feedmill.notify.queue import enqueue
    from feeds.build.job import topic

    paths = set(to_tell(run, written))
    topics = [topic(job, run.feeds) for job in jobs if job.path in paths]
    queue = run.past.get("queue", {})
    return {**enqueue(queue, run.feeds.hubs, [*filter(None, topics)], run.options.now.timestamp())}


def runs(run: OpenSite, report: Report) -> list[dict[str, Any]]:
    """The last runs that wrote, for people who ask how things stand."""
    known: list[dict[str, Any]] = run.past.get("runs", [])
    wrote = report.written or report.removed
    return [*known, report.as_line(run.options.now.timestamp())][-RUNS:] if wrote else known
