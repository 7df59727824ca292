"""Whatever a body holds, nothing in what becomes of it can run: html5lib and Chromium are the judges."""

from __future__ import annotations

import pytest

from posts.html.sanitize import to_canonical_html
from tests import browser, fuzz, grammar, judge, vectors
from tests.needs import lacking

DOCUMENTS = 2_000  # `python -m tests.fuzz --documents 100000` makes them all


@pytest.fixture
def chromium() -> None:
    if browser.executable() is None:
        lacking("chromium")


@pytest.mark.parametrize("vector", vectors.SINGLE)
def test_a_vector_leaves_nothing_that_could_run(vector: str) -> None:
    for markdown in (False, True):
        assert fuzz.objections(fuzz.cleaned(vector, markdown=markdown)) == []
    assert fuzz.objections(fuzz.cleaned(to_canonical_html(vector))) == []


def test_no_spelling_of_a_scheme_and_no_handler_passes_in_any_element() -> None:
    objected = {}
    for vector in vectors.VECTORS:
        html = fuzz.cleaned(vector)
        if found := [*judge.objections(html), *(["changes"] if fuzz.cleaned(html) != html else [])]:
            objected[vector] = found
    assert objected == {}
    assert len(vectors.VECTORS) > 5_000


def test_nothing_that_the_grammar_makes_can_run() -> None:
    found = [one for page in fuzz.verdicts(DOCUMENTS, seed=1, workers=1) for one in page]
    assert [one for one in found if one.objections] == []
    assert sum(bool(one.html) for one in found) > DOCUMENTS / 2


def test_the_document_of_a_number_is_always_the_same() -> None:
    assert grammar.document(7, 1) == grammar.document(7, 1) != grammar.document(8, 1)


@pytest.mark.usefixtures("chromium")
def test_in_chromium_nothing_runs_and_every_item_settles() -> None:
    cleaned = [fuzz.cleaned(vector) for vector in vectors.VECTORS]
    cleaned += [one.html for page in fuzz.verdicts(500, seed=2, workers=1) for one in page]
    items = [item for item in dict.fromkeys(cleaned) if item]
    assert len(items) > 700
    assert browser.judged(items) == (len(items), [])


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ("<script>alert(1)</script>", "tried script-src-elem"),
        ("<img src=https://x.example/ onerror=alert(1)>", "tried script-src-attr"),
        ("<p style='color:red'>x", "tried style-src-attr"),
        ("<iframe src=https://x.example/></iframe>", "tried frame-src"),
        ("<base href=https://x.example/>", "tried base-uri"),
        ("<a href='java\tscript:alert(1)'>x</a>", "item 0 href"),
        ("<svg></svg>", "element svg"),
        ("</article></body>x<p>y", "something stands beside"),
        ("<a><table><a>", "item 0"),
    ],
)
def test_what_does_run_is_seen_by_chromium(item: str, seen: str) -> None:
    assert any(seen in one for one in browser.judged([item])[1])


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<a href='java&#9;script:x'>x</a>",
        "<a href=relative>x</a>",
        "<img src='mailto:x'>",
        "<p onclick=x>x",
        "<img srcset='data:x 1x'>",
        "<img srcset='https://x.example/a,b 1x, javascript:x'>",
        "<img srcset='https://x.example/a, javascript:x'>",
        "<img srcset='https://x.example/a (x,y) 1x,javascript:x'>",
        "<p style=x>x",
        "<svg></svg>",
        "<math></math>",
        "<!-- x -->",
        "<p href='https://x.example/'>x",
        "<body class=x>",
    ],
)
def test_the_judge_objects_to_what_is_not_clean(html: str) -> None:
    assert judge.objections(html) != []


@pytest.mark.parametrize(
    "html",
    ["<pre>\n\nx</pre>", "<a><table><a>", "<form><div></form><form>", "<svg></p><style><a id='</style><img src=x>'>"],
)
def test_the_judge_sees_what_would_mutate(html: str) -> None:
    assert not judge.settles(html)


def test_the_judge_takes_a_comma_within_an_address_for_a_part_of_it() -> None:
    assert judge.candidates(" ,a,b 1x, c,,d ,e (x,y) 2x,f,") == ["a,b", "c,,d", "e", "f"]
