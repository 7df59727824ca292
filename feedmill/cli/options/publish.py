"""Define the options of `feedmill publish`, and of the reports of all commands."""

from __future__ import annotations

from dataclasses import dataclass

from feedmill.run.options import RunOptions


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a command reports: as JSON, with errors only, with every written file; whether problems fail the command."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """Options of `feedmill publish`. With `hold` the hubs are not notified."""

    run: RunOptions
    report: ReportOptions
    hold: bool = False
