"""Find the corpora, oracles and schemas in `shared/`, which lies beside the checkout and is not part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.needs import lacking

ROOT = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(*parts: str) -> Path:
    """Return the path of a file or folder in `shared/`.

    The test is skipped where it is missing. It fails where the run has to be complete (`FEEDMILL_FAULT_TESTS=1`), and
    under `CI` where the file is there but cannot be read.
    """
    path = ROOT.joinpath(*parts)
    if not path.exists():
        lacking(f"shared/{'/'.join(parts)} beside the checkout")
    if os.environ.get("CI") and not os.access(path, os.R_OK):
        pytest.fail(f"CI is set, but shared/{'/'.join(parts)} cannot be read")
    return path
