"""`feedmill status`, and when the next post is due: what stands in the index, for people and for programs."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.needs import lacking
from tests.sites import Command, post, site, tree

TOML = '[feeds]\npages = false\nitems = 2\nby = ["category", "tag"]\n'
NOW = "2022-01-10T00:00:00Z"


def dated(title: str, date: str, **fields: str) -> str:
    return post(title, **fields).replace("2021-12-31 11:38:35 +0800", date)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        f"_posts/2022-01-0{day}-{day}.md": dated(f"Nr {day}", f"2022-01-0{day} 12:00:00 +0800") for day in range(1, 6)
    }
    old = dated("Old", "2021-01-01 12:00:00 +0800", tags="[港口新闻]")
    return site(tmp_path / "site", {**files, "_posts/2021-01-01-old.md": old, "feedmill.toml": TOML})


def test_a_site_that_never_ran_says_so(feedmill: Command, root: Path) -> None:
    before = tree(root)
    said = feedmill("status", root)
    assert said.code == 0
    assert said.out == f"{root} has not been published yet; run `feedmill {root}`\n"
    standing = feedmill("status", root, "--json").report
    assert (standing["last_run"], standing["feeds"], standing["runs"]) == (None, [], [])
    assert tree(root) == before


def test_the_standing_of_every_feed(feedmill: Command, root: Path) -> None:
    assert feedmill(root, "--now", NOW).code == 0
    before = tree(root)
    standing = feedmill("status", root, "--json", "--now", NOW).report
    assert tree(root) == before
    assert standing["last_run"] == NOW
    assert (standing["posts"], standing["problems"], standing["unfinished"]) == (6, 0, False)
    newest = "2022-01-05T12:00:00+08:00"
    everything, news, tag = standing["feeds"]
    expected = {"items": 2, "newest": newest, "changed": newest, "a_week": 1.25, "problems": 0}
    assert everything == {"feed": "", "title": "Site", **expected}
    assert news == {"feed": "category/news", "title": "news — Site", **expected}
    old = "2021-01-01T12:00:00+08:00"
    counts = {"items": 1, "newest": old, "changed": old, "a_week": 0.0, "problems": 0}
    assert tag == {"feed": "tag/港口新闻", "title": "港口新闻 — Site", **counts}


def test_the_table_is_aligned_text_without_anything_that_steers_a_terminal(feedmill: Command, root: Path) -> None:
    assert feedmill(root, "--now", NOW).code == 0
    lines = feedmill("status", root, "--now", NOW).out.splitlines()
    assert all(line.isprintable() for line in lines)
    table = lines[:4]
    assert len({cell_len(line) for line in table}) == 1
    assert len({len(line) for line in table}) == 2  # four characters that are two cells wide
    assert table[0].split() == ["feed", "items", "newest", "last", "change", "a", "week", "problems"]
    assert table[3].split() == ["tag/港口新闻", "1", *["2021-01-01", "12:00+08:00"] * 2, "0", "0"]
    assert lines[-2] == f"6 posts in 3 feeds, no problems as of {NOW}; no future posts"
    assert re.fullmatch(r"last successful run 0 seconds ago \(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\)", lines[-1])


def test_problems_stand_beside_the_feeds_whose_items_have_them(feedmill: Command, root: Path) -> None:
    zone = dated("Zone", "2022-01-06 12:00:00 +0800").replace("Text", "{% mystery %}Text")
    lost = "---\ntitle: No\ndate: 2021-02-31\n---\nText.\n"
    site(root, {"_posts/2022-01-06-z.md": zone, "_posts/2021-02-28-no.md": lost}, None)
    assert feedmill(root, "--now", NOW).code == 0
    standing = feedmill("status", root, "--json", "--now", NOW).report
    assert [one["problems"] for one in standing["feeds"]] == [1, 1, 0]
    assert standing["problems"] == 2


def test_the_last_twenty_runs_that_wrote_are_remembered(feedmill: Command, root: Path) -> None:
    for number in range(22):
        name = f"_posts/2022-01-06-{number}.md"
        site(root, {name: dated(f"More {number}", f"2022-01-06 12:{number:02}:00 +0800")}, None)
        assert feedmill(root, "--now", f"2022-01-10T00:{number:02}:00Z", "--workers", "1").code == 0
    assert feedmill(root, "--now", "2022-01-10T01:00:00Z").code == 0  # writes nothing: no such run
    runs = feedmill("status", root, "--json", "--now", "2022-01-10T01:00:00Z").report["runs"]
    assert [run["at"] for run in runs] == [f"2022-01-10T00:{number:02}:00Z" for number in range(2, 22)]
    assert {(run["written"], run["new"], run["changed"], run["gone"], run["removed"]) for run in runs} == {
        (6, 1, 0, 0, 0)
    }
    assert all(0 < run["seconds"] < 60 for run in runs)


def test_a_feed_that_lost_its_last_post_stands_there_empty(feedmill: Command, root: Path) -> None:
    assert feedmill(root, "--now", NOW).code == 0
    (root / "_posts" / "2021-01-01-old.md").unlink()
    assert feedmill(root, "--now", NOW).code == 0
    tag = feedmill("status", root, "--json", "--now", NOW).report["feeds"][-1]
    assert (tag["feed"], tag["items"], tag["newest"]) == ("tag/港口新闻", 0, "")
    assert tag["changed"] == "2022-01-10T00:00:00+00:00"  # when the post was taken back


def test_a_damaged_index_is_named_with_the_remedy(feedmill: Command, root: Path) -> None:
    assert feedmill(root, "--now", NOW).code == 0
    (root / ".feedmill" / "index.sqlite3").write_bytes(b"no index" * 1000)
    said = feedmill("status", root)
    assert said.code == 4
    assert "is damaged" in said.err


def test_the_next_future_post_is_due_at_its_date(feedmill: Command, root: Path) -> None:
    later, latest = (dated("Later", f"2022-0{month}-01 08:00:00.5 +0800") for month in (2, 3))
    site(root, {"_posts/2022-02-01-l.md": later, "_posts/2022-03-01-l.md": latest}, None)
    for _ in range(2):  # the second run is a glance
        assert feedmill(root, "--now", NOW, "--json").report["next_due"] == "2022-02-01T00:00:01Z"
        said = feedmill(root, "--now", NOW)
        assert said.out.endswith("unchanged; no problems; next post due 2022-02-01T00:00:01Z\n")
    assert feedmill("status", root, "--json", "--now", NOW).report["next_due"] == "2022-02-01T00:00:01Z"
    report = feedmill(root, "--now", "2022-02-01T00:00:01Z", "--json").report
    assert (report["new"], report["next_due"]) == (1, "2022-03-01T00:00:01Z")
    report = feedmill(root, "--now", "2022-03-01T00:00:01Z", "--json").report
    assert (report["new"], report["next_due"]) == (1, None)


def test_what_is_due_is_no_window_that_closes(feedmill: Command, root: Path) -> None:
    assert feedmill(root, "--now", NOW).code == 0
    site(root, {"_posts/2022-01-06-n.md": dated("New", "2022-01-06 12:00:00 +0800")}, None)
    assert feedmill(root, "--now", NOW, "--json").report["next_due"] is None


# How late the schedule is


def ahead(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def test_a_site_whose_last_run_is_too_old_exits_with_1(feedmill: Command, root: Path) -> None:
    said = feedmill("status", root, "--max-age", "2h", "-q")
    assert (said.code, said.out) == (1, "")
    assert "has not been published yet" in said.err
    assert feedmill(root).code == 0
    said = feedmill("status", root, "--max-age", "2h", "-q", "--now", ahead(minutes=119))
    assert (said.code, said.out, said.err) == (0, "", "")
    said = feedmill("status", root, "--max-age", "2h", "--now", ahead(minutes=121))
    assert said.code == 1
    assert f"{root}: the last successful run ended 2 hours ago, more than 2h; check the schedule" in said.err
    assert "last successful run 2 hours ago" in said.out


def test_a_run_that_finds_nothing_changed_is_a_successful_run(feedmill: Command, root: Path) -> None:
    """Also if the lock file, which has the time, was lost."""
    lock = root / ".feedmill" / "index.sqlite3.lock"
    for lose in (lambda: os.utime(lock, (0, 0)), lock.unlink):
        assert feedmill(root).code == 0
        index = (root / ".feedmill" / "index.sqlite3").read_bytes()
        lose()
        time.sleep(1.1)
        before = feedmill("status", root, "--json").report["last_success"]
        assert feedmill(root).code == 0
        assert feedmill("status", root, "--json").report["last_success"] > before
        assert (root / ".feedmill" / "index.sqlite3").read_bytes() == index


def test_a_run_that_fails_is_no_successful_run(feedmill: Command, root: Path) -> None:
    assert feedmill(root).code == 0
    before = feedmill("status", root, "--json").report["last_success"]
    time.sleep(1.1)
    for number in range(1, 6):
        (root / f"_posts/2022-01-0{number}-{number}.md").unlink()
    (root / "_posts/2021-01-01-old.md").unlink()
    assert feedmill(root).code == 3
    assert feedmill("status", root, "--json").report["last_success"] == before


def test_a_change_that_is_due_shows_how_late_the_schedule_is(feedmill: Command, root: Path) -> None:
    site(root, {"_posts/2022-02-01-l.md": dated("Later", "2022-02-01 08:00:00 +0800")}, None)
    assert feedmill(root, "--now", NOW).code == 0
    assert feedmill("status", root, "--json", "--now", "2022-01-31T23:59:59Z").report["late"] == 0
    late = ("status", root, "--now", "2022-02-01T03:00:00Z")
    assert feedmill(*late, "--json").report["late"] == 3 * 3600
    assert "; a change of the feeds is due for 3 hours: check the schedule" in feedmill(*late).out


@pytest.mark.parametrize("written", ["2", "0m", "x", ""])
def test_an_age_that_is_no_interval_is_a_mistake(feedmill: Command, root: Path, written: str) -> None:
    said = feedmill("status", root, f"--max-age={written}")
    assert said.code == 2
    assert "--max-age" in said.err


def test_the_digest_changes_with_the_published_files_only(feedmill: Command, root: Path) -> None:
    def digest() -> str:
        return str(feedmill("status", root, "--json").report["digest"])

    assert digest() == ""
    assert feedmill(root, "--now", NOW).code == 0
    first = digest()
    assert len(first) > 30
    (root / "feeds" / "rss.xml").unlink()
    assert feedmill(root, "--full", "--now", NOW).code == 0
    assert digest() == first
    site(root, {"_posts/2022-01-06-n.md": dated("New", "2022-01-06 12:00:00 +0800")}, None)
    assert feedmill(root, "--now", NOW).code == 0
    assert digest() != first


def test_the_metrics_are_what_prometheus_reads(feedmill: Command, tmp_path: Path, root: Path) -> None:
    try:
        from prometheus_client.parser import text_string_to_metric_families as parse
    except ImportError:
        lacking("prometheus-client: install feedmill[readers]")
    name = 'a "b\\c'
    other = root.rename(tmp_path / name)
    site(other, {"feedmill.toml": f'{TOML}[publish]\nhub = "http://127.0.0.1:1/"\n', "_posts/x.md": "no"}, None)
    for runs in (0, 1):
        said = feedmill("status", other, "--prometheus")
        assert said.code == 0
        found = {sample.name: sample for one in parse(said.out) for sample in one.samples}
        assert {one.labels["site"] for one in found.values()} == {str(other)}
        assert all(one.type == "gauge" for one in parse(said.out))
        assert found["feedmill_feeds"].value == 3 * runs
        assert (found["feedmill_last_success_timestamp_seconds"].value > time.time() - 60) == bool(runs)
        assert found["feedmill_problems"].value == runs
        if not runs:
            assert feedmill(other).code == 0
    assert found["feedmill_posts"].value == 6
    assert found["feedmill_files"].value == len([path for path in (other / "feeds").rglob("*") if path.is_file()])
    hub = found["feedmill_hub_notifications_pending"]
    assert (hub.labels["hub"], hub.value > 0) == ("http://127.0.0.1:1/", True)
    assert feedmill("status", other, "--prometheus", "--json").code == 2
