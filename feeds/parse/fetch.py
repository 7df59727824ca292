"""Feeds that somebody has published: from a file or an address."""

from __future__ import annotations

from pathlib import Path

from feeds.parse.document import Document
from feeds.parse.parse import read
from posts.errors import UsageError

LARGEST = 64 * 1024 * 1024  # bytes
_PATIENCE = 30.0  # seconds without a byte


def is_address(name: str) -> bool:
    """Whether a feed is named by its address."""
    return name.startswith(("http://", "https://"))


def fetched(name: str) -> Document:
    """The feed at an address (http or https) or in a file.

    Raises:
        UsageError: it cannot be had, or is no feed.
    """
    from http.client import HTTPException

    try:
        data = _asked_for(name) if is_address(name) else _in_file(Path(name))
        return read(data)
    except (OSError, HTTPException) as error:  # URLError and HTTPError are OSErrors, too
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error or type(error).__name__
        raise UsageError(f"{name}: it cannot be read ({reason}): give the file or the address of a feed") from None
    except ValueError as error:
        raise UsageError(f"{name}: it is no feed ({error}): give one in RSS, Atom or JSON Feed") from None


def _in_file(path: Path) -> bytes:
    if not path.is_file():
        raise OSError(2, "there is no such file")
    with path.open("rb") as file:
        return _whole(file.read(LARGEST + 1))


def _asked_for(address: str) -> bytes:
    from urllib import request

    opener = request.OpenerDirector()
    # The library's own opener follows a redirect to FTP, too.
    for handler in (
        request.ProxyHandler,
        request.UnknownHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    headers = {"User-Agent": "feedmill", "Accept": "application/atom+xml, */*;q=0.5"}
    with opener.open(request.Request(address, headers=headers), timeout=_PATIENCE) as answer:  # noqa: S310 # is_address
        return _whole(answer.read(LARGEST + 1))


def _whole(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise ValueError("it has more than 64 MiB")
    return data
