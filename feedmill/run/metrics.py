"""Format the status of a site as metrics for the textfile collector of Prometheus' node exporter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

# https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4). All files that a collector reads
# must have the same help for a metric, so it does not depend on the site.
_GAUGES = {
    "feedmill_last_success_timestamp_seconds": "When the last run ended that succeeded, changed or not.",
    "feedmill_last_change_timestamp_seconds": "When the last run began that found changes.",
    "feedmill_late_seconds": "For how long a change of the feeds has been due; 0 if none is.",
    "feedmill_unfinished": "Whether the last run was interrupted.",
    "feedmill_posts": "Published posts.",
    "feedmill_feeds": "Published feeds.",
    "feedmill_files": "Published files.",
    "feedmill_problems": "Problems that the last run found.",
    "feedmill_hub_notifications_pending": "Notifications that a WebSub hub has not accepted yet.",
    "feedmill_destination_complete": "Whether a destination holds everything that was published last.",
    "feedmill_destination_last_complete_timestamp_seconds": "When a destination last held everything; 0 for never.",
}


def metrics(status: Mapping[str, Any], site: str) -> str:
    """Return the metrics of a site.

    Args:
        status: The object that `feedmill status --json` prints.
        site: The folder of the site, which is the label that tells apart the metrics of several sites.
    """
    label = f'site="{_escape(site)}"'
    values = list(_values(status, label))
    lines = []
    for name, meaning in _GAUGES.items():
        samples = [f"{name}{{{labels}}} {value}" for one, labels, value in values if one == name]
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", *samples] if samples else []
    return "".join(f"{line}\n" for line in lines)


def _values(status: Mapping[str, Any], label: str) -> Iterator[tuple[str, str, int]]:
    """Yield the name, the labels and the value of every sample."""
    yield "feedmill_last_success_timestamp_seconds", label, _seconds(status["last_success"])
    yield "feedmill_last_change_timestamp_seconds", label, _seconds(status["last_run"])
    yield "feedmill_unfinished", label, int(status["unfinished"])
    yield "feedmill_feeds", label, len(status["feeds"])
    for name in ("late", "posts", "files", "problems"):
        yield f"feedmill_{name}{'_seconds' * (name == 'late')}", label, int(status[name])
    for hub in status["hubs"]:
        yield "feedmill_hub_notifications_pending", f'{label},hub="{_escape(hub["hub"])}"', int(hub["waiting"])

    for one in status.get("destinations", ()):
        labels = f'{label},destination="{_escape(one["destination"])}"'
        yield "feedmill_destination_complete", labels, int(one["complete"])
        yield "feedmill_destination_last_complete_timestamp_seconds", labels, _seconds(one["completed"])


def _seconds(written: str | None) -> int:
    """Return an ISO time in seconds since 1970; 0 for never."""
    return int(datetime.fromisoformat(written).timestamp()) if written else 0


def _escape(value: str) -> str:
    """Escape the value of a label. A path that is not UTF-8 gets replacement characters."""
    text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
