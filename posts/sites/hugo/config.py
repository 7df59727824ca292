"""Read the configuration of a Hugo site: `hugo.toml` or `config.toml`, in YAML and JSON too, and the folder `config/`.

https://gohugo.io/configuration/introduction/. Keys are case-insensitive. Themes configure nothing that is read here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from posts.sites.settings_file import SUFFIXES, read_settings

ROOT_FILES = tuple(f"{name}.{suffix}" for name in ("hugo", "config") for suffix in SUFFIXES)
"""The names of the configuration in the folder of the site, in order of precedence: one of them is read."""

# `hugo` builds for production, and what is there overrides the defaults.
CONFIG_FOLDERS = ("config/_default", "config/production")
"""The folders of the configuration, the most specific one last."""

_MOST_FILES = 200


def read_hugo_settings(root: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the merged settings of a site, keys in lower case, and the paths of the files below the site.

    Scalars of YAML are texts, those of TOML and JSON have their types.

    Raises:
        ConfigurationError: A file is not in its format.
    """
    settings: dict[str, Any] = {}
    files = []
    if name := next((name for name in ROOT_FILES if (root / name).is_file()), ""):
        files.append(name)
        settings = _folded(read_settings(root / name))
    for folder in CONFIG_FOLDERS:
        for path in _files_below(root, folder):
            files.append(path)
            settings = merged_settings(settings, _placed(path, _folded(read_settings(root / path))))
    return settings, tuple(files)


def _files_below(root: Path, folder: str) -> Iterator[str]:
    """Yield the configuration files in a folder, in the order in which Hugo merges them."""
    found = []
    for here, folders, names in os.walk(root / folder):
        folders.sort()
        found += [os.path.join(here, name) for name in sorted(names)]  # noqa: PTH118 # texts throughout
        if len(found) > _MOST_FILES:
            break
    for path in found[:_MOST_FILES]:
        if path.rpartition(".")[2].lower() in SUFFIXES and os.path.isfile(path):  # noqa: PTH113
            yield Path(path).relative_to(root).as_posix()


def _placed(path: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a file in `config/` below the keys that its name says: `params.en.toml`."""
    stem = path.rpartition("/")[2].rpartition(".")[0].lower()
    if stem in ("hugo", "config"):
        return settings
    name, _, language = stem.partition(".")
    inner = settings[name] if len(settings) == 1 and name in settings else settings
    if not language:
        return {name: inner}
    return {"languages": {language: {name: inner} if name in ("menu", "menus", "params") else inner}}


def _folded(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key).lower(): _folded(one) for key, one in value.items()}
    return [_folded(one) for one in value] if isinstance(value, list) else value


def merged_settings(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with those of `over` in place of others, mappings merged at any depth."""
    result = dict(base)
    for key, value in over.items():
        inner = result.get(key)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            result[key] = merged_settings(inner, value)
        else:
            result[key] = value
    return result


def table_of(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a table of settings, an empty one if there is none."""
    value = settings.get(key)
    return value if isinstance(value, Mapping) else {}


def tables_of(settings: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return a list of tables, which may be written as one table."""
    value = settings.get(key)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def as_written(value: Any) -> Any:
    """Return a value of TOML or JSON in the form of front matter: texts, lists and mappings."""
    if isinstance(value, Mapping):
        return {str(key): as_written(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [as_written(one) for one in value if one is not None]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)
