"""`feedmill serve`, as a program: a post is saved, and those who listen are told."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.needs import needs
from tests.sites import Command, post, site

ROOT = Path(__file__).parent.parent
A, B = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md"
BAD = "---\ntitle: [\n---\n"


class Served:
    """A preview that runs."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        return body

    def items(self) -> dict[str, dict[str, str]]:
        return {item["title"]: item for item in json.loads(self.get("/feed.json"))["items"]}

    def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(200):
            if condition():
                return
            time.sleep(0.1)
        raise AssertionError("it did not come to that")

    @contextmanager
    def events(self) -> Iterator[Callable[[], dict[str, object]]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/_events")
        stream = connection.getresponse()

        def following() -> dict[str, object]:
            while not (line := stream.readline()).startswith(b"data: "):
                assert line
            return json.loads(line.removeprefix(b"data: "))  # type: ignore[no-any-return]

        yield following
        connection.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started = []
    (tmp_path / "temporary").mkdir()

    def start(root: Path, *options: object) -> Served:
        command = [sys.executable, ROOT / "publish.py", "serve", root, "--port", "0", "--json", *options]
        process = subprocess.Popen(
            [*map(str, command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        )
        started.append(process)
        assert process.stdout
        while "address" not in (said := json.loads(process.stdout.readline())):
            pass
        return Served(process, int(said["address"].rstrip("/").rpartition(":")[2]))

    yield start
    for process in started:
        process.kill()
        process.communicate()


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (one.st_mtime_ns, one.st_ctime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [root, *root.rglob("*")]
        for one in [path.stat()]
    }


def test_a_saved_post_is_published_and_its_readers_are_told(tmp_path: Path, serve: Callable[..., Served]) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    served = serve(root)
    with served.events() as following:
        first = following()
        site(root, {B: post("B")}, None)
        assert following()["edition"] != first["edition"]
        assert sorted(served.items()) == ["A", "B"]
        site(root, {B: BAD}, None)
        assert following()["problems"] == 1
        site(root, {A: post("A2")}, None)
        assert following()["problems"] == 1
    assert f"{B}:2: error: invalid YAML in front matter" in served.get("/_problems").decode()
    assert list(served.items()) == ["A2"]
    served.process.send_signal(signal.SIGINT)
    out, err = served.process.communicate(timeout=20)
    assert served.process.returncode == 0
    assert err.count(f"{B}:2: error:") == 1
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["problems"]


def test_a_preview_leaves_nothing_behind(tmp_path: Path, serve: Callable[..., Served], feedmill: Command) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    feedmill(root)
    before = tree(root)
    served = serve(root)
    assert list(served.items()) == ["A"]
    assert [path.name.partition("-")[0] for path in (tmp_path / "temporary").iterdir()] == ["feedmill"]
    served.process.send_signal(signal.SIGTERM)
    served.process.communicate(timeout=20)
    assert served.process.returncode == 0
    assert tree(root) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_a_preview_has_decided_binds_nobody(
    tmp_path: Path, serve: Callable[..., Served], feedmill: Command
) -> None:
    """A post that is written while its preview runs gets the id that it would have if it had been written at once."""
    root = site(tmp_path / "site", {A: post("A", source="https://one.example/a")})
    feedmill(root)
    published = json.loads((root / "feeds/feed.json").read_text())["items"][0]
    served = serve(root)
    site(root, {B: post("B", source="https://one.example/wrong")}, None)
    served.until(lambda: "B" in served.items())
    wrong = served.items()["B"]["id"]
    site(root, {B: post("B", source="https://one.example/right"), A: post("A2", source="https://one.example/a2")}, None)
    served.until(lambda: served.items().get("B", {}).get("id") not in (wrong, None) and "A2" in served.items())
    seen = served.items()
    assert seen["A2"]["id"] == published["id"]
    feedmill(root)
    then = {item["title"]: item for item in json.loads((root / "feeds/feed.json").read_text())["items"]}
    assert {title: item["id"] for title, item in seen.items()} == {title: item["id"] for title, item in then.items()}


def test_the_published_pages_are_not_read_as_posts(
    tmp_path: Path, serve: Callable[..., Served], feedmill: Command
) -> None:
    config = '[site]\ntitle = "S"\nurl = "https://site.example"\n'
    root = site(tmp_path / "site", {"a.md": post("A"), "feedmill.toml": config}, None)
    feedmill(root)
    (root / "feeds" / "page.md").write_text(post("Page"))
    assert list(serve(root).items()) == ["A"]


def test_a_mistake_in_the_configuration_is_shown_and_the_last_edition_stands(
    tmp_path: Path, serve: Callable[..., Served]
) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    served = serve(root)
    (root / "feedmill.toml").write_text("[feeds]\nitems = 'many'\n")
    served.until(lambda: "feedmill.toml:2: error: [feeds] items" in served.get("/_problems").decode())
    assert list(served.items()) == ["A"]
    (root / "feedmill.toml").write_text("[feeds]\nitems = 3\n")
    served.until(lambda: "No problems" in served.get("/_problems").decode())


def test_a_preview_that_cannot_begin(tmp_path: Path, feedmill: Command) -> None:
    root = site(tmp_path / "site", {A: post("A"), "feedmill.toml": "[feeds]\nitems = 'many'\n"})
    assert feedmill("serve", root, "--port", "0").code == 2
    assert feedmill("serve", root, "--port", "99999").code == 2
    assert feedmill("serve", root, "--port", "0", "--host", "192.0.2.1").code == 4


def look(address: str, root: Path) -> None:
    """Opens a page of a preview in Chromium, and saves posts."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}/category/")
        assert page.locator("li").all_inner_texts() == ["../", "news/"]
        site(root, {B: post("B").replace("categories: news", "categories: other")}, None)
        page.locator("text=other/").wait_for()
        page.goto(f"{address}/")  # the published page itself
        assert page.locator("article h3").all_inner_texts() == ["B", "A"]
        site(root, {A: post("A2")}, None)
        page.locator("article h3 >> text=A2").wait_for()
        site(root, {B: BAD}, None)
        page.locator("text=1 problem").click()
        page.wait_for_url(f"{address}/_problems")
        assert B in page.locator("li").inner_text()
        site(root, {B: post("B")}, None)
        page.locator("text=No problems").wait_for()
        browser.close()


def test_a_page_in_a_browser_loads_itself_again(tmp_path: Path, serve: Callable[..., Served]) -> None:
    pytest.importorskip("playwright.sync_api")
    needs("chromium")
    root = site(tmp_path / "site", {A: post("A")})
    served = serve(root)
    # In a process of its own: there can be one such driver in each, and other tests may have it.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(look, f"http://127.0.0.1:{served.port}", root).result(timeout=120)
