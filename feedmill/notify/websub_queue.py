"""Define the queue of WebSub notifications: the feeds that each hub must still be notified of, and when. Pure.

For each hub, the queue holds the number of failures since its last answer (`tries`), when to try again (`due`), and
the addresses of the feeds (`topics`) with the time since which they are pending. All times are in seconds since 1970.
The queue consists of JSON values, since the index stores it. The W3C Recommendation (2018) leaves open how a
publisher notifies its hub; this is the request that hubs have kept from PubSubHubbub 0.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

FIRST_DELAY = 60.0  # seconds; doubled with every failure
MAX_DELAY = 6 * 3600.0
MAX_RETRY_AFTER = 24 * 3600.0  # whatever Retry-After says
GIVE_UP_AFTER = 3 * 24 * 3600.0


class PendingTopics(NamedTuple):
    """The notifications that one hub must still get."""

    tries: int = 0
    due: float = 0.0
    topics: Mapping[str, float] = MappingProxyType({})


Queue = Mapping[str, PendingTopics]


class HubAnswer(NamedTuple):
    """A hub's answer for `topic`: an HTTP status (0: none), the reason in words, and Retry-After in seconds."""

    topic: str
    status: int
    reason: str = ""
    retry: float = 0.0

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def has_failed(self) -> bool:
        """Return whether to try again, because the hub did not answer, had an internal error, or asks to wait."""
        return self.status == 0 or self.status >= 500 or self.status in (408, 425, 429)


def publish_form(topic: str) -> dict[str, str]:
    """Return the form fields of a notification."""
    return {"hub.mode": "publish", "hub.url": topic}


def enqueue(queue: Queue, hubs: Sequence[str], topics: Sequence[str], now: float) -> dict[str, PendingTopics]:
    """Return the queue with `topics` before those that are pending already; hubs not in `hubs` are dropped."""
    found: dict[str, PendingTopics] = {}
    for hub in hubs:
        before = queue.get(hub, PendingTopics())
        pending = {topic: before.topics.get(topic, now) for topic in topics} | dict(before.topics)
        if pending:
            found[hub] = PendingTopics(tries=before.tries, due=before.due, topics=pending)
    return found


def next_due(queue: Queue) -> float | None:
    """Return when the next notification is due, None for an empty queue."""
    return min((pending.due for pending in queue.values()), default=None)


def apply_answers(
    queue: Queue, answers: Mapping[str, Sequence[HubAnswer]], now: float
) -> tuple[dict[str, PendingTopics], list[str]]:
    """Return the queue after the hubs' answers, and warnings about topics that were refused or given up."""
    left: dict[str, PendingTopics] = {}
    warnings: list[str] = []
    for hub, pending in queue.items():
        after, warning = _apply(hub, pending, answers.get(hub, ()), now)
        warnings += warning
        if after.topics:
            left[hub] = after
    return left, warnings


def _apply(
    hub: str, pending: PendingTopics, answers: Sequence[HubAnswer], now: float
) -> tuple[PendingTopics, list[str]]:
    failed = [one for one in answers if one.has_failed]
    refused = [one for one in answers if not one.has_failed and not one.is_done]
    answered = {one.topic for one in answers}
    topics = {topic: since for topic, since in pending.topics.items() if topic not in answered}
    # Failed topics go to the end, so that one feed that a hub cannot handle does not block the others.
    topics |= {one.topic: pending.topics[one.topic] for one in failed}
    warnings = []
    if refused:
        warnings.append(f"{hub} {refused[0].reason}; not notified of {_named([one.topic for one in refused])}")
    tries, until = pending.tries, pending.due
    if len(answers) > len(failed):
        tries, until = 0, 0.0
    if failed:
        tries += 1
        until = now + max(retry_delay(tries), min(max(one.retry for one in failed), MAX_RETRY_AFTER))
        if late := [topic for topic, since in topics.items() if now - since > GIVE_UP_AFTER]:
            warnings.append(f"{hub} {failed[-1].reason}; gave up after three days: not notified of {_named(late)}")
            topics = {topic: since for topic, since in topics.items() if topic not in late}
    return PendingTopics(tries=tries, due=until, topics=topics), warnings


def retry_delay(tries: int) -> float:
    """Return the seconds to wait after `tries` failures (at least one)."""
    return min(FIRST_DELAY * 2.0 ** min(tries - 1, 20), MAX_DELAY)


def _named(topics: Sequence[str]) -> str:
    return topics[0] if len(topics) == 1 else f"{len(topics)} feeds, such as {topics[0]}"
