"""WebSub: the hubs stand in every feed, and are told of what changed, when it is out, whatever state they are in."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from xml.etree import ElementTree as ET

import pytest

from feedmill.notify.websub import send_notifications
from feedmill.notify.websub_queue import PendingTopics
from tests.hub import Hub, hub, subscriber
from tests.sites import Command, post, site, tree
from tests.web import web

ROOT = Path(__file__).parent.parent
ATOM = "{http://www.w3.org/2005/Atom}"
A, B = "_posts/2021-12-31-a.md", "_posts/2021-12-31-b.md"
ALL = ["/feeds/atom.xml", "/feeds/feed.json", "/feeds/rss.xml"]
NEWS, SPORT = (
    [f"/feeds/category/{name}/{file}" for file in ("atom.xml", "feed.json", "rss.xml")] for name in ("news", "sport")
)
NOW = 1_700_000_000


@pytest.fixture
def listener() -> Iterator[Hub]:
    with hub() as found:
        yield found


def configured(*hubs: str, more: str = "pages = false\n") -> str:
    return f"[publish]\nhub = {json.dumps(hubs)}\n\n[feeds]\n{more}"


@pytest.fixture
def root(tmp_path: Path, listener: Hub) -> Path:
    sport = post("B").replace("categories: news", "categories: sport")
    return site(tmp_path / "site", {A: post("A"), B: sport, "feedmill.toml": configured(listener.url)})


def at(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + seconds))


def run(feedmill: Command, root: Path, seconds: float, *options: object) -> dict[str, object]:
    said = feedmill(root, "--json", "--now", at(seconds), *options)
    assert said.code == 0, said.err
    return said.report


def warnings(report: dict[str, object]) -> list[str]:
    return [problem["message"] for problem in report["problems"] if problem["code"] == "hub"]  # type: ignore[attr-defined]


# In the feeds


def test_the_hubs_stand_beside_the_link_to_itself_in_every_format(feedmill: Command, root: Path, listener: Hub) -> None:
    other = f"{listener.url}other?a&b"
    site(root, {"feedmill.toml": configured(listener.url, other)}, None)
    assert feedmill(root).code == 0
    feeds = root / "feeds"
    for name, path in (("rss.xml", f"channel/{ATOM}link"), ("atom.xml", f"{ATOM}link")):
        found = [(link.get("rel"), link.get("href")) for link in ET.parse(feeds / name).getroot().findall(path)]
        expected = [("self", f"https://site.example/feeds/{name}"), ("hub", listener.url), ("hub", other)]
        assert found[:3] == expected
        assert [rel for rel, _ in found].count("hub") == 2
    document = json.loads((feeds / "feed.json").read_text("utf-8"))
    assert document["hubs"] == [{"type": "WebSub", "url": listener.url}, {"type": "WebSub", "url": other}]
    assert "ns0" not in (feeds / "rss.xml").read_text("utf-8")


def test_another_hub_makes_every_feed_anew_and_none_leaves_every_byte_as_it_was(
    feedmill: Command, root: Path, listener: Hub
) -> None:
    site(root, {"feedmill.toml": "[feeds]\npages = false\n"}, None)
    assert feedmill(root).code == 0
    without = tree(root / "feeds")
    site(root, {"feedmill.toml": configured(listener.url)}, None)
    assert len(feedmill(root, "--json").report["written"]) == 9
    assert listener.topics == sorted([*ALL, *NEWS, *SPORT])
    site(root, {"feedmill.toml": "[feeds]\npages = false\n"}, None)
    assert len(feedmill(root, "--json").report["written"]) == 9
    assert tree(root / "feeds") == without
    assert listener.topics == []


@pytest.mark.parametrize(
    "value",
    [
        "hub.example",
        "ftp://hub.example/",
        "https://",
        "https://a b/",
        "https://a:b@hub.example/",
        "https://h.example/#x",
    ],
)
def test_what_is_no_hub_is_a_mistake(feedmill: Command, root: Path, value: str) -> None:
    site(root, {"feedmill.toml": configured(value)}, None)
    said = feedmill(root)
    assert said.code == 2
    assert "publish.hub: expected the address of a hub" in said.err
    assert "a:b" not in said.err


def test_more_than_eight_hubs_are_a_mistake(feedmill: Command, root: Path) -> None:
    site(root, {"feedmill.toml": configured(*(f"https://hub.example/{number}" for number in range(9)))}, None)
    assert "expected at most 8 hubs, not 9" in feedmill(root).err


def test_the_pages_name_the_hubs_too(feedmill: Command, root: Path, listener: Hub) -> None:
    site(root, {"feedmill.toml": configured(listener.url, "https://hub.example/?a&b", more="")}, None)
    assert feedmill(root, "--hold").code == 0
    for page in ("index.html", "category/news/index.html"):
        text = (root / "feeds" / page).read_text("utf-8")
        assert f'<link rel="hub" href="{listener.url}" />' in text
        assert '<link rel="hub" href="https://hub.example/?a&amp;b" />' in text


# Who is told


def test_hubs_are_told_of_the_feeds_that_changed_and_of_nothing_else(
    feedmill: Command, root: Path, listener: Hub
) -> None:
    site(
        root,
        {"feedmill.toml": configured(listener.url, more="pages = false\ngzip = true\nheaders = true\n")},
        None,
    )
    run(feedmill, root, 0)
    assert listener.topics == sorted([*ALL, *NEWS, *SPORT])
    run(feedmill, root, 60)
    assert listener.requests[9:] == []
    site(root, {A: post("A changed")}, None)
    run(feedmill, root, 120)
    assert listener.topics == sorted([*ALL, *NEWS])


def test_hubs_are_told_of_no_archive(feedmill: Command, root: Path, listener: Hub) -> None:
    site(root, {"feedmill.toml": configured(listener.url, more='archives = true\nitems = 1\nkeep = "0h"\n')}, None)
    run(feedmill, root, 0)
    assert (root / "feeds" / "atom-archive-1.xml").exists()
    assert listener.topics == sorted([*ALL, *NEWS, *SPORT])


def test_who_only_looks_tells_nobody(feedmill: Command, root: Path, listener: Hub) -> None:
    assert feedmill("check", root).code == 0
    assert feedmill("diff", root).code == 1
    assert feedmill("status", root).code == 0
    assert listener.requests == []


def test_hubs_are_told_when_the_files_are_out_and_the_index_says_so(
    feedmill: Command, root: Path, listener: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, bool]] = []
    real = listener.publish

    def publish(topic: str) -> None:
        index = sqlite3.connect(root / ".feedmill" / "index.sqlite3")
        unfinished = index.execute("SELECT value FROM run WHERE key = 'unfinished'").fetchone()[0]
        index.close()
        path = root / "feeds" / topic.removeprefix("https://site.example/feeds/")
        seen.append((listener.url in path.read_text("utf-8"), unfinished == "false"))
        real(topic)

    monkeypatch.setattr(listener, "publish", publish)
    run(feedmill, root, 0)
    assert seen == [(True, True)] * 9


def test_no_more_than_four_requests_are_at_a_hub_at_one_time(feedmill: Command, root: Path, listener: Hub) -> None:
    listener.delay = 0.1
    run(feedmill, root, 0)
    assert len(listener.told) == 9
    assert 2 <= listener.most <= 4


def test_a_complete_round_trip(feedmill: Command, tmp_path: Path, listener: Hub) -> None:
    """Published, discovered, subscribed with proof of intent, changed, told, fetched, distributed, and believed."""
    root = site(tmp_path / "site", {A: post("A")})
    with web(root) as served, subscriber() as reader:
        site(root, {"feedmill.toml": configured(listener.url, more=f'url = "{served.url}/feeds"\n')}, None)
        run(feedmill, root, 0)
        hub_of = discovered(root / "feeds")
        for hub_url, topic in hub_of:
            assert hub_url == listener.url
            reader.subscribe(hub_url, topic)
        assert len(listener.subscriptions) == 3
        site(root, {A: post("A changed")}, None)
        run(feedmill, root, 60)
    assert sorted(topic for topic, _ in reader.bodies) == sorted(topic for _, topic in hub_of)
    assert all(b"Text of A changed" in body for _, body in reader.bodies)
    assert {body for _, body in reader.bodies} == {
        (root / "feeds" / name).read_bytes() for name in ("rss.xml", "atom.xml", "feed.json")
    }
    assert reader.refused == []


def discovered(folder: Path) -> list[tuple[str, str]]:
    """Hub and topic of each format, as a subscriber finds them (section 4 of the recommendation)."""
    found = []
    for name in ("rss.xml", "atom.xml"):
        links = {link.get("rel"): str(link.get("href")) for link in ET.parse(folder / name).iter(f"{ATOM}link")}
        found.append((links["hub"], links["self"]))
    document = json.loads((folder / "feed.json").read_text("utf-8"))
    return [*found, (document["hubs"][0]["url"], document["feed_url"])]


def test_a_subscription_that_nobody_meant_comes_to_nothing(listener: Hub) -> None:
    with subscriber() as reader, pytest.raises(HTTPError, match="404"):
        listener.subscribe({"hub.topic": "https://site.example/feeds/rss.xml", "hub.callback": f"{reader.url}x"})
    assert listener.subscriptions == {}


# Hubs in trouble


@pytest.mark.parametrize("trouble", ["hang", "drip", "reset", "garbage", 500, 503, 429])
def test_a_hub_in_trouble_fails_and_slows_no_run_and_is_told_later(
    feedmill: Command, root: Path, listener: Hub, trouble: object
) -> None:
    listener.answers["/"] = [trouble] * 4
    began = time.monotonic()
    report = run(feedmill, root, 0)
    assert time.monotonic() - began < 5 + 4  # seconds: the telling and the run
    assert warnings(report) == []
    assert len(report["written"]) == 10  # type: ignore[arg-type]
    listener.stop.set()
    told = len(listener.topics)
    asked = len(listener.requests)
    listener.answers.clear()
    run(feedmill, root, 30)  # too early
    assert len(listener.requests) == asked
    run(feedmill, root, 61)  # nothing has changed: it is told all the same
    assert len(listener.topics) == 9 - told
    run(feedmill, root, 120)
    assert len(listener.requests) == asked + 9 - told


def test_a_hub_that_is_not_there_costs_one_attempt_and_its_pauses_grow(
    feedmill: Command, root: Path, listener: Hub
) -> None:
    with hub() as gone:
        pass
    site(root, {"feedmill.toml": configured(gone.url, listener.url)}, None)
    dues, now = [], 0.0
    for _ in range(4):
        run(feedmill, root, now)
        state = feedmill("status", root, "--json", "--now", at(now)).report["hubs"]
        assert [(one["hub"], one["waiting"]) for one in state] == [(gone.url, 9)]
        due = json.loads(value(root, "queue"))[gone.url]["due"] - NOW
        dues.append(due - now)
        now = due
    assert dues == [60, 120, 240, 480]
    assert len(listener.topics) == 9  # the other one has been told at once
    text = feedmill("status", root, "--now", at(now)).out
    assert f"{gone.url}: 9 notifications pending, failed 4 times, next try {at(now)}" in text


def value(root: Path, key: str) -> str:
    index = sqlite3.connect(root / ".feedmill" / "index.sqlite3")
    found = index.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()[0]
    index.close()
    return str(found)


def test_a_hub_that_says_when_to_come_again_is_left_alone_until_then(
    feedmill: Command, root: Path, listener: Hub
) -> None:
    listener.answers["/"] = [(429, {"Retry-After": "3600"})] * 4
    run(feedmill, root, 0)
    asked = len(listener.requests)  # how many of the four connections had asked before the first was answered
    listener.answers["/"] = []
    run(feedmill, root, 3599)
    assert len(listener.requests) == asked
    run(feedmill, root, 3600)
    assert len(listener.topics) == 9


@pytest.mark.parametrize("status", [307, 308])
def test_a_hub_that_has_moved_is_followed_with_the_whole_request(
    feedmill: Command, root: Path, listener: Hub, status: int
) -> None:
    listener.answers["/"] = [(status, {"Location": "/moved"})] * 9
    run(feedmill, root, 0)
    assert len(listener.topics) == 9
    assert {(method, path) for method, path, _ in listener.requests} == {("POST", "/"), ("POST", "/moved")}


@pytest.mark.parametrize(
    "status, location, reason",
    [
        (302, "/moved", "answers 302"),
        (307, "/", "redirects more than 3 times"),
        (307, "file:///etc/passwd", "answers 307 with a redirect that is not followed"),
        (404, "", "answers 404"),
        (403, "", "answers 403"),
    ],
)
def test_a_hub_that_refuses_is_not_asked_again_and_a_warning_says_so(
    feedmill: Command, root: Path, listener: Hub, status: int, location: str, reason: str
) -> None:
    listener.answers["/"] = [(status, {"Location": location} if location else {})] * 99
    report = run(feedmill, root, 0, "--strict")  # a problem of the hub's is none of a post
    assert listener.topics == []
    (warning,) = warnings(report)
    assert warning.startswith(f"{listener.url} {reason}; not notified of 9 feeds, such as https://site.example/feeds/")
    assert not any(path == "/moved" for _, path, _ in listener.requests)
    asked = len(listener.requests)
    run(feedmill, root, 86400)
    assert len(listener.requests) == asked


def test_a_hub_that_stays_away_is_given_up_after_three_days_with_a_warning(feedmill: Command, root: Path) -> None:
    with hub() as gone:
        pass
    site(root, {"feedmill.toml": configured(gone.url)}, None)
    assert warnings(run(feedmill, root, 0)) == []
    (warning,) = warnings(run(feedmill, root, 3 * 86400 + 60))
    assert warning.startswith(f"{gone.url} cannot be reached (Connection refused); gave up after three days")
    assert json.loads(value(root, "queue")) == {}


def test_a_feed_that_changes_again_while_it_waits_is_told_once(feedmill: Command, root: Path, listener: Hub) -> None:
    listener.answers["/"] = [500] * 4
    run(feedmill, root, 0)
    listener.answers.clear()
    listener.told.clear()
    site(root, {A: post("A changed")}, None)
    run(feedmill, root, 61)
    found = listener.topics
    assert len(found) == len(set(found))
    assert {*ALL, *NEWS} <= set(found)


def test_what_five_seconds_do_not_suffice_for_is_told_in_the_next_run(
    feedmill: Command, root: Path, listener: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedmill.notify.websub.send_notifications", lambda queue: send_notifications(queue, 1.0))
    listener.answers["/"] = [204] * 5 + ["hang"] * 4  # on their way when the time is up, and not given up yet
    run(feedmill, root, 0)
    first = listener.topics
    assert len(first) == 5
    state = json.loads(value(root, "queue"))[listener.url]
    assert (state["tries"], state["due"], len(state["topics"])) == (0, 0.0, 4)
    listener.answers.clear()
    run(feedmill, root, 1)
    assert sorted([*first, *listener.topics]) == sorted([*ALL, *NEWS, *SPORT])
    assert json.loads(value(root, "queue")) == {}


def test_a_round_ends_in_time_whatever_the_hubs_do() -> None:
    with hub() as hanging, hub() as dripping, hub() as well:
        hanging.answers["*"], dripping.answers["*"] = ["hang"] * 99, ["drip"] * 99
        topics = {f"https://site.example/{number}": 0.0 for number in range(50)}
        queue = {one.url: PendingTopics(tries=0, due=0.0, topics=dict(topics)) for one in (hanging, dripping, well)}
        began = time.monotonic()
        told = send_notifications(queue)
        assert time.monotonic() - began < 5.5
        assert [one.is_done for one in told[well.url]] == [True] * 50
        for one in (hanging, dripping):
            assert {(each.status, each.reason) for each in told[one.url]} == {(0, "did not answer in time")}
            assert len(one.requests) <= 4


# Runs that are cut off


def cut_off(root: Path, place: str) -> None:
    """A run that is killed at a place: before the named function, or behind it."""
    code = (
        "import os, signal, sys, publish, feedmill.run.pipeline, feedmill.run.outcome, feedmill.notify.websub\n"
        "kill = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{place}\n"
        "publish.main([sys.argv[1], '--now', sys.argv[2], '--workers', '1'])"
    )
    done = subprocess.run([sys.executable, "-c", code, root, at(60)], cwd=ROOT, check=False, env={**os.environ})
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "place",
    [
        "feedmill.run.pipeline.Pipeline.make = kill",  # decided, and nothing is out yet
        "feedmill.run.outcome.store_outcome = kill",  # out, and not in the index
        "feedmill.notify.websub.send_notifications = kill",  # out and in the index, and nobody told
    ],
)
def test_a_run_that_is_killed_is_told_of_by_the_next_one(
    feedmill: Command, root: Path, listener: Hub, place: str
) -> None:
    run(feedmill, root, 0)
    listener.told.clear()
    site(root, {A: post("A changed")}, None)
    cut_off(root, place)
    assert listener.topics == []
    run(feedmill, root, 120)
    assert listener.topics == sorted([*ALL, *NEWS])
    assert "Text of A changed" in (root / "feeds" / "rss.xml").read_text("utf-8")
    run(feedmill, root, 180)
    assert listener.topics == []


def test_who_goes_online_after_the_run_tells_the_hubs_then(feedmill: Command, root: Path, listener: Hub) -> None:
    run(feedmill, root, 0, "--hold")
    run(feedmill, root, 60, "--hold")  # nothing has changed, and somebody waits
    assert listener.requests == []
    said = feedmill("tell", root, "--now", at(60))
    assert (said.code, said.out) == (0, "9 hub notifications sent, 0 pending\n")
    assert listener.topics == sorted([*ALL, *NEWS, *SPORT])
    before = tree(root)
    assert feedmill("tell", root, "--json", "--now", at(60)).report == {"told": 0, "waiting": 0, "problems": []}
    assert tree(root) == before


def test_telling_says_what_is_in_the_way(feedmill: Command, root: Path, listener: Hub) -> None:
    run(feedmill, root, 0, "--hold")
    listener.answers["/"] = [404] * 9
    said = feedmill("tell", root, "--json", "--strict", "--now", at(60))
    assert (said.code, said.report["told"], said.report["waiting"]) == (1, 0, 0)
    assert said.codes == [("feedmill.toml", 2, "hub")]


def test_a_preview_tells_nobody(root: Path, listener: Hub) -> None:
    process = subprocess.Popen(
        [sys.executable, ROOT / "publish.py", "serve", root, "--json", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert next(line for line in process.stdout if "address" in json.loads(line))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert listener.requests == []


def test_the_subscriber_of_these_tests_believes_no_wrong_signature(listener: Hub, tmp_path: Path) -> None:
    site(tmp_path / "www", {"rss.xml": "<rss/>"}, None)
    with web(tmp_path / "www") as served, subscriber() as reader:
        topic = f"{served.url}/rss.xml"
        reader.subscribe(listener.url, topic)
        listener.subscriptions = dict.fromkeys(listener.subscriptions, "another secret")
        listener.publish(topic)
    assert (reader.bodies, reader.refused) == ([], [b"<rss/>"])
