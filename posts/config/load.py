"""Load the configuration of a run: `feedmill.toml`, over the settings of the site generator's own configuration.

Lines of keys are looked up only for messages: a run without any does not pay for them.
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from posts.config.key_path import Location, Step, describe_key, split_keys
from posts.config.table import Table
from posts.errors import ConfigurationError, Mistake, UsageError
from posts.text import lazy_pattern

if TYPE_CHECKING:
    from posts.config.toml_lines import TomlNode

FILE = "feedmill.toml"
SECTIONS = ("site", "posts", "clean", "identity", "feeds", "podcast", "publish")
_PLACE = lazy_pattern(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Configuration(Struct, frozen=True, dict=True):
    """The merged configuration.

    Attributes:
        file: The name of the configuration file, for messages.
        text: The text of the file, None if there is none.
        sections: All sections, merged.
        own: The sections of the file itself.
        inherited: Returns where the site generator's own configuration sets a key path, None if it has no such key.
        mistakes: Unknown sections, as (key path, what was expected).
    """

    file: str
    text: str | None
    sections: Mapping[str, Any]
    own: Mapping[str, Any]
    inherited: Callable[[str], Location | None]
    mistakes: tuple[tuple[str, str], ...] = ()

    def require(self, mistakes: Sequence[tuple[str, str]]) -> None:
        """End the run if there are mistakes, which are (key path, what was expected).

        Raises:
            ConfigurationError: with all of them in the order of the files, each with its file, line and key.
        """
        if mistakes:
            located = [Mistake(*self.locate(path), message) for path, message in mistakes]
            raise ConfigurationError(sorted(located, key=lambda one: (one.file, one.line)))

    def locate(self, path: str) -> Location:
        """Return where a key path was read from, or where it is missing."""
        steps = split_keys(path)
        here = Location(self.file, 0, describe_key(steps, self.own))
        if not self._sets(steps):
            other = self.inherited(path)
            if other and (other.line or self.text is None):
                return other
        from posts.config.toml_lines import find_line

        return here._replace(line=find_line(self._lines, steps))

    def _sets(self, steps: Sequence[Step]) -> bool:
        """Return whether the file itself decides the key. A section that is not a table does."""
        section = self.own.get(str(steps[0]), {})
        return not isinstance(section, Mapping) or len(steps) == 1 or steps[1] in section

    @cached_property
    def _lines(self) -> TomlNode:
        from posts.config.toml_lines import scan_toml

        return scan_toml(self.text or "")


class ConfigFile(NamedTuple):
    """The configuration file as it is written: its name for messages, its text (None if there is none), its data."""

    name: str
    text: str | None
    data: Mapping[str, Any]

    @property
    def site_kind(self) -> Any:
        """Return the value of `[site] kind`, which decides how the site's own configuration is read."""
        site = self.data.get("site")
        return site.get("kind") if isinstance(site, Mapping) else None


def read_config_file(root: Path, path: Path | None) -> ConfigFile:
    """Return the configuration file of a site.

    Args:
        root: the site's folder.
        path: the file, or None for `feedmill.toml` in the site, if there is one.

    Raises:
        UsageError: the file that was named is not there.
        ConfigurationError: the file is not TOML.
    """
    read = _read(root, path)
    if read is None and path is not None:
        raise UsageError(f"there is no configuration file {path}")
    return read or ConfigFile(FILE, None, {})


def merge(
    file: ConfigFile, defaults: Mapping[str, Mapping[str, Any]], inherited: Callable[[str], Location | None]
) -> Configuration:
    """Return the configuration of a site.

    Args:
        file: the configuration file.
        defaults: what the site's own configuration says, by section.
        inherited: returns where the site's own configuration sets a key path.
    """
    mistakes: list[tuple[str, str]] = []
    table = Table(file.data, "", mistakes)
    for name in SECTIONS:
        table.anything(name)
    table.done()
    sections = {name: _merged(defaults.get(name, {}), file.data.get(name)) for name in SECTIONS}
    return Configuration(file.name, file.text, sections, file.data, inherited, tuple(mistakes))


def section(root: Path, path: Path | None, name: str) -> Any:
    """Return one section of the file that `read_config_file` would read, as it is there; an empty one if there is none.

    Raises:
        UsageError: as `read_config_file` does.
    """
    read = _read(root, path)
    return read.data.get(name, {}) if read else {}


def line_of(root: Path, path: Path | None, key: str) -> int:
    """Return the line of a key path in the file that `read_config_file` would read; 0 if that is not known."""
    from posts.config.toml_lines import find_line, scan_toml

    try:
        read = _read(root, path)
    except UsageError:
        return 0
    return find_line(scan_toml(read.text or ""), split_keys(key)) if read else 0


def _merged(inherited: Mapping[str, Any], own: Any) -> Any:
    if own is None:
        return inherited
    return {**inherited, **own} if isinstance(own, Mapping) else own


def _read(root: Path, named: Path | None) -> ConfigFile | None:
    """Return the configuration file, None if there is none."""
    path, name = named or root / FILE, str(named or FILE)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    # Editors on Windows put a byte order mark before it, which TOML does not know.
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line, message = data.count(b"\n", 0, error.start) + 1, "not UTF-8; save the file as UTF-8"
        raise ConfigurationError([Mistake(name, line, "", message)]) from None
    try:
        return ConfigFile(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([toml_mistake(name, text, str(error))]) from None
    except RecursionError:
        message = "arrays or tables are nested too deeply; flatten them"
        raise ConfigurationError([Mistake(name, 0, "", message)]) from None


def toml_mistake(name: str, text: str, message: str) -> Mistake:
    """Return the error of `tomllib` with its line, which it gives at the end of its message."""
    place = _PLACE.search(message)
    line = int(place[1] or text.rstrip("\n").count("\n") + 1) if place else 0
    reason = message[: place.start()] if place else message
    return Mistake(name, line, "", f"invalid TOML: {reason[:1].lower()}{reason[1:]}; correct the line")
