"""Fail or skip visibly without a browser, because the other tests are then not collected."""

from __future__ import annotations

from tests.browsing.conftest import MISSING
from tests.needs import lacking, needs


def test_the_browser_and_what_drives_it_are_at_hand() -> None:
    needs("chromium")
    if MISSING:
        lacking(f"{', '.join(MISSING)}: install feedmill[browser]")
