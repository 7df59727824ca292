"""What lies in the output's root beside the feeds, the same for every site: style sheets, scripts, the widget."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

WIDGET = "embed.js"
FEED_STYLE = "feed.css"

# By name below the output's root: their media types.
ASSETS = {
    WIDGET: "text/javascript",
    FEED_STYLE: "text/css",
    "pages.css": "text/css",
    "pages.js": "text/javascript",
}

_HERE = Path(__file__).parent
_PARTS = ("static", "templates", "texts")


def wanted(formats: Collection[str]) -> list[str]:
    """The assets that an output with these formats has: the widget reads JSON Feed."""
    return [name for name in ASSETS if name != WIDGET or "json" in formats]


def read(name: str) -> bytes:
    """The bytes of the asset `name`."""
    return _HERE.joinpath("static", name).read_bytes()


@cache
def edition() -> str:
    """A short name for all that pages are made with: nobody has to remember to raise a number."""
    whole = hashlib.blake2b(digest_size=12)
    for part in _PARTS:
        for path in sorted(_HERE.joinpath(part).iterdir()):
            if path.is_file():
                whole.update(repr((path.name, path.read_bytes())).encode())
    return whole.hexdigest()


def integrity(data: bytes) -> str:
    """What a page that embeds `data` can hold it to (Subresource Integrity, section 3.5)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"
