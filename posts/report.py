"""What a run says of itself: a JSON object, lines for people, and problems as compilers write them."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # heavy, and there are none where all is well
    from posts.model import Problem

# C1 controls, marks of direction, line and paragraph separators: JSON itself takes care of the C0 controls.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


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

    def as_line(self, at: float) -> dict[str, Any]:
        """What `feedmill status` shows of a run that was `at` that time (seconds since 1970)."""
        counts = {name: getattr(self, name) for name in ("new", "changed", "gone")}
        return {"at": at, "seconds": self.seconds, "written": len(self.written), "removed": len(self.removed)} | counts


def utc(seconds: float | None) -> str | None:
    """A time in seconds since 1970 as RFC 3339 has it, in UTC; whole seconds, none of which is too early."""
    if seconds is None:
        return None
    from datetime import UTC, datetime, timedelta

    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=math.ceil(seconds))
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def as_json(value: Any) -> str:
    """JSON on one line, readable, in which nothing can steer a terminal or turn the direction of writing."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False))


def plain(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("path", "line", "code", "severity", "message")}


def complain(*lines: str) -> None:
    """Prints to standard error; what could steer a terminal or pass for another line is shown, not sent."""
    for line in lines:
        print("".join(map(_visible, line)), file=sys.stderr)


def say(*lines: str) -> None:
    """Prints to standard output; what could steer a terminal or pass for another line is shown, not sent."""
    for line in lines:
        print("".join(map(_visible, line)))


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\x{ord(character):02x}"
