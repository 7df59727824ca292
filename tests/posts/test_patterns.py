"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re

import pytest

import feeds
import posts
from posts.text import _LazyPattern, lazy_pattern


def test_a_lazy_pattern_does_what_a_pattern_does_and_is_compiled_by_the_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[str] = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda source, flags: compiled.append(source) or real(source, flags))
    lazy, pattern = lazy_pattern(r"(?P<word>b+)", re.IGNORECASE), real(r"(?P<word>b+)", re.IGNORECASE)
    assert compiled == []
    text = "aBbab"
    assert lazy.sub("x", text) == pattern.sub("x", text) == "axax"
    assert [found[0] for found in lazy.finditer(text)] == lazy.findall(text) == pattern.findall(text)
    assert (lazy.match(text), lazy.search(text)["word"], lazy.split(text)) == (None, "Bb", pattern.split(text))
    assert (lazy.pattern, lazy.flags, lazy.groups, lazy.groupindex) == (
        *(pattern.pattern, pattern.flags, pattern.groups, pattern.groupindex),
    )
    assert lazy.fullmatch("bb", 1).span() == (1, 2)
    assert compiled == [r"(?P<word>b+)"]
    with pytest.raises(AttributeError):
        lazy.no_such_method  # noqa: B018


def test_all_patterns_of_this_code_can_be_compiled() -> None:
    for package in (posts, feeds):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found = [one for one in gc.get_objects() if isinstance(one, _LazyPattern)]
    assert len(found) > 300
    for one in found:
        assert one.pattern == one._source
