"""Files are sent to destinations: what differs, in order, from a record that survives a failure at any step."""

from __future__ import annotations

import io
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from feedmill.cli.parser import parse_command_line
from feedmill.preview.rebuild import PreviewBuilder
from posts.store.index import Index
from tests.hub import Hub, hub
from tests.needs import REQUIRED
from tests.remotes.folder import HOWS, Host, How, KilledError, missing
from tests.sites import Command, Outcome, site, tree

ROOT = Path(__file__).parents[2]
URL = "https://site.example/feeds"
A, B, C = (f"_posts/2021-12-3{number}-{name}.md" for number, name in ((1, "b"), (0, "a"), (1, "c")))
ONE, TWO = "s3://one/feeds", "ssh://me@two/srv/feeds"
FEEDS = "[feeds]\narchives = true\npage_link = true\nitems = 2\nkeep = '0h'\n"


def configured(*to: str, feeds: str = FEEDS, publish: str = "") -> str:
    return f"[publish]\nto = {json.dumps(to)}\n{publish}\n{feeds}"


def dated(title: str, day: int, category: str = "news") -> str:
    return (
        f"---\ntitle: {title}\ndate: 2021-12-{day:02} 11:00:00 +0800\ncategories: {category}\n---\nText of {title}.\n"
    )


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr("feeds.select.archives.ARCHIVE_SIZE", 2)
    found = Host(tmp_path / "remotes")
    monkeypatch.setattr("feedmill.run.deploy.open_remote", found.open_remote)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    posts = {f"_posts/2021-12-0{day}-p.md": dated(f"P{day}", day) for day in range(1, 6)}
    posts["_posts/2021-12-06-s.md"] = dated("S", 6, "sport")
    return site(tmp_path / "site", {**posts, "feedmill.toml": configured(ONE)})


def change(root: Path) -> None:
    """New, changed and withdrawn posts: a new archive document, a new feed, and one that goes with `--prune`."""
    site(root, {"_posts/2021-12-07-n.md": dated("N", 7, "new"), "_posts/2021-12-08-p.md": dated("P8", 8)}, None)
    (root / "_posts/2021-12-04-p.md").write_text(dated("P4, revised", 4))
    (root / "_posts/2021-12-06-s.md").unlink()


def run(feedmill: Command, root: Path, *options: object, code: int = 0) -> Outcome:
    outcome = feedmill(root, "--now", "2024-01-01", *options)
    assert outcome.code == code, outcome.err
    return outcome


def delivered(outcome: Outcome) -> list[dict[str, Any]]:
    return outcome.report["destinations"]  # type: ignore[no-any-return]


def remote(host: Host, name: str = "one") -> dict[str, bytes]:
    return tree(host.root / name)


# What is sent


def test_the_tree_of_the_output_is_sent_and_then_only_what_differs(feedmill: Command, root: Path, host: Host) -> None:
    (one,) = delivered(run(feedmill, root, "--json"))
    assert remote(host) == tree(root / "feeds")
    assert (one["destination"], one["complete"], one["error"], one["removed"]) == (ONE, True, "", [])
    assert one["sent"] == sorted(remote(host))
    host.log.clear()
    (root / "_posts/2021-12-04-p.md").write_text(dated("P4, revised", 4))
    report = run(feedmill, root, "--json").report
    assert report["destinations"][0]["sent"] == report["written"] == sorted(host.sent())
    assert "compare" not in host.log
    assert remote(host) == tree(root / "feeds")


