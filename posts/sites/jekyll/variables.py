"""Provide what Liquid sees of a Jekyll site's own files: harmless values of `_config.yml`, and `_data`.

A configuration holds secrets, and the authors of posts need not be the owner of the site. So Liquid never gets values
whose names or contents look like secrets.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from posts.text import lazy_pattern

MAX_DATA = 1 << 20  # bytes of a data file
MAX_VALUES = 50_000  # values in a data file
MAX_VARIABLE_DEPTH = 16
DATA_SUFFIXES = ("yml", "yaml", "json", "csv", "tsv")
DATA_NAME = lazy_pattern(r"[\w-]{1,100}(?:/[\w-]{1,100}){0,7}")

_MOST_CONFIGURED = 2_000
_LONGEST_CONFIGURED = 10_000  # characters
_CONFIG_DEPTH = 8
_WORD = lazy_pattern(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_SECRET_WORDS = frozenset(
    "key keys auth oauth oauth2 api apis dsn pat pwd pass pw passphrase salt signature cert pem cookie session".split()
)
_SECRET_PARTS = lazy_pattern(
    r"secret|token|passw|credential|private|webhook|authenti|authori[sz]|access_?key|api_?key|(?:key|dsn|pwd)\Z",
    re.IGNORECASE,
)
_SECRET_VALUE = lazy_pattern(
    r"\A(?:gh[a-z]_|github_pat_|glpat-|sk[-_]|pk[-_]|rk_|xox[a-z]-|AKIA|AIza|eyJ|SG\.|-----BEGIN)"
    r"|://[^/\s]*@|hooks\.|/webhooks?/|[?&](?:token|key|secret|sig|signature|auth|api_?key|password)=",
    re.IGNORECASE,
)
# Settings of the build and of the deployment, which bodies do not need.
_BUILD = frozenset(
    "plugins plugins_dir gems whitelist source destination layouts_dir includes_dir cache_dir exclude include "
    "keep_files defaults webrick host port deploy deployment ssh ftp sftp rsync s3 aws env environment config".split()
)
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_INTEGER = lazy_pattern(r"[-+]?(?:0|[1-9]\d{0,18})")
_FLOAT = lazy_pattern(r"[-+]?\d{1,18}\.\d{1,18}")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class DataError(ValueError):
    """A data file is refused."""


def looks_secret(name: str) -> bool:
    """Return whether a key is named like one that holds a secret."""
    words = {word.lower() for word in _WORD.findall(name)}
    return bool(words & _SECRET_WORDS) or bool(_SECRET_PARTS.search(name))


def is_secret_file(name: str) -> bool:
    """Return whether a data file is named like one that holds secrets."""
    return bool(_SECRET_PARTS.search(name))


def harmless_values(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Liquid may see of a configuration whose scalars are texts.

    These are scalars, lists of scalars, and mappings of both; at most 2,000 values.
    """
    shown = {name: value for name, value in config.items() if name not in _BUILD}
    return _harmless_mapping(shown, [_MOST_CONFIGURED], _CONFIG_DEPTH)


def _harmless_mapping(config: Mapping[str, Any], room: list[int], depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in config.items():
        if not isinstance(name, str) or looks_secret(name):
            continue
        one = _harmless(value, room, depth)
        if one is not None:
            kept[name] = one
    return kept


def _harmless(value: Any, room: list[int], depth: int) -> Any:
    room[0] -= 1
    if room[0] < 0 or depth < 0:
        return None
    if isinstance(value, str):
        is_harmless = len(value) <= _LONGEST_CONFIGURED and not _SECRET_VALUE.search(value)
        return typed_scalar(value) if is_harmless else None
    if isinstance(value, Mapping):
        return _harmless_mapping(value, room, depth - 1) or None
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [one for one in (_harmless(one, room, depth) for one in value) if one is not None]
    return None


def typed_scalar(text: str) -> Any:
    """Return the value of a plain YAML scalar as Liquid compares it: dates and versions remain texts."""
    if text in _NULLS:
        return None
    lower = text.lower()
    if lower in _BOOLEANS and text in (lower, lower.capitalize(), lower.upper()):
        return _BOOLEANS[lower]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def parse_data(text: str, suffix: str) -> Any:
    """Return the values in a file of `_data`.

    Raises:
        DataError: It does not fit its suffix, is nested too deeply, has too many values, or a YAML alias or tag.
    """
    try:
        if suffix in ("csv", "tsv"):
            return _table(text, "," if suffix == "csv" else "\t")
        if suffix == "json":
            return _counted(json.loads(text, parse_constant=_refused))
        return _yaml(text)
    except DataError:
        raise
    except (ValueError, RecursionError) as error:
        raise DataError(str(error)) from None


def _refused(constant: str) -> NoReturn:
    raise DataError(f"{constant} is not JSON")


def _counted(value: Any) -> Any:
    count, inside = 0, [(value, 0)]
    while inside:
        one, depth = inside.pop()
        count += 1
        if count > MAX_VALUES or depth > MAX_VARIABLE_DEPTH:
            raise DataError("too many values, or nested too deeply")
        if isinstance(one, dict | list):
            inside.extend((part, depth + 1) for part in (one.values() if isinstance(one, dict) else one))
    return value


def _table(text: str, delimiter: str) -> list[dict[str, str]]:
    import csv

    rows: list[dict[str, str]] = []
    count = 0
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            count += len(row)
            if count > MAX_VALUES:
                raise DataError("too many values")
            texts = {name: value for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
            rows.append(texts)
    except csv.Error as error:
        raise DataError(str(error)) from None
    return rows


def _yaml(text: str) -> Any:
    import yaml

    try:
        return _from_events(yaml.CBaseLoader(text))
    except yaml.YAMLError as error:
        raise DataError(str(error)) from None


def _from_events(parser: Any) -> Any:  # noqa: C901 # one loop over the events of the parser
    """Build the values from the events of the parser: without recursion, aliases and tags."""
    from yaml import events

    stack: list[tuple[Any, str | None]] = []
    result: Any = None
    count = 0

    def add(value: Any) -> None:
        nonlocal result
        if not stack:
            result = value
            return
        container, key = stack[-1]
        if isinstance(container, list):
            container.append(value)
        elif key is None:
            if isinstance(value, dict | list):
                raise DataError("a list or mapping is used as a key")
            stack[-1] = (container, key_text(value))
        else:
            container[key] = value
            stack[-1] = (container, None)

    def key_text(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)

    while (event := parser.get_event()) is not None:
        count += 1
        if count > 2 * MAX_VALUES:
            raise DataError("too many values")
        kind = type(event)
        if kind is events.AliasEvent or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise DataError("a YAML alias, anchor or tag; write the value out")
        if kind is events.ScalarEvent:
            is_key = bool(stack) and isinstance(stack[-1][0], dict) and stack[-1][1] is None
            add(typed_scalar(event.value) if event.implicit[0] and not is_key else event.value)
        elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
            if len(stack) >= MAX_VARIABLE_DEPTH:
                raise DataError("nested too deeply")
            stack.append(({} if kind is events.MappingStartEvent else [], None))
        elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
            add(stack.pop()[0])
        elif kind is events.DocumentEndEvent:
            return result
    return result
