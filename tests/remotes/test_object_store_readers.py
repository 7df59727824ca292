"""A reader polls a bucket through 50 publications: what a document refers to is there, at any moment."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from feeds.remotes.base import LocalFile, Update
from feeds.remotes.object_store import ObjectStoreRemote
from feeds.select.archives import ARCHIVE, ARCHIVE_SIZE
from posts.files.remote_address import parse_address
from posts.objects.store import ObjectStore, open_store
from tests.remotes.object_stores import QUICK, clean_environment, s3_server
from tests.sites import Command, post, site, tree

ADDRESS = parse_address("s3://bucket/feeds")
URL = "https://site.example/feeds/"
TOML = '[feeds]\narchives = true\nformats = ["atom"]\nitems = 10\nkeep = "0h"\n'
PUBLICATIONS, POSTS = 50, 3
_REFERENCE = re.compile(rb'(?:href|src|xmlUrl|htmlUrl)="([^"]+)"')
_DOCUMENTS = (".xml", ".html", ".opml")


def stage(path: str) -> int:
    """Assets and archive documents, pages, feeds, lists of all feeds."""
    name = path.rpartition("/")[2]
    if path in {"index.html", "feeds.opml"}:
        return 3
    if ARCHIVE.fullmatch(name) or name.endswith((".css", ".js", ".svg", ".png")):
        return 0
    return 1 if name.endswith(".html") else 2


def numbered(numbers: range) -> dict[str, str]:
    """Posts of later and later days; every hundred have a category of their own."""
    posts = {}
    for number in numbers:
        day = f"{2010 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        text = post(f"T{number}").replace("2021-12-31", day).replace("news", f"新闻 {number // 100}")
        posts[f"_posts/{day}-{number}.md"] = text
    return posts


def referred(path: str, data: bytes) -> set[str]:
    """The paths of the files of the output that a document refers to."""
    found = set()
    for written in _REFERENCE.findall(data):
        address = urljoin(URL + path, unescape(written.decode()))
        if address.startswith(URL):
            target = unquote(urlsplit(address).path.removeprefix(urlsplit(URL).path))
            found.add(f"{target}index.html" if target.endswith("/") or not target else target)
    return found


class Poller(threading.Thread):
    """Reads the documents of a bucket one after another, and looks for everything that each refers to."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__()
        self.store, self.stopped = store, threading.Event()
        self.missing: list[tuple[str, str]] = []
        self.errors: list[BaseException] = []
        self.looked_up = self.rounds = 0

    def run(self) -> None:
        try:
            while not self.stopped.wait(0.05):
                self.poll()
        except BaseException as error:
            self.errors.append(error)

    def poll(self) -> None:
        present = {one.path for one in self.store.list()}
        for path in sorted(present):
            for target in self.targets(path):
                self.looked_up += 1
                # Who still refers to it after it was missing points nowhere; else it has been removed in the meantime.
                if target not in present and self.store.head(target) is None and target in self.targets(path):
                    self.missing.append((path, target))
        self.rounds += 1

    def targets(self, path: str) -> set[str]:
        if not path.endswith(_DOCUMENTS):
            return set()
        try:
            return referred(path, self.store.get(path))
        except FileNotFoundError:
            return set()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    clean_environment(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with s3_server() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        yield open_store(ADDRESS, QUICK)


def send(output: Path, record: dict[str, str]) -> None:
    """Bring the bucket up to date by the record of what it has."""
    files = {path: hashlib.sha256(data).hexdigest() for path, data in tree(output).items()}
    stages: dict[tuple[int, bool], list[LocalFile]] = {}
    for path, digest in files.items():
        if record.get(path) != digest:
            source = output / path
            local = LocalFile(path, source, source.stat().st_size, "text/plain; charset=utf-8")
            stages.setdefault((stage(path), path in record), []).append(local)
    gone = tuple(sorted((path for path in record if path not in files), key=stage, reverse=True))

    def done(paths: object) -> None:
        for path in paths:  # type: ignore[attr-defined]
            if path in files:
                record[path] = files[path]
            else:
                del record[path]

    with ObjectStoreRemote(ADDRESS, QUICK) as remote:
        remote.update(Update(tuple(tuple(stages[key]) for key in sorted(stages)), gone), done)


def test_no_document_refers_to_a_missing_one_through_fifty_publications(
    feedmill: Command, tmp_path: Path, store: ObjectStore
) -> None:
    root = site(tmp_path / "site", {**numbered(range(ARCHIVE_SIZE)), "feedmill.toml": TOML})
    record: dict[str, str] = {}
    poller = Poller(store)
    for number in range(PUBLICATIONS):
        assert feedmill(root, "--workers", "1").code == 0
        send(root / "feeds", record)
        if number == 0:
            poller.start()
        first = ARCHIVE_SIZE + POSTS * number
        site(root, numbered(range(first, first + POSTS)), None)
        if number == PUBLICATIONS // 2:  # a category whose posts all go, and whose feeds are removed
            for path in numbered(range(100)):
                (root / path).unlink()
            assert feedmill(root, "--prune", "--allow-removals").code == 0
            send(root / "feeds", record)
    poller.stopped.set()
    poller.join()
    poller.poll()
    assert poller.errors == []
    assert poller.missing == []
    assert poller.rounds > 5
    assert poller.looked_up > 1000
    files = tree(root / "feeds")
    assert {one.path: store.get(one.path) for one in store.list()} == files
    referring = {path: referred(path, data) for path, data in files.items() if path.endswith(_DOCUMENTS)}
    assert any(ARCHIVE.fullmatch(target) for target in referring["atom.xml"])
    assert "pages.css" in referring["index.html"]
    assert sum(len(targets) for targets in referring.values()) > 50
