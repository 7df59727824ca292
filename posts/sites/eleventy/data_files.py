"""Read the data files of an Eleventy site: of its folders, of single templates, and of the whole site.

https://www.11ty.dev/docs/data-cascade/, https://www.11ty.dev/docs/data-template-dir/. A data file that is JavaScript is
never run: what it exports in literals is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from posts.sites.eleventy.config import EleventyConfig, exported, read_source
from posts.sites.js_literals import UNKNOWN, Unknown
from posts.sites.settings_file import read_settings

# Of one folder or template, the weakest first.
_SUFFIXES = (".json", ".11tydata.json", ".11tydata.mjs", ".11tydata.cjs", ".11tydata.js")
_SITE_FILES = ("metadata", "site", "meta")
_CODE = (".js", ".cjs", ".mjs")
_MOST_FILES = 20_000
_OVERRIDE = "override:"


class DataFile(Struct, frozen=True):
    """A data file: its path below the site, its values, and whether they are computed by code."""

    path: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_computed: bool = False

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the keys whose values are computed by code."""
        return tuple(key for key, value in self.values.items() if value is UNKNOWN)


class DataFiles:
    """The data files below the input folder of a site, by their paths without a suffix."""

    def __init__(self, root: Path, config: EleventyConfig) -> None:
        self.root, self.config = root, config
        self.files: dict[str, list[DataFile]] = {}
        for path, stem in sorted(_candidates(root, config), key=lambda one: _rank(one[0])):
            self.files.setdefault(stem, []).append(read_data_file(root, path))
        self._layers = lru_cache(maxsize=1024)(self._of_folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return DataFiles, (self.root, self.config)

    def all(self) -> Iterator[DataFile]:
        """Yield all files in order of their paths."""
        found = [file for files in self.files.values() for file in files]
        yield from sorted(found, key=lambda file: file.path)

    def of(self, path: str) -> list[DataFile]:
        """Return the data files that apply to a template, the weakest first."""
        own = self.files.get(path.rpartition(".")[0], [])
        return [*self._layers(path.rpartition("/")[0]), *own]

    def _of_folder(self, folder: str) -> list[DataFile]:
        base = self.config.input
        inside = folder.removeprefix(base).strip("/") if base else folder
        names = inside.split("/") if inside else []
        folders = [base, *("/".join([*([base] if base else []), *names[:count]]) for count in range(1, len(names) + 1))]
        found = []
        for one in folders:
            found += self.files.get(f"{one}/{one.rpartition('/')[2]}", []) if one else []
        return found


def read_data_file(root: Path, path: str) -> DataFile:
    """Return a data file.

    Raises:
        ConfigurationError: It is not JSON.
    """
    if not path.endswith(_CODE):
        return DataFile(path, as_texts(read_settings(root / path)))
    values = exported(read_source(root / path))
    if isinstance(values, Unknown):
        return DataFile(path, {}, is_computed=True)
    return DataFile(path, as_texts(values or {}))


def site_file(root: Path, config: EleventyConfig) -> DataFile | None:
    """Return the first global data file that describes the site."""
    for name in _SITE_FILES:
        for suffix in (".json", *_CODE):
            path = f"{config.data}/{name}{suffix}".lstrip("/")
            if (root / path).is_file():
                return read_data_file(root, path)
    return None


def merge(weak: Mapping[str, Any], strong: Mapping[str, Any]) -> dict[str, Any]:
    """Return two levels of the data cascade as one: lists are joined, mappings merged, other values replaced.

    A key `override:tags` replaces what the levels below say.
    """
    merged = dict(weak)
    for written, value in strong.items():
        key = written.removeprefix(_OVERRIDE)
        old = merged.get(key) if key == written else None
        if key == "tags":
            value = _tags(value)  # noqa: PLW2901 # a text is a list of its names
        if isinstance(old, list) and isinstance(value, list):
            merged[key] = [*old, *(one for one in value if one not in old)] if key == "tags" else [*old, *value]
        elif isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(old, value)
        else:
            merged[key] = value
    return merged


def as_texts(value: Any, depth: int = 0) -> Any:
    """Return values of JSON as front matter has them: scalars are texts, what is null is absent."""
    if isinstance(value, Mapping):
        if depth > 20:  # deeper than any data
            return {}
        return {str(key): as_texts(one, depth + 1) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [as_texts(one, depth + 1) for one in value if one is not None] if depth <= 20 else []
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _tags(value: Any) -> Any:
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return value


def _rank(path: str) -> tuple[int, str]:
    return next((place for place, one in enumerate(_SUFFIXES) if path.endswith(one) and _fits(path, one)), 0), path


def _fits(path: str, suffix: str) -> bool:
    return suffix != ".json" or not path.endswith(".11tydata.json")


def _candidates(root: Path, config: EleventyConfig) -> Iterator[tuple[str, str]]:
    """Yield the data files of folders and templates, and their paths without a suffix."""
    left_out = {config.output, config.data, *config.includes, "feeds"}
    seen = 0
    for folder, folders, names in os.walk(root / config.input if config.input else root):
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        below = "" if below == "." else below
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name != "node_modules" and f"{below}/{name}".lstrip("/") not in left_out
        )
        present = {name.rpartition(".")[0] for name in names if not name.endswith(".json")}
        for name in sorted(names):
            suffix = next((one for one in reversed(_SUFFIXES) if name.endswith(one)), "")
            stem = name.removesuffix(suffix)
            seen += 1
            if suffix and (suffix != ".json" or stem in present or stem == below.rpartition("/")[2]):
                if not os.path.isfile(f"{folder}/{name}"):  # noqa: PTH113 # there may be many
                    continue
                yield f"{below}/{name}".lstrip("/"), f"{below}/{stem}".lstrip("/")
        if seen > _MOST_FILES:
            return
