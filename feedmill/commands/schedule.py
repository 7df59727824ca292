"""`feedmill schedule`: write files with which systemd, cron, GitHub or Docker publish a site regularly."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from feedmill.cli.console import complain
from feedmill.cli.options.commands import ScheduleOptions
from feedmill.run.options import RunOptions
from feedmill.run.site import OpenSite
from feedmill.schedule.cron import cron_files
from feedmill.schedule.docker import docker_files
from feedmill.schedule.github import github_files
from feedmill.schedule.plan import File, Plan, parse_interval
from feedmill.schedule.systemd import systemd_files
from posts.errors import RefusedError, UsageError


def schedule(options: ScheduleOptions) -> int:
    """Print the files, each below a heading with its place, or write them into the folder of `--to`."""
    plan = _plan(options, options.run)
    files = _SCHEDULERS[options.scheduler](plan)
    for file in files:
        if options.folder:
            _write(options.folder / file.name, file.text)
        else:
            print(*(f"# {line}" for line in (f"---- {file.place}", *file.then)), file.text, sep="\n")
    if options.folder:
        print(*(f"{options.folder / file.name}: goes to {file.place}" for file in files), sep="\n")
        print(*(line for file in files for line in file.then), sep="\n")
    missing = [str(path) for path in (plan.out, plan.state.parent) if not path.is_dir()]
    if missing:
        complain(
            f"{' and '.join(missing)}: no such folder yet; run `feedmill {options.run.site}` once, which creates it"
        )
    return 0


_SCHEDULERS: Mapping[str, Callable[[Plan], list[File]]] = {
    "systemd": systemd_files,
    "cron": cron_files,
    "github": github_files,
    "docker": docker_files,
}


def _plan(options: ScheduleOptions, run: RunOptions) -> Plan:
    with closing(OpenSite(run)) as site:
        sends = bool(site.remote_options.to or site.remote_options.ledger)
        plan = Plan(
            minutes=parse_interval(options.every),
            command=_command(),
            site=run.site.resolve(),
            out=site.out.resolve(),
            state=run.state.resolve(),
            config=run.config.resolve() if run.config else None,
            calls=bool(site.notify_options.hubs or site.notify_options.pings or sends),
            hubs=bool(site.notify_options.hubs),
            builds=site.kind.built_by_jekyll,
            has_own_out=run.out is not None,
            has_own_state=options.has_own_state,
            sends=sends,
        )
    for one in (*plan.arguments(), str(plan.out), str(plan.state)):
        if not one.isprintable():
            raise UsageError(f"{one!r}: the name has characters that a schedule cannot contain; rename it first")
    return plan


def _command() -> tuple[str, ...]:
    """Return the command that runs this installation from any folder."""
    called = Path(sys.argv[0]).absolute()
    if called.name == "feedmill" and called.is_file():
        return (str(called),)
    script = Path(__file__).parents[2] / "publish.py"
    return (sys.executable, str(script)) if script.is_file() else (sys.executable, "-m", "feedmill")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != text.encode():
            raise RefusedError(f"{path} already exists; move it away, or use another --to") from None
