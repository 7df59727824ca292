"""Read the static files in the root of the output: style sheets, scripts, the widget."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

WIDGET = "embed.js"
FEED_STYLE = "feed.css"
FEED_ICON = "feed.svg"

# The media type of every asset, by its file name.
ASSETS = {
    WIDGET: "text/javascript",
    FEED_STYLE: "text/css",
    FEED_ICON: "image/svg+xml",
    "pages.css": "text/css",
    "pages.js": "text/javascript",
}

_HERE = Path(__file__).parent
_PARTS = ("static", "templates", "texts")


def asset_names(formats: Collection[str]) -> list[str]:
    """Return the names of the assets to publish with `formats`; the widget needs JSON Feed."""
    return [name for name in ASSETS if name != WIDGET or "json" in formats]


def read_asset(name: str) -> bytes:
    """Return the bytes of the asset `name`."""
    return _HERE.joinpath("static", name).read_bytes()


@cache
def assets_digest() -> str:
    """Return a digest of all templates, texts and static files; a change to one renders every page again."""
    digest = hashlib.blake2b(digest_size=12)
    for part in _PARTS:
        for path in sorted(_HERE.joinpath(part).iterdir()):
            if path.is_file():
                digest.update(repr((path.name, path.read_bytes())).encode())
    return digest.hexdigest()


def integrity(data: bytes) -> str:
    """Return the integrity metadata of `data` (Subresource Integrity, section 3.5)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"
