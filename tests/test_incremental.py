"""A run costs what changed: what is read, rendered, written and remembered from one run to the next."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest

from feedmill.run import up_to_date as glance
from posts.files import stat as stamps
from posts.files.stat import source_digest, source_stamps
from posts.pipeline import cache_keys as keys
from posts.pipeline import render, scanner
from posts.store import schema
from tests.sites import CONFIG, Command, Outcome, post, site

ROOT = Path(__file__).parent.parent
A, B, C = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md", "_posts/2021-01-03-c.md"
SPORT = post("B").replace("categories: news", "categories: sport")
HEAVY = ("bs4", "feedgen", "lxml", "cmarkgfm", "nh3", "liquid", "yaml", "frontmatter", "ada_url", "dateutil", "jinja2")
# What a feed is in its folder, and what lies in the root besides: the outline, the widget, style sheets and a script.
FEED = ("atom.xml", "embed.fragment.html", "embed.html", "feed.json", "index.html", "rss.xml")
WHOLE = 3 * len(FEED) + 8


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return site(tmp_path / "site", {A: post("A"), B: SPORT})


def settle(root: Path) -> None:
    """Makes everything older than the last run, as it is when a schedule comes round."""
    database = sqlite3.connect(root / ".feedmill" / "index.sqlite3")
    (began,) = database.execute("SELECT value FROM run WHERE key = 'began'").fetchone()
    later = json.dumps(int(began) + stamps.COARSE + 60_000_000_000)
    database.execute("UPDATE run SET value = ? WHERE key IN ('began', 'ended')", (later,))
    seal = json.dumps(schema.seal_of_run(dict(database.execute("SELECT key, value FROM run"))))
    database.execute("UPDATE run SET value = ? WHERE key = 'seal'", (seal,))
    database.commit()
    database.close()


def dated(title: str, day: str) -> str:
    return post(title).replace("2021-12-31", day)


def ids(feedmill: Command, root: Path) -> dict[str, str]:
    return {line["path"]: line["id"] for line in feedmill("list", root).lines}


def test_what_a_run_has_written_the_next_one_need_not_read(feedmill: Command, root: Path) -> None:
    feedmill("publish", root)
    database = sqlite3.connect(root / ".feedmill" / "index.sqlite3")
    (ended,) = database.execute("SELECT value FROM run WHERE key = 'ended'").fetchone()
    written = database.execute("SELECT ctime FROM outputs").fetchall()
    database.close()
    assert written
    assert not any(stamps.is_young(ctime, int(ended)) for (ctime,) in written)


class Counter:
    """Counts the calls of a function that goes on working."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
        self.paths: list[str] = []
        real = getattr(module, name)

        def counted(first: object, *rest: object) -> object:
            self.paths.append(getattr(first, "path", "") or first.post.path)  # type: ignore[attr-defined]
            return real(first, *rest)

        monkeypatch.setattr(module, name, counted)


def alone(root: Path) -> tuple[dict[str, object], set[str]]:
    """A run in a process of its own: its report, and the modules that it imported."""
    code = "import sys, publish; code = publish.main([sys.argv[1], '--json']); print(*sys.modules); sys.exit(code)"
    run = subprocess.run([sys.executable, "-c", code, root], capture_output=True, check=True, text=True, cwd=ROOT)
    report, modules = run.stdout.splitlines()
    return json.loads(report), set(modules.split())


@pytest.mark.parametrize("age", [0.0, 0.2])
def test_when_nothing_changed_little_is_imported_and_nothing_written(root: Path, age: float) -> None:
    time.sleep(age)  # what has only just changed is looked at more closely
    _, modules = alone(root)
    assert set(HEAVY) - modules <= {"liquid", "dateutil", "bs4", "cmarkgfm", "frontmatter", "yaml"}
    lock = root / ".feedmill" / "index.sqlite3.lock"  # its time says when a run last succeeded
    before = {path: path.stat() for path in root.rglob("*") if path != lock}
    time.sleep(0.01)
    report, modules = alone(root)
    assert not set(HEAVY) & modules
    assert report["written"] == []
    assert len(report["unchanged"]) == WHOLE  # type: ignore[arg-type]
    after = {path: path.stat() for path in root.rglob("*") if path != lock}
    assert {path: (one.st_mtime_ns, one.st_ino) for path, one in after.items()} == {
        path: (one.st_mtime_ns, one.st_ino) for path, one in before.items()
    }


