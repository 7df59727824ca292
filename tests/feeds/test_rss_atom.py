"""Test RSS and Atom: the rules of both formats, and a test for each defect of feedgen 1.0.0."""

from __future__ import annotations

import locale
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.formats.escapes import format_rfc822
from posts.model import Content, Enclosure, Person, Site
from tests.feeds.examples import SITE, post, posts, published
from tests.feeds.test_golden import CASES, made
from tests.shared import shared

NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def rss(*args: Any, **kwargs: Any) -> etree._Element:
    return etree.fromstring(published(*args, **kwargs)["rss.xml"])


def atom(*args: Any, **kwargs: Any) -> etree._Element:
    return etree.fromstring(published(*args, **kwargs)["atom.xml"])


def texts(element: etree._Element, path: str) -> list[str | None]:
    return [found.text for found in element.iterfind(path, NAMES)]


def attributes(element: etree._Element, path: str) -> list[dict[str, str]]:
    return [dict(found.attrib) for found in element.iterfind(path, NAMES)]


def test_items_keep_their_order() -> None:
    three = posts("a", "b", "c")
    assert texts(rss(three), "channel/item/title") == ["Title a", "Title b", "Title c"]
    assert texts(atom(three), "atom:entry/atom:title") == ["Title a", "Title b", "Title c"]


def test_the_time_of_a_feed_is_the_latest_of_the_items_in_its_window() -> None:
    edited = datetime.fromisoformat("2022-02-01T08:00:00-05:00")
    beyond = datetime.fromisoformat("2023-01-01T00:00:00+00:00")
    three = [*posts("a", updated=edited), *posts("b", "c", updated=beyond)[1:]]
    assert texts(rss(three, items=1), "channel/lastBuildDate") == ["Tue, 01 Feb 2022 08:00:00 -0500"]
    assert texts(atom(three, items=1), "atom:updated") == ["2022-02-01T08:00:00-05:00"]


def test_without_updated_an_entry_was_updated_when_it_was_published() -> None:
    entry = atom([post()]).find("atom:entry", NAMES)
    assert entry is not None
    assert texts(entry, "atom:updated") == texts(entry, "atom:published") == ["2021-12-31T12:00:00+08:00"]


def test_the_channels_link_is_the_sites_home_and_not_the_last_link() -> None:
    channel = rss([])
    assert texts(channel, "channel/link") == ["https://finews.example/"]
    assert attributes(channel, "channel/atom:link") == [
        {"href": "https://finews.example/feeds/rss.xml", "rel": "self", "type": "application/rss+xml"}
    ]


def test_an_author_without_an_address_is_a_creator_and_one_with_it_no_rss_author() -> None:
    item = rss([post(authors=(Person("Ann"), Person("Bob", "bob@example.com")))])
    assert texts(item, "channel/item/dc:creator") == ["Ann, Bob"]
    assert texts(item, "channel/item/author") == []


def test_an_entrys_links_have_rel_type_and_length() -> None:
    media = (Enclosure("https://a.example/a.mp3", "audio/mpeg", 7), Enclosure("https://a.example/b.mp4", "video/mp4"))
    one = post(source="https://s.example/", source_title="S & co", enclosures=media)
    assert attributes(atom([one]), "atom:entry/atom:link") == [
        {"href": "https://finews.example/a.html", "rel": "alternate"},
        {"href": "https://s.example/", "rel": "via", "title": "S & co"},
        {"href": "https://a.example/a.mp3", "rel": "enclosure", "type": "audio/mpeg", "length": "7"},
        {"href": "https://a.example/b.mp4", "rel": "enclosure", "type": "video/mp4"},
    ]


def test_rendering_leaves_the_locale_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert texts(rss([post()]), "channel/item/pubDate") == ["Fri, 31 Dec 2021 12:00:00 +0800"]


def test_content_is_typed_html_in_atom_whatever_its_spelling_in_xml() -> None:
    found = atom([post()], Content("<p>a &amp; b</p>", "a"))
    assert attributes(found, "atom:entry/atom:content") == [{"type": "html"}]
    assert texts(found, "atom:entry/atom:content") == ["<p>a &amp; b</p>"]


