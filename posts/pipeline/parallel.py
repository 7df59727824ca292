"""Run work in several processes or in this one. The results and their order are the same either way.

The modules for processes and threads take 15 ms to import, and a run that reads one post needs neither.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from posts.errors import FeedmillError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

CHUNK = 200  # tasks


class Map(Protocol):
    """Apply a function to every chunk, in order."""

    def __call__(self, function: Callable[[Any], Any], chunks: Sequence[Any], /) -> Iterable[Any]: ...


class ProgressSink(Protocol):
    """Receive the progress of the stages of a run. The application shows it to users."""

    def following(self, stage: str, spread: Map) -> Map:
        """Return a `map` that also reports progress for `stage`. Its chunks are lists of the things to count."""
        ...


class Silent:
    """Show no progress."""

    def following(self, stage: str, spread: Map) -> Map:  # noqa: ARG002 # nothing is shown
        return spread


class _NoThreadError(Exception):
    """Signal that a worker process could not start its thread."""


def serial(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
    """Return the results for `chunks`, computed in this process."""
    return map(function, chunks)


def processes(workers: int) -> Map:
    """Return a `map` over at most `workers` processes.

    If the system does not allow so many processes or threads, this process does the rest of the work. The map raises
    FeedmillError if a worker is killed.
    """

    def spread(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
        count = min(workers, len(chunks))
        if count < 2:
            yield from map(function, chunks)
            return
        from concurrent.futures.process import BrokenProcessPool

        done = 0
        executor = _executor(function, count)
        try:
            if executor:
                for result in _results(executor, chunks, 2 * count):
                    yield result
                    done += 1
                executor.shutdown()
                return
        except _NoThreadError:
            _kill(executor)
        except BrokenProcessPool:
            raise FeedmillError("a worker process was killed, perhaps for lack of memory; try --workers 1") from None
        except BaseException:
            if executor:
                executor.shutdown(cancel_futures=True)
            raise
        yield from map(function, chunks[done:])

    return spread


def _executor(function: Callable[[Any], Any], count: int) -> ProcessPoolExecutor | None:
    """Return an executor with its processes started; None if the system does not allow them."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked process inherits the function and everything it refers to; otherwise it is sent once to each process.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    context = multiprocessing.get_context(method)
    executor = None
    try:
        _start_threads(2 + 2 * count)
        executor = ProcessPoolExecutor(count, context, initializer=_set_up, initargs=(function,))
        executor.submit(_ready)  # starts a thread here and, where they are forked, all processes
    except (OSError, RuntimeError, MemoryError):
        _kill(executor)
        return None
    return executor


def _start_threads(count: int) -> None:
    """Start and end as many threads as an executor needs, because it would hang if one could not start later.

    Raises:
        RuntimeError: The system does not allow so many.
    """
    import threading

    done = threading.Event()
    threads = [threading.Thread(target=done.wait, daemon=True) for _ in range(count)]
    started = []
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
    finally:
        done.set()
        for thread in started:
            thread.join()


def _kill(executor: ProcessPoolExecutor | None) -> None:
    """Kill the processes of an executor that did not start completely, because they would wait for work forever."""
    for process in list(getattr(executor, "_processes", None) or {}):
        worker = executor._processes[process]  # type: ignore[union-attr]  # noqa: SLF001 # there is no public access
        worker.kill()
        worker.join()


def _results(executor: ProcessPoolExecutor, chunks: Sequence[Any], ahead: int) -> Iterator[Any]:
    """Yield the results for `chunks`, with at most `ahead` of them in memory."""
    coming: deque[Future[Any]] = deque()
    for chunk in chunks:
        coming.append(executor.submit(_call, chunk))
        if len(coming) > ahead:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()


def available() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chunked(tasks: Iterable[Any], size: int = CHUNK) -> list[list[Any]]:
    """Return the tasks in lists of `size`."""
    tasks = list(tasks)
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]


_function: Callable[[Any], Any] = repr


def _set_up(function: Callable[[Any], Any]) -> None:
    global _function  # noqa: PLW0603 # the process exists for this function
    _function = function
    import threading

    try:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    except RuntimeError:  # too many threads: an exception here would look as if the process had been killed
        _function = _refuse


def _refuse(_: Any) -> None:
    raise _NoThreadError


def _exit_with_parent() -> None:
    """End this process when its parent is killed, because it would wait for work forever."""
    import multiprocessing

    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _ready() -> None:
    pass


def _call(chunk: Any) -> Any:
    return _function(chunk)
