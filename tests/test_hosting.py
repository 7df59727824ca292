"""Test nginx and Caddy with the configuration in docs/how-to/hosting.md, and the workflow there."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from tests.servers import SERVERS, Client, documented, nginx
from tests.sites import Command, post, site

A = "_posts/2021-01-01-a.md"
TOML = """[feeds]
out = "www/feeds"
url = "https://site.example/feeds"
gzip = true
archives = true
items = 2
keep = "0h"
"""
TYPES = {
    "rss.xml": "application/xml; charset=utf-8",
    "atom.xml": "application/xml; charset=utf-8",
    "atom-archive-1.xml": "application/xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "feeds.opml": "text/x-opml; charset=utf-8",
    "category/news/rss.xml": "application/xml; charset=utf-8",
    "category/news/feed.json": "application/feed+json",
    "category/港口/atom.xml": "application/xml; charset=utf-8",
    "embed.js": "text/javascript; charset=utf-8",
    "frame.js": "text/javascript; charset=utf-8",
    "pages.js": "text/javascript; charset=utf-8",
    "pages.css": "text/css; charset=utf-8",
    "feed.css": "text/css; charset=utf-8",
    "feed.svg": "image/svg+xml",
    "": "text/html; charset=utf-8",
    "category/港口/": "text/html; charset=utf-8",
    "embed.html": "text/html; charset=utf-8",
    "embed.fragment.html": "text/html; charset=utf-8",
    "category/news/embed.fragment.html": "text/html; charset=utf-8",
}
OPEN = ("feed.json", "embed.js", "frame.js", "embed.fragment.html")


@pytest.fixture
def root(tmp_path: Path, feedmill: Command) -> Path:
    chinese = post("B").replace("categories: news", "categories: 港口")
    old = post("Old").replace("2021-12-31", "2020-12-31").replace("news", "past")
    posts = {A: post("A"), "_posts/2021-01-02-b.md": chinese, "_posts/2020-01-01-old.md": old}
    root = site(tmp_path / "site", {**posts, "feedmill.toml": TOML})
    assert feedmill(root).code == 0
    (tmp_path / "scratch").mkdir()
    return root


@pytest.fixture(params=SERVERS)
def port(request: pytest.FixtureRequest, root: Path) -> Iterator[int]:
    with SERVERS[request.param](root / "www", root.parent / "scratch") as port:
        yield port


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    client = Client(port)
    yield client
    client.close()


def file(root: Path, path: str) -> Path:
    """Return the response for `path`; a folder is its index page."""
    return root / "www" / "feeds" / (f"{path}index.html" if path == "" or path.endswith("/") else path)


def address(path: str) -> str:
    return f"/feeds/{quote(path)}"


def test_a_server_sends_every_file_as_the_page_says(client: Client, root: Path) -> None:
    for path, media_type in TYPES.items():
        answer = client.get(address(path))
        assert answer.status == 200, path
        assert answer.body == file(root, path).read_bytes()
        assert answer.headers["content-type"] == media_type
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert answer.headers.get("access-control-allow-origin") == ("*" if path.endswith(OPEN) else None)
        assert "content-encoding" not in answer.headers


def test_a_server_sends_the_compressed_copy_to_clients_that_accept_gzip(client: Client, root: Path) -> None:
    for path, media_type in TYPES.items():
        answer = client.get(address(path), Accept_Encoding="br, gzip;q=0.8")
        sent = file(root, path)
        assert answer.body == sent.with_name(f"{sent.name}.gz").read_bytes()
        assert answer.content == sent.read_bytes()
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-type"] == media_type
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers.get("access-control-allow-origin") == ("*" if path.endswith(OPEN) else None)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_who_has_the_latest_is_told_so_and_who_has_not_gets_it(
    feedmill: Command, client: Client, root: Path, encoding: str
) -> None:
    for path in ("rss.xml", "feed.json", "category/news/atom.xml", "embed.html"):
        first = client.get(address(path), Accept_Encoding=encoding)
        etag, modified = first.headers["etag"], first.headers["last-modified"]
        for condition in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
            again = client.get(address(path), Accept_Encoding=encoding, **condition)
            assert (again.status, again.body) == (304, b""), (path, condition)
            assert again.headers["cache-control"] == "public, max-age=300"
        site(root, {A: post(f"Changed {path}")}, None)
        assert feedmill(root).code == 0
        for condition in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
            changed = client.get(address(path), Accept_Encoding=encoding, **condition)
            assert changed.status == 200
            assert changed.content == (root / "www" / "feeds" / path).read_bytes() != first.content


def test_a_page_of_the_same_server_includes_the_fragment(root: Path) -> None:
    """Test the code on the feed's page, also with clients that accept gzip."""
    page = (root / "www/feeds/category/news/index.html").read_text("utf-8")
    (code,) = (html.unescape(one) for one in re.findall(r"<code[^>]*>(.*?)</code>", page) if "#include" in one)
    (root / "www" / "own.html").write_text(f"<main>{code}</main>")
    fragment = (root / "www/feeds/category/news/embed.fragment.html").read_text("utf-8")
    with nginx(root / "www", root.parent / "scratch", more="ssi on;\n") as port:
        client = Client(port)
        for encoding in ("identity", "gzip"):
            answer = client.get("/own.html", Accept_Encoding=encoding)
            assert answer.content.decode() == f"<main>{fragment}</main>"
        client.close()


