"""What a test needs of the machine: it is skipped where that is missing, and fails where it was promised."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(name: str) -> str:
    """The path of the program `name`; without it the test is skipped, or fails under FEEDMILL_FAULT_TESTS=1."""
    path = shutil.which(name)
    if path:
        return path
    if os.environ.get("FEEDMILL_FAULT_TESTS") == "1":
        pytest.fail(f"{name} is missing, and FEEDMILL_FAULT_TESTS=1 promises it")
    pytest.skip(f"needs {name}")
