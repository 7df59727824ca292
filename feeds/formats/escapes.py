"""Write texts and dates as RSS and Atom have them: escaped as lxml escapes them, dates as each format writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# RSS Advisory Board Profile, "Character Data": in plain text `&`, `<` and `>` are written as hexadecimal references,
# because some readers take the named ones for markup. lxml writes named ones, so noncharacters (reserved for internal
# use, and removed from all texts) stand in for them until the document is serialized.
STAND_INS = (("&", "\ufdd0", "&#x26;"), ("<", "\ufdd1", "&#x3C;"), (">", "\ufdd2", "&#x3E;"))


def format_rfc822(date: datetime) -> str:
    """Return a date as RSS writes it: RFC 822, four-digit year, numeric offset, English in every locale.

    Parsers and validators know the offsets that time zones have today, which are multiples of 15 minutes. A date with
    another one (`-00:44`, Liberia until 1972) is written in UTC.
    """
    if (date.utcoffset() or timedelta(0)) % timedelta(minutes=15):
        date = date.astimezone(UTC)
    day, month = _DAYS[date.weekday()], _MONTHS[date.month - 1]
    iso = date.isoformat(timespec="seconds")
    return f"{day}, {iso[8:10]} {month} {iso[:4]} {iso[11:19]} {iso[-6:-3]}{iso[-2:]}"


def escape_text(text: str) -> str:
    """Return text as lxml writes it between tags."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;") if "\r" in text else text


def escape_attribute(text: str) -> str:
    """Return text as lxml writes it in an attribute."""
    text = escape_text(text).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\t", "&#9;") if "\n" in text or "\t" in text else text


def escape_html(text: str) -> str:
    """Return text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_markup(text: str) -> str:
    """Return text as HTML that lxml writes between tags."""
    return escape_text(escape_html(text))


def escape_plain(text: str) -> str:
    """Return a text that is not markup as it is in RSS between tags."""
    for char, _, reference in STAND_INS:  # the ampersand is the first
        text = text.replace(char, reference)
    return text.replace("\r", "&#13;")


def mailbox(email: str) -> str:
    """Return an e-mail address; "" for a text that is not one."""
    return email if "@" in email[1:-1] else ""
