"""Decodes a table of the configuration key by key, strictly, and collects all mistakes.

Reader and generator decode their sections with it (`posts.config.options`, `feeds.config`), so that all mistakes have
the same form: the path of the key, and what was expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from posts.config.key_path import join_keys
from posts.text import lazy_pattern, plain, shorten

_DURATION = lazy_pattern(r"(\d{1,6})\s*(s|m|h|d|w)")
_CREDENTIALS = lazy_pattern(r"//[^/@\s]*@")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Table:
    """One table. Each method takes one key out and returns a value of the right type: the default after a mistake.

    `mistakes` is shared by a whole configuration and gets (key path, what was expected).
    """

    def __init__(self, data: object, path: str, mistakes: list[tuple[str, str]]) -> None:
        self.path = path
        self.mistakes = mistakes
        self._data: dict[str, Any] = {}
        self._known: list[str] = []
        if isinstance(data, Mapping):
            self._data = dict(data)
        else:
            self.wrong("", f"expected a table, not {_shown(data)}")

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def wrong(self, key: str | tuple[str, ...], message: str) -> None:
        """Note a mistake in `key`: "" for the table itself, several keys for one in a table below it."""
        # An address may hold a password: messages end up in logs and mails.
        message = _CREDENTIALS.sub("//…@", message)
        keys = (key,) if isinstance(key, str) and key else key
        self.mistakes.append((join_keys(self.path, *keys), message))

    def _take(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:
        self._known.append(key)
        value = self._data.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind not in (bool, object)):
            self.wrong(key, f"expected {expected}, not {_shown(value)}")
            return None
        return value

    def text(self, key: str, default: str = "") -> str:
        """Return one line of plain text."""
        value = self._take(key, str, "a text")
        return default if value is None else plain(value)

    def raw(self, key: str, default: str = "") -> str:
        """Return a text exactly as it is written (patterns, separators)."""
        value = self._take(key, str, "a text")
        return default if value is None else str(value)

    def anything(self, key: str) -> Any:
        """Return the value as it is, for settings that have more than one form."""
        return self._take(key, object, "")

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._take(key, bool, "true or false")
        return default if value is None else bool(value)

    def count(self, key: str, default: int, least: int = 1, most: int = 1_000_000) -> int:
        value = self._take(key, int, f"a whole number from {least} to {most}")
        if value is None:
            return default
        if not least <= value <= most:
            self.wrong(key, f"expected a whole number from {least} to {most}, not {value}")
            return default
        return int(value)

    def choice(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        expected = "one of " + ", ".join(f'"{name}"' for name in allowed)
        value = self._take(key, str, expected)
        if value is None or value in allowed:
            return default if value is None else str(value)
        self.wrong(key, f"expected {expected}, not {_shown(value)}{_nearest(value, allowed)}")
        return default

    def texts(self, key: str, default: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts (a single text counts as a list); with `allowed`, each must be one of these."""
        value = self._take(key, (list, tuple, str), "a list of texts")
        if value is None:
            return default
        values = [value] if isinstance(value, str) else list(value)
        for one in values:
            if not isinstance(one, str):
                self.wrong(key, f"expected a list of texts, but it holds {_shown(one)}")
                return default
            if allowed and one not in allowed:
                names = ", ".join(f'"{name}"' for name in allowed)
                self.wrong(key, f"expected any of {names}, not {_shown(one)}{_nearest(one, allowed)}")
                return default
        return tuple(dict.fromkeys(values))

    def duration(self, key: str, default: timedelta) -> timedelta:
        """Return a time span such as "24h", "30m" or "7d"."""
        value = self._take(key, str, 'a time span such as "24h", "30m" or "7d"')
        if value is None:
            return default
        match = _DURATION.fullmatch(value.strip())
        if not match:
            self.wrong(key, f'expected a time span such as "24h", "30m" or "7d", not {_shown(value)}')
            return default
        return timedelta(**{_UNITS[match[2]]: int(match[1])})

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table of texts with any keys."""
        value = self._take(key, Mapping, "a table")
        result = {}
        for name, one in (value or {}).items():
            if isinstance(one, str):
                result[str(name)] = plain(one)
            else:
                self.wrong((key, str(name)), f"expected a text, not {_shown(one)}")
        return result

    def table(self, key: str) -> Table:
        """Return the table below `key`; an empty one if there is none."""
        value = self._take(key, Mapping, "a table")
        return Table(value or {}, join_keys(self.path, key), self.mistakes)

    def tables(self, key: str) -> list[Table]:
        """Return the array of tables below `key`."""
        value = self._take(key, list, f"tables headed [[{self.path}.{key}]]")
        return [Table(one, f"{self.path}.{key}[{place}]", self.mistakes) for place, one in enumerate(value or [])]

    def done(self) -> None:
        """Report every key that was not asked for: a misspelt setting must not look as if it were set."""
        for key in self._data:
            self.wrong((key,), f"there is no such setting{_nearest(key, tuple(self._known))}")


def _shown(value: object) -> str:
    return shorten(plain(repr(value)), 60)


def _nearest(word: str, known: tuple[str, ...]) -> str:
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    return f' (did you mean "{near[0]}"?)' if near else ""
