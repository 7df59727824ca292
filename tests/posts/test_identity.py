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


MEDIA = (
    "jpg jpeg png gif webp avif svg bmp ico mp3 mp4 m4a m4v oga ogg ogv opus wav flac aac webm mov avi mkv"
).split()


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


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.example.com/a/", "https://example.com/a"),
        ("https://www.example/a", "https://www.example/a"),
        ("https://www.www.example.com/", "https://www.example.com/"),
        ("http://a-b.c1.example", "https://a-b.c1.example/"),
        ("http://a.example//", "https://a.example/"),
        ("http://a.example/b///", "https://a.example/b"),
        ("http://a.example/b/./c/../d", "https://a.example/b/d"),
        ("http://a.example/b/.", "https://a.example/b"),
        ("http://a.example/.b/c.d", "https://a.example/.b/c.d"),
        ("http://a.example/?", "https://a.example/"),
        ("http://a.example/b?x=1&&y", "https://a.example/b?x=1&y"),
        ("http://a.example/b?y=2&x=1", "https://a.example/b?y=2&x=1"),
        ("http://a.example/b?utm_source=x&spm=1", "https://a.example/b"),
        ("http://a.example/b?x=utm_source", "https://a.example/b?x=utm_source"),
        ("http://a.example/b?x=1&Utm_source=x&y=/?:@", "https://a.example/b?x=1&y=/?:@"),
        ("http://a.example/A~_.!$&()*+,;=:@-", "https://a.example/A~_.!$&()*+,;=:@-"),
        ("http://xn--bcher-kva.example/b", "https://xn--bcher-kva.example/b"),
        ("http://1.2.3.4/a", "https://1.2.3.4/a"),
        ("http://a.0x1/a", None),
    ],
)
def test_a_link_is_the_same_however_it_is_read(link: str, expected: str | None) -> None:
    assert canonical(link) == expected
    # A fragment names no other article, but such a link takes the long way through the parser.
    assert canonical(f"{link}#top") == expected
    assert canonical(f" \n{link}\t ") == expected


@pytest.mark.parametrize(
    "name",
    [
        *("utm_source", "utm_", "UTM_X", "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid"),
        *("twclid", "ttclid", "igshid", "igsh", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "hsctatracking", "mkt_tok"),
        *("oly_anon_id", "oly_enc_id", "vero_id", "spm", "wickedid", "SPM", "%73pm"),
    ],
)
def test_what_counts_visits_is_no_part_of_a_link(name: str) -> None:
    assert canonical(f"https://a.example/b?id=1&{name}=2&{name}") == "https://a.example/b?id=1"
    assert canonical(f"https://a.example/b?{name}=2#!x") == "https://a.example/b#!x"
    assert canonical(f"https://a.example/b?x{name}=2") == f"https://a.example/b?x{name.replace('%73', 's')}=2"


@pytest.mark.parametrize("character", "ABZabz059-._~")
def test_an_escape_of_a_character_that_needs_none_is_read_as_the_character(character: str) -> None:
    escaped = f"%{ord(character):02x}"
    wanted = f"https://a.example/x{character}y?q={character}"
    assert canonical(f"https://a.example/x{escaped}y?q={escaped}") == wanted
    assert canonical(f"https://a.example/x{escaped.upper()}y?q={escaped.upper()}") == wanted


@pytest.mark.parametrize("character", "/@[`{:?#%&=+ \u00ff")
def test_other_escapes_stay_in_upper_case(character: str) -> None:
    escaped = f"%{ord(character):02x}"
    assert canonical(f"https://a.example/x{escaped}y?q={escaped}") == (
        f"https://a.example/x{escaped.upper()}y?q={escaped.upper()}"
    )


def test_a_link_longer_than_2048_characters_is_none() -> None:
    link = "https://a.example/" + "b" * 2030
    assert canonical(link) == link
    assert canonical(f" {link} ") == link
    assert canonical(f"{link}b") is None


def test_several_rewrites_follow_each_other_and_none_sees_a_control_character() -> None:
    rules = (
        Rewrite(re.compile("https://a/(.*)"), r"https://b.example/\1"),
        Rewrite(re.compile(r"(.*)b\.ex(.*)"), r"\1c.ex\2"),
    )
    assert canonical("https://a/x", rules) == "https://c.example/x"
    assert canonical("https://other.example/x", rules) == "https://other.example/x"
    assert canonical("https://b.example/\x01a", rules) == "https://b.example/%01a"


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
        (" urn:isbn:1\n", "urn:isbn:1"),
        ("FE37ACA1-7790-5E75-B30C-3AB7B3EA59C", None),
        ("fe37aca1-7790-5e75-b30c-3ab7b3ea59ca1", None),
        ("x:" + "y" * 2046, "x:" + "y" * 2046),
        ("x:" + "y" * 2047, None),
        ("x:\ufffe", None),
        ("1x:y", None),
        ("x+1.2-3:y", "x+1.2-3:y"),
        ("x:é", "x:é"),
        ("x:\x7f", None),
        ("x:a\u2028b", None),
        ("x:", None),
        *((f"x:{sign}", None) for sign in '<>"{}|\\^`\ufffd\u2029\x9f'),
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
        *((f"https://example.com/a.{end}", False) for end in MEDIA),
        *((f"https://example.com/a/b.{end.upper()}?c=d", False) for end in MEDIA),
        *((f"https://example.com/a{end}", True) for end in MEDIA),
        ("https://example.com/a.mp3/text", True),
        ("https://example.com/a?file=b.mp3", True),
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


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (" http://www.example.com/a/?utm_source=x ", "http://www.example.com/a/?utm_source=x"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a/../b", "https://example.com/b"),
        ("https://example.com?b", "https://example.com/?b"),
        ("//example.com/a#b", "https://example.com/a#b"),
        ("http://user@example.com/a", "http://example.com/a"),
        ("http://:secret@example.com/a", "http://example.com/a"),
        ("https://EXAMPLE.com/a|b^c", "https://example.com/a%7Cb%5Ec"),
        ("/a", None),
        ("http://...", None),
        ("httpx://example.com/", None),
    ],
)
def test_a_source_is_shown_as_a_valid_uri(link: str, expected: str | None) -> None:
    assert shown(link) == expected


def test_hosts_compare_without_www() -> None:
    assert host("http://WWW.example.com:81/") == host("//example.com./x") == "example.com"
    assert host(" https://www.example.com/a ") == host("https://user:secret@example.com/") == "example.com"
    assert host("https://www.example/") == "www.example"
    assert host("https://xn--bcher-kva.example/") == host("https://bücher.example/") == "xn--bcher-kva.example"
    assert (host("mailto:a@b.example"), host("/a"), host("http://...")) == (None, None, None)


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
