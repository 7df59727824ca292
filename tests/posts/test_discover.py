"""What is found in a folder, and what is only named."""

from __future__ import annotations

import os
from pathlib import Path

from tests.sites import Command, post, site

GOOD = "_posts/2020-01-01-good.md"


def test_links_out_of_the_site_are_reported_not_followed(feedmill: Command, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere" / "2020-01-02-secret.md"
    secret.parent.mkdir()
    secret.write_text(post("Secret"))
    root = site(tmp_path / "site", {GOOD: post(), "kept/2020-01-03-kept.md": post("Kept")})
    (root / "_posts" / "2020-01-02-secret.md").symlink_to(secret)
    (root / "_posts" / "folder").symlink_to(secret.parent)
    (root / "_posts" / "round").symlink_to(root / "_posts")
    (root / "_posts" / "2020-01-03-kept.md").symlink_to(root / "kept" / "2020-01-03-kept.md")
    (root / "_posts" / "2020-01-04-gone.md").symlink_to(root / "nothing")
    report = feedmill("check", root, "--json").report
    assert report["posts"] == 2
    assert [(problem["path"], problem["code"]) for problem in report["problems"]] == [
        ("_posts/2020-01-02-secret.md", "symlink"),
        ("_posts/2020-01-04-gone.md", "not-a-file"),
        ("_posts/folder", "symlink"),
        ("_posts/round", "symlink"),
    ]


def test_a_pipe_is_reported_and_not_opened(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {GOOD: post()})
    os.mkfifo(root / "_posts" / "2020-01-02-pipe.md")
    assert feedmill("check", root, "--json").codes == [("_posts/2020-01-02-pipe.md", 0, "not-a-file")]


def test_a_name_that_is_no_text_is_reported(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {GOOD: post()})
    (root / "_posts" / os.fsdecode(b"2020-01-02-\xff.md")).write_text(post())
    assert feedmill("check", root, "--json").codes == [("_posts/2020-01-02-\ufffd.md", 0, "file-name")]


def test_the_order_of_the_folder_does_not_matter(feedmill: Command, tmp_path: Path) -> None:
    paths = [f"_posts/2020-01-0{day}-x.md" for day in range(1, 9)]
    one = site(tmp_path / "one", {path: post(path) for path in paths})
    two = site(tmp_path / "two", {path: post(path) for path in reversed(paths)})
    assert feedmill("list", one).out == feedmill("list", two).out


def test_feeds_inside_the_site_are_not_read_as_posts(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"a.md": post("A"), "out/b.md": post("B")}, None)
    (root / "feedmill.toml").write_text('[site]\nurl = "https://site.example"\n[feeds]\nout = "out"\n')
    assert [line["path"] for line in feedmill("list", root).lines] == ["a.md"]
