"""Test the output with the parsers of feed readers."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.select.slugs import slug
from posts.model import Content, Enclosure, Person, Post, Site
from posts.text import legal, plain
from tests.feeds.examples import post, posts, published

CONTENT = Content("<p>A <strong>body</strong> &amp; more</p>", "A summary")
RICH = post(
    "rich",
    title="盈利 AT&T",
    categories=("新闻", "R&D"),
    tags=("t",),
    authors=(Person("Ann"),),
    source="https://s.example/?a=1&b=2",
    enclosures=(Enclosure("https://a.example/a.mp3", "audio/mpeg", 7),),
)


def entries(name: str, *args: Any, **kwargs: Any) -> Any:
    parsed = feedparser.parse(published(*args, **kwargs)[name])
    assert not parsed.bozo
    return parsed.entries


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_a_subscriber_sees_id_title_link_dates_terms_and_body(name: str) -> None:
    (entry,) = entries(name, [RICH], CONTENT)
    assert entry.id == "urn:example:rich"
    assert entry.title == "盈利 AT&T"
    assert entry.link == "https://finews.example/rich.html"
    assert entry.published_parsed[:6] == (2021, 12, 31, 4, 0, 0)
    assert [tag.get("label") or tag.term for tag in entry.tags] == ["新闻", "R&D", "t"]
    assert entry.content[0].value == CONTENT.html
    assert entry.summary == "A summary"
    assert entry.author == "Ann"
    assert [link.href for link in entry.links if link.rel == "via"] == ["https://s.example/?a=1&b=2"]
    assert [(one.href, one.type, one.length) for one in entry.enclosures] == [
        ("https://a.example/a.mp3", "audio/mpeg", "7")
    ]


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
@pytest.mark.parametrize(
    "title", ["<x>", "&amp;", "AT&T", "a < b", "1 < 2 > 3", "<script>x</script>", "</x> y", "&lt;"]
)
def test_a_title_comes_back_as_the_plain_text_it_is(name: str, title: str) -> None:
    (entry,) = entries(name, [post(title=title)])
    assert entry.title == title


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_the_feed_itself_says_who_it_is(name: str) -> None:
    site = Site("标题 & co", "https://finews.example", "关于", "zh-CN", logo="https://finews.example/l.png", rights="©")
    feed = feedparser.parse(published(posts("a"), site=site)[name]).feed
    assert (feed.title, feed.subtitle, feed.language, feed.rights) == ("标题 & co", "关于", "zh-CN", "©")
    assert feed.link == "https://finews.example/"
    assert [link.href for link in feed.links if link.rel == "self"] == [f"https://finews.example/feeds/{name}"]


def test_a_json_feed_has_what_the_specification_names() -> None:
    feed = json.loads(published([RICH], CONTENT)["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert item == {
        "id": "urn:example:rich",
        "url": "https://finews.example/rich.html",
        "external_url": "https://s.example/?a=1&b=2",
        "title": "盈利 AT&T",
        "content_html": CONTENT.html,
        "summary": "A summary",
        "date_published": "2021-12-31T12:00:00+08:00",
        "date_modified": "2021-12-31T12:00:00+08:00",
        "authors": [{"name": "Ann"}],
        "tags": ["新闻", "R＆D", "t"],
        "attachments": [{"url": "https://a.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}],
    }


def test_a_tag_in_json_has_no_character_that_freshrss_loses_the_feed_over() -> None:
    (item,) = json.loads(published([post(tags=("a&b", "<c>", "d"))])["feed.json"])["items"]
    assert item["tags"] == ["a＆b", "＜c>", "d"]
    ET.fromstring("".join(f"<x>{tag}</x>" for tag in item["tags"]).join(["<r>", "</r>"]))


def test_summaries_alone_are_text_in_json() -> None:
    (item,) = json.loads(published([post()], CONTENT, content="summary")["feed.json"])["items"]
    assert item["content_text"] == "A summary"
    assert "content_html" not in item


def test_an_outline_has_every_feed_grouped_by_kind() -> None:
    one = post(categories=("b", "a & b"), tags=("t",))
    body = ET.fromstring(published([one], by=["tag", "category"], custom=[{"name": "mine"}])["feeds.opml"])[1]
    assert [(outline.get("text"), [inner.get("xmlUrl") for inner in outline]) for outline in body] == [
        ("金融消息", []),
        (
            "Categories",
            [
                f"https://finews.example/feeds/category/{slug('a & b')}/rss.xml",
                "https://finews.example/feeds/category/b/rss.xml",
            ],
        ),
        ("Tags", ["https://finews.example/feeds/tag/t/rss.xml"]),
        ("Selections", ["https://finews.example/feeds/feed/mine/rss.xml"]),
    ]
    assert all(outline.get("type") == "rss" for outline in body.iter("outline") if outline.get("xmlUrl"))


def test_an_outline_leads_to_the_first_format_there_is() -> None:
    body = ET.fromstring(published([], formats=["json"])["feeds.opml"])[1]
    assert body[0].get("xmlUrl") == "https://finews.example/feeds/feed.json"


TEXT = st.text(st.characters(codec=None), max_size=8)


@st.composite
def wild(draw: st.DrawFn) -> tuple[Post, Content, Site]:
    fields = {key: draw(TEXT) for key in ("title", "source", "source_title", "summary", "language")}
    fields |= {"id": "urn:x:" + draw(TEXT), "permalink": "https://finews.example/" + draw(TEXT)}
    terms = {"categories": tuple(draw(st.lists(TEXT, max_size=2))), "tags": tuple(draw(st.lists(TEXT, max_size=2)))}
    person = Person(draw(TEXT), draw(TEXT), draw(TEXT))
    enclosure = Enclosure(draw(TEXT), draw(TEXT), draw(st.integers(0, 2**40)), draw(TEXT))
    content = Content(draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT))
    site = Site(draw(TEXT), "https://a.example", draw(TEXT), draw(TEXT), (person,), draw(TEXT), draw(TEXT), draw(TEXT))
    return post(**fields, **terms, authors=(person,), enclosures=(enclosure, enclosure)), content, site


@given(wild())
@settings(deadline=None, max_examples=200)
def test_any_character_in_any_text_comes_back_from_every_format(made: tuple[Post, Content, Site]) -> None:
    one, content, site = made
    files = published([one], {one.path: content}, site, by=["category", "tag", "author", "language"])
    item = ET.fromstring(files["rss.xml"]).find("channel/item")
    entry = ET.fromstring(files["atom.xml"]).find("{http://www.w3.org/2005/Atom}entry")
    (told,) = json.loads(files["feed.json"])["items"]
    assert item is not None
    assert entry is not None
    title = plain(one.title) or plain(content.opening) or "2021-12-31"
    assert item.findtext("title") == entry.findtext("{http://www.w3.org/2005/Atom}title") == told["title"] == title
    html = legal(content.html)
    assert (entry.findtext("{http://www.w3.org/2005/Atom}content") or "") == told["content_html"] == html
    creator = item.findtext("{http://purl.org/dc/elements/1.1/}creator") or ""
    assert creator == ", ".join(dict.fromkeys(filter(None, (plain(author.name) for author in one.authors))))
    labels = [label.get("label") for label in entry.iter("{http://www.w3.org/2005/Atom}category")]
    assert labels == [category.text for category in item.iter("category")]
    assert [label.replace("&", "＆").replace("<", "＜") for label in labels if label] == told.get("tags", [])


def test_every_code_point_can_be_in_a_title_and_in_a_body() -> None:
    everything = [chr(code) for code in range(0x110000)]
    text = "x".join(everything)
    files = published([post(title=text)], Content(text, "s"), by=[])
    item = ET.fromstring(files["rss.xml"]).find("channel/item")
    assert item is not None
    assert item.findtext("title") == plain(text)
    assert item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") == legal(text)
    assert json.loads(files["feed.json"])["items"][0]["content_html"] == legal(text)
