"""`[publish] ping`: an address is called after each run, good or not; nothing that it does changes a run, and none
learns the address."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedmill.run.pipeline import Pipeline
from posts.store.lock import Lock
from tests.hub import Hub, hub
from tests.sites import Command, Outcome, post, site, tree

ROOT = Path(__file__).parent.parent
A = "_posts/2021-12-31-a.md"
SECRET = "0123-secret-4567"


@pytest.fixture
def listener() -> Iterator[Hub]:
    with hub() as found:
        yield found


def configured(listener: Hub, **paths: str) -> str:
    pings = {name: f"{listener.url}{path}" for name, path in paths.items()}
    table = ", ".join(f"{name} = {json.dumps(address)}" for name, address in pings.items())
    return f"[publish]\nping = {{ {table} }}\n"


@pytest.fixture
def root(tmp_path: Path, listener: Hub) -> Path:
    toml = configured(listener, success=f"{SECRET}/ok", failure=f"{SECRET}/bad")
    return site(tmp_path / "site", {A: post("A"), "feedmill.toml": toml})


def called(listener: Hub) -> list[str]:
    """What was called since it was last asked: "ok", "bad"."""
    found = [path.rpartition("/")[2] for method, path, _ in listener.requests if method == "GET"]
    listener.requests.clear()
    return found


def said_of_ping(said: Outcome) -> list[str]:
    return [line for line in said.err.splitlines() if "[ping]" in line]


def test_every_run_says_that_it_went_well_also_one_in_which_nothing_changed(
    feedmill: Command, root: Path, listener: Hub
) -> None:
    for options in ((), (), ("--full",)):
        assert feedmill(root, *options).code == 0
        assert called(listener) == ["ok"]


def test_who_only_looks_calls_nobody(feedmill: Command, root: Path, listener: Hub) -> None:
    for verb in ("check", "diff", "list", "status", "init"):
        feedmill(verb, root)
    assert called(listener) == []


def test_a_run_that_fails_says_so(feedmill: Command, root: Path, listener: Hub) -> None:
    assert feedmill(root).code == 0
    assert called(listener) == ["ok"]
    for path in ("a", "b", "c"):
        site(root, {f"_posts/2021-12-30-{path}.md": post(path)}, None)
    assert feedmill(root).code == 0
    assert called(listener) == ["ok"]
    for path in (root / "_posts").iterdir():
        path.unlink()
    assert feedmill(root).code == 3
    assert called(listener) == ["bad"]
    site(root, {"_posts/2021-12-31-a.md": "---\ntitle: [\n---\n"}, None)
    assert feedmill(root, "--allow-removals", "--strict").code == 1
    assert called(listener) == ["bad"]


def test_a_mistake_elsewhere_in_the_configuration_is_told(feedmill: Command, root: Path, listener: Hub) -> None:
    with (root / "feedmill.toml").open("a") as file:
        file.write("\n[feeds]\nitmes = 3\n")
    assert feedmill(root).code == 2
    assert called(listener) == ["bad"]


def test_a_run_that_finds_another_one_at_work_says_nothing(feedmill: Command, root: Path, listener: Hub) -> None:
    with Lock() as lock:
        lock.index(root / ".feedmill" / "index.sqlite3")
        assert feedmill(root).code == 75
    assert called(listener) == []


def test_a_mistake_of_ours_is_told(
    feedmill: Command, root: Path, listener: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(Pipeline, "make", lambda *_: 1 / 0)
    assert feedmill(root).code == 4
    assert called(listener) == ["bad"]


@pytest.mark.parametrize(
    "trouble, reason",
    [
        ("hang", "did not answer in time"),
        ("drip", "did not answer in time"),
        ("reset", "cannot be reached (Connection reset by peer)"),
        ("garbage", "did not send a valid HTTP response (BadStatusLine)"),
        (404, "answers 404"),
        (500, "answers 500"),
        ((302, {"Location": "file:///etc/passwd"}), "answers 302 with a redirect that is not followed"),
        ((302, {"Location": "http://a:b@c/"}), "answers 302 with a redirect that is not followed"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_ping_that_fails_is_a_warning_and_changes_nothing_else(
    feedmill: Command, root: Path, listener: Hub, trouble: object, reason: str, is_first: bool
) -> None:
    if not is_first:
        assert feedmill(root).code == 0
    listener.answers["*"] = [trouble]
    began = time.monotonic()
    said = feedmill(root, "--json", "--strict")
    assert time.monotonic() - began < 5 + 4  # seconds: the ping and the run
    assert said.code == 0
    assert said_of_ping(said) == [f"feedmill.toml:2: warning: [publish] ping.success: the address {reason} [ping]"]
    assert [problem["code"] for problem in said.report["problems"]] == ["ping"]
    assert said.report["posts"] == 1
    listener.stop.set()
    listener.answers.clear()
    assert feedmill(root, "--json").report["problems"] == []


def test_a_redirect_is_followed_three_times(feedmill: Command, root: Path, listener: Hub) -> None:
    listener.answers[f"/{SECRET}/ok"] = [(302, {"Location": "/a"})]
    listener.answers["/a"], listener.answers["/b"] = [(308, {"Location": "/b"})], [(303, {"Location": "/c"})]
    assert said_of_ping(feedmill(root)) == []
    assert called(listener) == ["ok", "a", "b", "c"]
    listener.answers["*"] = [(302, {"Location": "/on"})] * 9
    assert "redirects more than 3 times" in feedmill(root).err
    assert len(called(listener)) == 4


def test_the_address_is_printed_and_kept_nowhere(feedmill: Command, root: Path, listener: Hub) -> None:
    listener.answers["*"] = ["reset", 404, "garbage", (302, {"Location": f"ftp://x/{SECRET}"})]
    for options in (("--verbose",), ("--json",), ("--full",), ()):
        said = feedmill(root, *options)
        assert "[ping]" in said.err
        assert SECRET not in said.out + said.err
    for verb in ("status", "diff", "list", "check"):
        said = feedmill(verb, root)
        assert SECRET not in said.out + said.err
    for form in ("systemd", "cron", "github", "docker"):
        assert SECRET not in feedmill("schedule", root, "--every", "10m", "--as", form).out
    kept = {path: data for path, data in tree(root).items() if path != "feedmill.toml"}
    assert [path for path, data in kept.items() if SECRET.encode() in data] == []


@pytest.mark.parametrize(
    "written",
    [
        f'"https://ping.example/{SECRET}"',
        f'["https://ping.example/{SECRET}"]',
        f'{{ sucess = "https://ping.example/{SECRET}" }}',
        f'{{ success = "ping.example/{SECRET}" }}',
        f'{{ success = "https://ping.example:{SECRET}/" }}',
        f'{{ success = "https://me:{SECRET}@ping.example/" }}',
        f'{{ failure = "file:///{SECRET}" }}',
        f'{{ failure = ["https://ping.example/{SECRET}"] }}',
        "{}",
    ],
)
def test_a_mistake_is_named_without_the_address(feedmill: Command, root: Path, listener: Hub, written: str) -> None:
    site(root, {"feedmill.toml": f"[publish]\nping = {written}\n"}, None)
    said = feedmill(root, "--json")
    assert said.code == 2
    assert "feedmill.toml:2: error: [publish] ping" in said.err
    assert SECRET not in said.out + said.err
    assert called(listener) == []


def test_without_ping_and_hub_nothing_more_is_imported(root: Path) -> None:
    code = "import sys, publish; code = publish.main([sys.argv[1], '--json']); print(*sys.modules); sys.exit(code)"
    found = []
    for toml in ("", (root / "feedmill.toml").read_text("utf-8")):
        site(root, {"feedmill.toml": toml}, None)
        for _ in range(2):  # the second one has nothing to do
            command = [sys.executable, "-c", code, root]
            run = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
        found.append(set(run.stdout.splitlines()[1].split()))
    mute, speaking = found
    calling = {
        "urllib.request",
        "http.client",
        "ssl",
        "tomllib",
        "feedmill.notify.ping",
        "feedmill.notify.websub",
        "feedmill.notify.http",
        "feedmill.notify.websub_queue",
    }
    assert not mute & calling
    # A ping alone needs neither hubs nor their queue.
    assert calling - {"feedmill.notify.websub", "feedmill.notify.websub_queue"} <= speaking
    assert not speaking & {"lxml", "bs4", "feedgen", "frontmatter", "feedmill.run.pipeline"}


def test_who_is_told_is_what_the_configuration_says_now(feedmill: Command, root: Path, listener: Hub) -> None:
    assert feedmill(root).code == 0
    assert called(listener) == ["ok"]
    site(root, {"feedmill.toml": configured(listener, success="another/new")}, None)
    assert feedmill(root).code == 0
    assert called(listener) == ["new"]
    site(root, {"feedmill.toml": ""}, None)
    assert feedmill(root).code == 0
    assert feedmill(root).code == 0
    assert called(listener) == []
