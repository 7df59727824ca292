"""Define the options of a run over a site, which all commands share."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from posts.errors import Problem


class RunOptions(NamedTuple):
    """Options of one run: a named tuple, because a run in which nothing has changed imports no library.

    `now` is aware; posts dated later wait. `config` is None for `feedmill.toml` in the site, where there is one, `out`
    is None for the configured folder. `workers` is a number of processes, 0 for the CPUs that are available.
    `cluster` is the address of a Dask scheduler whose workers read the posts, "" to read them in those processes.
    `full` reads and writes everything again, `prune` removes feeds that have no posts left, `allow_removals` turns off
    the guards against lost posts and files. `to` are the addresses of `--to`, () for those of the configuration;
    `deploys` is whether the run sends what it has published there.

    For a site in a bucket, `address` is its address, `site` the folder of its copy (`feedmill.run.bucket_copy`), and
    `problems` has the objects that cannot be copied.
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
    cluster: str = ""
    show_progress: bool = True
    to: tuple[str, ...] = ()
    deploys: bool = False
    address: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> str:
        """Return where the site is, for messages: its folder or its address."""
        return self.address or str(self.site)


class RunRequest(NamedTuple):
    """The options that the outcome of a run depends on: absolute paths, "" for a default."""

    config: str
    site: str
    out: str


def run_request(options: RunOptions, out: Path) -> RunRequest:
    """Return the request of a run; `out` is the configured output folder."""
    config = str(options.config.resolve()) if options.config else ""
    return RunRequest(config, str(options.site.resolve()), str((options.out or out).resolve()))
