"""Decode the settings of remotes: `to` and `git_author` of `[publish]`, and the addresses of `--to`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from posts.config.table import Table
from posts.errors import UsageError
from posts.files.remote_address import Address, parse_address

_AUTHOR = re.compile(r"[^<>\s][^<>\n]* <[^<>@\s]+@[^<>@\s]+>")


class RemoteOptions(Struct, frozen=True):
    """The remotes to bring up to date after a run, in this order, and the author of commits, "" for git's own."""

    to: tuple[Address, ...] = ()
    git_author: str = ""


def decode_remote_options(table: Table) -> RemoteOptions:
    """Decode the keys of `[publish]` that are about remotes; the table collects mistakes."""
    author = table.text("git_author")
    if author and not _AUTHOR.fullmatch(author):
        table.wrong("git_author", f'expected a name and a mail address, "Name <mail@example.org>", not {author!r}')
    return RemoteOptions(_addresses(table), author)


def named_remotes(written: Sequence[str]) -> tuple[Address, ...]:
    """Return the addresses of `--to`.

    Raises:
        UsageError: One of them is not the address of a remote.
    """
    mistakes: list[tuple[str, str]] = []
    addresses = _addresses(Table({"to": list(written)}, "", mistakes))
    if mistakes:
        raise UsageError("\n".join(f"--to: {message}" for _, message in mistakes))
    return addresses


def _addresses(table: Table) -> tuple[Address, ...]:
    addresses = []
    for written in table.texts("to"):
        try:
            addresses.append(parse_address(written))
        except ValueError as error:
            table.wrong("to", str(error))
    return tuple(addresses)
