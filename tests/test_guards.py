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
    told = f"none of the {count} published posts" if count > 1 else "the only published post"
    assert (outcome.code, f"{told} would" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--json", "--allow-removals").report["gone"] == count


def test_posts_that_are_held_back_are_not_missing(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(9))
    feedmill(root)
    for path in (root / "_posts").iterdir():
        path.write_text(path.read_text().replace("---\n", "---\npublished: false\n", 1))
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.report["gone"], outcome.report["skipped"]) == (0, 9, 9)


def two_sites(tmp_path: Path, first: str, second: str) -> tuple[Path, Path]:
    """Two sites with these addresses, whose posts have different names."""
    one, other = (
        site(tmp_path / name, {f"_posts/2022-01-01-{name}.md": post(name.title())}, f"title: {title}\nurl: {url}\n")
        for name, title, url in (("one", "First", first), ("other", "Second", second))
    )
    return one, other


@pytest.mark.parametrize("has_index", [False, True])
@pytest.mark.parametrize("arguments", [(), ("--allow-removals",), ("--full",), ("--prune",)])
def test_the_feeds_of_another_site_are_named_and_stay(
    feedmill: Command, tmp_path: Path, arguments: tuple[str, ...], has_index: bool
) -> None:
    one, other = two_sites(tmp_path, "https://one.example", "https://other.example/blog")
    if has_index:
        assert feedmill(other).code == 0
    feedmill(one, "--out", tmp_path / "out")
    before = everything(tmp_path)
    outcome = feedmill(other, "--out", tmp_path / "out", *arguments)
    assert outcome.code == 3
    assert 'another site, "First" (https://one.example/, 1 item such as https://one.example/' in outcome.err
    assert 'not of "Second" (https://other.example/blog/)' in outcome.err
    assert "--allow-removals" not in outcome.err
    assert everything(tmp_path) == before or not has_index
    assert {path: data for path, data in everything(tmp_path).items() if f"{tmp_path}/out/" in path} == {
        path: data for path, data in before.items() if f"{tmp_path}/out/" in path
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [("https://h.example", "https://h.example/blog"), ("https://h.example/blog", "https://h.example")],
)
@pytest.mark.parametrize("has_index", [False, True])
def test_a_site_below_another_one_is_another_site(
    feedmill: Command, tmp_path: Path, first: str, second: str, has_index: bool
) -> None:
    one, other = two_sites(tmp_path, first, second)
    if has_index:
        feedmill(other)
    feedmill(one, "--out", tmp_path / "out")
    before = everything(tmp_path / "out")
    outcome = feedmill(other, "--out", tmp_path / "out")
    assert (outcome.code, f'"First" ({first}/, ' in outcome.err) == (3, True)
    assert everything(tmp_path / "out") == before


@pytest.mark.parametrize("formats", [('["json"]', '["rss"]'), ('["rss"]', '["json"]'), ('["atom"]', '["rss", "json"]')])
def test_feeds_in_another_format_show_whose_the_output_is(
    feedmill: Command, tmp_path: Path, formats: tuple[str, str]
) -> None:
    sites = two_sites(tmp_path, "https://one.example", "https://other.example")
    for root, chosen in zip(sites, formats, strict=True):
        (root / "feedmill.toml").write_text(f"[feeds]\nformats = {chosen}\n")
        feedmill(root)
    feedmill(sites[0], "--out", tmp_path / "out")
    before = everything(tmp_path / "out")
    assert feedmill(sites[1], "--out", tmp_path / "out").code == 3
    assert everything(tmp_path / "out") == before


def test_an_empty_feed_of_another_site_stays(feedmill: Command, tmp_path: Path) -> None:
    one, other = two_sites(tmp_path, "https://one.example", "https://other.example")
    path = next((one / "_posts").iterdir())
    path.write_text(path.read_text().replace("---\n", "---\npublished: false\n", 1))
    feedmill(one, "--out", tmp_path / "out")
    outcome = feedmill(other, "--out", tmp_path / "out")
    assert (outcome.code, '"First" (https://one.example/)' in outcome.err) == (3, True)


def test_diff_says_that_the_feeds_are_another_sites(feedmill: Command, tmp_path: Path) -> None:
    one, other = two_sites(tmp_path, "https://one.example", "https://other.example")
    feedmill(one, "--out", tmp_path / "out")
    assert 'another site, "First"' in feedmill("diff", other, "--out", tmp_path / "out", "--json").report["refusal"]


def test_the_own_feeds_of_a_site_without_its_index_are_replaced(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(1))
    feedmill(root, "--out", tmp_path / "out")
    shutil.rmtree(root / ".feedmill")
    site(root, {"_posts/2022-01-01-new.md": post("New")}, None)
    outcome = feedmill(root, "--out", tmp_path / "out")
    assert (outcome.code, "recovered 1 item from the feeds" in outcome.err) == (0, True)
    assert b"<title>New</title>" in (tmp_path / "out" / "rss.xml").read_bytes()


def test_a_site_with_an_index_of_its_own_may_replace_older_feeds_of_its_own(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(1))
    feedmill(root, "--out", tmp_path / "out", "--state", tmp_path / "another")
    feedmill(root)
    site(root, {"_posts/2022-01-01-new.md": post("New")}, None)
    assert feedmill(root, "--out", tmp_path / "out").code == 0


def moved(root: Path) -> None:
    config = root / "_config.yml"
    config.write_text(config.read_text().replace("site.example", "new.example"))


def test_a_site_that_has_moved_knows_its_feeds_by_their_items(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(2))
    feedmill(root)
    shutil.copytree(root / "feeds", tmp_path / "copy")
    moved(root)
    assert feedmill(root, "--out", tmp_path / "copy").code == 0


def test_a_site_that_has_moved_and_lost_its_index_says_where_from(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(2))
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_text()
    shutil.rmtree(root / ".feedmill")
    moved(root)
    outcome = feedmill(root)
    assert (outcome.code, "[[identity.rewrite]]" in outcome.err) == (3, True)
    rule = "[[identity.rewrite]]\nmatch = 'https?://site\\.example/(.*)'\nreplace = 'https://new.example/\\1'\n"
    (root / "feedmill.toml").write_text(rule)
    ids = [line["id"] for line in feedmill("list", root, "--json").lines]
    assert feedmill(root).code == 0
    feed = (root / "feeds" / "rss.xml").read_text()
    assert [one in feed for one in ("https://new.example/", "https://site.example/")] == [True, False]
    assert all(f">{one}</guid>" in feed and one in before for one in ids)


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
