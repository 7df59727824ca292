"""Entries that are filled into specimens are, byte for byte, what feedgen writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.formats import rss_atom
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
    "rss": (rss_atom.render_rss, rss_atom._rss_by_feedgen),
    "atom": (rss_atom.render_atom, rss_atom._atom_by_feedgen),
}


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None, max_examples=300)
@given(items=st.lists(ITEMS, max_size=4))
def test_entries_are_what_feedgen_writes(name: str, items: list[Item]) -> None:
    ours, theirs = WRITERS[name]
    assert ours(CHANNEL, items) == theirs(CHANNEL, items)
