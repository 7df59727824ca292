"""A plain folder of posts, with nothing but a feedmill.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sites import Command, post, site

TOML = '[site]\nurl = "https://site.example/blog"\ntitle = "Folder"\ntimezone = "Europe/Berlin"\n'


def listed(feedmill: Command, root: Path, files: dict[str, str], toml: str = TOML) -> dict[str, dict[str, Any]]:
    outcome = feedmill("list", site(root, {"feedmill.toml": toml, **files}, None), "--now", "2024-01-01")
    assert outcome.code == 0, outcome.err
    return {line["path"]: line for line in outcome.lines}


@pytest.mark.parametrize(
    ("path", "template", "permalink"),
    [
        ("a.md", "", "/a.html"),
        ("sub/2020-01-02-a.md", "", "/sub/2020-01-02-a.html"),
        ("sub/a/index.md", "", "/sub/a/"),
        ("sub/2020-01-02-A b.md", "/:year/:month/:title/", "/2021/12/A-b/"),
        ("sub/a/index.md", "/:slug", "/a"),
    ],
)
def test_addresses(feedmill: Command, tmp_path: Path, path: str, template: str, permalink: str) -> None:
    toml = TOML + (f'[posts]\npermalink = "{template}"\n' if template else "")
    line = listed(feedmill, tmp_path, {path: post()}, toml)[path]
    assert line["permalink"] == "https://site.example/blog" + permalink


def test_the_written_day_is_the_day_of_the_address(feedmill: Command, tmp_path: Path) -> None:
    toml = TOML + '[posts]\npermalink = "/:year/:month/:day/:slug/"\n'
    matter = "---\ntitle: A\ndate: 2020-01-01 23:30:00 -0500\nslug: own\n---\n"
    assert listed(feedmill, tmp_path, {"a.md": matter}, toml)["a.md"]["permalink"].endswith("/2020/01/01/own/")


def test_names_are_lists_or_set_apart_by_commas(feedmill: Command, tmp_path: Path) -> None:
    matter = "---\ndate: 2020-01-01\ncategories: big news, small news\ntags: [a b, c]\n---\n"
    line = listed(feedmill, tmp_path, {"a.md": matter})["a.md"]
    assert (line["categories"], line["tags"]) == (["big news", "small news"], ["a b", "c"])


def test_only_markdown_and_html_in_the_folders_of_the_configuration(feedmill: Command, tmp_path: Path) -> None:
    files = {"x/a.md": post(), "x/b.HTML": post(), "x/c.txt": post(), "y/d.md": post(), "x/.git/e.md": post()}
    files |= {"x/_draft/f.md": post(), "x/old/g.md": post()}
    toml = TOML + '[posts]\nfolders = ["x"]\nexclude = ["x/old"]\n'
    assert sorted(listed(feedmill, tmp_path, files, toml)) == ["x/a.md", "x/b.HTML"]


def test_drafts_are_marked_in_the_front_matter(feedmill: Command, tmp_path: Path) -> None:
    assert listed(feedmill, tmp_path, {"a.md": post(draft="true")})["a.md"]["state"] == "draft"


def test_an_untitled_post_has_a_title_from_its_text(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"feedmill.toml": TOML, "a.md": "---\ndate: 2020-01-01\n---\nSome *text* here.\n"}, None)
    assert feedmill(root, "--out", tmp_path / "out").code == 0
    assert "<title>Some text here.</title>" in (tmp_path / "out" / "rss.xml").read_text("utf-8")


def test_braces_are_text_in_a_plain_folder(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"feedmill.toml": TOML, "a.md": post("A") + "Use `{{ x }}`.\n"}, None)
    assert feedmill(root, "--out", tmp_path / "out").code == 0
    assert "{{ x }}" in (tmp_path / "out" / "feed.json").read_text("utf-8")


def test_without_a_configuration_the_message_says_what_to_do(feedmill: Command, tmp_path: Path) -> None:
    outcome = feedmill(site(tmp_path, {"a.md": post()}, None))
    assert outcome.code == 2
    assert "feedmill.toml: error: [site] url: is missing" in outcome.err
