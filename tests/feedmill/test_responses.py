"""Test the responses of the preview server, without starting it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from feedmill.preview.responses import media_type, respond

NOON = 1_700_000_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    (folder / "category" / "新闻").mkdir(parents=True)
    for path in ("rss.xml", "category/新闻/feed.json", "embed.js"):
        (folder / path).write_text("some text " * 50)
        os.utime(folder / path, (NOON, NOON))
    (folder / "index.html").write_text("<html><body><p>Hello</p></body></html>\n")
    (folder / "embed.fragment.html").write_text("<ul><li>One</li></ul>\n")
    (folder / ".hidden").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rss.xml", "application/xml; charset=utf-8"),
        ("atom.xml", "application/xml; charset=utf-8"),
        ("feed.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("embed.js", "text/javascript; charset=utf-8"),
        ("feed.css", "text/css; charset=utf-8"),
        ("other.xml", "application/xml; charset=utf-8"),
        ("icon.SVG", "image/svg+xml; charset=utf-8"),
        ("photo.jpg", "image/jpeg"),
        ("what.ever", "application/octet-stream"),
    ],
)
def test_media_types(name: str, expected: str) -> None:
    assert media_type(name) == expected


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/category/../../secret.txt",
        "/category/%2e%2e/%2e%2e/secret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "/.hidden",
        "/%2ehidden",
        "/C:/secret.txt",
        "/rss.xml%00.html",
        "/rss.xml/",
        "/category//新闻/feed.json",
        "/%ff",
        "/nothing",
        "rss.xml",
        "//[",
    ],
)
def test_nothing_outside_of_the_output_is_found(root: Path, target: str) -> None:
    assert respond(root, target, {}).status == 404


def test_a_link_that_leads_out_of_the_output_is_not_followed(root: Path) -> None:
    (root / "out.txt").symlink_to(root.parent / "secret.txt")
    (root / "up").symlink_to(root.parent)
    assert respond(root, "/out.txt", {}).status == 404
    assert respond(root, "/up/secret.txt", {}).status == 404


def test_what_is_no_file_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe.xml")
    assert respond(root, "/pipe.xml", {}).status == 404


def test_a_file_comes_with_its_validators(root: Path) -> None:
    response = respond(root, "/rss.xml?refresh=1", {})
    assert response.status == 200
    assert response.body == (root / "rss.xml").read_bytes()
    assert response.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert response.headers["Cache-Control"] == "no-cache"
    assert respond(root, "/category/%E6%96%B0%E9%97%BB/feed.json", {}).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": "{tag}"}, 304),
        ({"If-None-Match": 'W/"other", W/{tag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"}, 304),
        ({"If-Modified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"}, 200),
    ],
)
def test_conditional_requests(root: Path, headers: dict[str, str], status: int) -> None:
    tag = respond(root, "/rss.xml", {}).headers["ETag"]
    response = respond(root, "/rss.xml", {name: value.replace("{tag}", tag) for name, value in headers.items()})
    assert response.status == status
    assert (response.body == b"") == (status == 304)
    assert response.headers["ETag"] == tag


def test_other_bytes_have_another_tag_whatever_their_time(root: Path) -> None:
    tag = respond(root, "/rss.xml", {}).headers["ETag"]
    (root / "rss.xml").write_text("other text" * 50)
    os.utime(root / "rss.xml", (NOON, NOON))
    assert respond(root, "/rss.xml", {"If-None-Match": tag}).status == 200


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("notgzip", False),
    ],
)
def test_gzip_is_for_those_who_ask(root: Path, accepted: str, zipped: bool) -> None:
    response = respond(root, "/rss.xml", {"Accept-Encoding": accepted})
    assert (response.headers.get("Content-Encoding") == "gzip") == zipped
    data = gzip.decompress(response.body) if zipped else response.body
    assert data == (root / "rss.xml").read_bytes()
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["ETag"].endswith('-gzip"') == zipped


def test_other_sites_may_read_what_the_widget_needs_only(root: Path) -> None:
    for path in ("/category/新闻/feed.json", "/embed.js"):
        assert respond(root, path, {}).headers["Access-Control-Allow-Origin"] == "*"
    for path in ("/", "/rss.xml"):
        assert "Access-Control-Allow-Origin" not in respond(root, path, {}).headers


def test_folders_have_their_index_or_a_list(root: Path) -> None:
    assert b"Hello" in respond(root, "/", {}).body
    moved = respond(root, "/category/%E6%96%B0%E9%97%BB", {})
    assert (moved.status, moved.headers["Location"]) == (301, "/category/%E6%96%B0%E9%97%BB/")
    listing = respond(root, "/category/", {}).body.decode()
    assert '<a href="./%E6%96%B0%E9%97%BB/">新闻/</a>' in listing
    (root / "category" / "<b>.txt").touch()
    assert "<b>" not in respond(root, "/category/", {}).body.decode()


def test_whole_pages_alone_are_injected_into(root: Path) -> None:
    assert respond(root, "/", {}, b"<i></i>").body == b"<html><body><p>Hello</p><i></i></body></html>\n"
    assert respond(root, "/embed.fragment.html", {}, b"<i></i>").body == b"<ul><li>One</li></ul>\n"
    assert respond(root, "/rss.xml", {}, b"<i></i>").body == (root / "rss.xml").read_bytes()
