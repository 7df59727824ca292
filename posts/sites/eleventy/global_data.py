"""Read the global data of an Eleventy site (`_data/*.json`) that permalinks and the settings of the site refer to.

https://www.11ty.dev/docs/data-global/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from posts.errors import ConfigurationError
from posts.sites.eleventy.config import EleventyConfig
from posts.sites.eleventy.data_files import read_data_file
from posts.sites.js_literals import UNKNOWN

_SUFFIXES = (".json", ".mjs", ".cjs", ".js")
_MOST_FILES = 200
_MOST_BYTES = 1 << 17
# The keys of `metadata.json` and the like, in order of precedence, for each setting.
_KEYS = {
    "title": ("title", "name"),
    "url": ("url", "siteUrl", "site_url", "siteURL", "baseUrl", "baseURL", "base_url"),
    "description": ("description", "tagline"),
    "language": ("language", "lang", "locale"),
    "timezone": ("timezone", "timeZone"),
}


class GlobalData(Mapping[str, Any]):
    """The values of the data files by their names. Files that are code have what they export in literals."""

    def __init__(self, root: Path, config: EleventyConfig) -> None:
        self.root, self.config = root, config

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Return the paths of the files below the site."""
        folder = self.root / self.config.data if self.config.data else None
        if folder is None or not folder.is_dir():
            return ()
        found = sorted(path.name for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())
        return tuple(f"{self.config.data}/{name}" for name in found[:_MOST_FILES])

    @cached_property
    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for path in self.files:
            name = path.rpartition("/")[2].partition(".")[0]
            if (self.root / path).stat().st_size > _MOST_BYTES:
                values.setdefault(name, UNKNOWN)
                continue
            try:
                file = read_data_file(self.root, path)
            except ConfigurationError:  # a list, or a mistake that Eleventy reports
                values.setdefault(name, UNKNOWN)
                continue
            values[name] = UNKNOWN if file.is_computed else _known(file.values)
        return values

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the names of data whose values are not known."""
        return (*(name for name, value in self._values.items() if value is UNKNOWN), *self.config.names)

    def fingerprint(self) -> str:
        return repr(self._values)

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        if value is UNKNOWN:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return self._values.get(str(name), UNKNOWN) is not UNKNOWN

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def site_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what data about the site, as Eleventy's starter has it in `_data/metadata`, says for `[site]`."""
    site: dict[str, Any] = {}
    for setting, keys in _KEYS.items():
        found = next((values[key] for key in keys if isinstance(values.get(key), str) and values[key]), "")
        if found:
            site[setting] = found
    author = values.get("author")
    if isinstance(author, Mapping):
        person = {key: author[key] for key in ("name", "email") if isinstance(author.get(key), str) and author[key]}
        address = next((author[key] for key in ("url", "uri") if isinstance(author.get(key), str)), "")
        if "name" in person:
            site["author"] = person | ({"uri": address} if address else {})
    elif isinstance(author, str) and author:
        site["author"] = author
    return site


def _known(value: Any) -> Any:
    """Return values without those that are computed."""
    if isinstance(value, Mapping):
        return {key: _known(one) for key, one in value.items() if one is not UNKNOWN}
    return value
