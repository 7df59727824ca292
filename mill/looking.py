"""`feedmill check`, `list` and `diff`: what look, and write nothing."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing

from feeds.difference import Difference
from mill.publishing import glance, name_problems, say
from mill.run import Run
from mill.work import Mill
from posts.model import Problem
from posts.report import as_json, plain
from posts.report import say as tell


def check(options: Namespace) -> int:
    from feeds.destinations.nowhere import Nowhere

    started = time.monotonic()
    options.strict = True
    mill = Mill(Run(options))
    return say(mill.report(mill.make(Nowhere(), mill.jobs), started), options)


def list_posts(options: Namespace) -> int:
    from posts.listing import lines

    run = Run(options)
    reader = run.reader()
    for line in lines(reader, reader.read(options.now), source_leads=run.feeds.link == "source"):
        print(line)
    return 0


def diff(options: Namespace) -> int:
    if options.full or options.prune or glance(options, time.monotonic()) is None:
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

    from feeds.destinations.local import Folder
    from feeds.difference import Survey, published_in
    from posts.identity import canonical

    with closing(Run(options)) as run:
        outputs = run.outputs()
        folder = Folder(run.out, outputs, run.past.get("ended", 0))
        mill = Mill(run)
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
