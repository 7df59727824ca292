"""Read the configuration of a site generator in TOML, YAML or JSON, and find the lines of its keys for messages."""

from __future__ import annotations

import codecs
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posts.config.key_path import Location
from posts.config.load import toml_mistake
from posts.errors import ConfigurationError, Mistake
from posts.sites.yaml_file import NULLS, locate_in_yaml, read_yaml

if TYPE_CHECKING:
    from posts.config.toml_lines import TomlNode

SUFFIXES = ("toml", "yaml", "yml", "json")


def read_settings(path: Path, *, tabs: bool = False) -> dict[str, Any]:
    """Return the settings in a file, in the format that its suffix says. Scalars of a YAML file are texts.

    Args:
        path: The file.
        tabs: Whether tabs may indent YAML (`read_yaml`).

    Raises:
        ConfigurationError: The file is not in its format, or has no mapping.
        OSError: It cannot be read.
    """
    if path.suffix in (".yaml", ".yml"):
        return read_yaml(path, tabs=tabs)
    try:
        text = path.read_bytes().removeprefix(codecs.BOM_UTF8).decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ConfigurationError([Mistake(path.name, 0, "", "not UTF-8; save the file as UTF-8")]) from None
    try:
        data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([toml_mistake(path.name, text, str(error))]) from None
    except json.JSONDecodeError as error:
        message = f"invalid JSON: {error.msg[:1].lower()}{error.msg[1:]}; correct the line"
        raise ConfigurationError([Mistake(path.name, error.lineno, "", message)]) from None
    except RecursionError:
        raise ConfigurationError([Mistake(path.name, 0, "", "nested too deeply; flatten it")]) from None
    if not isinstance(data, dict):
        raise ConfigurationError([Mistake(path.name, 1, "", "expected an object with settings")])
    return data


def locate_setting(path: Path, names: Sequence[str]) -> Location:
    """Return where a file sets the first of some keys; line 0 if it sets none, or where that is not known (JSON).

    Args:
        path: The file, which `read_settings` has read before.
        names: Keys in order of precedence; a dotted one is inside tables.
    """
    if path.suffix in (".yaml", ".yml"):
        return locate_in_yaml(path, names)
    if path.suffix == ".toml":
        from posts.config.toml_lines import scan_toml

        root = scan_toml(path.read_text("utf-8-sig").replace("\r\n", "\n"))
        for name in names:
            if line := _line_of(root, name.split(".")):
                return Location(path.name, line, name)
    return Location(path.name, 0, names[0])


def _line_of(node: TomlNode, keys: Sequence[str]) -> int:
    """Return the line of a key, in whatever case it is written; 0 if there is none."""
    for key in keys:
        below = {name.lower(): one for name, one in node.below.items() if isinstance(name, str)}
        if key.lower() not in below:
            return 0
        node = below[key.lower()]
    return node.line


def text_of(settings: Mapping[str, Any], key: str) -> str:
    """Return a setting as text, "" for what is missing, null, or no scalar."""
    value = settings.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return "" if value in NULLS else str(value).strip()


def is_true(value: Any) -> bool:
    """Return whether a setting is true, which YAML files have as text."""
    return value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "on"))


def is_false(value: Any) -> bool:
    """Return whether a setting is false, which YAML files have as text."""
    return value is False or (isinstance(value, str) and value.lower() in ("false", "no", "off"))
