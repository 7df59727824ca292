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
from feeds.formats.namespaces import ATOM_PREFIXES, ITUNES, PODCAST, RSS_PREFIXES, SLASH, THREADING
from feeds.formats.specimens import Specimens
from feeds.model import Channel, Extension, Item
from posts.model import Enclosure, Person

DAY = datetime(2024, 2, 29, 23, 59, 59, tzinfo=timezone(timedelta(hours=8)))
CHANNEL = Channel("urn:c", "C & co", "About", "https://a.example/", "https://a.example/feed", DAY, (Person("Ann"),))

# Characters that are escaped somewhere, percent signs, and the marks of specimens.
TEXT = st.text(st.sampled_from("ab &<>\"'%s\n\t\r{}]\ue000\ue001\uf8ff金😀-@"), max_size=12)
NAMED = TEXT.filter(bool)
FURTHER_NAMES = ["comments", f"{{{ITUNES}}}duration", f"{{{PODCAST}}}person", f"{{{SLASH}}}comments"]
ATTRIBUTES = st.lists(st.sampled_from(["href", "role", "url"]), max_size=2, unique=True).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), TEXT) for name in names))
)
FURTHER = st.builds(Extension, st.sampled_from(FURTHER_NAMES), TEXT, ATTRIBUTES)
NESTED = st.builds(
    Extension, st.just(f"{{{ITUNES}}}owner"), TEXT, ATTRIBUTES, st.lists(FURTHER, min_size=1, max_size=2).map(tuple)
)
REPLIES = st.builds(
    Extension, st.just("link"), st.just(""), st.tuples(st.tuples(st.just(f"{{{THREADING}}}count"), TEXT))
)
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
    rss=st.lists(FURTHER, max_size=3).map(tuple),
    atom=st.lists(REPLIES, max_size=2).map(tuple),
)
PREFIXES = (*RSS_PREFIXES, *ATOM_PREFIXES)


def declaring(channel: Channel, items: list[Item]) -> Channel:
    """Return a channel that declares all prefixes if its items have further elements."""
    return replace(channel, prefixes=PREFIXES) if any(item.rss or item.atom for item in items) else channel


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
    prefixes=st.sampled_from([(), ("itunes",), ("slash", "thr"), PREFIXES]),
    extensions=st.lists(st.one_of(FURTHER, NESTED), max_size=3).map(tuple),
)
# Specimens of all examples, as of earlier runs.
EARLIER = {"rss": Specimens("key"), "atom": Specimens("key")}


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, max_examples=300)
@given(items=st.lists(ITEMS, max_size=4))
def test_entries_are_what_feedgen_writes(name: str, items: list[Item]) -> None:
    ours, theirs = WRITERS[name]
    channel = declaring(CHANNEL, items)
    assert ours(channel, items, EARLIER[name]) == theirs(channel, items)


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, max_examples=300)
@given(channel=CHANNELS, items=st.lists(ITEMS, max_size=1))
def test_heads_are_what_feedgen_writes(name: str, channel: Channel, items: list[Item]) -> None:
    ours, theirs = WRITERS[name]
    channel = declaring(channel, items)
    assert ours(channel, items, EARLIER[name]) == theirs(channel, items)


@pytest.mark.parametrize("name", WRITERS)
def test_the_specimens_of_an_earlier_run_need_no_feedgen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = WRITERS[name]
    owner = Extension(f"{{{ITUNES}}}owner", children=(Extension(f"{{{ITUNES}}}name", "Ann & co"),))
    image = Extension(f"{{{ITUNES}}}image", attributes=(("href", "https://a.example/1.png"),))
    channel = replace(CHANNEL, prefixes=PREFIXES, extensions=(owner, image))
    replies = Extension("link", attributes=(("rel", "replies"), ("href", "https://a.example/1#comments")))
    comments = (Extension("comments", "https://a.example/1#comments"), image)
    item = Item("urn:i", "One", "https://a.example/1", DAY, DAY, "Text", "<p>One</p>", rss=comments, atom=(replies,))
    first = Specimens("key")
    ours(CHANNEL, [replace(item, rss=(), atom=())], first)
    ours(channel, [item], first)
    packed = first.pack()
    other = replace(
        item,
        title="Two & three",
        html="<p>Two</p>",
        rss=(replace(comments[0], text="https://a.example/2?<&"), image),
        atom=(replace(replies, attributes=(("rel", "replies"), ("href", 'https://a.example/2"'))),),
    )
    later = replace(channel, extensions=(owner, replace(image, attributes=(("href", 'https://a.example/2.png?a&"'),))))
    plain = replace(item, title="Three", rss=(), atom=())
    documents_of = [(channel, item), (channel, other), (later, other), (CHANNEL, plain)]
    expected = [theirs(channel, [item]) for channel, item in documents_of]
    monkeypatch.setattr(rss_atom, f"{name}_by_feedgen", None)
    second = Specimens("key", packed)
    assert [ours(channel, [item], second) for channel, item in documents_of] == expected
    assert second.pack() == packed
    assert Specimens("other", packed).pack() == ""
    # Elements with other names, and elements of other elements, have specimens of their own.
    for shape in ((image, owner), (owner, owner), (replace(owner, children=()), owner.children[0], image)):
        with pytest.raises(TypeError):
            ours(replace(channel, extensions=shape), [item], second)


@pytest.mark.parametrize(
    "rows", ["x", [1], [["rss", [2], "%s%s", [0]]], [["rss", [1], "%d", [0]]], [["a", [1], "%s", [1]]]]
)
def test_damaged_specimens_are_ignored(rows: Any) -> None:
    packed = base64.b85encode(zlib.compress(json.dumps(["key", rows]).encode())).decode()
    assert Specimens("key", packed).pack() == ""
    assert Specimens("key", packed[:-3]).pack() == ""
