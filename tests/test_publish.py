"""The command line: verbs, options, exit codes, reports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from feedmill.run import produce as producing
from tests.sites import CONFIG, Command, post, site, tree
from tests.users import run_unprivileged

ROOT = Path(__file__).parent.parent
A, B = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md"
BAD = "---\ntitle: [\n---\n"


def stamps(folder: Path) -> dict[Path, tuple[int, int, int]]:
    return {path: (one.st_mtime_ns, one.st_ino, one.st_size) for path in folder.rglob("*") for one in [path.stat()]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return site(tmp_path / "site", {A: post("A"), B: post("B")})


def test_a_site_is_published_into_its_feeds_folder(feedmill: Command, root: Path) -> None:
    outcome = feedmill(root)
    assert (outcome.code, outcome.err) == (0, "")
    introduction, report = outcome.out.splitlines()
    assert introduction == "feedmill: Jekyll site (_config.yml), 2 posts in _posts/"
    assert report == "2 posts in 2 feeds; 20 files written, 0 unchanged; no problems"
    assert sorted(path.relative_to(root / "feeds").as_posix() for path in (root / "feeds").rglob("*.*")) == [
        "atom.xml",
        "category/news/atom.xml",
        "category/news/embed.fragment.html",
        "category/news/embed.html",
        "category/news/feed.json",
        "category/news/index.html",
        "category/news/rss.xml",
        "embed.fragment.html",
        "embed.html",
        "embed.js",
        "feed.css",
        "feed.json",
        "feed.svg",
        "feeds.opml",
        "frame.css",
        "frame.js",
        "index.html",
        "pages.css",
        "pages.js",
        "rss.xml",
    ]


def test_publish_is_the_verb_that_is_meant_and_the_current_folder_the_site(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert feedmill().code == 0
    assert feedmill("publish", "--json").report["written"] == []
    assert feedmill("--json", "publish", ".").report["written"] == []


def test_a_second_run_touches_nothing(feedmill: Command, root: Path) -> None:
    feedmill(root)
    before = stamps(root / "feeds")
    report = feedmill(root, "--json").report
    assert (report["written"], len(report["unchanged"])) == ([], 20)
    assert stamps(root / "feeds") == before


def test_the_report(feedmill: Command, root: Path) -> None:
    site(root, {"_posts/2021-01-03-bad.md": BAD, "_posts/2021-01-04-hidden.md": post("H", published="false")}, None)
    report = feedmill(root, "--json").report
    counts = {name: report[name] for name in ("posts", "new", "changed", "gone", "skipped", "feeds")}
    assert counts == {"posts": 2, "new": 2, "changed": 0, "gone": 0, "skipped": 2, "feeds": 2}
    assert report["written"] == sorted(report["written"])
    assert report["removed"] == []
    assert isinstance(report["seconds"], float)
    (problem,) = report["problems"]
    assert problem == {
        "path": "_posts/2021-01-03-bad.md",
        "line": 2,
        "code": "bad-yaml",
        "severity": "error",
        "message": problem["message"],
    }


def test_a_bad_post_is_named_and_the_others_are_published(feedmill: Command, root: Path) -> None:
    site(root, {"_posts/2021-01-03-bad.md": BAD}, None)
    outcome = feedmill(root)
    assert outcome.code == 0
    assert outcome.err.startswith("_posts/2021-01-03-bad.md:2: error: invalid YAML in front matter")
    assert outcome.err.endswith("[bad-yaml]\n")
    assert feedmill(root, "--strict").code == 1


def test_check_reports_and_writes_nothing(feedmill: Command, root: Path) -> None:
    assert feedmill("check", root).code == 0
    site(root, {A: post("A") + "{{ nothing.here }}\n"}, None)
    outcome = feedmill("check", root)
    assert outcome.code == 1
    assert f"{A}:" in outcome.err
    assert not (root / "feeds").exists()


def test_out_and_now(feedmill: Command, root: Path, tmp_path: Path) -> None:
    site(root, {"_posts/2021-06-01-c.md": "---\ntitle: C\n---\n"}, None)
    assert feedmill(root, "--out", tmp_path / "early", "--now", "2021-05-31T15:59:59Z", "--json").report["posts"] == 0
    assert feedmill(root, "--out", tmp_path / "later", "--now", "2022-01-01", "--json").report["posts"] == 3


def test_out_does_not_change_a_byte(feedmill: Command, root: Path, tmp_path: Path) -> None:
    feedmill(root)
    feedmill(root, "--out", tmp_path / "elsewhere")
    for path in (root / "feeds").rglob("*.*"):
        assert (tmp_path / "elsewhere" / path.relative_to(root / "feeds")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc", "."], "did you mean `feedmill check`?"),
        (["nowhere"], "no such directory or command: 'nowhere'"),
        (["check", "nowhere"], "no such directory: 'nowhere'"),
        ([".", "."], "unexpected argument: '.'; expected one SITE"),
        (["--frobnicate"], "`feedmill publish` has no option --frobnicate"),
        ([".", "--now", "soon"], "--now: date 'soon' has no four-digit year; write it as "),
        ([".", "--config", "nowhere.toml"], "there is no configuration file nowhere.toml"),
    ],
)
def test_wrong_arguments_exit_with_2_and_a_hint(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(root)
    outcome = feedmill(*arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_all_mistakes_of_the_configuration_come_at_once(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_text(
        """
        [site]
        timezone = "Mars/Olympus"
        language = "not a language"
        [posts]
        naive = "local"
        zones = { CEST = "two" }
        encodng = "gbk"
        [clean]
        remove = ["p:nonsense("]
        [[identity.rewrite]]
        match = "("
        replace = "x"
        [feeds]
        items = "many"
        by = ["categories"]
        [[feeds.custom]]
        name = "x"
        match = "("
        """
    )
    outcome = feedmill(root)
    assert outcome.code == 2
    keys = [tuple(line.split(": ")[:3]) for line in outcome.err.splitlines()]
    assert keys == [
        ("feedmill.toml:3", "error", "[site] timezone"),
        ("feedmill.toml:4", "error", "[site] language"),
        ("feedmill.toml:6", "error", "[posts] naive"),
        ("feedmill.toml:7", "error", "[posts] zones.CEST"),
        ("feedmill.toml:8", "error", "[posts] encodng"),
        ("feedmill.toml:10", "error", "[clean] remove"),
        ("feedmill.toml:12", "error", "[[identity.rewrite]] match"),
        ("feedmill.toml:15", "error", "[feeds] items"),
        ("feedmill.toml:16", "error", "[feeds] by"),
        ("feedmill.toml:19", "error", "[[feeds.custom]] match"),
    ]
    assert 'did you mean "encoding"?' in outcome.err
    assert 'expected any of "category"' in outcome.err
    assert not (root / "feeds").exists()


def test_a_mistake_is_named_with_the_file_it_is_in(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post()}, CONFIG.replace("Asia/Shanghai", "Mars/Olympus"))
    assert feedmill(root).err.startswith("_config.yml:3: error: timezone: expected the name of a time zone")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "feedmill.toml",
            "[site\n",
            "feedmill.toml:1: error: invalid TOML: expected ']' at the end of a table declaration",
        ),
        (
            "feedmill.toml",
            "[sight]\n",
            'feedmill.toml:1: error: [sight]: there is no such setting (did you mean "site"?)',
        ),
        ("feedmill.toml", "site = 3\n", "feedmill.toml:1: error: site: expected a table, not 3"),
        ("_config.yml", "a: [\n", "_config.yml:1: error: invalid YAML"),
        ("_config.yml", "- a\n", "_config.yml:1: error: expected lines of `key: value`"),
    ],
)
def test_a_broken_configuration_file(feedmill: Command, root: Path, name: str, text: str, message: str) -> None:
    (root / name).write_text(text)
    outcome = feedmill(root)
    assert outcome.code == 2
    assert message in outcome.err


def test_a_file_of_somebody_elses_is_never_replaced(feedmill: Command, root: Path) -> None:
    mine = root / "feeds" / "rss.xml"
    mine.parent.mkdir()
    mine.write_text("<rss>made by hand</rss>")
    outcome = feedmill(root)
    assert outcome.code == 3
    assert "rss.xml" in outcome.err
    assert [path.name for path in (root / "feeds").iterdir()] == ["rss.xml"]
    assert mine.read_text() == "<rss>made by hand</rss>"


def test_a_folder_that_cannot_be_written_exits_with_4(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    root.chmod(0o555)
    outcome = run_unprivileged(feedmill, root)
    assert (outcome.code, sorted(tree(root))) == (4, ["_config.yml", A])
    assert "permission" in outcome.err.lower()
    root.chmod(0o755)
    assert run_unprivileged(feedmill, root).code == 0


def test_an_output_that_cannot_be_written_exits_with_4_and_stays(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    assert run_unprivileged(feedmill, root).code == 0
    before = tree(root / "feeds")
    site(root, {A: post("New")}, None)
    (root / "feeds").chmod(0o555)
    outcome = run_unprivileged(feedmill, root)
    assert (outcome.code, "cannot be written (Permission denied)" in outcome.err) == (4, True)
    assert tree(root / "feeds") == before
    (root / "feeds").chmod(0o755)
    assert run_unprivileged(feedmill, root).code == 0
    assert "New" in (root / "feeds" / "rss.xml").read_text()


def test_a_post_that_may_not_be_read_costs_that_post(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post("A"), "_posts/2021-01-09-secret.md": post("Secret")})
    (root / "_posts/2021-01-09-secret.md").chmod(0)
    outcome = run_unprivileged(feedmill, root, "--json")
    assert (outcome.code, outcome.report["posts"]) == (0, 1)
    assert [path for path, _, _ in outcome.codes] == ["_posts/2021-01-09-secret.md"]


def test_an_output_that_is_a_file_is_refused_without_a_traceback(feedmill: Command, root: Path) -> None:
    (root / "feeds").write_text("x")
    outcome = feedmill(root)
    assert outcome.code in (3, 4)
    assert "feeds" in outcome.err


def test_quiet_prints_errors_only(feedmill: Command, root: Path) -> None:
    site(root, {A: post("A") + "{{ nothing.here }}\n", "_posts/2021-01-03-bad.md": BAD}, None)
    outcome = feedmill(root, "-q")
    assert outcome.out == ""
    assert [line.split(":")[0] for line in outcome.err.splitlines()] == ["_posts/2021-01-03-bad.md"]


def test_what_could_steer_a_terminal_is_shown_not_sent(feedmill: Command, root: Path) -> None:
    (root / "_posts" / "2021-01-03-\x1b[31m\n\u202e.md").write_text(BAD)
    outcome = feedmill(root)
    assert r"_posts/2021-01-03-\x1b[31m\x0a\x202e.md:2: error:" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_list_prints_a_json_object_a_line_in_order_of_date(feedmill: Command, tmp_path: Path) -> None:
    late = post("Late", source="https://elsewhere.example/x", author="Ann").replace("2021-12-31", "2022-01-01")
    root = site(tmp_path, {A: late, B: post("Early"), "_posts/2021-01-03-bad.md": BAD})
    lines = feedmill("list", root).lines
    assert [(line["path"], line["state"]) for line in lines] == [
        (B, "published"),
        (A, "published"),
        ("_posts/2021-01-03-bad.md", "invalid"),
    ]
    assert list(lines[0]) == list(lines[2])
    assert {**lines[1], "id": ""} == {
        "path": A,
        "state": "published",
        "id": "",
        "title": "Late",
        "date": "2022-01-01T11:38:35+08:00",
        "updated": None,
        "categories": ["news"],
        "tags": [],
        "authors": ["Ann"],
        "permalink": "https://site.example/news/2022/01/01/a.html",
        "link": "https://site.example/news/2022/01/01/a.html",
        "source": "https://elsewhere.example/x",
        "reason": None,
        "shown": True,
    }


def test_init_writes_a_configuration_that_publishes(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "plain", {"content/posts/a.md": post()}, None)
    assert feedmill("init", root).code == 0
    path = root / "feedmill.toml"
    assert 'folders = ["content"]' in path.read_text("utf-8")
    needed = feedmill(root)
    assert (needed.code, "[site] url: is missing" in needed.err) == (2, True)  # an example must not make ids
    path.write_text(
        re.sub(r"^# url = .*$", 'url = "https://mine.example"', path.read_text("utf-8"), flags=re.MULTILINE)
    )
    assert feedmill(root).code == 0
    again = feedmill("init", root)
    assert again.code == 3
    assert "already exists" in again.err


def test_init_finds_the_folder_of_posts_with_toml_front_matter(feedmill: Command, tmp_path: Path) -> None:
    text = '+++\ntitle = "A"\ndate = 2021-01-02\n+++\ntext\n'
    root = site(tmp_path / "s", {"notes/a.md": text, "notes/b.md": f"\n{text}"}, None)
    assert feedmill("init", root).code == 0
    assert 'folders = ["notes"]' in (root / "feedmill.toml").read_text()


def test_init_shows_what_a_jekyll_site_says_itself(feedmill: Command, root: Path) -> None:
    feedmill("init", root)
    text = (root / "feedmill.toml").read_text("utf-8")
    assert '# title = "Site"' in text
    assert '# timezone = "Asia/Shanghai"' in text
    assert feedmill(root).code == 0


@pytest.mark.parametrize(
    ("endings", "line"),
    [
        (["<https://paper.example/1>\n\n[x](../news/)", "<https://paper.example/2>", "end"], "closing_link = true"),
        (["<https://paper.example/1>", "the end", "See [x](https://paper.example/2)"], '# closing_link = "auto"'),
        (["https://youtu.be/1", "https://youtu.be/2", "https://youtu.be/3"], '# closing_link = "auto"'),
    ],
)
def test_init_proposes_closing_links_as_sources_where_most_posts_end_in_one(
    feedmill: Command, tmp_path: Path, endings: list[str], line: str
) -> None:
    files = {f"_posts/2021-12-0{day}-a.md": f"{post()}\n{text}\n" for day, text in enumerate(endings, 1)}
    root = site(tmp_path, {**files, "_posts/2021-12-09-broken.md": b"---\n\xff\x00"})
    assert feedmill("init", root).code == 0
    assert [one for one in (root / "feedmill.toml").read_text("utf-8").splitlines() if one.startswith(line)]


def test_every_setting_that_init_comments_out_is_one(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"a.md": post()}, None)
    feedmill("init", root)
    path = root / "feedmill.toml"
    text = re.sub(r"^# (?=.*[=\[])", "", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text.replace('folders = ["posts"]', 'folders = ["."]'))
    outcome = feedmill("check", root)
    assert "there is no such setting" not in outcome.err
    assert outcome.code in (0, 1)


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1"},
    ],
)
def test_the_same_bytes_whatever_the_environment(
    feedmill: Command, root: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    feedmill(root)
    out = tmp_path / "out"
    command = [sys.executable, str(ROOT / "publish.py"), str(root), "--out", str(out), "--json"]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True)
    assert len(json.loads(run.stdout)["written"]) == 20
    for path in (root / "feeds").rglob("*.*"):
        assert (out / path.relative_to(root / "feeds")).read_bytes() == path.read_bytes()


def test_a_closed_pipe_is_no_failure(root: Path) -> None:
    site(root, {f"_posts/2021-02-01-{number}.md": post(str(number)) for number in range(300)}, None)
    command = f"{sys.executable} {ROOT / 'publish.py'} list {root} -q | head -n 1"
    run = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[site]\nurl = ""\n', "feedmill.toml:2: error: [site] url: is missing"),
        ('[site]\nurl = "https://[::1"\n', "feedmill.toml:2: error: [site] url: expected an absolute address"),
        ('[site]\nurl = "https://ex.org:99999"\n', "feedmill.toml:2: error: [site] url: expected an absolute address"),
        ('[site]\nbaseurl = "https://ex.org/blog"\n', "feedmill.toml:2: error: [site] baseurl: expected the path"),
        (
            '[posts]\nencoding = "utf-99"\n',
            "feedmill.toml:2: error: [posts] encoding: expected the name of an encoding",
        ),
        ('[posts]\nencoding = "hex"\n', "feedmill.toml:2: error: [posts] encoding: expected the name of an encoding"),
        ("[sit]\n[feeds]\nitems = 0\n", "feedmill.toml:1: error: [sit]: there is no such setting"),
        ("[sit]\n[feeds]\nitems = 0\n", "feedmill.toml:3: error: [feeds] items: expected a whole number"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_a_mistake(feedmill: Command, root: Path, toml: str, message: str) -> None:
    (root / "feedmill.toml").write_text(toml)
    outcome = feedmill(root)
    assert outcome.code == 2
    assert message in outcome.err


@pytest.mark.parametrize("folder", ["pots", "../elsewhere", "/nowhere"])
def test_a_folder_that_is_not_there_is_a_mistake_and_empties_nothing(
    feedmill: Command, tmp_path: Path, folder: str
) -> None:
    toml = '[site]\nurl = "https://site.example"\n[posts]\nfolders = ["{}"]\n'
    root = site(tmp_path / "site", {"posts/a.md": post(), "feedmill.toml": toml.format("posts")}, None)
    (tmp_path / "elsewhere").mkdir()
    feedmill(root)
    (root / "feedmill.toml").write_text(toml.format(folder))
    outcome = feedmill(root)
    assert (outcome.code, "feedmill.toml:4: error: [posts] folders: no such folder in the site" in outcome.err) == (
        2,
        True,
    )


def test_a_byte_order_mark_before_the_configuration_is_put_up_with(feedmill: Command, root: Path) -> None:
    (root / "feedmill.toml").write_bytes(b"\xef\xbb\xbf[feeds]\r\nitems = 3\r\n")
    assert feedmill(root).code == 0


def test_null_in_a_jekyll_configuration_is_nothing(feedmill: Command, tmp_path: Path) -> None:
    config = "title: ~\nurl: https://site.example\nbaseurl: null\nauthor: null\ntimezone: ~\n"
    root = site(tmp_path, {A: post()}, config)
    assert feedmill(root).code == 0
    assert "<title>site.example</title>" in (root / "feeds" / "rss.xml").read_text("utf-8")


def test_names_of_files_are_utf_8_whatever_the_locale(root: Path) -> None:
    site(root, {"_posts/2021-03-01-中文.md": post("中")}, None)
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, ROOT / "publish.py", "list", root]
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert "/%E4%B8%AD%E6%96%87.html" in run.stdout.decode()


def test_an_odd_now_is_refused(feedmill: Command, root: Path) -> None:
    assert feedmill(root, "--now", "2023-01-01T00:00:00+99:00").code == 2
    assert feedmill(root, "--out", "").code == 2


def test_the_version_is_printed(feedmill: Command) -> None:
    assert feedmill("--version").out.startswith("feedmill 0.")


def test_drafts_without_a_date_count_as_left_out(feedmill: Command, root: Path) -> None:
    site(root, {"_drafts/d.md": "---\ntitle: D\n---\n"}, None)
    assert feedmill("check", root, "--json").report["skipped"] == 1


def test_what_was_refused_once_is_refused_again_in_another_output(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"_posts/2021-12-31-a.md": post("A")})
    assert feedmill(root, "--now", "2024-01-01T00:00:00Z").code == 0
    site(root, {"web/rss.xml": "by hand", "feedmill.toml": '[feeds]\nout = "web"\n'}, None)
    for minute in (1, 2):
        assert feedmill(root, "--now", f"2024-01-01T00:0{minute}:00Z").code == 3
        assert tree(root / "web") == {"rss.xml": b"by hand"}


def test_what_is_known_of_an_output_outlives_another_web_root(feedmill: Command, tmp_path: Path) -> None:
    out, root = '[feeds]\nout = "web/feeds"\n', 'root = "web"\n'
    neighbour = "<rss><channel><generator>feedmill</generator></channel></rss>"
    folder = site(tmp_path, {"_posts/2021-12-31-a.md": post("A"), "web/rss.xml": neighbour, "feedmill.toml": out})
    assert feedmill(folder, "--now", "2024-01-01T00:00:00Z").code == 0
    before = tree(folder / "web")
    less = 'formats = ["rss"]\npages = false\n'
    kept = {"rss.xml", "feeds/rss.xml", "feeds/category/news/rss.xml", "feeds/feeds.opml"}
    for number, (toml, files) in enumerate(
        [
            (out + root, {*before}),
            (out + root + less, kept),
            (out, {*before}),
            (out + root, {*before}),
            (out + less, kept),
        ]
    ):
        site(folder, {"feedmill.toml": toml}, None)
        assert feedmill(folder, "--now", f"2024-01-01T01:0{number}:00Z").code == 0
        assert tree(folder / "web").keys() == files
        assert (folder / "web" / "rss.xml").read_text("utf-8") == neighbour
        assert not feedmill(folder, "--now", f"2024-01-01T01:0{number}:30Z", "--json").report["written"]


@pytest.mark.parametrize(
    ("place", "style"),
    [("feed.xml", "feeds/feed.css"), ("a/b.xml", "../feeds/feed.css"), ("feeds/x/y.xml", "../feed.css")],
)
def test_a_feed_with_a_place_of_its_own_finds_its_style_sheet(
    feedmill: Command, tmp_path: Path, place: str, style: str
) -> None:
    toml = f'[feeds]\nroot = "web"\nout = "web/feeds"\n[feeds.paths]\n"category/news/rss" = "{place}"\n'
    root = site(tmp_path, {"_posts/2021-12-31-a.md": post("A"), "feedmill.toml": toml})
    assert feedmill(root).code == 0
    assert f'href="{style}"?>'.encode() in (root / "web" / place).read_bytes()
    assert (root / "web" / place).parent.joinpath(style).is_file()


@pytest.mark.parametrize("gzip", ["", "gzip = true\nheaders = true\narchives = true\n"])
def test_a_web_root_changes_no_file_of_the_output(feedmill: Command, tmp_path: Path, gzip: str) -> None:
    toml = f'[feeds]\nout = "web/feeds"\nurl = "https://site.example/feeds"\nitems = 1\nkeep = "0h"\n{gzip}'
    posts = {f"_posts/2021-12-{day}-a.md": post(f"T{day}") for day in (11, 12, 13)}
    for name, root in (("without", ""), ("with", 'root = "web"\n')):
        site(tmp_path / name, {**posts, "feedmill.toml": toml + root})
        assert feedmill(tmp_path / name, "--now", "2024-01-01T00:00:00Z").code == 0
    assert tree(tmp_path / "with" / "web" / "feeds") == tree(tmp_path / "without" / "web" / "feeds")
    assert list((tmp_path / "with" / "web").iterdir()) == [tmp_path / "with" / "web" / "feeds"]


def test_a_placed_file_that_is_left_behind_is_named(feedmill: Command, tmp_path: Path) -> None:
    toml = '[feeds]\nout = "web/feeds"\nurl = "https://site.example/feeds"\n'
    placed = 'root = "web"\n[feeds.paths]\n"all/rss" = "feed.xml"\n'
    root = site(tmp_path, {"_posts/2021-12-31-a.md": post("A"), "feedmill.toml": toml + placed})
    assert feedmill(root).code == 0
    site(root, {"feedmill.toml": toml}, None)
    assert "feed.xml is outside the new web root and no longer updated" in feedmill(root).err
    assert feedmill(root).err == ""


def test_a_run_after_one_that_wrote_below_a_web_root_has_a_glance_and_no_more(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = '[feeds]\nroot = "web"\nout = "web/feeds"\n[feeds.paths]\n"all/rss" = "feed.xml"\n'
    root = site(tmp_path, {"_posts/2021-12-31-a.md": post("A"), "feedmill.toml": toml})
    assert feedmill(root).code == feedmill(root).code == 0
    site(root, {"_posts/2021-12-31-a.md": post("Another")}, None)
    assert feedmill(root, "--json").report["written"]
    monkeypatch.setattr(producing, "produce", lambda *_: pytest.fail("all was read again"))
    assert feedmill(root).code == 0
