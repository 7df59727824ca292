"""The peers' turns on one shape of site, round after round, and the proof that each has done the work."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from statistics import median

import measure
from articles import Article, articles
from measure import Cost, FailedError
from peers import PEERS, Program
from sites import LAYOUTS, build

# In the order of a round; "nothing" follows a first run, "settled" the addition of one post, as it mostly is on a timer.
KINDS = {
    "first": "first run",
    "nothing": "nothing changed",
    "changed": "one post changed",
    "added": "one post added",
    "settled": "nothing changed, later",
}
_ITEMS = 50  # in every feed, for every peer


@dataclass(frozen=True, slots=True)
class Shape:
    """A site's size."""

    posts: int
    categories: int

    def __str__(self) -> str:
        return f"{self.posts:,} posts, {self.categories:,} categories"


@dataclass(frozen=True, slots=True)
class Rules:
    """How often what is run: slow peers in at most `slow_rounds`, those that remember nothing once a round unless `every`."""

    rounds: int
    kinds: Collection[str]
    slow_rounds: int
    every: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds of `import sqlite3` in a fresh Python, and of scandir and stat over posts and outputs."""

    sqlite: float
    walk: float


@dataclass(slots=True)
class Contest:
    """One shape, and who takes part. `folder` holds a site for each in `<peer>` and its output in `<peer>-out`."""

    shape: Shape
    folder: Path
    programs: dict[str, Program]
    rules: Rules
    costs: dict[tuple[str, str], list[Cost]] = field(default_factory=lambda: defaultdict(list))
    watched: dict[tuple[str, str], float] = field(default_factory=dict)
    floors: list[Floor] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    newest: deque[Article] = field(default_factory=deque)
    spare: list[Article] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def hold(self) -> Iterator[str]:
        """Build the sites, run a warm-up round and then the counted rounds, and print progress."""
        yield "writing the sites"
        self._build()
        for number in range(self.rules.rounds + 1):
            yield f"round {number} of {self.rules.rounds}" if number else "warm-up"
            self._round(number)

    def results(self) -> Mapping[tuple[str, str], Cost]:
        """Return the median cost by peer and kind of run; the memory of all processes is that of the warm-up."""
        return {key: replace(measure.middle(costs), together=self.watched[key]) for key, costs in self.costs.items()}

    def floor(self) -> Floor | None:
        if not self.floors:
            return None
        return Floor(median(floor.sqlite for floor in self.floors), median(floor.walk for floor in self.floors))

    def _build(self) -> None:
        found = articles(self.shape.posts + self.rules.rounds + 1, self.shape.categories)
        sites = {self.folder / name: LAYOUTS[name] for name in self.programs}
        self.newest = deque(maxlen=self.rules.rounds + 1)
        for article in build(sites, islice(found, self.shape.posts)):
            self.newest.append(article)
            self.used.add(article.category)
        self.spare = list(found)

    def _round(self, number: int) -> None:
        for kind in KINDS:
            for name in [*self.programs]:
                if self._takes_part(name, kind, number):
                    try:
                        self._turn(name, kind, number)
                    except FailedError as error:
                        self.failures[name] = str(error)
                        del self.programs[name]

    def _takes_part(self, name: str, kind: str, number: int) -> bool:
        peer, kinds = PEERS[name], self.rules.kinds
        if peer.slow and number > self.rules.slow_rounds:
            return False
        if kind == "first":
            return True
        if peer.whole and not self.rules.every:
            return False
        return kind in kinds or (kind == "added" and "settled" in kinds)

    def _turn(self, name: str, kind: str, number: int) -> None:
        root, out = self.folder / name, self.folder / f"{name}-out"
        expected = self._prepare(name, kind, number)
        os.sync()  # what others have written is not to be waited for
        command = [word.format(out=out) for word in self.programs[name].command]
        cost = measure.run(command, root, watch=not number)
        self._prove(name, out, expected)
        if not number:
            self.watched[name, kind] = cost.together
        elif kind in self.rules.kinds or (kind == "first" and PEERS[name].whole):
            self.costs[name, kind].append(cost)
        if number and name == "feedmill" and kind == "nothing":
            sqlite = measure.run([self.programs[name].command[0], "-c", "import sqlite3"], root)
            self.floors.append(Floor(sqlite.wall, measure.walk([root / LAYOUTS[name].folder, out])))

    def _prepare(self, name: str, kind: str, number: int) -> str:
        """Brings the site into the state before the run, and gives a text that the feed must hold after it."""
        if kind == "first":
            for path in (self.folder / f"{name}-out", *(self.folder / name / left for left in PEERS[name].left)):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            return self.newest[-1].title
        if kind == "changed":
            return self._change(name, number)
        if kind == "added":
            LAYOUTS[name].add(self.folder / name, self.spare[number])
            return self.spare[number].title
        return self.newest[-1].title

    def _change(self, name: str, number: int) -> str:
        """Change another one of the newest posts in each round: they are in a window, and cost the most."""
        mark, article = f"第{number}次更正", self.newest[-1 - number % len(self.newest)]
        LAYOUTS[name].add(self.folder / name, replace(article, body=f"<p>{mark}。</p>\n\n{article.body}"))
        return mark

    def _prove(self, name: str, out: Path, expected: str) -> None:
        """Check that the output is what the other programs make, too. Raises FailedError."""
        first, rest = PEERS[name].feeds
        text = (out / first).read_text("utf-8") if (out / first).is_file() else ""
        items, feeds = len(re.findall(r"<(?:item|entry)[ >]", text)), sum(1 for _ in out.glob(rest))
        if expected not in text or items < min(_ITEMS, self.shape.posts) or feeds < len(self.used):
            raise FailedError(
                f"its output is not complete: {items} items in {first}, {feeds} feeds of {len(self.used)} categories"
                + ("" if expected in text else f", and {expected!r} is not in {first}")
            )
