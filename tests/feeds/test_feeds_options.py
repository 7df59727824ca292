from __future__ import annotations

from typing import Any

import pytest

from feeds.config import decode_feeds_options
from posts.config.key_path import join_keys
from posts.config.table import Table
from tests.feeds.examples import configured, mistakes_of


def test_without_any_setting_there_are_three_formats_of_fifty_items_by_category() -> None:
    found = configured()
    assert (found.formats, found.items, found.by) == (("rss", "atom", "json"), 50, ("category",))
    assert (found.content, found.link, found.out) == ("full", "post", "feeds")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ({}, "https://finews.example/feeds"),
        ({"out": "public/feeds"}, "https://finews.example/public/feeds"),
        ({"out": "./订阅/"}, "https://finews.example/%E8%AE%A2%E9%98%85"),
        ({"out": "."}, "https://finews.example"),
        ({"url": "https://cdn.example/feeds/"}, "https://cdn.example/feeds"),
        ({"url": "http://cdn.example:8080/订阅 "}, "http://cdn.example:8080/%E8%AE%A2%E9%98%85"),
        ({"out": "/srv/feeds", "url": "https://cdn.example"}, "https://cdn.example"),
    ],
)
def test_the_address_is_the_configured_one_or_that_of_the_output_below_the_site(
    written: dict[str, str], url: str
) -> None:
    assert configured(**written).url == url


@pytest.mark.parametrize("out", ["/srv/feeds", "../feeds", "a/../../feeds", "C:/feeds", "..\\feeds"])
def test_an_output_outside_the_site_needs_an_address(out: str) -> None:
    assert "which is outside the site" in mistakes_of(out=out)["feeds.url"]


def test_without_the_sites_address_the_feeds_need_one() -> None:
    mistakes: list[tuple[str, str]] = []
    decode_feeds_options(Table({}, "feeds", mistakes), site_url="")
    assert [key for key, _ in mistakes] == ["feeds.url"]


@pytest.mark.parametrize(
    "url",
    [
        "feeds",
        "ftp://a.example",
        "https://",
        "https://a.example/?x=1",
        "https://a b/",
        "https://例.example",
        "//[",
        "https://me:secret@a.example/",
        "https://a.example:x/",
        "https://a.example/#x",
    ],
)
def test_an_address_that_is_not_absolute_http_is_a_mistake(url: str) -> None:
    assert "expected an address such as" in mistakes_of(url=url)["feeds.url"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"keep": "a day"}, "feeds.keep"),
        ({"item": 5}, "feeds.item"),
        ({"items": 0}, "feeds.items"),
        ({"formats": ["rss", "atmo"]}, "feeds.formats"),
        ({"formats": []}, "feeds.formats"),
        ({"by": ["month"]}, "feeds.by"),
        ({"link": "home"}, "feeds.link"),
        ({"content": "none"}, "feeds.content"),
        ({"ttl": "1h"}, "feeds.ttl"),
        ({"titles": {"month": {}}}, "feeds.titles.month"),
        ({"titles": {"category": {"a": 1}}}, "feeds.titles.category.a"),
        ({"custom": {"name": "a"}}, "feeds.custom"),
        ({"custom": [{"title": "A"}]}, "feeds.custom[0].name"),
        ({"custom": [{"name": "a", "match": "("}]}, "feeds.custom[0].match"),
        ({"custom": [{"name": "a", "categories": ["x"]}]}, "feeds.custom[0].categories"),
        ({"custom": [{"name": "A b"}, {"name": "a-b"}]}, "feeds.custom[1].name"),
    ],
)
def test_a_mistake_is_noted_with_its_key(written: dict[str, Any], key: str) -> None:
    assert list(mistakes_of(**written)) == [key]


def test_all_mistakes_are_noted_at_once() -> None:
    assert list(mistakes_of(items=-1, by="x", nonsense=1)) == ["feeds.items", "feeds.by", "feeds.nonsense"]


@pytest.mark.parametrize(
    "folder",
    [
        "",
        ".",
        "../up",
        "/etc",
        "a//b",
        "a\\b",
        "a\0b",
        ".git",
        "a/..",
        "con",
        "nul.d",
        "rss.xml",
        "x/Feeds.opml",
        "c:d",
        "news.",
        "a /b",
    ],
)
def test_a_place_that_is_no_plain_folder_below_the_output_is_a_mistake(folder: str) -> None:
    assert list(mistakes_of(paths={"category/news": folder})) == ['feeds.paths."category/news"']


def test_two_feeds_cannot_have_one_place() -> None:
    found = mistakes_of(paths={"tag/a": "News", "feed/b": "news"})
    assert found == {'feeds.paths."feed/b"': 'expected another path: "tag/a" has "news" already'}
    assert list(mistakes_of(paths={"tag/a": "news", "feed/b": "News"})) == ['feeds.paths."feed/b"']


@pytest.mark.parametrize("name", ["categories/news", "news", "category", "category/", "all/xml", ""])
def test_a_place_for_a_feed_that_cannot_be_is_a_mistake(name: str) -> None:
    assert 'expected "all" or one of' in mistakes_of(paths={name: "news"})[join_keys("feeds.paths", name)]


def test_a_feed_is_placed_by_any_spelling_of_its_name() -> None:
    assert configured(paths={"tag/C++": "cpp", "tag/Open Source": "oss", "tag/a-b": "x"}).places.folders == {
        "tag/c-cedb1bac": "cpp",
        "tag/open-source": "oss",
        "tag/a-b": "x",
    }


def test_a_file_of_a_feed_is_placed_below_the_web_root() -> None:
    options = configured(
        root="www", out="www/my/feeds", paths={"all/atom": "feed.xml", "category/News/rss": "my/feeds/news.xml"}
    )
    assert options.url == "https://finews.example/my/feeds"
    assert options.places.files == {"": {"atom.xml": "../../feed.xml"}, "category/news": {"rss.xml": "news.xml"}}
    assert options.places.below_root("../../feed.xml") == "feed.xml"
    assert options.places.below_root("category/news/atom.xml") == "my/feeds/category/news/atom.xml"


@pytest.mark.parametrize(("root", "out"), [("www", "feeds"), ("www", "www2/feeds"), ("/srv/www", "feeds")])
def test_an_output_outside_of_the_web_root_is_a_mistake(root: str, out: str) -> None:
    assert list(mistakes_of(root=root, out=out)) == ["feeds.root"]


def test_the_address_of_the_output_ends_as_its_place_in_the_web_root() -> None:
    assert list(mistakes_of(root="www", out="www/feeds", url="https://site.example/x")) == ["feeds.url"]
    for url in ("https://site.example/feeds", "https://site.example/blog/feeds/"):
        assert mistakes_of(root="www", out="www/feeds", url=url) == {}


@pytest.mark.parametrize(
    "place", ["../feed.xml", "/feed.xml", ".feed.xml", "a//b", "con.xml", "a:b.xml", "feed.xml.gz", ""]
)
def test_a_file_outside_of_the_web_root_is_a_mistake(place: str) -> None:
    assert list(mistakes_of(root="www", out="www/feeds", paths={"all/atom": place})) == ['feeds.paths."all/atom"']


def test_formats_are_written_in_one_order_however_they_are_listed() -> None:
    assert configured(formats=["json", "rss"]).formats == ("rss", "json")
