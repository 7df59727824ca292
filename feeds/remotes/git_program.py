"""Run git beside the user's repository: in a temporary one that uses its settings and never changes it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.remotes.ssh_host import ALIVE_COUNT, ALIVE_SECONDS, CONFIG, CONNECT_SECONDS, shortened
from posts.errors import RemoteError

# The settings that say how to reach a remote and as whom. All others belong to the user's repository alone.
_SECTIONS = ("http", "credential", "url", "ssh", "protocol", "user", "author", "committer")
_SETTINGS = {"core.sshcommand", "core.askpass", "core.gitproxy"}

# Variables with which git tells a hook about its repository (`git rev-parse --local-env-vars`), except settings.
_HOOK = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"),
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE"),
    *("GIT_NO_REPLACE_OBJECTS", "GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_QUARANTINE_PATH"),
)
_SSH_ADDRESS = re.compile(r"(?:git\+)?ssh(?:\+git)?://(?:[^@/]*@)?([^:/@]+)(?::\d*)?/(.+)", re.IGNORECASE)
_SCP_ADDRESS = re.compile(r"(?:[^@/:]*@)?([^:/@]+):(?!:)(?!//)(.+)")  # user@host:path
_PUBLIC_SECONDS = 20  # a host that serves nothing by https may not answer at all
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s']*@")
_SSH = (
    f"ssh -oBatchMode=yes -oConnectTimeout={CONNECT_SECONDS} "
    f"-oServerAliveInterval={ALIVE_SECONDS} -oServerAliveCountMax={ALIVE_COUNT}"
)

# Nothing asks, a dead network ends, no hook runs, and bytes stay what they are.
_ALWAYS = {
    "core.hooksPath": os.devnull,
    "core.autocrlf": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "push.recurseSubmodules": "no",
    "fetch.recurseSubmodules": "no",
    "credential.interactive": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "advice.pushUpdateRejected": "false",
}


class GitError(Exception):
    """A command of git failed; the message is what it wrote, without credentials."""


class Answer(NamedTuple):
    """What a command of git wrote."""

    code: int
    output: bytes
    errors: str


class Git:
    """Run commands of git in a temporary bare repository, with the settings of the repository that has a folder.

    Settings are passed through the environment, so that none is stored a second time: those of a repository may contain
    credentials, as on GitHub Actions.
    """

    def __init__(self, name: str, site: Path, repository: str) -> None:
        """Find the repository.

        Args:
            name: The address of the remote, for messages.
            site: A folder, which may be in a repository.
            repository: A remote of that repository, an address, or a path relative to the top of the repository.

        Raises:
            RemoteError: git is missing, or there is no such remote.
        """
        self._name = name
        if not shutil.which("git"):
            raise RemoteError(f"{name}: git is not installed")
        self._site = site
        self._folder = Path(tempfile.mkdtemp(prefix="feedmill-git-"))
        self._environment = _usual_environment()
        try:
            settings = self._settings()
            self._environment = _with_settings(
                self._environment, {"remote.target.url": [self._address(repository)], **settings}
            )
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the temporary repository."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def init(self, object_format: str) -> None:
        """Make the temporary repository."""
        self("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}")

    def __call__(self, *words: str, data: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
        """Return what a command of git writes.

        Args:
            words: The command and its arguments.
            data: Its standard input.
            more: Variables of its environment.

        Raises:
            GitError: The command failed.
        """
        answer = self.ask(*words, data=data, more=more)
        if answer.code:
            raise GitError(answer.errors)
        return answer.output

    def ask(self, *words: str, data: bytes = b"", more: Mapping[str, str] | None = None) -> Answer:
        """Return the answer of a command of git that may fail."""
        return self._run(["git", f"--git-dir={self._folder}", *words], data, more or {})

    def is_public(self) -> bool:
        """Return whether a server shows the repository to requests without credentials.

        ssh lets nobody in without a key, but hosts such as GitHub show public repositories by https as well.
        """
        written = self("ls-remote", "--get-url", "target").decode("utf-8", "surrogateescape").rstrip("\n")
        if not (address := public_address(written)):
            return False
        kept = {name: value for name, value in self._environment.items() if not name.startswith("GIT_CONFIG")}
        home = str(self._folder)  # without .netrc and a configuration
        nothing = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": home, "XDG_CONFIG_HOME": home}
        answers = {"GIT_ASKPASS": "true", "SSH_ASKPASS": "true"}  # a program that answers nothing
        environment = _with_settings({**kept, **nothing, **answers}, {})
        command = ["git", "-C", home, "ls-remote", "--quiet", "--", address]
        try:
            done = subprocess.run(  # noqa: S603
                command, input=b"", capture_output=True, env=environment, check=False, timeout=_PUBLIC_SECONDS
            )
        except subprocess.TimeoutExpired:
            return False
        return not done.returncode

    def in_site(self, *words: str) -> Answer:
        """Return the answer of a command of git that reads the user's repository."""
        return self._run(["git", "-C", str(self._site), *words], b"", {})

    def _run(self, command: Sequence[str], data: bytes, more: Mapping[str, str]) -> Answer:
        environment = {**self._environment, **more}
        done = subprocess.run(command, input=data, capture_output=True, env=environment, check=False)  # noqa: S603
        return Answer(done.returncode, done.stdout, _CREDENTIALS.sub("", done.stderr.decode("utf-8", "replace")))

    def _settings(self) -> dict[str, list[str]]:
        """Return the settings of the user's repository that a repository elsewhere does not have.

        git reads the files of the system and the user for both. What is in `.git/config`, and what a condition such as
        `includeIf.gitdir` adds, is in the first list only.
        """
        everywhere = _parsed(self.ask("config", "--list", "-z").output)
        own: dict[str, list[str]] = {}
        for key, values in _parsed(self.in_site("config", "--list", "-z").output).items():
            more = list(values)
            for value in everywhere.get(key, ()):
                if value in more:
                    more.remove(value)
            if more and (key.partition(".")[0] in _SECTIONS or key in _SETTINGS):
                own[key] = more
        return own

    def _address(self, repository: str) -> str:
        """Return the address of the repository to push to, or its absolute path."""
        for setting in ("pushurl", "url"):
            answer = self.in_site("config", "--get-all", f"remote.{repository}.{setting}")
            if not answer.code:
                repository = answer.output.decode("utf-8", "surrogateescape").split("\n")[0]
                break
            if "dubious ownership" in answer.errors:
                raise RemoteError(f"{self._name}: {shortened(answer.errors)}")
        else:
            if not re.search(r"[/:\\]", repository) and not (self._site / repository).exists():
                raise RemoteError(
                    f"{self._name}: the repository of {self._site} has no remote {repository!r}; add it with "
                    f"`git remote add {repository} ADDRESS`, or write an address or a path instead of the name"
                )
        if re.match(r"[^/]*:", repository):
            return repository
        top = self.in_site("rev-parse", "--show-toplevel")
        folder = self._site if top.code else Path(os.fsdecode(top.output.removesuffix(b"\n")))
        return str((folder / Path(repository).expanduser()).resolve())


