"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.browsing.driving import chromium
from tests.needs import lacking
from tests.sites import Command

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def feedmill(capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line: `feedmill("check", folder).code`."""
    return Command(capsys)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this process: there can be no second driver in it."""
    if not find_spec("playwright"):
        lacking("playwright, which is in .[browser]")
    with chromium() as one:
        yield one
