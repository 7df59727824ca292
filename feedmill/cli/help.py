"""`feedmill help`: print the overview of commands and exit codes, or the help of one command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from feedmill.cli.arguments import COMMANDS

if TYPE_CHECKING:
    from feedmill.cli.options.commands import HelpOptions

EXIT_CODES: Mapping[int, str] = {
    0: "success, including nothing to do",
    1: "problems under --strict or in check, doubtful items under adopt --strict, differences in diff, no recent run "
    "in status --max-age",
    2: "invalid arguments or configuration; nothing was written",
    3: "refused to protect published feeds (for example, most posts are missing); nothing was written, or nothing was "
    "sent to the destination that the message names",
    4: "failed (disk, permissions, network, interruption, internal error); published feeds are intact, and the next "
    "run completes the destinations",
    75: "the output or the index is locked by another run; nothing was written",
}

_OVERVIEW = """\
usage: feedmill [COMMAND] [SITE] [options]

Turn the posts of a site into RSS, Atom and JSON feeds: one for all posts and one for every category.
`feedmill SITE` is short for `feedmill publish SITE`. SITE defaults to the current folder.
It may also be the address of a bucket: s3://BUCKET/PATH, gs://… or az://….

commands:
{commands}

exit codes:
{exit_codes}

`feedmill COMMAND --help` shows the options of a command, `feedmill --version` the version.
"""


def print_help(options: HelpOptions) -> int:
    """Print the help that was asked for."""
    print(options.text)
    return 0


def overview() -> str:
    """Return the help of the whole program: its commands and exit codes."""
    return _OVERVIEW.format(
        commands=_lines({name: command.summary for name, command in COMMANDS.items()}),
        exit_codes=_lines(EXIT_CODES),
    )


def _lines(meanings: Mapping[str, str] | Mapping[int, str]) -> str:
    return "\n".join(f"  {key:<11} {meaning}" for key, meaning in meanings.items())
