"""What a run leaves in the index: `RunState` and the rows of table `run`."""

from __future__ import annotations

import json

import pytest

from feedmill.cli.report import Report
from feedmill.notify.websub_queue import PendingTopics
from feedmill.run.history import DestinationState, RunLogEntry, RunState
from feedmill.run.options import RunRequest
from posts.errors import Problem

STATE = RunState(
    request=RunRequest("/c.toml", "/site", "/out"),
    environment="abc",
    versions={"lxml": "5.3", "posts/": "1234"},
    metadata_key="key",
    began=1,
    ended=2,
    now=3.5,
    first_run=3,
    next_change=9.0,
    report=Report(posts=3, skipped=1, feeds=2, next_due=9.0, problems=[Problem("a.md", 1, "bad-date", "error", "x")]),
    log=(RunLogEntry(3.5, 0.1, written=4, new=3),),
    has_ping=True,
    pending=("rss.xml",),
    queue={"https://hub.example/": PendingTopics(1, 60.0, {"https://site.example/rss.xml": 3.5})},
    is_unfinished=True,
    out="/out",
    prefix="feeds",
    specimens="abc",
    to=("s3://bucket/feeds",),
    destinations={"s3://bucket/feeds": DestinationState(is_complete=True, completed=3.5, error="refused")},
)


def test_a_state_survives_the_index() -> None:
    assert RunState.from_rows(json.loads(json.dumps(STATE.to_rows(RunState())))) == STATE


def test_every_field_is_part_of_this_test() -> None:
    assert [name for name in RunState._fields if getattr(STATE, name) == getattr(RunState(), name)] == []


def test_a_field_that_returns_to_its_default_is_written() -> None:
    rows = STATE.to_rows(RunState()) | STATE._replace(pending=(), next_change=None).to_rows(STATE)
    state = RunState.from_rows(json.loads(json.dumps(rows)))
    assert (state.pending, state.next_change) == ((), None)


def test_keys_that_are_not_known_are_ignored_and_missing_ones_have_defaults() -> None:
    assert RunState.from_rows({"ledger": {"items": 1}, "later": [], "now": 3}) == RunState(now=3.0, is_unfinished=True)
    assert RunState.from_rows({}) == RunState()


@pytest.mark.parametrize("key", sorted(STATE.to_rows(RunState())))
def test_a_value_of_another_shape_counts_as_missing(key: str) -> None:
    RunState.from_rows({key: [[[]]]})
    RunState.from_rows({key: {"a": "b"}})


def test_the_rows_of_the_first_versions_are_read() -> None:
    rows = {
        "setting": {"config": "", "site": "/site", "out": "/out"},
        "environment": ["3.11.9", [["/usr/lib/python3.11", 1]]],
        "facts_key": "key",
        "first": 0,
        "due": None,
        "report": {"posts": 1, "skipped": 0, "feeds": 1, "next_due": None, "problems": []},
        "runs": [{"at": 1.0, "seconds": 0.1, "written": 3, "removed": 0, "new": 1, "changed": 0, "gone": 0}],
        "pings": False,
        "queue": {"https://hub.example/": {"tries": 0, "due": 0.0, "topics": {"https://site.example/rss.xml": 1.0}}},
        "unfinished": False,
    }
    state = RunState.from_rows(rows)
    assert (state.environment, state.first_run, state.out, state.metadata_key) == ("", 0, "/out", "key")
    assert state.log == (RunLogEntry(1.0, 0.1, 3, 0, 1, 0, 0),)
    assert state.queue == {"https://hub.example/": PendingTopics(0, 0.0, {"https://site.example/rss.xml": 1.0})}


def test_the_log_has_the_last_runs_that_wrote() -> None:
    state = RunState()
    for at in range(30):
        state = state._replace(log=state.with_run(Report(written=["rss.xml"] if at % 2 else []), at))
    assert [entry.at for entry in state.log] == list(range(1, 30, 2))
