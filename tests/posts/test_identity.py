"""Canonical links and ids: the table of vectors, and what has to hold for every link."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.identity.urls import (
    _canonical_of_any,
    _canonical_of_ordinary,
    _host,
    _parsed,
    canonical,
    host,
    identifies,
    literal,
    mint,
    shown,
)
from posts.model import Rewrite
from posts.text import escape_uri

VECTORS = Path(__file__).parent.parent / "oracles" / "canonical-links.jsonl"


def test_every_row_of_the_table_of_vectors_holds() -> None:
    rows = [json.loads(line) for line in VECTORS.read_text("utf-8").splitlines()]
    assert len(rows) > 50
    for row in rows:
        link = canonical(row["link"])
        assert link == row["canonical"], row
        assert (mint(link) if link else None) == row["id"], row


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("HTTP://WWW.Example.COM:80/a/../b//?utm_source=x&id=1#top", "https://example.com/b?id=1"),
        ("//example.com/a", "https://example.com/a"),
        ("https://example.com/%7e%2f?q=%2d", "https://example.com/~%2F?q=-"),
        ("http://example.com:80/a", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:443/a", "https://example.com/a"),
        ("https://example.com:80/a", "https://example.com/a"),
        ("https://example.com:8080/a", "https://example.com:8080/a"),
        ("http://example.com:8/a", "https://example.com:8/a"),
        ("https://example.com/a?Utm_Source=1", "https://example.com/a"),
        ("https://example.com/a?utmost=1", "https://example.com/a?utmost=1"),
        ("https://example.com/#/a/1", "https://example.com/#/a/1"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("mailto:a@b.example", None),
        ("/relative", None),
        ("https://", None),
        ("http://exa mple/", None),
        ("", None),
    ],
)
def test_canonical_links(link: str, expected: str | None) -> None:
    assert canonical(link) == expected


def test_rewrites_come_first_and_match_whole_links() -> None:
    rules = (Rewrite(re.compile(r"https?://old\.example/.*[?&]code=(\w+).*"), r"https://new.example/?code=\1"),)
    assert canonical("http://old.example/share?x=1&code=A7", rules) == "https://new.example/?code=A7"
    assert canonical("http://else.example/?u=http://old.example/?code=A7", rules) == (
        "https://else.example/?u=http://old.example/?code=A7"
    )


def test_an_id_is_the_version_5_uuid_of_the_canonical_link() -> None:
    assert mint("https://example.com/") == "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.com/"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=1"),
        ("tag:example.org,2020:1", "tag:example.org,2020:1"),
        ("FE37ACA1-7790-5E75-B30C-3AB7B3EA59CA", "urn:uuid:fe37aca1-7790-5e75-b30c-3ab7b3ea59ca"),
        ("urn:isbn:1", "urn:isbn:1"),
        ("42", None),
        ("a b:c", None),
        ("http://example.org/<x>", None),
        ("x:\x00", None),
        ("", None),
    ],
)
def test_an_id_of_the_front_matter_is_taken_literally_if_it_is_an_iri(value: str, expected: str | None) -> None:
    assert literal(value) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://example.com/", False),
        ("https://example.com/?p=1", True),
        ("https://example.com/a.JPG", False),
        ("https://example.com/a.mp3?x=1", False),
        ("https://example.com/report.pdf", True),
        ("https://example.com/#/a", True),
        ("https://example.com/a", True),
    ],
)
def test_a_bare_root_or_a_media_file_identifies_nothing(link: str, expected: bool) -> None:
    assert identifies(link) is expected


def test_a_source_is_shown_as_it_is_but_without_credentials() -> None:
    assert shown("http://user:secret@Example.com/é?utm_source=x#y") == "http://example.com/%C3%A9?utm_source=x#y"
    assert shown("ftp://example.com/") is None


def test_hosts_compare_without_www() -> None:
    assert host("http://WWW.example.com:81/") == host("//example.com./x") == "example.com"


links = st.from_regex(
    r"https?://[a-z.]{1,20}(:[0-9]{1,5})?(/[ -~]{0,12}){0,3}(\?[ -~]{0,20})?(#[ -~]{0,10})?", fullmatch=True
)


@given(links | st.text(max_size=60))
@settings(deadline=None, max_examples=500)
def test_a_canonical_link_is_canonical(link: str) -> None:
    once = canonical(link)
    if once is None:
        return
    assert once.startswith("https://")
    assert once.isascii()
    # `www.` goes once, as the table of vectors says; everything else is settled at once.
    again = canonical(once)
    assert again in (once, once.replace("https://www.", "https://", 1))


ordinary = st.from_regex(
    r"https?://([a-z0-9-]{1,6}\.){0,3}[a-z0-9-]{1,8}(/[A-Za-z0-9._~!$&()*+,;=:@%-]{0,6}){0,4}(\?[A-Za-z0-9._=&%/?-]{0,16})?",
    fullmatch=True,
)


@given(ordinary | links)
@settings(deadline=None, max_examples=1000)
def test_the_short_way_for_ordinary_links_says_what_the_parser_says(link: str) -> None:
    short = _canonical_of_ordinary(link)
    if short is not None:
        assert short == _canonical_of_any(link)
    parsed = _parsed(link)
    assert host(link) == (_host(parsed) if parsed else None)
    assert shown(link) == (
        escape_uri(str(parsed.href)) if parsed and not parsed.username and not parsed.password else shown(link)
    )


@given(links, st.sampled_from(["utm_source=a", "FBCLID=1", "spm=x.y", "mkt_tok="]))
@settings(deadline=None)
def test_trackers_never_change_the_id(link: str, tracker: str) -> None:
    bare = link.partition("#")[0].strip()  # blanks around a link are none of its own
    joined = bare + ("&" if "?" in bare else "?") + tracker
    assert canonical(joined) == canonical(bare)
