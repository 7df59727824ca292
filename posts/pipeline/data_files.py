"""Find the data files of a site (`_data`) that Liquid asks for, as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from posts.frontmatter.decode import decode_text
from posts.sites.jekyll.variables import (
    DATA_NAME,
    DATA_SUFFIXES,
    MAX_DATA,
    DataError,
    is_secret_file,
    parse_data,
)

_MOST_NAMES = 1_000


def find_data(name: str, folder: str, inside: Callable[[str], Path | None], root: Path) -> str | None:
    """Return `{"file": values}`, `{"folder": [names]}` or `{"refused": [path, reason]}` as JSON; None if there is none.

    Args:
        name: The path below the data folder without a suffix, "" for the folder itself.
        folder: The data folder below the site, "" if there is none.
        inside: Returns the path of the file `folder//name` if it may be read.
        root: The folder of the site.
    """
    if not folder or (name and not DATA_NAME.fullmatch(name)) or any(map(is_secret_file, name.split("/"))):
        return None
    for suffix in DATA_SUFFIXES if name else ():
        path = inside(f"{folder}//{name}.{suffix}")
        if path is not None:
            try:
                answer = {"file": _values(path, suffix)}
            except DataError as error:
                answer = {"refused": [f"{folder}/{name}.{suffix}", str(error)]}
            return json.dumps(answer, ensure_ascii=False)
    names = _names(root, f"{folder}/{name}".rstrip("/"))
    return None if names is None else json.dumps({"folder": names}, ensure_ascii=False)


def data_candidates(name: str, folder: str) -> Iterable[str]:
    """Return the paths that the answer of `find_data` depends on."""
    path = f"{folder}/{name}".rstrip("/")
    return (path, *(f"{path}.{suffix}" for suffix in DATA_SUFFIXES)) if name else (path,)


def _values(path: Path, suffix: str) -> Any:
    with path.open("rb") as file:
        data = file.read(MAX_DATA + 1)
    if len(data) > MAX_DATA:
        raise DataError(f"it is larger than {MAX_DATA >> 20} MiB")
    return parse_data(decode_text(data, lambda *_: None), suffix)


def _names(root: Path, folder: str) -> list[str] | None:
    path = root / folder
    if not path.is_dir() or not path.resolve().is_relative_to(root.resolve()):
        return None
    stems = (entry if (path / entry).is_dir() else _stem(entry) for entry in os.listdir(path))  # noqa: PTH208
    kept = {stem for stem in stems if DATA_NAME.fullmatch(stem) and not is_secret_file(stem)}
    return sorted(kept)[:_MOST_NAMES]


def _stem(entry: str) -> str:
    stem, _, suffix = entry.rpartition(".")
    return stem if suffix in DATA_SUFFIXES else ""
