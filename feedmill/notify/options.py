"""Decode the hubs and ping addresses in the `[publish]` table of the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from posts.config.table import Table

MAX_HUBS = 8
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)


class NotifyOptions(Struct, frozen=True):
    """Options for notifications: WebSub hubs, and the addresses to call after a run ("" for none).

    The two addresses are secrets, because everyone with the address can report success. They are never printed.
    """

    hubs: tuple[str, ...] = ()
    success: str = ""
    failure: str = ""

    def __repr__(self) -> str:
        return f"NotifyOptions(hubs={self.hubs!r})"

    @property
    def pings(self) -> bool:
        return bool(self.success or self.failure)


def decode_notify_options(table: Table) -> NotifyOptions:
    """Decode the keys of `[publish]` that are about notifications; the table collects mistakes."""
    return NotifyOptions(_hubs(table), **_pings(table))


def _hubs(table: Table) -> tuple[str, ...]:
    hubs = table.texts("hub")
    if len(hubs) > MAX_HUBS:
        table.wrong("hub", f"expected at most {MAX_HUBS} hubs, not {len(hubs)}")
    for hub in hubs:
        if not is_address(hub) or "#" in hub:
            table.wrong("hub", f"expected the address of a hub such as https://hub.example/, not {hub!r}")
    return hubs


def _pings(table: Table) -> dict[str, str]:
    """Decode the ping addresses. Messages leave out the value, which is a secret."""
    written = table.anything("ping")
    if written is None:
        return {}
    if not isinstance(written, Mapping) or not written or written.keys() - {"success", "failure"}:
        table.wrong("ping", 'expected {success = "https://…", failure = "https://…"}, or one of the two')
        return {}
    for key, address in written.items():
        if not isinstance(address, str) or not is_address(address):
            table.wrong(("ping", key), "expected an address that begins with https:// or http://")
    return {key: address for key, address in written.items() if isinstance(address, str)}


def is_address(written: str) -> bool:
    """Return whether `written` is an absolute http(s) address in ASCII, with a host and without a password."""
    try:
        parts = urlsplit(written)
        parts.port  # noqa: B018 - raises ValueError unless it is a number
    except ValueError:
        return False
    return bool(_ADDRESS.fullmatch(written) and parts.hostname) and "@" not in parts.netloc
