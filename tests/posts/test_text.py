"""Small rules on plain text."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.text import _ILLEGAL, _graphemes, fold, legal, plain


def is_legal(code: int) -> bool:
    """XML 1.0, section 2.2, less the noncharacters."""
    xml = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    return xml and not (0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE)


def test_every_code_point_is_kept_or_replaced_by_one_that_is_legal() -> None:
    for code in range(0x110000):
        assert legal(f"a{chr(code)}中") == f"a{chr(code) if is_legal(code) else chr(0xFFFD)}中", hex(code)


@given(st.text(st.characters()))
@settings(deadline=None)
def test_legal_text_has_the_same_length_and_stays_legal(text: str) -> None:
    assert len(legal(text)) == len(text)
    assert legal(legal(text)) == legal(text)


# Letters and signs beside what joins them into one, breaks a line, or has no place in XML.
_SIGNS = "a.é中「。…·\r\n\t \u3000\xa0\u0301\u200d\ufe0f\u3099👩🇨\x00\ufffe\ud800"
_MIXED = st.text(st.sampled_from(_SIGNS), max_size=12)


@given(_MIXED)
@settings(deadline=None)
def test_the_short_way_of_legal_text_gives_what_the_long_one_gives(text: str) -> None:
    assert legal(text) == _ILLEGAL.sub(lambda run: "\ufffd" * len(run[0]), text)


@given(_MIXED, st.integers(0, 8))
@settings(deadline=None, max_examples=500)
def test_the_short_way_of_graphemes_gives_what_the_long_one_gives(text: str, most: int) -> None:
    whole = regex.match(rf"\X{{0,{most}}}", text)
    assert whole is not None
    assert _graphemes(text, most) == whole[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(" a\n\t b  c ", "a b c"), ("a\x00b", "a\ufffdb"), ("", ""), ("a\u3000 b", "a b"), ("a\u00a0b", "a\u00a0b")],
)
def test_plain_is_one_line(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("one", "two"),
    [("Big  News", "big-news"), ("ＡＢＣ", "abc"), ("Straße", "STRASSE"), ("a_b", "a - b"), ("e\u0301", "é")],
)
def test_names_that_fold_alike_are_one(one: str, two: str) -> None:
    assert fold(one) == fold(two)


@given(st.text())
@settings(deadline=None)
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)
