"""Notify WebSub hubs of changed feeds after a run; used by `feedmill publish` and `feedmill tell`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

from feedmill.notify.http import call
from feedmill.notify.websub_queue import HubAnswer, PendingTopics, Queue, apply_answers, publish_form
from feedmill.run.history import RunState
from posts.config.load import FILE, line_of
from posts.errors import BusyError, FeedmillError, Problem
from posts.problems import make_problem
from posts.store.index import Index
from posts.store.lock import Lock

HUBS_TIMEOUT = 5.0  # seconds, for all hubs together
CONNECTIONS = 4  # to one hub at a time
_NO_ANSWER = 2.0  # seconds without an answer that count as a failure when the time is up


class Notified(NamedTuple):
    """The result of `notify_hubs`: the number of notifications sent and still pending, and warnings."""

    sent: int = 0
    pending: int = 0
    problems: Sequence[Problem] = ()


def notify_hubs(site: Path, state: Path, now: datetime, config: Path | None) -> Notified:
    """Send the notifications that are due and keep the rest for the next run.

    No error is raised, because the feeds are already published. While a destination is not complete, none is sent.

    Args:
        site: The folder of the site.
        state: The index, which has the queue.
        now: The time of the run.
        config: The file of `--config`, which warnings name.
    """
    at = now.timestamp()
    left: Queue = {}
    answers: Mapping[str, Sequence[HubAnswer]] = {}
    try:
        with Lock() as lock, closing(Index(state)) as index:
            if not index.is_known:
                return Notified()
            lock.index(state)
            run = RunState.from_rows(index.run())
            queue: Queue = run.queue
            if queue and run.incomplete:
                return Notified(pending=_count(queue), problems=[_held_back(site, config, run.incomplete)])
            ready = {hub: pending for hub, pending in queue.items() if pending.due <= at}
            if ready:
                answers = send_notifications(ready)
            left, warnings = apply_answers(queue, answers, at)
            if left != queue:
                with index.change() as change:
                    change.run(run._replace(queue=left).to_rows(run))
    except BusyError:  # the run that holds the lock notifies them
        return Notified()
    except FeedmillError as error:
        warnings = [f"cannot save which hubs were notified: {error}"]
    sent = sum(one.is_done for each in answers.values() for one in each)
    pending = _count(left)
    line = line_of(site, config, "publish.hub") if warnings else 0
    problems = [make_problem(str(config or FILE), line, "hub", warning) for warning in warnings]
    return Notified(sent, pending, problems)


def _count(queue: Queue) -> int:
    return sum(len(pending.topics) for pending in queue.values())


def _held_back(site: Path, config: Path | None, incomplete: Sequence[str]) -> Problem:
    """Return the warning that hubs are not notified before subscribers can get what has changed."""
    names = ", ".join(incomplete)
    message = f"hubs are not notified while destinations are not complete: {names}; run `feedmill deploy {site}`"
    return make_problem(str(config or FILE), line_of(site, config, "publish.to"), "hub", message)


class _Event(NamedTuple):
    """A message from a worker: `answer` is the hub's answer for `topic`, None when the request starts."""

    hub: str
    topic: str
    at: float
    answer: HubAnswer | None = None


def send_notifications(queue: Queue, seconds: float = HUBS_TIMEOUT) -> dict[str, list[HubAnswer]]:
    """Notify all hubs in parallel and return the answers of those topics that were tried in `seconds`.

    Each topic is a separate request, because some hubs read only the last `hub.url` of several.
    """
    end = time.monotonic() + seconds
    box: SimpleQueue[_Event | None] = SimpleQueue()
    workers = sum(_start(hub, pending, box, end) for hub, pending in queue.items())
    answers: dict[str, list[HubAnswer]] = {}
    started: dict[tuple[str, str], float] = {}
    while workers:
        try:
            event = box.get(timeout=max(end - time.monotonic(), 0.001))
        except Empty:
            break
        if event is None:
            workers -= 1
        elif event.answer is None:
            started[event.hub, event.topic] = event.at
        else:
            del started[event.hub, event.topic]
            answers.setdefault(event.hub, []).append(event.answer)
    for (hub, topic), at in started.items():
        if end - at >= _NO_ANSWER:
            answers.setdefault(hub, []).append(HubAnswer(topic, 0, "did not answer in time"))
    return answers


def _start(hub: str, pending: PendingTopics, box: SimpleQueue[_Event | None], end: float) -> int:
    """Start the threads for one hub and return their number. They are daemons, so none keeps the process alive."""
    topics, failed = deque(pending.topics), Event()

    def work() -> None:
        while topics and not failed.is_set() and time.monotonic() < end:
            try:
                topic = topics.popleft()
            except IndexError:  # another thread was faster
                break
            box.put(_Event(hub, topic, time.monotonic()))
            answer = HubAnswer(topic, *call(hub, publish_form(topic)))
            if answer.has_failed:  # the other requests would fail, too
                failed.set()
            box.put(_Event(hub, topic, time.monotonic(), answer))
        box.put(None)

    number = min(CONNECTIONS, len(topics)) if not pending.tries else 1
    for _ in range(number):
        Thread(target=work, daemon=True).start()
    return number
