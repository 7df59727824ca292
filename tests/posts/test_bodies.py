"""Which bodies are alike: the texts that are compared, and how much of them has to agree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.identity.bodies import LONGEST, are_alike, comparable

TEXT = "The board met on Tuesday, and it voted for the plan that the chair had brought before it in May. "


@pytest.mark.parametrize(
    "body",
    [
        "Some  *bold*\n\n`code` & [a link](https://e.example/x).",
        "<p>Some <b class='x'>bold</b></p>\n<p><code>code</code> &amp; <a href=\"y\">a&nbsp;link</a>.</p>",
        "Some __bold__ code & [a link](z 'title').<!-- [x](y) -->\n{: .note}",
        "# Some bold\n> code & a link.",
    ],
)
def test_markup_and_white_space_do_not_count(body: str) -> None:
    assert comparable(body) == "Someboldcode&alink."


def test_a_bare_address_counts() -> None:
    assert comparable("<https://e.example/1>") != comparable("<https://e.example/2>")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TEXT * 4, TEXT * 4, True),
        (TEXT * 4, TEXT * 4 + "Update: the mayor has signed.", True),
        (TEXT, "".join(reversed(TEXT)), False),
        (TEXT, TEXT[:80] + "x" * 20, True),
        (TEXT, TEXT[:50] + "and nobody knows what is going to come of it all", False),
        ("News one.", "News two.", False),
        ("News one.", "News one.", True),
        ("News one.", "News one. " + TEXT, False),
        ("", "", True),
        ("", TEXT, False),
        ("<p></p>", "", True),
        ("![](a.jpg)", "![](b.jpg)", False),
        ("<img src=a.jpg>", "<img src='b.jpg'>", False),
        ("<img src=a.jpg>", "![x](a.jpg)", False),
        ("Look: <img src=a.jpg>", "Look: <img src=b.jpg>", False),
        (TEXT + "<img src=a.jpg>", TEXT + "<img src=b.jpg>", True),
        ("央行" * 30 + "今日宣布降准", "央行" * 30 + "今日宣布降息", True),
        ("一" * 39, "一" * 38, False),
    ],
)
def test_most_of_the_shorter_text_has_to_be_in_the_longer(one: str, other: str, expected: bool) -> None:
    assert are_alike(comparable(one), comparable(other)) is expected
    assert are_alike(comparable(other), comparable(one)) is expected


def test_the_share_is_four_fifths() -> None:
    common = "".join(chr(0x4E00 + number) for number in range(200))
    sequences = 193  # of the 200 characters
    for share, expected in ((0.79, False), (0.81, True)):
        kept = int(sequences * share) + 7
        other = common[:kept] + "".join(chr(0x6E00 + number) for number in range(200 - kept))
        assert are_alike(common, other) is expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_body_is_like_itself_and_likeness_is_mutual(one: str, other: str) -> None:
    assert are_alike(comparable(one), comparable(one))
    assert are_alike(comparable(one), comparable(other)) == are_alike(comparable(other), comparable(one))


@pytest.mark.parametrize("piece", ["<", "<!--", "[", "](", "<img ", "![", "{:", "&", "a", "<https://", "\n"])
def test_a_trap_ends(piece: str) -> None:
    started = time.monotonic()
    assert len(comparable(piece * 400_000)) <= LONGEST
    assert time.monotonic() - started < 3
