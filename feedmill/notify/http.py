"""Send HTTP requests to hubs and ping addresses. They never fail a run or delay it for long.

The texts of an `Answer` never contain the address, which may be a secret.
"""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from email.message import Message
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin

from feedmill.notify.options import is_address

CALL_TIMEOUT = 3.0  # seconds to connect, and for every part of the answer
MAX_REDIRECTS = 3
_KEEP_METHOD = (307, 308)  # redirects that repeat a POST as a POST (RFC 9110, section 15.4)
_HEADERS = {"User-Agent": "feedmill", "Accept": "*/*"}


class Answer(NamedTuple):
    """A host's answer: an HTTP status (0: none), the reason in words, and Retry-After in seconds."""

    status: int
    reason: str = ""
    retry: float = 0.0

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def call(address: str, form: dict[str, str] | None = None, seconds: float = CALL_TIMEOUT) -> Answer:
    """Get an address, or post a form to it, without reading the body.

    Redirects are followed, but never from https to http.
    """
    data = urlencode(form).encode("ascii") if form is not None else None
    for _ in range(MAX_REDIRECTS + 1):
        answer, location = _ask(address, data, seconds)
        if not location or (data and answer.status not in _KEEP_METHOD):
            return answer
        target = urljoin(address, location)
        if not is_address(target) or (address.startswith("https:") and not target.startswith("https:")):
            return Answer(answer.status, f"{answer.reason} with a redirect that is not followed")
        address = target
    return Answer(answer.status, f"redirects more than {MAX_REDIRECTS} times")


def call_within(seconds: float, address: str) -> Answer:
    """Get an address, with a limit in seconds for the whole request: sending a byte at a time never times out."""
    box: SimpleQueue[Answer] = SimpleQueue()
    # A daemon thread, because a request that hangs must not keep the process alive.
    Thread(target=lambda: box.put(call(address, seconds=min(seconds, CALL_TIMEOUT))), daemon=True).start()
    try:
        return box.get(timeout=seconds)
    except Empty:
        return Answer(0, "did not answer in time")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A handler that follows no redirect: urllib would repeat a POST as a GET, and follow it to any host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(address: str, data: bytes | None, seconds: float) -> tuple[Answer, str]:
    request = urllib.request.Request(address, data, _HEADERS)  # noqa: S310 # checked by `is_address`
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds) as response:
            return Answer(response.status), ""
    except urllib.error.HTTPError as error:
        with error:
            found = Answer(error.code, f"answers {error.code}", _retry(error.headers))
            return found, (error.headers.get("Location") or "") if 300 <= error.code < 400 else ""
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, _reason(error)), ""


def _reason(error: Exception) -> str:
    """Return why there was no answer, without the address."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "did not answer in time"
    if isinstance(cause, ssl.SSLError):
        return f"has an invalid certificate or no usable TLS ({getattr(cause, 'reason', None) or 'SSL'})"
    if isinstance(cause, OSError) and cause.strerror:
        return f"cannot be reached ({cause.strerror})"
    return f"did not send a valid HTTP response ({type(cause).__name__})"


def _retry(headers: Message) -> float:
    """Return Retry-After (RFC 9110, section 10.2.3) in seconds, 0 if there is none."""
    written = (headers.get("Retry-After") or "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        return max(parsedate_to_datetime(written).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
