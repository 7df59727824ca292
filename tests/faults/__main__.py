"""All faults at all points: `python -m tests.faults`, or some of them: `python -m tests.faults kills errors`.

Takes an hour; needs root, strace and loop devices. Prints a line for each sweep, and what went wrong; then it exits
with 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import calls, others, places
from tests.faults.scenes import Scene, Tally, prepare


def kills(folder: Path, *, first: bool = False) -> Iterator[Tally]:
    template = prepare(folder, first=first)
    yield from (calls.tried(template, point) for point in calls.calls(template))


def kills_damaged(folder: Path) -> Iterator[Tally]:
    template = prepare(folder, damaged=True)
    yield from (calls.tried(template, point) for point in calls.calls(template))


def kills_two(folder: Path) -> Iterator[Tally]:
    template = prepare(folder, many=600)
    yield from (others.killed_after(template, number / 40) for number in range(1, 101))


def errors(folder: Path) -> Iterator[Tally]:
    template = prepare(folder)
    yield from (calls.tried(template, point) for point in calls.erring(calls.calls(template)))


def power(folder: Path) -> Iterator[Tally]:
    template = prepare(folder)
    points, image = calls.calls(template), places.disk(template)
    yield from (places.power_lost(template, image, point) for point in points)


def tmpfs(folder: Path) -> Iterator[Tally]:
    for first in (False, True):
        yield from _until_enough(_room(prepare(folder / str(first), first=first)), range(10_000))


def _room(template: Scene) -> Callable[[int], tuple[Tally, bool]]:
    return lambda pages: places.too_small(template, pages)


def limits(folder: Path) -> Iterator[Tally]:
    template = prepare(folder)
    yield from _until_enough(lambda most: others.limited(template, "files", most), range(4, 1000))
    yield from _until_enough(lambda most: others.limited(template, "size", most), range(0, 1 << 24, 512))


def starts(folder: Path) -> Iterator[Tally]:
    for number in range(10):
        yield others.starts(prepare(folder / str(number), first=number % 2 == 1))[0]


def polls(folder: Path) -> Iterator[Tally]:
    template = prepare(folder)
    yield from (others.polled(template) for _ in range(30))


def flips(folder: Path) -> Iterator[Tally]:
    yield others.flips(others.settled(folder), 3000)


def _until_enough(trial: Callable[[int], tuple[Tally, bool]], sizes: range) -> Iterator[Tally]:
    """From too small to enough, and a few more."""
    enough = 0
    for size in sizes:
        tally, was_enough = trial(size)
        yield tally
        enough += was_enough
        if enough > 3:
            return


def kills_first(folder: Path) -> Iterator[Tally]:
    yield from kills(folder, first=True)


SWEEPS: dict[str, Callable[[Path], Iterator[Tally]]] = {
    sweep.__name__: sweep
    for sweep in (kills, kills_first, kills_damaged, kills_two, errors, power, tmpfs, limits, starts, polls, flips)
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("sweeps", nargs="*", metavar="SWEEP", help=f"of {', '.join(SWEEPS)}; all where none is named")
    names = parser.parse_args(arguments).sweeps
    if unknown := set(names) - set(SWEEPS):
        parser.error(f"there is no sweep {min(unknown)}")
    failed = False
    for name in names or SWEEPS:
        began, total = time.monotonic(), Tally()
        with tempfile.TemporaryDirectory() as folder:
            for tally in SWEEPS[name](Path(folder)):
                total.add(tally)
        print(f"{name}: {total} in {time.monotonic() - began:.0f} s", *total.faults[:20], sep="\n  ", flush=True)  # noqa: T201 # it is a command
        failed |= not total.is_clean
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
