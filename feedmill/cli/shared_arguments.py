"""From parsed arguments to the options that several commands share. Used by the parsers of the commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from feedmill.cli.options.publish import ReportOptions
from feedmill.run.options import RunOptions
from posts.errors import UsageError


def site_folder(words: Sequence[str], *, named: bool = True) -> Path:
    """Return the site's folder, the current one if there is no word."""
    site = Path(words[0] if words else ".")
    if site.is_dir() and len(words) < 2:
        return site
    from feedmill.cli.mistakes import not_a_site

    raise UsageError(not_a_site(words, named=named))


def report_options(found: argparse.Namespace) -> ReportOptions:
    """Return how the command reports."""
    return ReportOptions(
        **{name: True for name in ("json", "quiet", "verbose", "strict") if getattr(found, name, None)}
    )


def run_options(found: argparse.Namespace, site: Path) -> RunOptions:
    """Return the options of a run; those that the command does not have keep their defaults."""
    chosen = vars(found)
    names = ("config", "out", "full", "prune", "allow_removals", "workers")
    return RunOptions(
        site=site,
        state=index_path(found, site),
        now=_now(chosen.get("now")),
        show_progress=not chosen.get("quiet"),
        to=tuple(dict.fromkeys(chosen.get("to") or ())),
        **{name: chosen[name] for name in names if name in chosen},
    )


def index_path(found: argparse.Namespace, site: Path) -> Path:
    """Return the file of the index: `--state`, or the default in the site."""
    return found.state or site / ".feedmill" / "index.sqlite3"


def _now(written: str | None) -> datetime:
    if written is None:
        return datetime.now(UTC)
    from posts.frontmatter import dates  # a scheduled run does not pay for it

    try:
        moment = dates.parse_date(written, dates.Zones())
    except dates.DateError as error:
        raise UsageError(f"--now: {error}") from None
    if moment.code:
        raise UsageError(f"--now: {moment.message}")
    return moment.at
