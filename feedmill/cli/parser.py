"""Decode command line arguments to the options of one command. Used by `feedmill.cli.main`.

Only the parser of the command that is asked for is built. What makes no sense is a `UsageError`, which
`feedmill.cli.mistakes` words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedmill.cli.arguments import COMMANDS, SHORT, WITH_VALUE
from feedmill.cli.command_parser import command_parser
from feedmill.cli.options.publish import PublishOptions
from feedmill.cli.shared_arguments import report_options, run_options, site_place
from posts.errors import UsageError


def parse_command_line(arguments: Sequence[str]) -> tuple[str, Any]:
    """Return the name of the command that is asked for, and its options.

    Raises:
        UsageError: the arguments make no sense.
    """
    options, words = _split(arguments)
    named = bool(words) and words[0] in COMMANDS and words[0] in arguments[: _end(arguments)]
    command = words.pop(0) if named else "publish"
    if not {"-h", "--help", "--version"}.isdisjoint(options):
        from feedmill.cli.command_arguments import help_page

        return "help", help_page(command if named else "", version="--version" in options)
    if not named and words and arguments[0] == words[0]:
        site_place(words, named=False)  # a mistyped command, before its options are called unknown
    _refuse_others(command, options)
    found = command_parser(command).parse_args(options)
    if not named:
        site_place(words, named=False)
    if command == "publish":
        run = run_options(found, site_place(words))._replace(deploys=True)
        return command, PublishOptions(run, report_options(found), hold=found.hold)
    from feedmill.cli.command_arguments import OPTIONS

    return command, OPTIONS[command](found, words)


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
