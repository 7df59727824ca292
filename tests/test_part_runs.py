"""Runs over the posts that a few changes concern: what they read, and when all posts are read instead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedmill.run import read_step
from feedmill.run.part_selection import PartSelection
from feeds.select import archives
from posts.pipeline import part_reader
from posts.store.last_run import LastRun
from tests.sites import Command, post, site, tree

TOML = '[feeds]\nitems = 3\nkeep = "0h"\n'
STAMPS = ("SELECT path, size", "SELECT path FROM", "SELECT path, stamp", "SELECT hash FROM")


def path(number: int) -> str:
    return f"_posts/2021-{1 + number // 28:02}-{1 + number % 28:02}-p{number}.md"


def dated(number: int, more: str = "") -> str:
    date = path(number)[7:17]
    text = post(f"P{number}").replace("2021-12-31", date)
    return f"{text}Text {number}. {more}\n"


def make(folder: Path, count: int) -> Path:
    root = site(folder, {path(number): dated(number) for number in range(1, count + 1)})
    (root / "feedmill.toml").write_text(TOML)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "site", 12)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[PartSelection]:
    """The selections of the runs over a part of the posts, in their order."""
    made: list[PartSelection] = []

    def kept(*arguments: Any) -> PartSelection:
        made.append(PartSelection(*arguments))
        return made[-1]

    monkeypatch.setattr(read_step, "PartSelection", kept)
    return made


def change(root: Path, number: int, more: str = "More.") -> None:
    (root / path(number)).write_text(dated(number, more))


def same_from_scratch(feedmill: Command, root: Path, to: Path) -> bool:
    """Whether a run from scratch with the same ledger writes the same files."""
    state = to / "index.sqlite3"
    state.parent.mkdir()
    state.write_bytes((root / ".feedmill" / "index.sqlite3").read_bytes())
    assert feedmill(root, "--full", "--state", state, "--out", to / "out").code == 0
    return tree(root / "feeds") == tree(to / "out")


def rows_read(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]) -> int:
    """Return the number of rows of the index that a run reads, the stamps and names of files left out."""
    count = 0
    real = LastRun._rows

    def counted(self: LastRun, query: str, *values: Any) -> list[tuple[Any, ...]]:
        nonlocal count
        rows = real(self, query, *values)
        count += 0 if query.startswith(STAMPS) else len(rows)
        return rows

    with monkeypatch.context() as patched:
        patched.setattr(LastRun, "_rows", counted)
        run()
    return count


@pytest.mark.parametrize("edited", [1, 12])
def test_a_change_reads_as_many_rows_in_a_large_site_as_in_a_small_one(
    edited: int, feedmill: Command, parts: list[PartSelection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for count in (200, 280):  # both have posts in all of the weeks that a page shows
        root = make(tmp_path / str(count), count)
        feedmill(root)
        change(root, edited if edited == 1 else count)
        counts.append(rows_read(monkeypatch, lambda root=root: feedmill(root)))
    assert len(parts) == 2
    assert counts[0] == counts[1]


def test_only_the_posts_that_a_change_concerns_and_those_in_the_windows_are_read(
    feedmill: Command, root: Path, parts: list[PartSelection]
) -> None:
    feedmill(root)
    change(root, 1)
    feedmill(root)
    read = parts[0].reading.rest
    assert read is not None
    assert read.paths == {path(1), *(path(number) for number in (10, 11, 12))}


def test_with_archives_as_many_posts_are_read_whatever_their_number(
    feedmill: Command, parts: list[PartSelection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "ARCHIVE_SIZE", 5)
    counts = []
    for count in (23, 43):
        root = make(tmp_path / str(count), count)
        (root / "feedmill.toml").write_text(f"{TOML}archives = true\n")
        feedmill(root)
        (root / path(count + 1)).write_text(dated(count + 1))
        assert feedmill(root, "--json").report["new"] == 1
        assert same_from_scratch(feedmill, root, tmp_path / f"scratch-{count}")
        counts.append(len(parts[-1].reading.scan.heads))
    assert len(parts) == 2
    assert counts == [4, 4]  # the new post, the others of the last document, and those of the window are the same


def test_an_edit_reads_and_writes_the_archive_document_of_its_item(
    feedmill: Command, parts: list[PartSelection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "ARCHIVE_SIZE", 5)
    root = make(tmp_path / "site", 23)
    (root / "feedmill.toml").write_text(f"{TOML}archives = true\npages = false\n")
    feedmill(root)
    change(root, 8)
    written = feedmill(root, "--json").report["written"]
    assert [name for name in written if "archive" in name] == ["atom-archive-2.xml", "category/news/atom-archive-2.xml"]
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")
    assert {head.post.path for head in parts[0].reading.scan.heads.values()} == {
        path(number) for number in (6, 7, 8, 9, 10, 21, 22, 23)
    }


def test_when_the_last_archive_is_needed_no_more_all_posts_are_read(
    feedmill: Command, parts: list[PartSelection], tmp_path: Path
) -> None:
    root = make(tmp_path / "site", 4)
    (root / "feedmill.toml").write_text(f"{TOML}archives = true\n")
    feedmill(root)
    assert (root / "feeds/atom-archive-1.xml").exists()
    (root / path(1)).unlink()
    feedmill(root)
    assert parts == []
    assert not (root / "feeds/atom-archive-1.xml").exists()
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")


@pytest.mark.parametrize(
    "other",
    [
        lambda root: (root / "feedmill.toml").write_text(TOML.replace("3", "4")),
        lambda root: (root / "_config.yml").write_text((root / "_config.yml").read_text() + "\n# x\n"),
        lambda root: (root / "feeds" / "rss.xml").unlink(),
        lambda root: (root / "feeds" / "category").joinpath("news", "rss.xml").write_text("x"),
    ],
)
def test_all_posts_are_read_when_anything_but_posts_has_changed(
    other: Callable[[Path], Any], feedmill: Command, root: Path, parts: list[PartSelection], tmp_path: Path
) -> None:
    feedmill(root)
    change(root, 12)
    other(root)
    assert feedmill(root).code == 0
    assert parts == []
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")


def test_all_posts_are_read_after_many_changes_and_after_an_interrupted_run(
    feedmill: Command, root: Path, parts: list[PartSelection], monkeypatch: pytest.MonkeyPatch
) -> None:
    feedmill(root)
    with monkeypatch.context() as patched:
        patched.setattr(part_reader, "MOST_CHANGES", 1)
        for number in (1, 2):
            change(root, number)
        assert feedmill(root, "--json").code == 0
    assert parts == []
    with closing(sqlite3.connect(root / ".feedmill" / "index.sqlite3")) as index:
        index.execute("UPDATE run SET value = 'true' WHERE key = 'unfinished'")
        index.commit()
    change(root, 3)
    assert feedmill(root).code == 0
    assert parts == []


def test_a_report_keeps_the_problems_of_posts_that_were_not_read(
    feedmill: Command, root: Path, parts: list[PartSelection]
) -> None:
    (root / path(1)).write_text(dated(1).replace("---\n", "---\nguid: no id\n", 1))
    (root / "_posts" / "undated.md").write_text(dated(2))
    first = feedmill(root, "--json").report["problems"]
    assert len(first) == 2
    change(root, 12)
    assert feedmill(root, "--json").report["problems"] == first
    (root / path(13)).write_text(dated(13))
    assert feedmill(root, "--json").report["problems"] == first
    assert len(parts) == 2


def test_the_report_of_a_part_counts_all_posts(feedmill: Command, root: Path, parts: list[PartSelection]) -> None:
    (root / path(2)).write_text(dated(2).replace("---\n", "---\npublished: false\n", 1))
    feedmill(root)
    (root / path(13)).write_text(dated(13))
    report = feedmill(root, "--json").report
    assert (report["posts"], report["new"], report["skipped_by"], report["feeds"]) == (12, 1, {"unpublished": 1}, 2)
    assert sorted([*report["written"], *report["unchanged"]]) == sorted(tree(root / "feeds"))
    assert len(parts) == 1


DAMAGE = [
    "DELETE FROM members WHERE n = 12",
    "UPDATE members SET at = at - 400000000000000 WHERE n = 12",
    "DELETE FROM members",
    "DELETE FROM posts WHERE n = 12",
    "UPDATE posts SET state = 'draft' WHERE n = 12",
    "UPDATE terms SET total = 3",
    "DELETE FROM terms WHERE kind = 'category'",
    "DELETE FROM heads",
    "UPDATE heads SET facts = x'00' WHERE path LIKE '%p11.md'",
    "DELETE FROM run WHERE key = 'catalog'",
    "DELETE FROM seen WHERE path LIKE '%p4.md'",
    "UPDATE seen SET first = first + 1 WHERE path LIKE '%p11.md'",
    "DELETE FROM items WHERE path LIKE '%p11.md'",
]


@pytest.mark.parametrize("statement", DAMAGE)
def test_a_damaged_catalog_changes_no_feed(statement: str, feedmill: Command, root: Path, tmp_path: Path) -> None:
    feedmill(root)
    change(root, 12)
    with closing(sqlite3.connect(root / ".feedmill" / "index.sqlite3")) as index:
        index.execute(statement)
        index.commit()
    assert feedmill(root).code == 0
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")
    assert "More." in (root / "feeds" / "rss.xml").read_text()
    assert "P11" in (root / "feeds" / "rss.xml").read_text()


def test_damage_to_a_feed_that_a_change_does_not_concern_does_not_reach_the_directory(
    feedmill: Command, root: Path, tmp_path: Path
) -> None:
    (root / path(11)).write_text(dated(11).replace("news", "sport"))
    feedmill(root)
    change(root, 12)
    with closing(sqlite3.connect(root / ".feedmill" / "index.sqlite3")) as index:
        sport = "(SELECT n FROM terms WHERE folded = 'sport')"
        index.execute(f"UPDATE members SET at = at - 400000000000000 WHERE term = {sport}")
        index.commit()
    assert feedmill(root).code == 0
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")


def test_the_row_of_a_file_that_is_gone_is_removed_whatever_is_left_of_it(feedmill: Command, root: Path) -> None:
    feedmill(root)
    (root / path(2)).unlink()
    with closing(sqlite3.connect(root / ".feedmill" / "index.sqlite3")) as index:
        index.execute("DELETE FROM heads WHERE path LIKE '%p2.md'")
        index.commit()
    assert feedmill(root, "--json").report["gone"] == 1
    with closing(sqlite3.connect(root / ".feedmill" / "index.sqlite3")) as index:
        assert index.execute("SELECT count(*) FROM files").fetchone() == (11,)


def test_a_new_feed_that_may_be_in_the_place_of_a_file_is_selected_among_all(
    feedmill: Command, root: Path, parts: list[PartSelection]
) -> None:
    (root / "feedmill.toml").write_text(f'{TOML}[feeds.paths]\n"all/rss" = "category/sport/rss.xml"\n')
    feedmill(root)
    (root / path(13)).write_text(dated(13).replace("news", "sport"))
    outcome = feedmill(root)
    assert (outcome.code, "have this path" in outcome.err) == (3, True)
    assert len(parts) == 1  # the run began with a part of the posts


def test_a_folder_of_posts_that_became_a_link_or_a_folder_is_seen_by_the_walk(
    feedmill: Command, root: Path, tmp_path: Path, parts: list[PartSelection]
) -> None:
    feedmill(root)
    (root / path(11)).unlink()
    (root / path(11)).mkdir()
    (root / path(13)).write_text(dated(13))
    report = feedmill(root, "--json").report
    assert (report["gone"], report["new"], len(parts)) == (1, 1, 1)
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")


def test_a_plain_folder_is_read_in_part_too(feedmill: Command, tmp_path: Path, parts: list[PartSelection]) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    (root / "feedmill.toml").write_text('[site]\ntitle = "Plain"\nurl = "https://plain.example"\n' + TOML)
    for number in range(1, 8):
        (root / f"p{number}.md").write_text(f"---\ntitle: P{number}\ndate: 2021-01-0{number}\n---\nText {number}.\n")
    (root / "README.md").write_text("---\ntitle: Read me\ndate: 2021-01-09\n---\nNot a post.\n")
    assert feedmill(root).code == 0
    (root / "p8.md").write_text("---\ntitle: P8\ndate: 2021-01-08\ntags: [sea]\n---\nMore.\n")
    (root / "p2.md").unlink()
    report = feedmill(root, "--json").report
    assert (report["posts"], report["new"], report["gone"], len(parts)) == (7, 1, 1, 1)
    assert "Read me" not in (root / "feeds" / "rss.xml").read_text()
    assert same_from_scratch(feedmill, root, tmp_path / "scratch")
