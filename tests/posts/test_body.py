"""Cleaning a body: what goes, what stays, addresses, the lead image, and bodies that are traps."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.html.clean import clean_html, invalid_selectors
from posts.html.limits import MAX_BYTES, exceeded_limit
from posts.html.sanitize import sanitize, to_canonical_html
from posts.html.tags import _BLANK, TAG, remove_elements, tidy_html
from posts.html.text_only import text_only
from posts.html.urls import resolve_srcset

BASE = "https://news.example/2021/12/31/post.html"


def clean(html, *remove):
    return clean_html(html, base=BASE, remove=remove, report=lambda *_: None).html


def codes(html):
    found = []
    clean_html(html, base=BASE, report=lambda _line, code, _message: found.append(code))
    return found


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<p hidden>b</p>c", "ac"),
        ("a<P HIDDEN=until-found><b>b</b><p>x</p>", "a<p>x</p>"),
        ("<div style='display : none'>b<img src=i.png></div>c", "c"),
        ("<span style='color:red;visibility:hidden'>b</span>c", "c"),
        ("<p>hidden display visibility: none</p>", "<p>hidden display visibility: none</p>"),
        ("<p style='display:block'>b</p>", "<p>b</p>"),
        ("<div title='hidden' aria-hidden=true>b</div>", '<div title="hidden">b</div>'),
        ("a<img src=t.gif width=1 height=1>b", "ab"),
        ("a<img src=t.gif width=0>b", "ab"),
        ("a<img src=t.gif style='height:1px'>b", "ab"),
        ("a<img src=t.gif height='1px'>b<hr>", "ab<hr>"),
        ("<img src=/p.png width=10%>", '<img src="https://news.example/p.png" width="10%">'),
        ("<img src=/p.png width=100 height=16>", '<img src="https://news.example/p.png" width="100" height="16">'),
        ("a<img>b<img src=''>c<img src='data:image/gif;base64,R0lG'>", "abc"),
        ("<ul><li hidden>a<li>b</ul>", "<ul><li>b</li></ul>"),
        ("<div hidden><p hidden>a</p>b</div><p>c</p>", "<p>c</p>"),
        ("a<img src=//t.example/p.gif width='&#49;'>b", "ab"),
        ("a<img src=//t.example/p.gif width='&Tab;1'>b", "ab"),
        ("a<img src=//t.example/p.gif style='width&colon;1px'>b", "ab"),
        ("a<img src=//t.example/p.gif style='width/*:*/:/**/1px'>b", "ab"),
        ("a<p style='d&#105;splay:none'>b</p>", "a"),
        ("a<p style='d&#x69;splay:none'>b</p>", "a"),
        ("a<p style='display:/**/none'>b</p>", "a"),
        ("a<p style='dis/**/play:none'>b</p>", "a<p>b</p>"),
        ("a<p style='d\\69 splay:n\\6fne'>b</p>", "a"),
        ("a<p style='vis\\ibility:hidden'>b</p>", "a"),
        ("<p style='color:red /* display:none */'>b</p>", "<p>b</p>"),
        ("<p style='color:red' title='&#49; /* \\'>b</p>", '<p title="1 /* \\">b</p>'),
    ],
)
def test_what_is_hidden_or_only_tracks_goes(html, expected):
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>&nbsp;</p><p>a</p><p><br></p><div> <p></p> </div>", "<p>a</p>"),
        ("<p><!-- x --></p>a", "a"),
        ("<p><span><b></b></span></p>a", "a"),
        ("one<p></p>two", "one<br>two"),
        ("<b>one</b> <p></p>two", "<b>one</b> <br>two"),
        ("<h2>one</h2><p></p>two", "<h2>one</h2>two"),
        ("a<span> </span>b<i class=icon></i>c", "a bc"),
        ("<pre>x<span class=w>  </span>=</pre>", "<pre>x  =</pre>"),
        ("<p><img src=/i.png></p>", '<p><img src="https://news.example/i.png"></p>'),
        ("<table><tr><td></td></tr></table>", "<table><tbody><tr><td></td></tr></tbody></table>"),
        ("<a name=top></a>x<a name=y>z</a>", "xz"),
    ],
)
def test_what_shows_nothing_goes_and_no_word_is_joined_to_another(html, expected):
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "selectors", "expected"),
    [
        ('<p class="share big">a</p><p>b</p>', (".share",), "<p>b</p>"),
        ("<p class=sharexyz>a</p>", (".share",), "<p>a</p>"),
        ("<p>share</p>", (".share",), "<p>share</p>"),
        ("<P CLASS='em&#95;media'>a</P>b", ("p.em_media",), "b"),
        ("<div id=ad><div>a</div></div>b", ("#ad > div", "nav"), "b"),
        ("<nav>a</nav><form>b</form>c", ("nav, form",), "c"),
        ("<p>a</p><p>b</p>", ("p:first-child",), "<p>b</p>"),
        ("<p data-x=1>a</p>b", ("[data-x]",), "b"),
        ("a<p class=x>b<p class=x>c", (".x",), "a"),
        ("<p class=x data-\"<b=1 data-y>b</p><p data-'>c</p>d", (".x",), "<p>c</p>d"),
    ],
)
def test_what_the_configured_selectors_find_goes(html, selectors, expected):
    assert clean(html, *selectors) == expected


def test_the_rest_of_a_body_that_was_cut_keeps_every_character():
    odd = "<p>“Ä” &amp; &lt;b&gt;  <em>x </em>\n\ty&nbsp;z</p>\n<ul>\n<li>1\n</li></ul><ruby>漢<rt>kan</rt></ruby>"
    assert clean(f"<p class=ad>x</p>{odd}<p hidden>y</p>", ".ad") == odd


def test_invalid_selectors_are_told_with_a_reason():
    wrong = dict(invalid_selectors([".a", "p > ", "::x", "", "p:has(> b)", "@x", ":nope", "a[b="]))
    assert list(wrong) == ["p > ", "::x", "", "@x", ":nope", "a[b="]
    assert "Pseudo-element" in wrong["::x"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=//h.example/x>x</a>", '<a href="https://h.example/x">x</a>'),
        ("<a href=../../up>x</a>", '<a href="https://news.example/2021/up">x</a>'),
        ("<a href=#fn-1>1</a>", f'<a href="{BASE}#fn-1">1</a>'),
        ("<a href=''>x</a>", f'<a href="{BASE}">x</a>'),
        ("<a href=data:x>w</a><a href=''>x</a>", f'w<a href="{BASE}">x</a>'),
        ("<a href='HTTP://H.Example:80/ä b?q=ü'>x</a>", '<a href="http://h.example/%C3%A4%20b?q=%C3%BC">x</a>'),
        ("<a href='?a=1&b=2'>x</a>", f'<a href="{BASE}?a=1&amp;b=2">x</a>'),
        ("<a href=mailto:a@b.example>x</a>", '<a href="mailto:a@b.example">x</a>'),
        ("<a href=tel:+1>y</a>", '<a href="tel:+1">y</a>'),
        ("<a href=javascript:x>x</a><a href=ftp://h/x>y</a><a href='http://['>z</a>", "xyz"),
        ("<blockquote cite=/q>x</blockquote>", '<blockquote cite="https://news.example/q">x</blockquote>'),
        (
            "<video poster=p.jpg src=//x.example/v.mp4 controls></video>",
            '<video poster="https://news.example/2021/12/31/p.jpg" src="https://x.example/v.mp4" controls=""></video>',
        ),
        ("<img src=mailto:a@b.example>x", "x"),
    ],
)
def test_every_address_becomes_absolute_or_goes(html, expected):
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.png, b.png 2x", "https://h.example/a.png, https://h.example/b.png 2x"),
        ("a.png 480w,b.png 800w", "https://h.example/a.png 480w, https://h.example/b.png 800w"),
        ("w_1,h_2/a.png 1.5x", "https://h.example/w_1,h_2/a.png 1.5x"),
        ("data:image/png;base64,AA== 1x, b.png 2x", "https://h.example/b.png 2x"),
        ("a.png 1q, b.png 2x 3w, c.png", "https://h.example/c.png"),
        ("a.png (x,y), b.png", "https://h.example/b.png"),
        (" , a.png,, ", "https://h.example/a.png"),
        ("javascript:x 1x, http://[ 2x", ""),
        ("", ""),
    ],
)
def test_a_srcset_keeps_its_valid_candidates(srcset, expected):
    assert resolve_srcset(srcset, "https://h.example/") == expected


def test_a_srcset_of_more_than_4_kib_is_left_out():
    assert resolve_srcset("a.png 1x, " * 50, "https://h.example/").count("a.png") == 50
    assert resolve_srcset("a.png 1x, " * 500, "https://h.example/") == ""


def test_an_address_that_is_none_is_reported():
    assert codes("<a href='//['>z</a>") == ["bad-address"]


@pytest.mark.parametrize(
    ("html", "image"),
    [
        ("<p>a</p><img src=/a.png><img src=/b.png>", "https://news.example/a.png"),
        ("<img src=/icon.png width=16 height=16><img src=/b.png width=640>", "https://news.example/b.png"),
        ("<img src='/a.png?x=1&amp;y=2'>", "https://news.example/a.png?x=1&y=2"),
        ("<img src=/t.gif width=1 height=1>", ""),
        ("<img src=data:image/png,x>&lt;img src=/no.png&gt;", ""),
    ],
)
def test_the_lead_image_is_the_first_that_is_no_icon(html, image):
    assert clean_html(html, base=BASE, report=lambda *_: None).image == image


def test_what_stands_for_a_script_is_content():
    assert clean("<noscript><img src=/a.png></noscript>") == '<img src="https://news.example/a.png">'


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<p>文" + "x" * MAX_BYTES, "body-too-large"),
        ("<b>x</b>" * 5_001, "too-many-tags"),
        ("a < b " * 15_001, "too-many-tags"),
        ("a&amp;b " * 20_001, "too-many-tags"),
        ("<p>" + "<b><i><s><u><em><tt><big><code><font>" * 4 + "</p>" + "<p>x</p>" * 2_400, "too-many-tags"),
        ("<div>" * 251 + "x", "too-deep"),
        ("<blockquote>" * 300 + "x" + "</blockquote>" * 300, "too-deep"),
    ],
)
def test_of_a_body_beyond_the_limits_the_text_remains_and_that_is_reported(html, code):
    assert codes(html) == [code]
    assert set(TAG.findall(clean(html))) <= {("", "p", ""), ("/", "p", "")}


def test_a_body_within_the_limits_keeps_its_markup():
    html = "<p>" + "<b>x</b>" * 4_999 + "</p>"
    assert codes(html) == []
    assert clean(html) == html


def test_text_alone_keeps_its_paragraphs_and_nothing_of_scripts_and_comments():
    html = "<H1>A &amp; B</H1><script>if (a<b) x</script><p>c<br>d</p><!-- e --><STYLE>f</style>g\n\n&lt;i&gt;<svg>h"
    assert text_only(html) == "<p>A &amp; B</p>\n<p>c</p>\n<p>d</p>\n<p>g</p>\n<p>&lt;i&gt;h</p>"


@pytest.mark.parametrize(
    "html", ["&" * 1_000_000, "<" * 1_000_000, "a\n\n" * 300_000, "&amp;文" * 300_000, "a" * 3_000_000]
)
def test_text_alone_is_at_most_a_mebibyte_however_it_is_escaped(html):
    text = text_only(html)
    assert MAX_BYTES - 20 < len(text.encode()) <= MAX_BYTES
    assert sanitize(text[:2_000].rpartition("&")[0]).startswith(text[:1_000].rpartition("&")[0])
    assert text.endswith("</p>")
    assert "&" not in text[-10:].rpartition(";")[2]


def test_of_a_body_that_is_far_too_large_the_first_mebibyte_is_read():
    assert text_only("a" * MAX_BYTES + "b" * MAX_BYTES).count("b") == 0


@settings(deadline=None)
@given(st.text(alphabet="<>/!-p bdivscript\n&;#1x\x01'\"", max_size=60))
def test_text_alone_is_as_clean_as_what_the_gate_lets_pass(html):
    text = text_only(html)
    assert sanitize(text) == text


@pytest.mark.parametrize("look", [tidy_html, lambda html: _BLANK.fullmatch(html[3:-4])])
def test_a_megabyte_of_blanks_is_looked_through_in_little_memory(look):
    html = f"<p>{' ' * 1_000_000}</p>"
    tracemalloc.start()
    look(f"{html[:-4]}x</p>")
    look(html)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


MANY = 100_000
TRAPS = {
    "comments": "<!--" * (MANY // 4),
    "divisions": "<div>" * (MANY // 5),
    "deep within the number of tags": "<div>" * 4_900,
    "paragraphs closed in the deep": "<div>" * 2_500 + "</p>" * 20_000,
    "links": "<a href=x>" * 4_900,
    "formatting across paragraphs": "<b><p>" * 2_400,
    "unequal formatting across paragraphs": "<p>"
    + "".join(f"<b title={n}>" for n in range(900))
    + "</p>"
    + "<p>x</p>" * 900,
    "formatting closed in vain": "<p>"
    + "".join(f"<b title={n}><table></b></table>" for n in range(900))
    + "<p>x</p>" * 900,
    "formatting closed in comments": "<p>"
    + "".join(f"<b title={n}><!--</b>-->" for n in range(900))
    + "<p>x</p>" * 900,
    "tables in tables": "<table>" * 4_900,
    "cells": "<table><tr><td>" * 1_600,
    "options": "<select><option>" * 2_400,
    "attributes": "<p " + " ".join(f"a{n}" for n in range(MANY // 6)) + ">x",
    "attributes with signs in them": "<p " + " ".join(f"a{n}='>'" for n in range(MANY // 9)) + ">x",
    "attributes among tags": "<p " + " ".join(f"a{n}='<'" for n in range(12_000)) + ">x",
    "open quotes": "<a href='" * 4_900 + '"',
    "signs": "<" * MANY,
    "references": "&" * MANY,
    "candidates": "<img src=x srcset='" + "a , " * (MANY // 4) + "'>",
    "hidden elements": "<p hidden>x" * 2_000,
    "scripts": "<script>" * 4_900,
    "images without addresses": "<img alt='" * 4_900,
    "empty elements": "<p><b></b></p>" * 2_400,
    "empty elements among blanks": "<p></p>\n" * 4_900,
    "controls": "\x01" * MANY,
    "scripts in a body that is far too large": "<script>a</script>" * 200_000,
    "lines without an end": "\n" * 2_000_000,
    "disguised styles": "<img style='/**/width' src=x>" * 4_900,
    "comments in a style": "<p style='" + "/*" * (MANY // 8) + "'>x",
    "escapes in a style": "<p style='" + "\\69 " * (MANY // 4) + "'>x",
    "a long address": "<a href='" + "a/../" * (MANY // 5) + "'>x</a>",
}


@pytest.mark.parametrize(
    "name",
    [
        "deep within the number of tags",
        "unequal formatting across paragraphs",
        "formatting closed in vain",
        "formatting closed in comments",
        "attributes",
        "attributes with signs in them",
        "attributes among tags",
        "signs",
        "references",
    ],
)
def test_a_trap_does_not_reach_the_parser(name):
    assert exceeded_limit(TRAPS[name]) is not None


@pytest.mark.parametrize(
    "html",
    [
        "<table>" + "<tr><td align=left><b>x</b><td><font color='red'>y</font>" * 900 + "</table>",
        '<p><a href="/x" title="a \'quoted\' one">words</a> and "words" <br/></p>\n' * 900,
        "<p>" + "many words and no tags " * 20_000 + " a < b " + "words " * 5_000,
        "".join(f'<p><b id="n{n}">x</b></p>' for n in range(2_000)),
    ],
)
def test_a_long_but_ordinary_body_is_within_the_limits(html):
    assert exceeded_limit(html) is None


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_ends(name):
    once = clean(TRAPS[name])
    assert clean(once) == once
    assert len(once) <= 6 * len(TRAPS[name])


PIECES = (
    "<p> </p> <div> </div> <b> </b> <span~hidden> </span> <img~src=a> <img> <a~href=x> <a> </a> <br> <ul><li> </ul> "
    "<pre> </pre> <table><td> </table> &nbsp; text <p~class=x> <p~style=display:none> <noscript> </noscript> <i> </i> ~"
)
HTML = st.lists(st.sampled_from([piece.replace("~", " ") for piece in PIECES.split()]), max_size=25).map("".join)


@settings(deadline=None, max_examples=200)
@given(HTML)
def test_cleaning_twice_changes_nothing(html):
    once = clean(html, ".x")
    assert clean(once, ".x") == once


@settings(deadline=None, max_examples=200)
@given(HTML)
def test_what_the_gate_writes_is_canonical(html):
    for written in (to_canonical_html(html), sanitize(html)):
        assert "<" not in TAG.sub("", written)
        assert remove_elements(written, ()) == written
        starts = [tag for tag in TAG.finditer(written) if not tag[1]]
        assert remove_elements(written, range(len(starts))).count("<") == 0


@settings(deadline=None, max_examples=200)
@given(HTML)
def test_no_word_of_a_body_in_which_nothing_is_hidden_is_lost(html):
    shown = html.replace(" hidden", "").replace(" style=display:none", "")
    assert clean(shown).count("text") == html.count("text")
