"""Flatten lists of names in front matter: strings, lists, nested lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any


def flatten(value: Any) -> list[str]:
    """Return the texts in a value, in their order; mappings have none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in flatten(one)]
    return []


def union(*lists: Iterable[str]) -> list[str]:
    """Return the texts of several lists, each once, in order of first appearance."""
    return list(dict.fromkeys(chain.from_iterable(lists)))
