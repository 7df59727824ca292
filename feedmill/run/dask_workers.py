"""Read posts on the workers of a Dask cluster: one implementation of the `map` of reading. Owns distributed.

Every worker reads its own posts from a file system that it shares with this process; chunks of heads and contents come
back. A worker that dies loses nothing: Dask repeats its chunks. Dask is optional (`pip install "feedmill[dask]"`).
"""

from __future__ import annotations

import logging
import pickle
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from feedmill.run.dask_tasks import Job, Terms, complaint_of, own_terms, work
from posts.errors import RemoteError, UsageError

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_TIMEOUT = 30.0  # seconds: to connect, and for a worker where there is none
# A task takes 13 ms of scheduler, worker and this process, the scan of a chunk 50: some chunks are one task.
_CHUNKS_PER_TASK = 5
_TASKS_PER_THREAD = 8  # of a stage, at least, so that no worker is idle for long at its end
_TASKS_AHEAD = 3  # of a thread, sent and not yet taken back: one in work, one that waits for it, one that is done


class DaskWorkers(Struct, frozen=True):
    """Apply a function to chunks on the cluster whose scheduler is at `address`; `root` is the folder of the site.

    The function and the chunks are pickled. The map raises RemoteError if the scheduler cannot be reached or is lost,
    and if a worker has other versions than this process, sees another folder, or dies with the same chunk repeatedly.
    """

    address: str
    root: str

    def __post_init__(self) -> None:
        """Raise UsageError if Dask is not installed."""
        if not find_spec("distributed"):
            raise UsageError(f'--workers {self.address} needs Dask; run `pip install "feedmill[dask]"`')

    def __call__(self, function: Callable[[Any], Any], chunks: Sequence[Any], /) -> Iterator[Any]:
        if len(chunks) < 2:  # less work than a connection
            yield from map(function, chunks)
            return
        from distributed.client import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            with _connect(self.address) as client:
                yield from self._results(client, function, chunks)
        except KilledWorker as error:
            worker = getattr(error.last_worker, "address", error.last_worker)
            problem = f"workers were killed again and again, the last one at {worker}, perhaps for lack of memory"
        except (CancelledError, OSError) as error:
            problem = f"the connection to the scheduler was lost ({_first_line(error)})"
        else:
            return
        raise RemoteError(f"{self.address}: {problem}; published feeds are intact; run again, or use --workers 1")

    def _results(self, client: Client, function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
        """Yield the results in order, with a number of chunks on the cluster that does not depend on how many exist."""
        terms = own_terms(self.root)
        self._refuse_strangers(client, terms)
        run = uuid.uuid4().hex
        # The result of a task, and not scattered data, which would be lost with the worker that has them.
        job = client.submit(bytes, Job(run, terms, pickle.dumps(function, 5)).packed(), key=f"feedmill-{run}")
        coming: deque[Future] = deque()
        threads = sum(client.nthreads().values())
        size = min(max(len(chunks) // (_TASKS_PER_THREAD * threads), 1), _CHUNKS_PER_TASK)
        for start in range(0, len(chunks), size):
            # The scheduler passes bytes on as they are.
            part = pickle.dumps(chunks[start : start + size], 5)
            coming.append(client.submit(work, job, part, key=f"feedmill-{run}-{start}"))
            if len(coming) > _TASKS_AHEAD * threads:
                yield from self._taken(client, coming.popleft())
        while coming:
            yield from self._taken(client, coming.popleft())

    def _taken(self, client: Client, future: Future) -> list[Any]:
        """Return the results for the chunks of a task."""
        while True:
            try:
                packed = future.result(timeout=CONNECT_TIMEOUT)
            except TimeoutError:
                if future.done():  # the error is that of the task
                    raise
                self._require_workers(client)
            else:
                # Who controls a worker controls the results (SECURITY.md).
                results: list[Any] = pickle.loads(packed)  # noqa: S301
                return results

    def _require_workers(self, client: Client) -> None:
        try:
            client.wait_for_workers(1, timeout=CONNECT_TIMEOUT)
        except TimeoutError:
            message = "the scheduler has no workers; start some (`dask worker ADDRESS --nthreads 1`)"
            raise RemoteError(f"{self.address}: {message}; published feeds are intact") from None

    def _refuse_strangers(self, client: Client, terms: Terms) -> None:
        """Raise RemoteError if a worker has other versions or another folder; those that join later refuse the work."""
        self._require_workers(client)
        found = client.run(complaint_of, terms, on_error="return")
        complaints = []
        for worker, why in sorted(found.items()):
            if isinstance(why, Exception) and not isinstance(why, OSError):  # which is a worker that has died
                complaints.append(f"worker {worker} cannot import feedmill: {_first_line(why)}; install it there")
            elif why and isinstance(why, str):
                complaints.append(f"worker {worker} {why}")
        if complaints:
            raise RemoteError("\n".join([*complaints, "published feeds are intact"]))


def _connect(address: str) -> Client:
    """Return a connection to a scheduler.

    Raises:
        RemoteError: It cannot be reached.
    """
    import dask.config
    from distributed import Client

    for name in ("client", "core", "comm", "batched"):  # what they say is in the messages of feedmill
        logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
    try:
        target = address.removeprefix("dask://")
        return Client(target, timeout=CONNECT_TIMEOUT, set_as_default=False, direct_to_workers=True)
    except (OSError, ValueError, TypeError) as error:
        hint = "check the address, start it with `dask scheduler`, or use --workers N for processes"
        raise RemoteError(
            f"{address}: no Dask scheduler answers ({_first_line(error)}); {hint}; published feeds are intact"
        ) from None


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
