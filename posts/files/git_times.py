"""Ask git when the files of a site were first and last changed: one `git log` for all of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_TIMEOUT = 120  # seconds
# A repository may belong to somebody else: nothing that its configuration names is run.
_GIT = (
    *("git", "--no-pager", "-c", "core.quotepath=off", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false"),
    *("-c", "core.hooksPath=/dev/null"),
)


class GitTimes(NamedTuple):
    """When a file was first and last changed: author dates in ISO 8601, with their offsets."""

    created: str
    changed: str


def read_git_times(root: Path) -> Mapping[str, GitTimes]:
    """Return when the files below a folder were changed, by path below it. Merges and renames are not followed.

    Returns:
        An empty mapping where there is no repository, or only a shallow clone of it, whose oldest commit seems to have
        changed every file.
    """
    if _run(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    wanted = ("log", "-z", "--name-only", "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv")
    found: dict[str, GitTimes] = {}
    when = ""
    for part in _run(root, *wanted, "--format=%x1e%aI", "--relative", "--", ".").split("\0"):
        name = part
        if part.startswith("\x1e"):
            when, _, name = part[1:].partition("\n")
        name = name.strip("\n")
        if name:
            found[name] = GitTimes(when, found[name].changed if name in found else when)
    return found


def git_files(root: Path) -> tuple[str, ...]:
    """Return the files of the repository that change with every commit, as paths that are relative to `root`."""
    folder = _run(root, "rev-parse", "--git-dir").strip()
    if not folder:
        return ()
    below = os.path.relpath(os.path.join(root, folder), root)  # noqa: PTH118 # may lead upwards
    return tuple(f"{below}/{name}" for name in ("HEAD", "logs/HEAD", "packed-refs"))


def _run(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 # the arguments are ours
            (*_GIT, *arguments),
            cwd=root,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def files_with_line(root: Path, pattern: str) -> tuple[str, ...]:
    """Return the files below a folder, by path, that have a line that an extended regular expression matches.

    Files that are not committed count; those that git ignores do not. In a folder without a repository there are none.
    """
    arguments = ("grep", "-z", "-l", "-I", "-i", "-E", "--untracked", "-e", pattern, "--", ".")
    return tuple(sorted(filter(None, _run(root, *arguments).split("\0"))))
