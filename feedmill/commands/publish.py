"""`feedmill [publish]`: a glance at whether there is anything to do, and the run itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection, Iterable

from feedmill.cli.console import complain
from feedmill.cli.report import Report
from feedmill.run.publish import publish_site
from posts.errors import BusyError
from posts.model import Problem


def publish(options: Namespace) -> int:
    """One run, and who is told of it: the hubs when everything is out, the ping however it ended."""
    try:
        done = publish_site(options.run)
    except BusyError:  # neither good nor bad: the other one says
        raise
    except Exception:
        from feedmill.notify.ping import send_ping

        name_problems(send_ping(options.site, options.config, good=False), options)
        raise
    report = done.report
    code = 1 if options.strict and report.problems else 0
    told: list[Problem] = []
    if not options.hold and done.due is not None and done.due <= options.now.timestamp():
        from feedmill.notify.websub import notify_hubs

        told += notify_hubs(options.state, options.now, options.config).problems
    if done.pings:
        from feedmill.notify.ping import send_ping

        told += send_ping(options.site, options.config, good=not code)
    say(report._replace(problems=[*report.problems, *told]) if told else report, options)
    return code


def name_problems(problems: Iterable[Problem], options: Namespace) -> None:
    """Prints problems, with `-q` only those that are errors."""
    complain(*(str(problem) for problem in problems if not options.quiet or problem.severity == "error"))


def say(report: Report, options: Namespace, told: Collection[Problem] = ()) -> int:
    """Prints the report, without the problems that were `told` already, and gives the exit code."""
    name_problems((problem for problem in report.problems if problem not in told), options)
    if options.json:
        print(report.as_json(), flush=True)
    elif not options.quiet:
        if options.verbose:
            print(*(f"wrote {path}" for path in report.written), sep="\n", end="\n" if report.written else "")
        print(report.sentence(checking=options.verb == "check"), flush=True)
    return 1 if options.strict and report.problems else 0
