"""Ping a monitoring service after a run (`[publish] ping`); used by `feedmill publish`."""

from __future__ import annotations

from pathlib import Path

from feedmill.notify.http import Answer, call_within
from feedmill.notify.options import NotifyOptions, decode_notify_options
from posts.config.load import FILE, line_of, section
from posts.config.table import Table
from posts.errors import FeedmillError, Problem
from posts.problems import make_problem

PING_TIMEOUT = 5.0  # seconds


def send_ping(site: Path, config: Path | None, *, good: bool) -> list[Problem]:
    """Call the address for successful or for failed runs; return a warning if the call fails.

    Args:
        site: The folder of the site.
        config: The file of `--config`, or None.
        good: Whether the run succeeded.
    """
    options = _configured(site, config)
    address = options.success if good else options.failure
    answer = call_within(PING_TIMEOUT, address) if address else Answer(200)
    if answer.is_good:
        return []
    name = f"ping.{'success' if good else 'failure'}"
    line = line_of(site, config, f"publish.{name}")
    return [make_problem(str(config or FILE), line, "ping", f"[publish] {name}: the address {answer.reason}")]


def _configured(site: Path, config: Path | None) -> NotifyOptions:
    """Return the `[publish]` options, or none: the configuration may be the reason why the run failed."""
    mistakes: list[tuple[str, str]] = []
    try:
        found = decode_notify_options(Table(section(site, config, "publish"), "publish", mistakes))
    except FeedmillError:
        return NotifyOptions()
    return NotifyOptions() if mistakes else found
