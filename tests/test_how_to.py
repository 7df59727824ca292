"""The commands, scripts and workflows of the pages in docs/how-to about publishing, run as they stand there."""

from __future__ import annotations

import json
import mailbox
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.needs import lacking, needs
from tests.servers import changed, documented
from tests.sites import Command, post, site
from tests.workflow_runner import ROOT, Machine

A, B = "_posts/2021-12-31-a.md", "_posts/2021-12-31-b.md"


class ShellError(Exception):
    """A command has failed."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the site SITE, which the commands name."""
    site(tmp_path / "SITE", {A: post("A")})
    program = f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/publish.py" "$@"\n'
    site(tmp_path / "bin", {"feedmill": program}, None)
    (tmp_path / "bin" / "feedmill").chmod(0o755)
    return tmp_path


def shell(script: str, root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{root}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "HOME": str(root), **environment}
    command = ["bash", "-eu", "-c", script]
    done = subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise ShellError(done.stderr)
    return done


def times(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), int(path.stat().st_mtime)) for path in files}


@pytest.mark.parametrize("kind", ["command", "file"])
def test_rsync_copies_what_changed_with_its_times(root: Path, kind: str) -> None:
    needs("rsync")
    (root / "www").mkdir()
    script = changed(documented("rsync", kind), {"web.example.org:/srv/www/feeds/": f"{root}/www/feeds/"})
    shell(script, root)
    first = times(root / "www" / "feeds")
    assert first == times(root / "SITE" / "feeds")
    site(root / "SITE", {B: post("B").replace("categories: news", "categories: sport")}, None)
    shell(script, root)
    second = times(root / "www" / "feeds")
    assert second == times(root / "SITE" / "feeds")
    assert first["category/news/rss.xml"] == second["category/news/rss.xml"]
    assert all(second[path] > first[path] for path in ("rss.xml",))
    assert second["rss.xml"][1] > first["rss.xml"][1]


@pytest.mark.parametrize("host, uploads", [("netlify", "--dir=public"), ("cloudflare", "deploy public")])
def test_the_workflow_of_a_host_uploads_the_site_with_the_headers_of_the_feeds(
    tmp_path: Path, host: str, uploads: str
) -> None:
    needs("git", "bash")
    machine = Machine(tmp_path)
    toml = '[site]\nurl = "https://example.org"\n[feeds]\nout = "public/feeds"\nheaders = true\n'
    files = {"posts/a.md": post("A"), "public/_headers": "/x\n  A: b\n", "feedmill.toml": toml}
    machine.push({**files, ".gitignore": "public/feeds\n"})
    npx = machine.tools / "npx"
    npx.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/uploads\ncp public/_headers {tmp_path}/\n')
    npx.chmod(0o755)
    machine.job(documented(host))
    machine.job(documented(host), "schedule")
    (line,) = (tmp_path / "uploads").read_text().splitlines()
    assert uploads in line
    headers = (tmp_path / "_headers").read_text()
    assert headers.startswith("/x\n  A: b\n")
    assert "/feeds/rss.xml" in headers


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Mastodon(BaseHTTPRequestHandler):
    """Takes statuses; fails for the title `fail`."""

    posted: list[tuple[str, str]]

    def do_POST(self) -> None:
        text = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["status"][0]
        ok = self.path == "/api/v1/statuses" and self.headers["Authorization"] == "Bearer SECRET"
        self.send_response(200 if ok and not text.startswith("fail") else 422)
        self.end_headers()
        if ok and not text.startswith("fail"):
            self.posted.append((text, self.headers["Idempotency-Key"]))

    def log_message(self, *_: object) -> None:
        pass


def serve(handler: object) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def feeds_address(root: Path) -> Iterator[str]:
    yield from serve(partial(Quiet, directory=str(root / "SITE")))


@pytest.fixture
def mastodon() -> Iterator[str]:
    Mastodon.posted = []
    yield from serve(Mastodon)


