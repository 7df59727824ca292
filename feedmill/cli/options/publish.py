"""Define the options of `feedmill publish`, and of the reports of all commands."""

from __future__ import annotations

from typing import NamedTuple

from feedmill.run.options import RunOptions


class ReportOptions(NamedTuple):
    """How a command reports: as JSON, with errors only, with every written file; whether problems fail the command."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    strict: bool = False


class PublishOptions(NamedTuple):
    """Options of `feedmill publish`. With `hold` the hubs are not notified."""

    run: RunOptions
    report: ReportOptions
    hold: bool = False
