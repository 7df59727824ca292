"""`feedmill diff`: what subscribers would see, and not a byte written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from feeds.pages.assets import ASSETS
from tests.sites import CONFIG, Command, Outcome, post, site
from tests.test_serve import tree

A, B, C = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md", "_posts/2021-01-03-c.md"
SOURCE = "http://one.example/a"
NOTHING = {"new": 0, "again": 0, "changed": 0, "gone": 0, "past": 0}


@pytest.fixture
def root(tmp_path: Path, feedmill: Command) -> Path:
    folder = site(tmp_path / "site", {A: post("A", source=SOURCE), B: post("B"), C: post("C", tags="x")})
    assert feedmill(folder).code == 0
    return folder


def dated(title: str, day: int, **fields: str) -> str:
    return post(title, **fields).replace("2021-12-31", f"2021-12-{day:02}")


def forget(root: Path) -> None:
    """Nothing is left that holds an id: no ledger, and the feeds are another program's."""
    shutil.rmtree(root / ".feedmill")
    for path in (root / "feeds").rglob("*.*"):
        path.write_text(path.read_text().replace("feedmill", "other"))


def counts(outcome: Outcome) -> dict[str, int]:
    return {name: outcome.report[name] for name in NOTHING}


def changes(outcome: Outcome, path: str = "") -> list[tuple[Any, ...]]:
    (feed,) = (feed for feed in outcome.report["feeds"] if feed["path"] == path)
    return [(one["what"], one["title"], *one["fields"]) for one in feed["changes"]]


def test_nothing_would_change(feedmill: Command, root: Path) -> None:
    outcome = feedmill("diff", root)
    assert (outcome.code, outcome.out, outcome.err) == (0, "no changes\n", "")
    assert feedmill("diff", root, "--full").code == 0
    outcome = feedmill("diff", root, "--json")
    assert outcome.report == {**NOTHING, "feeds": [], "written": [], "removed": [], "refusal": "", "problems": []}


def test_pages_that_would_change_are_counted_and_are_no_feeds(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text("[feeds]\npages = false\nformats = ['json']\n")
    feedmill(root)
    (root / "feedmill.toml").write_text("[feeds]\nformats = ['json']\n")
    outcome = feedmill("diff", root, "--json")
    assert (outcome.code, outcome.report["feeds"]) == (1, [])
    pages = ("embed.fragment.html", "embed.html", "index.html")
    folders = ("", "category/news/")
    expected = [*(folder + name for folder in folders for name in pages), *ASSETS]
    assert (outcome.report["written"], outcome.report["removed"]) == (sorted(expected), [])
    summary = feedmill("diff", root).out
    assert summary.startswith("feeds: 0 changed, 0 new, 0 removed;")
    assert "files: 13 to write, 0 to remove" in summary


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({A: post("A", source=SOURCE).replace("title: A", "title: A2")}, [("changed", "A2", "title")]),
        ({A: post("A", source=SOURCE) + "More text.\n"}, [("changed", "A", "summary", "text")]),
        ({A: post("A", source=SOURCE).replace("Text of", "*Text* of")}, [("changed", "A", "markup")]),
        ({A: dated("A", 30, source=SOURCE)}, [("changed", "A", "link", "date")]),
        ({A: post("A", source="https://two.example/a")}, [("changed", "A", "via")]),
        ({A: post("A", source="https://one.example/a")}, [("changed", "A", "via")]),
        ({A: post("A", source=SOURCE, author="Ann")}, [("changed", "A", "authors")]),
        ({B: None, "_posts/2021-01-02-renamed.md": post("B")}, [("changed", "B", "link")]),
        ({B: None}, [("gone", "B")]),
        ({"_posts/2021-01-04-d.md": post("D")}, [("new", "D")]),
        ({B: post("B", guid="urn:x:other")}, []),
    ],
    ids=["title", "text", "markup", "date", "source", "http to https", "author", "renamed", "removed", "added", "guid"],
)
def test_what_is_said_of_an_item(
    feedmill: Command, root: Path, files: dict[str, str | None], expected: list[tuple[str, ...]]
) -> None:
    for path, text in files.items():
        if text is None:
            (root / path).unlink()
        else:
            (root / path).write_text(text)
    before = tree(root)
    outcome = feedmill("diff", root, "--json")
    assert tree(root) == before
    assert outcome.code == bool(expected)
    if expected:
        assert changes(outcome) == changes(outcome, "category/news") == expected
    report = feedmill(root, "--json").report
    assert (report["written"], report["removed"]) == (outcome.report["written"], outcome.report["removed"])
    assert feedmill("diff", root).code == 0