def test_nothing_is_connected_to_if_nothing_changed(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    host.log.clear()
    (one,) = delivered(run(feedmill, root, "--json"))
    assert (one["sent"], one["complete"], host.log) == ([], True, [])
    run(feedmill, root, "--full")
    assert host.log == []
    said = feedmill("deploy", root, "--now", "2024-01-01")
    assert (said.code, said.out, host.log) == (0, "1 of 1 destination complete\n", [])


def test_files_are_sent_after_those_that_they_refer_to(feedmill: Command, root: Path, host: Host) -> None:
    (root / "feedmill.toml").write_text(configured(ONE, feeds=f"{FEEDS}headers = true\n"))
    run(feedmill, root)
    sent = host.sent()
    kinds = {"feed.css": 0, "atom-archive-1.xml": 0, "category/news/index.html": 1, "category/news/rss.xml": 2}
    kinds |= {"rss.xml": 2, "index.html": 3, "feeds.opml": 3, "_headers": 3, "embed.html": 1, "pages.js": 0}
    order = [kinds[path] for path in sent if path in kinds]
    assert order == sorted(order)
    assert len(order) == len(kinds)


def test_removals_come_last(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    host.log.clear()
    change(root)
    report = run(feedmill, root, "--prune", "--allow-removals", "--json").report
    assert report["destinations"][0]["removed"] == report["removed"] == sorted(host.removed())
    kinds = [path.rpartition(".")[2] for path in host.removed()]
    assert kinds.index("html") > max(kinds.index("xml"), kinds.index("json"))  # feeds go before their pages
    assert [one.partition(" ")[0] for one in host.log if one != "done"] == sorted(
        (one.partition(" ")[0] for one in host.log if one != "done"), key=["connect", "compare", "send", "remove"].index
    )
    assert remote(host) == tree(root / "feeds")
    assert "category/sport/rss.xml" not in remote(host)


def test_files_have_their_types_and_caching(feedmill: Command, root: Path, host: Host) -> None:
    feeds = f'{FEEDS}gzip = true\nheaders = true\nttl = 60\n[feeds.paths]\n"category/news/rss" = "news.data"\n'
    (root / "feedmill.toml").write_text(configured(ONE, feeds=feeds))
    run(feedmill, root)
    caching = "public, max-age=3600"
    expected = {
        "rss.xml": ("application/xml; charset=utf-8", caching, ""),
        "rss.xml.gz": ("application/xml; charset=utf-8", caching, "gzip"),
        "atom-archive-1.xml": ("application/xml; charset=utf-8", caching, ""),
        "news.data": ("application/xml; charset=utf-8", caching, ""),
        "feed.json": ("application/feed+json", caching, ""),
        "feed.json.gz": ("application/feed+json", caching, "gzip"),
        "index.html": ("text/html; charset=utf-8", caching, ""),
        "feed.svg": ("image/svg+xml", caching, ""),
        "pages.css": ("text/css; charset=utf-8", caching, ""),
        "pages.js": ("text/javascript; charset=utf-8", caching, ""),
        "feeds.opml": ("text/x-opml; charset=utf-8", caching, ""),
        "_headers": ("text/plain; charset=utf-8", caching, ""),
    }
    assert {path: host.headers[ONE, path] for path in expected} == expected
    assert [path for (_, path), (kind, _, _) in host.headers.items() if "octet" in kind] == []
    assert {path for (_, path) in host.headers} == remote(host).keys()


def test_files_get_new_headers_when_ttl_changes(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    assert host.headers[ONE, "index.html"][1] == "public, max-age=300"
    host.log.clear()
    (root / "feedmill.toml").write_text(configured(ONE, feeds=f"{FEEDS}ttl = 60\n"))
    run(feedmill, root)
    assert sorted(host.sent()) == sorted(remote(host))
    assert {headers[1] for headers in host.headers.values()} == {"public, max-age=3600"}


def test_with_a_web_root_the_whole_tree_below_it_is_sent(feedmill: Command, root: Path, host: Host) -> None:
    feeds = 'root = "_site"\nout = "_site/feeds"\n[feeds.paths]\n"all/rss" = "feed.xml"\n'
    (root / "feedmill.toml").write_text(configured(ONE, feeds=FEEDS + feeds))
    site(root, {"_site/about.html": "<p>Not of feedmill"}, None)
    run(feedmill, root)
    assert {"feed.xml", "feeds/atom.xml", "feeds/index.html"} <= remote(host).keys()
    assert "about.html" not in remote(host)
    order = host.sent()
    assert order.index("feeds/feed.css") < order.index("feed.xml") < order.index("feeds/index.html")


# Files of others, and lost records


def test_a_file_of_somebody_else_is_not_touched(feedmill: Command, root: Path, host: Host) -> None:
    site(host.root / "one", {"rss.xml": "theirs", "other.txt": "theirs, too"}, None)
    said = run(feedmill, root, code=4)
    assert f"{ONE}: rss.xml is there already" in said.err
    assert "feedmill deploy SITE --overwrite" in said.err
    assert remote(host) == {"rss.xml": b"theirs", "other.txt": b"theirs, too"}
    assert feedmill("deploy", root, "--now", "2024-01-01", "--overwrite").code == 0
    assert remote(host) == {**tree(root / "feeds"), "other.txt": b"theirs, too"}


def test_files_that_are_there_already_are_recorded_without_sending_them(
    feedmill: Command, root: Path, host: Host
) -> None:
    run(feedmill, root)
    shutil.rmtree(root / ".feedmill")
    host.log.clear()
    run(feedmill, root)
    assert host.log == ["connect", "compare"]
    host.log.clear()
    run(feedmill, root)
    assert host.log == []


def test_a_record_goes_with_the_ledger_to_another_machine(
    feedmill: Command, root: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(feedmill, root)
    lines = feedmill("state", "export", root).out
    assert '"remote": "s3://one/feeds"' in lines
    shutil.rmtree(root / ".feedmill")
    shutil.rmtree(root / "feeds")
    change(root)
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert feedmill("state", "import", root).code == 0
    assert feedmill("state", "export", root).out == lines
    host.log.clear()
    (one,) = delivered(run(feedmill, root, "--json", "--allow-removals"))
    assert remote(host) == tree(root / "feeds")
    assert "category/sport/feed.css" not in one["sent"]
    assert 0 < len(one["sent"]) < len(remote(host))


@pytest.mark.parametrize("wrong", [{"hash": "zz"}, {"state": "odd"}, {"size": -1}])
def test_a_line_of_a_record_that_is_wrong_is_refused(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    line = {"remote": ONE, "path": "rss.xml", "size": 1, "hash": "00", "attributes": "", "state": "held", **wrong}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(line)))
    assert feedmill("state", "import", root).code == 2


def test_a_damaged_index_keeps_what_can_be_read_of_the_record(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    database = sqlite3.connect(root / ".feedmill/index.sqlite3")
    database.execute("UPDATE items SET link = 'https://flipped.example/'")
    database.execute("UPDATE remote_files SET hash = x'00' WHERE path = 'rss.xml'")
    database.commit()
    database.close()
    change(root)
    host.log.clear()
    run(feedmill, root, "--allow-removals", code=4)  # nothing is known of rss.xml any more
    assert feedmill("deploy", root, "--now", "2024-01-01", "--overwrite").code == 0
    assert remote(host) == tree(root / "feeds")
    assert "feed.css" not in host.sent()


def test_verify_sends_what_is_missing_or_differs(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    (host.root / "one/rss.xml").unlink()
    (host.root / "one/feed.css").write_text("changed")
    host.log.clear()
    assert feedmill("deploy", root, "--now", "2024-01-01").code == 0
    assert host.log == []
    said = feedmill("deploy", root, "--now", "2024-01-01", "--verify", "-v")
    assert said.out == (f"sent feed.css\nsent rss.xml\n{ONE}: 2 files sent\n1 of 1 destination complete\n")
    assert remote(host) == tree(root / "feeds")
    assert json.loads(feedmill("deploy", root, "--verify", "--json").out) == {
        "destinations": [{"destination": ONE, "sent": [], "removed": [], "error": "", "complete": True}]
    }


# Guards


def test_removing_much_of_a_destination_needs_permission(feedmill: Command, root: Path, host: Host) -> None:
    (root / "feedmill.toml").write_text(configured(ONE, TWO))
    run(feedmill, root)
    before = remote(host)
    (root / "feedmill.toml").write_text(configured(ONE, TWO, feeds=f"{FEEDS}by = []\n"))
    said = run(feedmill, root, "--prune", code=3)
    assert said.err.count("15 of 33 files would be removed; nothing was sent there") == 2
    assert f"\n{TWO}: 15 of" in said.err
    assert remote(host) == before
    assert run(feedmill, root, code=3).err == said.err
    host.log.clear()
    assert feedmill("deploy", root, "--now", "2024-01-01", "--allow-removals").code == 0
    assert remote(host) == remote(host, "two") == tree(root / "feeds")


def test_permitted_removals_that_were_interrupted_are_completed(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    (root / "feedmill.toml").write_text(configured(ONE, feeds=f"{FEEDS}by = []\n"))
    run(feedmill, root, "--prune", code=3)
    host.log.clear()
    host.how, host.fails_at = "killed after", 12  # one of the removals
    with pytest.raises(KilledError):
        feedmill("deploy", root, "--allow-removals", "--now", "2024-01-01")
    assert host.removed() != []
    host.fails_at = -1
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")


# Failures


def snapshot(root: Path, host: Host) -> tuple[bytes, Path]:
    kept = host.root.parent / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(host.root, kept)
    return (root / ".feedmill/index.sqlite3").read_bytes(), kept


def restore(root: Path, host: Host, kept: tuple[bytes, Path]) -> None:
    index, folder = kept
    (root / ".feedmill/index.sqlite3").write_bytes(index)
    shutil.rmtree(host.root)
    shutil.copytree(folder, host.root)
    host.log.clear()


SWEEPS = [(how, records) for how in HOWS for records in ("file", "stage")]


@pytest.mark.parametrize(("how", "records"), SWEEPS if REQUIRED else SWEEPS[::2] + SWEEPS[-1:])
def test_a_failure_at_any_step_leaves_feeds_whole_and_is_completed(
    feedmill: Command, root: Path, host: Host, how: How, records: Any
) -> None:
    run(feedmill, root)
    host.records = records
    versions = {path: {data} for path, data in remote(host).items()}
    change(root)
    host.refuses = {ONE}
    run(feedmill, root, "--prune", "--allow-removals", code=4)
    host.refuses = set()
    for path, data in tree(root / "feeds").items():
        versions.setdefault(path, set()).add(data)

    def watch() -> None:
        assert missing(host.root / "one", URL) == set()
        assert [path for path, data in remote(host).items() if data not in versions[path]] == []

    host.watch, host.how = watch, how
    kept = snapshot(root, host)
    host.log.clear()
    deploy = ("deploy", root, "--now", "2024-01-01", "--allow-removals", "--json")
    number = 0
    while True:
        host.fails_at = number
        try:
            said = feedmill(*deploy)
            if len(host.log) <= number:
                break
            assert (said.code, delivered(said)[0]["complete"]) == (4, False)
        except KilledError:
            pass
        watch()
        host.fails_at = -1
        run(feedmill, root)  # nothing has changed
        assert remote(host) == tree(root / "feeds"), number
        host.log.clear()
        run(feedmill, root)
        assert host.log == []
        restore(root, host, kept)
        number += 1 if REQUIRED else 9 if number > 2 else 1
    assert number > 20
    assert remote(host) == tree(root / "feeds")


ENDED = """
import sys
from pathlib import Path
import feedmill.run.deploy
import feeds.select.archives
from feedmill.cli.main import main
from tests.remotes.folder import Host
host = Host(Path(sys.argv[1]), int(sys.argv[2]), "killed after", ends_process=True)
feedmill.run.deploy.open_remote = host.open_remote
feeds.select.archives.ARCHIVE_SIZE = 2
sys.exit(main(sys.argv[3:]))
"""


@pytest.mark.parametrize("number", range(0, 60, 3) if REQUIRED else [0, 8, 20, 45])
def test_a_process_that_ends_in_a_deployment_leaves_a_record_to_continue_from(
    feedmill: Command, root: Path, host: Host, number: int
) -> None:
    run(feedmill, root)
    change(root)
    words = [sys.executable, "-c", ENDED, host.root, str(number), root, "--prune", "--allow-removals"]
    ended = subprocess.run([*words, "--now", "2024-01-01"], cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == 9, ended.stderr
    assert missing(host.root / "one", URL) == set()
    host.log.clear()
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")
    assert "compare" not in host.log or number < 2


@pytest.mark.parametrize("number", [0, 1, 2, 9, 30])
def test_a_first_deployment_that_fails_is_completed(feedmill: Command, root: Path, host: Host, number: int) -> None:
    def watch() -> None:  # the feed of all posts and the page that lists all feeds link to each other
        assert missing(host.root / "one", URL) <= {"rss.xml -> index.html", "atom.xml -> index.html"}

    host.watch = watch
    host.fails_at = number
    said = run(feedmill, root, code=4)
    assert "the network is down" in said.err
    host.fails_at = -1
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")


def test_changes_made_after_a_failure_are_sent_with_the_rest(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    host.log.clear()
    change(root)
    host.how, host.fails_at = "killed after", 5
    with pytest.raises(KilledError):
        run(feedmill, root, "--prune", "--allow-removals")
    host.fails_at = -1
    site(root, {"_posts/2021-12-06-s.md": dated("S is back", 6, "sport")}, None)
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")


def test_one_destination_that_fails_does_not_stop_the_others(feedmill: Command, root: Path, host: Host) -> None:
    (root / "feedmill.toml").write_text(configured(ONE, TWO))
    host.refuses = {ONE}
    said = run(feedmill, root, "--json", code=4)
    assert said.err == f"{ONE}: the connection was refused\n"
    assert [(one["complete"], one["error"]) for one in delivered(said)] == [
        (False, f"{ONE}: the connection was refused"),
        (True, ""),
    ]
    assert remote(host, "two") == tree(root / "feeds")
    host.refuses = set()
    host.log.clear()
    run(feedmill, root)
    assert host.log.count("connect") == 1
    assert remote(host) == tree(root / "feeds")


def test_a_file_that_was_modified_is_not_sent(feedmill: Command, root: Path, host: Host) -> None:
    host.refuses = {ONE}
    run(feedmill, root, code=4)
    host.refuses = set()
    (root / "feeds/rss.xml").write_text("<rss/>")
    said = feedmill("deploy", root, "--now", "2024-01-01")
    assert said.code == 4
    assert "feeds/rss.xml is missing or was modified; nothing was sent there." in said.err
    assert not (host.root / "one").exists()
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")


# --to


def test_to_replaces_the_configured_destinations(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root, "--to", TWO)
    assert (remote(host), remote(host, "two")) == ({}, tree(root / "feeds"))
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")
    host.log.clear()
    run(feedmill, root, "--to", TWO, "--to", ONE)
    assert host.log == []


def test_a_destination_that_is_added_gets_everything(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    (root / "feedmill.toml").write_text(configured(ONE, TWO))
    host.log.clear()
    run(feedmill, root)
    assert remote(host, "two") == tree(root / "feeds")
    assert host.log.count("connect") == 1


def test_one_place_is_one_destination_however_it_is_written(feedmill: Command, root: Path, host: Host) -> None:
    run(feedmill, root)
    host.log.clear()
    run(feedmill, root, "--to", f"{ONE}/")
    assert host.log == []
    assert feedmill("diff", root, "--to", f"{ONE}/").out == f"{ONE}: 0 files to send, 0 to remove\n"
    (root / "feedmill.toml").write_text(configured("s3://one/a%62c", TWO, "s3://one/abc"))
    said = feedmill(root)
    assert said.code == 2
    assert "s3://one/a%62c and s3://one/abc are the same place; name it once" in said.err


@pytest.mark.parametrize("command", [(), ("deploy",), ("diff",)])
def test_an_address_that_is_none_is_an_invalid_argument(
    feedmill: Command, root: Path, command: tuple[str, ...]
) -> None:
    said = feedmill(*command, root, "--to", "ftp://host/path")
    assert said.code == 2
    assert said.err.startswith("--to: expected an address such as s3://bucket/prefix")
    said = feedmill(*command, root, "--to", "ssh://me:secret@host/path")
    assert said.code == 2
    assert "secret" not in said.err
    assert not (root / ".feedmill/index.sqlite3").exists()
    assert feedmill(*command, root, "--to", "folder").code == 2


def test_a_wrong_setting_is_named_with_its_line(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text('[publish]\nto = ["s3:bucket", "ssh://me:secret@host/x"]\ngit_author = "me"\n')
    said = feedmill(root)
    assert said.code == 2
    assert "feedmill.toml:2: error: [publish] to: expected an address such as" in said.err
    assert "feedmill.toml:3: error: [publish] git_author: expected a name and a mail address" in said.err
    assert "secret" not in said.err


# Hubs and pings


@pytest.fixture
def listener() -> Iterator[Hub]:
    with hub() as found:
        yield found


def test_hubs_and_success_pings_wait_until_all_destinations_are_complete(
    feedmill: Command, root: Path, host: Host, listener: Hub
) -> None:
    ping = f'ping = {{success = "{listener.url}good", failure = "{listener.url}bad"}}'
    (root / "feedmill.toml").write_text(configured(ONE, TWO, publish=f'hub = "{listener.url}"\n{ping}'))
    host.refuses = {TWO}
    run(feedmill, root, code=4)
    assert [path for _, path, _ in listener.requests] == ["/bad"]
    said = feedmill("tell", root)
    assert f"hubs are not notified while destinations are not complete: {TWO}" in said.err
    host.refuses = set()
    assert feedmill("deploy", root, "--now", "2024-01-01").code == 0
    assert len(listener.requests) == 1
    run(feedmill, root)
    paths = [path for _, path, _ in listener.requests]
    assert (paths[-1], paths.count("/") > 3) == ("/good", True)


# diff and status


def test_diff_says_what_would_be_sent_by_the_record_and_sends_nothing(
    feedmill: Command, root: Path, host: Host
) -> None:
    assert "has not been published yet" in feedmill("diff", root, "--to", ONE).err
    run(feedmill, root)
    host.log.clear()
    said = feedmill("diff", root, "--to", ONE)
    assert (said.code, said.out) == (0, f"{ONE}: 0 files to send, 0 to remove\n")
    host.refuses = {ONE}
    change(root)
    assert "6 of 33 files would be removed" in run(feedmill, root, "--prune", code=3).err
    host.log.clear()
    said = feedmill("diff", root, "--to", ONE)
    assert (said.code, host.log) == (1, [])
    assert "\n  changed  rss.xml\n" in said.out
    assert "\n  new      category/new/rss.xml\n" in said.out
    assert "\n  gone     category/sport/rss.xml\n" in said.out
    (found,) = json.loads(feedmill("diff", root, "--to", ONE, "--json").out)["destinations"]
    assert "rss.xml" in found["changed"]
    assert feedmill("diff", root, "--to", TWO, "-q").code == 1


def test_status_shows_every_destination(feedmill: Command, root: Path, host: Host) -> None:
    (root / "feedmill.toml").write_text(configured(ONE, TWO))
    host.refuses = {TWO}
    run(feedmill, root, code=4)
    number = len(tree(root / "feeds"))
    said = feedmill("status", root, "--now", "2024-01-01T01:00Z")
    assert f"\n{ONE}: complete; last complete 2024-01-01T00:00:00Z\n" in said.out
    lacks = f"{number} files to send, 0 to remove; has never been complete; the connection was refused"
    assert f"\n{TWO}: {lacks}\n" in said.out
    one, two = json.loads(feedmill("status", root, "--json").out)["destinations"]
    assert (one["complete"], two["complete"], two["send"], two["completed"]) == (True, False, number, None)
    assert f'destination="{TWO}"}} 0\n' in feedmill("status", root, "--prometheus").out
    stale = feedmill("status", root, "--max-age", "2h", "--now", "2024-01-01T01:00Z")
    assert (stale.code, f"{TWO} has not been complete for more than 2h" in stale.err) == (1, True)


def test_without_destinations_nothing_is_said_of_them(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text(FEEDS)
    assert "destinations" not in run(feedmill, root, "--json").report
    assert "destinations" not in feedmill("status", root, "--json").report
    assert "feedmill_destination" not in feedmill("status", root, "--prometheus").out
    said = feedmill("deploy", root)
    assert (said.code, said.err) == (2, "no destination is configured; use --to ADDRESS, or set `to` in [publish]\n")
    with closing(Index(root / ".feedmill/index.sqlite3")) as index:
        assert "destinations" not in index.run()


# Beside other parts


def test_a_run_in_which_nothing_changed_imports_nothing_for_destinations(root: Path, feedmill: Command) -> None:
    run(feedmill, root)
    script = "import sys; from feedmill.cli.main import main; print(main(sys.argv[1:]), *sys.modules)"
    words = [sys.executable, "-c", script, root, "-q"]
    for _ in range(2):  # the environment is another one than that of this process
        ran = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True)
    code, *modules = ran.stdout.split()
    assert code == "0"
    assert [name for name in modules if name.startswith(("feeds.", "msgspec", "posts.files.remote"))] == []


def test_the_schedule_of_a_site_with_destinations_may_use_the_network_and_keys(feedmill: Command, root: Path) -> None:
    said = feedmill("schedule", root, "--every", "10m", "--as", "systemd")
    assert "AF_INET6" in said.out
    assert "ProtectHome=read-only" in said.out


def test_an_index_of_schema_6_has_no_record(feedmill: Command, root: Path, host: Host) -> None:
    (root / "feedmill.toml").write_text(FEEDS)
    run(feedmill, root)
    with closing(sqlite3.connect(root / ".feedmill/index.sqlite3")) as database:
        database.execute("DROP TABLE remote_files")
        database.execute("PRAGMA user_version = 6")
        database.commit()
    (root / "feedmill.toml").write_text(configured(ONE))
    number = len(tree(root / "feeds"))
    assert f"{ONE}: {number} files to send, 0 to remove; has never been complete" in feedmill("status", root).out
    run(feedmill, root)
    assert remote(host) == tree(root / "feeds")


def test_a_preview_sends_nothing_and_check_neither(feedmill: Command, root: Path, host: Host) -> None:
    assert feedmill("check", root).code == 0
    options = parse_command_line(["serve", str(root)])[1]
    builder = PreviewBuilder(options.run, root.parent, clock=False, show=lambda *_: None)
    assert builder.first().differs
    assert host.log == []


@pytest.mark.parametrize("seed", range(2))
def test_through_many_publications_and_failures_no_feed_refers_to_a_missing_file(
    feedmill: Command, root: Path, host: Host, seed: int
) -> None:
    chance = random.Random(seed)
    run(feedmill, root)

    def watch() -> None:
        assert missing(host.root / "one", URL) == set()

    host.watch = watch
    for number in range(25 if REQUIRED else 6):
        for _ in range(chance.randint(1, 3)):
            day, kind = chance.randint(1, 28), chance.choice(["news", "sport", "new", "old"])
            path = root / f"_posts/2021-12-{day:02}-p.md"
            path.write_text(dated(f"P{day} {number}", day, kind)) if chance.random() < 0.8 else path.unlink(
                missing_ok=True
            )
        host.log.clear()
        host.how, host.fails_at = chance.choice(HOWS), chance.randint(0, 40)
        with suppress(KilledError):
            feedmill(root, "--now", "2024-01-01", "--allow-removals", *chance.choice([("--prune",), ()]))
        watch()
    host.fails_at = -1
    run(feedmill, root, "--allow-removals")
    assert remote(host) == tree(root / "feeds")
