"""Documents under the options of kramdown show the text that Jekyll shows."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from typing import Any

import pytest

from posts.markup.to_html import markup_to_html
from posts.sites.jekyll.markdown import markdown_options
from tests.posts import kramdown_syntax
from tests.posts.kramdown_variants import ANSWERS, DOCUMENTS, VARIANTS

ROWS = [json.loads(line) for line in ANSWERS.read_text("utf-8").splitlines()]
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_BOX = re.compile(r'<input type="checkbox"[^>]*/>')


def words(page: str) -> str:
    """Return the text of HTML without white space."""
    page = _BOX.sub(lambda box: "☑" if "checked=" in box[0] else "☐", page)
    return "".join(html.unescape(_TAG.sub("", page)).split())


def as_texts(value: Any) -> Any:
    """Return a configuration as it is read from YAML: all scalars are texts."""
    if isinstance(value, dict):
        return {key: as_texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_texts(one) for one in value]
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return str(value)


def rendered(row: dict[str, Any]) -> str:
    options = markdown_options({"kramdown": as_texts(row["options"])})
    return markup_to_html(row["text"], markdown=True, liquid=None, report=lambda *_: None, options=options)


@pytest.mark.parametrize("options", VARIANTS, ids=json.dumps)
def test_text_is_what_jekyll_shows_under_these_options(options: dict[str, Any]) -> None:
    rows = [row for row in ROWS if row["options"] == options]
    assert [row["text"] for row in rows] == list(DOCUMENTS)
    for row in rows:
        assert words(rendered(row)) == words(row["html"]), row["text"]


# Why the text of a document is not kramdown's, and how many documents of kramdown_syntax are so, for the options that
# they are read with.
REASONS = {
    "heading": "a heading needs no blank line before it, and `#` at the end of a word stays",
    "reference": "a character reference that kramdown does not know is shown as browsers show it",
}
COUNTED = {
    "{}": {"reference": 2},
    '{"input": "kramdown"}': {"heading": 6, "reference": 2},
    '{"gfm_quirks": []}': {"heading": 7, "reference": 2},
    '{"parse_block_html": true, "hard_wrap": true}': {"reference": 2},
}


def reason(have: str, want: str, text: str) -> str:
    """Return the key in REASONS of what explains a difference, or the text."""
    if "#" in text and have.replace("#", "") == want.replace("#", ""):
        return "heading"
    if "{:toc}" in text and "##" in want:  # which then has fewer headings
        return "heading"
    return "reference" if have in (want.replace("\0", "\ufffd"), html.unescape(want)) else text


def test_the_whole_syntax_is_read_as_kramdown_reads_it() -> None:
    lines = kramdown_syntax.ANSWERS.read_text("utf-8").strip().split("\n")  # not at U+2028
    rows = [json.loads(line) for line in lines]
    assert len(rows) == len(kramdown_syntax.DOCUMENTS) * len(kramdown_syntax.VARIANTS) > 1000
    differences: dict[str, Counter[str]] = {json.dumps(options): Counter() for options in kramdown_syntax.VARIANTS}
    for row in rows:
        have, want = words(rendered(row)), words(row["html"])
        if have != want:
            differences[json.dumps(row["options"])][reason(have, want, row["text"])] += 1
    assert differences == COUNTED
    assert {why for kinds in COUNTED.values() for why in kinds} == REASONS.keys()


@pytest.mark.parametrize("value", ["", "~", "null", "nil"])
def test_math_without_an_engine_is_shown_between_dollar_signs(value: str) -> None:
    row = {"options": {"math_engine": value}, "text": "a $$x*y*z < 1$$ b\n"}
    assert rendered(row) == "<p>a <span>$x*y*z &lt; 1$</span> b</p>\n"


@pytest.mark.parametrize(
    "options",
    [
        {"toc_levels": "9..1"},
        {"toc_levels": {"a": "b"}},
        {"link_defs": ["a"]},
        {"footnote_nr": "x"},
        {"smart_quotes": {}},
    ],
)
def test_invalid_options_are_ignored(options: dict[str, Any]) -> None:
    text = '* a\n{:toc}\n\n# "Heading"\n\ntext[^1]\n\n[^1]: note\n'
    assert rendered({"options": options, "text": text}) == rendered({"options": {}, "text": text})


def test_options_in_a_text_change_nothing_outside_of_it() -> None:
    changed = {"options": {}, "text": '{::options smart_quotes="apos,apos,quot,quot" math_engine="" /}\n\n"a" $$b$$\n'}
    assert words(rendered(changed)) == '"a"$b$'
    assert words(rendered({"options": {}, "text": '"a" $$b$$\n'})) == "“a”\\(b\\)"
