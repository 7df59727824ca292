"""The `[publish]` table of the configuration: who is told of a publication. Decoded strictly, as `[feeds]` is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from posts.config.table import Table

MOST_HUBS = 8
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TellingOptions:
    """`hubs` are WebSub's; `success` and `failure` the addresses to call after a run, "" for none.

    Those two are secrets: whoever knows them can say that all is well. They are printed nowhere.
    """

    hubs: tuple[str, ...] = ()
    success: str = field(default="", repr=False)
    failure: str = field(default="", repr=False)

    @property
    def pings(self) -> bool:
        return bool(self.success or self.failure)


def decode(table: Table) -> TellingOptions:
    """Takes the `[publish]` table apart; mistakes are noted in the table."""
    options = TellingOptions(_hubs(table), **_pings(table))
    table.done()
    return options


def _hubs(table: Table) -> tuple[str, ...]:
    hubs = table.texts("hub")
    if len(hubs) > MOST_HUBS:
        table.wrong("hub", f"expected at most {MOST_HUBS} hubs, not {len(hubs)}")
    for hub in hubs:
        if not is_address(hub) or "#" in hub:
            table.wrong("hub", f"expected the address of a hub such as https://hub.example/, not {hub!r}")
    return hubs


def _pings(table: Table) -> dict[str, str]:
    """The addresses to call. A mistake is named without the value, which is a secret."""
    written = table.anything("ping")
    if written is None:
        return {}
    if not isinstance(written, Mapping) or not written or written.keys() - {"success", "failure"}:
        table.wrong("ping", 'expected {success = "https://…", failure = "https://…"}, or one of the two')
        return {}
    for key, address in written.items():
        if not isinstance(address, str) or not is_address(address):
            table.wrong(f"ping.{key}", "expected an address that begins with https:// or http://")
    return {key: address for key, address in written.items() if isinstance(address, str)}


def is_address(written: str) -> bool:
    """Whether this can be called: an absolute http(s) address in ASCII, with a host and no password."""
    try:
        parts = urlsplit(written)
        parts.port  # noqa: B018 - raises ValueError when it is no number
    except ValueError:
        return False
    return bool(_ADDRESS.fullmatch(written) and parts.hostname) and "@" not in parts.netloc