def test_mastodon_gets_new_items_once_and_the_oldest_first(feedmill: Command, root: Path, mastodon: str) -> None:
    (root / "mastodon_bot.py").write_text(documented("mastodon"))
    script = changed(documented("mastodon", "command"), {"https://mastodon.example": mastodon})

    def publish(*titles: str) -> None:
        for title in titles:
            dated = post(title).replace("11:38:35", f"11:4{len(list((root / 'SITE/_posts').iterdir()))}:00")
            site(root / "SITE", {f"_posts/2021-12-31-{title}.md": dated}, None)
        assert feedmill(root / "SITE").code == 0

    publish()
    shell(script, root)
    assert Mastodon.posted == []
    publish("One", "Two")
    shell(script, root)
    shell(script, root)
    ids = {item["title"]: item["id"] for item in json.loads((root / "SITE/feeds/feed.json").read_text())["items"]}
    link = "https://site.example/news/2021/12/31"
    assert Mastodon.posted == [(f"{one}\n\n{link}/{one}.html", ids[one]) for one in ("One", "Two")]
    publish("fail", "Three")
    with pytest.raises(ShellError):
        shell(script, root)
    (root / "SITE/_posts/2021-12-31-fail.md").write_text(post("works"))
    publish()
    shell(script, root)
    assert [text.partition("\n")[0] for text, _ in Mastodon.posted] == ["One", "Two", "works", "Three"]


def test_rss2email_sends_new_posts_of_a_feed_for_a_newsletter(
    feedmill: Command, root: Path, feeds_address: str
) -> None:
    try:
        import rss2email  # noqa: F401
    except ImportError:
        lacking("rss2email: install feedmill[readers]")
    site(root / "SITE", {"feedmill.toml": documented("newsletter")}, None)
    assert feedmill(root / "SITE").code == 0
    r2e = f'#!/bin/sh\nexec "{sys.executable}" -W ignore -m rss2email.main -c {root}/cfg -d {root}/data "$@"\n'
    site(root / "bin", {"r2e": r2e}, None)
    (root / "bin" / "r2e").chmod(0o755)
    first, *rest = documented("newsletter", "command").splitlines()
    shell(first, root)
    config = root / "cfg"
    settings = config.read_text()
    changes = {
        "= sendmail\n": "= maildir\n",
        "= ~/Maildir\n": f"= {root}/mail\n",
        "mailbox = INBOX\n": "mailbox = inbox\n",
    }
    for old, new in changes.items():
        assert old in settings
        settings = settings.replace(old, new)
    config.write_text(settings)
    (root / "mail").mkdir()
    inbox = mailbox.Maildir(root / "mail" / "inbox")
    shell("\n".join(rest).replace("https://example.org", feeds_address), root)
    assert len(inbox) == 0
    site(root / "SITE", {B: post("B"), "_posts/2021-12-31-c.md": post("C").replace("news", "other")}, None)
    assert feedmill(root / "SITE").code == 0
    for _ in range(2):
        shell(documented("newsletter again", "command"), root)
        assert [letter["Subject"] for letter in inbox] == ["B"]


WORDPRESS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Site</title><link>https://site.example</link><description/>
<item><title>A</title><link>https://site.example/news/2021/12/31/a.html</link>
<pubDate>Fri, 31 Dec 2021 03:38:35 +0000</pubDate>
<guid isPermaLink="false">https://site.example/?p=12</guid><description>Text of A.</description></item>
</channel></rss>
"""


def test_the_ids_of_wordpress_are_taken_over(root: Path) -> None:
    (root / "wordpress.xml").write_text(WORDPRESS)
    shell(documented("wordpress", "command"), root)
    (item,) = json.loads((root / "SITE" / "feeds" / "feed.json").read_text())["items"]
    assert item["id"] == "https://site.example/?p=12"


def test_the_commands_that_monitor_a_schedule(feedmill: Command, root: Path) -> None:
    with pytest.raises(ShellError):
        shell(documented("stale", "command"), root)
    assert feedmill(root / "SITE").code == 0
    assert shell(documented("stale", "command"), root).stdout == ""
    metrics = documented("metrics", "command").replace("/var/lib/node_exporter", str(root))
    shell(metrics, root)
    assert "feedmill_posts{" in (root / "site.prom").read_text()
    assert not (root / "site.prom.new").exists()
