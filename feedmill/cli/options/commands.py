"""Define the options of all commands except `publish`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from feedmill.cli.options.publish import ReportOptions
from feedmill.run.options import RunOptions


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options of `feedmill check`, which is always strict."""

    run: RunOptions
    report: ReportOptions


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Options of `feedmill list`."""

    run: RunOptions
    report: ReportOptions


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """Options of `feedmill diff`."""

    run: RunOptions
    report: ReportOptions


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of `feedmill serve`. Without `--now`, `follows_clock` is set: each build uses the current time.

    `host` and `port` are None for the defaults of the server.
    """

    run: RunOptions
    report: ReportOptions
    host: str | None = None
    port: int | None = None
    follows_clock: bool = True


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """Options of `feedmill adopt`. `feeds` are files or addresses; with `write` their ids go into the ledger."""

    run: RunOptions
    report: ReportOptions
    feeds: tuple[str, ...] = ()
    write: bool = False


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """Options of `feedmill status`."""

    run: RunOptions
    json: bool = False


@dataclass(frozen=True, slots=True)
class TellOptions:
    """Options of `feedmill tell`."""

    run: RunOptions
    report: ReportOptions


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """Options of `feedmill schedule`.

    `scheduler` is one of `feedmill.cli.arguments.SCHEDULERS`, `every` an interval such as "10m", None if it is missing.
    `folder` is where the files are written, None to print them. `has_own_state` is set if `--state` was used.
    """

    run: RunOptions
    scheduler: str
    every: str | None = None
    folder: Path | None = None
    has_own_state: bool = False


@dataclass(frozen=True, slots=True)
class InitOptions:
    """Options of `feedmill init`. `config` is None for `feedmill.toml` in the site."""

    site: Path
    config: Path | None = None
    json: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class StateOptions:
    """Options of `feedmill state`: which index is exported or imported."""

    action: Literal["export", "import"]
    state: Path
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class CompletionOptions:
    """Options of `feedmill completion`. `shell` is one of `feedmill.cli.arguments.SHELLS`."""

    shell: str


@dataclass(frozen=True, slots=True)
class HelpOptions:
    """Options of `feedmill help`, `--help` and `--version`: the text to print."""

    text: str
