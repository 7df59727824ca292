"""Runs the steps of a workflow and of action.yml in order, as GitHub's runner does, with a local repository as origin.

Steps with `run` are executed by bash. Of the actions that are used, those for checkout, Python and the cache do here
what they do on GitHub, as far as a test can see it; the names of all others are noted in `used`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.sites import site

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
# What setup-python gives: a Python of which `-m venv` makes an environment whose pip "installs" this checkout.
PYTHON = f"""#!/bin/sh
test "$1 $2" = "-m venv" && mkdir -p "$3/bin" && cd "$3/bin"
printf '#!/bin/sh\\nfor last; do :; done; test "$last" = "{ROOT}" && cp "{{tools}}/feedmill" "$(dirname "$0")"\\n' > pip
ln -sf "{sys.executable}" python
chmod +x pip
"""


class StepError(Exception):
    """A step has failed: the job ends, and its caches are not saved."""


class Job:
    """One job on a new machine: its event, its workspace, and what the workflow's actions were asked for."""

    def __init__(self, machine: Machine, number: int, event: str) -> None:
        self.machine, self.event = machine, event
        self.workspace = machine.root / "work" / "site"
        self.temp = machine.root / "temp"
        for folder in (self.workspace, self.temp):
            shutil.rmtree(folder, ignore_errors=True)
        self.temp.mkdir()
        self.github = {"run_id": str(number), "run_attempt": "1", "event_name": event}
        self.used: list[str] = []
        self.settings: dict[str, dict[str, str]] = {}
        self.printed = ""
        self.saved: list[tuple[Path, str]] = []

    def run(self, steps: list[dict[str, Any]], inputs: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
        """Runs steps; gives the outputs of each by its id. `before` has what to call first, by the name of a step."""
        outputs: dict[str, Any] = {}
        scope = {"inputs": inputs, "github": self.github, "steps": outputs}
        for step in steps:
            if not holds(step.get("if", ""), scope):
                continue
            if name := step.get("name"):
                before.get(name, lambda: None)()
            result = self._use(step, scope, before) if "uses" in step else self._bash(step, scope)
            outputs[step.get("id", "")] = {"outputs": result}
        return outputs

    def _bash(self, step: dict[str, Any], scope: Mapping[str, Any]) -> dict[str, str]:
        assert "${{" not in step["run"], "an expression in a script is an injection"
        output = self.temp / "output"
        output.write_text("")
        environment = {
            "PATH": f"{self.machine.tools}:{os.environ['PATH']}",
            "HOME": str(self.machine.root),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ENV": str(self.temp / "env"),
            "GITHUB_ACTION_PATH": str(ROOT),
            **{name: filled(value, scope) for name, value in step.get("env", {}).items()},
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=self.workspace, env=environment, stdout=-1, stderr=subprocess.STDOUT, text=True, check=False
        )
        self.printed += done.stdout
        if done.returncode:
            raise StepError(f"{step.get('name')}: {done.stdout}")
        return dict(line.split("=", 1) for line in output.read_text().splitlines())  # type: ignore[misc]

    def _use(self, step: dict[str, Any], scope: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
        name = step["uses"].partition("@")[0]
        values = {key: filled(str(value), scope) for key, value in step.get("with", {}).items()}
        self.used.append(name)
        self.settings[name] = values
        if name == "actions/checkout":
            self.machine.git("clone", "-q", "--depth=1", f"file://{self.machine.origin}", self.workspace)
        elif name == "OWNER/feedmill":
            assert {*values} <= {*ACTION["inputs"]}
            inputs = {key: one.get("default", "") for key, one in ACTION["inputs"].items()} | values
            steps = self.run(ACTION["runs"]["steps"], inputs, before)
            return {key: filled(one["value"], {"steps": steps}) for key, one in ACTION["outputs"].items()}
        elif name == "actions/setup-python":
            return {"python-path": str(self.machine.tools / "python")}
        elif name == "actions/cache/restore":
            keys = [key for key in reversed(self.machine.caches) if key.startswith(values["restore-keys"])]
            if keys:
                shutil.copytree(self.machine.caches[keys[0]], values["path"], dirs_exist_ok=True)
        elif name == "actions/cache":
            assert values["lookup-only"].lower() == "true"
            self.saved.append((Path(values["path"]), values["key"]))
        before.get(name, lambda: None)()
        return {}


class Machine:
    """What outlives a job: the repository `origin`, and the caches by key in the order in which they were saved."""

    def __init__(self, root: Path, branch: str = "main") -> None:
        self.root = root
        self.tools = root / "bin"
        self.origin = root / "origin.git"
        self.caches: dict[str, Path] = {}
        self.number = 0
        stubs = {
            "feedmill": f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/publish.py" "$@"\n',
            "python": PYTHON.replace("{tools}", str(self.tools)),
            "sleep": "#!/bin/sh\n",
        }
        site(self.tools, stubs, None)
        for name in stubs:
            (self.tools / name).chmod(0o755)
        self.git("init", "-q", "--bare", "-b", branch, self.origin)

    def git(self, *words: object, cwd: Path | None = None) -> str:
        who = {f"GIT_{role}_{key}": "a@a.example" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root), **who}
        command = ["git", *map(str, words)]
        done = subprocess.run(command, cwd=cwd or self.origin.parent, env=environment, capture_output=True, check=True)
        return done.stdout.decode()

    def push(self, files: Mapping[str, str], branch: str = "main") -> None:
        """Commits files to a branch of the repository, as an author does."""
        author = self.root / "author"
        shutil.rmtree(author, ignore_errors=True)
        self.git("clone", "-q", self.origin, author)
        site(author, files, None)
        self.git("add", "-A", cwd=author)
        self.git("commit", "-q", "-m", "posts", cwd=author)
        self.git("push", "-q", "origin", f"HEAD:{branch}", cwd=author)

    def job(self, workflow: str, event: str = "push", before: Mapping[str, Any] | None = None) -> Job:
        """Runs the job of a workflow, and saves its caches unless a step fails."""
        self.number += 1
        job = Job(self, self.number, event)
        (steps,) = (one["steps"] for one in yaml.safe_load(workflow)["jobs"].values())
        job.run(steps, {}, before or {})
        for path, key in job.saved:
            self.caches[key] = self.root / "caches" / key
            shutil.copytree(path, self.caches[key])
        return job


def filled(text: str, scope: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: value(found[1], scope), str(text))


def value(expression: str, scope: Mapping[str, Any]) -> str:
    if " || " in expression:
        return next(filter(None, (value(one, scope) for one in expression.split(" || "))), "")
    if expression.startswith("'"):
        return expression.strip("'")
    found: Any = scope
    for part in expression.split("."):
        found = found.get(part, {})
    return found if isinstance(found, str) else ""


def holds(condition: str, scope: Mapping[str, Any]) -> bool:
    """Whether a condition of comparisons with == and != is true."""
    for one in filter(None, condition.split(" || ")):
        left, sign, right = one.split(" ")
        if (value(left, scope) == value(right, scope)) == (sign == "=="):
            return True
    return not condition
