"""Decode command line arguments to the options of one command. Used by `feedmill.cli.main`.

Only the parser of the command that is asked for is built. What makes no sense is a `UsageError`, which
`feedmill.cli.mistakes` words.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedmill import __version__
from feedmill.cli.arguments import COMMANDS, SCHEDULERS, SHELLS, SHORT, WITH_VALUE, alternatives
from feedmill.cli.command_parser import command_parser
from feedmill.cli.options.publish import PublishOptions, ReportOptions
from feedmill.run.options import RunOptions
from posts.errors import UsageError

if TYPE_CHECKING:
    from feedmill.cli.options import commands


def parse_command_line(arguments: Sequence[str]) -> tuple[str, Any]:
    """Return the name of the command that is asked for, and its options.

    Raises:
        UsageError: the arguments make no sense.
    """
    options, words = _split(arguments)
    named = bool(words) and words[0] in COMMANDS and words[0] in arguments[: _end(arguments)]
    command = words.pop(0) if named else "publish"
    if not {"-h", "--help", "--version"}.isdisjoint(options):
        return "help", _help_page(command if named else "", version="--version" in options)
    if not named and words and arguments[0] == words[0]:
        _directory(words, named=False)  # a mistyped command, before its options are called unknown
    _refuse_others(command, options)
    found = command_parser(command).parse_args(options)
    if not named:
        _directory(words, named=False)
    return command, _OPTIONS[command](found, words)


def _end(arguments: Sequence[str]) -> int:
    """Return the position of `--`, behind which no word is a command or an option."""
    return arguments.index("--") if "--" in arguments else len(arguments)


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the options, with their values, and the other words: options may stand before or after words."""
    options: list[str] = []
    words: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            words += rest
        elif argument == "-" or not argument.startswith("-"):
            words.append(argument)
        else:
            options.append(argument)
            if argument in WITH_VALUE:
                options += [value for value in (next(rest, None),) if value is not None]
    return options, words


def _refuse_others(command: str, options: Sequence[str]) -> None:
    known = {"--help", "-h", *COMMANDS[command].options}
    rest = iter(options)
    for option in rest:
        name = option.partition("=")[0]
        names = [name] if name.startswith("--") else [SHORT.get(f"-{letter}", f"-{letter}") for letter in name[1:]]
        for one in names:
            if one not in known:
                from feedmill.cli.mistakes import unknown_option

                raise UsageError(unknown_option(command, one))
        if option in WITH_VALUE:
            next(rest, None)


def _directory(words: Sequence[str], *, named: bool = True) -> Path:
    """Return the site's folder, the current one if there is no word."""
    site = Path(words[0] if words else ".")
    if site.is_dir() and len(words) < 2:
        return site
    from feedmill.cli.mistakes import not_a_site

    raise UsageError(not_a_site(words, named=named))


def _publish(found: argparse.Namespace, words: list[str]) -> PublishOptions:
    return PublishOptions(_run(found, _directory(words)), _report(found), hold=found.hold)


def _check(found: argparse.Namespace, words: list[str]) -> commands.CheckOptions:
    from feedmill.cli.options.commands import CheckOptions

    return CheckOptions(_run(found, _directory(words)), replace(_report(found), strict=True))


def _list(found: argparse.Namespace, words: list[str]) -> commands.ListOptions:
    from feedmill.cli.options.commands import ListOptions

    return ListOptions(_run(found, _directory(words)), _report(found))


def _diff(found: argparse.Namespace, words: list[str]) -> commands.DiffOptions:
    from feedmill.cli.options.commands import DiffOptions

    return DiffOptions(_run(found, _directory(words)), _report(found))


def _serve(found: argparse.Namespace, words: list[str]) -> commands.ServeOptions:
    from feedmill.cli.options.commands import ServeOptions

    run = _run(found, _directory(words))
    return ServeOptions(run, _report(found), found.host, found.port, follows_clock=found.now is None)


def _adopt(found: argparse.Namespace, words: list[str]) -> commands.AdoptOptions:
    from feedmill.cli.options.commands import AdoptOptions

    site, feeds = words[:1], words[1:]
    folder = _directory(site)
    if not feeds:
        raise UsageError("expected `feedmill adopt SITE FEED…`, with files or addresses of feeds")
    return AdoptOptions(_run(found, folder), _report(found), tuple(feeds), write=found.yes)


