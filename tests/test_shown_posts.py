"""What happens to posts that feeds show, and to posts that are published and no feed shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from posts.pipeline import render, scanner
from tests.sites import Command, post, site

TOML = '[feeds]\nitems = 2\nkeep = "0h"\n'


def path(number: int) -> str:
    return f"_posts/2021-01-{number:02}-p{number}.md"


def dated(number: int, more: str = "") -> str:
    """A post of one day of January; its text is its own."""
    return post(f"P{number}").replace("2021-12-31", f"2021-01-{number:02}") + f"Text {number}. {more}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = site(tmp_path / "site", {path(number): dated(number) for number in range(1, 7)})
    (made / "feedmill.toml").write_text(TOML)
    return made


def ledger(feedmill: Command, root: Path, kind: str) -> dict[str, dict[str, Any]]:
    """The lines of one kind in the exported ledger, by path of the post."""
    lines = [line for line in feedmill("state", "export", root).lines if kind in line]
    return {line["path"] if kind == "item" else line[kind]: line for line in lines}


def spy(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[str]:
    """Return the list to which every call of a function of one post adds the path."""
    real: Callable[..., Any] = getattr(module, name)
    seen: list[str] = []

    def wrapped(first: Any, *rest: Any) -> Any:
        seen.append(getattr(first, "path", "") or first.post.path)
        return real(first, *rest)

    monkeypatch.setattr(module, name, wrapped)
    return seen


def test_every_post_is_scanned_and_those_that_feeds_show_are_loaded_and_rendered_once(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned, loaded = spy(monkeypatch, scanner, "scan_post"), spy(monkeypatch, render, "load_post")
    rendered = spy(monkeypatch, render, "render_content")
    feedmill(root, "--workers", "1")
    assert sorted(scanned) == [path(number) for number in range(1, 7)]
    assert (sorted(loaded), sorted(rendered)) == ([path(5), path(6)], [path(5), path(6)])


@pytest.mark.parametrize(("number", "bodies"), [(6, 1), (1, 0)])
def test_an_edit_renders_one_body_at_most(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch, number: int, bodies: int
) -> None:
    feedmill(root)
    (root / path(number)).write_text(dated(number, "More."))
    scanned, loaded = spy(monkeypatch, scanner, "scan_post"), spy(monkeypatch, render, "load_post")
    rendered = spy(monkeypatch, render, "render_content")
    report = feedmill(root, "--json", "--workers", "1").report
    assert path(number) in scanned
    assert (loaded, rendered) == ([path(number)] * bodies, [path(number)] * bodies)
    assert (report["new"], report["changed"], report["gone"], bool(report["written"])) == (0, bodies, 0, bool(bodies))


def test_all_posts_have_a_line_in_the_ledger_and_shown_ones_an_item(feedmill: Command, root: Path) -> None:
    report = feedmill(root, "--json").report
    assert (report["posts"], report["new"]) == (6, 6)
    assert list(ledger(feedmill, root, "seen")) == [path(number) for number in range(1, 7)]
    assert sorted(ledger(feedmill, root, "item")) == [path(5), path(6)]


def test_list_says_which_posts_feeds_show_and_the_ids_that_the_others_would_have(feedmill: Command, root: Path) -> None:
    feedmill(root)
    lines = {line["path"]: line for line in feedmill("list", root).lines}
    assert [name for name, line in lines.items() if line["shown"]] == [path(5), path(6)]
    (root / "feedmill.toml").write_text(TOML.replace("2", "6"))
    feedmill(root)
    items = ledger(feedmill, root, "item")
    assert {name: items[name]["item"] for name in items} == {name: line["id"] for name, line in lines.items()}


def test_a_post_that_no_feed_shows_is_renamed_with_its_line(feedmill: Command, root: Path) -> None:
    feedmill(root, "--now", "2022-01-01T00:00:00Z")
    (root / path(1)).rename(root / "_posts/2021-01-01-renamed.md")
    report = feedmill(root, "--json", "--now", "2022-02-01T00:00:00Z").report
    assert (report["new"], report["gone"]) == (0, 0)
    lines = ledger(feedmill, root, "seen")
    assert path(1) not in lines
    assert lines["_posts/2021-01-01-renamed.md"]["first"] == lines[path(2)]["first"]


def test_an_item_whose_post_left_the_window_keeps_its_id_through_a_new_name(feedmill: Command, root: Path) -> None:
    feedmill(root)
    before = ledger(feedmill, root, "item")[path(5)]["item"]
    for number in (7, 8):
        (root / path(number)).write_text(dated(number))
    feedmill(root)
    (root / path(5)).rename(root / "_posts/2021-01-05-renamed.md")
    feedmill(root)
    for number in (6, 7, 8):
        (root / path(number)).unlink()
    assert feedmill(root, "--allow-removals").code == 0
    assert ledger(feedmill, root, "item")["_posts/2021-01-05-renamed.md"]["item"] == before
    assert before in (root / "feeds" / "atom.xml").read_text()


def test_feeds_announce_the_removal_of_what_they_have_shown_only(feedmill: Command, root: Path) -> None:
    feedmill(root)
    (root / path(1)).unlink()
    report = feedmill(root, "--json").report
    assert (report["gone"], report["written"]) == (
        1,
        ["category/news/index.html", "index.html"],  # pages say how many posts there are
    )
    (root / path(6)).unlink()
    assert feedmill(root, "--json").report["gone"] == 1
    assert (root / "feeds" / "atom.xml").read_text().count("deleted-entry") > 0


def test_posts_that_no_feed_shows_count_for_the_guard_against_losses(feedmill: Command, root: Path) -> None:
    for number in range(7, 29):
        (root / path(number)).write_text(dated(number))
    feedmill(root)
    for number in range(1, 8):
        (root / path(number)).unlink()
    outcome = feedmill(root)
    assert outcome.code == 3
    assert "7 of the 28 published posts are missing" in outcome.err


def test_what_is_wrong_with_media_is_told_of_shown_posts_and_by_check_of_all(feedmill: Command, root: Path) -> None:
    for number in (1, 6):
        text = dated(number).replace("---\n", "---\nsource_url: 'https://[bad/x'\n", 1)
        (root / path(number)).write_text(text)
    assert [problem[0] for problem in feedmill(root, "--json").codes] == [path(6)]
    assert [problem[0] for problem in feedmill("check", root, "--json").codes] == [path(1), path(6)]


def test_only_what_feeds_show_is_kept_in_the_caches(feedmill: Command, root: Path) -> None:
    feedmill(root)
    for number in (7, 8):
        (root / path(number)).write_text(dated(number))
    feedmill(root)
    with closing(sqlite3.connect(root / ".feedmill" / "index.sqlite3")) as index:
        for table in ("loaded", "contents"):
            rows = index.execute(f"SELECT path FROM {table} ORDER BY path").fetchall()
            assert rows == [(path(7),), (path(8),)]


def test_two_posts_at_one_address_are_told_apart_before_feeds_show_them(feedmill: Command, root: Path) -> None:
    for number, title in ((1, "One"), (2, "Two")):
        text = dated(number).replace("P" + str(number), title).replace("---\n", "---\nguid: urn:x:same\n", 1)
        (root / path(number)).write_text(text)
    feedmill(root)
    ids = {line["path"]: line["id"] for line in feedmill("list", root).lines}
    assert ids[path(1)] == "urn:x:same" != ids[path(2)]


ARTICLE = dated(1, "It is the same text in both files, and long enough to be compared.").replace(
    "---\n", "---\nsource: https://elsewhere.example/article\n", 1
)
BROKEN = "---\ntitle: [x\n---\nBroken\n"


def merged(root: Path) -> str:
    """Add a post that is the same article as post 1, which no feed shows any more; return its path."""
    copy = "_posts/2021-01-02-copy.md"
    (root / copy).write_text(ARTICLE.replace("2021-01-01", "2021-01-02"))
    return copy


def ids(feedmill: Command, root: Path) -> dict[str, str]:
    return {line["path"]: line["id"] for line in feedmill("list", root).lines}


@pytest.fixture
def with_item(feedmill: Command, root: Path) -> Path:
    """The same site, where feeds have shown the article in post 1 and show it no more."""
    (root / path(1)).write_text(ARTICLE)
    (root / "feedmill.toml").write_text(TOML.replace("2", "6"))
    feedmill(root)
    (root / "feedmill.toml").write_text(TOML)
    return root


def test_a_post_merged_into_an_item_that_no_feed_shows_waits_for_it(feedmill: Command, with_item: Path) -> None:
    copy = merged(with_item)
    feedmill(with_item)
    (with_item / path(1)).write_text(BROKEN)
    (with_item / "feedmill.toml").write_text(TOML.replace("2", "9"))
    assert feedmill(with_item).code == 0
    assert copy not in ledger(feedmill, with_item, "item")
    (with_item / path(1)).write_text(ARTICLE)
    feedmill(with_item)
    assert copy not in ledger(feedmill, with_item, "item")


def test_a_post_merged_into_an_item_that_no_feed_shows_inherits_it(feedmill: Command, with_item: Path) -> None:
    before = ids(feedmill, with_item)[path(1)]
    (with_item / path(1)).write_text(ARTICLE.replace("/article", "/moved"))
    copy = merged(with_item)
    (with_item / copy).write_text((with_item / copy).read_text().replace("/article", "/moved"))
    feedmill(with_item)
    (with_item / path(1)).unlink()
    feedmill(with_item)
    (with_item / "feedmill.toml").write_text(TOML.replace("2", "9"))
    feedmill(with_item)
    assert ledger(feedmill, with_item, "item")[copy]["item"] == before


def test_a_post_that_parted_from_an_item_that_no_feed_shows_does_not_wait_for_it(
    feedmill: Command, with_item: Path
) -> None:
    copy = merged(with_item)
    feedmill(with_item)
    (with_item / copy).write_text(dated(2, "Another text, which has nothing to do with the first."))
    feedmill(with_item)
    (with_item / path(1)).write_text(BROKEN)
    (with_item / "feedmill.toml").write_text(TOML.replace("2", "9"))
    feedmill(with_item)
    assert copy in ledger(feedmill, with_item, "item")


@pytest.mark.parametrize("edited", [6, 5])
def test_a_post_that_changes_while_it_is_read_stays_as_published(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch, edited: int
) -> None:
    feedmill(root)
    before = (root / "feeds" / "feed.json").read_bytes()
    (root / path(edited)).write_text(dated(edited, "New.").replace(f"P{edited}", "New title"))
    with monkeypatch.context() as patched:
        patched.setattr(render.Loader, "parse", lambda *_: None)
        report = feedmill(root, "--json", "--workers", "1").report
    assert (report["written"], report["changed"], report["gone"]) == ([], 0, 0)
    assert (root / "feeds" / "feed.json").read_bytes() == before
    (root / path(edited)).touch()
    assert feedmill(root, "--json").report["changed"] == 1
    assert b"New title" in (root / "feeds" / "feed.json").read_bytes()


def test_a_new_post_that_changes_while_it_is_read_waits_for_the_next_run(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedmill(root)
    (root / path(7)).write_text(dated(7))
    with monkeypatch.context() as patched:
        patched.setattr(render.Loader, "parse", lambda *_: None)
        assert feedmill(root, "--workers", "1").code == 0
    assert "P7" not in (root / "feeds" / "feed.json").read_text()
    (root / path(7)).touch()
    feedmill(root)
    assert "P7" in (root / "feeds" / "feed.json").read_text()


def test_list_renders_no_body(feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, rendered = spy(monkeypatch, render, "load_post"), spy(monkeypatch, render, "render_content")
    assert feedmill("list", root, "--workers", "1").code == 0
    assert (sorted(loaded), rendered) == ([path(number) for number in range(1, 7)], [])


def test_adopt_knows_a_post_by_its_own_id_and_not_by_one_of_a_post_with_its_source(
    feedmill: Command, root: Path
) -> None:
    source = "---\nsource: https://elsewhere.example/shared\n"
    for number in (1, 6):
        (root / path(number)).write_text(dated(number).replace("---\n", source, 1))
    feedmill(root)
    link = ids(feedmill, root)
    assert link[path(1)] != link[path(6)]
    old = root / "old.json"
    item = '{"id": "urn:x:old", "url": "https://site.example/news/2021/01/01/p1.html", "title": "P1"}'
    old.write_text(f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Old", "items": [{item}]}}')
    (finding,) = feedmill("adopt", root, old, "--json").report["findings"]
    assert (finding["what"], finding["path"]) == ("match", path(1))
