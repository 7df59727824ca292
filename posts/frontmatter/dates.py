"""A date in any shape to an aware datetime that keeps the offset it was written with. Owns python-dateutil.

ISO-like shapes first (RFC 3339 and its many cousins); dateutil only for the rest, and only when nothing in its
answer was guessed or filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal

_ISO = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:(?:[Tt]|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,18}))?)?)?"
    r"\s*([Zz]|UTC|GMT|(?:UTC|GMT)?[-+]\d{1,2}(?::?\d\d)?)?"
)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
# An author's slip seen in the wild, `16:30-:00+16:30`: the time and the offset run into each other.
_SLIPPED = re.compile(r"(.*\d{1,2}:\d\d)-:\d\d([-+]\d\d:\d\d)")
_OFFSET = re.compile(r"(?:UTC|GMT)?([-+])(\d{1,2})(?::?(\d\d))?")
_FILE_DATE = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})")
_LARGEST_OFFSET = timedelta(hours=14)
_MAX_LENGTH = 100
_FIRST_YEAR, _LAST_YEAR = 1, 9999  # of which no zone has all days


class DateError(ValueError):
    """No date can be made of a text; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Zones:
    """How dates without a numeric offset are read.

    `site` is the zone of the site, `abbreviations` gives the offsets of names such as CEST, and `naive = "utc"`
    takes for UTC what Jekyll does: an unquoted naive date with seconds.
    """

    site: tzinfo = UTC
    naive: Literal["site", "utc"] = "site"
    abbreviations: Mapping[str, timezone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date that was read. `at` is aware; `code` and `message` say what was doubtful, or are "".

    `in_jekyll` is the instant that Jekyll reads where that is another one: naive timestamps in UTC, offsets of any
    size. Only permalinks are made of it.
    """

    at: datetime
    code: str = ""
    message: str = ""
    in_jekyll: datetime | None = None


def parse_date(text: str, zones: Zones, *, plain: bool = False) -> ParsedDate:
    """The moment that `text` means.

    Args:
        text: the date as it was written.
        zones: what to take a date without an offset for; a date alone is midnight there.
        plain: whether it was an unquoted YAML timestamp, which matters for `naive = "utc"` only.

    Raises:
        DateError: there is no such date, or it is ambiguous or incomplete.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        raise DateError("this is too long to be a date: write it as 2021-12-31 11:38:35 +0800")
    match = _ISO.fullmatch(_CHINESE.sub(r"\1-\2-\3", text) if "年" in text else text)
    if match:
        return _iso(match, zones, plain=plain)
    if slipped := _SLIPPED.fullmatch(text):
        message = f"{text!r}: the offset is unclear, the site's zone is taken instead"
        return ParsedDate(parse_date(slipped[1], zones).at, "bad-offset", message)
    return _loose(text, zones)


def parse_file_date(text: str, zones: Zones) -> datetime | None:
    """Midnight, in the site's zone, of the `YYYY-MM-DD` of a Jekyll file name; None when there is no such day."""
    match = _FILE_DATE.fullmatch(text)
    if not match:
        return None
    year = int(match[1])
    if len(match[1]) == 2:  # as Ruby's Date._parse completes years
        year += 1900 if year >= 69 else 2000
    try:
        return _in_zone(datetime(year, int(match[2]), int(match[3])), zones.site)  # noqa: DTZ001 # the zone follows
    except ValueError:
        return None


def _iso(match: re.Match[str], zones: Zones, *, plain: bool) -> ParsedDate:
    naive, offset = _naive(match), _offset(match[9])
    if offset is None:
        at = _in_zone(naive, zones.site)
        if not plain or match[7] is None:
            return ParsedDate(at)
        # What YAML takes for a timestamp Jekyll takes for UTC.
        utc = _in_zone(naive, UTC)
        return ParsedDate(utc if zones.naive == "utc" else at, in_jekyll=utc)
    if abs(offset) <= _LARGEST_OFFSET:
        return ParsedDate(_checked(naive.replace(tzinfo=timezone(offset))))
    message = f"no place has the offset {match[9]}: the site's zone is taken instead"
    believed = naive.replace(tzinfo=timezone(offset)) if abs(offset) < timedelta(hours=24) else None
    return ParsedDate(_in_zone(naive, zones.site), "bad-offset", message, believed and _checked(believed))


def _naive(match: re.Match[str]) -> datetime:
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    fraction = (match[8] or "")[:6].ljust(6, "0")
    try:
        time = (int(match[5] or 0), int(match[6] or 0), int(match[7] or 0), int(fraction))
        return datetime(year, month, day, *time)  # noqa: DTZ001 # the caller knows the zone
    except ValueError as error:
        raise DateError(f"there is no such date as {match[0].strip()!r} ({error})") from None


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    match = _OFFSET.fullmatch(text)
    if not match:
        return timedelta(0)
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -size if match[1] == "-" else size


def _in_zone(naive: datetime, zone: tzinfo) -> datetime:
    """`naive` in a zone, with the offset that the zone has then. One with seconds (before 1901) is no RFC 3339."""
    aware = _checked(naive.replace(tzinfo=zone))
    offset = aware.utcoffset() or timedelta(0)
    if offset.seconds % 60:
        return aware.astimezone(UTC)
    return naive.replace(tzinfo=timezone(offset))


def _checked(aware: datetime) -> datetime:
    """`aware`, if it is a date everywhere: the first and last days of all time are not."""
    if not _FIRST_YEAR < aware.year < _LAST_YEAR:
        raise DateError(f"{aware.date()} is outside the calendar")
    return aware


class _Unknown(tzinfo):
    """Stands for an abbreviation whose offset nobody has given."""

    def utcoffset(self, when: datetime | None, /) -> timedelta:  # noqa: ARG002 # the signature is given
        return timedelta(0)

    def dst(self, when: datetime | None, /) -> timedelta:  # noqa: ARG002
        return timedelta(0)

    def tzname(self, when: datetime | None, /) -> str:  # noqa: ARG002
        return "unknown"


def _loose(text: str, zones: Zones) -> ParsedDate:
    # dateutil takes `GMT+8` for POSIX, eight hours *behind*; and a year of two digits for any of three numbers.
    text = re.sub(r"(?:UTC|GMT)(?=[-+]\d)", "", text)
    if not re.search(r"\d{4}", text):
        raise DateError(f"{text!r} has no year of four digits: write it as 2021-12-31 11:38:35 +0800")
    found = {_attempt(text, zones, default, day_first=order) for default in _DEFAULTS for order in (False, True)}
    answer = found.pop()
    if found or answer is None:
        raise DateError(f"{text!r} cannot be read in just one way: write it as 2021-12-31 11:38:35 +0800")
    naive, zone = answer
    if isinstance(zone, _Unknown):
        message = f"{text!r}: the abbreviation has no offset, the site's zone is taken (see [posts] zones)"
        return ParsedDate(_in_zone(naive, zones.site), "unknown-zone", message)
    if zone is None:
        return ParsedDate(_in_zone(naive, zones.site))
    if abs(zone.utcoffset(naive) or timedelta(0)) > _LARGEST_OFFSET:
        return ParsedDate(_in_zone(naive, zones.site), "bad-offset", f"{text!r}: the site's zone is taken instead")
    return ParsedDate(_in_zone(naive, zone))


# Whatever a text leaves out comes from these two, and makes the answers differ: year, month and day all do.
_DEFAULTS = (date(2004, 2, 29), date(1996, 11, 28))
_UNKNOWN = _Unknown()


def _attempt(text: str, zones: Zones, default: date, *, day_first: bool) -> tuple[datetime, tzinfo | None] | None:
    from dateutil import parser

    def zone(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return timezone(timedelta(seconds=offset)) if abs(offset) < 86_400 else _UNKNOWN
        return zones.abbreviations.get(name, _UNKNOWN) if name else None

    midnight = datetime(default.year, default.month, default.day)  # noqa: DTZ001 # a date without a zone is what it is
    try:
        at = parser.parse(text, default=midnight, dayfirst=day_first, tzinfos=zone)
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError, AssertionError):
        return None  # dateutil lets several of its own mistakes out
    return at.replace(tzinfo=None), at.tzinfo
