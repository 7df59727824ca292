"""Say where a ledger must not be kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from posts.files.remote_address import Address


def placement_mistake(address: Address, remotes: Iterable[Address]) -> str:
    """Return why a ledger must not be kept at an address, or "": files are published there.

    Args:
        address: The address of the ledger.
        remotes: The addresses that files are published to.
    """
    for remote in remotes:
        if (remote.scheme, remote.host) != (address.scheme, address.host):
            continue
        here, there = (f"{one.path.strip('/')}/".lstrip("/") for one in (address, remote))
        if here == there or (address.scheme != "git" and here.startswith(there)):
            return f"a ledger must not be below {remote.text}, which everybody can read; use another place"
    return ""
