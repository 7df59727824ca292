"""Build a site with its own generator, written in Python, and read the feed that it makes, to compare it with ours."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import feedparser

from tests.needs import lacking

_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)


class Entry(NamedTuple):
    """What a feed says of a post."""

    title: str
    at: datetime
    terms: frozenset[str]
    author: str
    text: str


def program(name: str) -> str:
    """Return the path of a program: in the folder `FEEDMILL_ENGINES` names, beside Python, or in PATH."""
    folders = (os.environ.get("FEEDMILL_ENGINES", ""), str(Path(sys.executable).parent), os.environ["PATH"])
    found = shutil.which(name, path=os.pathsep.join(filter(None, folders)))
    if not found:
        lacking(f"{name}: set FEEDMILL_ENGINES to the folder of the program")
    return str(found)


def run(*arguments: object, cwd: Path) -> str:
    """Run a site generator; its exit code is 0."""
    command = [str(argument) for argument in arguments]
    environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONPATH": "", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def words(body: str) -> str:
    """Return the text of a body without white space and without the arrows that lead back from footnotes."""
    return re.sub("[\u21a9\ufe0e]", "", "".join(html.unescape(_TAG.sub("", body)).split()))


def entries(path: Path) -> dict[str, Entry]:
    """Return the entries of a feed by their links."""
    parsed = feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    assert parsed.entries, path
    found = {}
    for entry in parsed.entries:
        body = entry.content[0].value if entry.get("content") else entry.get("summary", "")
        moment = entry.get("published_parsed") or entry.updated_parsed
        found[unquote(entry.link)] = Entry(
            " ".join(html.unescape(_TAG.sub("", entry.title)).split()),
            datetime(*moment[:6], tzinfo=UTC),
            frozenset(tag.term for tag in entry.get("tags", ())),
            entry.get("author", ""),
            words(body),
        )
    return found
