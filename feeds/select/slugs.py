"""Make slugs, the folder names of feeds. Pure: a slug depends on the name alone."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from posts.text import fold

LIMIT = 80  # bytes of UTF-8; file names may have 255, of which temporary names and other systems need some

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: device names are reserved in every folder.
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def slug(name: str, digits: int = 8) -> str:
    """Return the slug of `name`: its folded form with letters, digits, marks and hyphens only.

    A name that loses characters this way, is longer than 80 bytes, empty or reserved gets a hyphen and `digits` hex
    digits of the folded name's SHA-256, so that different names have different slugs. Other names get no suffix.
    """
    folded = fold(name)
    kept = "".join(char for char in folded if char == "-" or unicodedata.category(char)[0] in "LMN").strip("-")
    if kept == folded and kept and kept not in RESERVED and len(kept.encode()) <= LIMIT:
        return kept
    mark = "-" + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
    return _cut(kept, LIMIT - len(mark)) + mark


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a unique slug for each of the folded `names`.

    Eight hex digits can be made to collide on purpose; the later name in sort order then gets all 64.
    """
    result: dict[str, str] = {}
    taken: set[str] = set()
    # Names that equal their slug come first: other names must not change their slugs.
    for name in sorted(names, key=lambda name: (slug(name) != name, name)):
        free = slug(name) if slug(name) not in taken else slug(name, 64)
        result[name] = free
        taken.add(free)
    return result


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore").strip("-")
