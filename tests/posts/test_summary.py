"""Summaries and the titles of untitled posts: plain text, cut where a reader would cut it."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.html.excerpt import find_excerpt, html_to_text, summarize, title_from_body
from posts.text import shorten


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("one<br>two<hr>three", "one two three"),
        ('s<b>o</b>me <a href="x">li</a>nk', "some link"),
        ("a &amp;amp; b &lt;c&gt; d&nbsp;e &#20013;", "a &amp; b <c> d\xa0e 中"),
        ('<img src="x" alt="not this">x', "x"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("a < b > c", "a < b > c"),
        ("<script>x</script><!-- y -->z", "z"),
        ("\n a\n\n b ", "a b"),
        ("", ""),
    ],
)
def test_the_text_of_html_is_one_line_without_markup(html, text):
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("body", "separator", "expected"),
    [
        ("a\n<!--more-->\nb", "<!--more-->", "a\n"),
        ("a <!-- more --> b <!--more-->", "<!--more-->", "a "),
        ("a <!--MORE--> b", "<!-- more -->", "a "),
        ("a <!--more--> b", "<!--\nmore\n-->", "a "),
        ("a +++ b", "+++", "a "),
        ("a", "<!--more-->", None),
        ("a\n\nb", "\n\n", None),
        ("a", "", None),
    ],
)
def test_an_excerpt_goes_up_to_its_separator(body, separator, expected):
    assert find_excerpt(body, separator) == expected


LONG = "<h1>Title</h1><p>First paragraph.</p><p>" + "word " * 100 + "</p>"


@pytest.mark.parametrize(
    ("own", "excerpt", "paragraph", "expected"),
    [
        ("The &ldquo;own&rdquo; <em>one</em>\n&amp; only", "<p>e</p>", True, "The “own” one & only"),
        ("5 < 6 & 7 > 6", None, False, "5 < 6 & 7 > 6"),
        (" ", "<p>up to <b>here</b></p>", True, "up to here"),
        ("", "<p><img></p>", True, "First paragraph."),
        ("", None, True, "First paragraph."),
        ("", None, False, ("First paragraph. " + "word " * 40)[:197].rstrip() + "…"),
    ],
)
def test_a_summary_is_the_posts_own_else_its_excerpt_else_its_beginning(own, excerpt, paragraph, expected):
    assert summarize(own, LONG, excerpt, paragraph=paragraph) == expected


def test_code_captions_and_readings_are_no_summary():
    html = (
        "<figure><img><figcaption>c</figcaption></figure><pre>x = 1</pre><p><ruby>漢<rp>(</rp><rt>kan</rt></ruby>字</p>"
    )
    assert summarize("", html) == "漢 字"
    assert summarize("", "<pre>x = 1</pre>") == "x = 1"


def test_the_first_paragraph_is_the_first_with_text():
    html = '<h2>Head</h2><p><img src="x"></p><p>Text.</p><p>More.</p>'
    assert summarize("", html, paragraph=True) == "Text."


def test_a_post_without_paragraphs_has_its_beginning():
    assert summarize("", "bare text", paragraph=True) == "bare text"


@pytest.mark.parametrize("filler", ["<img>" * 4_000, '<img alt="' + "x" * 30_000 + '">', "<pre>code</pre>" * 4_000])
def test_text_is_found_behind_much_that_is_none(filler):
    assert summarize("", filler + "<p>text</p>") == "text"


def test_a_reference_at_the_edge_of_a_look_is_not_torn():
    for shift in range(12):
        html = "<p>" + "x" * shift + "a &amp; b " * 2_000 + "</p>"
        assert "&amp" not in summarize("", html)


def test_an_untitled_post_is_named_by_its_first_words():
    assert title_from_body("<p>A short one.</p>") == "A short one."
    assert title_from_body(f"<p>{'word ' * 50}</p>") == ("word " * 15).strip() + "…"
    assert title_from_body("") == ""


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("one two three four", 12, "one two…"),
        ("One two. Three four five", 14, "One two."),
        ("A. bcdefghijklmnopq", 10, "A. bcdefg…"),
        ("He said “yes.” Then he left", 18, "He said “yes.”"),
        ("The end is here. And", 16, "The end is here."),
        ("Version 3.14159265358979", 16, "Version…"),
        ("一二三四五六七八九十", 6, "一二三四五…"),
        ("一二三四。五六七八九十", 8, "一二三四。"),
        ("他说：“一二三四。”五六七八九", 12, "他说：“一二三四。”"),
        ("一二三四，五六七八九十", 6, "一二三四…"),
        ("👨‍👩‍👧‍👦" * 6, 4, "👨‍👩‍👧‍👦" * 3 + "…"),
        ("🇨🇳🇩🇪🇫🇷🇯🇵🇺🇸", 3, "🇨🇳🇩🇪…"),
        ("नमस्तेनमस्ते", 3, None),
        ("e\u0301" * 10, 5, "e\u0301" * 4 + "…"),
        ("e\u0301" * 5, 5, "e\u0301" * 5),
        ("ab。\ufe00cdef", 4, "ab。\ufe00…"),
    ],
)
def test_a_text_is_shortened_between_graphemes_at_a_sentence_or_a_word(text, limit, expected):
    short = shorten(text, limit)
    assert short == expected or (expected is None and text.startswith(short[:-1]))
    assert len(regex.findall(r"\X", short)) <= limit


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="ab .。！”e\u0301\u200d\ufe0f👨👩🇨🇳क्षि，", max_size=60), st.integers(2, 20))
def test_a_shortened_text_is_whole_graphemes_of_it(text, limit):
    short = shorten(text, limit)
    graphemes = regex.findall(r"\X", text)
    heads = ["".join(graphemes[:length]) for length in range(limit + 1)]
    assert short == text or short in heads or any(short[:-1] == head.rstrip(" ，") for head in heads) or short == "…"


def test_a_heap_of_accents_is_no_long_summary():
    assert len(shorten("a" + "\u0301" * 100_000 + "b" * 1_000)) <= 200 * 40 + 1


def test_a_separator_of_blanks_within_a_comment_is_an_empty_comment():
    assert find_excerpt("a<!--\n-->b", "<!-- -->") == "a"
    assert find_excerpt("a<!---->b", "<!---->") == "a"
    assert find_excerpt("a<!-->b", "<!-->") == "a"


def test_a_separator_that_never_ends_is_text():
    assert find_excerpt("a<!-- x", f"<!--{' ' * 150}x") is None
    assert find_excerpt("a<!--more", "<!--more") == "a"


def test_a_separator_of_more_than_200_characters_counts_as_none():
    assert find_excerpt("a" + "-" * 201, "-" * 201) is None
    assert find_excerpt("a" + "-" * 201, "-" * 200) == "a"


def test_a_separator_is_looked_for_in_linear_time():
    blanks = " " * 200_000
    assert find_excerpt(f"<!--{blanks}", "<!-- -->") is None
    assert find_excerpt(f"<!--{blanks}", "<!--more-->") is None
    assert find_excerpt("x", f"<!--{' ' * 2_000}x") is None
