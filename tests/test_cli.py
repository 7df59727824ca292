"""The command line: which arguments a command takes, what is refused, and what people read."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedmill.cli import console
from feedmill.cli.arguments import COMMANDS, SHELLS, SHORT, WITH_VALUE
from feedmill.cli.completion import completion_script
from feedmill.cli.help import EXIT_CODES
from feedmill.cli.options.commands import ServeOptions, StateOptions
from feedmill.cli.options.publish import PublishOptions, ReportOptions
from feedmill.cli.parser import parse_command_line
from feedmill.cli.report import Report
from posts.errors import Problem
from tests.sites import Command, post, site

ROOT = Path(__file__).parent.parent
A, B = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md"
BAD = "---\ntitle: [\n---\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return site(tmp_path / "site", {A: post("A"), "feedmill.toml": "[feeds]\npages = false\n"})


def test_options_may_stand_before_and_after_the_site(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    for words in (
        ["publish", "site", "--json", "--out", "o"],
        ["--json", "publish", "--out", "o", "site"],
        ["--out", "o", "site", "--json"],
        ["--out=o", "--json", "--", "site"],
    ):
        command, options = parse_command_line(words)
        assert command == "publish"
        assert isinstance(options, PublishOptions)
        assert (options.run.site, options.run.out, options.report) == (
            Path("site"),
            Path("o"),
            ReportOptions(json=True),
        )


def test_the_site_is_the_current_folder_by_default() -> None:
    assert parse_command_line([])[1].run.site == Path()
    assert parse_command_line(["serve", "-qv"])[1].report == ReportOptions(quiet=True, verbose=True)


def test_a_word_after_two_hyphens_is_not_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "check").mkdir()
    (tmp_path / "-d").mkdir()
    monkeypatch.chdir(tmp_path)
    assert parse_command_line(["--", "check"])[0] == "publish"
    assert parse_command_line(["check", "--", "-d"])[1].run.site == Path("-d")


def test_options_are_frozen(root: Path) -> None:
    _, options = parse_command_line(["serve", str(root), "--port", "0", "--now", "2024-01-01"])
    assert isinstance(options, ServeOptions)
    assert (options.port, options.host, options.follows_clock) == (0, None, False)
    with pytest.raises(AttributeError):
        options.port = 1  # type: ignore[misc]


def test_check_is_strict(root: Path) -> None:
    assert parse_command_line(["check", str(root)])[1].report.strict


def test_the_index_is_that_of_the_site(root: Path) -> None:
    assert parse_command_line(["state", "export", str(root)])[1] == StateOptions(
        "export", root / ".feedmill" / "index.sqlite3"
    )


OTHERS = [(command, option) for command in COMMANDS for option in (*COMMANDS["publish"].options, "--port", "--every")]


@pytest.mark.parametrize(("command", "option"), OTHERS)
def test_an_option_of_another_command_is_refused(feedmill: Command, root: Path, command: str, option: str) -> None:
    if option in COMMANDS[command].options:
        return
    words = {"state": ["state", "export"], "completion": ["completion", "bash"]}.get(command, [command])
    outcome = feedmill(*words, root, option, *(["1"] if option in WITH_VALUE else []))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"`feedmill {command}` has no option {option}; it ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "SITE", "--port", "1", "--every", "10m", "--yes"],
         "`feedmill check` has no option --port; it belongs to `feedmill serve`"),
        (["SITE", "--every", "potato"], "`feedmill publish` has no option --every; it belongs to `feedmill schedule`"),
        (["schedule", "SITE", "-q"], ("`feedmill schedule` has no option --quiet; it belongs to `feedmill publish`, "
         "`feedmill check`, `feedmill list`, `feedmill diff`, `feedmill deploy`, "
         "`feedmill serve`, `feedmill adopt`, `feedmill status`, "
         "`feedmill tell`, `feedmill init` and `feedmill state`")),
        (["check", "SITE", "--strict"],
         "`feedmill check` has no option --strict; it always exits with 1 if there are problems"),
        (["SITE", "--dry-run"],
         "no such option: --dry-run; `feedmill diff` shows what would change and writes nothing"),
        (["SITE", "--strct"], "`feedmill publish` has no option --strct; did you mean --strict?"),
        (["SITE", "-qx"], "`feedmill publish` has no option -x; see `feedmill publish --help`"),
        (["SITE", "--workers", "-3"],
         ("--workers: expected a number of processes, 0 for one per available CPU, not '-3'; "
         "see `feedmill publish --help`")),
        (["schedule", "SITE", "--as", "cron", "--every", "potato"],
         '--every potato: expected whole minutes, hours or days such as "10m", "2h" or "1d", at most 31d'),
        (["schedule", "SITE", "--as", "launchd"],
         "--as: expected systemd, cron, github or docker, not 'launchd'; see `feedmill schedule --help`"),
        (["schedule", "SITE", "--every", "10m"], "--as is missing; use --as systemd, cron, github or docker"),
        (["serve", "SITE", "--port", "70000"],
         "--port: expected a number up to 65535, not '70000'; see `feedmill serve --help`"),
        (["SITE", "--out", "s3://bucket/feeds"],
         ("--out: expected a folder, not the address 's3://bucket/feeds'; to send files there, use --to of "
         "`feedmill publish`; see `feedmill publish --help`")),
        (["SITE", "--to", "folder"],
         ("--to: expected an address such as s3://bucket/prefix, not 'folder'; see `feedmill publish --help`")),
        (["SITE", "--out"], "--out: a value is missing; see `feedmill publish --help`"),
        (["SITE", "--quiet=3"], "-q/--quiet: takes no value, not '3'; see `feedmill publish --help`"),
        (["nowhere"], "no such directory or command: 'nowhere'; see `feedmill help`"),
        (["chekc"], "no such directory or command: 'chekc'; did you mean `feedmill check`?"),
        (["biuld"], "no such directory or command: 'biuld'; did you mean `feedmill publish`?"),
        (["build", "SITE"], "no such command: 'build'; did you mean `feedmill publish`?"),
        (["build", "SITE", "--drafts"], "no such command: 'build'; did you mean `feedmill publish`?"),
        (["check", "nowhere"], "no such directory: 'nowhere'; expected the folder of a site"),
        (["SITE/feedmill.toml"], "not a directory: 'SITE/feedmill.toml'; expected the folder of a site"),
        (["SITE", "more"], "unexpected argument: 'more'; expected one SITE"),
        (["state", "SITE"], "expected `feedmill state export SITE` or `feedmill state import SITE`"),
        (["state"], "expected `feedmill state export SITE` or `feedmill state import SITE`"),
        (["adopt", "SITE"], "expected `feedmill adopt SITE FEED…`, with files or addresses of feeds"),
        (["completion", "tcsh"],
         "expected `feedmill completion bash`, `feedmill completion zsh` or `feedmill completion fish`"),
        (["help", "stauts"], "no such command: 'stauts'; did you mean `feedmill status`?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_makes_no_sense_is_named_with_a_hint(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(root.parent)
    outcome = feedmill(*(word.replace("SITE", "site") if word.startswith("SITE") else word for word in words))
    assert (outcome.code, outcome.out, outcome.err) == (2, "", message.replace("'SITE/", "'site/") + "\n")
    assert not (root / ".feedmill").exists()


def test_the_overview_names_commands_and_exit_codes(feedmill: Command) -> None:
    outcome = feedmill("--help")
    assert (outcome.code, outcome.out) == (0, feedmill("help").out)
    assert [name for name in COMMANDS if f"\n  {name} " not in outcome.out] == []
    assert [code for code in EXIT_CODES if f"\n  {code} " not in outcome.out] == []
    assert "--port" not in outcome.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_shows_its_options_only(feedmill: Command, command: str) -> None:
    outcome = feedmill("help", command)
    assert (outcome.code, outcome.out) == (0, feedmill(command, "--help").out)
    assert outcome.out.startswith(f"usage: feedmill {command}")
    shown = re.findall(r"^  (?:-\w, )?(--[\w-]+)", outcome.out, re.MULTILINE)
    assert shown == ["--help", *COMMANDS[command].options]
    assert "%%" not in outcome.out


def test_the_version_is_printed(feedmill: Command) -> None:
    assert (feedmill("--version").code, feedmill("--version").out) == (0, "feedmill 0.1.0\n")


@pytest.mark.parametrize("words", [["-m", "feedmill"], ["publish.py"]])
def test_both_ways_to_call_it_in_a_checkout_work(words: list[str]) -> None:
    outcome = subprocess.run([sys.executable, *words, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert outcome.stdout.startswith("usage: feedmill [COMMAND] [SITE]")


def test_list_gives_the_reason_of_every_post_that_is_not_published(feedmill: Command, tmp_path: Path) -> None:
    root = site(
        tmp_path,
        {
            A: post("A"),
            "_posts/2021-01-02-bad.md": BAD,
            "_posts/2021-01-03-off.md": post("Off", published="false"),
            "_posts/2021-01-04-gone.md": post("Gone", expirydate="2022-01-01"),
            "_posts/2021-01-05-later.md": post("Later").replace("2021-12-31", "2999-12-31"),
            "_drafts/idea.md": "---\ntitle: Idea\n---\n",
        },
    )
    lines = feedmill("list", root, "--json").lines
    reasons = {line["path"]: line["reason"] for line in lines}
    assert reasons[A] is None
    bad = reasons["_posts/2021-01-02-bad.md"]
    (problem,) = feedmill("check", root, "--json").report["problems"]
    assert bad == {name: problem[name] for name in ("line", "code", "message")}
    assert {
        line["state"]: line["reason"]["code"] for line in lines if line["state"] not in ("published", "invalid")
    } == {state: state for state in ("unpublished", "expired", "future", "draft")}
    assert feedmill("list", root).lines == lines


def test_list_is_strict_if_asked(feedmill: Command, root: Path) -> None:
    assert feedmill("list", root, "--strict").code == 0
    site(root, {B: BAD}, None)
    assert (feedmill("list", root).code, feedmill("list", root).err) == (0, "")
    outcome = feedmill("list", root, "--strict")
    assert outcome.code == 1
    assert outcome.err.startswith(f"{B}:2: error: ")
    assert len(outcome.lines) == 2


def test_init_prints_json_if_asked(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"a.md": post()}, None)
    assert feedmill("init", root, "--json").report == {"written": str(root / "feedmill.toml")}


def test_check_prints_json_if_asked(feedmill: Command, root: Path) -> None:
    report = feedmill("check", root, "--json").report
    assert (report["posts"], report["skipped"], report["skipped_by"], report["written"]) == (1, 0, {}, [])


def test_check_says_what_it_has_checked(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post("A")}, "title: Site\nurl: https://site.example\n")
    (root / "feedmill.toml").write_text("[feeds]\nby = []\n")
    assert feedmill("check", root).out == "checked 1 post, 1 feed: no problems\n"
    site(root, {B: BAD}, None)
    assert feedmill("check", root).out == "checked 1 post, 1 feed: 1 problem; 1 skipped: 1 invalid\n"


def test_the_report_counts_skipped_posts_by_reason_also_when_nothing_has_changed(feedmill: Command, root: Path) -> None:
    drafts = {f"_drafts/{name}.md": post(name) for name in "xy"}
    site(root, {**drafts, B: post("B", published="false")}, None)
    for files in ("7 files written, 0 unchanged", "0 files written, 7 unchanged"):
        said = feedmill(root, "--now", "2024-01-01").out.splitlines()
        assert said[-1] == f"1 post in 2 feeds; 3 skipped: 2 drafts, 1 unpublished; {files}; no problems"
    report = feedmill(root, "--now", "2024-01-01", "--json").report
    assert (report["skipped"], report["skipped_by"]) == (3, {"draft": 2, "unpublished": 1})


def test_numbers_have_separators() -> None:
    report = Report(posts=1234, feeds=1, skipped=1634, skipped_by={"draft": 1, "expired": 1633}, written=["a"] * 1000)
    assert report.sentence() == (
        "1,234 posts in 1 feed; 1,634 skipped: 1,633 expired, 1 draft; 1,000 files written, 0 unchanged; no problems"
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PROBLEM = str(Problem("_posts/a.md", 3, "bad-date", "warning", "no such date; use the file name"))


def shown(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, line: str = PROBLEM, severity: str = "", **env: str
) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **env}.items():
        monkeypatch.setenv(name, value)
    console.complain(line, severity=severity)
    return stream.getvalue()


def test_problems_are_coloured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal())
    assert "\x1b[33mwarning:\x1b[0m" in text
    assert re.sub(r"\x1b\[\d+m", "", text) == PROBLEM + "\n"
    assert shown(monkeypatch, Terminal(), "it failed", "error") == "\x1b[31mit failed\x1b[0m\n"


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    assert shown(monkeypatch, Terminal(), **env) == PROBLEM + "\n"


def test_a_pipe_has_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO()) == PROBLEM + "\n"


def test_a_post_cannot_send_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal(), "\x1b[31m.md:1: error: \x1b]0;x\x07 [x]")
    assert text.count("\x1b") == 6
    assert r"\x1b[31m.md:1:" in text
    assert r"\x1b]0;x\x07" in text


def test_an_interruption_leaves_the_feeds_intact(
    feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("feedmill.commands.publish.publish_site", interrupted)
    outcome = feedmill(root)
    assert (outcome.code, outcome.err) == (4, "interrupted; published feeds are intact\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_all_commands_and_options(feedmill: Command, shell: str) -> None:
    pytest.importorskip("shtab")
    outcome = feedmill("completion", shell)
    assert outcome.code == 0
    assert [name for name in COMMANDS if name not in outcome.out] == []
    options = {option for command in COMMANDS.values() for option in command.options} | SHORT.keys()
    written = (
        outcome.out.replace("-s q", "-q").replace("-s v", "-v").replace("-s h", "-h")
        if shell == "fish"
        else outcome.out
    )
    spelt = {option: [option, f"-l {option[2:]}"] for option in options}
    assert [option for option, forms in spelt.items() if not any(form in written for form in forms)] == []


def completed(words: str) -> list[str]:
    """What bash completes the last of the words to."""
    script = (
        completion_script("bash")
        + f"""
        COMP_WORDS=({words})
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        COMP_LINE="{words}" COMP_POINT=${{#COMP_LINE}}
        $(complete -p feedmill | sed 's/.*-F \\([^ ]*\\).*/\\1/') feedmill "${{COMP_WORDS[COMP_CWORD]}}" ""
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    )
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env={**os.environ})
    return [line.strip() for line in ran.stdout.splitlines() if line.strip()]


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_commands_and_options() -> None:
    pytest.importorskip("shtab")
    assert completed("feedmill sch") == ["schedule"]
    assert completed("feedmill publish --allow") == ["--allow-removals"]
    assert completed("feedmill state exp") == ["export"]
    assert completed("feedmill check --por") == []


