"""A reader looks at a bucket after every request of 50 publications: what a document refers to is there."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from feeds.select.archives import ARCHIVE, ARCHIVE_SIZE
from posts.files.remote_address import parse_address
from posts.objects.store import ObjectStore, open_store
from tests.remotes.fault_proxy import fault_proxy
from tests.remotes.object_stores import QUICK, clean_environment, s3_server
from tests.sites import Command, post, site, tree

ADDRESS = parse_address("s3://bucket/polled")
URL = "https://site.example/feeds/"
TOML = '[feeds]\narchives = true\nformats = ["atom"]\nitems = 5\nkeep = "0h"\nby = ["tag"]\n'
PUBLICATIONS, POSTS = 50, 3
TAGGED = range(140, 170)
_REFERENCE = re.compile(rb'(?:href|src|xmlUrl|htmlUrl)="([^"]+)"')
LISTS = ("atom.xml", "index.html", "feeds.opml")
DOCUMENTS = (".xml", ".html", ".opml")


def numbered(numbers: range) -> dict[str, str]:
    """Posts of later and later days; some have a tag."""
    posts = {}
    for number in numbers:
        day = f"{2010 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        text = post(f"T{number}").replace("2021-12-31", day)
        text = text.replace("categories", "tags") if number in TAGGED else text
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


class Poller:
    """Follows the references of a bucket from the feeds that subscribers have, and from the lists of all feeds."""

    def __init__(self, store: ObjectStore) -> None:
        self.store, self.lock = store, threading.Lock()
        self.read: dict[tuple[str, str], set[str]] = {}
        self.subscribed: set[str] = set()
        self.missing: set[tuple[str, str]] = set()
        self.errors: list[Exception] = []
        self.polls = self.looked_up = 0

    def __call__(self) -> None:
        with self.lock:
            try:
                self.poll()
            except Exception as error:  # noqa: BLE001 # the test reports it, in its own thread
                self.errors.append(error)

    def poll(self) -> None:
        self.polls += 1
        present = {one.path: one.etag for one in self.store.list()}
        waiting = [path for path in (*LISTS, *self.subscribed) if path in present]
        seen = set(waiting)
        while waiting:
            path = waiting.pop()
            if path.endswith("atom.xml"):
                self.subscribed.add(path)
            for target in self.targets(path, present[path]):
                self.looked_up += 1
                if target in present:
                    waiting += {target} - seen
                    seen.add(target)
                elif self.points_nowhere(path, target):
                    self.missing.add((path, target))

    def targets(self, path: str, etag: str) -> set[str]:
        if path.endswith(DOCUMENTS) and (path, etag) not in self.read:
            self.read[path, etag] = referred(path, self.store.get(path))
        return self.read.get((path, etag), set())

    def points_nowhere(self, path: str, target: str) -> bool:
        """Other requests go on while the bucket is read: look again."""
        return self.store.head(target) is None and target in referred(path, self.store.get(path))


@pytest.fixture
def poller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Poller]:
    clean_environment(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with s3_server() as endpoint, fault_proxy(endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        proxy.observe = poller = Poller(open_store(ADDRESS, QUICK))
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        yield poller


def test_no_document_refers_to_a_missing_one_through_fifty_publications(
    feedmill: Command, tmp_path: Path, poller: Poller
) -> None:
    root = site(tmp_path / "site", {**numbered(range(ARCHIVE_SIZE)), "feedmill.toml": TOML})
    held = set()
    for number in range(PUBLICATIONS):
        done = feedmill(root, "--workers", "1", "--prune", "--allow-removals", "--to", ADDRESS.text)
        assert done.code == 0, done.err
        held |= tree(root / "feeds").keys()
        first = ARCHIVE_SIZE + POSTS * number
        site(root, numbered(range(first, first + POSTS)), None)
        if number == 40:  # all posts with the tag go, and so do its feeds
            for path in numbered(TAGGED):
                (root / path).unlink()
    assert poller.errors == []
    assert poller.missing == set()
    assert poller.polls > 250
    assert poller.looked_up > 2000
    files = tree(root / "feeds")
    assert {one.path: poller.store.get(one.path) for one in poller.store.list()} == files
    assert held - files.keys() >= {"tag/news/atom.xml", "tag/news/index.html"}
    assert any(ARCHIVE.fullmatch(target) for target in referred("atom.xml", files["atom.xml"]))
    assert "pages.css" in referred("index.html", files["index.html"])
