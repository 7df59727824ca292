"""The benchmark command: the same posts each time, and a table at the end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from tests.sites import tree

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def bench():
    """The modules of the folder, which is one of scripts and no package."""
    names = ("articles", "contest", "measure", "plot", "sites", "tables")
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield SimpleNamespace(**{name: __import__(name) for name in names})
    finally:
        sys.path.remove(str(BENCHMARKS))
        for name in (*names, "peers"):
            sys.modules.pop(name, None)


def test_the_same_numbers_give_the_same_sites(bench, tmp_path):
    for run in ("one", "two"):
        sites = {tmp_path / run / name: layout for name, layout in bench.sites.LAYOUTS.items()}
        assert len(list(bench.sites.build(sites, bench.articles.articles(5, 3)))) == 5
    first, second = (tree(tmp_path / run) for run in ("one", "two"))
    assert first == second
    assert sum("NW00000000" in path for path in first) == 5 * len(bench.sites.LAYOUTS)


def test_more_posts_begin_with_the_same_ones(bench):
    assert list(bench.articles.articles(9, 3))[:5] == list(bench.articles.articles(5, 3))


def test_a_run_prints_its_table_and_names_who_is_missing(tmp_path):
    words = "--posts 20 --categories 3 --rounds 1 --only first nothing --node-modules none --peers"
    words += " feedmill feedmill-rss eleventy"
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "RESULTS.md").write_text("# Old\n\n## A Dask cluster\n\nmeasured by another program\n", "utf-8")
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "run.py", *words.split(), "--write", tmp_path / "new"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^\| ([^|]+) \| feedmill \| 1 \|", done.stdout, re.MULTILINE)
    assert rows == ["first run", "nothing changed"]
    assert re.findall(r"^\| ([^|]+) \| feedmill-rss \| 1 \|", done.stdout, re.MULTILINE) == rows
    assert "eleventy is skipped: `npm install @11ty/eleventy`" in done.stdout
    results = (tmp_path / "new" / "RESULTS.md").read_text("utf-8")
    assert "| first run | feedmill |" in results
    assert "# Old" not in results
    assert results.endswith("\n\n## A Dask cluster\n\nmeasured by another program\n")
    ET.fromstring((tmp_path / "new" / "cost.svg").read_text("utf-8"))


HONEST = """\
import pathlib, sys
out, posts = pathlib.Path(sys.argv[1]), [path.read_text("utf-8") for path in pathlib.Path("content").glob("*.md")]
for post in posts:
    place = out / "categories" / post.split("categories: [")[1].split("]")[0]
    place.mkdir(parents=True, exist_ok=True)
    (place / "index.xml").write_text("", "utf-8")
(out / "index.xml").write_text("<item>".join(["", *posts]), "utf-8")
"""
DEAD = "pass"
FORGETFUL = HONEST.replace("\nfor post", "\nif out.exists(): sys.exit()\nfor post")  # a first run only


@pytest.mark.parametrize(
    "script, failure",
    [
        (HONEST, None),
        (DEAD, "its output is not complete: 0 items in index.xml, 0 feeds of 1 categories"),
        (
            FORGETFUL,
            "its output is not complete: 5 items in index.xml, 1 feeds of 1 categories, and '第0次更正' is not",
        ),
        ("raise SystemExit('no disk')", "exit 1: no disk"),
    ],
)
def test_a_peer_that_leaves_work_undone_is_found_out(bench, tmp_path, script, failure):
    program = SimpleNamespace(command=(sys.executable, "-S", "-c", script, "{out}"))
    rules = bench.contest.Rules(rounds=1, kinds=[*bench.contest.KINDS], slow_rounds=1, every=True)
    contest = bench.contest.Contest(bench.contest.Shape(5, 2), tmp_path, {"hugo": program}, rules)
    assert list(contest.hold()) == ["writing the sites", "warm-up", "round 1 of 1"]
    if failure:
        assert contest.failures["hugo"].startswith(failure)
    else:
        assert not contest.failures
        assert [kind for _, kind in contest.results()] == [*bench.contest.KINDS]


def test_cpu_seconds_and_memory_of_child_processes_count(bench, tmp_path):
    child = "x = b'1' * 60_000_000\nfor _ in range(3_000_000): pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = bench.measure.run([sys.executable, "-c", parent], tmp_path, watch=True)
    assert cost.memory > 60_000_000
    assert cost.cpu > 0.03
    assert cost.together >= cost.memory


def test_a_missed_figure_is_marked(bench):
    cost, shape = bench.measure.Cost, bench.contest.Shape(10_000, 40)
    results = {("hugo", "first"): cost(10, 10, 100, 100), ("feedmill", "first"): cost(3, 12.5, 40, 40)}
    contest = SimpleNamespace(shape=shape, results=lambda: results, floor=lambda: None)
    cpu, wall, memory = bench.tables.goals([contest]).splitlines()[2:]
    assert wall == "| 10,000 posts, 40 categories | feedmill, first run, wall | 0.7 | 0.300 |  |"
    assert cpu == "| 10,000 posts, 40 categories | feedmill, first run, CPU | 1 | 1.250 | **missed**, × 1.25 |"
    assert memory.endswith("| 0.4 | 0.400 |  |")


def test_the_same_work_is_compared_with_what_was_asked_for_it(bench):
    cost, shape = bench.measure.Cost, bench.contest.Shape(1000, 40)
    results = {("hugo", "first"): cost(10, 10, 100, 100)}
    for peer in ("feedmill", "feedmill-rss"):
        results |= {(peer, "first"): cost(17, 17, 50, 50), (peer, "changed"): cost(2.8, 2.8, 50, 50)}
    contest = SimpleNamespace(shape=shape, results=lambda: results, floor=lambda: None)
    rows = [row.split(" | ")[1:5] for row in bench.tables.goals([contest]).splitlines()[2:]]
    missed = {row[0].rpartition(",")[0] for row in rows if "missed" in row[3]}
    assert missed == {"feedmill-rss, first run", "feedmill-rss, one post changed"}
    assert len(rows) == 8
