"""Machines that are thrown away after each run continue with the ledger that is kept at an address."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedmill.run.options import RunOptions
from feedmill.run.produce import produce
from feeds.remotes.git import GitRemote
from feeds.remotes.ledger_connect import ledger_store
from feeds.remotes.ledger_store import Claim
from posts.files.remote_address import parse_address
from tests.hub import Hub, hub
from tests.needs import needs
from tests.sites import Command, Outcome, post, site, tree

A, B = "_posts/2021-12-31-a.md", "_posts/2021-12-31-b.md"
DAY = datetime(2022, 1, 1, tzinfo=UTC)


class Machines:
    """New machines, each with a checkout of the same site and nothing else."""

    def __init__(self, place: Path, feedmill: Command, hub_url: str, ledger: str = "") -> None:
        self.place, self.feedmill, self.number = place, feedmill, 0
        self.server = place / "server.git"
        subprocess.run(["git", "init", "-q", "--bare", str(self.server)], check=True)
        self.ledger = ledger or f"git:{self.server}#ledger"
        toml = f'[publish]\nhub = "{hub_url}"\nto = ["git:{self.server}#gh-pages"]\n'
        self.settings = f'{toml}git_author = "Ann <ann@example.org>"\nledger = "{self.ledger}"\n'
        self.posts = {A: post("A"), B: post("B", tags="[x]")}

    def new(self) -> Path:
        self.number += 1
        return self.checkout(self.place / f"machine-{self.number}")

    def checkout(self, root: Path) -> Path:
        shutil.rmtree(root / "_posts", ignore_errors=True)
        return site(root, {**self.posts, "feedmill.toml": self.settings})

    def run(self, root: Path, day: int, *options: str, code: int = 0) -> Outcome:
        found = self.feedmill(root, "--json", "--now", (DAY + timedelta(days=day)).isoformat(), *options)
        assert found.code == code, found.err
        return found

    def git(self, *words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(self.server), *words], check=True, capture_output=True, text=True
        ).stdout.strip()

    def commits(self, branch: str) -> int:
        return int(self.git("rev-list", "--count", branch))

    def lock(self, now: datetime) -> None:
        with ledger_store(parse_address(self.ledger), self.place, "Ann <ann@example.org>") as store:
            store.lock(Claim.new(now))


@pytest.fixture
def websub() -> Iterator[Hub]:
    with hub() as one:
        yield one


@pytest.fixture
def machines(tmp_path: Path, feedmill: Command, websub: Hub) -> Machines:
    needs("git")
    return Machines(tmp_path, feedmill, websub.url)


def feeds(root: Path) -> dict[str, tuple[bytes, int]]:
    """The published files with their times."""
    files = tree(root / "feeds")
    return {path: (content, int((root / "feeds" / path).stat().st_mtime)) for path, content in files.items()}


def test_a_new_machine_continues_where_the_last_one_ended(machines: Machines, websub: Hub) -> None:
    first = machines.new()
    machines.run(first, 0)
    told = len(websub.told)
    assert told
    sent = machines.commits("gh-pages")
    second = machines.new()
    report = machines.run(second, 1).report
    assert feeds(second) == feeds(first)
    assert report["new"] == report["changed"] == 0
    assert len(websub.told) == told  # of what the last machine has published, hubs know
    assert machines.commits("gh-pages") == sent
    assert "feedmill-lock" not in machines.git("branch", "--list")


def test_new_machines_publish_what_one_machine_publishes(machines: Machines, tmp_path: Path, websub: Hub) -> None:
    lasting = machines.checkout(tmp_path / "lasting")
    without = machines.settings.replace("ledger", "# ledger").replace("#gh-pages", "#of-one-machine")
    steps = ({}, {A: post("A, revised")}, {B: None}, {"_posts/2021-12-30-c.md": post("C")}, {})
    for day, step in enumerate(steps):
        machines.posts = {path: text for path, text in {**machines.posts, **step}.items() if text}
        machines.checkout(lasting)
        (lasting / "feedmill.toml").write_text(without)
        machines.run(lasting, day)
        before = len(websub.told)
        new = machines.new()
        machines.run(new, day)
        assert tree(new / "feeds") == tree(lasting / "feeds"), day
        assert (len(websub.told) > before) == (day < 4)
    assert machines.git("rev-parse", "gh-pages^{tree}") == machines.git("rev-parse", "of-one-machine^{tree}")
    assert machines.commits("gh-pages") == machines.commits("of-one-machine") == 4


def test_an_index_that_is_older_is_replaced_and_kept_under_another_name(machines: Machines) -> None:
    old, new = machines.new(), machines.new()
    machines.run(old, 0)
    machines.posts[A] = post("A, revised")
    machines.checkout(new)
    machines.run(new, 1)
    machines.posts["_posts/2021-12-30-c.md"] = post("C")
    found = machines.run(machines.checkout(old), 2)
    assert "is newer than" in found.err
    assert list((old / ".feedmill").glob("index.sqlite3.before-*"))
    assert found.report["new"] == 1
    latest = machines.new()
    machines.run(latest, 3)
    assert tree(latest / "feeds") == tree(old / "feeds")


def test_a_machine_that_completes_a_destination_first_publishes_what_others_have(machines: Machines) -> None:
    old, new = machines.new(), machines.new()
    machines.run(old, 0)
    machines.run(old, 40)  # from now on, no item leaves a feed because of its age
    machines.posts[A] = post("A, revised")
    machines.run(machines.checkout(new), 41)
    other = f"git:{machines.server}#other"  # nothing has changed here since, but this destination is new
    found = machines.run(old, 42, "--to", other)
    assert "is newer than" in found.err
    assert found.report["destinations"][0]["destination"] == other
    assert found.report["destinations"][0]["complete"]


def test_hubs_are_not_told_again_by_the_run_after_one_that_only_restored_the_ledger(
    machines: Machines, websub: Hub
) -> None:
    machines.run(machines.new(), 0)
    assert len(websub.told) > 0
    before = len(websub.told)
    root = machines.new()
    assert machines.feedmill("deploy", root, "--now", (DAY + timedelta(days=1)).isoformat()).code == 2
    machines.run(root, 1)
    assert len(websub.told) == before


def test_a_run_in_which_nothing_has_changed_asks_nobody(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    root = machines.new()
    machines.run(root, 0)
    monkeypatch.setenv("PATH", "/nowhere")
    assert machines.run(root, 1).report["written"] == []


def test_a_second_run_is_refused_while_one_holds_the_lock(machines: Machines) -> None:
    machines.lock(datetime.now(UTC))
    root = machines.new()
    found = machines.run(root, 0, code=75)
    assert "is locked by process" in found.err
    assert not (root / "feeds").exists()


def test_the_lock_of_a_killed_run_is_taken_over_after_an_hour(machines: Machines) -> None:
    machines.lock(datetime.now(UTC) - timedelta(hours=2))
    found = machines.run(machines.new(), 0)
    assert "took over the lock" in found.err
    assert machines.git("branch", "--list", "ledger-lock") == ""


def test_what_is_sent_is_stored_before_it_is_sent(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    send = GitRemote.update

    def lose_the_machine(one: GitRemote, *arguments: object) -> None:
        send(one, *arguments)  # type: ignore[arg-type]
        if one.name.endswith("#gh-pages"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(GitRemote, "update", lose_the_machine)
        machines.run(machines.new(), 0, code=4)
    machines.posts[A] = post("A, revised")  # the files there have other bytes than this machine has ever seen
    root = machines.new()
    report = machines.run(root, 1).report
    assert report["destinations"][0]["error"] in (None, "")
    subprocess.run(
        ["git", "clone", "-q", "-b", "gh-pages", str(machines.server), str(machines.place / "c")], check=True
    )
    shutil.rmtree(machines.place / "c" / ".git")
    assert tree(machines.place / "c") == tree(root / "feeds")


def test_a_destination_that_failed_is_completed_by_the_next_machine(machines: Machines) -> None:
    hook = machines.server / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncase "$1" in */gh-pages) exit 1;; esac\n')
    hook.chmod(0o755)
    machines.run(machines.new(), 0, code=4)
    hook.unlink()
    machines.run(machines.new(), 0)
    assert machines.commits("gh-pages") == 1


def test_adopted_ids_are_stored(machines: Machines, tmp_path: Path) -> None:
    old = tmp_path / "old.xml"
    old.write_text(
        '<rss version="2.0"><channel><title>S</title><link>https://site.example/</link><description>d</description>'
        "<item><title>A</title><guid isPermaLink='false'>old-id</guid>"
        "<link>https://site.example/news/2021/12/31/a.html</link></item></channel></rss>"
    )
    assert machines.feedmill("adopt", machines.new(), old, "--yes", "--now", DAY.isoformat()).code == 0
    root = machines.new()
    machines.run(root, 1)
    assert b"old-id" in (root / "feeds" / "rss.xml").read_bytes()


def test_a_preview_neither_locks_nor_stores_the_ledger(machines: Machines) -> None:
    machines.lock(datetime.now(UTC))
    root = machines.new()
    options = RunOptions(root, machines.place / "preview.sqlite3", DAY, out=machines.place / "preview")
    assert produce(options, time.monotonic()).report.posts == 2


@pytest.mark.parametrize("written", ["s3://news/feeds/private", "gopher://x", "git:origin"])
def test_a_wrong_address_is_an_error_of_the_configuration(tmp_path: Path, feedmill: Command, written: str) -> None:
    toml = f'[publish]\nto = ["s3://news/feeds"]\nledger = "{written}"\n'
    found = feedmill(site(tmp_path / "site", {A: post("A"), "feedmill.toml": toml}))
    assert found.code == 2
    assert "feedmill.toml:3: error: [publish] ledger: " in found.err


def test_something_else_at_the_address_is_not_replaced(machines: Machines) -> None:
    with ledger_store(parse_address(machines.ledger), machines.place, "Ann <ann@example.org>") as store:
        store.lock(Claim.new(datetime.now(UTC)))
        store.write(b"somebody's file")
        store.unlock()
    found = machines.run(machines.new(), 0, code=4)
    assert "is not a ledger of feedmill" in found.err
    assert machines.git("show", "ledger:feedmill-ledger.jsonl") == "somebody's file"


def test_a_ledger_of_a_newer_version_is_not_read(machines: Machines) -> None:
    with ledger_store(parse_address(machines.ledger), machines.place, "Ann <ann@example.org>") as store:
        store.lock(Claim.new(datetime.now(UTC)))
        store.write(json.dumps({"format": 2, "serial": 1}).encode())
        store.unlock()
    assert "newer feedmill" in machines.run(machines.new(), 0, code=4).err
