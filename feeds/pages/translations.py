"""Read the texts of the pages in the language of the site: a file in `texts/` per language, English by default."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.text import lazy_pattern

_TEXTS = Path(__file__).parent / "texts"
_DEFAULT = "en"
_LANGUAGE = lazy_pattern(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066, which the Atom and RSS specifications cite


class Translation(Struct, frozen=True):
    """The texts of one language by their keys; `language` is the BCP 47 tag of the page."""

    language: str
    texts: dict[str, Any]

    def __call__(self, name: str, /, **values: object) -> str:
        """Return the text with the key `name`, its placeholders replaced by `values`."""
        text: str = self.texts[name]
        return text.format(**values) if values else text

    def date(self, day: date) -> str:
        """Return `day` as it is written in this language, whatever the locale of the process."""
        return self("date", day=day.day, month=self.texts["months"][day.month - 1], year=day.year)

    def posts(self, count: int) -> str:
        """Return the number of posts with its noun, such as "3 posts"."""
        return self("post" if count == 1 else "posts", count=count)


def language_tag(language: str) -> str:
    """Return `language` as a language tag with hyphens, "" if it is not a valid tag."""
    hyphenated = language.replace("_", "-")
    return hyphenated if _LANGUAGE.fullmatch(hyphenated) else ""


def load_translation(language: str) -> Translation:
    """Return the texts in `language` (a tag), else in the closest language (RFC 4647, section 3.4), else English."""
    for tag in _lookup_order(language):
        path = _TEXTS / f"{tag}.toml"
        if path.is_file():
            return Translation(language, _texts(path))
    return Translation(_DEFAULT, _texts(_TEXTS / f"{_DEFAULT}.toml"))


def _texts(path: Path) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(path.read_text("utf-8"))


def _lookup_order(language: str) -> Iterator[str]:
    subtags = language.casefold().split("-") if language else []
    for length in range(len(subtags), 0, -1):
        yield "-".join(subtags[:length])
