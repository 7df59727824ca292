"""Read the texts of the pages: a file in `texts/` per language, English by default."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.text import lazy_pattern

_TEXTS = Path(__file__).parent / "texts"
_DEFAULT = "en"
_LANGUAGE = lazy_pattern(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066, which the Atom and RSS specifications cite

_TRADITIONAL = frozenset(("tw", "hk", "mo"))  # regions where Chinese is written in traditional characters
# Languages that have no texts, for the switch between languages.
_NAMES = {
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "el": "Ελληνικά",
    "fa": "فارسی",
    "fi": "Suomi",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ko": "한국어",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sv": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
}


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
    return find_translation(language) or Translation(_DEFAULT, _texts(_DEFAULT))


def find_translation(language: str) -> Translation | None:
    """Return the texts in `language` (a tag), else in the closest language; None if there are no such texts."""
    for tag in _lookup_order(language):
        if _TEXTS.joinpath(f"{tag}.toml").is_file():
            return Translation(language, _texts(tag))
    return None


def language_name(tag: str) -> str:
    """Return the name of a language in that language, or the tag itself if it is not known."""
    found = find_translation(tag)
    return found("name") if found else _NAMES.get(tag.casefold().partition("-")[0], tag)


@cache
def _texts(tag: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(_TEXTS.joinpath(f"{tag}.toml").read_text("utf-8"))


def _lookup_order(language: str) -> Iterator[str]:
    subtags = language.casefold().split("-") if language else []
    if subtags[:1] == ["zh"] and not _TRADITIONAL.isdisjoint(subtags) and "hans" not in subtags:
        yield "zh-hant"
    for length in range(len(subtags), 0, -1):
        yield "-".join(subtags[:length])
