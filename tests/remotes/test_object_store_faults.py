"""A fault at every request of an upload to an object store: no object is torn, and the next upload completes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from feeds.remotes.base import LocalFile, Update
from feeds.remotes.object_store import ObjectStoreRemote
from posts.errors import RemoteError
from posts.files.remote_address import parse_address
from posts.objects.connect import Patience
from posts.objects.store import ObjectStore
from tests.remotes.fault_proxy import FaultProxy, fault_proxy
from tests.remotes.object_stores import clean_environment, s3_server

ADDRESS = parse_address("s3://bucket/site/feeds")
PATIENCE = Patience(retries=1, first_pause=0.005, longest_pause=0.01, timeout=5, total=10)
IMPATIENCE = replace(PATIENCE, timeout=0.5)
STAGES = (("atom-archive-1.xml",), ("page/新闻.html",), ("rss.xml", "feed.json"), ("feeds.opml",))
PATHS = [path for stage in STAGES for path in stage]
REQUESTS = len(PATHS) + 1  # the last one removes
SECRETS = ("AKIASECRET", "VERYSECRET", "SIGSECRET", "Authorization")

# What a second try overcomes if the fault is there once, and what it cannot.
OVERCOME = ("reset", "answer lost", "slow", "500", "truncated", "damaged")
FINAL = ("403", "clock", "refused")
CASES = [(fault, times) for fault in OVERCOME for times in (1, 1000)] + [(fault, 1000) for fault in FINAL]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture(autouse=True)
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean_environment(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "VERYSECRET")


@pytest.fixture
def proxy(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    with fault_proxy(endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        yield proxy


def old(path: str) -> bytes:
    return f"old {path}".encode() * 20


def new(path: str) -> bytes:
    return f"new {path}".encode() * 30


def planned(folder: Path, without: Sequence[str] = ()) -> Update:
    def local(path: str) -> LocalFile:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(new(path))
        return LocalFile(path, target, len(new(path)), "text/plain; charset=utf-8", "max-age=300")

    stages = (tuple(local(path) for path in stage if path not in without) for stage in STAGES)
    return Update(tuple(stages), tuple(path for path in ("gone.xml",) if path not in without))


def held(store: ObjectStore) -> dict[str, bytes]:
    return {one.path: store.get(one.path) for one in store.list()}


def updated(update: Update, patience: Patience = PATIENCE) -> tuple[list[str], str]:
    done: list[str] = []
    try:
        with ObjectStoreRemote(ADDRESS, patience, concurrency=2) as remote:
            remote.update(update, done.extend)
    except RemoteError as error:
        return done, str(error)
    return done, ""


@pytest.mark.parametrize("fault, times", CASES)
def test_every_object_is_whole_and_in_order_and_the_next_update_completes_it(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, times: int
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    direct = ObjectStore(ADDRESS, PATIENCE)
    for first in range(0, REQUESTS, 3 if fault == "slow" else 1):
        with fault_proxy(endpoint) as between:
            for path in [*PATHS, "gone.xml"]:
                direct.put(path, old(path))
            monkeypatch.setenv("AWS_ENDPOINT_URL", between.address)
            between.plan(fault, first, times)
            done, message = updated(planned(tmp_path))
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        now = held(direct)
        if not (fault == "damaged" and message):
            assert all(now[path] in {old(path), new(path)} for path in PATHS)
        replaced = [all(now[path] == new(path) for path in stage) for stage in STAGES]
        begun = [any(now[path] == new(path) for path in stage) for stage in STAGES]
        assert all(all(replaced[:at]) for at in range(len(STAGES)) if begun[at]), "a stage began before the one before"
        assert "gone.xml" in now or all(replaced)
        assert all(now.get(path) == (new(path) if path in PATHS else None) for path in done)
        writes = first < REQUESTS - 1  # the last request removes, and has no bytes that could be damaged
        succeeds = times == 1 or (fault == "damaged" and not writes)
        assert (message == "") == succeeds, (first, message)
        if message:
            assert message.startswith("s3://bucket/site/feeds: ")
            assert not any(secret in message for secret in SECRETS)
            assert len(done) < REQUESTS
        assert updated(planned(tmp_path, done))[1] == ""
        assert held(direct) == {path: new(path) for path in PATHS}


REASONS = {
    "refused": "its server cannot be reached",
    "reset": "the connection was lost",
    "slow": "the server did not answer in time",
    "500": "the store could not answer, several times (InternalError)",
    "403": "access is denied (AccessDenied); the credentials need s3:PutObject",
    "clock": "the clock of this machine is wrong (RequestTimeTooSkewed)",
    "damaged": "was damaged on the way, 3 times",
}


@pytest.mark.parametrize("fault", REASONS)
def test_the_message_says_what_failed_and_what_to_do(proxy: FaultProxy, tmp_path: Path, fault: str) -> None:
    proxy.plan(fault, 0, 1000)
    _, message = updated(planned(tmp_path), IMPATIENCE)
    assert REASONS[fault] in message
    assert fault == "damaged" or "atom-archive-1.xml failed" in message
