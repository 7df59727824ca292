"""Parse dates that do not begin with the year. Owns python-dateutil.

A result of python-dateutil is used only if nothing in it was guessed: the text is parsed with two defaults and with
both orders of day and month, and the results must agree.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from posts.frontmatter.time_of_day import (
    IN_RUBY,
    LARGEST_OFFSET,
    DateError,
    ParsedDate,
    Zones,
    in_zone,
    unknown_zone,
    unreadable_time,
    valid,
)
from posts.text import lazy_pattern

_EXAMPLE = "write it as 2021-12-31 11:38:35 +0800"
# A name or comment behind a numeric offset is ignored: `+0800 CST`, `+0800 (China Standard Time)`.
_BEHIND_OFFSET = lazy_pattern(
    r"(:\d\d(?:[.,]\d{1,18})?\s*(?:[AaPp]\.?[Mm]\.?\s*)?[-+]\d\d:?\d\d)\s*(?:\([^()]*\)|\[[^\[\]]*\]|[A-Za-z/_]{1,40})\s*$"
)
_CLOCK = lazy_pattern(r"\d{1,2}:\d\d(?::\d\d)?")
_END_OF_DAY = lazy_pattern(r"(?<![\d:+-])24:00(:00(?:\.0+)?)?(?![\d:.])")
_WITH_COLON = lazy_pattern(r"\S*\d\s?:\S*")

# The defaults for parts that a text leaves out. They differ in year, month and day, so the results differ too.
_DEFAULTS = (date(2004, 2, 29), date(1996, 11, 28))


class _Unknown(tzinfo):
    """The time zone of an abbreviation without a known offset."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unknown) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def utcoffset(self, when: datetime | None, /) -> timedelta:  # noqa: ARG002 # the signature is that of tzinfo
        return timedelta(0)

    def dst(self, when: datetime | None, /) -> timedelta:  # noqa: ARG002
        return timedelta(0)

    def tzname(self, when: datetime | None, /) -> str:  # noqa: ARG002
        return self.name


def parse_loose(text: str, zones: Zones, file_date: datetime | None, *, any_offset: bool) -> ParsedDate:
    """Return the date that `text` means.

    Args:
        text: The date as written.
        zones: The time zones for dates without an offset.
        file_date: The date in the file name, which decides between two readings of day and month.
        any_offset: Whether offsets beyond ±14:00 are used, as in Jekyll.

    Raises:
        DateError: The date does not exist, is ambiguous or incomplete.
    """
    if not re.search(r"\d{4}", text):
        raise DateError(f"date {text!r} has no four-digit year; {_EXAMPLE}")
    # dateutil reads `GMT+8` as POSIX does, eight hours behind UTC, and any of three two-digit numbers as the year.
    short = _BEHIND_OFFSET.sub(r"\1", re.sub(r"(?:UTC|GMT)(?=[-+]\d)", "", text))
    ends = _END_OF_DAY.search(short)
    if ends:
        short = f"{short[: ends.start()]}00:00{ends[1] or ''}{short[ends.end() :]}"
    readings, is_clear = _readings(short, zones), True
    if not readings and (without := _WITH_COLON.sub("", short)) != short:
        readings, is_clear = _readings(without, zones), False
    if ends:
        readings = [(naive + timedelta(days=1), zone) for naive, zone in readings if naive.year < 9999]
    found = dict.fromkeys(readings)
    if len(found) == 2 and file_date:
        found = {one: None for one in found if one[0].date() == file_date.date()}
    if len(found) != 1:
        raise DateError(f"date {text!r} is ambiguous or not a date; {_EXAMPLE}")
    naive, zone = next(iter(found))
    if not is_clear:
        return unreadable_time(text, naive.replace(hour=0, minute=0, second=0, microsecond=0), zones)
    parsed = _placed(text, naive, zone, zones, any_offset=any_offset)
    # If the file name decided, the date for the address is still the one with the day first, because Jekyll reads that.
    differs = len(set(readings)) > 1 and readings[-1][0] != naive
    if differs and (zone is None or isinstance(zone, _Unknown)):
        return ParsedDate(parsed.at, parsed.code, parsed.message, in_zone(readings[-1][0], zones.site))
    return parsed


def _placed(text: str, naive: datetime, zone: tzinfo | None, zones: Zones, *, any_offset: bool) -> ParsedDate:
    if isinstance(zone, _Unknown):
        return unknown_zone(text, naive, IN_RUBY.get(zone.name.upper()), zones)
    if zone is None:
        return ParsedDate(in_zone(naive, zones.site))
    if abs(zone.utcoffset(naive) or timedelta(0)) <= LARGEST_OFFSET:
        return ParsedDate(in_zone(naive, zone))
    what = f"offset in {text!r} does not exist"
    believed = valid(naive.replace(tzinfo=zone))
    if any_offset:
        message = f"{what}, it is subtracted as Jekyll does; correct the date"
        return ParsedDate(valid(believed.astimezone(zones.site)), "bad-offset", message, believed)
    message = f"{what}, the time zone of the site is used; correct the date"
    return ParsedDate(in_zone(naive, zones.site), "bad-offset", message, believed)


def _readings(text: str, zones: Zones) -> list[tuple[datetime, tzinfo | None]]:
    """Return the readings with the month first and with the day first; none if one of them is not a whole date.

    If the year comes first, as in `2021 Dec 3`, only the reading with the month first is tried.
    """
    first = re.search(r"\d+", _CLOCK.sub(" ", text))
    orders = (False,) if first and len(first[0]) >= 4 else (False, True)
    readings = []
    for order in orders:
        found = {_attempt(text, zones, default, day_first=order) for default in _DEFAULTS}
        answer = found.pop()
        if found or answer is None:
            return []
        readings.append(answer)
    return readings


def _attempt(text: str, zones: Zones, default: date, *, day_first: bool) -> tuple[datetime, tzinfo | None] | None:
    from dateutil import parser

    def zone(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return timezone(timedelta(seconds=offset)) if abs(offset) < 86_400 else _Unknown()
        if name == "UT":  # RFC 822, section 5; dateutil knows the other names of UTC
            return UTC
        return zones.abbreviations.get(name, _Unknown(name)) if name else None

    midnight = datetime(default.year, default.month, default.day)  # noqa: DTZ001 # the caller adds the zone
    try:
        at = parser.parse(text, default=midnight, dayfirst=day_first, tzinfos=zone)
    except (ValueError, ArithmeticError, TypeError, AttributeError, IndexError, AssertionError):
        return None  # bugs in dateutil raise some of these
    return at.replace(tzinfo=None), at.tzinfo