def public_address(repository: str) -> str:
    """Return the address at which a repository is shown to everybody if it is public, "" if there is none. Pure.

    For one that is reached by ssh, that is the same path at the same host by https. Hosts whose firewall blocks ssh are
    reached as `ssh.github.com` or `altssh.gitlab.com`, which serve no https.
    """
    if re.match(r"(https?|git)://", repository, re.IGNORECASE):
        return _CREDENTIALS.sub("", repository)
    if found := _SSH_ADDRESS.match(repository) or _SCP_ADDRESS.match(repository):
        host, path = found.groups()
        return f"https://{re.sub(r'^(alt)?ssh[.]', '', host)}/{path.lstrip('/')}"
    return ""


def _usual_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _HOOK}
    config = os.environ.get(CONFIG, "")
    ssh = f"{_SSH} -F '{config}'" if config and "'" not in config else _SSH
    usual = {"GIT_SSH_COMMAND": ssh} if not kept.keys() & {"GIT_SSH_COMMAND", "GIT_SSH"} else {}
    return {**kept, **usual, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}


def _parsed(listed: bytes) -> dict[str, list[str]]:
    """Parse `git config --list -z`: key, line feed, value, NUL."""
    found: dict[str, list[str]] = {}
    for one in listed.decode("utf-8", "surrogateescape").split("\0"):
        key, mark, value = one.partition("\n")
        if key:
            found.setdefault(key, []).append(value if mark else "true")
    return found


def _with_settings(environment: Mapping[str, str], settings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the environment with settings for git after those that it has (GIT_CONFIG_COUNT in git-config(1))."""
    if "core.sshcommand" in settings and environment.get("GIT_SSH_COMMAND", "").startswith(_SSH):
        environment = {name: value for name, value in environment.items() if name != "GIT_SSH_COMMAND"}
    written = environment.get("GIT_CONFIG_COUNT", "")
    number = int(written) if written.isdecimal() else 0
    result = dict(environment)
    pairs = [(key, value) for key, values in settings.items() for value in values]
    for key, value in [*pairs, *_ALWAYS.items()]:
        result[f"GIT_CONFIG_KEY_{number}"], result[f"GIT_CONFIG_VALUE_{number}"] = key, value
        number += 1
    return {**result, "GIT_CONFIG_COUNT": str(number)}
