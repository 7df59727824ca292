"""`feedmill tell`: notify WebSub hubs after a run with `--hold`."""

from __future__ import annotations

from feedmill.cli.console import as_json
from feedmill.cli.options.commands import TellOptions
from feedmill.cli.report import counted, problem_values
from feedmill.commands.publish import print_problems
from feedmill.notify.websub import notify_hubs
from feedmill.run.bucket_copy import require_copy
from feedmill.run.kept_ledger import keep_again


def tell(options: TellOptions) -> int:
    """Notify the hubs of the feeds that runs with `--hold` have changed, now that the feeds are deployed."""
    require_copy(options.run)
    found = notify_hubs(options.run.site, options.run.state, options.run.now, options.run.config)
    if found.sent:
        keep_again(options.run.site, options.run.state)
    print_problems(found.problems, options.report)
    if options.report.json:
        problems = [*map(problem_values, found.problems)]
        print(as_json({"told": found.sent, "waiting": found.pending, "problems": problems}))
    elif not options.report.quiet:
        print(f"{counted(found.sent, 'hub notification')} sent, {found.pending:,} pending")
    return 1 if options.report.strict and found.problems else 0
