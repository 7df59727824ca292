"""`feedmill publish`: publish the feeds if anything has changed, send them to destinations, then notify and ping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress

from feedmill.cli.console import complain, say
from feedmill.cli.options.publish import PublishOptions, ReportOptions
from feedmill.cli.report import Delivery, Report, counted
from feedmill.run.publish import publish_site
from posts.errors import BusyError, Problem


def publish(options: PublishOptions) -> int:
    """Publish a site once, notify the hubs if all destinations are complete, and call the ping address in any case."""
    try:
        done = publish_site(options.run)
    except BusyError:  # neither a success nor a failure: the run that holds the lock reports its own outcome
        raise
    except Exception:
        with suppress(ImportError, MemoryError):  # what ended the run is reported
            from feedmill.notify.ping import send_ping

            print_problems(send_ping(options.run.site, options.run.config, good=False), options.report)
        raise
    report = done.report
    failed = delivery_code(report.destinations)
    code = failed or (1 if options.report.strict and report.problems else 0)
    failures: list[Problem] = []
    if not (options.hold or failed) and done.due is not None and done.due <= options.run.now.timestamp():
        from feedmill.notify.websub import notify_hubs

        notified = notify_hubs(options.run.site, options.run.state, options.run.now, options.run.config)
        failures += notified.problems
        if notified.sent:
            from feedmill.run.kept_ledger import keep_again

            keep_again(options.run.site, options.run.state)
    if done.pings:
        from feedmill.notify.ping import send_ping

        failures += send_ping(options.run.site, options.run.config, good=not code)
    report = report._replace(problems=[*report.problems, *failures]) if failures else report
    # A scheduled run mails what it prints: each problem once, not with every run.
    if done.introduction and not (options.report.quiet or options.report.json):
        say(done.introduction)
    known = done.known if options.report.quiet else ()
    print_report(report, options.report, known, once=not options.report.verbose)
    complain(*(one.error for one in report.destinations if one.error), severity="error")
    return code


def delivery_code(deliveries: Iterable[Delivery]) -> int:
    """Return the exit code for what was sent: 4 if anything failed, 3 if all that did not take place was refused."""
    return max((one.exit_code for one in deliveries), default=0)


def print_problems(problems: Iterable[Problem], options: ReportOptions, *, once: bool = False) -> None:
    """Print problems to standard error, with `-q` only errors.

    `once`: a warning about the same shortcodes in many posts is printed for the first of them.
    """
    shown = [problem for problem in problems if not options.quiet or problem.severity == "error"]
    complain(*map(str, _first_of_each(shown) if once else shown))


def _first_of_each(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems, but a warning about the same shortcodes in many posts only for the first of them."""
    counts = Counter(problem.message for problem in problems if problem.code == "shortcode")
    for problem in problems:
        count = counts.pop(problem.message, 0) if problem.code == "shortcode" else 1
        if count > 1:
            others = counted(count - 1, "other post")
            yield problem._replace(message=f"{problem.message} (and in {others})")
        elif count:
            yield problem


def print_report(
    report: Report, options: ReportOptions, known: Collection[Problem] = (), sentence: str = "", *, once: bool = False
) -> None:
    """Print the report of a run, and its problems except those that are `known`.

    `sentence` replaces the line of text; `once` is as in `print_problems`.
    """
    print_problems((problem for problem in report.problems if problem not in known), options, once=once)
    if options.json:
        print(report.as_json(), flush=True)
    elif not options.quiet:
        if options.verbose:
            print(*(f"wrote {path}" for path in report.written), sep="\n", end="\n" if report.written else "")
        print(sentence or report.sentence(), flush=True)
        say_deliveries(report.destinations, options)


def say_deliveries(deliveries: Iterable[Delivery], options: ReportOptions) -> None:
    """Print what was sent to each destination, if anything was; with `-v` every file."""
    for one in deliveries:
        if options.verbose:
            say(*(f"sent {path}" for path in one.sent), *(f"removed {path}" for path in one.removed))
        if one.sent or one.removed:
            say(one.sentence())
