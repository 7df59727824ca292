"""Test that the table of mutation tests is about the code as it is. The tests themselves run outside CI."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = tomllib.loads((ROOT / "tests" / "mutation.toml").read_text("utf-8"))


@pytest.mark.parametrize("module", TABLE["tests"])
def test_each_module_and_the_tests_that_hold_it_exist(module: str) -> None:
    for path in (module, *TABLE["tests"][module]):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("known", TABLE["equivalent"], ids=lambda known: known["old"])
def test_each_line_with_an_equivalent_mutant_is_still_there(known: dict[str, str]) -> None:
    modules = [known["module"]] if known["module"] != "*" else list(TABLE["tests"])
    texts = [" ".join((ROOT / module).read_text("utf-8").split()) for module in modules]
    assert any(" ".join(known["old"].split()) in text for text in texts)
    assert known["reason"]
