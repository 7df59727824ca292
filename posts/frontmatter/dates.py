"""Parse dates to aware datetimes that keep the offset as written.

Dates that begin with the year (RFC 3339 and its variants) are parsed here: year, month and day have one reading, and
what follows may be a time of day, an offset, a zone name or a comment. Other dates are parsed by
`posts.frontmatter.loose_dates`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from posts.frontmatter.time_of_day import (
    IN_RUBY,
    LARGEST_OFFSET,
    DateError,
    ParsedDate,
    Zones,
    clock_time,
    in_zone,
    unknown_zone,
    unreadable_time,
    valid,
)
from posts.text import lazy_pattern

__all__ = ["DateError", "ParsedDate", "Zones", "parse_date", "parse_file_date"]

# Possessive quantifiers prevent backtracking, so that matching is linear.
_DAY = lazy_pattern(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)"
    r"(?:,?\s*+\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*+\.?\)?,?(?=\s|$))?",
    re.IGNORECASE,
)
_CHINESE = lazy_pattern(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_TIME = lazy_pattern(
    r"(?:[Tt]\s*+|,?\s++(?:at\s++)?)"
    r"(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,18}))?)?|(\d\d)(\d\d)(\d\d)?(?![\d:])|(\d{1,2})(?=\s*[AaPp]))"
    r"(?:\s*+([AaPp])\.?[Mm]\b\.?)?(?![\d:.,])"
)
_OFFSET = lazy_pattern(r"\s*+(?:(?:UTC|GMT)\s*+)?([-+])(\d{1,2})(?::?(\d\d))?(?![\d:])", re.IGNORECASE)
_NAME = lazy_pattern(r"\s*+[(\[]?([A-Za-z][\w./+-]*+)[)\]]?")
# What programming languages write after an offset: Go `CST m=+0.01`, JavaScript `(China Standard Time)`, Java
# `[Asia/Shanghai]`.
_COMMENT = lazy_pattern(
    r"(?:\s*+\([^()]*+\)|\s*+\[[^\[\]]*+\]|\s*+m=[-+][\d.]++|\s++[-+]\d\d(?:\d\d)?(?![\d:])|\s*+[A-Za-z][\w./+-]*+)*+\s*+"
)
_ZERO = ("Z", "UTC", "GMT", "UT")
# A mistake found on real sites, `16:30-:00+16:30`: the offset is written into the time.
_SLIPPED = lazy_pattern(r"(.*\d{1,2}:\d\d)-:\d\d([-+]\d\d:\d\d)")
_FILE_DATE = lazy_pattern(r"(\d{2,4})-(\d{1,2})-(\d{1,2})")
_MAX_LENGTH = 100
_MARKS = ("-- ::", "--T::")  # of 2021-12-31 11:38:35
_USUAL_OFFSET = lazy_pattern(r" ?([-+])([0-9]{2}):?([0-5][0-9])")


def parse_date(
    text: str, zones: Zones, *, plain: bool = False, any_offset: bool = False, file_date: str = ""
) -> ParsedDate:
    """Return the date in `text`.

    Args:
        text: The date as written.
        zones: The time zones for dates without an offset; a date without a time is midnight there.
        plain: Whether it was an unquoted YAML timestamp, which only matters for `naive = "utc"`.
        any_offset: Whether offsets beyond ±14:00 are used, as in Jekyll.
        file_date: The date in the file name, which decides between two readings of day and month.

    Raises:
        DateError: The date does not exist, is ambiguous or incomplete.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        raise DateError("too long for a date; write it as 2021-12-31 11:38:35 +0800")
    if ordinary := _ordinary(text):
        return ParsedDate(ordinary)
    if slipped := _SLIPPED.fullmatch(text):
        message = f"unclear offset in {text!r}, the time zone of the site is used; correct the date"
        return parse_date(slipped[1], zones)._replace(code="bad-offset", message=message)
    normal = _CHINESE.sub(r"\1-\2-\3 ", text).strip() if "年" in text else text
    if match := _DAY.match(normal):
        return _year_first(text, match, zones, plain=plain, any_offset=any_offset)
    from posts.frontmatter.loose_dates import parse_loose

    return parse_loose(text, zones, parse_file_date(file_date, zones), any_offset=any_offset)