@dataclass
class Poller:
    """Requests the same files continuously and keeps the responses in order."""

    port: int
    paths: tuple[str, ...]
    seen: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        client = Client(self.port)
        while not self.stop.is_set() and not self.trouble:
            for path in self.paths:
                for encoding in ("identity", "gzip"):
                    try:
                        self.ask(client, path, encoding)
                    except Exception as error:  # noqa: BLE001 # whatever it is, the test must hear of it
                        self.trouble.append(f"{path} ({encoding}): {error!r}")
            time.sleep(0.005)  # leave CPU time for the publications
        client.close()

    def ask(self, client: Client, path: str, encoding: str) -> None:
        answer = client.get(address(path), Accept_Encoding=encoding)
        assert answer.status == 200, answer
        seen = self.seen.setdefault((path, encoding), [])
        if not seen or seen[-1] != answer.content:
            seen.append(answer.content)


@pytest.mark.parametrize("rounds", [100])
def test_an_output_stays_served_whole_through_a_hundred_publications(
    feedmill: Command, port: int, root: Path, rounds: int
) -> None:
    poller = Poller(port, ("rss.xml", "feed.json", "category/news/atom.xml"))
    published = {path: [(root / "www" / "feeds" / path).read_bytes()] for path in poller.paths}
    thread = threading.Thread(target=poller.run)
    thread.start()
    try:
        for number in range(rounds):
            # Titles of equal and of different lengths: an equal size must not hide a change.
            site(root, {A: post(f"Version {number:03} {'long ' * (number % 3)}")}, None)
            assert feedmill(root, "--workers", "1").code == 0
            for path, versions in published.items():
                versions.append((root / "www" / "feeds" / path).read_bytes())
    finally:
        poller.stop.set()
        thread.join()
    assert poller.trouble == []
    for (path, _), seen in poller.seen.items():
        assert len(set(published[path])) == rounds + 1
        order = [published[path].index(content) for content in seen]  # a torn body is not among them
        assert order == sorted(order)
        assert len(order) > rounds // 4


def test_the_workflow_for_github_pages_asks_for_what_it_needs() -> None:
    flow = yaml.safe_load(documented("pages"))
    assert flow[True] == {  # YAML 1.1 takes `on` for true
        "push": {"branches": ["main"]},
        "schedule": [{"cron": "17 * * * *"}],
        "workflow_dispatch": None,
    }
    assert flow["permissions"] == {"contents": "write", "pages": "write", "id-token": "write"}
    steps = flow["jobs"]["publish"]["steps"]
    used = [step["uses"] for step in steps]
    assert [name.partition("@")[0] for name in used] == [
        "actions/checkout",
        "OWNER/feedmill",
        "actions/jekyll-build-pages",
        "actions/upload-pages-artifact",
        "actions/deploy-pages",
    ]
    assert flow["jobs"]["publish"]["environment"]["url"] == "${{ steps.deployment.outputs.page_url }}"
    assert steps[-1]["id"] == "deployment"
