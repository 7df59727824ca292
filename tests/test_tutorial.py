"""The tutorial is followed in an empty folder: its files, its changes, its commands, and what they print."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

from tests.needs import needs

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.compile(
    r"^(?:<!-- (command|prints|file|change): ([^\n]+) -->\n)?```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
# What a slow machine says of its progress, where it is not on a terminal as the tutorial's reader is.
PROGRESS = re.compile(r"^\w+: \d+ in \d+\.\d s\n", re.MULTILINE)


class Reader:
    """Who follows the tutorial, in `folder`. What stands there of port 8000 is what the preview has said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = "8000"
        self.printed: dict[str, str] = {}
        self.preview: subprocess.Popen[str] | None = None
        self.said: Queue[str] = Queue()
        tools = folder.parent / "bin"
        tools.mkdir()
        shim = tools / "feedmill"
        shim.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(ROOT / "publish.py")])} "$@"\n')
        shim.chmod(0o755)
        self.environment = os.environ | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder.parent),
            "LC_ALL": "C.UTF-8",
        }

    def command(self, name: str, text: str) -> None:
        if name == "serve":
            self._serve(text)
            return
        done = subprocess.run(
            ["bash", "-eu", "-c", text],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        self.printed[name] = PROGRESS.sub("", done.stdout)
        assert done.returncode == (1 if name == "diff" else 0), done.stdout

    def _serve(self, text: str) -> None:
        self.preview = subprocess.Popen(
            ["bash", "-c", f"exec {text}"],
            cwd=self.folder,
            env=self.environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.listener = Thread(target=self._listen, daemon=True)
        self.listener.start()
        first, address = self.said.get(timeout=60), self.said.get(timeout=60)
        self.port = address.rpartition(":")[2].strip("/\n")
        self.printed["serve"] = first + address

    def _listen(self) -> None:
        assert self.preview is not None
        assert self.preview.stdout is not None
        for line in self.preview.stdout:
            if not PROGRESS.match(line):
                self.said.put(line)

    def prints(self, name: str, text: str) -> None:
        if name == "renewed":
            self.printed[name] = self.said.get(timeout=60)
        assert self.printed.pop(name) == text

    def file(self, path: str, text: str) -> None:
        self._save(path, text)
        if self.preview:
            self.said.get(timeout=60)  # it has been made anew

    def change(self, path: str, text: str) -> None:
        lines = (self.folder / path).read_text("utf-8").splitlines()
        old = [line[1:] for line in text.splitlines() if line.startswith("-")]
        new = [line[1:] for line in text.splitlines() if line.startswith("+")]
        place = lines.index(old[0])
        assert lines[place : place + len(old)] == old
        lines[place : place + len(old)] = new
        self._save(path, "\n".join(lines) + "\n")

    def _save(self, path: str, text: str) -> None:
        """At once, so that no preview is made of half a file."""
        hidden = self.folder / ".saving"
        hidden.write_text(text, "utf-8")
        hidden.replace(self.folder / path)

    def leave(self) -> int:
        assert self.preview is not None
        self.preview.send_signal(signal.SIGINT)
        return self.preview.wait(20)

    def end(self) -> None:
        if self.preview is not None:
            self.preview.kill()
            self.preview.wait()
            assert self.preview.stdout is not None
            self.listener.join()
            self.preview.stdout.close()


def steps(*, with_newsboat: bool) -> Iterator[tuple[str, str, str]]:
    skipped = set()
    for kind, name, text in BLOCKS.findall(PAGE):
        if kind == "command" and "newsboat" in text and not with_newsboat:
            skipped.add(name)
        if kind and name not in skipped:
            yield kind, name, text


def test_whoever_follows_the_tutorial_sees_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    reader = Reader(tmp_path / "empty")
    try:
        for kind, name, text in steps(with_newsboat=bool(shutil.which("newsboat"))):
            getattr(reader, kind)(name, text.replace(":8000", f":{reader.port}"))
        assert {name: said for name, said in reader.printed.items() if said} == {}
        assert reader.leave() == 0
    finally:
        reader.end()
    needs("newsboat")


def test_every_step_of_the_tutorial_is_marked() -> None:
    unmarked = [text for kind, _, text in BLOCKS.findall(PAGE) if not kind]
    assert len(unmarked) == 1
    assert unmarked[0].startswith("pipx install .")  # CI installs it in its own way
