"""A sample of the sweeps over faults; all points are tried by `python -m tests.faults`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.faults import __main__ as command
from tests.faults import calls, others, places
from tests.faults.scenes import Scene, Tally, prepare
from tests.needs import lacking, needs

T = TypeVar("T")


@pytest.fixture
def template(tmp_path: Path) -> Scene:
    return prepare(tmp_path)


def sampled(points: Iterable[T], count: int) -> list[T]:
    """So many of the points, from the first to the last."""
    points = list(points)
    return [points[number * (len(points) - 1) // (count - 1)] for number in range(count)]


def tallied(points: Iterable[T], trial: Callable[[T], Tally]) -> Tally:
    total = Tally()
    for point in points:
        total.add(trial(point))
    assert total.faults == []
    return total


def test_the_command_tries_all_sweeps_or_those_that_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Tally(points=1)
    bad.fault("torn", "rss.xml")
    sweeps = {"good": [Tally(points=2)], "bad": [bad]}
    monkeypatch.setattr(command, "SWEEPS", {name: lambda _, found=found: iter(found) for name, found in sweeps.items()})
    assert command.main([]) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["good", "bad", "  rss.xml"]
    assert command.main(["good"]) == 0
    with pytest.raises(SystemExit):
        command.main(["none"])


def test_a_run_killed_at_any_call_is_completed_by_the_next(template: Scene) -> None:
    needs("strace")
    total = tallied(sampled(calls.calls(template), 10), lambda point: calls.tried(template, point))
    assert total.hits == total.points


def test_a_first_run_killed_at_any_call_is_completed_by_the_next(tmp_path: Path) -> None:
    needs("strace")
    template = prepare(tmp_path, first=True)
    total = tallied(sampled(calls.calls(template), 6), lambda point: calls.tried(template, point))
    assert total.hits == total.points


def test_a_run_killed_while_it_makes_a_damaged_index_anew_is_completed_by_the_next(tmp_path: Path) -> None:
    needs("strace")
    template = prepare(tmp_path, damaged=True)
    total = tallied(sampled(calls.calls(template), 6), lambda point: calls.tried(template, point))
    assert total.hits == total.points


def test_a_run_with_two_processes_that_is_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    template = prepare(tmp_path, many=450)
    total = tallied((0.4, 0.8, 1.2, 1.6), lambda seconds: others.killed_after(template, seconds))
    assert total.hits


def test_an_error_at_any_call_ends_the_run_with_4_or_does_not_matter(template: Scene) -> None:
    needs("strace")
    total = tallied(sampled(calls.erring(calls.calls(template)), 10), lambda point: calls.tried(template, point))
    assert total.hits == total.points


def test_a_loss_of_power_at_any_call_tears_nothing(template: Scene) -> None:
    needs("strace", "mkfs.ext4", "mount", root=True, loop=True)
    points = sampled(calls.calls(template), 6)
    try:
        image = places.disk(template)
    except (subprocess.CalledProcessError, OSError) as error:
        lacking(f"leave to mount a disk ({error})")
    total = tallied(points, lambda point: places.power_lost(template, image, point))
    assert total.hits == total.points


def test_a_full_disk_ends_the_run_with_4_and_what_was_published_stands(template: Scene) -> None:
    needs("mount", root=True)
    try:
        total = tallied((0, 3, 9, 15, 21, 27, 100), lambda pages: places.too_small(template, pages)[0])
    except subprocess.CalledProcessError as error:
        lacking(f"leave to mount a tmpfs ({error})")
    assert 3 <= total.hits < total.points


def test_a_disk_that_cannot_be_written_to_ends_the_run_with_4(template: Scene) -> None:
    needs("mount", root=True)
    try:
        assert places.read_only(template).faults == []
    except subprocess.CalledProcessError as error:
        lacking(f"leave to mount a tmpfs ({error})")


@pytest.mark.parametrize(("kind", "limits"), [("files", (5, 6, 7)), ("size", (0, 512, 1024, 4096))])
def test_too_many_open_files_and_short_writes_end_the_run_with_4(
    template: Scene, kind: str, limits: tuple[int, ...]
) -> None:
    total = tallied(limits, lambda most: others.limited(template, kind, most)[0])
    assert total.hits == total.points


def test_of_twenty_starts_at_once_one_does_the_work(template: Scene) -> None:
    tally, codes = others.starts(template)
    assert tally.faults == []
    assert set(codes) == {0, 75}


def test_whoever_polls_meanwhile_reads_whole_files(template: Scene) -> None:
    tally = others.polled(template)
    assert tally.faults == []
    assert tally.points > 50


def test_a_bit_that_flips_in_the_index_reaches_no_feed(tmp_path: Path) -> None:
    total = others.flips(others.settled(tmp_path), 50)
    assert total.faults == []


def test_a_fault_that_is_one_is_seen(template: Scene) -> None:
    names = sorted(template.new.keys() & template.old.keys())
    damaged = others.copied(template)
    for name, data in zip(names, (b"", b"half", None), strict=False):
        target = damaged.out / name
        target.unlink() if data is None else target.write_bytes(data)
    tally = Tally()
    tally.after_fault(damaged, "by hand")
    assert (tally.empty, tally.torn, tally.lost) == (1, 1, 1)
