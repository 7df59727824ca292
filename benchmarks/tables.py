"""Medians and ratios as Markdown tables, and what was asked beside what was reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contest import KINDS, Contest, Floor, Shape
from measure import Cost

Results = Mapping[tuple[str, str], Cost]
BASE = "hugo"

# The most of Hugo's time that feedmill may take: by kind of run, posts, categories.
_FIRST = {
    (1000, 40): 0.7,
    (1000, 2000): 0.7,
    (10_000, 40): 0.4,
    (10_000, 2000): 0.5,
    (50_000, 40): 0.3,
    (50_000, 2000): 0.5,
}
_LATER = {"nothing": (0.1, 0.03), "settled": (0.1, 0.03), "changed": (0.15, 0.05)}  # at 1,000 posts, and beyond
_MEMORY = 0.5
_IMPORTS = 3.0  # nothing changed at 1,000 posts, in times of `import sqlite3`


def costs(contest: Contest) -> str:
    """Return the cost of every run of one shape, and its ratio to Hugo's."""
    results = contest.results()
    rows = []
    for kind in KINDS:
        for name in sorted({name for name, done in results if done == kind}, key=lambda name: name != "feedmill"):
            cost, base = results[name, kind], _base(results, kind)
            ratios = [_ratio(ours, base) for ours in _pairs(cost, base)]
            rows.append([KINDS[kind], name, len(contest.costs[name, kind]), *_figures(cost), *ratios])
    head = "run,peer,rounds,wall s,CPU s,MB,MB together,wall ÷ Hugo,CPU ÷ Hugo,MB ÷ Hugo"
    failures = [f"{name} failed: {why}" for name, why in contest.failures.items()]
    return _table(head.split(","), rows) + "".join(f"\n{note}\n" for note in (*contest.notes, *failures))


def goals(contests: Iterable[Contest]) -> str:
    """Return the figures asked for and those reached, as ratios to Hugo's; missed ones are marked."""
    rows = [row for contest in contests for row in _goals(contest.shape, contest.results(), contest.floor())]
    return _table(["site", "figure", "at most", "reached", ""], rows)


def _goals(shape: Shape, results: Results, floor: Floor | None) -> Iterable[list[object]]:
    ours = {kind: cost for (name, kind), cost in results.items() if name == "feedmill"}
    for kind, cost in ours.items():
        base, most = _base(results, kind), _asked(shape, kind)
        if base and most:
            yield _judged(shape, f"{KINDS[kind]}, wall", most, cost.wall / base.wall)
            yield _judged(shape, f"{KINDS[kind]}, CPU", most, cost.cpu / base.cpu)
    base = _base(results, "first")
    if base and ours:
        together = max(cost.together for cost in ours.values())
        yield _judged(shape, "memory of all processes, whichever run", _MEMORY, together / base.together)
    if floor and shape.posts == 1000 and "nothing" in ours:
        yield _judged(shape, "nothing changed ÷ `import sqlite3`", _IMPORTS, ours["nothing"].wall / floor.sqlite)


def _asked(shape: Shape, kind: str) -> float | None:
    if kind == "first":
        return _FIRST.get((shape.posts, shape.categories))
    return _LATER[kind][shape.posts > 1000] if kind in _LATER and shape.posts >= 1000 else None


def _judged(shape: Shape, figure: str, most: float, reached: float) -> list[object]:
    return [
        shape,
        figure,
        f"{most:g}",
        f"{reached:.3f}",
        "" if reached <= most else f"**missed**, × {reached / most:.2f}",
    ]


def floors(contests: Sequence[Contest]) -> str:
    """Compare a run in which nothing changed with a bare walk, and show how both grow with the posts."""
    rows, growth = [], []
    known: dict[int, tuple[Shape, float, float]] = {}  # the smallest shape by its categories
    for contest in contests:
        floor, ours = contest.floor(), contest.results().get(("feedmill", "nothing"))
        if not floor or not ours:
            continue
        rest = max(ours.wall - floor.sqlite, 0)
        times = [f"{1000 * seconds:.1f}" for seconds in (ours.wall, floor.sqlite, floor.walk)]
        rows.append([contest.shape, *times, f"{ours.wall / floor.sqlite:.2f}", f"{rest / floor.walk:.2f}"])
        small, wall, walk = known.setdefault(contest.shape.categories, (contest.shape, ours.wall, floor.walk))
        if small != contest.shape:
            grown = ours.wall / wall, floor.walk / walk
            growth.append([small, contest.shape, *(f"× {times:.2f}" for times in grown), f"{grown[0] / grown[1]:.2f}"])
    if not rows:
        return ""
    head = [
        "site",
        "nothing changed ms",
        "import sqlite3 ms",
        "scandir, stat ms",
        "÷ sqlite3",
        "(nothing − sqlite3) ÷ walk",
    ]
    tables = _table(head, rows)
    return tables + "\n" + _table(["from", "to", "nothing changed", "walk", "ratio"], growth) if growth else tables


def _base(results: Results, kind: str) -> Cost | None:
    """Hugo's run of this kind; its only one where it was not run again, since it remembers nothing."""
    return results.get((BASE, kind)) or results.get((BASE, "first"))


def _pairs(cost: Cost, base: Cost | None) -> list[tuple[float, float | None]]:
    return [(getattr(cost, name), getattr(base, name) if base else None) for name in ("wall", "cpu", "together")]


def _ratio(pair: tuple[float, float | None], base: Cost | None) -> str:
    return f"{pair[0] / pair[1]:.3f}" if base and pair[1] else "–"


def _figures(cost: Cost) -> list[str]:
    return [f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.memory / 1e6:.0f}", f"{cost.together / 1e6:.0f}"]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)
