"""Define the commands and options as data, from which parsers, help, completion and the reference are made."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

SCHEDULERS = ("systemd", "cron", "github", "docker")
SHELLS = ("bash", "zsh", "fish")
BUCKETS = ("s3", "gs", "az")
"""The schemes of addresses of buckets, as in `posts.files.remote_address.OBJECT_STORES`."""


class Command(NamedTuple):
    """A command: its words in a usage line, a summary, and the names of its options."""

    words: str
    summary: str
    options: Sequence[str]


_RUN = ("--out", "--config", "--state", "--now", "--workers")
_ENGINE = ("--full", "--prune", "--allow-removals")

COMMANDS: Mapping[str, Command] = {
    "publish": Command(
        "[SITE]",
        "read the posts and publish their feeds (the default)",
        (*_RUN, *_ENGINE, "--to", "--hold", "--strict", "--json", "--quiet", "--verbose"),
    ),
    "check": Command(
        "[SITE]",
        "read everything, report all problems, write nothing",
        (*_RUN, "--full", "--prune", "--json", "--quiet"),
    ),
    "list": Command(
        "[SITE]",
        "print one JSON object per line for every post",
        (*_RUN, "--full", "--strict", "--json", "--quiet"),
    ),
    "diff": Command(
        "[SITE]",
        "show what subscribers would see if the site were published now, write nothing",
        (*_RUN, *_ENGINE, "--to", "--json", "--quiet"),
    ),
    "deploy": Command(
        "[SITE]",
        "send what was published last to its destinations, publish nothing",
        (
            *("--to", "--verify", "--overwrite", "--allow-removals", "--out", "--config", "--state", "--now"),
            *("--json", "--quiet", "--verbose"),
        ),
    ),
    "serve": Command(
        "[SITE]",
        "preview the feeds in a browser or reader, and update them whenever a post is saved",
        (*_RUN, *_ENGINE, "--host", "--port", "--json", "--quiet", "--verbose"),
    ),
    "adopt": Command(
        "SITE FEED…",
        "take over the ids of feeds that were published before (files or addresses)",
        (*_RUN, "--full", "--yes", "--strict", "--json", "--quiet"),
    ),
    "status": Command(
        "[SITE]",
        "show the published feeds and the last runs, write nothing",
        ("--max-age", "--out", "--config", "--state", "--now", "--json", "--prometheus", "--quiet"),
    ),
    "tell": Command(
        "[SITE]",
        "notify the hubs of changed feeds, after a run with --hold",
        ("--config", "--state", "--now", "--strict", "--json", "--quiet"),
    ),
    "schedule": Command(
        "[SITE]",
        "print the files that publish the site regularly (--every 10m --as systemd)",
        ("--every", "--as", "--to", "--out", "--config", "--state"),
    ),
    "init": Command("[SITE]", "write a commented feedmill.toml for the site", ("--config", "--json", "--quiet")),
    "state": Command(
        "export|import [SITE]",
        "print the ledger (state export SITE), or read one from standard input (state import SITE < FILE)",
        ("--state", "--quiet"),
    ),
    "completion": Command(f"{'|'.join(SHELLS)}", "print a completion script for a shell", ()),
    "help": Command("[COMMAND]", "show the help of a command", ()),
}


def _path(written: str) -> Path:
    if not written:
        raise argparse.ArgumentTypeError("expected a path")
    return Path(written)


def _folder(written: str) -> Path:
    if "://" in written:
        raise argparse.ArgumentTypeError(
            f"expected a folder, not the address {written!r}; to send files there, use --to of `feedmill publish`"
        )
    return _path(written)


def _address(written: str) -> str:
    # `feeds.remotes.options` decodes it; a run in which nothing changed does not import that.
    if ":" not in written:
        raise argparse.ArgumentTypeError(f"expected an address such as s3://bucket/prefix, not {written!r}")
    return written


def _number(most: int, meaning: str) -> Callable[[str], int]:
    def number(written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) < 9 and int(written) <= most):
            raise argparse.ArgumentTypeError(f"expected {meaning}, not {written!r}")
        return int(written)

    return number


_SCHEDULER = re.compile(r"(?:dask|tcp|tls)://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")


def _workers(written: str) -> int | str:
    """Return a number of processes, or the address of a scheduler."""
    if "://" not in written:
        return _number(10_000, "a number of processes, 0 for one per available CPU")(written)
    if not _SCHEDULER.fullmatch(written):
        raise argparse.ArgumentTypeError(
            f"expected dask://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT, not {written!r}"
        )
    return written


def _choice(choices: Sequence[str]) -> Callable[[str], str]:
    def choice(written: str) -> str:
        if written not in choices:
            raise argparse.ArgumentTypeError(f"expected {alternatives(choices)}, not {written!r}")
        return written

    return choice


def alternatives(names: Sequence[str]) -> str:
    """Return names as a list in a sentence, such as "a, b or c"."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


_FLAG = {"action": "store_true"}

