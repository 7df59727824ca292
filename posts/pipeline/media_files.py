"""Find the media files of posts in the site's folder, for their sizes and durations. Owns mutagen.

mutagen is optional (`pip install "feedmill[podcast]"`): without it, durations come from the front matter alone.
"""

from __future__ import annotations

import posixpath
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from posts.frontmatter.media import LONGEST_DURATION
from posts.pipeline.picture_size import read_picture_size

LONGEST_PATH = 4_096  # characters: PATH_MAX of most systems


def media_size(root: Path, address: str) -> int:
    """Return the size in bytes of the local file at an address; 0 if it does not exist or is outside of the site."""
    path = local_file(root, address)
    try:
        return path.stat().st_size if path else 0
    except OSError:
        return 0


def media_stamp(root: Path, address: str) -> str:
    """Return a text that changes when the local file at an address does: its size and time; "" if there is none."""
    path = local_file(root, address)
    try:
        found = path.stat() if path else None
    except OSError:
        found = None
    return f"{found.st_size} {found.st_mtime_ns}" if found else ""


def media_duration(root: Path, address: str) -> int:
    """Return the duration in whole seconds of the local audio or video file at an address; 0 if it is not known."""
    path = local_file(root, address)
    if path is None:
        return 0
    return _duration(path)


def _duration(file: Path | BinaryIO) -> int:
    try:
        import mutagen
    except ImportError:
        return 0
    try:
        found = mutagen.File(file)
        seconds = float(found.info.length) if found is not None else 0.0  # a file without tags is false
    except Exception:  # noqa: BLE001 # a damaged file has no duration, whatever its parser raises
        return 0
    return max(round(seconds), 1) if 0 < seconds < LONGEST_DURATION else 0


def probe_media(file: BinaryIO) -> None:
    """Read all parts of an open media file that its duration, or the dimensions of a picture, are read from.

    A file that has only these parts has the same duration and dimensions.

    Args:
        file: The file; its attribute `name` is its path, and it can seek.
    """
    read_picture_size(file)
    file.seek(0)
    _duration(file)


def durations_version() -> str:
    """Return the version of mutagen, "" if it is not installed."""
    try:
        import mutagen
    except ImportError:
        return ""
    return str(mutagen.version_string)


def can_read_durations() -> bool:
    """Return whether mutagen is installed."""
    return find_spec("mutagen") is not None


def local_file(root: Path, address: str) -> Path | None:
    """Return the local file at an address; None if it does not exist or is outside of the site."""
    name = media_path(address)
    try:
        path = (root / name).resolve() if name else root
        return path if path.is_relative_to(root.resolve()) and path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # circular links, invalid file names
        return None


def media_path(address: str) -> str:
    """Return the path below the site of a local address; "" for another host, or for a path that is too long."""
    if address.startswith(("//", "http:", "https:")) or "\0" in address or len(address) > LONGEST_PATH:
        return ""
    path = posixpath.normpath(address.partition("?")[0].partition("#")[0].lstrip("/"))
    return "" if path in (".", "..") or path.startswith("../") else path
