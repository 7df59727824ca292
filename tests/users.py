"""Run the command line as a user who may not read or write everything, even if the tests run as root."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.sites import Command, Outcome, post, site

NOBODY = 65534


@contextmanager
def place_for_everybody() -> Iterator[Path]:
    """Yield a new folder that other users reach, too; the folders of pytest are private."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run_unprivileged(feedmill: Command, root: Path, *arguments: object) -> Outcome:
    """Run `feedmill ROOT` as the user nobody if this is root, else as the current user. `root` belongs to that user."""
    if os.geteuid() != 0:
        return feedmill(root, *arguments)
    # Modules that are imported late must be there already: nobody may be unable to read the checkout.
    with place_for_everybody() as other:
        feedmill(site(other, {"_posts/2021-01-01-a.md": post("A"), "_posts/2021-01-02-b.md": "---\ntitle: [\n---\n"}))
        feedmill(other, "--out", other / "_config.yml")
    for path in (root, *root.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: pytest-xdist has threads
        child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            outcome = feedmill(root, *arguments)
            os.write(writing, json.dumps([outcome.code, outcome.out, outcome.err]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 # a descriptor
        answer = pipe.read()
    os.waitpid(child, 0)
    return Outcome(*json.loads(answer))
