"""Posts that are traps: each is read, none takes much longer than a plain post of its size, and none ends the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from posts.errors import PostError
from posts.frontmatter import split as matter
from tests import trap_table, traps

# Sixteen times a plain post's time: the dearest take four, and what is quadratic takes hundreds.
RATIO = 16
SAMPLE = traps.TRAPS[:: max(1, len(traps.TRAPS) // 50)]
CUT = [  # what each of the limits is there for, and always tried
    "merge keys without aliases",
    "mappings by thousands",
    "a long picture",
    "blank lines before the fence",
    "fences that are none",
    "front matter of 16 MiB",
    "front matter of 16 MiB with an emoji",
    "nested merge keys",
    "front matter of 100 MB",
    "a body of 16 MiB with an emoji",
    "comments (md)",
    "comments (html)",
    "ends (html)",
    "100,000 nested divisions (md)",
    "20,000 references to a footnote (md)",
    "includes unequal (html)",
    "blanks (html)",
    "unequal candidates in 4,900 images (html)",
    "entities unequal (html)",
    "fences before a trailer (md)",
    "one line of words (html)",
    "loops in loops (html)",
    "999 lists in one line (md)",
    "tags (html)",
    "brackets (md)",
    "100,000 lazy addresses (html)",
    "data in a picture (md)",
    "frames and lazy pictures (html)",
    "invalid addresses in text (html)",
    "open data (html)",
    "quotes in shortcodes (md)",
    "spans (html)",
    "links beyond the limits (html)",
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> traps.Bench:
    return traps.Bench(tmp_path_factory.mktemp("traps") / "site")


@pytest.fixture(scope="module")
def plain(bench: traps.Bench) -> float:
    """Seconds that a plain post of 1 MiB takes here and now."""
    words = trap_table.filled("A sentence of some *words*, and [a link](https://a.example/) in it.\n\n", 500_000)
    found = bench.put(f"---\ntitle: x\n---\n{words}".encode())
    return traps.cost(bench, found).seconds


@pytest.mark.parametrize("trap", {t.name: t for t in [*SAMPLE, *(t for t in traps.TRAPS if t.name in CUT)]}.values())
def test_a_trap_takes_no_more_than_a_few_times_what_a_plain_post_takes(
    bench: traps.Bench, plain: float, trap: trap_table.Trap
) -> None:
    cost = traps.cost(bench, bench.put(trap.make(), trap.suffix), rounds=1)
    assert cost.seconds < RATIO * plain
    assert "internal" not in cost.codes


def test_every_trap_that_is_always_tried_is_there() -> None:
    assert set(CUT) <= {trap.name for trap in traps.TRAPS}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"---\n" + b"a: b\n" * 20_000 + b"---\nx", "matter-too-large"),
        (b"---\n" + b"a: b\n" * 20_000, "unclosed-fence"),
        (b"---\n" + b"- a\n" * 11_000 + b"---\nx", "matter-too-large"),
        (b"---\n" + b"a: b\n" * 2_000_000 + b"---\nx", "matter-too-large"),
    ],
)
def test_front_matter_beyond_its_limits_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(PostError) as caught:
        matter.split_front_matter(data, lambda *_: None)
    assert caught.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_of_a_huge_file_enough_is_looked_at_and_no_character_is_torn(encoding: str) -> None:
    reported: list[str] = []
    data = ("---\ntitle: 文\n---\n" + "text 文\n" * 1_000_000).encode(encoding)
    found = matter.split_front_matter(data, lambda _line, code, _message: reported.append(code))
    assert found.metadata == {"title": "文"}
    assert len(found.body.encode()) > 1 << 20
    assert reported == []


@pytest.mark.parametrize(
    ("blanks", "body"), [("\n \n\t\n", "  x"), ("", "x\n"), ("\n\n", ""), ("  ", ""), ("\n  ", "")]
)
def test_a_body_begins_behind_the_blank_lines(blanks: str, body: str) -> None:
    split = matter.split_front_matter(f"---\na: b\n---\n{blanks}{body}".encode(), lambda *_: None)
    assert split.body.strip("\n") == (body or blanks.rpartition("\n")[2]).strip("\n")
    assert split.body_line == 4 + blanks.count("\n")


def test_one_bad_post_of_each_kind_costs_that_post_alone_and_is_named(tmp_path: Path) -> None:
    assert traps.one_of_each(tmp_path, 300) == []
