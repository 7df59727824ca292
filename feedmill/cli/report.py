"""Define the report of a run, and convert it to JSON, to a line of text, and to the form that the index stores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from feedmill.cli.console import as_json
from posts.errors import Problem

_STATES = {"draft": "drafts"}  # plurals of the states of posts that have one


class Delivery(NamedTuple):
    """What was sent to a destination: sorted paths below it.

    `error` is why it is not complete, "" if it is; `exit_code` is 0, 3 if removals were refused, or else 4.
    """

    destination: str
    sent: Sequence[str] = ()
    removed: Sequence[str] = ()
    error: str = ""
    exit_code: int = 0

    def values(self) -> dict[str, Any]:
        """Return the delivery as it is in JSON."""
        values: dict[str, Any] = self._asdict()
        del values["exit_code"]
        return {**values, "complete": not self.error}

    def sentence(self) -> str:
        """Return the delivery as one line of text."""
        removed = f", {len(self.removed):,} removed" if self.removed else ""
        return (
            f"{self.destination}: {counted(len(self.sent), 'file')} sent{removed}{'; not complete' * bool(self.error)}"
        )


class Report(NamedTuple):
    """The outcome of a run.

    `written`, `unchanged` and `removed` are sorted paths below the output. `skipped` is the number of posts that are
    not published, `skipped_by` their numbers by state. `next_due` is the date of the next future post in seconds since
    1970, None if there is none. `destinations` is what was sent to each.
    """

    posts: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    skipped: int = 0
    feeds: int = 0
    written: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    removed: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    seconds: float = 0.0
    next_due: float | None = None
    skipped_by: Mapping[str, int] = MappingProxyType({})
    destinations: Sequence[Delivery] = ()

    def as_json(self) -> str:
        """Return one JSON object on one line."""
        values: dict[str, Any] = self._asdict()
        values["problems"] = [problem_values(problem) for problem in self.problems]
        values["next_due"] = utc(self.next_due)
        values["skipped_by"] = dict(self.skipped_by)
        values["destinations"] = [one.values() for one in self.destinations]
        if not self.destinations:  # none is configured
            del values["destinations"]
        return as_json(values)

    def remembered(self) -> dict[str, Any]:
        """Return the form that the index stores: what the next run reports if nothing has changed by then."""
        counts = {name: getattr(self, name) for name in ("posts", "skipped", "feeds", "next_due")}
        problems = [[*problem_values(problem).values()] for problem in self.problems]
        return {**counts, "skipped_by": dict(self.skipped_by), "problems": problems}

    @classmethod
    def recalled(cls, values: dict[str, Any], unchanged: Sequence[str], seconds: float) -> Report:
        """Return the report of a run that found nothing changed, from the stored form of the last report."""
        stored = values.pop("problems")
        problems = [Problem(*problem) for problem in stored]
        return cls(**values, unchanged=unchanged, problems=problems, seconds=seconds)

    def sentence(self) -> str:
        """Return the report of a run that publishes, as one line of text."""
        written = f"{counted(len(self.written), 'file')} written"
        removed = [f"{len(self.removed):,} removed"] if self.removed else []
        files = ", ".join([written, *removed, f"{len(self.unchanged):,} unchanged"])
        posts = f"{counted(self.posts, 'post')} in {counted(self.feeds, 'feed')}"
        return "; ".join([posts, *self._skipped(), files, self._problems(), *self._due()])

    def checked(self) -> str:
        """Return the report of a run that only checks, as one line of text."""
        posts = f"checked {counted(self.posts, 'post')}, {counted(self.feeds, 'feed')}"
        return "; ".join([f"{posts}: {self._problems()}", *self._skipped(), *self._due()])

    def _problems(self) -> str:
        return counted(len(self.problems), "problem") if self.problems else "no problems"

    def _skipped(self) -> list[str]:
        """Return the number of posts that are not published, and their numbers by state, the most frequent first."""
        if not self.skipped:
            return []
        by_count = sorted(self.skipped_by.items(), key=lambda one: (-one[1], one[0]))
        reasons = [f"{count:,} {state if count == 1 else _STATES.get(state, state)}" for state, count in by_count]
        return [f"{self.skipped:,} skipped" + (f": {', '.join(reasons)}" if reasons else "")]

    def _due(self) -> list[str]:
        return [f"next post due {utc(self.next_due)}"] if self.next_due else []


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 post" or "1,634 posts"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def utc(seconds: float | None) -> str | None:
    """Return a time in seconds since 1970 as RFC 3339 text in UTC, rounded up to whole seconds."""
    if seconds is None:
        return None
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=math.ceil(seconds))
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def problem_values(problem: Problem) -> dict[str, Any]:
    """Return a problem as it is in JSON."""
    return {name: getattr(problem, name) for name in ("path", "line", "code", "severity", "message")}
