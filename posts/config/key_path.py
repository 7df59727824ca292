"""Key paths of the configuration, written as in TOML, with places in arrays: `feeds.custom[0].name`, `paths."a/b"`.

Errors carry them, so that a message can name the key, and the file and the line where it is set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from posts.text import lazy_pattern

Step = str | int
"""A step of a key path: a key, or the place in an array, which counts from 0."""

_BARE = lazy_pattern(r"[A-Za-z0-9_-]+")
_STEP = lazy_pattern(r'("(?:\\.|[^"\\])*")|\[(\d+)\]|([^.\[\]"]+)')


class Location(NamedTuple):
    """Where a key is set: the file, the line (0 if it is not known), and the key as that file spells it."""

    file: str
    line: int
    key: str


def join_keys(base: str, *keys: str) -> str:
    """Return the path of the table `base` ("" for the whole file), followed by keys."""
    quoted = (key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False) for key in keys)
    return ".".join(filter(None, (base, *quoted)))


def split_keys(path: str) -> tuple[Step, ...]:
    """Return the steps of a path that `join_keys` made."""
    return tuple(
        json.loads(found[1]) if found[1] else int(found[2]) if found[2] else found[3] for found in _STEP.finditer(path)
    )


def describe_key(steps: Sequence[Step], data: Mapping[str, Any]) -> str:
    """Return a key as documentation writes it: `[feeds] items`, `[[feeds.custom]] name`, `[feeds] titles.tag`.

    Args:
        steps: the path.
        data: the configuration, which shows whether the path is a table.
    """
    last = max((place for place, step in enumerate(steps) if isinstance(step, int)), default=0)
    head, rest = steps[: last + 1], steps[last + 1 :]
    names = join_keys("", *(str(step) for step in head if isinstance(step, str)))
    key = join_keys("", *(str(step) for step in rest))
    if last:
        head_text = f"[[{names}]]"
    elif key or isinstance(data.get(names), Mapping):
        head_text = f"[{names}]"
    else:
        value = data.get(names)
        is_array = isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
        head_text = f"[[{names}]]" if is_array else names
    return f"{head_text} {key}".rstrip()
