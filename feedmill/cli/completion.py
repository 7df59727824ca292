"""`feedmill completion`: print a script that completes commands and options in a shell. Owns shtab."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from feedmill.cli.arguments import COMMANDS, SHELLS, add_options
from posts.errors import UsageError

if TYPE_CHECKING:
    from feedmill.cli.options.commands import CompletionOptions


def print_completion(options: CompletionOptions) -> int:
    """Print the script for a shell."""
    print(completion_script(options.shell))
    return 0


def completion_script(shell: str) -> str:
    """Return the completion script for "bash", "zsh" or "fish".

    Raises:
        UsageError: shtab is not installed.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        raise UsageError("completion needs shtab; install it with `pip install 'feedmill[completion]'`") from None

    parser = argparse.ArgumentParser(prog="feedmill")
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    commands = parser.add_subparsers(dest="command")
    kinds = {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE, "SITE": shtab.DIRECTORY, "FEED": shtab.FILE}
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.summary, description=command.summary)
        _add_words(one, name)
        add_options(one, name)
        for action in one._actions:  # noqa: SLF001 # argparse has no public list of them
            if isinstance(action.metavar, str) and action.metavar in kinds:
                action.complete = kinds[action.metavar]  # type: ignore[attr-defined] # what shtab reads
    return shtab.complete(parser, shell)


def _add_words(parser: argparse.ArgumentParser, command: str) -> None:
    """Add the positional arguments of a command, which `feedmill.cli.parser` splits off itself."""
    choices = {"state": ("export", "import"), "completion": SHELLS, "help": tuple(COMMANDS)}
    if command in choices:
        parser.add_argument("word", choices=choices[command])
    if "SITE" in COMMANDS[command].words:
        parser.add_argument("site", nargs="?", metavar="SITE")
    if command == "adopt":
        parser.add_argument("feeds", nargs="+", metavar="FEED")
