"""Test which items an archive document has, and which documents lead to which (RFC 5005, section 4)."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from feeds.model import Feed
from feeds.select.archives import (
    ARCHIVE,
    ARCHIVE_SIZE,
    ArchiveDocument,
    allocate_archives,
    archive_documents,
    archive_file_name,
    latest_archive,
)
from posts.model import Post
from posts.store.rows import place_of
from tests.feeds.examples import NOON, post

FEED = Feed("category", "n", "n", "N", "category/n", "urn:x:n", "full", (), key="category/n")


def numbered(count: int) -> list[Post]:
    """Return posts, newest first; each has its number as its id."""
    return [post(f"{n:04}", id=str(n), date=NOON + timedelta(days=n)) for n in reversed(range(count))]


def feed_of(members: list[Post], shown: int = 10) -> Feed:
    return replace(FEED, posts=tuple(members[:shown]), members=tuple(members), has_more=len(members) > shown)


def allocated(members: list[Post], known: dict[str, str] | None = None) -> dict[str, str]:
    return allocate_archives(known or {}, [feed_of(members)], {one.id: int(one.id) for one in members})


def ids(*numbers: int) -> str:
    return "\n".join(map(str, numbers))


def test_an_archive_document_has_a_hundred_items_and_another_follows_it() -> None:
    assert ARCHIVE_SIZE == 100
    one, two, three = (place_of("category/n", number) for number in (1, 2, 3))
    assert allocated(numbered(99)) == {one: ids(*range(99))}
    assert allocated(numbered(100)) == {one: ids(*range(100)), two: ""}
    assert allocated(numbered(101)) == {one: ids(*range(100)), two: "100"}
    assert allocated(numbered(200)) == {one: ids(*range(100)), two: ids(*range(100, 200)), three: ""}
    assert allocated([]) == {}


def test_items_keep_their_places_and_new_ones_go_to_the_end() -> None:
    one = place_of("category/n", 1)
    assert allocated(numbered(4), {one: ids(3, 7, 1)}) == {one: ids(3, 7, 1, 0, 2)}
    assert allocated(numbered(2), {one: ""}) == {one: ids(0, 1)}


def test_items_are_appended_in_order_of_first_publication_then_date_then_path() -> None:
    found = [post("b", id="b"), post("a", id="a"), post("c", id="c", date=NOON - timedelta(days=1)), post("d", id="d")]
    rows = allocate_archives({}, [feed_of(found)], {"a": 5, "b": 5, "c": 5, "d": 4})
    assert rows == {place_of("category/n", 1): "d\nc\na\nb"}


def test_the_tenth_document_follows_the_ninth() -> None:
    full = {place_of("category/n", n): ids(*range(100 * n, 100 * n + 100)) for n in range(1, 12)}
    known = full | {place_of("category/n", 12): "5000"}
    assert allocated(numbered(1), known) == {**full, place_of("category/n", 12): ids(5000, 0)}


def test_each_feed_has_archives_of_its_own() -> None:
    other = replace(feed_of(numbered(1)), key="tag/t")
    known = {place_of("tag/t", 1): "9", place_of("gone", 1): "8"}
    assert allocate_archives(known, [feed_of(numbered(2)), other], {"0": 0, "1": 1}) == {
        place_of("category/n", 1): "0\n1",
        place_of("tag/t", 1): "9\n0",
    }


def documents(members: list[Post], rows: dict[str, str], **fields: object) -> list[ArchiveDocument]:
    return archive_documents(rows, replace(feed_of(members), **fields))  # type: ignore[arg-type]


def test_a_document_has_its_items_latest_published_first_and_leads_to_its_neighbours() -> None:
    members = numbered(250)
    first, second, third = documents(members, allocated(members))
    assert [one.id for one in first.feed.posts] == [str(n) for n in reversed(range(100))]
    assert [len(one.feed.posts) for one in (first, second, third)] == [100, 100, 50]
    assert [(one.number, one.is_full, one.path) for one in (first, second, third)] == [
        (1, True, "category/n/atom-archive-1.xml"),
        (2, True, "category/n/atom-archive-2.xml"),
        (3, False, "category/n/atom-archive-3.xml"),
    ]
    assert first.links() == (("current", ""), ("next-archive", "atom-archive-2.xml"))
    assert second.links() == (
        *(("current", ""), ("prev-archive", "atom-archive-1.xml"), ("next-archive", "atom-archive-3.xml")),
    )
    assert third.links() == (("current", ""), ("prev-archive", "atom-archive-2.xml"))
    assert (first.feed.members, first.feed.withdrawn) == ((), ())


def test_a_document_has_the_time_of_its_latest_item_else_of_the_document_before_it() -> None:
    one, two, three = numbered(3)  # dated 2, 1, 0 days after noon
    edited = three._replace(updated=NOON + timedelta(days=9))
    rows = {place_of("category/n", 1): "1", place_of("category/n", 2): "0", place_of("category/n", 3): ""}
    assert [one.feed.updated for one in documents([one, two, edited], rows)] == [
        (NOON + timedelta(days=days)).isoformat() for days in (1, 9, 9)
    ]
    # Without items before it, it has the time of the earliest item of the document after it.
    rows = {place_of("category/n", 1): "gone", place_of("category/n", 2): "2\n1", place_of("category/n", 3): "0"}
    assert [one.feed.updated for one in documents([one, two, three], rows)] == [
        (NOON + timedelta(days=days)).isoformat() for days in (1, 2, 0)
    ]


def test_of_some_documents_only_their_items_are_needed() -> None:
    members = numbered(250)
    rows = allocated(members)
    few = replace(feed_of(members), members=tuple(one for one in members if int(one.id) >= 100))
    assert archive_documents(rows, few, {2, 3}) == documents(members, rows)[1:]


def test_an_empty_feed_has_the_time_of_its_last_tombstone_else_its_own() -> None:
    rows = {place_of("category/n", 1): "x", place_of("category/n", 2): "y"}

    def times(**fields: object) -> set[str]:
        return {one.feed.updated for one in documents([], rows, **fields)}

    gone = (("x", 86_400), ("y", 0))
    assert times(withdrawn=gone, updated="2020-01-01T00:00:00+00:00") == {"1970-01-02T00:00:00+00:00"}
    assert times(updated="2020-01-01T00:00:00+02:00") == {"2020-01-01T00:00:00+02:00"}
    assert times() == {"1970-01-01T00:00:00+00:00"}


def test_no_archive_is_written_while_the_feed_shows_everything_that_was_ever_in_it() -> None:
    members = numbered(3)
    rows = allocated(members)
    assert documents(members, rows) == []
    assert len(documents(members, rows, posts=tuple(members[:2]), has_more=True)) == 1
    assert len(documents(members, {**rows, place_of("category/n", 2): ""})) == 2
    assert documents(members, {}, posts=()) == []


def test_the_feed_leads_to_the_latest_archive_with_items() -> None:
    members = numbered(200)
    made = documents(members, allocated(members))
    assert len(made) == 3
    assert latest_archive(made) == "atom-archive-2.xml"
    assert latest_archive(made[:1]) == "atom-archive-1.xml"
    assert latest_archive(made[2:]) == ""


def test_the_name_of_an_archive_is_recognised() -> None:
    assert ARCHIVE.fullmatch(archive_file_name(12))
    assert not ARCHIVE.fullmatch("atom-archive-.xml")
    assert not ARCHIVE.fullmatch("atom-archive-1-xml")
