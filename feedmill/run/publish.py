"""Publish the feeds of a site if anything has changed."""

from __future__ import annotations

import importlib
import sys
import time

from feedmill.cli.console import complain
from feedmill.run.last_success import record_success
from feedmill.run.options import RunOptions
from feedmill.run.up_to_date import Done, compare_with_last_run
from posts.errors import DamagedError


def publish_site(options: RunOptions) -> Done:
    """Publish the feeds of a site, unless nothing has changed since the last run, and send them to its destinations.

    Destinations that the last run has not completed are completed also if nothing has changed.
    """
    started = time.monotonic()
    if options.address:
        from feedmill.run.bucket_copy import with_current_copy

        options = with_current_copy(options)
    done, changes = (None, None) if options.full or options.prune else compare_with_last_run(options, started)
    if done and not done.deploys:
        record_success(options.state)
        return _with_problems_of_copy(done, options) if options.address else done
    _import_records()
    if done:
        from feedmill.run.deploy import deploy_again

        if completed := deploy_again(options, done, changes):
            return completed
        changes = None
    from feedmill.run.produce import produce, replace_damaged_index

    try:
        return produce(options, started, changes)
    except DamagedError as error:  # found only when the index is changed
        complain(str(error))
        replace_damaged_index(options)
        return produce(options, started)


def _with_problems_of_copy(done: Done, options: RunOptions) -> Done:
    """Return an outcome with the objects that cannot be copied now, not those of the run that it is from."""
    others = (problem for problem in done.report.problems if problem.code != "object-name")
    return done._replace(report=done.report._replace(problems=sorted({*others, *options.problems})))


def _import_records() -> None:
    """Import msgspec without typing_extensions, which it imports where it is installed.

    That takes 10 ms, and `typing` has the same since Python 3.11.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment] # importing it raises ImportError
    try:
        importlib.import_module("msgspec")
    finally:
        del sys.modules["typing_extensions"]
