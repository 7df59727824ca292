"""`feedmill [publish]`: a glance at whether there is anything to do, and the run itself."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from feedmill.cli.console import complain
from feedmill.cli.report import Report
from feedmill.run.site import Run, setting
from posts.errors import BusyError, DamagedError, FeedmillError
from posts.model import Problem


class Done(NamedTuple):
    """A run that has ended: whether it is to call the address of `[publish] ping`, and since when a hub waits."""

    report: Report
    pings: bool
    due: float | None


def publish(options: Namespace) -> int:
    """One run, and who is told of it: the hubs when everything is out, the ping however it ended."""
    try:
        done = _published(options)
    except BusyError:  # neither good nor bad: the other one says
        raise
    except Exception:
        from feedmill.notify.websub import ping

        name_problems(ping(options, good=False), options)
        raise
    report = done.report
    code = 1 if options.strict and report.problems else 0
    told: list[Problem] = []
    if not options.hold and done.due is not None and done.due <= options.now.timestamp():
        from feedmill.notify.websub import tell

        told += tell(options).problems
    if done.pings:
        from feedmill.notify.websub import ping

        told += ping(options, good=not code)
    say(report._replace(problems=[*report.problems, *told]) if told else report, options)
    return code


def _published(options: Namespace) -> Done:
    started = time.monotonic()
    done = None if options.full or options.prune else _glanced(options, started)
    if done:
        return done
    try:
        return _produced(options, started)
    except DamagedError as error:  # seen only when it was to be changed: by now there is a new index
        complain(str(error))
        return _produced(options, started)


def glance(options: Namespace, started: float) -> Report | None:
    """The report of a run that has nothing to do; None if there may be something."""
    done = _glanced(options, started)
    return done.report if done else None


def _glanced(options: Namespace, started: float) -> Done | None:
    from feedmill.run.up_to_date import unchanged
    from posts.store.index import Index

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
    report = Report.recalled(seen, files, round(time.monotonic() - started, 3))
    return Done(report, past.get("pings", False), _due(past.get("queue", {})))


def _due(queue: Mapping[str, Any]) -> float | None:
    """When a hub is to be told; nearly always nobody waits, and nothing is imported."""
    if not queue:
        return None
    from feedmill.notify.queue import due

    return due(queue)


def produce(options: Namespace, started: float) -> Report:
    """Posts in, feeds out: the whole pipeline. Tells nobody."""
    return _produced(options, started).report


def _produced(options: Namespace, started: float) -> Done:
    import gc

    from feedmill.run.pipeline import Mill
    from feeds.destinations.local import Folder
    from posts.store.lock import Lock

    # Ten thousand posts are no garbage: looking through them again and again takes a tenth of the time.
    gc.set_threshold(100_000, 20, 100)
    with Lock() as lock, closing(Run(options, lock)) as run:
        outputs = run.outputs()
        mill = Mill(run)
        outcome = mill.publish(Folder(run.out, outputs, run.past.get("ended", 0)), outputs)
        report = mill.report(outcome, started)
        queue = mill.remember(outcome, outputs, report)
    return Done(report, run.telling.pings, _due(queue))


def name_problems(problems: Iterable[Problem], options: Namespace) -> None:
    """Prints problems, with `-q` only those that are errors."""
    complain(*(str(problem) for problem in problems if not options.quiet or problem.severity == "error"))


def say(report: Report, options: Namespace, told: Collection[Problem] = ()) -> int:
    """Prints the report, without the problems that were `told` already, and gives the exit code."""
    name_problems((problem for problem in report.problems if problem not in told), options)
    if options.json:
        print(report.as_json(), flush=True)
    elif not options.quiet:
        if options.verbose:
            print(*(f"wrote {path}" for path in report.written), sep="\n", end="\n" if report.written else "")
        print(report.sentence(checking=options.verb == "check"), flush=True)
    return 1 if options.strict and report.problems else 0
