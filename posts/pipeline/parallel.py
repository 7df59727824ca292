"""A `map` to pass in: here and now, or over processes. The same results in the same order either way."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from posts.errors import FeedmillError

if TYPE_CHECKING:
    from concurrent.futures import Future

CHUNK = 200


class Map(Protocol):
    """Applies a function to every chunk, in order."""

    def __call__(self, function: Callable[[Any], Any], chunks: Sequence[Any], /) -> Iterable[Any]: ...


class Progress(Protocol):
    """Follows the stages of a run; the application shows it to people."""

    def following(self, stage: str, spread: Map) -> Map:
        """Return a `map` that reports how far it is; its chunks are lists of what is counted."""
        ...


class Silent:
    """A `Progress` that shows nothing."""

    def following(self, stage: str, spread: Map) -> Map:  # noqa: ARG002 # it has no name for what it does not show
        return spread


def serial(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
    """The `map` of this process."""
    return map(function, chunks)


def processes(workers: int) -> Map:
    """A `map` over at most `workers` processes, for work that is large enough to pay for them."""

    def spread(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
        count = min(workers, len(chunks))
        if count < 2:
            yield from map(function, chunks)
            return
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool

        # A forked process inherits the function and all that it knows; elsewhere it is sent once to each.
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
        context = multiprocessing.get_context(method)
        try:
            with ProcessPoolExecutor(count, context, initializer=_adopt, initargs=(function,)) as executor:
                # No more ahead than keeps all of them busy: what is done and not yet taken lies in the memory.
                coming: deque[Future[Any]] = deque()
                for chunk in chunks:
                    coming.append(executor.submit(_call, chunk))
                    if len(coming) > 4 * count:
                        yield coming.popleft().result()
                while coming:
                    yield coming.popleft().result()
        except BrokenProcessPool:
            raise FeedmillError("a worker was killed, perhaps for want of memory: try --workers 1") from None

    return spread


def available() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chunked(tasks: Iterable[Any], size: int = CHUNK) -> list[list[Any]]:
    """The tasks in lists of `size`."""
    tasks = list(tasks)
    return [tasks[place : place + size] for place in range(0, len(tasks), size)]


_function: Callable[[Any], Any] = repr


def _adopt(function: Callable[[Any], Any]) -> None:
    global _function  # noqa: PLW0603 # what a process of the pool is there for
    _function = function
    threading.Thread(target=_end_with_the_run, daemon=True).start()


def _end_with_the_run() -> None:
    """A run that is killed takes its processes with it: they would wait for ever for more work."""
    if run := multiprocessing.parent_process():
        run.join()
        os._exit(1)


def _call(chunk: Any) -> Any:
    return _function(chunk)
