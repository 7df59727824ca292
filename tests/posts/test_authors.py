"""The authors in `_data/authors.yml` of a Jekyll site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sites import CONFIG, Command, post, site

AUTHORS = """\
jdoe:
  name: Jane Doe
  email: jane@example.org
  uri: https://jane.example
  bio: more
max:
  name: Max
  url: https://max.example
plain: Plain Name
nameless:
  twitter: x
"""
POST = "_posts/2021-12-31-a.md"


def items(root: Path) -> list[dict[str, Any]]:
    return json.loads((root / "feeds/feed.json").read_text("utf-8"))["items"]  # type: ignore[no-any-return]


def names(feedmill: Command, root: Path) -> list[str]:
    outcome = feedmill("list", root)
    assert outcome.code == 0, outcome.err
    return outcome.lines[0]["authors"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("jdoe", ["Jane Doe"]),
        ("[jdoe, max]", ["Jane Doe", "Max"]),
        ("[jdoe, Guest]", ["Jane Doe", "Guest"]),
        ("plain", ["Plain Name"]),
        ("nameless", ["nameless"]),
        ("JDOE", ["JDOE"]),
    ],
)
@pytest.mark.parametrize("key", ["author", "authors"])
def test_a_key_stands_for_an_author(
    feedmill: Command, tmp_path: Path, key: str, written: str, expected: list[str]
) -> None:
    root = site(tmp_path / "site", {POST: post("A", **{key: written}), "_data/authors.yml": AUTHORS})
    assert names(feedmill, root) == expected


@pytest.mark.parametrize(
    ("path", "text", "config"),
    [
        ("_data/authors.yaml", AUTHORS, CONFIG),
        ("_data/authors.json", '{"jdoe": {"name": "Jane Doe"}}', CONFIG),
        ("info/authors.yml", AUTHORS, CONFIG + "data_dir: info\n"),
    ],
)
def test_other_places(feedmill: Command, tmp_path: Path, path: str, text: str, config: str) -> None:
    root = site(tmp_path / "site", {POST: post("A", author="jdoe"), path: text}, config)
    assert names(feedmill, root) == ["Jane Doe"]


def test_address_and_name_are_in_the_feed(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {POST: post("A", author="jdoe"), "_data/authors.yml": AUTHORS})
    feedmill("publish", root)
    assert items(root)[0]["authors"] == [{"name": "Jane Doe", "url": "https://jane.example/"}]
    atom = (root / "feeds/atom.xml").read_text("utf-8")
    assert "jane@example.org" in atom
    assert "jdoe" not in atom


def test_defaults_and_the_sites_author_are_keys_too(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + "author: max\ndefaults:\n  - scope: {path: ''}\n    values: {author: jdoe}\n"
    root = site(tmp_path / "site", {POST: post("A"), "_data/authors.yml": AUTHORS}, config)
    assert names(feedmill, root) == ["Jane Doe"]
    feedmill("publish", root)
    assert json.loads((root / "feeds/feed.json").read_text("utf-8"))["authors"] == [
        {"name": "Max", "url": "https://max.example"}
    ]


def test_a_run_sees_that_the_file_changed(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {POST: post("A", author="jdoe")})
    feedmill("publish", root)
    assert items(root)[0]["authors"] == [{"name": "jdoe"}]
    (root / "_data").mkdir()
    (root / "_data/authors.yml").write_text(AUTHORS, "utf-8")
    feedmill("publish", root)
    assert items(root)[0]["authors"][0]["name"] == "Jane Doe"
    (root / "_data/authors.yml").write_text(AUTHORS.replace("Jane", "June"), "utf-8")
    feedmill("publish", root)
    assert items(root)[0]["authors"][0]["name"] == "June Doe"
    (root / "_data/authors.yml").unlink()
    feedmill("publish", root)
    assert items(root)[0]["authors"] == [{"name": "jdoe"}]


@pytest.mark.parametrize(
    "text", ["jdoe: [", "- jdoe\n", "a: b: c\n", "x: " + "[" * 3_000, "jdoe: {name: '" + "x" * (1 << 20) + "'}\n"]
)
def test_a_file_that_cannot_be_read_is_reported_and_costs_no_post(feedmill: Command, tmp_path: Path, text: str) -> None:
    root = site(tmp_path / "site", {POST: post("A", author="jdoe"), "_data/authors.yml": text})
    outcome = feedmill("publish", root, "--json")
    assert outcome.code == 0
    assert outcome.codes == [("_data/authors.yml", 0, "bad-data")]
    assert items(root)[0]["authors"] == [{"name": "jdoe"}]


def test_aliases_are_not_expanded(feedmill: Command, tmp_path: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 30))
    root = site(
        tmp_path / "site", {POST: post("A", author="jdoe"), "_data/authors.yml": f"l0: &l0 x\n{levels}\njdoe: Jane\n"}
    )
    assert names(feedmill, root) == ["Jane"]


def test_no_link_leads_out_of_the_site(feedmill: Command, tmp_path: Path) -> None:
    (tmp_path / "authors.yml").write_text("jdoe: Secret\n", "utf-8")
    root = site(tmp_path / "site", {POST: post("A", author="jdoe")})
    (root / "_data").mkdir()
    (root / "_data/authors.yml").symlink_to(tmp_path / "authors.yml")
    assert names(feedmill, root) == ["jdoe"]
    for folder in ("..", "../x"):
        (root / "_config.yml").write_text(f"{CONFIG}data_dir: {folder}\n", "utf-8")
        assert names(feedmill, root) == ["jdoe"]
