"""From parsed arguments to the options of every command but `publish`. Used by `feedmill.cli.parser`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from feedmill import __version__
from feedmill.cli.arguments import COMMANDS, SCHEDULERS, SHELLS, alternatives
from feedmill.cli.command_parser import command_parser
from feedmill.cli.help import overview
from feedmill.cli.mistakes import unknown_command
from feedmill.cli.options.commands import (
    AdoptOptions,
    CheckOptions,
    CompletionOptions,
    DeployOptions,
    DiffOptions,
    HelpOptions,
    InitOptions,
    ListOptions,
    ScheduleOptions,
    ServeOptions,
    StateOptions,
    StatusOptions,
    TellOptions,
)
from feedmill.cli.shared_arguments import index_path, report_options, run_options, site_folder, site_place
from posts.errors import UsageError


def _check(found: argparse.Namespace, words: list[str]) -> CheckOptions:
    return CheckOptions(run_options(found, site_place(words)), report_options(found)._replace(strict=True))


def _list(found: argparse.Namespace, words: list[str]) -> ListOptions:
    return ListOptions(run_options(found, site_place(words)), report_options(found))


def _diff(found: argparse.Namespace, words: list[str]) -> DiffOptions:
    return DiffOptions(run_options(found, site_place(words)), report_options(found))


def _deploy(found: argparse.Namespace, words: list[str]) -> DeployOptions:
    run = run_options(found, site_place(words))
    return DeployOptions(run, report_options(found), verify=found.verify, overwrite=found.overwrite)


def _serve(found: argparse.Namespace, words: list[str]) -> ServeOptions:
    run = run_options(found, site_folder(words))
    return ServeOptions(run, report_options(found), found.host, found.port, follows_clock=found.now is None)


def _adopt(found: argparse.Namespace, words: list[str]) -> AdoptOptions:
    site, feeds = words[:1], words[1:]
    place = site_place(site)
    if not feeds:
        raise UsageError("expected `feedmill adopt SITE FEED…`, with files or addresses of feeds")
    return AdoptOptions(run_options(found, place), report_options(found), tuple(feeds), write=found.yes)


def _status(found: argparse.Namespace, words: list[str]) -> StatusOptions:
    if found.json and found.prometheus:
        raise UsageError("use either --json or --prometheus")
    run = run_options(found, site_place(words))
    return StatusOptions(run, found.json, found.max_age, prometheus=found.prometheus, quiet=found.quiet)


def _tell(found: argparse.Namespace, words: list[str]) -> TellOptions:
    return TellOptions(run_options(found, site_place(words)), report_options(found))


def _schedule(found: argparse.Namespace, words: list[str]) -> ScheduleOptions:
    run = run_options(found, site_folder(words))
    if not found.scheduler:
        raise UsageError(f"--as is missing; use --as {alternatives(SCHEDULERS)}")
    has_own_state = found.state is not None
    return ScheduleOptions(run, found.scheduler, found.every, found.folder, has_own_state=has_own_state)


def _init(found: argparse.Namespace, words: list[str]) -> InitOptions:
    return InitOptions(site_folder(words), found.config, json=found.json, quiet=found.quiet)


def _state(found: argparse.Namespace, words: list[str]) -> StateOptions:
    action = words.pop(0) if words else ""
    if action not in ("export", "import"):
        raise UsageError("expected `feedmill state export SITE` or `feedmill state import SITE`")
    return StateOptions(action, index_path(found, site_place(words)), quiet=found.quiet)  # type: ignore[arg-type] # see above


def _completion(_: argparse.Namespace, words: list[str]) -> CompletionOptions:
    if len(words) != 1 or words[0] not in SHELLS:
        raise UsageError(f"expected {alternatives([f'`feedmill completion {shell}`' for shell in SHELLS])}")
    return CompletionOptions(words[0])


def _help(_: argparse.Namespace, words: list[str]) -> HelpOptions:
    if words and words[0] not in COMMANDS:
        raise UsageError(unknown_command(words[0]))
    if len(words) > 1:
        raise UsageError(f"unexpected argument: {words[1]!r}; `feedmill help` takes one COMMAND")
    return help_page(words[0] if words else "")


def help_page(command: str, *, version: bool = False) -> HelpOptions:
    """Return the help of a command, of the program if it is "", or the version."""
    if version:
        return HelpOptions(f"feedmill {__version__}")
    return HelpOptions((command_parser(command).format_help() if command else overview()).rstrip("\n"))


OPTIONS: Mapping[str, Callable[[argparse.Namespace, list[str]], Any]] = {
    "check": _check,
    "list": _list,
    "diff": _diff,
    "deploy": _deploy,
    "serve": _serve,
    "adopt": _adopt,
    "status": _status,
    "tell": _tell,
    "schedule": _schedule,
    "init": _init,
    "state": _state,
    "completion": _completion,
    "help": _help,
}
