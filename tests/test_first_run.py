"""Test what a first run says about a folder without posts, and what a plain folder leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sites import Command

CONFIG = '[site]\nurl = "https://site.example"\n'
POST = "---\ntitle: A\ndate: 2024-01-02\n---\ntext\n"


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.txt": "text"}, "1 .txt file is not read; rename it to .md"),
        ({"a.rst": "", "b.rst": ""}, "2 .rst files are not read; convert them to Markdown or HTML"),
        (
            {"hugo.toml": "", "content/a.org": ""},
            'a Hugo site; in its feedmill.toml, set [posts] folders = ["content"]',
        ),
        ({"README.md": "text"}, "no posts in "),
        ({"_config.yml": "url: https://a.example\n", "source/_posts/a.md": POST}, "this looks like a Hexo site"),
    ],
)
def test_a_first_run_without_posts_says_what_it_found(
    feedmill: Command, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    root = folder(tmp_path / "site", {"feedmill.toml": CONFIG, **files})
    outcome = feedmill(root)
    assert (outcome.code, message in outcome.err) == (2, True), outcome.err
    assert not (root / "feeds").exists()


def test_a_site_whose_posts_are_all_held_back_is_published(feedmill: Command, tmp_path: Path) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "a.md": POST.replace("title", "draft: true\ntitle")})
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.report["skipped_by"]) == (0, {"draft": 1})


BESIDE = ("README.md", "public/a.md", "dist/a.md", "_site/a.md", "node_modules/x/a.md", "themes/t/a.md")


@pytest.mark.parametrize("name", [*BESIDE, "archetypes/default.md", "notes/readme.md"])
def test_a_plain_folder_leaves_alone_what_lies_beside_posts(feedmill: Command, tmp_path: Path, name: str) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "2024/a.md": POST, name: POST.replace("A", "B")})
    assert [line["path"] for line in feedmill("list", root, "--json").lines] == ["2024/a.md"]


def test_a_folder_that_is_named_is_read_whatever_its_name(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + '[posts]\nfolders = ["public"]\n'
    root = folder(tmp_path, {"feedmill.toml": config, "public/a.md": POST, "public/themes/b.md": POST})
    assert len(feedmill("list", root, "--json").lines) == 2


def test_a_file_without_front_matter_is_a_post_if_its_name_has_a_date(feedmill: Command, tmp_path: Path) -> None:
    files = {"feedmill.toml": CONFIG, "notes.md": "notes", "2024-05-06-b.md": "text", "2024-05-06.html": "<p>text"}
    report = feedmill(folder(tmp_path, files), "--json").report
    assert (report["posts"], report["skipped"], report["problems"]) == (2, 0, [])


def test_a_file_without_front_matter_in_a_named_folder_is_reported(feedmill: Command, tmp_path: Path) -> None:
    files = {"feedmill.toml": CONFIG + '[posts]\nfolders = ["posts"]\n', "posts/notes.md": "notes"}
    assert "posts/notes.md:1: error" in feedmill(folder(tmp_path, files)).err


def test_what_was_published_before_stays_a_post(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + "[posts]\nexclude = ['nothing']\n"
    root = folder(tmp_path, {"feedmill.toml": config, "public/a.md": POST})
    feedmill(root)
    (root / "feedmill.toml").write_text(CONFIG)
    assert feedmill(root, "--json").report["posts"] == 1
    (root / "public" / "a.md").write_text("no front matter any more")
    report = feedmill(root, "--json").report
    assert (report["gone"], len(report["problems"])) == (0, 1)


@pytest.mark.parametrize("arguments", [(), ("--out", "posts")])
def test_the_output_is_no_folder_of_posts(feedmill: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    config = CONFIG + '[posts]\nfolders = ["posts"]\n' + ("" if arguments else '[feeds]\nout = "posts"\n')
    root = folder(tmp_path, {"feedmill.toml": config, "posts/a.md": POST})
    outcome = feedmill(root, *(str(root / one) if one == "posts" else one for one in arguments))
    place = "--out" if arguments else "feedmill.toml:6: error: [feeds] out"
    assert outcome.code == 2
    assert outcome.err.startswith(f"{place}: the output folder "), outcome.err
    assert "is a folder of posts" in outcome.err
    assert [path.name for path in (root / "posts").iterdir()] == ["a.md"]


def test_a_quiet_run_prints_each_problem_once(feedmill: Command, tmp_path: Path) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "a.md": POST, "b.md": "---\ntitle: B\n---\n"})
    assert "b.md:1: error" in feedmill(root, "-q").err
    assert feedmill(root, "-q").err == ""
    (root / "a.md").write_text(POST + "more")
    assert feedmill(root, "-q").err == ""
    (root / "c.md").write_text("---\ntitle: C\n---\n")
    said = feedmill(root, "-q").err
    assert ("c.md:1: error" in said, "b.md" in said) == (True, False)
    assert "b.md:1: error" in feedmill("check", root, "-q").err
    assert "b.md:1: error" in feedmill(root).err