# Arguments of `ArgumentParser.add_argument` by the long name of an option.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "--out": {"type": _folder, "metavar": "DIR", "help": "output folder (default: [feeds] out, else SITE/feeds)"},
    "--config": {"type": _path, "metavar": "FILE", "help": "configuration (default: SITE/feedmill.toml if present)"},
    "--state": {"type": _path, "metavar": "FILE", "help": "the index (default: SITE/.feedmill/index.sqlite3)"},
    "--now": {"metavar": "WHEN", "help": "ISO time to use instead of the clock; posts dated later wait"},
    "--workers": {
        "type": _workers,
        "default": 0,
        "metavar": "N",
        "help": "number of processes (default: one per available CPU), or dask://HOST:PORT, a Dask scheduler",
    },
    "--full": {**_FLAG, "help": "read and write everything again; published ids and dates are kept"},
    "--prune": {**_FLAG, "help": "remove feeds that have no posts left"},
    "--allow-removals": {
        **_FLAG,
        "help": "publish even if more than 10 %% (and 5) of the published posts are missing",
    },
    "--hold": {**_FLAG, "help": "do not notify hubs; run `feedmill tell` after deploying"},
    "--yes": {**_FLAG, "help": "write the ids that were found into the ledger"},
    "--every": {"metavar": "INTERVAL", "help": 'how often to publish, such as "10m", "2h" or "1d"'},
    "--as": {
        "dest": "scheduler",
        "type": _choice(SCHEDULERS),
        "choices": SCHEDULERS,
        "metavar": "SCHEDULER",
        "help": f"what runs feedmill: {alternatives(SCHEDULERS)}",
    },
    "--to": {
        "action": "append",
        "type": _address,
        "metavar": "ADDRESS",
        "help": "destination of the files, such as s3://bucket/prefix; may be repeated (default: [publish] to)",
    },
    "--verify": {**_FLAG, "help": "look at every file there, and send again those that are missing or differ"},
    "--overwrite": {**_FLAG, "help": "replace files there that feedmill has no record of"},
    "--max-age": {"metavar": "INTERVAL", "help": 'exit with 1 if the last successful run is older, such as "2h"'},
    "--prometheus": {**_FLAG, "help": "print metrics for the textfile collector of Prometheus' node exporter"},
    "--host": {"metavar": "HOST", "help": "address to listen on (default: 127.0.0.1, this machine only)"},
    "--port": {
        "type": _number(65535, "a number up to 65535"),
        "metavar": "N",
        "help": "port to listen on (default: 8000 or the next free one)",
    },
    "--strict": {**_FLAG, "help": "exit with 1 if any post has a problem"},
    "--json": {**_FLAG, "help": "print the report as one JSON object on standard output"},
    "--quiet": {**_FLAG, "help": "print errors only"},
    "--verbose": {**_FLAG, "help": "name every file that was written"},
}

# Options that are something else in one command.
_OTHERS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("schedule", "--to"): {
        "dest": "folder",
        "type": _folder,
        "metavar": "DIR",
        "help": "write the files into this folder (default: print them)",
    },
}

# Help of options that mean something else in one command.
_OTHER_HELP = {
    ("adopt", "--strict"): "exit with 1 if any item is doubtful",
    ("list", "--full"): "read everything again",
    ("adopt", "--full"): "read everything again",
    ("check", "--full"): "read everything again",
    ("check", "--prune"): "check without the feeds that have no posts left",
    ("diff", "--prune"): "show which feeds --prune would remove",
    ("diff", "--allow-removals"): "do not report that publishing would be refused",
    ("list", "--json"): "print JSON Lines, which is what this command always prints",
    ("diff", "--to"): "compare what was published last with what a destination has, by the record of what was sent",
    ("deploy", "--out"): "output folder of the last run (default: [feeds] out, else SITE/feeds)",
    ("deploy", "--now"): "ISO time to use instead of the clock",
    ("deploy", "--allow-removals"): "remove files even if they are more than 10 %% (and 5) of what a destination has",
    ("deploy", "--verbose"): "name every file that was sent or removed",
    (
        "publish",
        "--allow-removals",
    ): "publish even if more than 10 %% (and 5) of the published posts are missing, or of "
    "the files at a destination are to be removed",
    ("serve", "--json"): "print the address and every report as a JSON object",
    ("serve", "--verbose"): "name every file that was written, and every request",
    ("publish", "--quiet"): "print only errors, and only those that the last run did not report",
    ("status", "--quiet"): "print nothing but the message of --max-age",
    ("tell", "--strict"): "exit with 1 if a hub could not be notified",
}

SHORT = {"-q": "--quiet", "-v": "--verbose", "-h": "--help"}
WITH_VALUE = frozenset(name for name, values in OPTIONS.items() if "metavar" in values)


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """Add the options of a command to its parser."""
    for name in COMMANDS[command].options:
        short = [one for one, long in SHORT.items() if long == name]
        parser.add_argument(*short, name, **option_values(command, name))


def option_values(command: str, name: str) -> dict[str, Any]:
    """Return the arguments of `add_argument` for an option as a command has it."""
    values = _OTHERS.get((command, name), OPTIONS[name])
    return {**values, "help": _OTHER_HELP.get((command, name), values["help"])}
