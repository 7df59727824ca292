"""Read a published feed from a file or an address."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from urllib import request

from feeds.parse.detect import parse_feed
from feeds.parse.document import Document
from posts.errors import UsageError

LARGEST = 64 * 1024 * 1024  # bytes
_TIMEOUT = 30.0  # seconds without a byte


def is_feed_address(name: str) -> bool:
    """Return whether `name` is an http(s) address rather than a file name."""
    return name.startswith(("http://", "https://"))


def fetch_feed(name: str) -> Document:
    """Return the feed at an address (http or https) or in a file.

    Raises:
        UsageError: it cannot be read, or is not a feed.
    """
    try:
        data = _download(name) if is_feed_address(name) else _read_file(Path(name))
        return parse_feed(data)
    except (OSError, HTTPException) as error:  # URLError and HTTPError are OSErrors, too
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error or type(error).__name__
        raise UsageError(f"{name}: cannot be read ({reason}); use the file or the address of a feed") from None
    except ValueError as error:
        raise UsageError(f"{name}: not a feed ({error}); use RSS, Atom or JSON Feed") from None


def _read_file(path: Path) -> bytes:
    if not path.is_file():
        raise OSError(2, "no such file")
    with path.open("rb") as file:
        return _limited(file.read(LARGEST + 1))


def _download(address: str) -> bytes:
    opener = request.OpenerDirector()
    # Not `request.urlopen`, which also follows redirects to FTP.
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
    with opener.open(request.Request(address, headers=headers), timeout=_TIMEOUT) as response:  # noqa: S310 # checked by `is_feed_address`
        return _limited(response.read(LARGEST + 1))


def _limited(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise ValueError("larger than 64 MiB")
    return data
