"""Bodies of Jekyll sites are rendered as kramdown renders them."""

from __future__ import annotations

import json
import re

import pytest

from posts.markup.kramdown.render import render
from posts.markup.options import KramdownOptions
from tests.posts.kramdown_samples import ANSWERS, SAMPLES

ANSWER = json.loads(ANSWERS.read_text("utf-8"))

# What is told apart nowhere else, or is ours: white space between tags, attributes of looks, marks of tasks.
_LOOKS = re.compile(r' (?:(?:class|role|style|rel)="[^"]*"|id="markdown-toc[^"]*")|<!--.*?-->', re.DOTALL)


def shape(html: str) -> str:
    html = re.sub(r'<input type="checkbox"[^>]*checked[^>]*/>', "☑ ", html)
    html = re.sub(r'<input type="checkbox"[^>]*/>', "☐ ", html)
    html = re.sub(r' style="text-align: (\w+)"', r' align="\1"', html)
    html = re.sub(r"<h(\d) id=\"[^\"]*\">", r"<h\1>", _LOOKS.sub("", html))
    return re.sub(r"\s+(?=<)|(?<=>)\s+", "", re.sub(r"(?<=>)\s+|\s+(?=<)", "", html)).strip()


@pytest.mark.parametrize("place", range(len(SAMPLES)), ids=lambda place: repr(SAMPLES[place])[:40])
def test_it_is_what_kramdown_makes_of_it(place: int) -> None:
    assert shape(render(SAMPLES[place], KramdownOptions())) == shape(ANSWER[place])


def test_there_is_an_answer_for_each_sample() -> None:
    assert len(ANSWER) == len(SAMPLES) > 60
