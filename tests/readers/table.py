"""The readers, a row each: the formats that they speak, and how they subscribe and fetch."""

from __future__ import annotations

import json
import mailbox
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tests.needs import lacking, needs

HERE = Path(__file__).parent
XML = ("rss.xml", "atom.xml")
ALL = (*XML, "feed.json")


class Entry(NamedTuple):
    """What a reader shows of an item."""

    id: str
    title: str
    body: str


@dataclass(frozen=True)
class Row:
    """`fetch` subscribes to an address where that has not been done, fetches, and gives all entries that are shown.

    Its second argument is a folder for what the reader remembers. `conditional` is whether the reader asks for what is
    new only.
    """

    fetch: Callable[[str, Path], list[Entry]]
    formats: tuple[str, ...]
    conditional: bool = True


def _run(*command: str | Path, state: Path) -> str:
    environment = {**os.environ, "HOME": str(state), "XDG_CONFIG_HOME": str(state), "XDG_DATA_HOME": str(state)}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        environment.pop(name, None)
    done = subprocess.run(command, env=environment, cwd=state, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def _newsboat(url: str, state: Path) -> list[Entry]:
    needs("newsboat")
    (state / "urls").write_text(f"{url}\n")
    (state / "config").write_text("")
    cache = state / "cache.db"
    _run("newsboat", "-u", state / "urls", "-C", state / "config", "-c", cache, "-x", "reload", state=state)
    with closing(sqlite3.connect(cache)) as database:
        rows = database.execute("SELECT guid, title, content FROM rss_item WHERE feedurl = ?", (url,)).fetchall()
    return [Entry(*row) for row in rows]


def _rss2email(url: str, state: Path) -> list[Entry]:
    _importable("rss2email")
    config, data, mail = state / "rss2email.cfg", state / "rss2email.json", state / "mail"
    program = (sys.executable, "-W", "ignore", "-m", "rss2email.main", "-c", config, "-d", data)
    if not config.exists():
        config.write_text(
            "[DEFAULT]\nto = reader@mail.example\nemail-protocol = maildir\n"
            f"maildir-path = {mail}\nmaildir-mailbox = inbox\nreply-changes = True\n"
        )
        mail.mkdir()
        mailbox.Maildir(mail / "inbox")
        _run(*program, "add", "feed", url, state=state)
    _run(*program, "run", state=state)
    return _letters(mail / "inbox")


def _letters(folder: Path) -> list[Entry]:
    """An entry a thread of letters: a letter about a change answers the one before, and takes its place."""
    shown: dict[str, Entry] = {}
    paths = sorted((folder / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in paths:
        letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        text = letter.get_body(("plain", "html"))
        assert text is not None
        entry = Entry(letter["X-RSS-ID"], letter["Subject"], text.get_content())
        shown[letter["In-Reply-To"] or letter["Message-ID"]] = entry
    return list(shown.values())


def _python(library: str) -> Callable[[str, Path], list[Entry]]:
    def fetch(url: str, state: Path) -> list[Entry]:
        _importable(library)
        program = HERE / f"{library}_subscriber.py"
        return _entries(_run(sys.executable, "-W", "ignore", program, url, state, state=state))

    return fetch


def _node(package: str) -> Callable[[str, Path], list[Entry]]:
    def fetch(url: str, state: Path) -> list[Entry]:
        needs("node")
        if not (HERE / "node_modules" / package).exists():
            lacking(f"the package {package}: run `npm ci` in tests/readers")
        program = HERE / f"{package.replace('-', '_')}_subscriber.mjs"
        return _entries(_run("node", program, url, state, state=state))

    return fetch


def _importable(library: str) -> None:
    if find_spec(library) is None:
        lacking(f"the library {library}: install feedmill[readers]")


def _entries(printed: str) -> list[Entry]:
    return [Entry(*one) for one in json.loads(printed)]


READERS = {
    "newsboat": Row(_newsboat, XML),
    "feedparser": Row(_python("feedparser"), XML),
    "reader": Row(_python("reader"), ALL),
    "rss2email": Row(_rss2email, XML),
    "rss-parser": Row(_node("rss-parser"), XML, conditional=False),
    "feedsmith": Row(_node("feedsmith"), ALL),
}
