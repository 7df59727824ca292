"""Format a time by a layout of Go's package `time` (https://pkg.go.dev/time#Layout). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from posts.text import lazy_pattern

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_CHUNK = lazy_pattern(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|__2|_2006|_2|002|01|02|03|04|05|06|15|PM|pm"
    r"|[-Z]07(?::?00(?::?00)?)?|1|2|3|4|5"
)


def _offset(at: datetime, layout: str) -> str:
    size = at.utcoffset() or timedelta(0)
    if layout[0] == "Z" and not size:
        return "Z"
    minutes = abs(int(size.total_seconds())) // 60
    colon = ":" if ":" in layout else ""
    written = f"{'-' if size < timedelta(0) else '+'}{minutes // 60:02}"
    return written if len(layout) == 3 else f"{written}{colon}{minutes % 60:02}"


_VALUES: Mapping[str, Callable[[datetime], str]] = {
    "January": lambda at: _MONTHS[at.month - 1],
    "Jan": lambda at: _MONTHS[at.month - 1][:3],
    "Monday": lambda at: _DAYS[at.weekday()],
    "Mon": lambda at: _DAYS[at.weekday()][:3],
    "MST": lambda at: at.tzname() or "UTC",
    "2006": lambda at: f"{at.year:04}",
    "_2006": lambda at: f"_{at.year:04}",
    "__2": lambda at: f"{at.timetuple().tm_yday:3}",
    "002": lambda at: f"{at.timetuple().tm_yday:03}",
    "_2": lambda at: f"{at.day:2}",
    "01": lambda at: f"{at.month:02}",
    "02": lambda at: f"{at.day:02}",
    "03": lambda at: f"{at.hour % 12 or 12:02}",
    "04": lambda at: f"{at.minute:02}",
    "05": lambda at: f"{at.second:02}",
    "06": lambda at: f"{at.year % 100:02}",
    "15": lambda at: f"{at.hour:02}",
    "PM": lambda at: "PM" if at.hour >= 12 else "AM",
    "pm": lambda at: "pm" if at.hour >= 12 else "am",
    "1": lambda at: f"{at.month}",
    "2": lambda at: f"{at.day}",
    "3": lambda at: f"{at.hour % 12 or 12}",
    "4": lambda at: f"{at.minute}",
    "5": lambda at: f"{at.second}",
}


def format_go_time(layout: str, at: datetime) -> str:
    """Return a time in a layout such as `2006-01-02`; a layout without a part of a time is returned as it is."""
    return _CHUNK.sub(lambda part: _VALUES[part[0]](at) if part[0] in _VALUES else _offset(at, part[0]), layout)
