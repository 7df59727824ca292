"""A workflow for GitHub Pages that keeps the ledger in the repository; docs/how-to/hosting.md shows it for every hour."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from feedmill.cli.console import complain
from feedmill.schedule.plan import File, Plan, cron_fields
from posts.errors import UsageError

_LEAST = 5  # minutes: GitHub runs nothing more often
_MINUTE = 17  # after the hour: on the hour GitHub has most to do, and drops runs
_LEDGER = ".github/feeds.jsonl"

_TEXT = """\
name: feeds

on:
  push:
    branches: [main]
  schedule:
    - cron: "{cron}"
  workflow_dispatch:

permissions:
  contents: write      # for the ledger
  pages: write
  id-token: write

concurrency:
  group: pages
  cancel-in-progress: false

jobs:
  publish:
    runs-on: ubuntu-24.04
    environment:
      name: github-pages
      url: ${{{{ steps.deployment.outputs.page_url }}}}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - name: Install feedmill
        run: python -m pip install "feedmill @ git+https://github.com/OWNER/feedmill"   # from where you have it
      - name: Publish the feeds
        run: |
          if [ -f .github/feeds.jsonl ]; then feedmill state import {site} < .github/feeds.jsonl; fi
          feedmill publish {site}{options}
          feedmill state export {site} > .github/feeds.jsonl
      - name: Keep the ledger
        run: |
          git add .github/feeds.jsonl
          if ! git diff --cached --quiet; then
            git -c user.name=feedmill -c user.email=feedmill@users.noreply.github.com commit -m "What is known of the feeds"
            git push
          fi
{build}      - uses: actions/upload-pages-artifact@v3
{artifact}      - id: deployment
        uses: actions/deploy-pages@v4
"""
_PRIVATE = """\
      - name: Leave out what is remembered
        run: |
          rm -r {site}/.feedmill
"""
_JEKYLL = "      - uses: actions/jekyll-build-pages@v1\n"


def files(plan: Plan) -> list[File]:
    """The workflow, with the place of the site in its repository."""
    if plan.minutes < _LEAST:
        raise UsageError("GitHub runs a workflow every 5 minutes at the most: take --every 5m")
    if plan.hubs:
        complain("[publish] hub: GitHub puts the feeds online after the run, and every feed is new to it: leave it out")
    root = repository(plan.site)
    name = ".github/workflows/feeds.yml"
    return [File("feeds.yml", f"{root / name}", (f"then: git add {name}, commit, push",), text(plan, root))]


def repository(site: Path) -> Path:
    """The repository that a site lies in; the site itself where there is none."""
    return next((folder for folder in (site, *site.parents) if (folder / ".git").exists()), site)


def text(plan: Plan, root: Path) -> str:
    """The workflow for a site in the repository at `root`."""
    outside = [path for path in (plan.out, plan.config) if path and not path.is_relative_to(root)]
    if outside or plan.has_own_state:
        raise UsageError("a workflow has the repository and nothing else: leave out --state, and paths outside of it")
    given = [("--config", plan.config)] if plan.config else []
    given += [("--out", plan.out)] if plan.has_own_out else []
    site = _word(plan.site.relative_to(root).as_posix())
    if "${{" in f"{site}{given}":
        raise UsageError("GitHub takes `${{` in a path for an expression of its own: give it another name first")
    folder = json.dumps(f"./{site.removeprefix('./')}", ensure_ascii=False)
    source = "" if site == "." else f"        with:\n          source: {folder}\n"
    plain = f"        with:\n          path: {json.dumps(site, ensure_ascii=False)}\n"
    return _TEXT.format(
        cron=cron_fields(plan.minutes, _MINUTE),
        site=shlex.quote(site),
        options="".join(f" {name} {shlex.quote(_word(path.relative_to(root).as_posix()))}" for name, path in given),
        build=_JEKYLL + source if plan.builds else _PRIVATE.format(site=shlex.quote(site)),
        artifact="" if plan.builds else plain,
    )


def _word(path: str) -> str:
    """A path that is taken for no option."""
    return f"./{path}" if path.startswith("-") else path
