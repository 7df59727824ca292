"""Medians and ratios as Markdown tables, and what was asked beside what was reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contest import KINDS, Contest, Floor, Shape
from measure import Cost

Results = Mapping[tuple[str, str], Cost]
BASE = "hugo"

OURS = ("feedmill-rss", "feedmill")

# The most of Hugo's CPU and wall time that a first run may take, with RSS and with three formats: by posts, categories.
_FIRST = {
    (1000, 40): ((1.6, 1.6), (1.8, 1.8)),
    (10_000, 40): ((0.8, 0.55), (1.0, 0.7)),
    (10_000, 2000): ((1.3, 0.9), (1.8, 1.2)),
    (50_000, 40): ((0.5, 0.35), (0.6, 0.45)),
}
# The same for other runs, for both times, by posts.
_CHANGED = {1000: (0.25, 0.3), 10_000: (0.07, 0.08), 50_000: (0.025, 0.03)}
_NOTHING = {10_000: 0.035, 50_000: 0.02}
_MEMORY = 0.4  # from 10,000 posts on
_IMPORTS = 3.0  # nothing changed at 1,000 posts, in times of `import sqlite3`


def costs(contest: Contest) -> str:
    """Return the cost of every run of one shape, and its ratio to Hugo's."""
    results = contest.results()
    rows = []
    for kind in KINDS:
        for name in sorted({name for name, done in results if done == kind}, key=lambda name: name not in OURS):
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
    for peer in OURS:
        ours = {kind: cost for (name, kind), cost in results.items() if name == peer}
        for kind, cost in ours.items():
            base, most = _base(results, kind), _asked(shape, kind, peer)
            if base and most:
                yield _judged(shape, f"{peer}, {KINDS[kind]}, CPU", most[0], cost.cpu / base.cpu)
                yield _judged(shape, f"{peer}, {KINDS[kind]}, wall", most[1], cost.wall / base.wall)
        base = _base(results, "first")
        if base and ours and shape.posts >= 10_000:
            together = max(cost.together for cost in ours.values())
            yield _judged(shape, f"{peer}, memory of all processes, whichever run", _MEMORY, together / base.together)
        if floor and peer == "feedmill" and shape.posts == 1000 and "nothing" in ours:
            yield _judged(shape, "nothing changed ÷ `import sqlite3`", _IMPORTS, ours["nothing"].wall / floor.sqlite)


def _asked(shape: Shape, kind: str, peer: str) -> tuple[float, float] | None:
    """Return the most of Hugo's CPU and wall time."""
    place = OURS.index(peer)
    if kind == "first":
        first = _FIRST.get((shape.posts, shape.categories))
        return first[place] if first else None
    if kind == "changed" and shape.posts in _CHANGED:
        return (_CHANGED[shape.posts][place],) * 2
    if kind in ("nothing", "settled") and shape.posts in _NOTHING:
        return (_NOTHING[shape.posts],) * 2
    return None


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
