"""`feedmill diff`: show what subscribers would see if the site were published now, or what would be sent."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from feedmill.cli.console import as_json, say
from feedmill.cli.options.commands import DiffOptions
from feedmill.cli.report import counted, problem_values
from feedmill.commands.publish import print_problems
from feedmill.run.bucket_copy import with_current_copy
from feedmill.run.deploy import remote_changes, require_published
from feedmill.run.options import RunOptions
from feedmill.run.pipeline import Pipeline
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import last_outcome
from feeds.compare.diff import Comparison, Difference, published_reader
from feeds.destinations.local import LocalFolder
from feeds.remotes.changes import removal_refusal
from posts.errors import Problem
from posts.identity.urls import canonical
from posts.store.remote_files import RemoteFiles


def diff(options: DiffOptions) -> int:
    """Print the difference between what is published and what would be; return 1 if there is one.

    With `--to`, it is that between what destinations have and what is published.
    """
    if options.run.to:
        return _diff_destinations(options)
    run = with_current_copy(options.run)
    if run.full or run.prune or last_outcome(run, time.monotonic()) is None:
        difference, problems = _compared(run)
    else:
        difference, problems = Difference(), []
    print_problems(problems, options.report)
    if options.report.json:
        print(as_json({**difference.as_values(), "problems": [*map(problem_values, problems)]}))
    elif not options.report.quiet:
        say(*difference.lines())
    return 1 if difference else 0


def _compared(options: RunOptions) -> tuple[Difference, Sequence[Problem]]:
    with closing(OpenSite(options)) as run:
        outputs = run.outputs()
        folder = LocalFolder(run.out, outputs, run.state.ended)
        pipeline = Pipeline(run)
        todo, gone = pipeline.todo(folder, outputs)
        comparison = Comparison(
            published_reader(run.out),
            {job.name: job.path for job in pipeline.jobs},
            run.feeds_options.places,
            partial(canonical, rewrites=run.read_options.rewrites),
            pipeline.record.present,
        )
        found = comparison.run(pipeline.artifacts(todo), [path for path in gone if folder.is_intact(path)])
        found.refusal = pipeline.refusal(folder, todo, gone)
    return found, pipeline.problems


def _diff_destinations(options: DiffOptions) -> int:
    """Print what would be sent to destinations and removed there, by the record of what was sent; ask none of them."""
    found = []
    with closing(OpenSite(options.run)) as run:
        require_published(run)
        record = RemoteFiles(run.index)
        for name in (address.text for address in run.remote_options.to):
            changes = remote_changes(run, name)
            refusal = "" if options.run.allow_removals else removal_refusal(name, changes, record.count(name))
            new, changed, gone = sorted(changes.unknown), sorted(changes.send), sorted(changes.gone)
            found.append({"destination": name, "new": new, "changed": changed, "gone": gone, "refusal": refusal})
    if options.report.json:
        print(as_json({"destinations": found}))
    elif not options.report.quiet:
        for one in found:
            say(*_destination_lines(one))
    return 1 if any(one["new"] or one["changed"] or one["gone"] for one in found) else 0


def _destination_lines(found: Mapping[str, Any]) -> list[str]:
    changes = [f"  {what:<7}  {path}" for what in ("new", "changed", "gone") for path in found[what]]
    counts = f"{counted(len(found['new']) + len(found['changed']), 'file')} to send, {len(found['gone']):,} to remove"
    return [f"{found['destination']}: {counts}", *changes, *filter(None, [found["refusal"]])]
