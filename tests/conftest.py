"""Fixtures that every test may use."""

from __future__ import annotations

import pytest

from tests.sites import Command


@pytest.fixture
def feedmill(capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line: `feedmill("check", folder).code`."""
    return Command(capsys)
