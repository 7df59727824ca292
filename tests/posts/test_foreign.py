"""A word in angle brackets takes nothing with it."""

from __future__ import annotations

import pytest

from posts.html.clean import clean_html
from posts.html.foreign import ELEMENTS


def cleaned(html: str) -> str:
    return clean_html(html, base="https://a.example/", report=lambda *_: None).html


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_what_follows_the_name_of_a_foreign_element_stays(name: str) -> None:
    assert cleaned(f"<p>one <{name} two>three</p><p>four</p>") == "<p>one three</p><p>four</p>"


def test_the_drawing_of_real_svg_is_dropped_and_its_title_stays() -> None:
    assert cleaned("<p>a <svg><title>T</title><path d='M0 0'/></svg> b</p>") == "<p>a T b</p>"


@pytest.mark.parametrize("value", ["<and b", "&lt;and b"])
def test_an_attribute_with_such_a_word_is_stable(value: str) -> None:
    once = cleaned(f'<p title="{value}">text</p>')
    assert cleaned(once) == once
