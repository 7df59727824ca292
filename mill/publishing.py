"""`feedmill [publish]`: a glance at whether there is anything to do, and the run itself."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from mill.run import Run, setting
from posts.errors import DamagedError, FeedmillError
from posts.model import Problem
from posts.report import Report, complain


def publish(options: Namespace) -> int:
    started = time.monotonic()
    report = None if options.full or options.prune else glance(options, started)
    if report is None:
        try:
            report = produce(options, started)
        except DamagedError as error:  # seen only when it was to be changed: by now there is a new index
            complain(str(error))
            report = produce(options, started)
    return say(report, options)


def glance(options: Namespace, started: float) -> Report | None:
    """The report of a run that has nothing to do; None if there may be something."""
    from posts.glance import unchanged
    from posts.index import Index

    try:
        with closing(Index(options.state, patience=0.1)) as index:
            past = index.run()
            if "setting" not in past or past.get("unfinished", True):
                return None
            out = Path(past["setting"]["out"])
            seen = unchanged(index, setting(options, out), options.site.resolve(), out, options.now.timestamp())
            files = sorted(row[0] for row in index.stamps("outputs"))
    except (FeedmillError, TypeError, ValueError):  # somebody is at work on it, or it is damaged: the run will say
        return None
    if seen is None:
        return None
    return Report.recalled(seen, files, round(time.monotonic() - started, 3))


def produce(options: Namespace, started: float) -> Report:
    """Posts in, feeds out: the whole pipeline."""
    import gc

    from feeds.destinations.local import Folder
    from mill.work import Mill
    from posts.lock import Lock

    # Ten thousand posts are no garbage: looking through them again and again takes a tenth of the time.
    gc.set_threshold(100_000, 20, 100)
    with Lock() as lock, closing(Run(options, lock)) as run:
        outputs = run.outputs()
        mill = Mill(run)
        outcome = mill.publish(Folder(run.out, outputs, run.past.get("ended", 0)), outputs)
        report = mill.report(outcome, started)
        mill.remember(outcome, outputs, report)
    return report


def say(report: Report, options: Namespace, told: Collection[Problem] = ()) -> int:
    """Prints the report, without the problems that were `told` already, and gives the exit code."""
    for problem in report.problems:
        if problem in told:
            continue
        if not options.quiet or problem.severity == "error":
            complain(str(problem))
    if options.json:
        print(report.as_json(), flush=True)
    elif not options.quiet:
        if options.verbose:
            print(*(f"wrote {path}" for path in report.written), sep="\n", end="\n" if report.written else "")
        print(report.sentence(checking=options.verb == "check"), flush=True)
    return 1 if options.strict and report.problems else 0
