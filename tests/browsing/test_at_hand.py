"""Whether there is a browser to test with: so that nobody takes tests for passed that were not even collected."""

from __future__ import annotations

from tests.browsing.conftest import MISSING
from tests.needs import lacking, needs


def test_the_browser_and_what_drives_it_are_at_hand() -> None:
    needs("chromium")
    if MISSING:
        lacking(f"{', '.join(MISSING)}: install feedmill[browser]")
