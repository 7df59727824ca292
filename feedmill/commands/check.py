"""`feedmill check`: read everything, report all problems, write nothing."""

from __future__ import annotations

import time
from argparse import Namespace

from feedmill.commands.publish import say
from feedmill.run.pipeline import Pipeline
from feedmill.run.site import OpenSite


def check(options: Namespace) -> int:
    from feeds.destinations.discard import Discard

    started = time.monotonic()
    options.strict = True
    pipeline = Pipeline(OpenSite(options.run), render_all=True)
    return say(pipeline.report(pipeline.make(Discard(), pipeline.jobs), started), options)
