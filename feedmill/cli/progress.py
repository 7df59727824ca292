"""Show the progress of a run on standard error: bars on a terminal, else a line per stage, nothing with `-q`.

A stage that takes less than a second is not shown.
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

PATIENCE = 1.0  # seconds until a stage is shown


class Progress:
    """The progress of the stages of one run. `clock` returns seconds; `stream` is standard error by default."""

    def __init__(self, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic, stream: Any = None) -> None:
        self._quiet = quiet
        self._clock = clock
        self._stream = stream or sys.stderr
        self._bars: rich.progress.Progress | None = None

    def over(self, stage: str, parts: Iterable[T], total: int, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
        """Yield the parts of a stage, and show how many are done.

        Args:
            stage: the name that is shown.
            parts: what is iterated over.
            total: the sum of the sizes of all parts.
            size: returns how much a part counts.
        """
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
        """Return a `map` over chunks that shows progress; the elements of the chunks are counted."""

        def followed(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
            return self.over(stage, spread(function, chunks), sum(map(len, chunks)), len)

        return followed

    def close(self) -> None:
        """Remove the bars from the terminal."""
        if self._bars:
            self._bars.stop()
            self._bars = None

    def _shown(self) -> rich.progress.Progress:
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            # No refresh thread: processes are forked later, and a fork does not copy other threads.
            self._bars = Progress(*columns, console=Console(file=self._stream), transient=True, auto_refresh=False)
            self._bars.start()
        return self._bars
