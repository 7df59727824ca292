"""Test how feeds of another site are told from those of a site that has moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.compare.other_site import OtherSite, find_other_site

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:f</id><title>{title}</title>
<updated>2024-01-01T00:00:00Z</updated><link rel="self" href="https://feeds.example/atom.xml"/>
<link rel="alternate" href="{home}"/><generator>{generator}</generator>{entries}</feed>"""
ENTRY = """<entry><id>urn:x:{id}</id><title>T</title><updated>2024-01-01T00:00:00Z</updated>
<published>2024-01-01T00:00:00Z</published><link rel="alternate" href="{home}{id}"/></entry>"""
OLD, NEW = "https://old.example/", "https://new.example/"


def feed(path: Path, ids: str = "", home: str = OLD, title: str = "Old", generator: str = "feedmill") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = "".join(ENTRY.format(id=one, home=home) for one in ids)
    path.write_text(ATOM.format(title=title, home=home, generator=generator, entries=entries))
    return path


def found(*paths: Path, ours: str = "") -> OtherSite | None:
    return find_other_site(paths, lambda home: home == NEW, lambda item: item.id.removeprefix("urn:x:") in ours)


@pytest.mark.parametrize(("ours", "is_other"), [("", True), ("a", True), ("ab", False), ("abcd", False)])
def test_a_feed_with_another_home_is_ours_if_half_of_its_items_are(tmp_path: Path, ours: str, is_other: bool) -> None:
    assert (found(feed(tmp_path / "atom.xml", "abcd"), ours=ours) is not None) is is_other


def test_items_of_all_feeds_with_another_home_count_once(tmp_path: Path) -> None:
    paths = [feed(tmp_path / "atom.xml", "abc"), feed(tmp_path / "category" / "n" / "atom.xml", "c", title="News")]
    other = found(*reversed(paths), ours="c")
    assert other is not None
    assert str(other) == f'"Old" ({OLD}, 3 items such as {OLD}a, {OLD}b, {OLD}c)'


def test_own_feeds_do_not_excuse_those_of_another_site(tmp_path: Path) -> None:
    own = feed(tmp_path / "atom.xml", "abcdef", home=NEW)
    assert found(own, ours="abcdef") is None
    other = found(own, feed(tmp_path / "tag" / "x" / "atom.xml", "z"), ours="abcdef")
    assert str(other) == f'"Old" ({OLD}, 1 item such as {OLD}z)'


def test_four_items_are_not_all_named(tmp_path: Path) -> None:
    assert str(found(feed(tmp_path / "atom.xml", "abcd"))).endswith(f"4 items such as {OLD}a, {OLD}b, {OLD}c, …)")


def test_titles_of_any_length_are_shown_on_one_short_line(tmp_path: Path) -> None:
    text = str(found(feed(tmp_path / "atom.xml", title="long\ntitle " * 10_000)))
    assert (len(text) < 300, "\n" in text) == (True, False)


@pytest.mark.parametrize("text", ["", "<feed>", "{", '{"_feedmill": 1}', "<rss/>", "<html></html>"])
def test_what_is_not_a_feed_of_feedmill_is_nobodys(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.xml").write_text(text + "<generator>feedmill</generator>")
    theirs = feed(tmp_path / "b.xml", "ab", generator="Jekyll")
    assert found(tmp_path / "a.xml", theirs, tmp_path / "missing.xml", tmp_path) is None
