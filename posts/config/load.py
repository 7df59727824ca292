"""Loads the configuration of a run: `feedmill.toml`, over the settings of the site generator's own configuration."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posts.config.table import Table
from posts.errors import ConfigurationError, UsageError

FILE = "feedmill.toml"
SECTIONS = ("site", "posts", "clean", "identity", "feeds", "publish")


@dataclass(frozen=True, slots=True)
class Configuration:
    """The merged configuration.

    Attributes:
        file: The name of the configuration file, for messages.
        sections: All sections, merged.
        own: The sections of the file itself.
        mistakes: Unknown sections, as (key path, what was expected).
    """

    file: str
    sections: Mapping[str, Any]
    own: Mapping[str, Any]
    mistakes: tuple[tuple[str, str], ...] = ()

    def require(self, mistakes: list[tuple[str, str]]) -> None:
        """Ends the run if there are mistakes.

        Raises:
            ConfigurationError: with all of them, each with the file that it is in.
        """
        if mistakes:
            raise ConfigurationError([(self.origin(key), key, message) for key, message in mistakes])

    def origin(self, path: str) -> str:
        """Return the file that a key was read from."""
        section, _, key = path.partition(".")
        own = self.own.get(section)
        inherited = key in self.sections.get(section, {}) if isinstance(own, Mapping | None) else False
        return "_config.yml" if inherited and key not in (own or {}) else self.file


def load(root: Path, defaults: Mapping[str, Mapping[str, Any]], path: Path | None) -> Configuration:
    """The configuration for a site.

    Args:
        root: the site's folder.
        defaults: what the site's own configuration says, by section.
        path: the file, or None for `feedmill.toml` in the site, where there is one.

    Raises:
        UsageError: the file that was named is not there.
        ConfigurationError: the file is no TOML.
    """
    own = _read(root / FILE if path is None else path, required=path is not None)
    mistakes: list[tuple[str, str]] = []
    table = Table(own, "", mistakes)
    for name in SECTIONS:
        table.anything(name)
    table.done()
    sections = {name: _merged(defaults.get(name, {}), own.get(name)) for name in SECTIONS}
    return Configuration(str(path or FILE), sections, own, tuple(mistakes))


def section(root: Path, path: Path | None, name: str) -> Any:
    """One section of the file that `load` would read, as it stands there; an empty one where it is not.

    Raises:
        UsageError: as `load` does.
    """
    return _read(root / FILE if path is None else path, required=False).get(name, {})


def _merged(inherited: Mapping[str, Any], own: Any) -> Any:
    if own is None:
        return inherited
    return {**inherited, **own} if isinstance(own, Mapping) else own


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        # Editors on Windows put a byte order mark before it, which TOML does not know.
        return tomllib.loads(path.read_bytes().removeprefix(codecs.BOM_UTF8).decode().replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError([(str(path), "the file", f"is no valid TOML: {error}")]) from None
    except FileNotFoundError:
        if required:
            raise UsageError(f"there is no configuration file {path}") from None
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
