"""A site before a run and after it: what every fault is tried on, and what must be there whatever happens."""

from __future__ import annotations

import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import publish
from tests.sites import post, site, tree

ROOT = Path(__file__).resolve().parent.parent.parent
BEFORE, AFTER = "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"
TEMPORARY = re.compile(r"\..+\.feedmill-[0-9a-f]{8}\.tmp")
# The same system calls in the same order in every run: no byte code is written, no order is left to chance.
ENVIRONMENT = {
    **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}
OLD = {
    "feedmill.toml": '[feeds]\narchives = true\nitems = 2\nkeep = "0h"\n',
    "_posts/2021-01-01-a.md": post("A"),
    "_posts/2021-01-02-b.md": post("B").replace("categories: news", "categories: sport"),
    "_posts/2021-01-03-c.md": post("C").replace("categories: news", "categories: passing"),
    "_posts/2021-01-04-d.md": post("D", source="https://paper.example/d"),
}
NEW = {
    "_posts/2021-01-01-a.md": post("A") + "More.\n",
    "_posts/2021-01-04-d.md": post("D, corrected", source="https://paper.example/other"),
    "_posts/2021-01-05-e.md": post("E").replace("categories: news", "categories: [new, sport]"),
}
GONE = ("_posts/2021-01-03-c.md",)


def command(root: Path, now: str, *more: str) -> list[str]:
    """A run on the site, in one process."""
    words = ["-q", "--workers", "1", "--prune", "--now", now, *more]
    return [sys.executable, str(ROOT / "publish.py"), str(root), *words]


def run(words: Sequence[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, env=ENVIRONMENT, timeout=120, **options)  # type: ignore[call-overload,no-any-return]


def inside(words: Sequence[str]) -> tuple[int, str]:
    """The same run in this process, which takes a fraction of the time: its exit code, and what it printed."""
    stream = io.TextIOWrapper(io.BytesIO())
    with redirect_stderr(stream), redirect_stdout(stream):
        code = publish.main(words[2:])
        stream.seek(0)
        return code, stream.read()


@dataclass
class Scene:
    """A site at `root`, ready for the run that is disturbed. `old` is what is published, `new` what has to be."""

    root: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    damaged: bool = False  # the index: the next run may say so
    times: dict[str, float] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.root / "feeds"


def prepare(folder: Path, *, first: bool = False, damaged: bool = False, many: int = 0) -> Scene:
    """A scene that others are copied from: a site in its first run, or one with news (and damage) after an earlier.

    `many` posts more make it large enough for several processes.
    """
    root = folder / "site"  # the index knows where it was: all points are tried there
    site(root, OLD)
    site(root, {f"_posts/2020-01-01-{number}.md": post(f"T{number}") + "*x*\n" * 50 for number in range(many)}, None)
    if not first:
        expect(run(command(root, BEFORE)), 0)
        site(root, NEW, None)
        for name in GONE:
            (root / name).unlink()
    if damaged:
        database = sqlite3.connect(root / ".feedmill" / "index.sqlite3")
        database.execute("UPDATE feeds SET title = 'x' WHERE key = ''")
        database.commit()
        database.close()
    old = tree(root / "feeds") if not first else {}
    shutil.copytree(root, folder / "template")
    expect(run(command(root, AFTER)), 0)
    new = tree(root / "feeds")
    assert {"atom-archive-1.xml", "index.html"} <= new.keys()
    same = old.keys() & new.keys()
    assert first or (old.keys() - same and new.keys() - same and any(old[name] != new[name] for name in same))
    return Scene(root, old, new, damaged)


def copied(template: Scene) -> Scene:
    """The scene as it was before the run."""
    shutil.rmtree(template.root, ignore_errors=True)
    shutil.copytree(template.root.parent / "template", template.root)
    return at(template)


def at(template: Scene) -> Scene:
    """The scene as it lies there."""
    scene = Scene(template.root, template.old, template.new, template.damaged)
    scene.times = {name: (scene.out / name).stat().st_mtime for name in scene.old}
    return scene


def expect(done: subprocess.CompletedProcess[str], *codes: int) -> None:
    assert done.returncode in codes, f"exit {done.returncode}, not {codes}: {done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr


@dataclass
class Tally:
    """What a sweep has found: all but `points` and `hits` must stay 0."""

    points: int = 0
    hits: int = 0  # faults that really happened
    torn: int = 0
    lost: int = 0
    empty: int = 0
    older: int = 0  # files whose time went back
    unfinished: int = 0  # runs after which not all was as it should be, or something was left behind
    faults: list[str] = field(default_factory=list)

    def after_fault(self, scene: Scene, what: str) -> None:
        """Looks at what a reader would find now: old bytes or new ones."""
        found = tree(scene.out) if scene.out.exists() else {}
        found = {name: data for name, data in found.items() if not TEMPORARY.fullmatch(name.rpartition("/")[2])}
        for name in found:
            if not found[name]:
                self.fault("empty", f"{what}: {name} is empty")
            elif found[name] not in (scene.old.get(name), scene.new.get(name)):
                self.fault("torn", f"{what}: {name} is neither old nor new")
            elif name in scene.times and (scene.out / name).stat().st_mtime < scene.times[name]:
                self.fault("older", f"{what}: {name} is older than what it replaces")
        for name in (scene.old.keys() & scene.new.keys()) - found.keys():
            self.fault("lost", f"{what}: {name} is gone")

    def after_next(self, scene: Scene, what: str) -> None:
        """Lets the next run finish, and looks whether all is as if nothing had happened."""
        code, said = inside(command(scene.root, AFTER))
        if code or (said and not scene.damaged):
            self.fault("unfinished", f"{what}: the next run: exit {code}: {said}")
        found = tree(scene.out)
        left = {name for name in found if TEMPORARY.fullmatch(name.rpartition("/")[2])}
        state = {path.name for path in (scene.root / ".feedmill").iterdir()}
        if scene.damaged:
            state = {name for name in state if ".damaged-" not in name}
        if left or found != scene.new or state != {"index.sqlite3", "index.sqlite3.lock"}:
            wrong = {name for name in found.keys() | scene.new.keys() if found.get(name) != scene.new.get(name)}
            self.fault("unfinished", f"{what}: after the next run: {sorted(wrong)}, left: {left}, state: {state}")
        words = [word for word in command(scene.root, AFTER, "--json") if word != "--prune"]
        _, said = inside(words)
        if '"written": []' not in said:
            self.fault("unfinished", f"{what}: the run after the next still writes: {said}")

    def fault(self, kind: str, what: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        self.faults.append(what)

    def add(self, other: Tally) -> None:
        for name in ("points", "hits", "torn", "lost", "empty", "older", "unfinished"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults

    @property
    def is_clean(self) -> bool:
        return not self.faults

    def __str__(self) -> str:
        names = ("points", "hits", "torn", "lost", "empty", "older", "unfinished")
        return ", ".join(f"{name} {getattr(self, name)}" for name in names)
