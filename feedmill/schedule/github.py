"""Make a GitHub Pages workflow that keeps the ledger in the repository (see docs/how-to/hosting.md)."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from feedmill.cli.console import complain
from feedmill.schedule.plan import File, Plan, cron_fields, template
from posts.errors import UsageError

_LEAST = 5  # minutes: the shortest interval of GitHub
_MINUTE = 17  # after the hour: on the hour GitHub is busiest and drops runs

_TEXT = template("workflow.yml")
_PRIVATE = """\
      - name: Remove the index from the pages
        run: |
          rm -r {site}/.feedmill
"""
_JEKYLL = "      - uses: actions/jekyll-build-pages@v1\n"


def github_files(plan: Plan) -> list[File]:
    """Return the workflow file, to be placed in the repository of the site."""
    if plan.minutes < _LEAST:
        raise UsageError("GitHub runs a workflow at most every 5 minutes; use --every 5m or more")
    if plan.hubs:
        complain("[publish] hub: GitHub deploys the feeds after the run, and writes all of them; remove it")
    root = find_repository(plan.site)
    name = ".github/workflows/feeds.yml"
    return [File("feeds.yml", f"{root / name}", (f"next: git add {name}, commit, push",), workflow_text(plan, root))]


def find_repository(site: Path) -> Path:
    """Return the repository that contains the site, or the site itself if there is none."""
    return next((folder for folder in (site, *site.parents) if (folder / ".git").exists()), site)


def workflow_text(plan: Plan, root: Path) -> str:
    """Return the workflow for a site in the repository at `root`."""
    outside = [path for path in (plan.out, plan.config) if path and not path.is_relative_to(root)]
    if outside or plan.has_own_state:
        raise UsageError("a workflow can only read the repository; remove --state and paths outside the repository")
    options = [("--config", plan.config)] if plan.config else []
    options += [("--out", plan.out)] if plan.has_own_out else []
    site = _word(plan.site.relative_to(root).as_posix())
    if "${{" in f"{site}{options}":
        raise UsageError("GitHub reads `${{` in a path as an expression; rename the folder or file")
    folder = json.dumps(f"./{site.removeprefix('./')}", ensure_ascii=False)
    source = "" if site == "." else f"        with:\n          source: {folder}\n"
    plain = f"        with:\n          path: {json.dumps(site, ensure_ascii=False)}\n"
    return _TEXT.format(
        cron=cron_fields(plan.minutes, _MINUTE),
        site=shlex.quote(site),
        options="".join(f" {name} {shlex.quote(_word(path.relative_to(root).as_posix()))}" for name, path in options),
        build=_JEKYLL + source if plan.builds else _PRIVATE.format(site=shlex.quote(site)),
        artifact="" if plan.builds else plain,
    )


def _word(path: str) -> str:
    """Return a path that no program reads as an option."""
    return f"./{path}" if path.startswith("-") else path
