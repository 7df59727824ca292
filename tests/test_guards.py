"""What is published does not vanish because a folder did."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from posts.files import read as files
from tests.sites import Command, post, site


def posts(count: int) -> dict[str, str]:
    return {f"_posts/2021-01-01-{number:03}.md": post(f"T{number}") for number in range(count)}


def everything(root: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("how", ["vanished", "empty"])
def test_a_folder_that_has_vanished_or_is_empty_is_refused(feedmill: Command, tmp_path: Path, how: str) -> None:
    root = site(tmp_path, posts(2))
    feedmill(root)
    shutil.rmtree(root / "_posts")
    if how == "empty":
        (root / "_posts").mkdir()
    before = everything(root)
    outcome = feedmill(root)
    assert (outcome.code, "--allow-removals" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--allow-removals").code == 0
    assert b"<item>" not in (root / "feeds" / "rss.xml").read_bytes()


def test_many_posts_that_go_at_once_are_refused_and_nothing_is_touched(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(20))
    feedmill(root)
    for path in sorted((root / "_posts").iterdir())[:6]:
        path.unlink()
    before = everything(root)
    outcome = feedmill(root, "--full")
    assert (outcome.code, "6 of the 20 published posts" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--json", "--allow-removals").report["gone"] == 6
    assert feedmill(root).code == 0


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_small_site_is_not_emptied_while_another_file_stays(feedmill: Command, tmp_path: Path, count: int) -> None:
    root = site(tmp_path, posts(count))
    feedmill(root)
    for path in (root / "_posts").iterdir():
        path.unlink()
    (root / "_posts" / "2021-01-01-about.html").write_text("---\ntitle: About\npublished: false\n---\n")
    before = everything(root)
    outcome = feedmill(root)
    assert (outcome.code, f"none of the {count} published posts would remain" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--json", "--allow-removals").report["gone"] == count


def test_posts_that_are_held_back_are_not_missing(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(9))
    feedmill(root)
    for path in (root / "_posts").iterdir():
        path.write_text(path.read_text().replace("---\n", "---\npublished: false\n", 1))
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.report["gone"], outcome.report["skipped"]) == (0, 9, 9)


def test_the_feeds_of_another_site_are_named_and_stay(feedmill: Command, tmp_path: Path) -> None:
    one, other = site(tmp_path / "one", posts(3)), site(tmp_path / "other", {"_posts/2022-01-01-o.md": post("O")})
    (other / "_config.yml").write_text("title: Other\nurl: https://other.example\n")
    feedmill(one, "--out", tmp_path / "out")
    before = everything(tmp_path / "out")
    outcome = feedmill(other, "--out", tmp_path / "out")
    assert (outcome.code, "--allow-removals" in outcome.err, "(," in outcome.err) == (3, False, False)
    assert "not of https://other.example: 3 items such as https://site.example/" in outcome.err
    assert everything(tmp_path / "out") == before


def test_renamed_merged_future_and_unreadable_posts_have_not_gone(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(32))
    feedmill(root, "--now", "2024-01-01")
    paths = sorted((root / "_posts").iterdir())
    for path in paths[:8]:
        path.rename(path.with_name(path.name.replace("2021", "2022")))
    for path in paths[8:16]:
        path.write_text(post("Same", source="https://paper.example/same"))
    for path in paths[16:24]:
        path.write_text(path.read_text().replace("2021-12-31", "2031-12-31"))
    for path in paths[24:]:
        path.write_text("---\ntitle: [\n---\n")
    outcome = feedmill(root, "--now", "2024-01-02", "--json")
    assert outcome.code == 0
    assert outcome.report["gone"] == 0  # items that were published apart stay apart, even if they say the same now


def test_a_post_that_is_only_future_again_keeps_when_it_was_published(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(2))
    feedmill(root, "--now", "2024-01-01")
    path = root / "_posts" / "2021-01-01-000.md"
    text = path.read_text()
    path.write_text(text.replace("2021-12-31", "2024-05-01"))
    assert feedmill(root, "--now", "2024-01-02", "--json").report["gone"] == 0
    path.write_text(text)
    feedmill(root, "--now", "2024-01-03")
    assert '"first": 1704067200, "gone": 0' in feedmill("state", "export", root).out.splitlines()[-2]


def test_a_folder_that_the_disk_does_not_give_keeps_its_posts(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, {**posts(8), "sub/_posts/2021-01-01-x.md": post("X")})
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_bytes()
    real = os.scandir

    def broken(path: str) -> object:
        if str(path).endswith("/sub/_posts"):
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "scandir", broken)
    outcome = feedmill(root, "--full", "--json")
    assert ("sub/_posts", 0, "unreadable") in outcome.codes
    assert outcome.report["gone"] == 0
    assert (root / "feeds" / "rss.xml").read_bytes() == before


def test_the_only_folder_when_the_disk_does_not_give_it_has_not_vanished(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, posts(8))
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_bytes()
    real = os.scandir

    def broken(path: str) -> object:
        if str(path).endswith("/_posts"):
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "scandir", broken)
    outcome = feedmill(root, "--full", "--json")
    assert (outcome.code, outcome.codes) == (0, [("_posts", 0, "unreadable")])
    assert (root / "feeds" / "rss.xml").read_bytes() == before


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.md"
    target.write_bytes(b"first")
    real = os.fstat
    calls = []

    def fstat(handle: int) -> os.stat_result:
        if not calls:
            status = real(handle)
            target.write_bytes(b"and then another")
            calls.append(1)
            return status
        return real(handle)

    monkeypatch.setattr(os, "fstat", fstat)
    assert files.read(tmp_path, "a.md", ())[1] == b"and then another"


def test_posts_whose_last_day_is_over_may_go_all_at_once(feedmill: Command, tmp_path: Path) -> None:
    posts = {f"_posts/2021-12-{day}-a.md": post(f"T{day}", expirydate="2024-01-15") for day in range(10, 20)}
    root = site(tmp_path, {**posts, "_posts/2021-12-31-b.md": post("B")})
    assert feedmill(root, "--now", "2024-01-01T00:00:00Z").code == 0
    outcome = feedmill(root, "--now", "2024-01-16T00:00:00Z", "--json")
    assert (outcome.code, outcome.report["posts"], outcome.report["gone"]) == (0, 1, 10)
