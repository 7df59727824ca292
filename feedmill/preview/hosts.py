"""Decides whether the Host header of a request names this server.

A web page could otherwise read the preview by DNS rebinding: it lets its own host name resolve to 127.0.0.1, so that
the browser takes the preview for a part of the page's site. An IP address in the header cannot be rebound.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address

_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\s:/?#@\[\]]+)(?::\d{1,5})?")
_WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104 # compared only


def is_own_host(header: str, bound: str) -> bool:
    """Return whether a Host header (RFC 9110, section 7.2) names this server.

    Args:
        header: The value of the header.
        bound: The host name or IP address that the server is bound to. Bound to all addresses, it has every IP
            address and the name of the machine.
    """
    match = _HOST.fullmatch(header.strip())
    if not match:
        return False
    name = match[1].strip("[]").lower().rstrip(".")
    own = {"localhost", bound.lower()}
    if bound in _WILDCARDS:
        own.add(socket.gethostname().lower())
    if name in own:
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return bound in _WILDCARDS or address.is_loopback
