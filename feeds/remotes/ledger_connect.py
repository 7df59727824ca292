"""Make the place for a ledger from its address. Only the module of its scheme is imported."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from feeds.remotes.ledger_store import LedgerStore
from posts.files.remote_address import Address

# The module and the class for each scheme. Each gets the address; that of git also the site and the author.
_STORES = {
    **dict.fromkeys(("s3", "gs", "az"), ("feeds.remotes.ledger_objects", "ObjectLedger")),
    "ssh": ("feeds.remotes.ledger_ssh", "SshLedger"),
    "git": ("feeds.remotes.ledger_git", "GitLedger"),
}


def ledger_store(address: Address, site: Path, author: str) -> LedgerStore:
    """Return the place for a ledger at an address. It is connected when it is entered.

    Args:
        address: The address.
        site: The folder of the site, in whose repository a name such as `origin` is looked up.
        author: The author of commits, "" for the one that git is configured with.
    """
    module, name = _STORES[address.scheme]
    make = getattr(import_module(module), name)
    return cast("LedgerStore", make(address, site, author) if address.scheme == "git" else make(address))
