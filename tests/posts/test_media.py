"""Pictures and media in front matter: files, pages with a player, and reports for all that is neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posts.frontmatter.media import Media, parse_image, parse_media
from posts.html.urls import resolve_url
from tests.sites import Command, post, site

NAME = "_posts/2021-12-31-one.md"
FILM = "https://www.youtube.com/watch?v=abc"


def read(metadata: dict[str, Any]) -> tuple[Media, list[tuple[str, str]]]:
    said: list[tuple[str, str]] = []
    found = parse_media(
        metadata,
        lambda address: resolve_url(address, "https://a.example/p/", "src"),
        lambda _: 7,
        lambda key, code, _: said.append((key, code)),
    )
    return found, said


@pytest.mark.parametrize(
    ("value", "files", "pages"),
    [
        (FILM, [], [FILM]),
        ("/watch/1", [], ["https://a.example/watch/1"]),
        ({"url": FILM, "type": "text/html"}, [], [FILM]),
        ([FILM, "b.mp4", FILM], ["https://a.example/p/b.mp4"], [FILM]),
        (
            [{"url": "a.mp4"}, {"src": "b", "type": "video/mp4"}],
            ["https://a.example/p/a.mp4", "https://a.example/p/b"],
            [],
        ),
        ({"mp4": "a.mp4", "webm": "a.webm"}, ["https://a.example/p/a.mp4", "https://a.example/p/a.webm"], []),
        ("true", [], []),
        (["false", {"url": "none"}, {"path": "null", "href": "a.mp4"}], ["https://a.example/p/a.mp4"], []),
        (None, [], []),
    ],
)
def test_a_value_of_video_is_a_file_or_a_page(value: object, files: list[str], pages: list[str]) -> None:
    found, said = read({"video": value})
    assert ([one.url for one in found.enclosures], list(found.pages), said) == (files, pages, [])


@pytest.mark.parametrize(
    "value", ["abc123", {"id": "abc", "provider": "youtube"}, {}, [["a.mp4"]], {"url": ["a.mp4"]}, {"title": "x"}]
)
def test_a_value_that_names_no_file_and_no_page_is_reported(value: object) -> None:
    found, said = read({"video": value})
    assert (found, said) == (Media(), [("video", "bad-media")])
    assert read({"video": [value, "b.mp4"]})[0].enclosures[0].url == "https://a.example/p/b.mp4"


@pytest.mark.parametrize(
    "address", ["http://[bad", "data:video/mp4;base64,AA", "javascript:x", "ftp://a.example/a.mp4"]
)
def test_an_address_that_no_reader_fetches_is_reported(address: str) -> None:
    assert read({"enclosure": {"url": address}}) == (Media(), [("enclosure", "bad-address")])


@pytest.mark.parametrize("length", ["12 MB", "1,2", "12:30", "x", "-5", "1.5e6", "0x10"])
def test_a_length_that_is_not_a_number_is_reported_and_ignored(length: str) -> None:
    found, said = read({"enclosure": {"url": "a.mp3", "length": length}})
    assert (found.enclosures[0].length, said) == (7, [("enclosure", "bad-length")])


@pytest.mark.parametrize("length", ["12,345,678", "12 345 678", "12345678", "", "null", "false", None])
def test_a_length_with_separators_or_none_is_not_reported(length: str | None) -> None:
    found, said = read({"enclosure": {"url": "a.mp3", "length": length}})
    assert (found.enclosures[0].length, said) == (12345678 if length and length[0] == "1" else 7, [])


def test_wordpress_writes_several_values_on_lines() -> None:
    written = 'https://a.example/a.mp3\n12345\naudio/mpeg\na:1:{s:8:"duration";s:5:"21:40";}'
    found, said = read({"enclosure": written})
    assert [(one.url, one.length, one.type) for one in found.enclosures] == [
        ("https://a.example/a.mp3", 12345, "audio/mpeg")
    ]
    assert said == []


@pytest.mark.parametrize(
    ("value", "image", "codes"),
    [
        ({"feature": "a.jpg", "teaser": "b.jpg"}, "a.jpg", []),
        (["none", "a.jpg"], "a.jpg", []),
        ("false", "", []),
        ({"id": "3"}, "", ["bad-media"]),
    ],
)
def test_a_picture_is_found_or_reported(value: object, image: str, codes: list[str]) -> None:
    said: list[str] = []
    assert parse_image({"image": value}, str, lambda _key, code, _message: said.append(code)) == image
    assert said == codes


def test_a_page_with_a_player_is_linked_in_the_item_once(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {NAME: post(video=FILM)})
    assert feedmill("check", root).code == 0
    feedmill(root)
    made = (root / "feeds/feed.json").read_text()
    assert "attachments" not in made
    assert made.count(f'<a href=\\"{FILM}\\">youtube.com</a>') == 1
    assert '"summary": "Text of One."' in made
    (root / NAME).write_text(post(video="https://youtu.be/abc") + f"\n[The talk]({FILM})\n")
    feedmill(root)
    made = (root / "feeds/feed.json").read_text()
    assert "youtube.com</a>" not in made
    assert made.count(f'<a href=\\"{FILM}\\">') == 1


def test_reports_name_the_key_and_its_line(feedmill: Command, tmp_path: Path) -> None:
    fields = {
        "enclosure": "{url: a.mp3, length: 5 MB}",
        "video": "abc123",
        "audio": "'http://[bad'",
        "image": "'http://[bad'",
        "author": "{name: A, url: 'http://[bad'}",
    }
    root = site(tmp_path, {NAME: post(**fields)})
    found = feedmill("check", root, "--json").report["problems"]
    assert sorted((one["line"], one["code"], one["message"].partition("`")[2].partition("`")[0]) for one in found) == [
        (4, "bad-length", "enclosure"),
        (5, "bad-media", "video"),
        (6, "bad-address", "audio"),
        (7, "bad-address", "image"),
        (8, "bad-address", "author"),
    ]
    assert {one["severity"] for one in found} == {"warning"}
