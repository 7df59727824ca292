"""`feedmill check`: read everything, report all problems, write nothing."""

from __future__ import annotations

import time
from argparse import Namespace

from feedmill.commands.publish import say
from feedmill.run.pipeline import Mill
from feedmill.run.site import Run


def check(options: Namespace) -> int:
    from feeds.destinations.discard import Nowhere

    started = time.monotonic()
    options.strict = True
    mill = Mill(Run(options))
    return say(mill.report(mill.make(Nowhere(), mill.jobs), started), options)
