"""Posts in a bucket: the same feeds as from a folder, few requests, and nothing lost when something fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.buckets import Bucket, s3_bucket, use
from tests.sites import Command, Outcome, post

A, B, C = (f"_posts/2021-01-0{number}-{name}.md" for number, name in ((1, "a"), (2, "b"), (3, "c")))
CONFIG = "title: Site\nurl: https://site.example\ntimezone: Asia/Shanghai\n"
FILES = {"_config.yml": CONFIG, A: post("A"), B: post("B"), C: post("C")}
NOW = "2026-01-01"


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with s3_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(server: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    server.clear()
    use(server, monkeypatch, tmp_path / "home")
    return server


class Site:
    """A site in the bucket, with its index and output on this disk."""

    def __init__(self, feedmill: Command, folder: Path) -> None:
        self.feedmill, self.folder = feedmill, folder
        self.out, self.state = folder / "out", folder / "state" / "index.sqlite3"
        self.copy = folder / "state" / "index.sqlite3.copy" / "site"
        self.places = ("--out", self.out, "--state", self.state)

    def __call__(self, *options: object, address: str = "s3://bucket/site") -> Outcome:
        return self.feedmill(address, *self.places, "--now", NOW, "--json", *options)


@pytest.fixture
def remote(feedmill: Command, tmp_path: Path) -> Site:
    return Site(feedmill, tmp_path)


def test_smoke(bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    outcome = remote()
    assert outcome.code == 0, outcome.err
    assert outcome.report["posts"] == 3
    print(bucket.asked)
    bucket.asked.clear()
    outcome = remote()
    assert outcome.report["written"] == []
    assert bucket.kinds() == {"list": 1}
