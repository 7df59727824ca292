"""The queue of WebSub notifications (W3C Recommendation, 2018): which hub, which feeds, when to try again. Pure.

The recommendation does not say how a publisher notifies its hub (section 7); hubs accept what PubSubHubbub 0.4
specified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

FIRST_PAUSE = 60.0  # seconds; doubled with every failure
LONGEST_PAUSE = 6 * 3600.0
LONGEST_RETRY = 24 * 3600.0  # whatever Retry-After says
PATIENCE = 3 * 24 * 3600.0  # after so long without an answer a feed is given up


class Waiting(NamedTuple):
    """The notifications that one hub has not accepted yet.

    `tries` counts the failures since it last answered, `due` is the time of the next attempt, `topics` are the
    addresses of feeds with the times since which they wait; all times are in seconds since 1970.
    """

    tries: int = 0
    due: float = 0.0
    topics: Mapping[str, float] = MappingProxyType({})


Queue = Mapping[str, Waiting]


class Told(NamedTuple):
    """What became of telling a hub of `topic`. `retry` is in seconds; `reason` is for people."""

    topic: str
    status: int
    reason: str = ""
    retry: float = 0.0

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def has_failed(self) -> bool:
        """Whether it is worth another try: the hub was not there, in trouble, or asks for patience."""
        return self.status == 0 or self.status >= 500 or self.status in (408, 425, 429)


def form(topic: str) -> dict[str, str]:
    """What a hub is sent."""
    return {"hub.mode": "publish", "hub.url": topic}


def entered(queue: Queue, hubs: Sequence[str], topics: Sequence[str], now: float) -> dict[str, Waiting]:
    """The queue with `topics` before all that wait already; hubs that are no longer asked for are forgotten."""
    found: dict[str, Waiting] = {}
    for hub in hubs:
        before = queue.get(hub, Waiting())
        waiting = {**{topic: before.topics.get(topic, now) for topic in topics}, **before.topics}
        if waiting:
            found[hub] = before._replace(topics=waiting)
    return found


def due(queue: Queue) -> float | None:
    """When somebody is to be told, None when nobody is."""
    return min((waiting.due for waiting in queue.values()), default=None)


def settled(queue: Queue, told: Mapping[str, Sequence[Told]], now: float) -> tuple[dict[str, Waiting], list[str]]:
    """The queue after a round of telling, and warnings for people: of what was refused, and what is given up."""
    left: dict[str, Waiting] = {}
    warnings: list[str] = []
    for hub, waiting in queue.items():
        after, warning = _settled(hub, waiting, told.get(hub, ()), now)
        warnings += warning
        if after.topics:
            left[hub] = after
    return left, warnings


def _settled(hub: str, waiting: Waiting, told: Sequence[Told], now: float) -> tuple[Waiting, list[str]]:
    failed = [one for one in told if one.has_failed]
    refused = [one for one in told if not one.has_failed and not one.is_done]
    topics = {topic: since for topic, since in waiting.topics.items() if topic not in {one.topic for one in told}}
    # What has failed goes behind the others, so that one feed that a hub chokes on holds up none.
    topics |= {one.topic: waiting.topics[one.topic] for one in failed}
    warnings = (
        [f"{hub} {refused[0].reason} and is not told of {_named([one.topic for one in refused])}"] if refused else []
    )
    tries, until = waiting.tries, waiting.due
    if len(told) > len(failed):
        tries, until = 0, 0.0
    if failed:
        tries += 1
        until = now + max(pause(tries), min(max(one.retry for one in failed), LONGEST_RETRY))
        if late := [topic for topic, since in topics.items() if now - since > PATIENCE]:
            warnings.append(f"{hub} {failed[-1].reason}: after three days it is not told any more of {_named(late)}")
            topics = {topic: since for topic, since in topics.items() if topic not in late}
    return Waiting(tries=tries, due=until, topics=topics), warnings


def pause(tries: int) -> float:
    """The seconds to wait after so many failures, one at least."""
    return min(FIRST_PAUSE * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE)


def _named(topics: Sequence[str]) -> str:
    return topics[0] if len(topics) == 1 else f"{len(topics)} feeds, such as {topics[0]}"
