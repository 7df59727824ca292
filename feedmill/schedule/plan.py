"""Define what all schedules share: the interval, the command and the paths. Used by `feedmill schedule`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from posts.errors import UsageError

DAY = 24 * 60  # minutes
_UNITS = {"m": 1, "h": 60, "d": DAY}


class File(NamedTuple):
    """A generated file: its name, its place, what to do next (`then`), and its text."""

    name: str
    place: str
    then: tuple[str, ...]
    text: str


class Plan(Struct, frozen=True):
    """What to run every `minutes`. All paths are absolute.

    `config` is None without `--config`. `calls` says whether a run needs the network, `hubs` whether it notifies hubs,
    `sends` whether it sends files to destinations, `builds` whether Jekyll builds the site.
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
    sends: bool = False

    def arguments(self) -> tuple[str, ...]:
        """Return the command line."""
        options: list[str] = []
        if self.config:
            options += ["--config", str(self.config)]
        if self.has_own_out:
            options += ["--out", str(self.out)]
        if self.has_own_state:
            options += ["--state", str(self.state)]
        return (*self.command, "publish", "-q", str(self.site), *options)

    @property
    def max_age(self) -> str:
        """Return the age of the last successful run from which the schedule counts as broken, as `--max-age` takes it.

        That is twice the interval, and at least two hours, so that a long run or one failure is no alarm.
        """
        minutes = max(2 * self.minutes, 120)
        return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"

    @property
    def span(self) -> str:
        """Return the interval in words."""
        hours, minutes = divmod(self.minutes, 60)
        counts = ((hours, "hour"), (minutes, "minute"))
        return " and ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in counts if count)


def parse_interval(written: str | None, name: str = "--every", most: int = 31) -> int:
    """Parse an interval such as "10m", "2h" or "1d", the value of the option `name`, to minutes.

    Raises:
        UsageError: It is not an interval, or longer than `most` days.
    """
    match = re.fullmatch(r"(\d{1,5})(m|h|d)", written or "", re.ASCII)
    found = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 1 <= found <= most * DAY:
        option = f"{name} {written}" if written else f"{name} is missing"
        expected = f'expected whole minutes, hours or days such as "10m", "2h" or "1d", at most {most}d'
        raise UsageError(f"{option}: {expected}")
    return found


def cron_fields(every: int, offset: int = 0) -> str:
    """Return cron's time fields for an interval in minutes, starting `offset` minutes after the hour.

    Cron has steps within an hour and a day, not intervals: only divisors of these are possible.

    Raises:
        UsageError: cron cannot express the interval; the message names the nearest ones.
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
    raise UsageError(f"cron cannot run every {every} minutes; use --every {_nearest(every)}, or --as systemd")


def _nearest(every: int) -> str:
    steps = [*(one for one in range(1, 61) if 60 % one == 0), *(60 * one for one in range(2, 25) if 24 % one == 0)]
    near = [*[one for one in steps if one < every][-1:], *[one for one in steps if one > every][:1]]
    return " or ".join(f"{one}m" if one < 60 else f"{one // 60}h" for one in near)


def owner(path: Path) -> str:
    """Return the owner of a path: a user name, or the number if it has none."""
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def template(name: str) -> str:
    """Return the template file `name`, whose fields are those of `str.format`."""
    return (Path(__file__).parent / "templates" / name).read_text("utf-8")
