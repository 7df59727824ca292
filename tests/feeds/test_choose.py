from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import Feed
from feeds.select.feeds import first_id, select_feeds
from posts.model import Person, Post, Site
from tests.feeds.examples import NOON, SITE, configured, post, posts


def chosen(posts: list[Post], **written: Any) -> dict[str, Feed]:
    return {feed.path: feed for feed in select_feeds(posts, SITE, configured(**written))}


def names(feed: Feed) -> list[str]:
    return [post.id.rpartition(":")[2] for post in feed.posts]


def test_the_newest_come_first_whatever_their_offsets() -> None:
    late = post("late", date=datetime(2021, 12, 31, 5, 0, tzinfo=UTC))
    early = post("early", date=datetime.fromisoformat("2021-12-31T12:30:00+08:00"))
    assert names(chosen([early, late])[""]) == ["late", "early"]


def test_posts_of_one_instant_are_in_the_order_of_their_paths_the_greatest_first() -> None:
    found = [post("b"), post("c", path="_posts/sub/c.md"), post("é", path="_posts/é.md"), post("B")]
    assert names(chosen(found)[""]) == ["é", "c", "b", "B"]
    same = datetime.fromisoformat("2021-12-31T04:00:00+00:00")  # the same instant with another offset
    assert names(chosen([post("a"), post("b", date=same), post("c")])[""]) == ["c", "b", "a"]


def test_ids_say_nothing_about_the_order() -> None:
    found = [post(name, id=f"urn:example:{number}") for number, name in enumerate("cab")]
    assert [one.path for one in chosen(found)[""].posts] == ["_posts/c.md", "_posts/b.md", "_posts/a.md"]


@given(st.permutations([*posts(*"abcdef", categories=("News",)), post("g", tags=("x",)), post("h", tags=("X",))]))
@settings(deadline=None)
def test_the_order_of_the_posts_does_not_matter(shuffled: list[Post]) -> None:
    assert chosen(shuffled, by=["category", "tag"]) == chosen(
        sorted(shuffled, key=lambda one: one.id), by=["category", "tag"]
    )


def test_a_feed_has_as_many_items_as_configured() -> None:
    found = chosen(posts(*"abcde", categories=("n",)), items=3, custom=[{"name": "two", "items": 2}, {"name": "rest"}])
    assert {path: names(feed) for path, feed in found.items()} == {
        "": ["a", "b", "c"],
        "category/n": ["a", "b", "c"],
        "feed/two": ["a", "b"],
        "feed/rest": ["a", "b", "c"],
    }


def test_there_is_a_feed_for_every_name_of_the_kinds_asked_for() -> None:
    one = post(categories=("新闻",), tags=("t",), authors=(Person("Ann"),), language="en")
    assert list(chosen([one, post("b")], by=["language", "author", "tag", "category"])) == [
        "",
        "category/新闻",
        "tag/t",
        "author/ann",
        "language/en",
        "language/zh-cn",
    ]


def test_names_that_fold_alike_are_one_feed_with_the_commonest_spelling() -> None:
    three = [post("a", categories=("open source",)), *posts("b", "c", categories=("Open_Source",))]
    found = chosen(three)["category/open-source"]
    assert (found.term, names(found)) == ("Open_Source", ["b", "a", "c"])


def test_the_title_of_a_feed_is_the_commonest_spelling_whatever_comes_first() -> None:
    found = chosen([post("a", tags=("vim",)), post("b", tags=("Vim",)), post("c", tags=("vim",))], by="tag")["tag/vim"]
    assert (found.term, found.title) == ("vim", "vim — 金融消息")


def test_spellings_equally_common_are_settled_by_code_point() -> None:
    assert chosen([post("a", tags=("vim",)), post("b", tags=("Vim",))], by="tag")["tag/vim"].term == "Vim"


def test_a_post_with_two_spellings_of_a_name_is_in_its_feed_once() -> None:
    assert names(chosen([post(categories=("News", "news", "other"))])["category/news"]) == ["a"]
    found = [post(name, categories=("news", "other", "News")) for name in "ab"]
    assert names(chosen(found)["category/news"]) == ["b", "a"]


def test_an_empty_name_has_no_feed() -> None:
    assert list(chosen([post(categories=("", "  "))])) == [""]


def test_titles_name_the_term_and_the_site_unless_they_are_configured() -> None:
    found = chosen(
        [post(categories=("南通日报", "C++", "plain"))],
        titles={"category": {"南通日报": "南通日报新闻", "c-cedb1bac": "Sea"}},
        custom=[{"name": "A"}, {"name": "B", "title": "Bee"}],
    )
    assert [feed.title for feed in found.values()] == [
        "金融消息",
        "Sea",
        "plain — 金融消息",
        "南通日报新闻",
        "A — 金融消息",
        "Bee",
    ]


