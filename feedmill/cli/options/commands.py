"""Define the options of all commands except `publish`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from feedmill.cli.options.publish import ReportOptions
from feedmill.run.options import RunOptions


class CheckOptions(Struct, frozen=True):
    """Options of `feedmill check`, which is always strict."""

    run: RunOptions
    report: ReportOptions


class ListOptions(Struct, frozen=True):
    """Options of `feedmill list`."""

    run: RunOptions
    report: ReportOptions


class DeployOptions(Struct, frozen=True):
    """Options of `feedmill deploy`.

    `verify` looks at every file at the destinations, `overwrite` sends over files that feedmill did not put there.
    """

    run: RunOptions
    report: ReportOptions
    verify: bool = False
    overwrite: bool = False


class DiffOptions(Struct, frozen=True):
    """Options of `feedmill diff`; with `--to`, the difference is that to destinations."""

    run: RunOptions
    report: ReportOptions


class ServeOptions(Struct, frozen=True):
    """Options of `feedmill serve`. Without `--now`, `follows_clock` is set: each build uses the current time.

    `host` and `port` are None for the defaults of the server.
    """

    run: RunOptions
    report: ReportOptions
    host: str | None = None
    port: int | None = None
    follows_clock: bool = True


class AdoptOptions(Struct, frozen=True):
    """Options of `feedmill adopt`. `feeds` are files or addresses; with `write` their ids go into the ledger."""

    run: RunOptions
    report: ReportOptions
    feeds: tuple[str, ...] = ()
    write: bool = False


class StatusOptions(Struct, frozen=True):
    """Options of `feedmill status`.

    `max_age` is an interval such as "2h": if the last run is older, the command exits with 1; None for any age.
    `prometheus` prints metrics.
    """

    run: RunOptions
    json: bool = False
    max_age: str | None = None
    prometheus: bool = False
    quiet: bool = False


class TellOptions(Struct, frozen=True):
    """Options of `feedmill tell`."""

    run: RunOptions
    report: ReportOptions


class ScheduleOptions(Struct, frozen=True):
    """Options of `feedmill schedule`.

    `scheduler` is one of `feedmill.cli.arguments.SCHEDULERS`, `every` an interval such as "10m", None if it is missing.
    `folder` is where the files are written, None to print them. `has_own_state` is set if `--state` was used.
    """

    run: RunOptions
    scheduler: str
    every: str | None = None
    folder: Path | None = None
    has_own_state: bool = False


class InitOptions(Struct, frozen=True):
    """Options of `feedmill init`. `config` is None for `feedmill.toml` in the site."""

    site: Path
    config: Path | None = None
    json: bool = False
    quiet: bool = False


class StateOptions(Struct, frozen=True):
    """Options of `feedmill state`: which index is exported or imported."""

    action: Literal["export", "import"]
    state: Path
    quiet: bool = False


class CompletionOptions(Struct, frozen=True):
    """Options of `feedmill completion`. `shell` is one of `feedmill.cli.arguments.SHELLS`."""

    shell: str


class HelpOptions(Struct, frozen=True):
    """Options of `feedmill help`, `--help` and `--version`: the text to print."""

    text: str
