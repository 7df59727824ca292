"""References to characters, of any length."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.html.clean import clean_html, lead_image
from posts.html.excerpt import html_to_text, summarize
from posts.html.text_only import text_only
from posts.markup.liquid import render_liquid
from posts.markup.liquid.scope import LiquidScope
from posts.text import unescape
from posts.trailer.blocks import bare_link, is_navigation_block

BOMB = f"&#{'9' * 5_000};"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("&amp;&#65;&#x42;&eacute", "&ABé"),
        (f"&#{'0' * 5_000}65;b", "Ab"),
        (f"&#x{'0' * 5_000}41;b", "Ab"),
        (f"a{BOMB}b", "a\ufffdb"),
        (f"a&#{'9' * 5_000}", "a\ufffd"),
        (f"&#X{'f' * 5_000};", "\ufffd"),
        ("&#" + "0" * 5_000, "\ufffd"),
    ],
)
def test_a_reference_of_any_length_is_decoded(written, shown):
    assert unescape(written) == shown


@settings(deadline=None)
@given(st.text(alphabet="&#xX0149;aF ", max_size=40))
def test_what_python_decodes_is_decoded_in_the_same_way(written):
    assert unescape(written) == html.unescape(written)


def test_an_endless_reference_costs_no_post():
    cleaned = clean_html(f"<p>{BOMB}</p><img src='a{BOMB}'>", base="https://a.example/", report=lambda *_: None)
    assert cleaned.html.startswith("<p>\ufffd</p>")
    assert text_only(BOMB) == "<p>\ufffd</p>"
    assert html_to_text(BOMB) == "\ufffd"
    assert summarize(BOMB, "") == "\ufffd"
    assert bare_link(BOMB) == ""
    assert not is_navigation_block(f"[a]({BOMB})", lambda _: False)
    assert lead_image(f'<img src="{BOMB}">') == "\ufffd"


def test_escape_once_takes_an_endless_reference():
    assert (
        render_liquid("{{ page.a | escape_once }}", LiquidScope(page={"a": f"&lt;{BOMB}&"}), lambda *_: None)
        == "&lt;\ufffd&amp;"
    )