def test_a_site_without_a_title_goes_by_its_host() -> None:
    (feed,) = select_feeds([], Site("", "https://finews.example/x"), configured())
    assert feed.title == "finews.example"


MIXED = [
    post("a", categories=("News",), tags=("ads",), title="某集团", authors=(Person("Ann"),)),
    post("b", categories=("news", "x"), title="某公司"),
    post("c", categories=("other",), language="zh-TW", title="公司"),
    post("d", language="en", tags=("Ads",)),
]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, "abcd"),
        ({"category": "NEWS"}, "ab"),
        ({"category": ["news", "other"]}, "abc"),
        ({"category": ["news"], "not_tag": "ads"}, "b"),
        ({"not_category": ["x"]}, "acd"),
        ({"tag": ["ADS"]}, "ad"),
        ({"author": ["ann"]}, "a"),
        ({"language": "zh"}, "abc"),
        ({"language": "zh_tw"}, "c"),
        ({"language": "z"}, ""),
        ({"language": ["en", "zh-CN"]}, "abd"),
        ({"match": "集团|公司"}, "abc"),
        ({"match": "^公"}, "c"),
        ({"category": ["nowhere"]}, ""),
    ],
)
def test_a_custom_feed_has_the_posts_that_meet_every_condition(conditions: dict[str, Any], expected: str) -> None:
    found = chosen(MIXED, by=[], custom=[{"name": "mine", **conditions}])
    assert "".join(names(found["feed/mine"])) == expected[::-1]


@pytest.mark.parametrize("kind", ["category", "tag", "author"])
def test_a_custom_feed_does_not_take_names_that_only_begin_like_its_own(kind: str) -> None:
    def named(name: str, *values: str) -> Post:
        people = tuple(map(Person, values))
        return post(
            name, **{"category": {"categories": values}, "tag": {"tags": values}}.get(kind, {"authors": people})
        )

    found = [named("a", "news"), named("b", "news-local"), named("c", "local news"), named("d", "News", "news-local")]
    taken = chosen(found, by=[], custom=[{"name": "mine", kind: "news"}])
    assert names(taken["feed/mine"]) == ["d", "a"]


@pytest.mark.parametrize("kind", ["category", "tag"])
def test_a_custom_feed_leaves_out_no_names_that_only_begin_like_its_own(kind: str) -> None:
    field = {"category": "categories", "tag": "tags"}[kind]
    found = [post("a", **{field: ("news",)}), post("b", **{field: ("news-local",)})]
    taken = chosen(found, by=[], custom=[{"name": "rest", f"not_{kind}": "news"}])
    assert names(taken["feed/rest"]) == ["b"]


def test_a_feed_can_have_the_address_its_subscribers_know() -> None:
    found = select_feeds(
        [post(categories=("a", "b"))], SITE, configured(paths={"all": "everything", "category/a": "news"})
    )
    assert [feed.path for feed in found] == ["everything", "news", "category/b"]


def test_a_feed_in_another_place_keeps_its_id() -> None:
    moved = select_feeds([post(categories=("a",))], SITE, configured(paths={"category/a": "news"}))
    stayed = select_feeds([post(categories=("a",))], SITE, configured())
    assert [feed.id for feed in moved] == [feed.id for feed in stayed]


def test_two_feeds_can_change_places() -> None:
    swapped = {"category/a": "category/b", "category/b": "category/a"}
    found = select_feeds([post(categories=("a", "b"))], SITE, configured(paths=swapped))
    assert [(feed.slug, feed.path) for feed in found[1:]] == [("a", "category/b"), ("b", "category/a")]


@pytest.mark.parametrize("place", ["category/b", "Category/B", "category/ｂ"])
def test_a_term_makes_way_for_a_feed_that_the_configuration_has_put_in_its_place(place: str) -> None:
    found = select_feeds([post(categories=("a", "b"))], SITE, configured(paths={"category/a": place}))
    assert [(feed.key, feed.path) for feed in found[1:]] == [
        ("category/a", place),
        ("category/b", "category/b-" + hashlib.sha256(b"category/b").hexdigest()[:8]),
    ]


def test_a_feeds_id_is_the_uuid_of_its_https_address_without_www() -> None:
    expected = uuid.uuid5(uuid.NAMESPACE_URL, "https://finews.example/feeds/category/%E6%96%B0").urn
    assert first_id("http://www.FINEWS.example/feeds/category/%E6%96%B0") == expected


def test_without_posts_there_is_still_the_feed_of_all_and_every_custom_one() -> None:
    assert list(chosen([], custom=[{"name": "mine"}])) == ["", "feed/mine"]


def test_ten_thousand_posts_in_two_thousand_categories_are_no_work() -> None:
    many = [post(str(n), date=NOON - timedelta(minutes=n), categories=(f"c{n % 2000}",)) for n in range(10_000)]
    found = chosen(many)
    assert len(found) == 2001
    assert all(len(feed.posts) == 5 for feed in list(found.values())[1:])