def test_an_item_that_would_appear_a_second_time(feedmill: Command, root: Path) -> None:
    forget(root)
    (root / A).write_text(post("A", source=SOURCE, guid="urn:x:broken"))
    published = {one["title"]: one["id"] for one in json.loads((root / "feeds/feed.json").read_text())["items"]}
    outcome = feedmill("diff", root, "--json")
    assert outcome.code == 1
    assert counts(outcome) == {**NOTHING, "again": 1, "gone": 1}
    again = outcome.report["feeds"][0]["changes"][0]
    assert {name: again[name] for name in ("what", "id", "twin", "by")} == {
        "what": "again",
        "id": "urn:x:broken",
        "twin": published["A"],
        "by": "link",
    }
    assert f"! again   A: subscribers have it as {published['A']} (same link)" in feedmill("diff", root).out


def test_the_same_title_at_the_same_time_is_the_same_to_subscribers(feedmill: Command, root: Path) -> None:
    forget(root)
    (root / A).rename(root / "_posts/2021-01-01-else.md")
    (root / "_posts/2021-01-01-else.md").write_text(post("A"))
    outcome = feedmill("diff", root, "--json")
    assert counts(outcome) == {**NOTHING, "again": 1, "gone": 1}
    assert outcome.report["feeds"][0]["changes"][0]["by"] == "title and date"


def test_what_leaves_the_window_is_past_not_gone(feedmill: Command, tmp_path: Path) -> None:
    files = {f"_posts/2021-01-0{day}-p.md": dated(f"P{day}", day) for day in (1, 2, 3)}
    root = site(tmp_path / "small", files, f"{CONFIG}")
    (root / "feedmill.toml").write_text("[feeds]\nitems = 2\n")
    feedmill(root)
    (root / "_posts/2021-01-04-p.md").write_text(dated("P4", 4))
    assert changes(feedmill("diff", root, "--json")) == [("new", "P4"), ("past", "P2")]
    (root / "_posts/2021-01-03-p.md").unlink()
    assert changes(feedmill("diff", root, "--json")) == [("new", "P4"), ("gone", "P3")]


