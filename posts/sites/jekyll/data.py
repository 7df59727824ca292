"""Read the authors in a Jekyll site's `_data/authors.yml`, as jekyll-feed, jekyll-seo-tag and common themes do.

A post names its author by a key, as in `author: jdoe`; the file has the name and addresses for each key. The file is
read when it is first needed, at most 1 MiB of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from posts.errors import PostError, Problem
from posts.files.read import read
from posts.problems import make_problem
from posts.text import plain

_SUFFIXES = ("yml", "yaml", "json")
_MAX_BYTES = 1 << 20
_MOST_AUTHORS = 10_000
_KEYS = ("name", "email", "uri", "url")

Author = Mapping[str, str]


def author_files(data_dir: str) -> tuple[str, ...]:
    """Return the paths below the site where the file of authors may be."""
    return tuple(f"{data_dir}/authors.{suffix}" for suffix in _SUFFIXES)


def read_authors(root: Path, data_dir: str, report: Callable[[Problem], None]) -> dict[str, Author]:
    """Return the authors by their keys, each with the name, email, uri and url in the file."""
    for path in author_files(data_dir):
        if not (root / path).is_file():
            continue
        try:
            some = list(_mapping(root, path).items())[:_MOST_AUTHORS]
        except (PostError, OSError, ValueError, RecursionError) as error:
            message = f"cannot read the authors: {plain(str(error))[:200]}; correct the file"
            report(make_problem(path, 0, "bad-data", message))
            return {}
        return {str(key): author for key, one in some if (author := _author(one))}
    return {}


def _mapping(root: Path, path: str) -> dict[Any, Any]:
    if not (root / path).resolve().is_relative_to(root.resolve()):
        raise ValueError("the link leads out of the site")
    _, data = read(root, path, ())
    if len(data) > _MAX_BYTES:
        raise ValueError(f"larger than {_MAX_BYTES >> 20} MiB")
    value = _parsed(path, data)
    if not isinstance(value, dict):
        raise ValueError("not a mapping of keys to authors")  # noqa: TRY004 # the value of a file, not of a call
    return value


def _parsed(path: str, data: bytes) -> Any:
    if path.endswith(".json"):
        return json.loads(data)
    import yaml

    try:
        return yaml.load(data, yaml.CBaseLoader)  # noqa: S506 # the base loader makes nothing but texts
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{place}{getattr(error, 'problem', None) or error}") from None


def _author(value: Any) -> Author:
    if isinstance(value, str):
        return {"name": value} if value.strip() else {}
    if not isinstance(value, Mapping):
        return {}
    return {key: text for key in _KEYS if isinstance(text := value.get(key), str) and text.strip()}


def as_person(key: str, author: Author) -> dict[str, str]:
    """Return an author in the form of `[site] author`."""
    person = {"name": author.get("name", key), "email": author.get("email", ""), "uri": _uri(author)}
    return {field: text for field, text in person.items() if text}


def _uri(author: Author) -> str:
    return author.get("uri") or author.get("url") or ""


def with_authors(value: Any, known: Mapping[str, Author]) -> Any:
    """Return the value of `author` or `authors` with known keys replaced by the authors' data."""
    if isinstance(value, list):
        return [with_authors(one, known) for one in value]
    if not isinstance(value, str) or not (author := known.get(value.strip())):
        return value
    return {"name": value, **author}
