"""Test the windows, ids and titles of feeds, and what the ledger adds to them."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from feeds.select.feeds import WINDOW_LIMIT, first_id, recently_published, select_feeds, site_title
from feeds.select.paths import address, path_below
from posts.model import Person, Post, Site
from posts.store.rows import FeedRow
from tests.feeds.examples import NOON, SITE, configured, post, posts

NOW = datetime(2024, 1, 10, tzinfo=UTC)
DAY = 24 * 60 * 60


def names(found: tuple[Post, ...]) -> str:
    return "".join(one.id.rpartition(":")[2] for one in found)


def test_posts_first_published_less_than_keep_ago_count_as_recent() -> None:
    now = int(NOW.timestamp())
    first = {"old": now - DAY, "young": now - DAY + 1, "new": now, "older": now - 2 * DAY}
    assert recently_published(first, configured(keep="24h"), NOW, 0) == {"young", "new"}
    assert recently_published(first, configured(keep="0h"), NOW, 0) == set()


def test_posts_of_the_first_run_of_a_site_do_not_count_as_recent() -> None:
    now = int(NOW.timestamp())
    first = {"found": now - 60, "added": now - 59}
    assert recently_published(first, configured(keep="24h"), NOW, now - 60) == {"added"}


def test_recent_posts_follow_those_of_the_window_whatever_their_dates() -> None:
    found = posts(*"abcdef", categories=("n",))
    recent = [one.path for one in found if one.id[-1] in "bdf"]
    feeds = select_feeds(found, SITE, configured(items=3), recent)
    assert [names(feed.posts) for feed in feeds] == ["abcdf", "abcdf"]
    assert names(select_feeds(found, SITE, configured(items=6), recent)[0].posts) == "abcdef"
    assert names(select_feeds(found, SITE, configured(items=3))[0].posts) == "abc"


def test_a_window_has_at_most_two_hundred_items_unless_more_are_configured() -> None:
    found = posts(*(f"{number:03}" for number in range(230)))
    everything = [one.path for one in found]
    assert WINDOW_LIMIT == 200
    for items, wanted in ((50, 200), (199, 200), (200, 200), (210, 210)):
        (feed,) = select_feeds(found, SITE, configured(items=items), everything)
        assert [one.path for one in feed.posts] == everything[:wanted]


def test_a_feed_keeps_the_id_and_the_time_that_the_ledger_has() -> None:
    known = {"": FeedRow("urn:x:all", "Old", "2020-01-01T00:00:00Z"), "category/n": FeedRow("urn:x:n", "N", "")}
    everything, category, fresh = select_feeds([post(categories=("n", "o"))], SITE, configured(), (), known)
    assert (everything.id, everything.updated, everything.title) == ("urn:x:all", "2020-01-01T00:00:00Z", "金融消息")
    assert (category.id, category.updated) == ("urn:x:n", "")
    assert (fresh.id, fresh.updated) == (first_id("https://finews.example/feeds/category/o"), "")


def test_published_feeds_without_posts_stay_empty_with_their_titles_in_order_of_their_keys() -> None:
    known = {
        "tag/t": FeedRow("urn:x:t", "A tag", ""),
        "feed/mine": FeedRow("urn:x:mine", "Mine", "2020-01-01T00:00:00Z"),
        "category/n": FeedRow("urn:x:n", "N", ""),
        "": FeedRow("urn:x:all", "All", ""),
    }
    _, category, custom, tag = select_feeds([], SITE, configured(by=[]), (), known)
    assert [(one.kind, one.slug, one.key, one.path) for one in (category, custom, tag)] == [
        ("category", "n", "category/n", "category/n"),
        ("custom", "mine", "feed/mine", "feed/mine"),
        ("tag", "t", "tag/t", "tag/t"),
    ]
    assert (custom.id, custom.title, custom.term, custom.updated, custom.posts) == (
        *("urn:x:mine", "Mine", "Mine", "2020-01-01T00:00:00Z", ()),
    )


def test_pages_and_archives_know_all_posts_where_they_are_configured() -> None:
    found = posts(*"abcd")
    (feed,) = select_feeds(found, SITE, configured(items=2, archives=True))
    assert (feed.total, sum(feed.weeks), len(feed.weeks), names(feed.members)) == (4, 4, 26, "abcd")
    (bare,) = select_feeds(found, SITE, configured(items=2, pages=False))
    assert (bare.total, bare.weeks, bare.members, names(bare.posts)) == (0, (), (), "ab")


def test_a_feed_has_the_extent_of_its_configuration() -> None:
    custom = [{"name": "a"}, {"name": "b", "content": "full"}]
    found = select_feeds([post()], SITE, configured(content="summary", custom=custom, by=[]))
    assert [feed.content for feed in found] == ["summary", "summary", "full"]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (Site("<A> & B", "https://a.example"), "<A> & B"),
        (Site("", "https://A.example:8/x"), "a.example"),
        (Site("", "/x"), "/x"),
    ],
)
def test_a_site_is_called_by_its_title_else_its_host_else_its_address(site: Site, expected: str) -> None:
    assert site_title(site) == expected


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("http://WWW.a.example", "https://a.example/"),
        ("https://a.example:8/Feeds", "https://a.example:8/Feeds"),
        ("https://a.example/feeds?x#y", "https://a.example/feeds"),
        ("https://wwwa.example/", "https://wwwa.example/"),
    ],
)
def test_the_first_id_of_a_feed_depends_on_host_and_path_alone(given: str, canonical: str) -> None:
    assert first_id(given) == uuid.uuid5(uuid.NAMESPACE_URL, canonical).urn


def test_the_title_of_a_term_is_configured_by_its_name_before_its_slug() -> None:
    titles = {"category": {"c++": "By name", "c-cedb1bac": "By slug"}, "tag": {"c-cedb1bac": "Tag"}}
    one = post(categories=("C++",), tags=("C++",))
    assert [feed.title for feed in select_feeds([one], SITE, configured(by=["category", "tag"], titles=titles))] == [
        *("金融消息", "By name", "Tag"),
    ]


def test_feeds_of_a_kind_are_in_order_of_their_slugs() -> None:
    one = post(categories=("C++", "c-a", "b", "d"), tags=("z",))
    found = select_feeds([one], SITE, configured(by=["tag", "category"], custom=[{"name": "a"}]))
    assert [feed.path for feed in found] == [
        *("", "category/b", "category/c-a", "category/c-cedb1bac", "category/d", "tag/z", "feed/a"),
    ]


def test_the_language_of_a_post_is_its_own_else_that_of_the_site() -> None:
    found = [post("a", language="pt_BR"), post("b"), post("c", language="en")]
    assert [feed.path for feed in select_feeds(found, SITE, configured(by="language"))[1:]] == [
        *("language/en", "language/pt-br", "language/zh-cn"),
    ]
    assert len(select_feeds([post()], Site("x", "https://a.example"), configured(by="language"))) == 1


def test_each_author_of_a_post_has_a_feed() -> None:
    one = post(authors=(Person("Ann"), Person("Bo"), Person("ann")))
    assert [feed.path for feed in select_feeds([one], SITE, configured(by="author"))[1:]] == ["author/ann", "author/bo"]


def test_a_language_range_matches_whole_subtags_only() -> None:
    found = [post("a", language="zh-TW"), post("b", language="zhx"), post("c", language="zh"), post("d", language="z")]
    for wanted, taken in (("zh", "ca"), ("zh-tw", "a"), (["z", "zhx"], "db")):
        feed = select_feeds(found, SITE, configured(by=[], custom=[{"name": "m", "language": wanted}]))[1]
        assert names(feed.posts) == taken


def test_several_terms_make_way_and_take_no_place_twice() -> None:
    placed = {"category/a": "category/b", "category/c": "Category/D"}
    found = select_feeds([post(categories=("a", "b", "c", "d"))], SITE, configured(paths=placed))
    b, d = (hashlib.sha256(f"category/{name}".encode()).hexdigest()[:8] for name in "bd")
    assert [feed.path for feed in found] == ["", "category/b", f"category/b-{b}", "Category/D", f"category/d-{d}"]


def test_a_term_that_is_called_like_the_new_place_of_another_makes_way_too() -> None:
    moved = "b-" + hashlib.sha256(b"category/b").hexdigest()[:8]
    found = select_feeds([post(categories=("a", "b", moved))], SITE, configured(paths={"category/a": "category/b"}))
    paths = [feed.path for feed in found]
    assert paths[:3] == ["", "category/b", f"category/{moved}"]
    assert paths[3].startswith(f"category/{moved}-")


@pytest.mark.parametrize(
    ("out", "root", "expected"),
    [
        ("public/feeds", "public", "feeds"),
        ("public", "public", ""),
        ("public/a/b", "public/a/..", "a/b"),
        ("feeds", "public", None),
        ("public", "public/feeds", None),
        ("..", "public", None),
        ("..a", ".", "..a"),
        ("public/.well-known", "public", ".well-known"),
        ("public/-a", "public", "-a"),
    ],
)
def test_the_path_of_the_output_below_the_web_root(out: str, root: str, expected: str | None) -> None:
    assert path_below(out, root) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "https://a.example/x/y"),
        ("feed/新 x/a?.xml", "https://a.example/x/y/feed/%E6%96%B0%20x/a%3F.xml"),
        ("../up.xml", "https://a.example/x/up.xml"),
        ("../../up.xml", "https://a.example/up.xml"),
    ],
)
def test_the_address_of_a_file(path: str, expected: str) -> None:
    assert address("https://a.example/x/y", path) == expected


def test_the_newest_posts_are_those_of_the_latest_instant() -> None:
    found = [
        post("a", date=NOON),
        post("b", date=NOON + timedelta(seconds=1)),
        post("c", date=NOON - timedelta(days=9)),
    ]
    assert names(select_feeds(found, SITE, configured())[0].posts) == "bac"
