"""A feed as its subscribers have it: its items in one shape, whichever format they come in. Pure.

Made for comparing: of every item what readers show, each part as one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Literal

_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item. `id` is what readers know it by: its own, or its link where it has none. `date` is aware, or None.

    `parts` are what else there is of it, by name, none of them empty: `text` is what is to be read of the body,
    `markup` the body as it stands, `updated` an instant in UTC. `whole` is all of the item as it stands.
    """

    id: str
    title: str
    link: str
    date: datetime | None
    parts: dict[str, str] = field(default_factory=dict)
    whole: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A published feed. `head` has its title, its id and so on by name, none of them empty."""

    format: Literal["rss", "atom", "json"]
    head: dict[str, str]
    entries: tuple[Entry, ...]


def entry(given: str, title: str, link: str, date: datetime | None, whole: str, body: str, **parts: str) -> Entry:
    """An entry: `given` is the id that it gives itself, `body` its HTML, or its text where it has none."""
    body = body.strip() or parts.get("summary", "")
    return Entry(given or link, title, link, date, filled({**parts, "text": visible(body), "markup": body}), whole)


def filled(parts: Mapping[str, str]) -> dict[str, str]:
    """Those that are not empty."""
    return {name: text for name, text in parts.items() if text}


def visible(markup: str) -> str:
    """What is to be read of HTML, without any blanks: what stays the same when nothing but the markup changes."""
    return "".join(unescape(_TAG.sub("", markup)).split())


def readable(markup: str) -> str:
    """HTML as plain text on one line."""
    return collapsed(unescape(_TAG.sub(" ", markup)))


def collapsed(text: str) -> str:
    """Text on one line, its blanks single."""
    return " ".join(text.split())


def lines(texts: Iterable[str]) -> str:
    """Several texts as one, a line each, without those that are empty."""
    return "\n".join(filter(None, texts))


def rfc822(written: str) -> datetime | None:
    """A date as RSS has it, taken for UTC where it gives no offset; None for what is none."""
    try:
        return _aware(parsedate_to_datetime(written))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def iso(written: str) -> datetime | None:
    """A date as Atom and JSON Feed have it (RFC 3339), for UTC where it gives no offset; None for what is none."""
    try:
        return _aware(datetime.fromisoformat(written))
    except ValueError:
        return None


def instant(date: datetime | None) -> str:
    """A moment as text, the same for every offset; "" for None."""
    try:
        return date.astimezone(UTC).isoformat() if date else ""
    except OverflowError:  # in the first or the last hours of all years
        return ""


def _aware(date: datetime) -> datetime:
    return date if date.tzinfo else date.replace(tzinfo=UTC)
