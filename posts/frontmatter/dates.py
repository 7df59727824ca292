"""Parse dates to aware datetimes that keep the offset as written. Owns python-dateutil.

ISO-like formats come first (RFC 3339 and its variants). dateutil parses the rest; its result is used only if nothing in
it was guessed or filled in.
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
# A mistake found on real sites, `16:30-:00+16:30`: the offset is written into the time.
_SLIPPED = re.compile(r"(.*\d{1,2}:\d\d)-:\d\d([-+]\d\d:\d\d)")
_OFFSET = re.compile(r"(?:UTC|GMT)?([-+])(\d{1,2})(?::?(\d\d))?")
_FILE_DATE = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})")
_LARGEST_OFFSET = timedelta(hours=14)
_MAX_LENGTH = 100
_FIRST_YEAR, _LAST_YEAR = 1, 9999  # incomplete in some time zones


class DateError(ValueError):
    """A text is not an unambiguous date. The message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones for dates without a numeric offset.

    `site` is the zone of the site, `abbreviations` gives the offsets of names such as CEST, and `naive = "utc"`
    reads as UTC what Jekyll reads as UTC: an unquoted naive date with seconds.
    """

    site: tzinfo = UTC
    naive: Literal["site", "utc"] = "site"
    abbreviations: Mapping[str, timezone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A parsed date. `at` is aware; `code` and `message` describe a problem with it, or are "".

    `in_jekyll` is the instant that Jekyll reads, if it differs: naive timestamps are UTC, offsets have any size. Only
    permalinks depend on it.
    """

    at: datetime
    code: str = ""
    message: str = ""
    in_jekyll: datetime | None = None


def parse_date(text: str, zones: Zones, *, plain: bool = False) -> ParsedDate:
    """Return the date that `text` means.

    Args:
        text: the date as written.
        zones: the time zones for dates without an offset; a date without a time is midnight there.
        plain: whether it was an unquoted YAML timestamp, which only matters for `naive = "utc"`.

    Raises:
        DateError: the date does not exist, is ambiguous or incomplete.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        raise DateError("too long for a date; write it as 2021-12-31 11:38:35 +0800")
    match = _ISO.fullmatch(_CHINESE.sub(r"\1-\2-\3", text) if "年" in text else text)
    if match:
        return _iso(match, zones, plain=plain)
    if slipped := _SLIPPED.fullmatch(text):
        message = f"unclear offset in {text!r}, the time zone of the site is used; correct the date"
        return ParsedDate(parse_date(slipped[1], zones).at, "bad-offset", message)
    return _loose(text, zones)


def parse_file_date(text: str, zones: Zones) -> datetime | None:
    """Return midnight in the time zone of the site for the date of a file name; None if the day does not exist."""
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
        # Jekyll reads what YAML calls a timestamp as UTC.
        utc = _in_zone(naive, UTC)
        return ParsedDate(utc if zones.naive == "utc" else at, in_jekyll=utc)
    if abs(offset) <= _LARGEST_OFFSET:
        return ParsedDate(_checked(naive.replace(tzinfo=timezone(offset))))
    message = f"offset {match[9]} does not exist, the time zone of the site is used; correct the date"
    believed = naive.replace(tzinfo=timezone(offset)) if abs(offset) < timedelta(hours=24) else None
    return ParsedDate(_in_zone(naive, zones.site), "bad-offset", message, believed and _checked(believed))


def _naive(match: re.Match[str]) -> datetime:
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    fraction = (match[8] or "")[:6].ljust(6, "0")
    try:
        time = (int(match[5] or 0), int(match[6] or 0), int(match[7] or 0), int(fraction))
        return datetime(year, month, day, *time)  # noqa: DTZ001 # the caller knows the zone
    except ValueError as error:
        raise DateError(f"date {match[0].strip()!r} does not exist ({error}); correct it") from None


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    match = _OFFSET.fullmatch(text)
    if not match:
        return timedelta(0)
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -size if match[1] == "-" else size


def _in_zone(naive: datetime, zone: tzinfo) -> datetime:
    """Return `naive` in a time zone, with its offset at that time. RFC 3339 has no seconds in offsets (before 1901)."""
    aware = _checked(naive.replace(tzinfo=zone))
    offset = aware.utcoffset() or timedelta(0)
    if offset.seconds % 60:
        return aware.astimezone(UTC)
    return naive.replace(tzinfo=timezone(offset))


def _checked(aware: datetime) -> datetime:
    """Return `aware` if it is a valid date in every time zone: the first and last days of the calendar are not."""
    if not _FIRST_YEAR < aware.year < _LAST_YEAR:
        raise DateError(f"date {aware.date()} is outside the calendar; correct it")
    return aware


class _Unknown(tzinfo):
    """The time zone of an abbreviation without a known offset."""

    def utcoffset(self, when: datetime | None, /) -> timedelta:  # noqa: ARG002 # the signature is that of tzinfo
        return timedelta(0)

    def dst(self, when: datetime | None, /) -> timedelta:  # noqa: ARG002
        return timedelta(0)

    def tzname(self, when: datetime | None, /) -> str:  # noqa: ARG002
        return "unknown"


def _loose(text: str, zones: Zones) -> ParsedDate:
    # dateutil reads `GMT+8` as POSIX does, eight hours behind UTC, and any of three two-digit numbers as the year.
    text = re.sub(r"(?:UTC|GMT)(?=[-+]\d)", "", text)
    if not re.search(r"\d{4}", text):
        raise DateError(f"date {text!r} has no four-digit year; write it as 2021-12-31 11:38:35 +0800")
    found = {_attempt(text, zones, default, day_first=order) for default in _DEFAULTS for order in (False, True)}
    answer = found.pop()
    if found or answer is None:
        raise DateError(f"date {text!r} is ambiguous or not a date; write it as 2021-12-31 11:38:35 +0800")
    naive, zone = answer
    if isinstance(zone, _Unknown):
        message = f"unknown time zone in {text!r}, the time zone of the site is used; define it in [posts] zones"
        return ParsedDate(_in_zone(naive, zones.site), "unknown-zone", message)
    if zone is None:
        return ParsedDate(_in_zone(naive, zones.site))
    if abs(zone.utcoffset(naive) or timedelta(0)) > _LARGEST_OFFSET:
        return ParsedDate(
            _in_zone(naive, zones.site),
            "bad-offset",
            f"offset in {text!r} does not exist, the time zone of the site is used; correct the date",
        )
    return ParsedDate(_in_zone(naive, zone))


# What a text leaves out comes from these two, so the results differ: in year, month and day.
_DEFAULTS = (date(2004, 2, 29), date(1996, 11, 28))
_UNKNOWN = _Unknown()


def _attempt(text: str, zones: Zones, default: date, *, day_first: bool) -> tuple[datetime, tzinfo | None] | None:
    from dateutil import parser

    def zone(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return timezone(timedelta(seconds=offset)) if abs(offset) < 86_400 else _UNKNOWN
        return zones.abbreviations.get(name, _UNKNOWN) if name else None

    midnight = datetime(default.year, default.month, default.day)  # noqa: DTZ001 # the caller adds the zone
    try:
        at = parser.parse(text, default=midnight, dayfirst=day_first, tzinfos=zone)
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError, AssertionError):
        return None  # dateutil raises these too, from bugs of its own
    return at.replace(tzinfo=None), at.tzinfo
