"""Which posts the ledger has a line for, when they were first published, and what a renamed post keeps."""

from __future__ import annotations

from datetime import UTC, datetime

from posts.identity.lines import Lines, update_lines
from posts.model import Head, Post
from posts.store.rows import Entry, SeenPost, implied_lines

NOW = 1_700_000_000


def head(path: str, body: str = "", year: int = 2021) -> Head:
    return Head(Post(path, "published", "", path, datetime(year, 1, 1, tzinfo=UTC), ""), "", body)


def run(known: dict[str, SeenPost], *published: Head, there: str = "", unavailable: str = "") -> Lines:
    """The lines after a run; `there` and `unavailable` name posts that exist and are not published."""
    living = {*(one.post.path for one in published), *there}
    return update_lines(known, published, living, {*unavailable}, NOW)


def test_a_post_has_a_line_from_the_run_that_first_finds_it_published() -> None:
    lines = run({"a": SeenPost(1, 0, "x")}, head("a", "x"), head("c", "z"), head("b", "y"))
    assert lines == Lines(
        {"a": SeenPost(1, 0, "x"), "b": SeenPost(NOW, 0, "y"), "c": SeenPost(NOW, 0, "z")}, ("b", "c")
    )


def test_a_line_has_the_body_as_it_is_now() -> None:
    assert run({"a": SeenPost(1, 0, "x")}, head("a", "new")).all == {"a": SeenPost(1, 0, "new")}


def test_a_post_that_is_published_no_longer_keeps_its_line_with_the_time() -> None:
    known = {"a": SeenPost(1), "b": SeenPost(2), "c": SeenPost(3, 4)}
    lines = run(known, there="a")
    assert lines == Lines({"a": SeenPost(1, NOW), "b": SeenPost(2, NOW), "c": SeenPost(3, 4)}, (), ("a", "b"))


def test_a_post_that_comes_back_was_first_published_when_it_was() -> None:
    assert run({"a": SeenPost(1, 5, "x")}, head("a", "x")) == Lines({"a": SeenPost(1, 0, "x")})


def test_a_post_that_cannot_be_read_or_waits_keeps_its_line() -> None:
    known = {"a": SeenPost(1, 0, "x"), "b": SeenPost(2, 0, "y")}
    assert run(known, there="a", unavailable="ab") == Lines(known)
    assert run(known, head("c", "y"), there="a", unavailable="ab").moved == {}


def test_a_renamed_post_keeps_its_line() -> None:
    lines = run({"a": SeenPost(1, 0, "x")}, head("b", "x"))
    assert lines == Lines({"b": SeenPost(1, 0, "x")}, (), (), {"a": "b"})


def test_several_renamed_posts_with_one_body_are_paired_in_order_of_path() -> None:
    known = {"b": SeenPost(2, 0, "x"), "a": SeenPost(1, 0, "x"), "c": SeenPost(3, 0, "x")}
    lines = run(known, head("e", "x"), head("d", "x"))
    assert lines.moved == {"a": "d", "b": "e"}
    assert (lines.gone, lines.all["c"]) == (("c",), SeenPost(3, NOW, "x"))


def test_an_empty_body_a_living_post_and_one_that_went_long_ago_were_not_renamed() -> None:
    assert run({"a": SeenPost(1)}, head("b")).moved == {}
    assert run({"a": SeenPost(1, 0, "x")}, head("b", "x"), there="a").moved == {}
    assert run({"a": SeenPost(1, 5, "x")}, head("b", "x")).moved == {}
    assert run({"a": SeenPost(1, 0, "x"), "b": SeenPost(2, 5, "x")}, head("b", "x")).moved == {}


def test_after_the_ledger_was_lost_a_post_counts_from_its_date_not_later_than_now() -> None:
    found = [head("old", year=2001), head("new", year=2100)]
    lines = update_lines({}, found, {"old", "new"}, set(), NOW, by_date=True)
    assert lines.all == {"old": SeenPost(int(found[0].post.date.timestamp())), "new": SeenPost(NOW)}


def test_items_imply_the_lines_of_their_posts() -> None:
    entries = [
        Entry("living", "a", "", 10, b"", others="b\nc"),
        Entry("withdrawn", "a", "", 5, b"", gone=7),
        Entry("parted", "c", "", 20, b"", gone=30),
        Entry("from a feed", "", "", 1, b""),
    ]
    assert implied_lines(entries, {"d": "living", "e": "parted", "a": "parted", "f": "unknown"}) == {
        "a": SeenPost(10),
        "b": SeenPost(10),
        "c": SeenPost(20, 30),
        "d": SeenPost(10),
        "e": SeenPost(20, 30),
    }
