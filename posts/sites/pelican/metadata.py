"""Read the metadata that a Pelican site gives its posts by their paths and by its settings (`pelican/readers.py`)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posts.sites.pelican.config import PelicanConfig


class PathMetadata:
    """The metadata of posts that are not in their files.

    Args:
        config: The settings of the site.
    """

    def __init__(self, config: PelicanConfig) -> None:
        self.config = config
        self._patterns = [self._compiled(name) for name in ("FILENAME_METADATA", "PATH_METADATA")]

    def _compiled(self, name: str) -> re.Pattern[str] | None:
        try:
            return re.compile(self.config.text(name)) if self.config.text(name) else None
        except re.error:
            return None

    def defaults(self, inside: str, file: Path) -> dict[str, Any]:
        """Return the metadata that settings give a post.

        Args:
            inside: The path of the post below the folder of content.
            file: The file, whose time is the date of the post if DEFAULT_DATE says so.
        """
        found: dict[str, Any] = _texts(self.config.mapping("DEFAULT_METADATA"))
        if self.config.text("CATEGORY_SAVE_AS"):
            found["category"] = self.config.text("DEFAULT_CATEGORY")
        if date := self._default_date(file):
            found["date"] = date
        for place, values in sorted(self.config.mapping("EXTRA_PATH_METADATA").items()):
            if isinstance(values, dict) and (inside == place or inside.startswith(f"{str(place).rstrip('/')}/")):
                found |= _texts(values)
        return found

    def _default_date(self, file: Path) -> str:
        default = self.config.settings["DEFAULT_DATE"]
        if default == "fs":
            return datetime.fromtimestamp(int(file.stat().st_mtime), UTC).isoformat(" ")
        if isinstance(default, tuple | list) and 3 <= len(default) <= 6 and all(type(part) is int for part in default):
            year, month, day, *clock = default
            times = ":".join(f"{part:02}" for part in (*clock, 0, 0, 0)[:3])
            return f"{year:04}-{month:02}-{day:02} {times}"
        return default if isinstance(default, str) else ""

    def in_path(self, inside: str) -> dict[str, str]:
        """Return the metadata in the path of a post; what matches first counts (`parse_path_metadata`)."""
        folder, name = posixpath.split(inside)
        found: dict[str, str] = {}
        for pattern, text in zip(self._patterns, (posixpath.splitext(name)[0], inside), strict=True):
            match = pattern.match(text) if pattern else None
            groups = match.groupdict() if match else {}
            found = {**{key.lower(): value for key, value in groups.items() if value is not None}, **found}
        category = posixpath.basename(folder)
        if category and self.config.settings["USE_FOLDER_AS_CATEGORY"] and self.config.text("CATEGORY_SAVE_AS"):
            found.setdefault("category", category)
        return found


def _texts(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Return metadata of the settings as front matter has them: keys in lower case, and texts or lists of texts."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, list | tuple):
            found[str(key).lower()] = [str(one) for one in value]
        elif isinstance(value, str | int | float):
            found[str(key).lower()] = str(value)
    return found
