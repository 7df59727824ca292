"""Decides whether a request is meant for this server: by its Host header, or by an absolute address as its target.

A web page could otherwise read the preview by DNS rebinding: it lets its own host name resolve to 127.0.0.1, so that
the browser takes the preview for a part of the page's site. An IP address in the header cannot be rebound.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address

_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\s:/?#@\[\]]+)(?::(\d{0,5}))?")
_ABSOLUTE = re.compile(r"http://([^/?#]*)([^#]*)", re.IGNORECASE)
_WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104 # compared only


def split_target(target: str, header: str) -> tuple[str, str] | None:
    """Return the host that a request is for, with its port, and the path and query that it asks for.

    Args:
        target: The request target, in origin or absolute form.
        header: The value of the Host header, which is ignored if the target is absolute (RFC 9112, section 3.2.2).

    Returns:
        None for a target in another form.
    """
    if target.startswith("/"):
        return header, target
    match = _ABSOLUTE.fullmatch(target)
    return (match[1], match[2] if match[2].startswith("/") else f"/{match[2]}") if match else None


def is_own_host(header: str, bound: str, port: int) -> bool:
    """Return whether a Host header (RFC 9110, section 7.2) names this server.

    Args:
        header: The value of the header. A name without a port is accepted: proxies send it so.
        bound: The host name or IP address that the server is bound to. Bound to all addresses, it has every IP
            address, the name of the machine, and any port: that of a container may be another one outside.
        port: The port that the server is bound to.
    """
    match = _HOST.fullmatch(header.strip())
    if not match or (match[2] and int(match[2]) != port and bound not in _WILDCARDS):
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
