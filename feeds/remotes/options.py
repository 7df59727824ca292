"""Decode the settings of remotes: `to`, `ledger` and `git_author` of `[publish]`, and the addresses of `--to`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from feeds.remotes.ledger_placement import placement_mistake
from posts.config.table import Table
from posts.errors import UsageError
from posts.files.remote_address import Address, parse_address

_AUTHOR = re.compile(r"[^<>\s][^<>\n]* <[^<>@\s]+@[^<>@\s]+>")


class RemoteOptions(Struct, frozen=True):
    """The remotes of a site.

    Attributes:
        to: Those to bring up to date after a run, in this order.
        git_author: The author of commits, "" for git's own.
        ledger: Where the ledger is kept for machines that are thrown away after a run, if that is so.
    """

    to: tuple[Address, ...] = ()
    git_author: str = ""
    ledger: Address | None = None


def decode_remote_options(table: Table) -> RemoteOptions:
    """Decode the keys of `[publish]` that are about remotes; the table collects mistakes."""
    author = table.text("git_author")
    if author and not _AUTHOR.fullmatch(author):
        table.wrong("git_author", f'expected a name and a mail address, "Name <mail@example.org>", not {author!r}')
    return RemoteOptions(to := _addresses(table), author, _ledger(table, to))


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


def _ledger(table: Table, to: Sequence[Address]) -> Address | None:
    if not (written := table.text("ledger")):
        return None
    try:
        address = parse_address(written)
    except ValueError as error:
        table.wrong("ledger", str(error))
        return None
    if mistake := placement_mistake(address, to):
        table.wrong("ledger", mistake)
    return address


def _addresses(table: Table) -> tuple[Address, ...]:
    addresses: dict[tuple[object, ...], Address] = {}
    for written in table.texts("to"):
        try:
            address = parse_address(written)
        except ValueError as error:
            table.wrong("to", str(error))
            continue
        place = (address.scheme, address.host, address.path, address.user, address.port)
        if (first := addresses.setdefault(place, address)).text != address.text:
            table.wrong("to", f"{first.text} and {address.text} are the same place; name it once")
    return tuple(addresses.values())
