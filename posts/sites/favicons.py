"""Find the icon of a site: the file that browsers ask for, or that themes of site generators expect."""

from __future__ import annotations

from pathlib import Path

# The folders of static files, and whether their name is part of the address.
_FOLDERS = {"": "", "static": "", "public": "", "source": "", "assets": "assets/", "assets/images": "assets/images/"}
_NAMES = ("favicon.svg", "favicon.png", "apple-touch-icon.png", "favicon.ico")

FAVICONS = tuple(f"{folder}/{name}".lstrip("/") for folder in _FOLDERS for name in _NAMES)
"""The paths below the site where an icon may be, the preferred one first."""


def find_favicon(root: Path) -> str:
    """Return the path of the icon below the site's home page, "" if there is none."""
    for folder, prefix in _FOLDERS.items():
        for name in _NAMES:
            if (root / folder / name).is_file():
                return f"{prefix}{name}"
    return ""


def is_picture(value: str) -> bool:
    """Return whether a setting names an image file; themes also use `icon` for the names of icons in a font."""
    return value.lower().partition("?")[0].endswith((".ico", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp"))
