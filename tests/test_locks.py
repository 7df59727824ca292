"""What is installed is locked: the newest versions that were tried, and the oldest that pyproject.toml allows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_NAMED = re.compile(r"([A-Za-z0-9-]+)(?:>=([\d.]+))?")
_LOCKED = re.compile(r"^([a-z0-9-]+)==([^ \\;]+)(.*(?:\n    .*)*)", re.MULTILINE)


def wanted(*extras: str) -> dict[str, str]:
    """The lower bounds of the direct dependencies, by name; "" where there is none."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    found = (_NAMED.match(line) for line in lines if not line.startswith("feedmill"))
    return {match[1].lower(): match[2] or "" for match in found if match}


def locked(name: str) -> dict[str, str]:
    """The versions in a lock file, by name."""
    return {match[1]: match[2] for match in _LOCKED.finditer((ROOT / name).read_text("utf-8"))}


def numbers(version: str) -> list[int]:
    """A version without the noughts at its end, which say nothing, and without the number of a post-release."""
    return [int(part) for part in re.sub(r"(?:\.0)*(?:\.post\d+)?$", "", version).split(".")]


def test_the_lock_holds_every_dependency_at_its_lower_bound_or_above() -> None:
    versions = locked("requirements.lock")
    for name, bound in wanted("test", "dev").items():
        assert numbers(versions[name]) >= numbers(bound or "0"), name


def test_the_oldest_lock_holds_the_lower_bounds_themselves() -> None:
    versions = locked("requirements-oldest.lock")
    for name, bound in wanted("test").items():
        assert bound, f"{name} has no lower bound"
        # Of beautifulsoup4, 4.13.0 was taken back.
        assert numbers(versions[name])[: len(numbers(bound))] == numbers(bound), name


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-oldest.lock"])
def test_everything_in_a_lock_has_its_hashes_and_the_lock_says_how_it_is_made(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "#    uv pip compile --universal --generate-hashes --python-version 3.11" in text
    assert f"-o {name}\n" in text
    found = _LOCKED.findall(text)
    assert len(found) > 30
    assert [package for package, _, rest in found if "--hash=sha256:" not in rest] == []
