"""From parsed arguments to the options that several commands share. Used by the parsers of the commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from feedmill.cli.arguments import BUCKETS
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


def site_place(words: Sequence[str], *, named: bool = True) -> Path | str:
    """Return the site's folder as `site_folder` does, or the address of the bucket that it is in."""
    if not words or words[0].partition("://")[0] not in BUCKETS:
        return site_folder(words, named=named)
    if len(words) > 1:
        raise UsageError(f"unexpected argument: {words[1]!r}; expected one SITE")
    from posts.files.remote_address import parse_address  # most sites are folders

    try:
        return parse_address(words[0]).text
    except ValueError as error:
        raise UsageError(str(error)) from None


def report_options(found: argparse.Namespace) -> ReportOptions:
    """Return how the command reports."""
    return ReportOptions(
        **{name: True for name in ("json", "quiet", "verbose", "strict") if getattr(found, name, None)}
    )


def run_options(found: argparse.Namespace, place: Path | str) -> RunOptions:
    """Return the options of a run; those that the command does not have keep their defaults.

    Args:
        found: The arguments.
        place: The folder of the site, or its address.
    """
    chosen = vars(found)
    address = place if isinstance(place, str) else ""
    state = index_path(found, place)
    if address and "out" in chosen and chosen["out"] is None:
        raise UsageError(
            f"--out is missing; the feeds of {address} are written to a folder on this disk: use --out DIR"
        )
    if isinstance(workers := chosen.get("workers"), str):
        chosen = {**chosen, "workers": 0, "cluster": workers}
    names = ("config", "out", "full", "prune", "allow_removals", "workers", "cluster")
    return RunOptions(
        site=state.with_name(f"{state.name}.copy") / "site" if isinstance(place, str) else place,
        state=state,
        address=address,
        now=_now(chosen.get("now")),
        show_progress=not chosen.get("quiet"),
        to=tuple(dict.fromkeys(chosen.get("to") or ())),
        **{name: chosen[name] for name in names if name in chosen},
    )


def index_path(found: argparse.Namespace, place: Path | str) -> Path:
    """Return the file of the index: `--state`, or the default in the site."""
    if found.state:
        return found.state  # type: ignore[no-any-return] # a namespace has no types
    if isinstance(place, str):
        raise UsageError(f"--state is missing; the index of {place} is a file on this disk: use --state FILE")
    return place / ".feedmill" / "index.sqlite3"


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