def _status(found: argparse.Namespace, words: list[str]) -> commands.StatusOptions:
    from feedmill.cli.options.commands import StatusOptions

    return StatusOptions(_run(found, _directory(words)), json=found.json)


def _tell(found: argparse.Namespace, words: list[str]) -> commands.TellOptions:
    from feedmill.cli.options.commands import TellOptions

    return TellOptions(_run(found, _directory(words)), _report(found))


def _schedule(found: argparse.Namespace, words: list[str]) -> commands.ScheduleOptions:
    from feedmill.cli.options.commands import ScheduleOptions

    run = _run(found, _directory(words))
    if not found.scheduler:
        raise UsageError(f"--as is missing; use --as {alternatives(SCHEDULERS)}")
    has_own_state = found.state is not None
    return ScheduleOptions(run, found.scheduler, found.every, found.to, has_own_state=has_own_state)


def _init(found: argparse.Namespace, words: list[str]) -> commands.InitOptions:
    from feedmill.cli.options.commands import InitOptions

    return InitOptions(_directory(words), found.config, json=found.json, quiet=found.quiet)


def _state(found: argparse.Namespace, words: list[str]) -> commands.StateOptions:
    from feedmill.cli.options.commands import StateOptions

    action = words.pop(0) if words else ""
    if action not in ("export", "import"):
        raise UsageError("expected `feedmill state export SITE` or `feedmill state import SITE`")
    return StateOptions(action, _index(found, _directory(words)), quiet=found.quiet)  # type: ignore[arg-type] # see above


def _completion(_: argparse.Namespace, words: list[str]) -> commands.CompletionOptions:
    from feedmill.cli.options.commands import CompletionOptions

    if len(words) != 1 or words[0] not in SHELLS:
        raise UsageError(f"expected {alternatives([f'`feedmill completion {shell}`' for shell in SHELLS])}")
    return CompletionOptions(words[0])


def _help(_: argparse.Namespace, words: list[str]) -> commands.HelpOptions:
    if words and words[0] not in COMMANDS:
        from feedmill.cli.mistakes import unknown_command

        raise UsageError(unknown_command(words[0]))
    if len(words) > 1:
        raise UsageError(f"unexpected argument: {words[1]!r}; `feedmill help` takes one COMMAND")
    return _help_page(words[0] if words else "")


def _help_page(command: str, *, version: bool = False) -> commands.HelpOptions:
    from feedmill.cli.help import overview
    from feedmill.cli.options.commands import HelpOptions

    if version:
        return HelpOptions(f"feedmill {__version__}")
    return HelpOptions((command_parser(command).format_help() if command else overview()).rstrip("\n"))


_OPTIONS: Mapping[str, Callable[[argparse.Namespace, list[str]], Any]] = {
    "publish": _publish,
    "check": _check,
    "list": _list,
    "diff": _diff,
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


def _report(found: argparse.Namespace) -> ReportOptions:
    return ReportOptions(
        **{name: True for name in ("json", "quiet", "verbose", "strict") if getattr(found, name, None)}
    )


def _run(found: argparse.Namespace, site: Path) -> RunOptions:
    """Return the options of a run; those that the command does not have keep their defaults."""
    chosen = vars(found)
    names = ("config", "out", "full", "prune", "allow_removals", "workers")
    return RunOptions(
        site=site,
        state=_index(found, site),
        now=_now(chosen.get("now")),
        show_progress=not chosen.get("quiet"),
        **{name: chosen[name] for name in names if name in chosen},
    )


def _index(found: argparse.Namespace, site: Path) -> Path:
    return found.state or site / ".feedmill" / "index.sqlite3"


def _now(written: str | None) -> datetime:
    if written is None:
        return datetime.now(UTC)
    from posts.frontmatter import dates

    try:
        moment = dates.parse_date(written, dates.Zones())
    except dates.DateError as error:
        raise UsageError(f"--now: {error}") from None
    if moment.code:
        raise UsageError(f"--now: {moment.message}")
    return moment.at
