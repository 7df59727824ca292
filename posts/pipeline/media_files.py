"""Find the media files of posts in the site's folder, for their sizes."""

from __future__ import annotations

import posixpath
from pathlib import Path

LONGEST_PATH = 4_096  # characters: PATH_MAX of most systems


def media_size(root: Path, address: str) -> int:
    """Return the size in bytes of the local file at an address; 0 if it does not exist or is outside of the site."""
    name = media_path(address)
    try:
        path = (root / name).resolve() if name else root
        return path.stat().st_size if path.is_relative_to(root.resolve()) and path.is_file() else 0
    except (OSError, RuntimeError, ValueError):  # circular links, invalid file names
        return 0


def media_path(address: str) -> str:
    """Return the path below the site of a local address; "" for another host, or for a path that is too long."""
    if address.startswith(("//", "http:", "https:")) or "\0" in address or len(address) > LONGEST_PATH:
        return ""
    path = posixpath.normpath(address.partition("?")[0].partition("#")[0].lstrip("/"))
    return "" if path in (".", "..") or path.startswith("../") else path
