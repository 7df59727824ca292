"""`feedmill check`: read everything, report all problems, write nothing."""

from __future__ import annotations

import time
from contextlib import closing

from feedmill.cli.options.commands import CheckOptions
from feedmill.commands.publish import print_report
from feedmill.run.bucket_copy import with_current_copy
from feedmill.run.large_feeds import large_feed_problems
from feedmill.run.pipeline import Pipeline
from feedmill.run.podcast import byte_range_hint, podcast_problems
from feedmill.run.site import OpenSite
from feeds.destinations.discard import Discard


def check(options: CheckOptions) -> int:
    """Make all feeds without writing them, and report the problems of all posts."""
    started = time.monotonic()
    with closing(OpenSite(with_current_copy(options.run))) as site:
        pipeline = Pipeline(site, render_all=True)
        files = Discard()
        report = pipeline.report(pipeline.make(files, pipeline.jobs), started)
        large = large_feed_problems(pipeline.jobs, files.sizes, pipeline.contents.content)
        problems = {*report.problems, *large, *podcast_problems(site, pipeline.feeds)}
        report = report._replace(problems=sorted(problems))
        podcast = site.feeds_options.podcast
        hint = byte_range_hint(pipeline.feeds, podcast) if podcast else ""
    sentence = "\n".join(filter(None, (report.checked(), f"hint: {hint}" if hint else "")))
    print_report(report, options.report, sentence=sentence)
    return 1 if options.report.strict and report.problems else 0
