"""`feedmill diff`: what subscribers would see if it were published now."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing

from feedmill.cli.console import as_json
from feedmill.cli.console import say as tell
from feedmill.cli.report import plain
from feedmill.commands.publish import name_problems
from feedmill.run.pipeline import Pipeline
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import last_outcome
from feeds.compare.diff import Difference
from posts.model import Problem


def diff(options: Namespace) -> int:
    if options.full or options.prune or last_outcome(options.run, time.monotonic()) is None:
        difference, problems = _compared(options)
    else:
        difference, problems = Difference(), []
    name_problems(problems, options)
    if options.json:
        print(as_json({**difference.as_values(), "problems": [*map(plain, problems)]}))
    elif not options.quiet:
        tell(*difference.lines())
    return 1 if difference else 0


def _compared(options: Namespace) -> tuple[Difference, Sequence[Problem]]:
    from functools import partial

    from feeds.compare.diff import Survey, published_in
    from feeds.destinations.local import Folder
    from posts.identity.urls import canonical

    with closing(OpenSite(options.run)) as run:
        outputs = run.outputs()
        folder = Folder(run.out, outputs, run.state.ended)
        mill = Pipeline(run)
        todo, gone = mill.todo(folder, outputs)
        survey = Survey(
            published_in(run.out),
            {job.name: job.path for job in mill.jobs},
            run.feeds.places,
            partial(canonical, rewrites=run.reading.rewrites),
            {entry.id for entry in mill.record.entries.values()},
        )
        found = survey.survey(mill.artifacts(todo), [path for path in gone if folder.is_intact(path)])
        found.refusal = mill.refusal()
    return found, mill.problems
