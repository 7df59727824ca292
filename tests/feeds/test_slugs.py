from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.select.slugs import slug, slugs
from posts.text import fold


def marked(stem: str, folded: str) -> str:
    return f"{stem}-{hashlib.sha256(folded.encode()).hexdigest()[:8]}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("News", "news"),
        ("Open  Source_Software", "open-source-software"),
        ("南通日报", "南通日报"),
        ("ＡＢＣ", "abc"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("二〇二一年", "二〇二一年"),
        ("हिन्दी", "हिन्दी"),
        ("report-20211231", "report-20211231"),
        ("com10", "com10"),
        ("a" * 80, "a" * 80),
    ],
)
def test_a_name_of_letters_digits_and_marks_is_its_own_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("name", "stem", "folded"),
    [
        ("C++", "c", "c++"),
        ("C#", "c", "c#"),
        ("R&D", "rd", "r&d"),
        (".NET", "net", ".net"),
        ("../../etc/passwd", "etcpasswd", "../../etc/passwd"),
        ("-draft-", "draft", "-draft-"),
        ("🦊", "", "🦊"),
        ("", "", ""),
        ("CON", "con", "con"),
        ("lpt1", "lpt1", "lpt1"),
        ("COM¹", "com1", "com1"),
        ("a" * 81, "a" * 71, "a" * 81),
        ("新" * 27, "新" * 23, "新" * 27),
    ],
)
def test_a_name_that_loses_something_is_long_empty_or_reserved_gets_a_hash(name: str, stem: str, folded: str) -> None:
    assert slug(name) == marked(stem, folded)


@pytest.mark.parametrize(
    "name", ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)
def test_the_name_of_a_device_is_no_slug(name: str) -> None:
    for written in (name, name.upper()):
        assert slug(written) == marked(name, name)
    assert [slug(f"{name}0"), slug(f"x{name}")] == [f"{name}0", f"x{name}"]


def test_a_slug_of_two_hundred_characters_is_cut_between_characters_and_not_after_a_hyphen() -> None:
    name = "a" * 70 + "-" + "b" * 40
    assert slug(name) == marked("a" * 70, name)
    assert slug("a" + "新" * 60) == marked("a" + "新" * 23, "a" + "新" * 60)
    assert slug("C++", 64) == "c-" + hashlib.sha256(b"c++").hexdigest()


def test_a_lone_surrogate_has_a_slug() -> None:
    assert slug("a\ud800") == "a-" + hashlib.sha256(b"a\xed\xa0\x80").hexdigest()[:8]


@given(st.text())
@settings(deadline=None)
@example("\ud800")
@example("a\0b")
@example("..")
def test_a_slug_is_one_harmless_file_name(name: str) -> None:
    made = slug(name)
    assert made
    assert len(made.encode()) <= 80
    assert all(char == "-" or unicodedata.category(char)[0] in "LMN" for char in made)


@given(st.text(), st.text())
@settings(deadline=None)
@example("c+", "c++")
@example("a b", "a/b")
@example("a-", "a")
def test_different_names_have_different_slugs_and_equal_ones_the_same(one: str, other: str) -> None:
    assert (slug(one) == slug(other)) == (fold(one) == fold(other))


def test_a_name_that_takes_anothers_hashed_slug_keeps_its_own() -> None:
    usurper = slug("C++")
    found = slugs([fold("C++"), usurper])
    assert found[usurper] == usurper
    assert found["c++"] == slug("C++", 64)
    assert len(found["c++"].encode()) <= 80


def test_names_whose_slugs_do_not_collide_have_short_ones() -> None:
    assert slugs(["c++", "c#", "news"]) == {"news": "news", "c++": slug("C++"), "c#": slug("C#")}
    assert [slug("com0"), slug("LPT0"), slug("com")] == ["com0", "lpt0", "com"]
