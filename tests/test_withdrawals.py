"""Test that withdrawn items leave the feeds at once and have a tombstone in Atom for thirty days (RFC 6721)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from tests.sites import Command, post, site

A, B, C = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md", "_posts/2021-01-03-c.md"
ATOM, AT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
START, LATER, SOON, MUCH_LATER = (("--now", f"2024-{day}T00:00:00Z") for day in ("01-01", "02-01", "03-01", "03-03"))
WAYS = {
    "deleted": None,
    "published: false": post("A", published="false", tags="x"),
    "a draft": post("A", tags="x"),
    "expired": post("A", expirydate="2024-01-15", tags="x"),
}


@pytest.fixture
def root(feedmill: Command, tmp_path: Path) -> Path:
    toml = """
[feeds]
by = ["category", "tag"]

[[feeds.custom]]
name = "on a"
match = "^A"

[[feeds.custom]]
name = "on b"
match = "^B"
"""
    other = post("B").replace("news", "sport")
    root = site(tmp_path, {A: WAYS["expired"] or "", B: other, C: post("C"), "feedmill.toml": toml})
    assert feedmill(root, *START).code == 0
    return root


def withdraw(root: Path, way: str) -> None:
    text = WAYS[way]
    if way == "a draft":
        site(root, {"_drafts/a.md": text or ""}, None)
    if text is None or way == "a draft":
        (root / A).unlink()
    else:
        site(root, {A: text}, None)


def tombstones(root: Path, feed: str) -> list[tuple[str, str]]:
    """Return the tombstones of an Atom feed: ids and times."""
    document = etree.parse(root / "feeds" / feed / "atom.xml")
    return [(one.get("ref", ""), one.get("when", "")) for one in document.iter(f"{AT}deleted-entry")]


def ids(root: Path, feed: str = "") -> dict[str, str]:
    items = json.loads((root / "feeds" / feed / "feed.json").read_text("utf-8"))["items"]
    return {item["title"]: item["id"] for item in items}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_back_leaves_all_feeds_and_the_atom_feeds_it_was_in_say_so(
    feedmill: Command, root: Path, way: str
) -> None:
    gone = ids(root)["A"]
    withdraw(root, way)
    assert feedmill(root, *LATER).code == 0
    for feed in ("", "category/news", "tag/x", "feed/on-a"):
        assert "A" not in ids(root, feed)
        assert tombstones(root, feed) == [(gone, "2024-02-01T00:00:00+00:00")], feed
    for feed in ("category/sport", "feed/on-b"):
        assert tombstones(root, feed) == []
    assert "deleted-entry" not in (root / "feeds" / "rss.xml").read_text("utf-8")
    for name, time in (("atom.xml", "2024-02-01T00:00:00+00:00"), ("rss.xml", "Thu, 01 Feb 2024 00:00:00 +0000")):
        assert f">{time}</" in (root / "feeds" / name).read_text("utf-8")


def test_a_feed_tells_for_thirty_days_and_then_no_more(feedmill: Command, root: Path) -> None:
    withdraw(root, "deleted")
    assert feedmill(root, *LATER).code == 0
    assert feedmill(root, *SOON, "--json").report["written"] == []
    assert len(tombstones(root, "")) == 1
    assert "atom.xml" in feedmill(root, *MUCH_LATER, "--json").report["written"]
    assert tombstones(root, "") == []
    assert feedmill(root, *MUCH_LATER, "--json").report["written"] == []


def test_a_tombstone_ends_thirty_days_after_its_item(feedmill: Command, root: Path) -> None:
    withdraw(root, "deleted")
    assert feedmill(root, "--now", "2024-02-01T12:00:00Z").code == 0
    assert feedmill(root, "--now", "2024-03-02T11:59:59Z", "--json").report["written"] == []
    assert len(tombstones(root, "")) == 1
    assert "atom.xml" in feedmill(root, "--now", "2024-03-02T12:00:00Z", "--json").report["written"]
    assert tombstones(root, "") == []


def test_a_custom_feed_whose_configuration_has_gone_stays_empty_and_has_no_tombstones(
    feedmill: Command, root: Path
) -> None:
    toml = (root / "feedmill.toml").read_text("utf-8")
    site(root, {"feedmill.toml": toml.partition("[[feeds.custom]]")[0]}, None)
    withdraw(root, "deleted")
    outcome = feedmill(root, *LATER)
    assert outcome.code == 0, outcome.err
    assert len(tombstones(root, "category/news")) == 1
    assert (ids(root, "feed/on-a"), tombstones(root, "feed/on-a")) == ({}, [])


@pytest.mark.parametrize("way", [way for way in WAYS if way != "expired"])
def test_what_comes_back_has_its_old_id_and_is_told_no_more(feedmill: Command, root: Path, way: str) -> None:
    before = ids(root)
    withdraw(root, way)
    assert feedmill(root, *LATER).code == 0
    (root / "_drafts" / "a.md").unlink(missing_ok=True)
    site(root, {A: post("A", tags="x")}, None)
    assert feedmill(root, *SOON).code == 0
    assert ids(root) == before
    assert tombstones(root, "") == tombstones(root, "tag/x") == []


def test_a_post_expires_without_any_other_change_and_comes_back_when_its_term_is_longer(
    feedmill: Command, root: Path
) -> None:
    before = ids(root)
    assert "A" in before
    assert feedmill(root, "--now", "2024-01-14T00:00:00Z", "--json").report["written"] == []
    assert feedmill(root, "--now", "2024-01-15T00:00:00+08:00", "--json").report["gone"] == 1
    site(root, {A: post("A", expirydate="2025-01-01", tags="x")}, None)
    assert feedmill(root, *LATER).code == 0
    assert ids(root) == before
    assert tombstones(root, "") == []


def test_a_site_may_publish_what_has_expired(feedmill: Command, root: Path) -> None:
    with (root / "feedmill.toml").open("a") as file:
        file.write("\n[posts]\nexpired = true\n")
    assert feedmill(root, *LATER).code == 0
    assert "A" in ids(root)


def test_what_waits_for_its_date_again_has_not_been_taken_back(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A").replace("2021-12-31", "2030-01-01")}, None)
    assert feedmill(root, *LATER).code == 0
    assert tombstones(root, "") == []


def test_a_wrong_day_of_expiry_is_named_and_costs_nothing(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A", expirydate="someday")}, None)
    outcome = feedmill(root, *LATER, "--json")
    assert outcome.codes == [(A, 4, "bad-date")]
    assert "A" in ids(root)


def test_who_moves_to_another_category_has_not_been_taken_back(feedmill: Command, root: Path) -> None:
    moved = ids(root)["C"]
    site(root, {C: post("C").replace("news", "sport")}, None)
    assert feedmill(root, *LATER).code == 0
    assert moved not in {item_id for item_id, _ in tombstones(root, "category/news")}


def test_an_emptied_feed_still_tells(feedmill: Command, root: Path) -> None:
    gone = ids(root)["B"]
    (root / B).unlink()
    assert feedmill(root, *LATER).code == 0
    assert [item_id for item_id, _ in tombstones(root, "category/sport")] == [gone]
    assert ids(root, "category/sport") == {}


def test_withdrawals_outlive_the_index(feedmill: Command, root: Path) -> None:
    withdraw(root, "deleted")
    assert feedmill(root, *LATER).code == 0
    before = {feed: tombstones(root, feed) for feed in ("", "category/news", "category/sport", "tag/x")}
    gone = before[""][0][0]
    (root / ".feedmill" / "index.sqlite3").unlink()
    site(root, {B: post("B2").replace("news", "sport")}, None)
    assert feedmill(root, *SOON).code == 0
    assert {feed: tombstones(root, feed) for feed in before} == before
    site(root, {A: post("A", tags="x")}, None)
    assert feedmill(root, *SOON).code == 0
    assert ids(root)["A"] == gone
    assert tombstones(root, "") == []
