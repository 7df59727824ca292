"""`feedmill schedule`: ready files that publish a site every so often."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from feedmill.cli.console import complain
from feedmill.schedule.plan import File, Plan, minutes
from posts.errors import RefusedError, UsageError


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
    from feedmill.schedule import cron as crontab
    from feedmill.schedule import docker as container
    from feedmill.schedule import github as workflow
    from feedmill.schedule import systemd as units

    return {"systemd": units.files, "cron": crontab.files, "github": workflow.files, "docker": container.files}


def _plan(options: Namespace) -> Plan:
    from feedmill.run.site import OpenSite

    with closing(OpenSite(options.run)) as run:
        plan = Plan(
            minutes=minutes(options.every),
            command=_command(),
            site=options.site.resolve(),
            out=run.out.resolve(),
            state=options.state.resolve(),
            config=options.config.resolve() if options.config else None,
            calls=bool(run.telling.hubs or run.telling.pings),
            hubs=bool(run.telling.hubs),
            builds=run.kind.built_by_jekyll,
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
    return (sys.executable, str(Path(__file__).parents[2] / "publish.py"))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != text.encode():
            raise RefusedError(f"{path} is there already: move it away first, or give another --to") from None