@pytest.mark.parametrize(
    "html", ["<p>]]></p>", "<p>]]]]>&gt;</p>", "a\rb", "<![CDATA[x]]>", "\n <pre>\n  x\n</pre> \n", ""]
)
def test_a_body_comes_back_byte_for_byte(html: str) -> None:
    content = Content(html, "summary")
    assert texts(rss([post()], content), "channel/item/content:encoded") == ([html] if html else [])
    assert texts(atom([post()], content), "atom:entry/atom:content") == ([html] if html else [])


def test_an_illegal_character_costs_itself_alone() -> None:
    one = post(title="a\0b\x1bc\ufdd0d\ud800e")
    assert texts(rss([one]), "channel/item/title") == ["a\ufffdb\ufffdc\ufffdd\ufffde"]


@pytest.mark.parametrize(
    ("title", "written"),
    [("AT&T", "AT&#x26;T"), ("a < b", "a &#x3C; b"), ("<x>", "&#x3C;x&#x3E;"), ("&amp;", "&#x26;amp;")],
)
def test_an_rss_title_has_hexadecimal_references(title: str, written: str) -> None:
    files = published([post(title=title)], site=Site(title, "https://a.example", title, rights=title))
    text = files["rss.xml"].decode()
    assert text.count(f"<title>{written}</title>") == 2
    assert f"<description>{written}</description>" in text
    assert f"<copyright>{written}</copyright>" in text


def test_the_first_enclosure_that_is_no_picture_is_the_rss_one_and_the_others_are_media() -> None:
    media = (
        Enclosure("https://a.example/a.jpg", "image/jpeg"),
        Enclosure("https://a.example/b.jpg", "image/jpeg"),
        Enclosure("https://a.example/a.zip", "application/zip", 8),
        Enclosure("https://a.example/a.mp3", "audio/mpeg", 7, "Talk & more"),
    )
    item = rss([post(enclosures=media)])
    assert attributes(item, "channel/item/enclosure") == [
        {"url": "https://a.example/a.zip", "length": "8", "type": "application/zip"}
    ]
    assert attributes(item, "channel/item/media:content") == [
        {"url": "https://a.example/a.mp3", "fileSize": "7", "type": "audio/mpeg", "medium": "audio"},
        {"url": "https://a.example/b.jpg", "type": "image/jpeg", "medium": "image"},
    ]
    assert texts(item, "channel/item/media:content/media:title") == ["Talk & more"]
    assert attributes(item, "channel/item/media:thumbnail") == [{"url": "https://a.example/a.jpg"}]


PICTURE = Enclosure("https://a.example/a%20b.jpg?x=1&y=2", "image/jpeg")
SHOWN = Content('<p><img alt="" src="https://a.example/a%20b.jpg?x=1&amp;y=2"></p>', "x")


@pytest.mark.parametrize(
    ("content", "media", "enclosed"),
    [
        (SHOWN, (PICTURE,), []),
        (SHOWN, (PICTURE, Enclosure("https://a.example/b.jpg", "image/jpeg")), ["https://a.example/b.jpg"]),
        (Content("<p>x</p>", "x"), (PICTURE,), [PICTURE.url]),
        (
            Content("<p>x</p>", "x"),
            (PICTURE, Enclosure("https://a.example/a.mp3", "audio/mpeg")),
            ["https://a.example/a.mp3"],
        ),
        (
            Content("<p>x</p>", "x"),
            (PICTURE, Enclosure("https://a.example/a.pdf", "application/pdf")),
            ["https://a.example/a.pdf", PICTURE.url],
        ),
    ],
)
def test_a_picture_that_readers_show_anyway_is_not_enclosed(
    content: Content, media: tuple[Enclosure, ...], enclosed: list[str]
) -> None:
    files = published([post(enclosures=media)], content)
    item, entry = (etree.fromstring(files[name]) for name in ("rss.xml", "atom.xml"))
    paths = ("channel/item/enclosure", "channel/item/media:content")
    assert [one["url"] for path in paths for one in attributes(item, path)] == enclosed
    links = attributes(entry, "atom:entry/atom:link")
    assert [one["href"] for one in links if one["rel"] == "enclosure"] == enclosed
    assert attributes(item, "channel/item/media:thumbnail") == [{"url": PICTURE.url}]
    assert attributes(entry, "atom:entry/media:thumbnail") == [{"url": PICTURE.url}]


