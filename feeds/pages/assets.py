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
FRAME_SCRIPT = "frame.js"
TRY_PAGE = "try.html"

# The media type of every asset, by its file name.
ASSETS = {
    WIDGET: "text/javascript",
    FEED_STYLE: "text/css",
    FEED_ICON: "image/svg+xml",
    "frame.css": "text/css",
    FRAME_SCRIPT: "text/javascript",
    "pages.css": "text/css",
    "pages.js": "text/javascript",
}
# The page "Try the widget" and its files, which `[feeds] try_widget` adds.
TRY_ASSETS = {TRY_PAGE: "text/html", "try.css": "text/css", "try.js": "text/javascript"}
ALL_ASSETS = {**ASSETS, **TRY_ASSETS}

_HERE = Path(__file__).parent
_PARTS = ("static", "templates", "texts")


def asset_names(formats: Collection[str], *, try_widget: bool) -> list[str]:
    """Return the names of the assets to publish.

    Args:
        formats: the formats of the feeds; the widget needs JSON Feed.
        try_widget: whether to publish the page "Try the widget".
    """
    names = ALL_ASSETS if try_widget else ASSETS
    return [name for name in names if name != WIDGET or "json" in formats]


def widget_items(total: int) -> int:
    """Return how many of `total` items the widget can show."""
    return min(total, 50)


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
