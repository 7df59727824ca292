"""Ruby's `strftime`, which Jekyll's dates are written with: in English, whatever the locale. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from posts.text import lazy_pattern

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DIRECTIVE = lazy_pattern(r"%([-0^#_:]*)(\d{0,2})([A-Za-z%])")
_COMPOSED = {
    "F": "%Y-%m-%d",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "R": "%H:%M",
    "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y",
    "v": "%e-%^b-%Y",
}

# How a number is made, how many digits it has, and what fills it up.
_NUMBERS: dict[str, tuple[Callable[[datetime], int], int, str]] = {
    "Y": (lambda at: at.year, 4, "0"),
    "C": (lambda at: at.year // 100, 2, "0"),
    "y": (lambda at: at.year % 100, 2, "0"),
    "m": (lambda at: at.month, 2, "0"),
    "d": (lambda at: at.day, 2, "0"),
    "e": (lambda at: at.day, 2, " "),
    "j": (lambda at: at.timetuple().tm_yday, 3, "0"),
    "H": (lambda at: at.hour, 2, "0"),
    "k": (lambda at: at.hour, 2, " "),
    "I": (lambda at: at.hour % 12 or 12, 2, "0"),
    "l": (lambda at: at.hour % 12 or 12, 2, " "),
    "M": (lambda at: at.minute, 2, "0"),
    "S": (lambda at: at.second, 2, "0"),
    "L": (lambda at: at.microsecond // 1000, 3, "0"),
    "N": (lambda at: at.microsecond * 1000, 9, "0"),
    "s": (lambda at: int(at.timestamp()), 1, "0"),
    "u": (lambda at: at.isoweekday(), 1, "0"),
    "w": (lambda at: at.isoweekday() % 7, 1, "0"),
    "G": (lambda at: at.isocalendar().year, 4, "0"),
    "V": (lambda at: at.isocalendar().week, 2, "0"),
    "U": (lambda at: (at.timetuple().tm_yday + 6 - at.isoweekday() % 7) // 7, 2, "0"),
    "W": (lambda at: (at.timetuple().tm_yday + 7 - at.isoweekday()) // 7, 2, "0"),
}
_WORDS: dict[str, Callable[[datetime], str]] = {
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "p": lambda at: "PM" if at.hour >= 12 else "AM",
    "P": lambda at: "pm" if at.hour >= 12 else "am",
    "Z": lambda at: at.tzname() or "",
    "n": lambda _: "\n",
    "t": lambda _: "\t",
    "%": lambda _: "%",
}


def ruby_strftime(at: datetime, form: str) -> str:
    """`at` (aware) as `form` says: https://ruby-doc.org/core/Time.html#method-i-strftime. Unknown directives stay."""

    def written(match: re.Match[str]) -> str:
        flags, width, letter = match.groups()
        if letter in _COMPOSED:
            return ruby_strftime(at, _COMPOSED[letter])
        if letter == "z":
            offset = at.strftime("%z") or "+0000"
            return f"{offset[:3]}:{offset[3:5]}" if ":" in flags else offset[:5]
        if letter in _WORDS:
            word = _WORDS[letter](at)
            return word.upper() if "^" in flags or "#" in flags else word
        if letter not in _NUMBERS:
            return match[0]
        number, digits, fill = _NUMBERS[letter]
        fill = "" if "-" in flags else " " if "_" in flags else "0" if "0" in flags else fill
        return str(number(at)).rjust(int(width or digits), fill) if fill else str(number(at))

    return _DIRECTIVE.sub(written, form)