def test_an_enclosure_of_unknown_type_is_a_stream_of_bytes() -> None:
    one = post(enclosures=(Enclosure("https://a.example/a", ""),))
    assert attributes(rss([one]), "channel/item/enclosure") == [
        {"url": "https://a.example/a", "length": "0", "type": "application/octet-stream"}
    ]


def test_the_lead_image_of_the_body_is_the_thumbnail_where_no_enclosure_is_an_image() -> None:
    content = Content("<p>x</p>", "x", image="https://a.example/lead.jpg")
    assert attributes(rss([post()], content), "channel/item/media:thumbnail") == [{"url": "https://a.example/lead.jpg"}]


@pytest.mark.parametrize(
    ("fields", "source", "via"),
    [
        ({"source": "https://s.example/1"}, ["https://s.example/1"], [{"rel": "via", "href": "https://s.example/1"}]),
        ({"source_title": "A <book>"}, ["A <book>"], []),
        ({}, [], []),
    ],
)
def test_a_source_is_named_by_address_or_else_by_title(
    fields: dict[str, str], source: list[str], via: list[dict[str, str]]
) -> None:
    item = rss([post(**fields)])
    assert texts(item, "channel/item/dc:source") == source
    assert attributes(item, "channel/item/atom:link") == via


def test_an_item_can_lead_to_the_source_and_then_comes_via_the_post() -> None:
    both = rss([post(source="https://s.example/1"), post("b")], link="source")
    assert texts(both, "channel/item/link") == ["https://finews.example/b.html", "https://s.example/1"]
    assert attributes(both, "channel/item/atom:link") == [{"rel": "via", "href": "https://finews.example/a.html"}]
    assert texts(both, "channel/item/dc:source") == ["https://s.example/1"]


def test_summaries_alone_have_no_body() -> None:
    item = rss([post()], Content("<p>all of it</p>", "a < b"), content="summary")
    assert texts(item, "channel/item/description") == ["a &lt; b"]
    assert texts(item, "channel/item/content:encoded") == []
    assert texts(atom([post()], content="summary"), "atom:entry/atom:content") == []


def test_a_post_in_a_full_and_in_a_summary_feed_has_its_body_in_one_of_them() -> None:
    files = published([post()], custom=[{"name": "short", "content": "summary"}])
    assert b"content:encoded>" in files["rss.xml"]
    assert b"content:encoded>" not in files["feed/short/rss.xml"]


@pytest.mark.parametrize(
    ("title", "opening", "expected"),
    [("Own", "First words", "Own"), ("", "First words", "First words"), ("", "", "2021-12-31")],
)
def test_a_post_without_a_title_goes_by_its_first_words_or_its_date(title: str, opening: str, expected: str) -> None:
    found = rss([post(title=title)], Content("<p>x</p>", "x", opening))
    assert texts(found, "channel/item/title") == [expected]


def test_a_name_that_is_a_category_and_a_tag_is_written_once() -> None:
    one = post(categories=("News", "C++"), tags=("news", "x"))
    assert texts(rss([one]), "channel/item/category") == ["News", "C++", "x"]
    assert attributes(atom([one]), "atom:entry/atom:category") == [
        {"term": "News", "label": "News"},
        {"term": "C++", "label": "C++"},
        {"term": "x", "label": "x"},
    ]


def test_the_feed_of_a_language_says_which_it_is() -> None:
    files = published([post(language="en")], by=["language"])
    assert texts(etree.fromstring(files["language/en/rss.xml"]), "channel/language") == ["en"]
    assert texts(etree.fromstring(files["rss.xml"]), "channel/language") == ["zh-CN"]


