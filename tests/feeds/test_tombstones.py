"""Test which feeds announce a withdrawn item."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.select.feeds import select_feeds
from feeds.select.slugs import slug
from feeds.select.tombstones import TOMBSTONE_LIFETIME, with_tombstones
from posts.model import Person, Post
from posts.store.rows import FeedRow
from tests.feeds.examples import SITE, configured, post


def announced(withdrawn: list[tuple[Post, int]], posts: list[Post], **written: Any) -> dict[str, list[tuple[str, int]]]:
    """Return the tombstones of each feed, by its path."""
    options = configured(**written)
    feeds = with_tombstones(iter(select_feeds(posts, SITE, options)), withdrawn, SITE, options)
    return {feed.path: list(feed.withdrawn) for feed in feeds}


def test_the_latest_comes_first_and_those_of_one_time_by_their_ids() -> None:
    gone = [(post("b"), 5), (post("c"), 9), (post("a"), 5), (post("d"), 0), (post("e"), 10)]
    assert announced(gone, [])[""] == [
        ("urn:example:e", 10),
        ("urn:example:c", 9),
        ("urn:example:a", 5),
        ("urn:example:b", 5),
        ("urn:example:d", 0),
    ]


def test_without_withdrawn_items_the_feeds_are_as_they_were() -> None:
    assert announced([], [post(categories=("x",))]) == {"": [], "category/x": []}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("category", {"categories": ("Open  Source",)}),
        ("tag", {"tags": ("Open_Source",)}),
        ("author", {"authors": (Person("open source"),)}),
    ],
)
def test_the_feeds_of_a_term_in_any_spelling_announce_it_and_its_neighbours_do_not(
    kind: str, fields: dict[str, Any]
) -> None:
    left = [
        post(name, categories=(term,), tags=(term,), authors=(Person(term),))
        for name, term in (("a", "open source"), ("b", "open"), ("c", "zoo"))
    ]
    found = announced([(post("gone", **fields), 7)], left, by=[kind])
    gone = [("urn:example:gone", 7)]
    assert found == {"": gone, f"{kind}/open-source": gone, f"{kind}/open": [], f"{kind}/zoo": []}


def test_a_name_that_has_a_slug_with_a_hash_is_found_by_it() -> None:
    found = announced(
        [(post("gone", categories=("C++",)), 7)], [post(categories=("c++",)), post("b", categories=("c",))]
    )
    assert [bool(gone) for _, gone in sorted(found.items())] == [True, False, True]


def test_a_custom_feed_announces_what_met_its_conditions() -> None:
    custom = [{"name": "On A", "match": "^Title a"}, {"name": "rest", "not_category": "news"}]
    gone = [(post("a", categories=("news",)), 3), (post("b"), 2)]
    assert announced(gone, [], custom=custom) == {
        "": [("urn:example:a", 3), ("urn:example:b", 2)],
        "feed/on-a": [("urn:example:a", 3)],
        "feed/rest": [("urn:example:b", 2)],
    }


def test_a_custom_feed_without_configuration_announces_nothing() -> None:
    options = configured(by=[])
    feeds = select_feeds([], SITE, options, (), {"feed/mine": FeedRow("urn:x:1", "Mine", "")})
    assert [(feed.key, feed.withdrawn) for feed in with_tombstones(feeds, [(post("a"), 3)], SITE, options)] == [
        ("", (("urn:example:a", 3),)),
        ("feed/mine", ()),
    ]


def test_a_feed_that_is_empty_now_announces_by_its_slug_whatever_its_title() -> None:
    options = configured()
    known = {"category/news": FeedRow("urn:x:1", "All the news", ""), "category/new": FeedRow("urn:x:2", "News", "")}
    feeds = select_feeds([], SITE, options, (), known)
    found = with_tombstones(feeds, [(post("a", categories=("News",)), 3)], SITE, options)
    assert {feed.key for feed in found if feed.withdrawn} == {"", "category/news", "category/new"}
    other = with_tombstones(feeds, [(post("a", categories=("Sport",)), 3)], SITE, options)
    assert {feed.key for feed in other if feed.withdrawn} == {""}


def test_a_term_whose_slug_another_has_taken_announces_by_its_name() -> None:
    left = [post("a", categories=("C++",)), post("b", categories=(slug("C++"),))]
    found = announced([(post("gone", categories=("c++",)), 7)], left)
    assert found[f"category/{slug('C++', 64)}"] == [("urn:example:gone", 7)]


def test_tombstones_stay_for_thirty_days() -> None:
    assert TOMBSTONE_LIFETIME.total_seconds() == 30 * 24 * 60 * 60
