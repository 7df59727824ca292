"""Define a published feed in one form for all formats, for comparison: the parts that feed readers show. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Literal

from msgspec import Struct, field

from posts.text import lazy_pattern

_TAG = lazy_pattern(r"<[^<>]*>")


class ParsedEntry(Struct, frozen=True):
    """An item of a published feed.

    Attributes:
        id: its id, or its link if it has none, as readers identify it.
        date: aware, or None.
        parts: its other parts by name, without empty ones; `text` is the text of the body without spaces, `markup` the
            body itself, `updated` an instant in UTC.
        whole: the complete item, serialized.
    """

    id: str
    title: str
    link: str
    date: datetime | None
    parts: dict[str, str] = field(default_factory=dict)
    whole: str = ""


class Document(Struct, frozen=True):
    """A published feed; `head` has its title, id and so on by name, without empty ones."""

    format: Literal["rss", "atom", "json"]
    head: dict[str, str]
    entries: tuple[ParsedEntry, ...]


def make_entry(
    own_id: str, title: str, link: str, date: datetime | None, whole: str, body: str, **parts: str
) -> ParsedEntry:
    """Return an entry; `own_id` may be "", `body` is its HTML, else its text, and `parts` may contain empty ones."""
    body = body.strip() or parts.get("summary", "")
    return ParsedEntry(
        own_id or link, title, link, date, non_empty({**parts, "text": visible_text(body), "markup": body}), whole
    )


def non_empty(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts that are not empty."""
    return {name: text for name, text in parts.items() if text}


def visible_text(markup: str) -> str:
    """Return the text of HTML without spaces, which stays the same if only the markup changes."""
    return "".join(unescape(_TAG.sub("", markup)).split())


def html_to_line(markup: str) -> str:
    """Return HTML as plain text on one line."""
    return one_line(unescape(_TAG.sub(" ", markup)))


def one_line(text: str) -> str:
    """Return text on one line, with single spaces."""
    return " ".join(text.split())


def join_lines(texts: Iterable[str]) -> str:
    """Return the texts that are not empty, one per line."""
    return "\n".join(filter(None, texts))


def parse_rfc822_date(written: str) -> datetime | None:
    """Parse an RSS date, in UTC if it has no offset; return None if it is not valid."""
    try:
        return _aware(parsedate_to_datetime(written))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def parse_iso_date(written: str) -> datetime | None:
    """Parse an RFC 3339 date (Atom, JSON Feed), in UTC if it has no offset; return None if it is not valid."""
    try:
        return _aware(datetime.fromisoformat(written))
    except ValueError:
        return None


def instant_text(date: datetime | None) -> str:
    """Return a date in UTC as text, "" for None."""
    try:
        return date.astimezone(UTC).isoformat() if date else ""
    except OverflowError:  # within a day of year 1 or 9999
        return ""


def _aware(date: datetime) -> datetime:
    return date if date.tzinfo else date.replace(tzinfo=UTC)
