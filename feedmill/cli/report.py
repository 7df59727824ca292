"""What a run says of itself: a JSON object, lines for people, and problems as compilers write them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from feedmill.cli.console import as_json

if TYPE_CHECKING:  # heavy, and there are none where all is well
    from posts.model import Problem


class Report(NamedTuple):
    """The outcome of a run. `written`, `unchanged` and `removed` are paths below the output, sorted.

    `next_due` is when the date of the next future post comes, in seconds since 1970; None where none waits.
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

    def as_json(self) -> str:
        """One JSON object on one line."""
        values: dict[str, Any] = self._asdict()
        values["problems"] = [plain(problem) for problem in self.problems]
        values["next_due"] = utc(self.next_due)
        return as_json(values)

    def remembered(self) -> dict[str, Any]:
        """What the next run has to say of this one if nothing has changed until then."""
        counts = {name: getattr(self, name) for name in ("posts", "skipped", "feeds", "next_due")}
        return {**counts, "problems": [[*plain(problem).values()] for problem in self.problems]}

    @classmethod
    def recalled(cls, values: dict[str, Any], unchanged: Sequence[str], seconds: float) -> Report:
        """The report of a run that found everything as the last one left it."""
        said = values.pop("problems")
        problems: list[Problem] = []
        if said:
            from posts.model import Problem

            problems = [Problem(*problem) for problem in said]
        return cls(**values, unchanged=unchanged, problems=problems, seconds=seconds)

    def sentence(self, *, checking: bool) -> str:
        """What people want to know, on one line."""
        files = "nothing is written" if checking else f"{len(self.written)} files written"
        if self.removed:
            files += f", {len(self.removed)} removed"
        counts = f"{self.posts} posts in {self.feeds} feeds, {self.skipped} left out"
        due = f"; next post due {utc(self.next_due)}" if self.next_due else ""
        return f"{counts}, {len(self.problems)} problems: {files}, {len(self.unchanged)} unchanged{due}"


def utc(seconds: float | None) -> str | None:
    """A time in seconds since 1970 as RFC 3339 has it, in UTC; whole seconds, none of which is too early."""
    if seconds is None:
        return None
    from datetime import UTC, datetime, timedelta

    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=math.ceil(seconds))
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def plain(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("path", "line", "code", "severity", "message")}
