"""Test the queue of hub notifications: what enters it, what leaves it, and when to retry."""

from __future__ import annotations

import json

import pytest

from feedmill.notify.websub_queue import (
    GIVE_UP_AFTER,
    HubAnswer,
    PendingTopics,
    apply_answers,
    enqueue,
    next_due,
    publish_form,
    retry_delay,
)
from feedmill.run.history import RunState

HUB, OTHER = "https://hub.example/", "https://other.example/?a&b"
A, B, C = (f"https://site.example/feeds/{name}/rss.xml" for name in "abc")


def waiting(*topics: str, tries: int = 0, due: float = 0.0, since: float = 100.0) -> PendingTopics:
    return PendingTopics(tries=tries, due=due, topics=dict.fromkeys(topics, since))


def test_what_has_changed_comes_first_and_waits_since_it_first_did() -> None:
    queue = enqueue({HUB: waiting(A, B, tries=2, due=500.0)}, (HUB, OTHER), (C, B), 200.0)
    assert [*queue[HUB].topics.items()] == [(C, 200.0), (B, 100.0), (A, 100.0)]
    assert (queue[HUB].tries, queue[HUB].due) == (2, 500.0)
    assert queue[OTHER] == waiting(C, B, since=200.0)
    rows = RunState(queue=queue).to_rows(RunState())
    assert RunState.from_rows(json.loads(json.dumps(rows))).queue == queue


def test_a_hub_that_is_no_longer_asked_for_is_forgotten_and_one_with_nothing_to_hear_is_not_there() -> None:
    assert enqueue({HUB: waiting(A)}, (OTHER,), (), 200.0) == {}


def test_who_is_told_leaves_the_queue() -> None:
    queue, warnings = apply_answers({HUB: waiting(A, B, tries=3)}, {HUB: [HubAnswer(A, 204), HubAnswer(B, 200)]}, 200.0)
    assert (queue, warnings, next_due(queue)) == ({}, [], None)


def test_what_a_round_did_not_come_to_is_due_at_once() -> None:
    queue, _ = apply_answers({HUB: waiting(A, B, C, tries=3, due=150.0)}, {HUB: [HubAnswer(A, 202)]}, 200.0)
    assert queue == {HUB: waiting(B, C)}
    assert next_due(queue) == 0.0


@pytest.mark.parametrize("status", [0, 408, 425, 429, 500, 502, 503, 599])
def test_a_failure_goes_behind_the_others_and_the_hub_is_left_alone_for_a_while(status: int) -> None:
    queue, warnings = apply_answers({HUB: waiting(A, B)}, {HUB: [HubAnswer(A, status, "fails")]}, 200.0)
    assert [*queue[HUB].topics] == [B, A]
    assert (queue[HUB].tries, queue[HUB].due, warnings) == (1, 260.0, [])


def test_pauses_grow_with_every_failure_up_to_six_hours() -> None:
    minutes = [retry_delay(tries) / 60 for tries in (1, 2, 3, 4, 9, 10, 11, 1000)]
    assert minutes == [1, 2, 4, 8, 256, 360, 360, 360]


def test_an_answer_begins_the_pauses_anew() -> None:
    queue, _ = apply_answers({HUB: waiting(A, B, tries=9)}, {HUB: [HubAnswer(A, 204), HubAnswer(B, 503)]}, 200.0)
    assert queue == {HUB: waiting(B, tries=1, due=260.0)}


@pytest.mark.parametrize("retry, until", [(30.0, 260.0), (1000.0, 1200.0), (1e12, 200.0 + 86400)])
def test_a_hub_may_ask_for_a_longer_pause_of_a_day_at_most(retry: float, until: float) -> None:
    queue, _ = apply_answers({HUB: waiting(A)}, {HUB: [HubAnswer(A, 429, "answers 429", retry)]}, 200.0)
    assert queue[HUB].due == until


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404, 410])
def test_what_is_refused_is_dropped_with_a_warning(status: int) -> None:
    told = [HubAnswer(A, status, f"answers {status}"), HubAnswer(B, 204), HubAnswer(C, status, f"answers {status}")]
    queue, warnings = apply_answers({HUB: waiting(A, B, C)}, {HUB: told}, 200.0)
    assert queue == {}
    assert warnings == [f"{HUB} answers {status}; not notified of 2 feeds, such as {A}"]


def test_after_three_days_of_failures_a_feed_is_given_up_with_a_warning() -> None:
    before = {HUB: PendingTopics(tries=20, due=0.0, topics={A: 100.0, B: 5000.0})}
    kept, silent = apply_answers(before, {HUB: [HubAnswer(A, 0, "is away")]}, 100.0 + GIVE_UP_AFTER)
    assert (len(kept[HUB].topics), silent) == (2, [])
    left, warnings = apply_answers(before, {HUB: [HubAnswer(A, 0, "is away")]}, 101.0 + GIVE_UP_AFTER)
    assert [*left[HUB].topics] == [B]
    assert warnings == [f"{HUB} is away; gave up after three days: not notified of {A}"]


def test_a_hub_that_is_only_slow_is_never_given_up() -> None:
    before = {HUB: waiting(A, B)}
    left, warnings = apply_answers(before, {HUB: [HubAnswer(A, 204)]}, 1e9)
    assert ([*left[HUB].topics], warnings) == ([B], [])


def test_a_hub_whose_time_has_not_come_keeps_what_it_waits_for() -> None:
    queue = {HUB: waiting(A, tries=2, due=900.0), OTHER: waiting(B)}
    assert apply_answers(queue, {OTHER: [HubAnswer(B, 204)]}, 200.0) == ({HUB: queue[HUB]}, [])


def test_what_a_hub_is_sent() -> None:
    assert publish_form(A) == {"hub.mode": "publish", "hub.url": A}