@pytest.mark.parametrize("language", ["not a language", "zh-", "", "x" * 9])
def test_what_is_no_language_tag_is_left_out(language: str) -> None:
    site = Site("S", "https://a.example", language=language)
    assert b"lang" not in published([post(language=language)], site=site)["atom.xml"]


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.timezones()))
@settings(deadline=None)
def test_every_date_is_written_as_the_standards_want_it(date: datetime) -> None:
    files = published([post(date=date)], by=[], formats=["rss", "atom"])
    (written,) = texts(etree.fromstring(files["rss.xml"]), "channel/item/pubDate")
    (published_at,) = texts(etree.fromstring(files["atom.xml"]), "atom:entry/atom:published")
    assert written is not None
    assert published_at is not None
    assert datetime.strptime(written[5:], "%d %b %Y %H:%M:%S %z") == datetime.fromisoformat(published_at)
    assert published_at[:19] == date.isoformat()[:19]
    assert len(published_at) == len("2021-12-31T11:38:35+08:00")


def test_a_date_is_in_english_with_four_digits_for_the_year() -> None:
    assert format_rfc822(datetime(987, 6, 5, 4, 3, 2, tzinfo=UTC)) == "Tue, 05 Jun 0987 04:03:02 +0000"


def test_each_day_of_the_week_and_each_month_has_its_name() -> None:
    days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    assert [format_rfc822(datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 8)] == [
        f"{name}, 0{day} Jan 2026 00:00:00 +0000" for day, name in enumerate(days, 1)
    ]
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert [format_rfc822(datetime(2026, month, 9, tzinfo=UTC))[8:11] for month in range(1, 13)] == months
    for day in range(366):
        at = datetime(2024, 1, 1, 23, 59, 58, tzinfo=UTC) + timedelta(days=day)
        assert format_rfc822(at) == format_datetime(at)


@pytest.mark.parametrize("case", CASES)
def test_every_golden_atom_file_meets_the_schema_of_rfc_4287(case: str) -> None:
    schema = etree.RelaxNG(etree.parse(shared("schemas", "atom.rng")))
    for path, text in made(case).items():
        if path.endswith("atom.xml"):
            schema.assertValid(etree.fromstring(text.encode()))


def test_an_atom_file_with_a_link_to_its_page_meets_the_schema_too() -> None:
    schema = etree.RelaxNG(etree.parse(shared("schemas", "atom.rng")))
    files = published(posts("a", "b"), page_link=True, archives=True, items=1, keep="0h")
    found = [data for path, data in files.items() if path.endswith(".xml") and "atom" in path]
    assert len(found) == 1 + ("atom-archive-1.xml" in files)
    for data in found:
        assert data.count(b"http://www.w3.org/1999/xhtml") == 1
        schema.assertValid(etree.fromstring(data))


def test_every_element_has_a_line_of_its_own() -> None:
    for name in ("rss.xml", "atom.xml", "feeds.opml"):
        data = published([post(categories=("a",))], Content("one line", "s"))[name]
        assert b"\r" not in data
        assert data.endswith(b">\n")
        assert all(line.count(b"<") <= 3 for line in data.splitlines())


def test_a_ttl_is_written_when_it_is_configured() -> None:
    assert texts(rss([], ttl=45), "channel/ttl") == ["45"]
    assert texts(rss([]), "channel/ttl") == []


def test_the_site_is_the_author_where_nobody_is() -> None:
    assert texts(atom([]), "atom:author/atom:name") == ["金融消息"]
    signed = Site(SITE.title, SITE.url, authors=(Person("Ann"), Person("")))
    assert texts(atom([], site=signed), "atom:author/atom:name") == ["Ann"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (345, "Thu, 01 Jan 2026 10:00:00 +0545"),
        (-570, "Thu, 01 Jan 2026 10:00:00 -0930"),
        (486, "Thu, 01 Jan 2026 01:54:00 +0000"),
        (-44, "Thu, 01 Jan 2026 10:44:00 +0000"),
    ],
)
def test_an_offset_that_no_time_zone_has_is_written_in_utc(minutes: int, expected: str) -> None:
    assert format_rfc822(datetime(2026, 1, 1, 10, tzinfo=timezone(timedelta(minutes=minutes)))) == expected
