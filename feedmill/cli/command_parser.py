"""Build the parser for the options of one command. Used by `feedmill.cli.parser`."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from feedmill.cli.arguments import COMMANDS, add_options
from posts.errors import UsageError

WIDTH = 110  # of help pages: asking the terminal takes 5 ms


class CommandParser(argparse.ArgumentParser):
    """A parser that raises its errors as `UsageError`, in the form of other messages."""

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError, for an exit code of 2."""
        text = message.removeprefix("argument ").replace("expected one argument", "a value is missing")
        text = re.sub("ignored explicit argument (.*)", r"takes no value, not \1", text)
        raise UsageError(f"{text}; see `{self.prog} --help`")


def command_parser(command: str) -> CommandParser:
    """Return the parser for a command's options; `parse_command_line` splits off the positional arguments."""
    words, summary, _ = COMMANDS[command]
    parser = CommandParser(
        prog=f"feedmill {command}",
        usage=f"feedmill {command} {words} [options]" if COMMANDS[command].options else f"feedmill {command} {words}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=WIDTH),
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this help and exit")
    add_options(parser, command)
    return parser
