"""Calls to other hosts: where redirects are followed to, and what is told of a failure."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
from collections.abc import Mapping
from email.message import Message

import pytest

from feedmill.notify import http as calls
from feedmill.notify.http import Answer, call

FORM = {"hub.mode": "publish"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes | None]]:
    """The addresses that are asked, of hosts that lead on as their names say."""
    found: list[tuple[str, bytes | None]] = []
    leads: Mapping[str, tuple[int, str]] = {
        "https://up.example/": (307, "https://other.example/"),
        "https://down.example/": (307, "http://other.example/"),
        "https://relative.example/a/b": (308, "../c"),
        "http://secure.example/": (301, "https://other.example/"),
        "https://nowhere.example/": (302, ""),
    }

    def ask(address: str, data: bytes | None, _: float) -> tuple[Answer, str]:
        found.append((address, data))
        status, location = leads.get(address, (204, ""))
        return Answer(status, f"answers {status}"), location

    monkeypatch.setattr(calls, "_ask", ask)
    return found


def test_a_redirect_leads_from_https_to_https_only(asked: list[tuple[str, bytes | None]]) -> None:
    assert call("https://up.example/").is_good
    assert call("http://secure.example/").is_good
    refused = call("https://down.example/")
    assert (refused.status, refused.reason) == (307, "answers 307 with a redirect that is not followed")
    assert ("http://other.example/", None) not in asked


def test_a_form_is_sent_on_as_it_is_or_not_at_all(asked: list[tuple[str, bytes | None]]) -> None:
    assert call("https://relative.example/a/b", FORM).is_good
    assert asked == [(f"https://relative.example/{path}", b"hub.mode=publish") for path in ("a/b", "c")]
    assert call("http://secure.example/", FORM).status == 301
    assert len(asked) == 3


def test_a_redirect_to_nowhere_is_an_answer(asked: list[tuple[str, bytes | None]]) -> None:
    assert call("https://nowhere.example/").status == 302
    assert len(asked) == 1


@pytest.mark.parametrize(
    "error, reason",
    [
        (urllib.error.URLError(TimeoutError()), "did not answer in time"),
        (
            urllib.error.URLError(OSError(-2, "Name or service not known")),
            "cannot be reached (Name or service not known)",
        ),
        (urllib.error.URLError(ssl.SSLCertVerificationError(1, "[X] not valid for 'secret.example'")), "TLS (SSL)"),
        (urllib.error.URLError("no host given: https:///secret"), "(str)"),
        (http.client.InvalidURL("nonnumeric port: 'secret'"), "(InvalidURL)"),
        (http.client.BadStatusLine("secret"), "(BadStatusLine)"),
        (ValueError("secret"), "(ValueError)"),
    ],
)
def test_why_there_was_no_answer_is_said_without_the_address(error: Exception, reason: str) -> None:
    said = calls._reason(error)
    assert said.endswith(reason)
    assert "secret" not in said


@pytest.mark.parametrize(
    "written, least, most",
    [
        ("120", 120, 120),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 1e6, 4e9),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("-5", 0, 0),
        ("soon", 0, 0),
        ("٣", 0, 0),
        ("9" * 40, 999_999_999, 999_999_999),
        ("", 0, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(written: str, least: float, most: float) -> None:
    headers = Message()
    headers["Retry-After"] = written
    assert least <= calls._retry(headers) <= most
