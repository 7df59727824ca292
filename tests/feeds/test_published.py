"""Test parsing and comparison of published feeds in all formats."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from feeds.compare.items import changed_head_fields, compare_documents
from feeds.parse.detect import parse_feed
from feeds.parse.document import Document, ParsedEntry, visible_text
from posts.model import Content, Enclosure, Person
from tests.feeds.examples import NOON, post, published

FULL = post(
    "a",
    title="Fish & <chips>",
    source="https://one.example/a",
    updated=NOON + timedelta(hours=1),
    categories=("News", "C & A"),
    authors=(Person("Ann"), Person("Bo")),
    enclosures=(Enclosure("https://finews.example/a.mp3", "audio/mpeg", 3, "A"),),
)
CONTENT = Content("<p>Text &amp; <b>more</b></p>", "Text & more", image="https://finews.example/a.png")


def documents() -> dict[str, Document]:
    files = published([FULL, post("b", date=NOON - timedelta(days=1))], CONTENT)
    return {name: parse_feed(files[name]) for name in ("rss.xml", "atom.xml", "feed.json")}


def test_our_formats_say_the_same() -> None:
    found = documents()
    for name, document in found.items():
        first, second = document.entries
        assert (first.id, first.title, first.link) == (
            "urn:example:a",
            "Fish & <chips>",
            "https://finews.example/a.html",
        ), name
        assert (first.date, second.date) == (NOON, NOON - timedelta(days=1))
        assert document.head["title"] == "金融消息"
        assert document.head["address"].endswith(name)
        wanted = {
            "text": "Text&more",
            "markup": CONTENT.html,
            "summary": "Text & more",
            "authors": "Ann\nBo",
            "attachments": "https://finews.example/a.mp3",
            "image": CONTENT.image,
            "via": "https://one.example/a",
        }
        assert {part: first.parts[part] for part in wanted} == wanted
        assert first.parts["categories"].startswith("News\nC ")
        assert first.parts.get("updated", "2021-12-31T05:00:00+00:00") == "2021-12-31T05:00:00+00:00"
    for old in found.values():
        for new in found.values():
            assert [change for change in compare_documents(old, new) if change.fields != ("categories",)] == []
            assert changed_head_fields(old, new) == ()


def test_feeds_of_other_software() -> None:
    old_rss = b"""<?xml version="1.0" encoding="ISO-8859-1"?><rss version="0.91"><channel><title>caf\xe9</title>
        <item><title>A &amp;amp; B</title><link> https://x.example/1 </link>
        <description>&lt;p&gt;One&lt;/p&gt;</description></item>
        <item><title>C</title><guid>https://x.example/2</guid><pubDate>Fri, 31 Dec 2021 03:38:35 GMT</pubDate></item>
        </channel></rss>"""
    document = parse_feed(old_rss)
    assert document.head == {"title": "café"}
    assert [(entry.id, entry.title, entry.link) for entry in document.entries] == [
        ("https://x.example/1", "A & B", "https://x.example/1"),
        ("https://x.example/2", "C", "https://x.example/2"),
    ]
    assert document.entries[0].parts == {"text": "One", "markup": "<p>One</p>"}
    assert document.entries[1].date == datetime.fromisoformat("2021-12-31T03:38:35Z")
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel>
        <item><title>A</title><link>https://x.example/1</link><dc:date>2021-12-31T11:38:35+08:00</dc:date></item></rdf:RDF>"""
    (item,) = parse_feed(rdf).entries
    assert (item.id, item.date) == ("https://x.example/1", datetime.fromisoformat("2021-12-31T03:38:35Z"))
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>i</id>
        <title type="html">&lt;i&gt;A&lt;/i&gt; &amp;amp; B</title>
        <link rel="self" href="https://x.example/self"/><link href="https://x.example/1"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p></div></content></entry></feed>"""
    (item,) = parse_feed(atom).entries
    assert (item.id, item.title, item.link, item.parts["text"]) == ("i", "A & B", "https://x.example/1", "One")
    json = (
        b'\xef\xbb\xbf{"version": "https://jsonfeed.org/version/1", "items": [{"id": 7, "author": {"name": "Ann"}}, 3]}'
    )
    (item,) = parse_feed(json).entries
    assert (item.id, item.parts) == ("7", {"authors": "Ann"})


@pytest.mark.parametrize("data", [b"", b"<feed", b"<html/>", b"{}", b"{", b"[]", b"\x00", b"<!DOCTYPE x><x>&y;</x>"])
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the reason is the parser's
        parse_feed(data)


def test_nothing_is_fetched_or_expanded() -> None:
    data = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>'
    assert "root" not in parse_feed(data).head.get("title", "")


def entry(
    given: str = "1", title: str = "A", link: str = "https://x.example/1", hours: int = 0, **parts: str
) -> ParsedEntry:
    return ParsedEntry(given, title, link, NOON + timedelta(hours=hours), parts, whole=f"{title}{link}{hours}{parts}")


def one(*entries: ParsedEntry) -> Document:
    return Document("atom", {}, entries)


def canonical(link: str) -> str:
    return link.replace("http://", "https://").replace("//www.", "//")


OLD = entry(text="t", markup="<p>t</p>", updated="1")


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (entry(title="B", text="t", markup="<p>t</p>", updated="1"), ("title",)),
        (entry(link="https://x.example/2", text="t", markup="<p>t</p>", updated="1"), ("link",)),
        (entry(hours=1, text="t", markup="<p>t</p>", updated="1"), ("date",)),
        (entry(text="u", markup="<p>u</p>", updated="2"), ("text",)),
        (entry(text="t", markup="<b>t</b>", updated="1"), ("markup",)),
        (entry(text="t", markup="<p>t</p>", updated="2"), ("updated",)),
        (entry(text="t", markup="<p>t</p>", updated="1", image="i"), ("image",)),
        (replace(OLD, whole="with something else in it"), ("other",)),
    ],
)
def test_what_has_changed_of_an_item(new: ParsedEntry, fields: tuple[str, ...]) -> None:
    (change,) = compare_documents(one(OLD), one(new))
    assert (change.what, change.fields) == ("changed", fields)
    assert compare_documents(one(new), one(new)) == []


def test_an_item_that_subscribers_have_under_another_id() -> None:
    def again(old: tuple[ParsedEntry, ...], new: ParsedEntry) -> tuple[str, str]:
        change = next(change for change in compare_documents(one(*old), one(new), canonical) if change.id == new.id)
        return (change.what, change.by)

    assert again((entry(),), entry("2", "B", "http://www.x.example/1", 5)) == ("again", "link")
    assert again((entry(),), entry("2", " a ", "https://x.example/other")) == ("again", "title and date")
    assert again((entry(),), entry("2", "A", "https://x.example/other", 1)) == ("new", "")
    assert again((entry(),), entry("2", "B", "https://x.example/other")) == ("new", "")
    home = (entry("1", "A"), entry("3", "C"))
    assert again(home, entry("2", "B", "https://x.example/1")) == ("new", ""), "a link to the home page tells nothing"
    assert again((entry("1", "", ""),), entry("2", "", "")) == ("new", "")


def test_gone_and_past() -> None:
    old = one(entry("1", hours=3), entry("2", hours=2), entry("3", hours=1))
    new = one(entry("4", link="https://x.example/4", hours=4), entry("2", hours=2))

    def left(living: set[str]) -> list[tuple[str, str]]:
        return [(change.what, change.id) for change in compare_documents(old, new, living=living) if change.id != "4"]

    assert left({"1", "2", "3", "4"}) == [("gone", "1"), ("past", "3")]
    assert left({"2", "4"}) == [("gone", "1"), ("gone", "3")]
    assert [change.what for change in compare_documents(old, one(), living={"1", "2", "3"})] == ["gone"] * 3


def test_what_is_to_be_read_of_html() -> None:
    assert visible_text("<p>a &amp; b</p>\n\n<p>c</p>") == "a&bc"