def test_a_run_that_found_nothing_says_the_same_as_the_one_before(feedmill: Command, root: Path) -> None:
    site(root, {C: "---\ntitle: [\n---\n", "_posts/2021-01-04-d.md": post("D") + "{{ x.y }}\n"}, None)
    first, second = feedmill(root, "--json"), feedmill(root, "--json")
    same = ("posts", "skipped", "feeds", "problems")
    assert {name: first.report[name] for name in same} == {name: second.report[name] for name in same}
    assert second.report["unchanged"] == first.report["written"]
    assert first.err == second.err
    assert feedmill(root, "--strict").code == 1


def test_only_what_changed_is_read_and_rendered(feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feedmill(root)
    settle(root)
    read, rendered = Counter(monkeypatch, scanner, "scan_post"), Counter(monkeypatch, render, "render_content")
    site(root, {B: SPORT + "More.\n"}, None)
    report = feedmill(root, "--json", "--workers", "1").report
    assert (read.paths, rendered.paths) == ([B], [B])
    assert report["written"] == sorted([*FEED, *(f"category/sport/{name}" for name in FEED)])
    assert (report["new"], report["changed"], report["gone"]) == (0, 1, 0)


def test_a_body_is_rendered_only_when_its_post_enters_a_window(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = {
        f"_posts/2021-01-{day:02}-x.md": post(f"T{day}").replace("2021-12-31", f"2021-01-{day:02}")
        for day in range(1, 9)
    }
    root = site(tmp_path, {**posts, "feedmill.toml": "[feeds]\nitems = 2\n"})
    rendered = Counter(monkeypatch, render, "render_content")
    feedmill(root, "--workers", "1")
    assert rendered.paths == ["_posts/2021-01-07-x.md", "_posts/2021-01-08-x.md"]
    rendered.paths.clear()
    (root / "feedmill.toml").write_text("[feeds]\nitems = 3\n")
    feedmill(root, "--workers", "1")
    assert rendered.paths == ["_posts/2021-01-06-x.md"]


def test_a_fresh_checkout_keeps_what_is_known_of_the_same_bytes(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedmill(root)
    settle(root)
    for path in (root / "_posts").iterdir():
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)
    read, rendered = Counter(monkeypatch, scanner, "scan_post"), Counter(monkeypatch, render, "render_content")
    report = feedmill(root, "--json", "--workers", "1").report
    assert (read.paths, rendered.paths, report["written"]) == ([], [], [])


def test_a_same_size_edit_with_its_time_put_back_is_found(feedmill: Command, root: Path) -> None:
    feedmill(root)
    settle(root)
    before = (root / A).stat()
    site(root, {A: post("Z")}, None)
    os.utime(root / A, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert feedmill(root, "--json").report["changed"] == 1


def test_an_output_that_is_missing_or_altered_is_written_again(feedmill: Command, root: Path) -> None:
    feedmill(root)
    settle(root)
    good = (root / "feeds" / "rss.xml").read_bytes()
    (root / "feeds" / "rss.xml").write_bytes(b"altered by another hand")
    (root / "feeds" / "category" / "sport" / "feed.json").unlink()
    report = feedmill(root, "--json").report
    assert report["written"] == ["category/sport/feed.json", "rss.xml"]
    assert (root / "feeds" / "rss.xml").read_bytes() == good


@pytest.mark.parametrize(
    ("toml", "read", "rendered", "written"),
    [
        ('[feeds.titles.category]\nsport = "S"\n', [], [], 8),
        ('[clean]\nremove = ["em"]\n', [], [A, B], 0),
        ('[posts]\npermalink = "/:title/"\n', [A, B], [A, B], 18),
        ('[site]\ntitle = "Other"\n', [], [], 19),
        ("[feeds]\nttl = 5\n", [], [], 10),
    ],
)
def test_a_setting_invalidates_what_it_can_affect(
    feedmill: Command,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    toml: str,
    read: list[str],
    rendered: list[str],
    written: int,
) -> None:
    feedmill(root)
    settle(root)
    reading, rendering = Counter(monkeypatch, scanner, "scan_post"), Counter(monkeypatch, render, "render_content")
    (root / "feedmill.toml").write_text(toml)
    report = feedmill(root, "--json", "--workers", "1").report
    assert (reading.paths, rendering.paths) == (read, rendered)
    assert len(report["written"]) <= written


def test_an_included_file_is_a_dependency_also_while_it_is_missing(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A") + "{% include note.html %}\n"}, None)
    feedmill(root)
    for text in ("one", "two"):
        settle(root)
        site(root, {"_includes/note.html": text}, None)
        feedmill(root)
        assert text in (root / "feeds" / "feed.json").read_text()
    settle(root)
    (root / "_includes" / "note.html").unlink()
    feedmill(root)
    assert "two" not in (root / "feeds" / "feed.json").read_text()


def test_a_local_medium_is_a_dependency(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A", audio="/a.mp3"), "a.mp3": b"12345"}, None)
    feedmill(root)
    settle(root)
    site(root, {"a.mp3": b"1234567"}, None)
    feedmill(root)
    assert 'length="7"' in (root / "feeds" / "atom.xml").read_text()


def test_a_linked_post_is_a_dependency(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A") + "[b]({% post_url 2021-01-02-b %})\n"}, None)
    feedmill(root)
    settle(root)
    site(root, {B: post("B", permalink="/moved/")}, None)
    feedmill(root)
    assert "https://site.example/moved/" in json.dumps(
        [item["content_html"] for item in json.loads((root / "feeds" / "feed.json").read_text())["items"]]
    )


def updated(root: Path, title: str) -> str:
    (item,) = (one for one in json.loads((root / "feeds" / "feed.json").read_text())["items"] if one["title"] == title)
    return str(item["date_modified"])


def test_updated_moves_when_the_text_does_and_never_through_anything_else(feedmill: Command, root: Path) -> None:
    feedmill(root, "--now", "2024-01-01T00:00:00Z")
    assert updated(root, "A") == "2021-12-31T11:38:35+08:00"
    site(root, {A: post("A") + "\n\n"}, None)  # other bytes, the same text
    (root / "feedmill.toml").write_text('[clean]\nremove = ["em"]\n')
    feedmill(root, "--now", "2024-01-02T00:00:00Z")
    assert updated(root, "A") == "2021-12-31T11:38:35+08:00"
    site(root, {A: post("A") + "More."}, None)
    feedmill(root, "--now", "2024-01-03T00:00:00Z")
    assert updated(root, "A") == "2024-01-03T00:00:00+00:00"
    site(root, {A: post("A", updated="2024-02-01 10:00:00 +0200") + "More and more."}, None)
    feedmill(root, "--now", "2024-02-04T00:00:00Z")
    assert updated(root, "A") == "2024-02-01T10:00:00+02:00"
    feedmill(root, "--now", "2024-02-05T00:00:00Z", "--full")
    assert updated(root, "A") == "2024-02-01T10:00:00+02:00"


def test_what_cannot_be_read_any_more_stays_as_it_was_published(feedmill: Command, root: Path) -> None:
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_bytes()
    site(root, {A: "---\ntitle: [\n---\n"}, None)
    outcome = feedmill(root, "--json")
    assert outcome.codes == [(A, 2, "bad-yaml")]
    assert (root / "feeds" / "rss.xml").read_bytes() == before
    feedmill(root, "--full")
    assert (root / "feeds" / "rss.xml").read_bytes() == before


def test_a_feed_without_posts_stays_empty_and_valid_until_it_is_pruned(feedmill: Command, root: Path) -> None:
    feedmill(root)
    before = json.loads((root / "feeds" / "category" / "sport" / "feed.json").read_text())
    (root / B).unlink()
    report = feedmill(root, "--json").report
    assert (report["gone"], report["removed"]) == (1, [])
    after = json.loads((root / "feeds" / "category" / "sport" / "feed.json").read_text())
    assert after == {**before, "items": []}
    pruned = feedmill(root, "--json", "--prune").report
    assert pruned["removed"] == [f"category/sport/{name}" for name in FEED]
    assert not (root / "feeds" / "category" / "sport").exists()
    assert feedmill(root, "--json").report["written"] == []


def test_files_of_a_format_that_is_given_up_are_removed_but_not_what_others_made_of_them(
    feedmill: Command, root: Path
) -> None:
    feedmill(root)
    (root / "feeds" / "rss.xml").write_text("mine now")
    (root / "feedmill.toml").write_text('[feeds]\nformats = ["atom"]\n')
    removed = feedmill(root, "--json").report["removed"]
    assert "feed.json" in removed
    assert "rss.xml" not in removed
    assert (root / "feeds" / "rss.xml").read_text() == "mine now"


def test_what_was_published_lately_is_in_the_window_whatever_its_date(feedmill: Command, tmp_path: Path) -> None:
    posts = {
        f"_posts/2021-01-0{day}-x.md": post(f"T{day}").replace("2021-12-31", f"2021-01-0{day}") for day in (2, 3, 4)
    }
    root = site(tmp_path, {**posts, "feedmill.toml": '[feeds]\nitems = 2\nkeep = "3h"\n'})

    def titles(now: str) -> list[str]:
        assert feedmill(root, "--now", now).code == 0
        return [item["title"] for item in json.loads((root / "feeds" / "feed.json").read_text())["items"]]

    assert titles("2024-01-01T00:00:00Z") == ["T4", "T3"]  # the first run brings everything: that is no news
    site(root, {"_posts/2020-01-01-old.md": dated("Old", "2020-01-01")}, None)
    assert titles("2024-01-01T01:00:00Z") == ["T4", "T3", "Old"]
    assert titles("2024-01-01T03:59:59Z") == ["T4", "T3", "Old"]
    assert titles("2024-01-01T04:00:01Z") == ["T4", "T3"]


def test_a_future_post_comes_when_its_time_has_come(feedmill: Command, root: Path) -> None:
    site(root, {"_posts/2024-05-01-c.md": "---\ntitle: C\n---\n"}, None)
    assert feedmill(root, "--now", "2024-04-30T00:00:00Z", "--json").report["posts"] == 2
    settle(root)
    assert feedmill(root, "--now", "2024-04-30T12:00:00Z", "--json").report["posts"] == 2
    assert feedmill(root, "--now", "2024-04-30T16:00:00Z", "--json").report["new"] == 1


def test_a_time_before_the_last_run_is_refused(feedmill: Command, root: Path) -> None:
    feedmill(root, "--now", "2024-01-02")
    outcome = feedmill(root, "--now", "2024-01-01")
    assert outcome.code == 3
    assert "--state" in outcome.err


def test_processes_write_the_same_bytes(feedmill: Command, tmp_path: Path) -> None:
    posts = {f"_posts/2021-01-02-{number}.md": post(f"T{number}") + "*x*\n" for number in range(450)}
    root = site(tmp_path / "site", posts)
    runs: list[Outcome] = []
    for workers in ("1", "2"):
        out, state = tmp_path / f"out{workers}", tmp_path / f"state{workers}"
        runs.append(feedmill(root, "--out", out, "--state", state, "--workers", workers, "--now", "2024-01-01"))
    assert runs[0].out == runs[1].out
    for path in (tmp_path / "out1").rglob("*.*"):
        assert (tmp_path / "out2" / path.relative_to(tmp_path / "out1")).read_bytes() == path.read_bytes()


def imported(root: Path, lines: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "publish.py", "state", "import", root]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=False)


def test_the_ledger_goes_through_json_lines_and_back(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A", source="https://paper.example/a")}, None)
    feedmill(root, "--now", "2024-01-01")
    known = ids(feedmill, root)
    exported = feedmill("state", "export", root).out
    lines = exported.splitlines()
    assert lines == sorted(lines)
    site(root, {A: post("A", source="https://paper.example/other")}, None)
    shutil.rmtree(root / ".feedmill")
    shutil.rmtree(root / "feeds")  # they would bring the ids back
    assert ids(feedmill, root) != known
    run = imported(root, exported)
    assert (run.returncode, run.stderr) == (0, "")
    assert ids(feedmill, root) == known
    assert feedmill("state", "export", root).out == exported


def test_a_line_that_is_no_ledger_is_named(root: Path) -> None:
    run = imported(root, "{}\n")
    assert run.returncode == 2
    assert run.stderr.startswith("line 1 is not a line of `feedmill state export`")
    assert not (root / ".feedmill").exists()


def test_an_index_of_another_program_or_a_newer_version_is_refused(feedmill: Command, root: Path) -> None:
    feedmill(root)
    index = root / ".feedmill" / "index.sqlite3"
    database = sqlite3.connect(index)
    database.execute("PRAGMA user_version = 99")
    database.close()
    newer = feedmill(root)
    assert (newer.code, "newer version" in newer.err) == (3, True)
    index.unlink()
    sqlite3.connect(index).execute("CREATE TABLE x (y)").connection.close()
    other = feedmill(root)
    assert (other.code, "not a feedmill index" in other.err) == (3, True)


def test_another_output_folder_is_written_whole(feedmill: Command, root: Path, tmp_path: Path) -> None:
    feedmill(root)
    assert len(feedmill(root, "--out", tmp_path / "b", "--json").report["written"]) == WHOLE
    assert len(feedmill(root, "--json").report["unchanged"]) == WHOLE


def test_a_library_of_another_version_makes_contents_anew(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedmill(root)
    settle(root)
    monkeypatch.setattr(keys, "_version", lambda name: "99" if name == "nh3" else "1")
    monkeypatch.setattr(glance, "environment", lambda: "other")
    monkeypatch.setattr("feedmill.run.site.environment", lambda: "other")
    rendered = Counter(monkeypatch, render, "render_content")
    report = feedmill(root, "--json", "--workers", "1").report
    assert rendered.paths == [A, B]
    assert report["written"] == []


def test_an_empty_body_tells_nothing_of_a_renamed_post(feedmill: Command, tmp_path: Path) -> None:
    empty = "---\ntitle: {}\ndate: 2021-01-01\n---\n"
    root = site(tmp_path, {"_posts/2021-01-01-one.md": empty.format("One")})
    feedmill(root)
    before = ids(feedmill, root)
    (root / "_posts" / "2021-01-01-one.md").unlink()
    site(root, {"_posts/2021-01-01-two.md": empty.format("Two")}, None)
    feedmill(root)
    assert ids(feedmill, root)["_posts/2021-01-01-two.md"] != before["_posts/2021-01-01-one.md"]


CONFIG_WITH_SECRET = CONFIG + "token: hunter2\n"


def test_no_secret_of_the_configuration_is_in_the_index(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post("A")}, CONFIG_WITH_SECRET)
    feedmill(root)
    assert b"hunter2" not in (root / ".feedmill" / "index.sqlite3").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        *("PyYAML", "ada-url", "python-dateutil", "python-frontmatter", "beautifulsoup4", "cmarkgfm", "lxml", "nh3"),
        *("python-liquid", "regex", "soupsieve", "feedgen", "Jinja2", "MarkupSafe", "msgspec", "not-installed"),
    ],
)
def test_versions_are_those_of_the_installed_libraries(name: str) -> None:
    try:
        expected = metadata.version(name)
    except metadata.PackageNotFoundError:
        expected = ""
    assert keys._version(name) == expected


def test_a_library_without_a_folder_of_its_own_has_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Old_Library.egg-info").write_text("Metadata-Version: 2.1\nName: Old-Library\nVersion: 1.5\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    keys._installed.cache_clear()
    assert keys._version("old.library") == "1.5"


def test_the_cache_keys_follow_the_source(tmp_path: Path) -> None:
    package = tmp_path / "posts"
    (package / "__pycache__").mkdir(parents=True)
    (package / "a.py").write_text("x = 1\n")
    before, stamps = source_digest(str(package)), [*source_stamps(str(package))]
    (package / "__pycache__" / "a.pyc").write_bytes(b"compiled")
    assert (source_digest(str(package)), [*source_stamps(str(package))]) == (before, stamps)
    (package / "a.py").write_text("x = 2\n")
    assert source_digest(str(package)) != before
    assert [*source_stamps(str(package))] != stamps


def test_an_edited_checkout_is_noticed_and_changes_no_feed(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedmill(root)
    settle(root)
    monkeypatch.setattr(keys, "source_digest", lambda _: "another")
    monkeypatch.setattr(glance, "source_stamps", lambda _: ["another"])
    rendered = Counter(monkeypatch, render, "render_content")
    assert feedmill(root, "--json", "--workers", "1").report["written"] == []
    assert rendered.paths == [A, B]