def test_feeds_come_and_go(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text('[feeds]\nby = ["category", "tag"]\n')
    (root / A).write_text(post("A", source=SOURCE).replace("categories: news", "categories: other"))
    for path in (B, C):
        (root / path).unlink()
    states = {feed["path"]: (feed["state"], feed["items"]) for feed in feedmill("diff", root, "--json").report["feeds"]}
    assert states == {"": ("changed", 1), "category/news": ("changed", 0), "category/other": ("new", 1)}
    outcome = feedmill("diff", root, "--prune", "--json")
    states = {feed["path"]: (feed["state"], feed["title"]) for feed in outcome.report["feeds"]}
    assert states["category/news"] == ("gone", "news — Site")
    assert "category/news/: news — Site: would be removed" in feedmill("diff", root, "--prune").out


def test_a_format_that_is_given_up_or_taken_up(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text('[feeds]\nformats = ["rss", "json"]\n')
    feed = feedmill("diff", root, "--json").report["feeds"][0]
    assert (feed["state"], feed["removed"], feed["changes"]) == ("changed", ["atom.xml"], [])
    assert "atom.xml would be removed" in feedmill("diff", root).out
    feedmill(root)
    (root / "feedmill.toml").unlink()
    feed = feedmill("diff", root, "--json").report["feeds"][0]
    assert (feed["state"], feed["written"], feed["changes"]) == ("changed", ["atom.xml"], [])
    assert feed["compared"] == []


def test_another_format_in_place_of_the_only_one(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text('[feeds]\nformats = ["rss"]\n')
    feedmill(root)
    (root / "feedmill.toml").write_text('[feeds]\nformats = ["json"]\n')
    (root / B).write_text(post("B").replace("title: B", "title: B2"))
    outcome = feedmill("diff", root, "--json")
    assert changes(outcome) == [("changed", "B2", "title")]
    assert outcome.report["feeds"][0]["compared"] == ["rss.xml", "feed.json"]


def test_what_another_hand_has_changed_is_not_removed(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text('[feeds]\nformats = ["rss", "json"]\n')
    (root / "feeds" / "atom.xml").write_text("mine")
    removed = feedmill("diff", root, "--json").report["removed"]
    assert removed == feedmill(root, "--json").report["removed"] == ["category/news/atom.xml"]


def test_the_published_files_count_whoever_wrote_them(feedmill: Command, root: Path) -> None:
    shutil.rmtree(root / "feeds")
    (root / "feeds").mkdir()
    (root / "feeds" / "atom.xml").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Site</title><id>http://site.example/</id>'
        "<entry><title>A</title><id>http://site.example/news/2021/01/01/a</id>"
        '<link href="http://www.site.example/news/2021/12/31/a.html"/>'
        "<published>2021-12-31T03:38:35Z</published></entry></feed>"
    )
    outcome = feedmill("diff", root, "--json")
    (feed,) = (feed for feed in outcome.report["feeds"] if feed["path"] == "")
    assert sorted((one["what"], one["title"], one["by"]) for one in feed["changes"]) == [
        ("again", "A", "link"),
        ("gone", "A", ""),
        ("new", "B", ""),
        ("new", "C", ""),
    ]
    (root / "feeds" / "atom.xml").write_text("<feed")
    outcome = feedmill("diff", root)
    assert outcome.code == 1
    assert "the published feed cannot be parsed" in outcome.out


def test_a_new_title_of_the_site_is_the_feeds_own(feedmill: Command, root: Path) -> None:
    (root / "_config.yml").write_text(CONFIG.replace("title: Site", "title: Other"))
    feeds = {feed["path"]: feed for feed in feedmill("diff", root, "--json").report["feeds"]}
    assert (feeds[""]["head"], feeds[""]["changes"]) == (["title"], [])
    assert feeds["category/news"]["title"] == "news — Other"
    assert "./: Other: title\n" in feedmill("diff", root).out


def test_a_post_that_cannot_be_read_is_named(feedmill: Command, root: Path) -> None:
    (root / B).write_text("---\ntitle: [\n---\n")
    outcome = feedmill("diff", root)
    assert (outcome.code, outcome.out) == (0, "no changes\n")
    assert outcome.err.startswith(f"{B}:2: error:")


def test_quiet_says_it_with_the_exit_code(feedmill: Command, root: Path) -> None:
    (root / B).unlink()
    outcome = feedmill("diff", root, "-q")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "")


def test_nothing_in_a_title_steers_a_terminal(feedmill: Command, root: Path) -> None:
    (root / B).write_text(post('"B\\e[31m\\u202e"'))
    assert all(sign.isprintable() or sign == "\n" for sign in feedmill("diff", root).out)


def test_what_publishing_would_refuse_is_said(feedmill: Command, root: Path) -> None:
    for path in (A, B, C):
        (root / path).unlink()
    outcome = feedmill("diff", root)
    assert (outcome.code, outcome.out.count("- gone ")) == (1, 6)
    assert "publishing would be refused: none of the 3 published posts would remain" in outcome.out
    assert feedmill("diff", root, "--allow-removals", "--json").report["refusal"] == ""


def test_feeds_below_a_web_root_are_named_by_their_folders_and_stay_when_a_format_goes(
    feedmill: Command, tmp_path: Path
) -> None:
    toml = '[feeds]\nroot = "web"\nout = "web/feeds"\npages = false\n'
    folder = site(tmp_path / "site", {A: post("A"), "feedmill.toml": toml})
    assert feedmill(folder).code == 0
    site(folder, {"feedmill.toml": toml + 'formats = ["rss", "atom"]\n'}, None)
    outcome = feedmill("diff", folder, "--json")
    assert outcome.report["removed"] == ["feeds/category/news/feed.json", "feeds/feed.json"]
    assert [(feed["path"], feed["state"], feed["removed"]) for feed in outcome.report["feeds"]] == [
        ("", "changed", ["feed.json"]),
        ("category/news", "changed", ["feed.json"]),
    ]
