"""Make a GitHub Pages workflow that runs the action in `action.yml` (see docs/how-to/github-pages.md)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from feedmill.cli.console import complain
from feedmill.schedule.plan import File, Plan, cron_fields, template
from posts.errors import UsageError

_LEAST = 5  # minutes: the shortest interval of GitHub
_MINUTE = 17  # after the hour: on the hour GitHub is busiest and drops runs
_DEFAULT_BRANCH = "main"

_TEXT = template("workflow.yml")
_JEKYLL = """\
      - uses: actions/jekyll-build-pages@v1
        if: steps.feeds.outputs.changed == 'true' || github.event_name != 'schedule'
"""


def github_files(plan: Plan) -> list[File]:
    """Return the workflow file, to be placed in the repository of the site."""
    if plan.minutes < _LEAST:
        raise UsageError("GitHub runs a workflow at most every 5 minutes; use --every 5m or more")
    if plan.hubs:
        complain("[publish] hub: GitHub deploys the feeds after the run, and writes all of them; remove it")
    root = find_repository(plan.site)
    name = ".github/workflows/feeds.yml"
    then = (f"next: replace OWNER in the file, then git add {name}, commit, push",)
    return [File("feeds.yml", f"{root / name}", then, workflow_text(plan, root))]


def find_repository(site: Path) -> Path:
    """Return the repository that contains the site, or the site itself if there is none."""
    return next((folder for folder in (site, *site.parents) if (folder / ".git").exists()), site)


def default_branch(root: Path) -> str:
    """Return the default branch of the repository at `root`.

    That is the branch that the remote `origin` names as its HEAD, which `git clone` stores; else the branch that is
    checked out, as in a repository that has not been pushed yet; else `main`.
    """
    git = shutil.which("git") if (root / ".git").exists() else None
    if git is None:
        return _DEFAULT_BRANCH
    for name, prefix in (("refs/remotes/origin/HEAD", "refs/remotes/origin/"), ("HEAD", "refs/heads/")):
        command = [git, "-C", str(root), "symbolic-ref", "--quiet", name]
        found = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 # no shell, our own words
        branch = found.stdout.decode("utf-8", "replace").strip().removeprefix(prefix)
        if found.returncode == 0 and branch:
            return branch
    return _DEFAULT_BRANCH


def workflow_text(plan: Plan, root: Path) -> str:
    """Return the workflow for a site in the repository at `root`."""
    outside = [path for path in (plan.out, plan.config) if path and not path.is_relative_to(root)]
    if outside or plan.has_own_state:
        raise UsageError("a workflow can only read the repository; remove --state and paths outside the repository")
    paths = {"site": plan.site, "config": plan.config, "out": plan.out if plan.has_own_out else None}
    inputs = {name: _word(path.relative_to(root).as_posix()) for name, path in paths.items() if path}
    site = inputs["site"]
    if "${{" in str(inputs):
        raise UsageError("GitHub reads `${{` in a path as an expression; rename the folder or file")
    folder = _quoted(f"./{site.removeprefix('./')}")
    source = "" if site == "." else f"        with:\n          source: {folder}\n"
    return _TEXT.format(
        branch=_branch(default_branch(root)),
        cron=cron_fields(plan.minutes, _MINUTE),
        inputs=_inputs({name: value for name, value in inputs.items() if (name, value) != ("site", ".")}),
        build=_JEKYLL + source if plan.builds else "",
        artifact="" if plan.builds else f"        with:\n          path: {_quoted(site)}\n",
    )


def _inputs(values: dict[str, str]) -> str:
    lines = [f"          {name}: {_quoted(value)}\n" for name, value in values.items()]
    return "".join(["        with:\n", *lines]) if lines else ""


def _branch(name: str) -> str:
    """Return a branch as a filter of GitHub, in which glob characters would have a meaning."""
    escaped = re.sub(r"([*?+\[\]!\\])", r"\\\1", name)
    return escaped if re.fullmatch(r"[A-Za-z][\w./-]*", escaped, re.ASCII) else _quoted(escaped)


def _quoted(text: str) -> str:
    """Return a string of YAML, which in double quotes has the escapes of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _word(path: str) -> str:
    """Return a path that no program reads as an option."""
    return f"./{path}" if path.startswith("-") else path
