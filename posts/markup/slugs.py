"""Make the slugs of Pelican and Nikola, and expand Pelican's patterns for addresses. Owns `unidecode`. Pure.

https://github.com/getpelican/pelican/blob/main/pelican/utils.py (`slugify`)
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct

from posts.text import lazy_pattern

_TAGS = lazy_pattern(r"<!--.*?-->|<[^<>]*+>", re.DOTALL)
_FIELD = lazy_pattern(r"\{\{|\}\}|\{(\w+)(?:![rsa])?(?::([^{}]*+))?\}")
_LONGEST = 2000
# What Unidecode makes of common characters that do not decompose to a letter of ASCII.
_ASCII = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ı": "i",
        "ħ": "h",
        "Ħ": "H",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "‚": ",",
        "„": ",,",
        "–": "-",
        "—": "--",
        "‐": "-",
        "‑": "-",
        "«": "<<",
        "»": ">>",
        "‹": "<",
        "›": ">",
        "·": "*",
        "•": "*",
        "×": "x",
        "÷": "/",
        "¡": "!",
        "¿": "?",
        "€": "EUR",
        "£": "PS",
        "¥": "Y=",
        "©": "(c)",
        "®": "(r)",
        "°": "deg",
        "†": "+",
        "⁄": "/",
        "…": "...",
    }
)


class SlugError(ValueError):
    """A text is in a script that only Unidecode writes in ASCII, and Unidecode is not installed."""


class SlugRules(Struct, frozen=True):
    """How Pelican makes slugs.

    Attributes:
        substitutions: Pairs of a regular expression and its replacement (`SLUG_REGEX_SUBSTITUTIONS`).
        cased: Whether capitals stay (`SLUGIFY_PRESERVE_CASE`).
        unicode: Whether letters other than those of ASCII stay (`SLUGIFY_USE_UNICODE`).
    """

    substitutions: tuple[tuple[str, str], ...] = (
        (r"[^\w\s-]", ""),
        (r"(?u)\A\s*", ""),
        (r"(?u)\s*\Z", ""),
        (r"[-\s]+", "-"),
    )
    cased: bool = False
    unicode: bool = False


@lru_cache(maxsize=1024)  # many posts have the same terms
def make_slug(text: str, rules: SlugRules) -> str:
    """Return the slug of a text, which is HTML in Pelican.

    Raises:
        SlugError: Unidecode is needed and missing.
    """
    value = html.unescape(" ".join(_TAGS.sub("", text[:_LONGEST]).split()))
    value = unicodedata.normalize("NFKC", value)
    if not rules.unicode:
        value = to_ascii(value)
    for pattern, replacement in rules.substitutions:
        value = re.sub(unicodedata.normalize("NFKC", pattern), replacement, value, flags=re.IGNORECASE)
    return (value if rules.cased else value.lower()).strip()


def to_ascii(text: str) -> str:
    """Return a text in ASCII as Unidecode writes it.

    Raises:
        SlugError: Unidecode is needed and missing.
    """
    if text.isascii():
        return text
    try:
        from unidecode import unidecode
    except ImportError:
        pass
    else:
        return str(unidecode(text))
    decomposed = unicodedata.normalize("NFD", text.translate(_ASCII))
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    if not letters.isascii():
        message = "its slug needs Unidecode: `pip install 'feedmill[pelican]'`, or write `slug:` into the post"
        raise SlugError(message)
    return letters


def expand_pattern(pattern: str, values: Mapping[str, Any]) -> str:
    """Return a pattern such as `{date:%Y}/{slug}.html` with its fields filled in.

    Raises:
        KeyError: A field has no value.
    """

    def filled(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0][0]
        value = values[match[1]]
        if isinstance(value, datetime):
            return value.strftime(match[2]) if match[2] else str(value)
        return str(value)

    return _FIELD.sub(filled, pattern)