def _ordinary(text: str) -> datetime | None:
    """Return a date such as `2021-12-31 11:38:35 +0800` that needs no second look; None for all others.

    Nearly all dates are of this kind, and it takes a tenth of the time of the patterns. The result must always be the
    same.
    """
    # The standard library also reads week dates and times without colons: their marks are in other places.
    if text[4:17:3] not in _MARKS:
        return None
    offset = _iso_offset(text[19:])
    if not offset or not "0001" < text[:4] < "9999":
        return None
    try:
        return datetime.fromisoformat(f"{text[:19]}{offset}")
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _iso_offset(text: str) -> str:
    """Return an offset of at most 14 hours, as it is written behind a time, as `+08:00`; "" for anything else."""
    match = _USUAL_OFFSET.fullmatch(text)
    if not match or timedelta(hours=int(match[2]), minutes=int(match[3])) > LARGEST_OFFSET:
        return ""
    return f"{match[1]}{match[2]}:{match[3]}"


def parse_file_date(text: str, zones: Zones) -> datetime | None:
    """Return midnight in the time zone of the site for the date of a file name; None if the day does not exist."""
    match = _FILE_DATE.fullmatch(text)
    if not match:
        return None
    year = int(match[1])
    if len(match[1]) == 2:  # as Ruby's Date._parse completes years
        year += 1900 if year >= 69 else 2000
    try:
        return in_zone(datetime(year, int(match[2]), int(match[3])), zones.site)  # noqa: DTZ001 # the zone follows
    except ValueError:
        return None


def _year_first(text: str, match: re.Match[str], zones: Zones, *, plain: bool, any_offset: bool) -> ParsedDate:
    """Return a date whose day is valid. A mistake after the day loses only the time of day."""
    try:
        day = datetime(int(match[1]), int(match[3]), int(match[4]))  # noqa: DTZ001 # the zone follows
    except ValueError as error:
        raise DateError(f"date {match[0].strip()!r} does not exist ({error}); correct it") from None
    rest = match.string[match.end() :]
    time = _TIME.match(rest)
    size, has_seconds = timedelta(0), False
    if time:
        hour, minute, second = time[1] or time[5] or time[8], time[2] or time[6] or "0", time[3] or time[7]
        found = clock_time(int(hour), int(minute), int(second or 0), time[4] or "", time[9] or "")
        if found is None:
            return unreadable_time(text, day, zones)
        size, has_seconds, rest = found, second is not None, rest[time.end() :]
    naive = day + size if day.year < 9999 else day
    if not rest.strip():
        at = in_zone(naive, zones.site)
        if not (plain and has_seconds):
            return ParsedDate(at)
        # Jekyll reads a YAML timestamp without an offset as UTC.
        utc = in_zone(naive, UTC)
        return ParsedDate(utc if zones.naive == "utc" else at, in_jekyll=utc)
    offset = _OFFSET.match(rest)
    if offset and (offset.end() == len(rest) or _COMMENT.fullmatch(rest, offset.end())):
        return _at_offset(naive, offset, zones, any_offset=any_offset)
    name = _NAME.match(rest)
    if name and _COMMENT.fullmatch(rest, name.end()) and (time or _is_zone(name[1], zones)):
        return _in_named_zone(text, naive, name[1], zones)
    return unreadable_time(text, day, zones)


def _is_zone(name: str, zones: Zones) -> bool:
    """Return whether a word behind a date without a time is the name of a zone."""
    return name in zones.abbreviations or name.upper() in _ZERO or bool(re.fullmatch(r"[A-Z]{2,5}", name))


def _in_named_zone(text: str, naive: datetime, name: str, zones: Zones) -> ParsedDate:
    if zone := zones.abbreviations.get(name):
        return ParsedDate(in_zone(naive, zone))
    if name.upper() in _ZERO:
        return ParsedDate(in_zone(naive, UTC))
    return unknown_zone(text, naive, IN_RUBY.get(name.upper()), zones)


def _at_offset(naive: datetime, match: re.Match[str], zones: Zones, *, any_offset: bool) -> ParsedDate:
    minutes = int(match[3] or 0)
    size = timedelta(hours=int(match[2]), minutes=minutes)
    offset = -size if match[1] == "-" else size
    written = match[0].strip()
    if minutes < 60 and size <= LARGEST_OFFSET:
        return ParsedDate(valid(naive.replace(tzinfo=timezone(offset))))
    if minutes < 60 and size < timedelta(hours=24):
        believed = valid(naive.replace(tzinfo=timezone(offset)))
        if any_offset:
            # No feed may have such an offset (XML Schema, dateTime: at most 14:00), so the zone is the site's.
            message = f"offset {written} does not exist, it is subtracted as Jekyll does; correct the date"
            return ParsedDate(valid(believed.astimezone(zones.site)), "bad-offset", message, believed)
    else:
        believed = None
    message = f"offset {written} does not exist, the time zone of the site is used; correct the date"
    return ParsedDate(in_zone(naive, zones.site), "bad-offset", message, believed)
