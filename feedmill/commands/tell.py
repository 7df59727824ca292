"""`feedmill tell`: notify WebSub hubs after a run with `--hold`."""

from __future__ import annotations

from feedmill.cli.console import as_json
from feedmill.cli.options.commands import TellOptions
from feedmill.cli.report import counted, problem_values
from feedmill.commands.publish import print_problems
from feedmill.notify.websub import tell


def notify_hubs(options: TellOptions) -> int:
    """Notify the hubs of the feeds that runs with `--hold` have changed, now that the feeds are deployed."""
    found = tell(options.run)
    print_problems(found.problems, options.report)
    if options.report.json:
        print(as_json({**found._asdict(), "problems": [*map(problem_values, found.problems)]}))
    elif not options.report.quiet:
        print(f"{counted(found.told, 'hub notification')} sent, {found.waiting:,} pending")
    return 1 if options.report.strict and found.problems else 0
