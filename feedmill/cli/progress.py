"""How far a run is, for people who wait: bars on a terminal, a line for each stage elsewhere, nothing under `-q`.

Nothing is shown of work that takes less than a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from posts.pipeline.parallel import Map

if TYPE_CHECKING:
    import rich.progress

T = TypeVar("T")

PATIENCE = 1.0  # seconds


class Progress:
    """Follows the stages of one run. `clock` gives seconds; `stream` is standard error."""

    def __init__(self, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic, stream: Any = None) -> None:
        self._quiet = quiet
        self._clock = clock
        self._stream = stream or sys.stderr
        self._bars: rich.progress.Progress | None = None

    def over(self, stage: str, parts: Iterable[T], total: int, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
        """The parts of a stage as they come: each counts for its `size`, all of them for `total`."""
        began, done, task = self._clock(), 0, None
        for part in parts:
            yield part
            done += size(part)
            if not self._quiet and self._clock() - began > PATIENCE and self._stream.isatty():
                bars = self._shown()
                task = bars.add_task(stage, total=total) if task is None else task
                bars.update(task, completed=done)
                bars.refresh()
        if not self._quiet and not self._stream.isatty() and self._clock() - began > PATIENCE:
            print(f"{stage}: {done} in {self._clock() - began:.1f} s", file=self._stream)

    def following(self, stage: str, spread: Map) -> Map:
        """A `map` that says how far it is: its chunks are lists of what is counted."""

        def followed(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
            return self.over(stage, spread(function, chunks), sum(map(len, chunks)), len)

        return followed

    def close(self) -> None:
        """Takes the bars away."""
        if self._bars:
            self._bars.stop()
            self._bars = None

    def _shown(self) -> rich.progress.Progress:
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            # Its own thread would be one too many for processes that are forked later.
            self._bars = Progress(*columns, console=Console(file=self._stream), transient=True, auto_refresh=False)
            self._bars.start()
        return self._bars
