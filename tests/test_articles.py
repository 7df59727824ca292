"""Which files become one item of the feeds: reprints, series, symbolic links."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sites import CONFIG, Command, post, site

A, B = "_posts/2021-01-01-a.md", "_posts/2021-01-08-b.md"
FIRST, SECOND, THIRD = (("--now", f"2024-01-0{day}T00:00:00Z") for day in (1, 2, 3))
SOURCE = "https://paper.example/a"
LONG = "The board met on Tuesday, and it voted for the plan that the chair had brought before it in May.\n"


def weekly(day: str, text: str, **fields: str) -> str:
    return post("Weekly update", **fields).replace("2021-12-31", day).partition("Text of")[0] + text


def items(root: Path) -> dict[str, str]:
    """The ids of the items, by their pages."""
    found = json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]
    return {item["url"].rpartition("/")[2].removesuffix(".html"): item["id"] for item in found}


def test_a_series_with_one_title_and_one_source_keeps_every_text(feedmill: Command, tmp_path: Path) -> None:
    texts = {A: weekly("2021-01-01", "News one.\n", source=SOURCE), B: weekly("2021-01-08", "Two.\n", source=SOURCE)}
    root = site(tmp_path, texts)
    assert feedmill(root, *FIRST, "--json").codes == [(B, 0, "shared-source")]
    assert items(root).keys() == {"a", "b"}


def test_a_copy_that_is_edited_later_becomes_an_item_and_stays_one(feedmill: Command, tmp_path: Path) -> None:
    texts = {A: weekly("2021-01-01", LONG, source=SOURCE), B: weekly("2021-01-08", LONG, source=SOURCE)}
    root = site(tmp_path, texts)
    assert feedmill(root, *FIRST).code == 0
    before = items(root)
    assert before.keys() == {"a"}
    site(root, {B: weekly("2021-01-08", "All new: " + LONG[::-1], source=SOURCE)}, None)
    assert feedmill(root, *SECOND).code == 0
    apart = items(root)
    assert (apart["a"], apart.keys()) == (before["a"], {"a", "b"})
    site(root, texts, None)
    assert feedmill(root, *THIRD).code == 0
    assert items(root) == apart


def test_a_copy_of_a_post_that_cannot_be_read_stays_in_its_item(feedmill: Command, tmp_path: Path) -> None:
    texts = {A: weekly("2021-01-01", LONG, source=SOURCE), B: weekly("2021-01-08", LONG, source=SOURCE)}
    root = site(tmp_path, texts)
    assert feedmill(root, *FIRST).code == 0
    before = items(root)
    site(root, {A: "---\ntitle: [\n---\n"}, None)
    assert feedmill(root, *SECOND).code == 0
    assert items(root) == before
    assert {line["id"] for line in feedmill("list", root, *SECOND).lines if line["id"]} == set(before.values())
    site(root, texts, None)
    assert feedmill(root, *THIRD).code == 0
    assert items(root) == before


def test_what_is_one_article_does_not_depend_on_what_was_read_in_this_run(feedmill: Command, tmp_path: Path) -> None:
    texts = {A: weekly("2021-01-01", LONG, source=SOURCE), B: weekly("2021-01-08", LONG + "More.", source=SOURCE)}
    root = site(tmp_path, texts)
    assert feedmill(root, *FIRST).code == 0
    site(root, {"_posts/2021-02-01-c.md": post("C")}, None)
    assert feedmill(root, *SECOND).code == 0
    assert items(root).keys() == {"a", "c"}
    assert feedmill(root, *THIRD, "--full", "--json").report["written"] == []


LINKED = 'title = "S"\nurl = "https://site.example"\n[posts]\nfolders = ["posts"]\n'


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ({"posts/alias.md": "real.md"}, ["posts/real.md"]),
        ({"posts/z.md": "real.md", "posts/b.md": "z.md"}, ["posts/real.md"]),
        ({"posts/b.md": "../texts/x.md", "posts/c.md": "../texts/x.md"}, ["posts/b.md", "posts/real.md"]),
        ({"posts/sub": "../texts"}, ["posts/real.md", "posts/sub/x.md"]),
        ({"posts/sub": "../texts", "posts/b.md": "../texts/x.md"}, ["posts/b.md", "posts/real.md"]),
        ({"posts/again": "deep"}, ["posts/real.md"]),
    ],
)
def test_a_link_to_a_post_that_is_read_anyway_is_not_a_second_post(
    feedmill: Command, tmp_path: Path, links: dict[str, str], expected: list[str]
) -> None:
    files = {"posts/real.md": post("Real"), "texts/x.md": post("X"), "feedmill.toml": f"[site]\n{LINKED}"}
    root = site(tmp_path, files, None)
    for link, target in links.items():
        if target == "deep":
            site(root, {"posts/deep/y.md": post("Y")}, None)
            expected = ["posts/deep/y.md", *expected]
        (root / link).symlink_to(target)
    assert [line["path"] for line in feedmill("list", root, *FIRST).lines] == sorted(expected)


def test_a_link_to_a_draft_publishes_it(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"_drafts/a.md": post("A")}, CONFIG)
    (root / "_posts").mkdir()
    (root / A).symlink_to("../_drafts/a.md")
    lines = {line["path"]: line["state"] for line in feedmill("list", root, *FIRST).lines}
    assert lines[A] == "published"
