"""What the pages say, in the site's language: a file in `texts` is a language, English where there is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_TEXTS = Path(__file__).parent / "texts"
_DEFAULT = "en"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066, which Atom and RSS refer to


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language, by name; `language` is the BCP 47 tag that the page as a whole is in."""

    language: str
    texts: dict[str, Any]

    def __call__(self, name: str, /, **values: object) -> str:
        """The text `name` with `values` in the places of their names."""
        text: str = self.texts[name]
        return text.format(**values) if values else text

    def date(self, day: date) -> str:
        """`day` as people write it, whatever the locale."""
        return self("date", day=day.day, month=self.texts["months"][day.month - 1], year=day.year)

    def posts(self, count: int) -> str:
        """So many posts, in words."""
        return self("post" if count == 1 else "posts", count=count)


def tag(language: str) -> str:
    """`language` as the tag of a language, "" if it is none."""
    hyphenated = language.replace("_", "-")
    return hyphenated if _LANGUAGE.fullmatch(hyphenated) else ""


def speak(language: str) -> Wording:
    """The texts in `language` (a tag), or in the nearest that there is (RFC 4647, section 3.4), or in English."""
    for one in _ranges(language):
        path = _TEXTS / f"{one}.toml"
        if path.is_file():
            return Wording(language, _texts(path))
    return Wording(_DEFAULT, _texts(_TEXTS / f"{_DEFAULT}.toml"))


def _texts(path: Path) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(path.read_text("utf-8"))


def _ranges(language: str) -> Iterator[str]:
    subtags = language.casefold().split("-") if language else []
    for length in range(len(subtags), 0, -1):
        yield "-".join(subtags[:length])