def test_completion_without_its_library_says_how_to_install_it(
    feedmill: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    outcome = feedmill("completion", "bash")
    assert outcome.code == 2
    assert "pip install 'feedmill[completion]'" in outcome.err


IMPORTED = """
import json, sys
from feedmill.cli.main import main
code = main(sys.argv[1:])
print(json.dumps([code, *sys.modules]))
"""


def test_a_run_in_which_nothing_changed_imports_little(root: Path) -> None:
    for _ in range(2):
        ran = subprocess.run([sys.executable, "-c", IMPORTED, root, "-q"], cwd=ROOT, capture_output=True, check=True)
    code, *modules = json.loads(ran.stdout)
    assert code == 0
    others = {
        f"feedmill.cli.{name}" for name in ("options.commands", "command_arguments", "mistakes", "help", "completion")
    }
    libraries = {"shtab", "rich", "lxml", "bs4", "dataclasses", "msgspec"}
    unwanted = {*libraries, "posts.model", "feedmill.run.pipeline", "feedmill.run.deploy", *others}
    assert unwanted & {*modules} == set()
    assert [name for name in modules if name.startswith("feeds.")] == []


def test_a_run_in_which_one_post_changed_imports_what_it_uses(root: Path) -> None:
    site(root, {"_posts/2020-01-03-b.md": post("B")})
    for number in range(3):
        (root / A).write_text(f"{post('A')}Version {number}.\n")
        ran = subprocess.run([sys.executable, "-c", IMPORTED, root, "-q"], cwd=ROOT, capture_output=True, check=True)
    code, *modules = json.loads(ran.stdout)
    assert code == 0
    libraries = {"feedgen", "lxml", "yaml", "frontmatter", "dateutil", "bs4", "jinja2", "liquid", "regex"}
    unwanted = {*libraries, "csv", "dataclasses", "email.utils", "inspect", "multiprocessing", "threading"}
    assert unwanted & {*modules} == set()
    extensions = ("podcast", "episode", "episode_media", "discussion", "namespaces", "markup.source", "mutagen")
    assert [name for name in modules if name.endswith(extensions)] == []


def test_a_run_in_which_one_episode_changed_needs_no_feedgen(root: Path) -> None:
    table = (
        '[feeds]\ncomments = true\nmarkdown = true\n[podcast]\nowner = "Ann <a@b.example>"\ncategory = "Arts > Food"\n'
    )
    site(root, {"feedmill.toml": table, "_posts/2020-01-03-b.md": post("B"), "a.mp3": b"mp3"})
    for number in range(3):
        fields = f"audio: /a.mp3\nduration: {number + 1}\nepisode: {number + 1}\ncomments: /talk/{number}"
        (root / A).write_text(f"---\ntitle: A {number}\n{fields}\n---\nVersion *{number}*.\n")
        ran = subprocess.run([sys.executable, "-c", IMPORTED, root, "-q"], cwd=ROOT, capture_output=True, check=True)
    code, *modules = json.loads(ran.stdout)
    assert code == 0
    written = (root / "feeds/rss.xml").read_text("utf-8")
    expected = (
        "<itunes:duration>3<",
        "<itunes:email>a@b.example<",
        "/talk/2</comments>",
        ">Version *2*.</source:markdown>",
    )
    assert [text for text in expected if text not in written] == []
    assert {"feedgen", "lxml", "mutagen", "feedmill.run.podcast", "dataclasses"} & {*modules} == set()


def raising(error: Exception) -> Callable[..., Any]:
    def function(*_: object) -> Any:
        raise error

    return function


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("libssl.so.3: failed to map segment from shared object"),
        ImportError("libc.musl: Cannot allocate memory"),
    ],
)
def test_a_limit_of_memory_is_a_message_of_one_line(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("feedmill.commands.publish.publish_site", raising(error))
    monkeypatch.setitem(sys.modules, "feedmill.notify.ping", None)  # no more can be loaded
    outcome = feedmill(site(tmp_path, {}))
    assert (outcome.code, outcome.err) == (
        4,
        "out of memory; published feeds are intact; raise the limit (ulimit -v)\n",
    )


def test_another_library_that_cannot_be_imported_shows_where(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedmill.commands.publish.publish_site", raising(ImportError("no such name")))
    outcome = feedmill(site(tmp_path, {}))
    assert (outcome.code, "Traceback" in outcome.err) == (4, True)
