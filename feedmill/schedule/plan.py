"""`feedmill schedule`: ready files that publish a site every so often, for whatever keeps the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts.errors import UsageError

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
