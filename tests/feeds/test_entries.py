"""Heads and entries that are filled into specimens are, byte for byte, what feedgen writes."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from feeds.formats import documents, rss_atom
from feeds.formats.specimens import Specimens
from feeds.model import Channel, Item
from posts.model import Enclosure, Person

DAY = datetime(2024, 2, 29, 23, 59, 59, tzinfo=timezone(timedelta(hours=8)))
CHANNEL = Channel("urn:c", "C & co", "About", "https://a.example/", "https://a.example/feed", DAY, (Person("Ann"),))

# Characters that are escaped somewhere, percent signs, and the marks of specimens.
TEXT = st.text(st.sampled_from("ab &<>\"'%s\n\t\r{}]\ue000\ue001\uf8ff金😀-@"), max_size=12)
NAMED = TEXT.filter(bool)
DATES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)).map(
    lambda date: date.replace(microsecond=0)
)
PEOPLE = st.builds(Person, NAMED, st.one_of(TEXT, st.just("a@b.example"), st.just("<a>@b&c")), TEXT)
MEDIA = st.builds(Enclosure, NAMED, st.sampled_from(["audio/mpeg", "image/png", "x/\ue002"]), st.integers(-1, 9), TEXT)
ITEMS = st.builds(
    Item,
    id=NAMED,
    title=NAMED,
    link=NAMED,
    published=DATES,
    updated=DATES,
    summary=TEXT,
    html=st.one_of(st.none(), TEXT, st.just("<p>&amp;</p> ]]> %d")),
    via=TEXT,
    via_title=TEXT,
    source=TEXT,
    terms=st.lists(st.tuples(TEXT, NAMED), max_size=3).map(tuple),
    authors=st.lists(PEOPLE, max_size=3).map(tuple),
    language=st.sampled_from(["", "en", "zh-CN"]),
    image=TEXT,
    enclosures=st.lists(MEDIA, max_size=3).map(tuple),
)
WRITERS = {
    "rss": (documents.render_rss, rss_atom.rss_by_feedgen),
    "atom": (documents.render_atom, rss_atom.atom_by_feedgen),
}


CHANNELS = st.builds(
    Channel,
    id=NAMED,
    title=st.one_of(NAMED, st.just("Same")),
    description=st.one_of(NAMED, st.just("Same")),
    home=NAMED,
    address=NAMED,
    updated=DATES,
    authors=st.lists(PEOPLE, max_size=2).map(tuple),
    language=st.sampled_from(["", "en", "zh-CN"]),
    rights=TEXT,
    icon=TEXT,
    logo=TEXT,
    ttl=st.integers(0, 2),
    style=st.sampled_from(["", "feed.css", "../feed%20.css"]),
    links=st.lists(st.tuples(st.just("prev-archive"), NAMED), max_size=1).map(tuple),
    withdrawn=st.lists(st.tuples(NAMED, DATES), max_size=1).map(tuple),
    hubs=st.lists(NAMED, max_size=2).map(tuple),
)
# Specimens of all examples, as of earlier runs.
EARLIER = {"rss": Specimens("key"), "atom": Specimens("key")}


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, max_examples=300)
@given(items=st.lists(ITEMS, max_size=4))
def test_entries_are_what_feedgen_writes(name: str, items: list[Item]) -> None:
    ours, theirs = WRITERS[name]
    assert ours(CHANNEL, items, EARLIER[name]) == theirs(CHANNEL, items)


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, max_examples=300)
@given(channel=CHANNELS, items=st.lists(ITEMS, max_size=1))
def test_heads_are_what_feedgen_writes(name: str, channel: Channel, items: list[Item]) -> None:
    ours, theirs = WRITERS[name]
    assert ours(channel, items, EARLIER[name]) == theirs(channel, items)


@pytest.mark.parametrize("name", WRITERS)
def test_the_specimens_of_an_earlier_run_need_no_feedgen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = WRITERS[name]
    item = Item("urn:i", "One", "https://a.example/1", DAY, DAY, "Text", "<p>One</p>")
    first = Specimens("key")
    ours(CHANNEL, [item], first)
    packed = first.pack()
    expected = [theirs(CHANNEL, [other]) for other in (item, replace(item, title="Two & three", html="<p>Two</p>"))]
    monkeypatch.setattr(rss_atom, f"{name}_by_feedgen", None)
    second = Specimens("key", packed)
    assert ours(CHANNEL, [item], second) == expected[0]
    assert ours(CHANNEL, [replace(item, title="Two & three", html="<p>Two</p>")], second) == expected[1]
    assert second.pack() == packed
    assert Specimens("other", packed).pack() == ""


@pytest.mark.parametrize(
    "rows", ["x", [1], [["rss", [2], "%s%s", [0]]], [["rss", [1], "%d", [0]]], [["a", [1], "%s", [1]]]]
)
def test_damaged_specimens_are_ignored(rows: Any) -> None:
    packed = base64.b85encode(zlib.compress(json.dumps(["key", rows]).encode())).decode()
    assert Specimens("key", packed).pack() == ""
    assert Specimens("key", packed[:-3]).pack() == ""
