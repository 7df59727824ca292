"""The GitHub Action and the workflow that `feedmill schedule` makes, run step by step with a local repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.needs import check_schema, needs
from tests.sites import Command, post, site
from tests.workflow_runner import ACTION, ROOT, Job, Machine, StepError

A, B = "_posts/2021-12-31-a.md", "_posts/2021-12-31-b.md"
CONFIG = "title: Site\nurl: https://site.example\n"
IGNORED = ".feedmill/\nfeeds/\n"
DEPLOYED = ["actions/jekyll-build-pages", "actions/upload-pages-artifact", "actions/deploy-pages"]
LEDGER = ".github/feeds.jsonl"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    needs("git", "bash")
    machine = Machine(tmp_path)
    machine.push({"_config.yml": CONFIG, ".gitignore": IGNORED, A: post("A", source="https://a.example/1")})
    return machine


@pytest.fixture
def workflow(feedmill: Command, tmp_path: Path, machine: Machine) -> str:
    machine.git("clone", "-q", machine.origin, tmp_path / "clone")
    made = feedmill("schedule", tmp_path / "clone", "--as", "github", "--every", "1h", "--to", tmp_path / "made")
    assert made.code == 0
    return (tmp_path / "made" / "feeds.yml").read_text("utf-8")


def ledger(machine: Machine, branch: str = "feedmill-ledger", path: str = LEDGER) -> list[dict[str, object]]:
    lines = machine.git("--git-dir", machine.origin, "show", f"{branch}:{path}").splitlines()
    return [json.loads(line) for line in lines]


def ids(machine: Machine, **place: str) -> dict[object, object]:
    return {line["path"]: line["item"] for line in ledger(machine, **place) if "item" in line}


def deployed(job: Job) -> bool:
    assert [name for name in job.used if name in DEPLOYED] in ([], DEPLOYED)
    return DEPLOYED[-1] in job.used


def feeds(job: Job) -> dict[str, tuple[bytes, int]]:
    folder = job.workspace / "feeds"
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_action_and_workflow_follow_their_schemas(tmp_path: Path, workflow: str) -> None:
    check_schema("vendor.github-actions", ROOT / "action.yml")
    check_schema("vendor.github-workflows", tmp_path / "made" / "feeds.yml")
    assert workflow.count("OWNER/") == 1  # the only thing to fill in


def test_shellcheck_has_nothing_against_the_steps() -> None:
    needs("shellcheck")
    for step in ACTION["runs"]["steps"]:
        if script := step.get("run"):
            command = ["shellcheck", "--shell=bash", "--severity=warning", "-"]
            text = f"set -eo pipefail\n{script}"
            found = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
            assert found.returncode == 0, found.stdout


def test_a_scheduled_run_deploys_only_feeds_that_changed(machine: Machine, workflow: str) -> None:
    job = machine.job(workflow)
    assert deployed(job)
    assert not (job.workspace / ".feedmill").exists()  # nothing private is deployed
    first = ids(machine)
    assert list(first) == [A]
    assert not deployed(machine.job(workflow, "schedule"))
    assert deployed(machine.job(workflow))  # a push may have changed other pages of the site
    machine.push({B: post("B")})
    assert deployed(machine.job(workflow, "schedule"))
    assert {**ids(machine), **first} == ids(machine)
    assert set(ids(machine)) == {A, B}
    commits = machine.git("--git-dir", machine.origin, "log", "--format=%an %s", "feedmill-ledger").splitlines()
    assert commits == ["github-actions[bot] Update the feed ledger [skip ci]"] * 2


def test_feeds_that_were_not_deployed_have_still_changed_in_the_next_run(machine: Machine, workflow: str) -> None:
    machine.job(workflow)
    machine.push({B: post("B")})

    def fail() -> None:
        raise StepError

    with pytest.raises(StepError):
        machine.job(workflow, "schedule", {DEPLOYED[-1]: fail})
    decided = ids(machine)
    assert deployed(machine.job(workflow, "schedule"))
    assert ids(machine) == decided
    assert not deployed(machine.job(workflow, "schedule"))


def test_ids_and_dates_outlive_the_cache(machine: Machine, workflow: str) -> None:
    machine.job(workflow)
    before = ledger(machine)
    machine.caches.clear()
    machine.push({A: post("New name", source="https://b.example/2")})
    assert deployed(machine.job(workflow, "schedule"))
    assert ids(machine) == {line["path"]: line["item"] for line in before if "item" in line}


def test_files_that_did_not_change_keep_their_times_in_a_fresh_checkout(machine: Machine, workflow: str) -> None:
    first = feeds(machine.job(workflow))
    assert feeds(machine.job(workflow)) == first
    machine.push({B: post("B").replace("categories: news", "categories: sport")})
    second = feeds(machine.job(workflow))
    same = {path for path, (data, _) in first.items() if second[path][0] == data}
    assert {Path(path).parent.name for path in same} >= {"news"}
    assert {path: second[path] for path in same} == {path: first[path] for path in same}
    assert all(second[path][1] > first[path][1] for path in first.keys() - same)


@pytest.mark.parametrize("branch", ["feedmill-ledger", "main"])
def test_a_push_meanwhile_does_not_lose_the_ledger(machine: Machine, workflow: str, branch: str) -> None:
    workflow = workflow.replace("v1   #", f"v1\n        with:\n          ledger: {branch}\n#")
    machine.job(workflow)
    machine.push({B: post("B")})
    head = machine.git("--git-dir", machine.origin, "rev-parse", branch).strip()

    def push() -> None:
        folder = machine.root / "other"
        machine.git("clone", "-q", "-b", branch, machine.origin, folder)
        site(folder, {"other.txt": "text"}, None)
        machine.git("add", "-A", cwd=folder)
        machine.git("commit", "-q", "-m", "other", cwd=folder)
        machine.git("push", "-q", "origin", f"HEAD:{branch}", cwd=folder)

    machine.job(workflow, "schedule", {"Save the ledger": push})
    assert set(ids(machine, branch=branch)) == {A, B}
    log = machine.git("--git-dir", machine.origin, "log", "--format=%s", f"{head}..{branch}").splitlines()
    assert log == ["Update the feed ledger [skip ci]", "other"]
    files = machine.git("--git-dir", machine.origin, "ls-tree", "-r", "--name-only", branch).split()
    assert {LEDGER, "other.txt"} <= {*files}
    assert (B in files) == (branch == "main")


def test_another_run_that_changed_the_same_lines_is_not_overwritten(machine: Machine, workflow: str) -> None:
    machine.job(workflow)
    machine.push({A: post("Changed", source="https://a.example/1")})
    theirs = json.dumps({"item": "theirs"})

    def push() -> None:
        folder = machine.root / "other"
        machine.git("clone", "-q", "-b", "feedmill-ledger", machine.origin, folder)
        path = folder / LEDGER
        lines = [theirs if '"item"' in line else line for line in path.read_text().splitlines()]
        path.write_text("".join(f"{line}\n" for line in lines))
        machine.git("commit", "-q", "-a", "-m", "other", cwd=folder)
        machine.git("push", "-q", "origin", "HEAD:feedmill-ledger", cwd=folder)

    with pytest.raises(StepError, match="another run has changed the same lines of the ledger"):
        machine.job(workflow, "schedule", {"Save the ledger": push})
    assert json.loads(theirs) in ledger(machine)


def test_a_repository_that_cannot_be_read_stops_the_run_before_ids_are_made(machine: Machine, workflow: str) -> None:
    machine.job(workflow)
    moved = machine.root / "moved"
    with pytest.raises(StepError, match="without its ledger items would get new ids"):
        machine.job(workflow, "schedule", {"Restore the ledger": lambda: machine.origin.rename(moved)})


def test_a_branch_that_cannot_be_pushed_to_fails_the_job_with_the_remedy(machine: Machine, workflow: str) -> None:
    hook = machine.origin / "hooks" / "pre-receive"
    site(machine.origin, {"hooks/pre-receive": "#!/bin/sh\necho try >> tries\nexit 1\n"}, None)
    hook.chmod(0o755)
    with pytest.raises(StepError, match="contents: write"):
        machine.job(workflow)
    assert (machine.origin / "tries").read_text().split() == ["try"] * 4


def test_the_cache_alone_keeps_the_ledger_on_request(machine: Machine, workflow: str) -> None:
    workflow = workflow.replace("v1   #", "v1\n        with:\n          ledger: cache\n#")
    machine.job(workflow)
    assert machine.git("--git-dir", machine.origin, "branch", "--list").split() == ["*", "main"]
    assert not deployed(machine.job(workflow, "schedule"))


def test_a_ledger_beside_the_posts_is_taken_over(machine: Machine, workflow: str) -> None:
    machine.job(workflow)
    old = machine.git("--git-dir", machine.origin, "show", f"feedmill-ledger:{LEDGER}").replace("urn:uuid:", "urn:old:")
    machine.git("--git-dir", machine.origin, "branch", "-D", "feedmill-ledger")
    machine.caches.clear()
    machine.push({LEDGER: old})
    machine.job(workflow)
    assert all(str(one).startswith("urn:old:") for one in ids(machine).values())


def test_a_damaged_cache_is_replaced_by_the_ledger(machine: Machine, workflow: str) -> None:
    machine.job(workflow)
    first = ids(machine)
    for path in (machine.root / "caches").rglob("index.sqlite3"):
        path.write_bytes(b"no index" * 1000)
    machine.push({A: post("New name", source="https://b.example/2")})
    assert deployed(machine.job(workflow, "schedule"))
    assert ids(machine) == first


def test_two_sites_of_a_repository_have_ledgers_of_their_own(
    feedmill: Command, tmp_path: Path, machine: Machine
) -> None:
    name = 'it\'s, a "site" [1]'
    files = {"_config.yml": CONFIG, B: post("B"), "more.toml": '[feeds]\nby = ["tag"]\n'}
    machine.push({f"{name}/{path}": text for path, text in files.items()})
    machine.git("clone", "-q", machine.origin, tmp_path / "clone")
    folder = tmp_path / "clone" / name
    options = ("--as", "github", "--every", "1h", "--config", folder / "more.toml", "--out", folder / "o, t")
    assert feedmill("schedule", folder, *options, "--to", tmp_path / "made").code == 0
    job = machine.job((tmp_path / "made" / "feeds.yml").read_text("utf-8"))
    assert (job.workspace / name / "o, t" / "rss.xml").exists()
    assert not (job.workspace / name / "o, t" / "category").exists()
    assert job.settings["actions/jekyll-build-pages"] == {"source": f"./{name}"}
    assert set(ids(machine, path=f"{name}/{LEDGER}")) == {B}


# The default branch


@pytest.mark.parametrize("branch", ["master", "release/1.x", "新闻", "a+b"])
def test_the_workflow_is_for_the_default_branch(feedmill: Command, tmp_path: Path, branch: str) -> None:
    needs("git")
    import yaml

    machine = Machine(tmp_path, branch)
    machine.push({"_config.yml": CONFIG, A: post("A")}, branch)
    clone = tmp_path / "clone"
    machine.git("clone", "-q", machine.origin, clone)
    machine.git("checkout", "-q", "-b", "draft", cwd=clone)
    fresh = site(tmp_path / "fresh", {A: post("A")})
    machine.git("init", "-q", "-b", branch, cwd=fresh)
    for root in (clone, fresh):
        made = feedmill("schedule", root, "--as", "github", "--every", "1h")
        on = yaml.safe_load(made.out)[True]
        assert on["push"] == {"branches": [branch.replace("+", "\\+")]}
