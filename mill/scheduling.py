"""`feedmill schedule`: ready files that publish a site every so often, for whatever keeps the time."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts.errors import RefusedError, UsageError
from posts.report import complain

DAY = 24 * 60  # minutes
_UNITS = {"m": 1, "h": 60, "d": DAY}


class File(NamedTuple):
    """A file to be put somewhere: its name, where it goes, what is to be done then, and its text."""

    name: str
    place: str
    then: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run every `minutes`: `command` with the options that it was asked for. All paths are absolute.

    `config` is None where the site has its own, or none. `calls` says whether a run has to reach other hosts, `hubs`
    whether those are hubs, `builds` whether Jekyll makes the site.
    """

    minutes: int
    command: tuple[str, ...]
    site: Path
    out: Path
    state: Path
    config: Path | None
    calls: bool
    hubs: bool
    builds: bool
    has_own_out: bool
    has_own_state: bool

    def arguments(self) -> tuple[str, ...]:
        """The command line."""
        options: list[str] = []
        if self.config:
            options += ["--config", str(self.config)]
        if self.has_own_out:
            options += ["--out", str(self.out)]
        if self.has_own_state:
            options += ["--state", str(self.state)]
        return (*self.command, "publish", "-q", str(self.site), *options)

    @property
    def span(self) -> str:
        """The interval as people say it."""
        hours, minutes = divmod(self.minutes, 60)
        counts = ((hours, "hour"), (minutes, "minute"))
        return " and ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in counts if count)


def schedule(options: Namespace) -> int:
    """Prints the files, each below a heading with its place, or writes them into the folder that `--to` names."""
    plan = _plan(options)
    files = _forms()[options.form](plan)
    for file in files:
        if options.to:
            _write(options.to / file.name, file.text)
        else:
            print(*(f"# {line}" for line in (f"---- {file.place}", *file.then)), file.text, sep="\n")
    if options.to:
        print(*(f"{options.to / file.name}: goes to {file.place}" for file in files), sep="\n")
        print(*(line for file in files for line in file.then), sep="\n")
    missing = [str(path) for path in (plan.out, plan.state.parent) if not path.is_dir()]
    if missing:
        complain(f"{' and '.join(missing)}: not there yet: run `feedmill {options.site}` once, which makes them")
    return 0


def _forms() -> Mapping[str, Callable[[Plan], list[File]]]:
    from mill import container, crontab, units, workflow

    return {"systemd": units.files, "cron": crontab.files, "github": workflow.files, "docker": container.files}


def _plan(options: Namespace) -> Plan:
    from mill.run import Run

    with closing(Run(options)) as run:
        plan = Plan(
            minutes=minutes(options.every),
            command=_command(),
            site=options.site.resolve(),
            out=run.out.resolve(),
            state=options.state.resolve(),
            config=options.config.resolve() if options.config else None,
            calls=bool(run.telling.hubs or run.telling.pings),
            hubs=bool(run.telling.hubs),
            builds=run.kind.liquid,
            has_own_out=options.out is not None,
            has_own_state=options.has_own_state,
        )
    for one in (*plan.arguments(), str(plan.out), str(plan.state)):
        if not one.isprintable():
            raise UsageError(f"{one!r}: the name has signs that no schedule can hold: give it another one first")
    return plan


def _command() -> tuple[str, ...]:
    """How this very feedmill is called from anywhere: what has been called now, by its whole path."""
    called = Path(sys.argv[0]).absolute()
    if called.name == "feedmill" and called.is_file():
        return (str(called),)
    return (sys.executable, str(Path(__file__).parent.parent / "publish.py"))


def minutes(written: str | None) -> int:
    """The interval that was asked for, such as "10m", "2h" or "1d"."""
    match = re.fullmatch(r"(\d{1,5})(m|h|d)", written or "", re.ASCII)
    found = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 1 <= found <= 31 * DAY:
        given = f"--every {written}" if written else "--every is missing"
        raise UsageError(f'{given}: expected whole minutes, hours or days such as "10m", "2h" or "1d", at most 31d')
    return found


def cron_fields(every: int, offset: int = 0) -> str:
    """The time fields of cron for every so many minutes, `offset` minutes after the full hour.

    Cron knows no intervals but steps within an hour and a day: only what goes into those without a rest is one.

    Raises:
        UsageError: it is none; the nearest ones are named.
    """
    hours, rest = divmod(every, 60)
    if every == DAY:
        return f"{offset} 0 * * *"
    if every == 60:
        return f"{offset} * * * *"
    if hours and not rest and 24 % hours == 0:
        return f"{offset} */{hours} * * *"
    if every < 60 and 60 % every == 0:
        step = "" if every == 1 else f"/{every}"
        first = offset % every
        return f"{f'{first}-59' if first else '*'}{step} * * * *"
    raise UsageError(f"cron cannot run every {every} minutes: take --every {_nearest(every)}; --as systemd can")


def _nearest(every: int) -> str:
    steps = [*(one for one in range(1, 61) if 60 % one == 0), *(60 * one for one in range(2, 25) if 24 % one == 0)]
    near = [*[one for one in steps if one < every][-1:], *[one for one in steps if one > every][:1]]
    return " or ".join(f"{one}m" if one < 60 else f"{one // 60}h" for one in near)


def owner(path: Path) -> str:
    """Who owns a path: a name, or the number of a user who has none here."""
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != text.encode():
            raise RefusedError(f"{path} is there already: move it away first, or give another --to") from None
