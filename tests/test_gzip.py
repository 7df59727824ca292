"""`[feeds] gzip`: every file has a compressed copy with the same content."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.sites import Command, post, site
from tests.test_incremental import HEAVY, alone, settle

A, B = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md"
ON = "[feeds]\ngzip = true\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    other = post("B").replace("categories: news", "categories: sport")
    return site(tmp_path / "site", {A: post("A"), B: other, "feedmill.toml": ON})


def files(root: Path) -> dict[str, bytes]:
    out = root / "feeds"
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def copies_match(root: Path) -> bool:
    """Return whether every file has a compressed copy with its bytes, and there is no other copy."""
    found = files(root)
    plain = {path: data for path, data in found.items() if not path.endswith(".gz")}
    copies = {path.removesuffix(".gz"): gzip.decompress(data) for path, data in found.items() if path not in plain}
    return bool(plain) and copies == plain


def test_every_file_has_a_compressed_copy_from_run_to_run(feedmill: Command, root: Path) -> None:
    assert "category/news/feed.json.gz" in feedmill(root, "--json").report["written"]
    assert copies_match(root)
    before = files(root)
    site(root, {A: post("Another title")}, None)
    report = feedmill(root, "--json").report
    assert {"rss.xml", "rss.xml.gz"} <= set(report["written"]) < set(before)
    assert report["written"] == sorted(path for path, data in files(root).items() if data != before[path])
    assert copies_match(root)


def test_a_compressed_copy_has_no_time_and_no_system(feedmill: Command, root: Path) -> None:
    feedmill(root)
    header = files(root)["rss.xml.gz"][:10]
    assert header == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: no flags, no time, no system
    before = files(root)
    assert feedmill(root, "--full", "--json").report["written"] == []
    assert files(root) == before


def test_a_run_in_which_nothing_changed_stays_as_cheap(root: Path) -> None:
    first, _ = alone(root)
    report, modules = alone(root)
    assert not {*HEAVY, "gzip", "feeds.build.job", "feeds.build.build"} & modules
    assert report["written"] == []
    assert report["unchanged"] == first["written"]


@pytest.mark.parametrize("harm", ["missing", "altered"])
@pytest.mark.parametrize("path", ["rss.xml", "rss.xml.gz"])
def test_one_of_a_pair_that_is_not_as_it_was_is_made_again_alone(
    feedmill: Command, root: Path, path: str, harm: str
) -> None:
    feedmill(root)
    settle(root)
    before = files(root)
    if harm == "missing":
        (root / "feeds" / path).unlink()
    else:
        (root / "feeds" / path).write_bytes(b"altered by another hand")
    assert feedmill(root, "--json").report["written"] == [path]
    assert files(root) == before


def test_compressed_copies_are_removed_with_their_files_and_with_the_option(feedmill: Command, root: Path) -> None:
    feedmill(root)
    (root / B).unlink()
    removed = feedmill(root, "--prune", "--json").report["removed"]
    assert {"category/sport/rss.xml", "category/sport/rss.xml.gz"} < set(removed)
    assert all(path.startswith("category/sport/") for path in removed)
    assert copies_match(root)
    plain = {path: data for path, data in files(root).items() if not path.endswith(".gz")}
    (root / "feedmill.toml").unlink()
    assert feedmill(root, "--json").report["written"] == []
    assert files(root) == plain


def test_turning_it_on_touches_no_file_that_is_there(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").unlink()
    feedmill(root)
    times = {path: path.stat().st_mtime_ns for path in (root / "feeds").rglob("*.*")}
    site(root, {"feedmill.toml": ON}, None)
    assert all(path.endswith(".gz") for path in feedmill(root, "--json").report["written"])
    assert copies_match(root)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_compressed_copy_is_recognized_by_its_content(feedmill: Command, root: Path) -> None:
    feedmill(root)
    (root / ".feedmill" / "index.sqlite3").unlink()
    site(root, {A: post("Another title")}, None)
    assert feedmill(root).code == 0
    assert copies_match(root)


@pytest.mark.parametrize("foreign", [gzip.compress(b"a backup", mtime=1), b"\x1f\x8b no gzip after all", b"text"])
def test_another_file_in_place_of_a_compressed_copy_is_never_replaced(
    feedmill: Command, root: Path, foreign: bytes
) -> None:
    (root / "feeds").mkdir()
    (root / "feeds" / "rss.xml.gz").write_bytes(foreign)
    outcome = feedmill(root)
    assert outcome.code == 3
    assert "rss.xml.gz: was not written by feedmill" in outcome.err
    assert files(root) == {"rss.xml.gz": foreign}


def test_no_feed_can_have_a_folder_named_like_a_compressed_copy(feedmill: Command, root: Path) -> None:
    site(root, {"feedmill.toml": ON + '[feeds.paths]\n"category/news" = "rss.xml.gz"\n'}, None)
    assert feedmill(root).code == 2
