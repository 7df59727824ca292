"""Who is told when a run has ended: the hubs of the feeds that changed, and who waits for a sign of life."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

from feedmill.notify.http import Answer, call, call_within
from feedmill.notify.options import TellingOptions, decode
from feedmill.notify.queue import Queue, Told, Waiting, form, settled
from feedmill.run.history import RunState
from posts.config.load import FILE, section
from posts.config.table import Table
from posts.errors import BusyError, FeedmillError
from posts.model import Problem
from posts.store.index import Index
from posts.store.lock import Lock

SECONDS = 5.0  # for all hubs together, and then for the ping
CONNECTIONS = 4  # to one hub at a time
_SHOWN = 2.0  # seconds without an answer that count as none when the time is up


def ping(options: Namespace, *, good: bool) -> list[Problem]:
    """Calls the address for runs that went well, or for those that did not; a problem where that fails."""
    telling = _configured(options)
    address = telling.success if good else telling.failure
    answer = call_within(SECONDS, address) if address else Answer(200)
    if answer.is_good:
        return []
    name = f"ping.{'success' if good else 'failure'}"
    return [_problem(options, "ping", f"[publish] {name}: the address {answer.reason}")]


def _configured(options: Namespace) -> TellingOptions:
    """What the configuration says, as far as it can be read: a run may have failed because it cannot."""
    mistakes: list[tuple[str, str]] = []
    try:
        found = decode(Table(section(options.site, options.config, "publish"), "publish", mistakes))
    except FeedmillError:
        return TellingOptions()
    return TellingOptions() if mistakes else found


class Round(NamedTuple):
    """How many times a hub was told of a feed, how many times one still waits to be, and what was in the way."""

    told: int = 0
    waiting: int = 0
    problems: Sequence[Problem] = ()


def tell(options: Namespace) -> Round:
    """Tells the hubs what is due, and keeps the rest for the next run. Raises nothing: what was published stands."""
    now = options.now.timestamp()
    left: Queue = {}
    told: Mapping[str, Sequence[Told]] = {}
    try:
        with Lock() as lock, closing(Index(options.state)) as index:
            if not index.is_known:
                return Round()
            lock.index(options.state)
            state = RunState.from_rows(index.run())
            queue: Queue = state.queue
            ready = {hub: waiting for hub, waiting in queue.items() if waiting.due <= now}
            if ready:
                told = round_of(ready)
            left, warnings = settled(queue, told, now)
            if left != queue:
                with index.change() as change:
                    change.run(replace(state, queue=left).to_rows(state))
    except BusyError:  # who is at work tells them
        return Round()
    except FeedmillError as error:
        warnings = [f"what the hubs have been told cannot be remembered: {error}"]
    done = sum(one.is_done for each in told.values() for one in each)
    waiting = sum(len(one.topics) for one in left.values())
    return Round(done, waiting, [_problem(options, "hub", warning) for warning in warnings])


def _problem(options: Namespace, code: str, message: str) -> Problem:
    return Problem(str(options.config or FILE), 0, code, "warning", message)


class _Event(NamedTuple):
    """Of one hub: `told` says what became of a topic, None that it has just been begun with."""

    hub: str
    topic: str
    at: float
    told: Told | None = None


def round_of(queue: Queue, seconds: float = SECONDS) -> dict[str, list[Told]]:
    """Tells all hubs at once, and ends in time whatever they do; gives what became of the topics that it came to.

    Each topic is a request of its own: some hubs see only the last of several.
    """
    end = time.monotonic() + seconds
    box: SimpleQueue[_Event | None] = SimpleQueue()
    workers = sum(_start(hub, waiting, box, end) for hub, waiting in queue.items())
    told: dict[str, list[Told]] = {}
    begun: dict[tuple[str, str], float] = {}
    while workers:
        try:
            event = box.get(timeout=max(end - time.monotonic(), 0.001))
        except Empty:
            break
        if event is None:
            workers -= 1
        elif event.told is None:
            begun[event.hub, event.topic] = event.at
        else:
            del begun[event.hub, event.topic]
            told.setdefault(event.hub, []).append(event.told)
    for (hub, topic), at in begun.items():
        if end - at >= _SHOWN:
            told.setdefault(hub, []).append(Told(topic, 0, "has not answered in time"))
    return told


def _start(hub: str, waiting: Waiting, box: SimpleQueue[_Event | None], end: float) -> int:
    """Starts the threads for one hub, and gives their number. They are daemons: none keeps the process."""
    topics, failed = deque(waiting.topics), Event()

    def work() -> None:
        while topics and not failed.is_set() and time.monotonic() < end:
            try:
                topic = topics.popleft()
            except IndexError:  # another thread was faster
                break
            box.put(_Event(hub, topic, time.monotonic()))
            answer = call(hub, form(topic))
            told = Told(topic, *answer)
            if told.has_failed:  # the others would fare no better
                failed.set()
            box.put(_Event(hub, topic, time.monotonic(), told))
        box.put(None)

    number = min(CONNECTIONS, len(topics)) if not waiting.tries else 1
    for _ in range(number):
        Thread(target=work, daemon=True).start()
    return number
