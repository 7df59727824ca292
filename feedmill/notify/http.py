"""Calls to other hosts: hubs and pings. Nothing that they do can fail a run, or keep it for long.

Whatever is told of a call is told without its address, which may be a secret.
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

SECONDS = 3.0  # that a host may take to connect, and for every part of its answer
MOST_REDIRECTS = 3
_KEEPING = (307, 308)  # what a POST is repeated for as it is (RFC 9110, section 15.4)
_HEADERS = {"User-Agent": "feedmill", "Accept": "*/*"}


class Answer(NamedTuple):
    """How a host answered: `status` is 0 where it did not, `reason` is for people, `retry` (Retry-After) in seconds."""

    status: int
    reason: str = ""
    retry: float = 0.0

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def call(address: str, form: dict[str, str] | None = None, seconds: float = SECONDS) -> Answer:
    """Gets an address, or posts a form to it. Redirects are followed, but never from https to http; no body is read."""
    data = urlencode(form).encode("ascii") if form is not None else None
    for _ in range(MOST_REDIRECTS + 1):
        answer, location = _ask(address, data, seconds)
        if not location or (data and answer.status not in _KEEPING):
            return answer
        target = urljoin(address, location)
        if not is_address(target) or (address.startswith("https:") and not target.startswith("https:")):
            return Answer(answer.status, f"{answer.reason} and leads where it is not followed")
        address = target
    return Answer(answer.status, f"leads on more than {MOST_REDIRECTS} times")


def call_within(seconds: float, address: str) -> Answer:
    """`call`, ended after so many seconds whatever the host does: one that sends a byte at a time is never late."""
    box: SimpleQueue[Answer] = SimpleQueue()
    # A daemon: what hangs in it must not keep the process when everything else is done.
    Thread(target=lambda: box.put(call(address, seconds=min(seconds, SECONDS))), daemon=True).start()
    try:
        return box.get(timeout=seconds)
    except Empty:
        return Answer(0, "has not answered in time")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the library would repeat a POST as a GET, and go anywhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(address: str, data: bytes | None, seconds: float) -> tuple[Answer, str]:
    request = urllib.request.Request(address, data, _HEADERS)  # noqa: S310 # `is_address` has looked at it
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=seconds) as response:
            return Answer(response.status), ""
    except urllib.error.HTTPError as error:
        with error:
            found = Answer(error.code, f"answers {error.code}", _retry(error.headers))
            return found, (error.headers.get("Location") or "") if 300 <= error.code < 400 else ""
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, _reason(error)), ""


def _reason(error: Exception) -> str:
    """Why there was no answer, in words that hold nothing of the address."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "has not answered in time"
    if isinstance(cause, ssl.SSLError):
        return f"has no good certificate or TLS ({getattr(cause, 'reason', None) or 'SSL'})"
    if isinstance(cause, OSError) and cause.strerror:
        return f"cannot be reached ({cause.strerror})"
    return f"does not answer as a web server does ({type(cause).__name__})"


def _retry(headers: Message) -> float:
    """The seconds of Retry-After (RFC 9110, section 10.2.3), 0 where it says none."""
    written = (headers.get("Retry-After") or "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        return max(parsedate_to_datetime(written).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
