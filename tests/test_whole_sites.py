"""Whole sites beside what becomes of them: every byte of every feed and page, and every problem.

`python -m tests.test_whole_sites` writes the expectations anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from feeds.pages.assets import ASSETS
from tests.sites import tree

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir())


def run(case: str, out: Path) -> str:
    """Publishes a golden site into `out`, and gives what was said about it."""
    site = GOLDEN / case / "site"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, HERE.parent / "publish.py", site, "--out", out, "--now", "2025-01-01"]
        command += ["--state", Path(folder) / "index.sqlite3"]
        said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    for name in ASSETS:  # the same for every site
        out.joinpath(name).unlink(missing_ok=True)
    # How far it is a run says only where it takes longer than a second, as on a busy machine.
    return re.sub(r"^(?:reading|cleaning|building): .* s\n", "", said, flags=re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_a_site_becomes_its_feeds(case: str, tmp_path: Path) -> None:
    said = run(case, tmp_path)
    expected, found = tree(GOLDEN / case / "expected"), tree(tmp_path)
    assert sorted(found) == sorted(expected)
    for path, data in expected.items():
        assert found[path].decode() == data.decode(), path
    assert said == (GOLDEN / case / "problems.txt").read_text("utf-8")


if __name__ == "__main__":
    for name in CASES:
        shutil.rmtree(GOLDEN / name / "expected", ignore_errors=True)
        (GOLDEN / name / "problems.txt").write_text(run(name, GOLDEN / name / "expected"), "utf-8")
