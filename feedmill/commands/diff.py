"""`feedmill diff`: show what subscribers would see if the site were published now, write nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from feedmill.cli.console import as_json, say
from feedmill.cli.options.commands import DiffOptions
from feedmill.cli.report import problem_values
from feedmill.commands.publish import print_problems
from feedmill.run.options import RunOptions
from feedmill.run.pipeline import Pipeline
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import last_outcome
from feeds.compare.diff import Comparison, Difference, published_reader
from feeds.destinations.local import LocalFolder
from posts.errors import Problem
from posts.identity.urls import canonical


def diff(options: DiffOptions) -> int:
    """Print the difference between what is published and what would be; return 1 if there is one."""
    if options.run.full or options.run.prune or last_outcome(options.run, time.monotonic()) is None:
        difference, problems = _compared(options.run)
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
