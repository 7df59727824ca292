from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from feeds.build import items
from feeds.destinations.memory import MemoryDestination
from feeds.formats import table as formats
from feeds.select.feeds import select_feeds
from posts.errors import PublicationError
from posts.model import Content
from tests.feeds.examples import SITE, configured, everything, post, posts, published

ROOT = Path(__file__).parent.parent.parent


def test_the_files_come_sorted_by_path_and_the_outline_that_points_to_them_last() -> None:
    paths = list(published([post(categories=("b", "a"))], formats=["rss", "json"], pages=False))
    assert paths == [
        "category/a/feed.json",
        "category/a/rss.xml",
        "category/b/feed.json",
        "category/b/rss.xml",
        "feed.json",
        "rss.xml",
        "feeds.opml",
    ]


def test_every_file_has_the_media_type_of_its_format() -> None:
    settings = configured()
    found = everything(select_feeds([], SITE, settings), {}, SITE, settings)
    assert {artifact.path: artifact.media_type for artifact in found} == {
        "atom.xml": "application/atom+xml",
        "embed.fragment.html": "text/html",
        "embed.html": "text/html",
        "embed.js": "text/javascript",
        "feed.css": "text/css",
        "feed.json": "application/feed+json",
        "feed.svg": "image/svg+xml",
        "feeds.opml": "text/x-opml",
        "frame.css": "text/css",
        "frame.js": "text/javascript",
        "index.html": "text/html",
        "pages.css": "text/css",
        "pages.js": "text/javascript",
        "rss.xml": "application/rss+xml",
    }


@pytest.mark.parametrize("name", formats.FORMATS)
@pytest.mark.parametrize("data", [b"", b"<rss", b"{", b"<other/>", b"[]", b'{"version": 1}'])
def test_what_cannot_be_read_again_is_not_published(name: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(formats.FORMATS[name], render=lambda *_: data)
    monkeypatch.setitem(formats.FORMATS, name, broken)
    with pytest.raises(PublicationError, match="verification failed, cannot be parsed"):
        published([post()], formats=[name])


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_file_that_lacks_an_item_is_not_published(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = formats.FORMATS[name]
    monkeypatch.setitem(
        formats.FORMATS, name, replace(row, render=lambda channel, items, made: row.render(channel, items[1:], made))
    )
    with pytest.raises(PublicationError, match="verification failed, 2 items written but 1 parsed"):
        published(posts("a", "b"), formats=[name])


def test_a_failure_in_one_file_publishes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(formats.FORMATS["rss"], render=lambda *_: b"")
    monkeypatch.setitem(formats.FORMATS, "rss", broken)
    settings, place = configured(), MemoryDestination()
    with pytest.raises(PublicationError):
        place.publish(everything(select_feeds([], SITE, settings), {}, SITE, settings))
    assert place.files == {}


def test_a_post_in_many_feeds_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = items.resolve_item
    monkeypatch.setattr(items, "resolve_item", lambda one, *rest: seen.append(one.path) or real(one, *rest))
    published([post(categories=("a", "b"), tags=("c",))], by=["category", "tag"])
    assert seen == ["_posts/a.md"]


DIGEST = """
import hashlib, locale, sys
locale.setlocale(locale.LC_ALL, "")
from tests.feeds.test_golden import made
print(hashlib.sha256(repr(made("full")).encode()).hexdigest())
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
    ],
)
def test_the_bytes_do_not_depend_on_seed_zone_or_locale(environment: dict[str, str]) -> None:
    from tests.feeds.test_golden import made

    run = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == hashlib.sha256(repr(made("full")).encode()).hexdigest()


def test_what_chooses_and_publishes_loads_no_renderer() -> None:
    heavy = ("lxml", "feedgen", "jinja2", "tomllib", "dateutil", "regex", "feeds.formats.jsonfeed")
    code = (
        "import sys; from feeds import options; from feeds.select import feeds; from feeds.build import build;"
        "from feeds.destinations import local;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_summary_is_the_cleaned_one_not_what_the_front_matter_says() -> None:
    text = published([post(summary="<b>Own</b>")], Content("<p>x</p>", "Own"))["feed.json"].decode()
    assert '"summary": "Own"' in text
