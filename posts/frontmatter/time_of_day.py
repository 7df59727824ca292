"""Define the value types of dates, and functions for times of day and time zones that both date parsers use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct, field

LARGEST_OFFSET = timedelta(hours=14)
_FIRST_YEAR, _LAST_YEAR = 1, 9999  # incomplete in some time zones

# The zone names that Ruby's `Time.parse` knows, and Jekyll with it (RFC 822, section 5).
IN_RUBY = {
    name: timezone(timedelta(hours=hours))
    for name, hours in {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}.items()
}


class DateError(ValueError):
    """A text is not an unambiguous date. The message says what to write instead."""


class Zones(Struct, frozen=True):
    """The time zones for dates without a numeric offset.

    Attributes:
        site: The time zone of the site.
        naive: The zone of an unquoted date with seconds and without an offset: the site's, or UTC as in Jekyll.
        abbreviations: The offsets of names such as CEST.
    """

    site: tzinfo = UTC
    naive: Literal["site", "utc"] = "site"
    abbreviations: Mapping[str, timezone] = field(default_factory=dict)


class ParsedDate(NamedTuple):
    """A parsed date.

    Attributes:
        at: The date; aware.
        code: The code of a problem with it, or "".
        message: The message of that problem, or "".
        in_jekyll: The time that Jekyll reads, if it differs: there, timestamps without an offset are UTC, offsets have
            any size, and some zone names are American. Only permalinks depend on it.
    """

    at: datetime
    code: str = ""
    message: str = ""
    in_jekyll: datetime | None = None


def clock_time(hour: int, minute: int, second: int, fraction: str = "", half: str = "") -> timedelta | None:
    """Return a time of day as the time since midnight; None if there is no such time.

    24:00:00 is the midnight at the end of the day (ISO 8601:2004, 4.2.3), second 60 the beginning of the next minute.

    Args:
        hour: The hour.
        minute: The minute.
        second: The second.
        fraction: The digits of the fraction of a second, or "".
        half: `a` for AM, `p` for PM, in any case, or "".
    """
    if half and half in "aA":
        if hour > 12:
            return None
        hour %= 12
    elif half:
        hour += 12 if hour < 12 else 0
    is_end = (hour, minute, second) == (24, 0, 0) and not fraction.strip("0")
    if not is_end and (hour > 23 or minute > 59 or second > 60):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=int(fraction[:6].ljust(6, "0")))


def in_zone(naive: datetime, zone: tzinfo) -> datetime:
    """Return `naive` in a time zone, with its offset at that time. RFC 3339 has no seconds in offsets (before 1901)."""
    aware = valid(naive.replace(tzinfo=zone))
    offset = aware.utcoffset() or timedelta(0)
    if offset.seconds % 60:
        return aware.astimezone(UTC)
    return naive.replace(tzinfo=timezone(offset))


def valid(aware: datetime) -> datetime:
    """Return `aware` if it is a valid date in every time zone.

    Raises:
        DateError: It is in the first or last year of the calendar.
    """
    if not _FIRST_YEAR < aware.year < _LAST_YEAR:
        raise DateError(f"date {aware.date()} is not in the years 2 to 9998; correct it")
    return aware


def unreadable_time(text: str, day: datetime, zones: Zones) -> ParsedDate:
    """Return a day whose time cannot be read: its midnight in the time zone of the site."""
    message = f"the time in {text!r} cannot be read, midnight is used; write it as 2021-12-31 11:38:35 +0800"
    return ParsedDate(in_zone(day, zones.site), "bad-time", message)


def unknown_zone(text: str, naive: datetime, in_ruby: tzinfo | None, zones: Zones) -> ParsedDate:
    """Return a date with a zone name that has no known offset. `in_ruby` is the zone that Jekyll uses for it."""
    message = f"unknown time zone in {text!r}, the time zone of the site is used; define it in [posts] zones"
    read = in_zone(naive, in_ruby) if in_ruby else None
    return ParsedDate(in_zone(naive, zones.site), "unknown-zone", message, read)
