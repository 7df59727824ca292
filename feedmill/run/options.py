"""What a run over a site depends on, whichever command asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of one run.

    `now` is aware; posts dated later wait. `config` is None for `feedmill.toml` in the site, where there is one, `out`
    is None for what the configuration says. `workers` is a number of processes, 0 for the CPUs that are available.
    `full` reads and writes everything again, `prune` removes feeds that have no posts left, `allow_removals` turns the
    guard against lost posts off.
    """

    site: Path
    state: Path
    now: datetime
    config: Path | None = None
    out: Path | None = None
    full: bool = False
    prune: bool = False
    allow_removals: bool = False
    workers: int = 0
    show_progress: bool = True


def setting(options: RunOptions, out: Path) -> dict[str, str]:
    """What a run is asked for, as far as its outcome depends on it."""
    asked = {name: str(value.resolve()) if value else "" for name, value in (("config", options.config),)}
    return {**asked, "site": str(options.site.resolve()), "out": str((options.out or out).resolve())}
