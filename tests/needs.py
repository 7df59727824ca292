"""What a test needs of the machine: where it is missing the test is skipped, with the reason, or fails under CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REQUIRED = os.environ.get("FEEDMILL_FAULT_TESTS") == "1"


def needs(*tools: str, root: bool = False, loop: bool = False) -> None:
    """Skips a test where a command, the rights of root or a loop device is missing; fails it under CI."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    tracing = ["strace", "-o", os.devnull, "true"]
    if "strace" in tools and not missing and subprocess.run(tracing, check=False).returncode:
        missing.append("leave to trace a process")
    if root and os.geteuid() != 0:
        missing.append("the rights of root")
    if loop and not Path("/dev/loop-control").exists():
        missing.append("a loop device")
    if missing:
        lacking(", ".join(missing))


def lacking(what: str) -> None:
    """Skips the test for want of something, or fails it under CI."""
    if REQUIRED:
        pytest.fail(f"FEEDMILL_FAULT_TESTS=1 is set, but this needs {what}")
    pytest.skip(f"needs {what}")


def check_schema(kind: str, path: Path) -> None:
    """Checks a file against a schema of check-jsonschema, such as `vendor.github-actions`."""
    program = shutil.which("check-jsonschema", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if not program:
        lacking("check-jsonschema: install feedmill[dev]")
    found = subprocess.run([program, "--builtin-schema", kind, path], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
