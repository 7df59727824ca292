"""Podcasts: what `[podcast]` makes of a feed, by the rules of directories, and as two parsers read it."""

from __future__ import annotations

import io
import json
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from posts.pipeline.media_files import can_read_durations
from tests.media import mp3, png
from tests.needs import lacking
from tests.podcast_rules import ITUNES, PODCAST, violations
from tests.sites import Command, site, tree

FIRST_NAME = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
HOW_TO = (Path(__file__).parent.parent / "docs/how-to/podcast.md").read_text("utf-8")
CONFIG = """
[site]
url = "https://show.example"
title = "The Show"
language = "en"
description = "About shows."
author = "Ann"
[posts]
folders = ["_posts"]
"""
PODCAST_TABLE = """
[podcast]
image = "cover.png"
category = ["News > Daily News", "Technology"]
owner = "Ann <ann@show.example>"
"""
EPISODE = "audio: audio/one.mp3\nduration: '1:02:03'\n"
NAME = "_posts/2024-05-01-one.md"


def show(root: Path, files: dict[str, str | bytes] | None = None, table: str = PODCAST_TABLE) -> Path:
    """A site with a podcast of one episode; `files` are added."""
    known: dict[str, str | bytes] = {
        "feedmill.toml": CONFIG + table,
        "cover.png": png(1400, 1400),
        "audio/one.mp3": mp3(3),
        NAME: episode(EPISODE),
    }
    return site(root, known | (files or {}), config=None)


def episode(matter: str = "", title: str = "One", date: str = "2024-05-01 10:00:00 +0000") -> str:
    return f"---\ntitle: {title}\ndate: {date}\n{matter}---\nNotes & *more*.\n"


def rss(root: Path, path: str = "feeds/rss.xml") -> ET.Element:
    channel = ET.fromstring((root / path).read_bytes()).find("channel")
    assert channel is not None
    return channel


def further(element: ET.Element) -> list[tuple[str, str | None, dict[str, str]]]:
    """The elements of podcasts among the children, with short names."""
    named = [(one.tag.replace(ITUNES, "itunes:").replace(PODCAST, "podcast:"), one) for one in element]
    return [(name, one.text, one.attrib) for name, one in named if name.startswith(("itunes:", "podcast:"))]


def item(root: Path) -> list[tuple[str, str | None, dict[str, str]]]:
    found = rss(root).find("item")
    assert found is not None
    return further(found)


def test_the_example_of_the_documentation_is_valid(feedmill: Command, tmp_path: Path) -> None:
    config, podcast = re.findall(r"```toml\n(.*?)```", HOW_TO, re.DOTALL)
    (post,) = re.findall(r"```markdown\n(.*?)```", HOW_TO, re.DOTALL)
    files = {"audio/tomatoes.mp3": mp3(3), "cover.png": png(3000, 3000), "ann.jpg": b""}
    written: dict[str, str | bytes] = {"feedmill.toml": config, "episodes/2024-05-01-tomatoes.md": post, **files}
    root = site(tmp_path, written, config=None)
    checked = feedmill("check", root)
    assert (checked.code, checked.err) == (0, "")
    assert "curl -sI -r 0-1 'https://show.example/audio/tomatoes.mp3'" in checked.out
    assert feedmill(root).code == 0
    assert violations((root / "feeds/rss.xml").read_bytes()) == []
    (root / "feedmill.toml").write_text(config.partition("[podcast]")[0] + podcast)
    post = post.replace("title:", "categories: podcast\ntitle:")
    (root / "episodes/2024-05-01-tomatoes.md").write_text(post)
    assert feedmill(root).code == 0
    assert further(rss(root)) == []
    assert further(rss(root, "feeds/category/podcast/rss.xml"))


def test_the_channel_says_everything_that_is_configured(feedmill: Command, tmp_path: Path) -> None:
    table = """
[podcast]
author = "Ann & Bob"
owner = "Ann <ann@show.example>"
description = "About <everything>."
image = "https://cdn.example/cover.jpg"
category = ["News > Daily News", "Technology"]
explicit = true
type = "serial"
medium = "audiobook"
locked = false
new_feed_url = "https://new.example/rss.xml"
guid = "917393E3-1B1E-5CEF-ACE4-EDAA54E1F810"
funding = [{ url = "/support" }, { url = "https://pay.example/?a=1&b=2", text = "Pay & smile" }]
people = [
    { name = "Ann <A>", role = "Host", image = "ann.jpg", url = "https://ann.example/" },
    { name = "Guest", role = "guest", id = "guest" },
]
"""
    root = show(tmp_path, table=table)
    assert feedmill(root).code == 0
    assert violations((root / "feeds/rss.xml").read_bytes()) == []
    channel = rss(root)
    assert channel.findtext("description") == "About <everything>."
    assert channel.findtext("image/url") == "https://cdn.example/cover.jpg"
    assert further(channel) == [
        ("itunes:author", "Ann & Bob", {}),
        ("itunes:owner", "\n      ", {}),
        ("itunes:image", None, {"href": "https://cdn.example/cover.jpg"}),
        ("itunes:category", "\n      ", {"text": "News"}),
        ("itunes:category", None, {"text": "Technology"}),
        ("itunes:explicit", "true", {}),
        ("itunes:type", "serial", {}),
        ("itunes:new-feed-url", "https://new.example/rss.xml", {}),
        ("podcast:guid", "917393e3-1b1e-5cef-ace4-edaa54e1f810", {}),
        ("podcast:locked", "no", {"owner": "ann@show.example"}),
        ("podcast:funding", "https://show.example/support", {"url": "https://show.example/support"}),
        ("podcast:funding", "Pay & smile", {"url": "https://pay.example/?a=1&b=2"}),
        (
            "podcast:person",
            "Ann <A>",
            {"role": "host", "img": "https://show.example/ann.jpg", "href": "https://ann.example/"},
        ),
        ("podcast:medium", "audiobook", {}),
    ]
    assert channel.findtext(f"{ITUNES}owner/{ITUNES}email") == "ann@show.example"


@pytest.mark.parametrize("url", ["https://podnews.net", "http://podnews.net/"])
def test_the_guid_is_made_of_the_address_without_scheme(feedmill: Command, tmp_path: Path, url: str) -> None:
    """The example of the podcast namespace: `podnews.net/rss`."""
    files: dict[str, str | bytes] = {"feedmill.toml": f'[site]\nurl = "{url}"\n[feeds]\nroot = "out"\nout = "out"\n'}
    files["feedmill.toml"] = f'{files["feedmill.toml"]!s}paths = {{ "all/rss" = "rss" }}\n[podcast]\n'
    root = show(tmp_path, files)
    assert feedmill(root).code == 0
    assert rss(root, "out/rss").findtext(f"{PODCAST}guid") == "9b024349-ccf0-5f69-a609-6b82873eab3c"


def test_check_tells_how_to_keep_the_guid(feedmill: Command, tmp_path: Path) -> None:
    root = show(tmp_path)
    assert feedmill(root).code == 0
    before = rss(root).findtext(f"{PODCAST}guid")
    moved = CONFIG.replace("show.example", "moved.example") + PODCAST_TABLE
    (root / "feedmill.toml").write_text(moved)
    (told,) = feedmill("check", root, "--json").report["problems"]
    assert (told["line"], told["code"]) == (11, "podcast-setting")
    assert f'set `guid = "{before}"`' in told["message"]
    (root / "feedmill.toml").write_text(f'{moved}guid = "{before}"\n')
    assert feedmill("check", root, "--json").report["problems"] == []
    assert feedmill(root).code == 0
    assert rss(root).findtext(f"{PODCAST}guid") == before


FULL = """
audio: {url: /audio/one.mp3, duration: 90}
episode: 3
season: 2
episode_type: Bonus
explicit: 'yes'
episode_image: img/one.jpg
itunes_summary: A <summary> & more
transcript:
  - /one.vtt
  - {url: /one.srt, rel: captions, language: de}
  - {url: /one, type: text/html}
chapters: {url: /one.json}
people: [{name: Cy & D, role: Guest, img: /cy.png, href: 'https://cy.example/'}]
guests: Bob Builder
"""
CASTANET = """
episode: "12"
episode_image: img/episode/default.jpg
explicit: "no"
guests: [jsmith]
hosts: [mstratton]
podcast_duration: "1:08:22"
podcast_file: arrested-devops-podcast-episode053.mp3
podcast_bytes: "23907533"
"""
JEKYLL = """
podcast_link: http://traffic.libsyn.com/podcast/filename.mp3
podcast_file_size: 13.7 MB
podcast_duration: "14:02"
podcast_length: 13654375
"""
ITUNES_KEYS = """
enclosure_url: https://cdn.example/a.m4a
enclosure_length_bytes: 1234
itunes_duration_seconds: 61
itunes_episode: 4
itunes_season: 1
itunes_explicit: clean
itunes_image_url: /a.png
"""


def test_an_episode_says_everything_that_its_front_matter_has(feedmill: Command, tmp_path: Path) -> None:
    root = show(tmp_path, {NAME: episode(FULL)})
    assert feedmill(root).code == 0
    assert violations((root / "feeds/rss.xml").read_bytes()) == []
    assert item(root) == [
        ("itunes:duration", "90", {}),
        ("itunes:episode", "3", {}),
        ("itunes:season", "2", {}),
        ("itunes:episodeType", "bonus", {}),
        ("itunes:explicit", "true", {}),
        ("itunes:image", None, {"href": "https://show.example/img/one.jpg"}),
        ("itunes:summary", "A <summary> & more", {}),
        ("podcast:transcript", None, {"url": "https://show.example/one.vtt", "type": "text/vtt"}),
        (
            "podcast:transcript",
            None,
            {
                "url": "https://show.example/one.srt",
                "type": "application/x-subrip",
                "language": "de",
                "rel": "captions",
            },
        ),
        ("podcast:transcript", None, {"url": "https://show.example/one", "type": "text/html"}),
        ("podcast:chapters", None, {"url": "https://show.example/one.json", "type": "application/json+chapters"}),
        (
            "podcast:person",
            "Cy & D",
            {"role": "guest", "img": "https://show.example/cy.png", "href": "https://cy.example/"},
        ),
        ("podcast:person", "Bob Builder", {"role": "guest"}),
    ]
    attachment = json.loads((root / "feeds/feed.json").read_text())["items"][0]["attachments"][0]
    assert attachment["duration_in_seconds"] == 90


@pytest.mark.parametrize(
    ("matter", "enclosure", "expected"),
    [
        (
            CASTANET,
            ("https://media.example/show/arrested-devops-podcast-episode053.mp3", "23907533", "audio/mpeg"),
            {"duration": "4102", "episode": "12", "explicit": "false"},
        ),
        (
            JEKYLL,
            ("http://traffic.libsyn.com/podcast/filename.mp3", "13654375", "audio/mpeg"),
            {"duration": "842"},
        ),
        (
            ITUNES_KEYS,
            ("https://cdn.example/a.m4a", "1234", "audio/x-m4a"),
            {"duration": "61", "episode": "4", "season": "1", "explicit": "false"},
        ),
    ],
)
def test_front_matter_of_themes_is_read(
    feedmill: Command, tmp_path: Path, matter: str, enclosure: tuple[str, ...], expected: dict[str, str]
) -> None:
    table = PODCAST_TABLE + 'media_url = "https://media.example/show/"\n'
    table += 'people = [{ name = "Matt Stratton", id = "mstratton" }, { name = "Jo", id = "jsmith", role = "guest" }]\n'
    root = show(tmp_path, {NAME: episode(matter)}, table)
    outcome = feedmill(root, "--json")
    assert outcome.report["problems"] == []
    one = rss(root).find("item/enclosure")
    assert one is not None
    assert (one.get("url"), one.get("length"), one.get("type")) == enclosure
    found = {name.removeprefix("itunes:"): text for name, text, _ in item(root) if name.startswith("itunes:")}
    assert {name: found.get(name) for name in ("duration", "episode", "season", "explicit")} == dict.fromkeys(
        ("duration", "episode", "season", "explicit")
    ) | expected
    people = [(text, attributes.get("role")) for name, text, attributes in item(root) if name == "podcast:person"]
    assert people == ([("Matt Stratton", "host"), ("Jo", "guest")] if "hosts" in matter else [])


def test_the_recording_is_the_enclosure_under_the_name_that_apple_has_for_its_type(
    feedmill: Command, tmp_path: Path
) -> None:
    matter = "enclosure: [notes.pdf, {url: audio/a.m4a, length: 5}]\nduration: 1\n"
    root = show(tmp_path, {NAME: episode(matter)})
    assert feedmill(root).code == 0
    assert violations((root / "feeds/rss.xml").read_bytes()) == []
    one = rss(root).find("item/enclosure")
    assert one is not None
    assert one.attrib == {"url": "https://show.example/audio/a.m4a", "length": "5", "type": "audio/x-m4a"}
    attachments = json.loads((root / "feeds/feed.json").read_text())["items"][0]["attachments"]
    assert [one["mime_type"] for one in attachments] == ["application/pdf", "audio/mp4"]


def test_hosts_of_the_podcast_are_named_with_guests_only(feedmill: Command, tmp_path: Path) -> None:
    table = PODCAST_TABLE + 'people = [{ name = "Ann" }, { name = "Ed", role = "editor" }]\n'
    root = show(tmp_path, {NAME: episode(f"{EPISODE}guests: Bob B.\n")}, table)
    assert feedmill(root).code == 0
    assert [text for name, text, _ in item(root) if name == "podcast:person"] == ["Ann", "Bob B."]


BAD = {
    "episode: S1E2": "episode",
    "season: 0": "season",
    "episode_type: special": "episode_type",
    "explicit: maybe": "explicit",
    "duration: long": "duration",
    "transcript: notes.docx": "transcript",
    "transcript: 'http://[bad'": "transcript",
    "chapters: [['00:00', 'Intro'], ['01:00', 'End']]": "chapters",
    "hosts: [unknown]": "hosts",
    "guests: [{role: guest}]": "guests",
    "podcast_file: notes.pdf": "podcast_file",
}


@pytest.mark.parametrize("line", BAD)
def test_a_value_that_is_not_what_its_key_is_for_is_reported(feedmill: Command, tmp_path: Path, line: str) -> None:
    matter = f"audio: audio/one.mp3\n{line}\n"
    root = show(tmp_path, {NAME: episode(matter)})
    found = feedmill(root, "--json").report["problems"]
    assert {(one["line"], one["code"], one["message"].split("`")[1]) for one in found} == {
        (5, "bad-episode", BAD[line])
    }
    assert violations((root / "feeds/rss.xml").read_bytes()) == []


def test_a_post_without_a_recording_is_no_episode(feedmill: Command, tmp_path: Path) -> None:
    root = show(tmp_path, {NAME: episode("season: summer\npeople: 4\nduration: long\n")})
    assert feedmill(root, "--json").report["problems"] == []
    assert item(root) == []


def test_an_incremental_run_writes_what_a_full_one_does(feedmill: Command, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"_posts/2024-05-{day:02}-post.md": episode(f"{EPISODE}episode: {day}\n", f"Post {day}", f"2024-05-{day:02}")
        for day in range(2, 9)
    }
    root = show(tmp_path, files)
    assert feedmill(root).code == 0
    (root / NAME).write_text(episode(f"{EPISODE}episode: 100\nguests: Bob B.\n"))
    assert feedmill(root).code == 0
    assert ("itunes:episode", "100") in [
        (name, text) for one in rss(root).iter("item") for name, text, _ in further(one)
    ]
    made = tree(root / "feeds")
    assert feedmill(root, "--full").code == 0
    assert tree(root / "feeds") == made


def test_hostile_values_are_escaped(feedmill: Command, tmp_path: Path) -> None:
    matter = "episode_image: 'x\"><script>.jpg'\nitunes_summary: ']]><script>alert(1)</script>'\nhosts: ['<b> & \"']\n"
    root = show(tmp_path, {NAME: episode(f"audio: audio/one.mp3\nduration: 1\n{matter}")})
    assert feedmill(root).code == 0
    data = (root / "feeds/rss.xml").read_bytes()
    assert violations(data) == []
    assert b"<script" not in data


def test_two_parsers_read_the_podcast(feedmill: Command, tmp_path: Path) -> None:
    if not find_spec("podcastparser"):
        lacking("podcastparser")
    podcastparser = import_module("podcastparser")
    root = show(tmp_path, {NAME: episode(FULL)}, PODCAST_TABLE + 'type = "serial"\nfunding = [{ url = "/support" }]\n')
    assert feedmill(root).code == 0
    data = (root / "feeds/rss.xml").read_bytes()
    # podcastparser 0.6 knows the podcast namespace by the first of its two names only, which feeds no longer use.
    old = data.replace(PODCAST.strip("{}").encode(), FIRST_NAME)
    read: dict[str, Any] = podcastparser.parse("https://show.example/feeds/rss.xml", io.BytesIO(old))
    assert (read["title"], read["type"], read["explicit"]) == ("The Show", "serial", False)
    assert read["cover_url"] == "https://show.example/cover.png"
    assert read["itunes_author"] == "Ann"
    assert read["itunes_owner"] == {"name": "Ann", "email": "ann@show.example"}
    assert read["itunes_categories"] == [["News", "Daily News"], ["Technology"]]
    (one,) = read["episodes"]
    assert (one["total_time"], one["number"], one["season"], one["type"], one["explicit"]) == (90, 3, 2, "bonus", True)
    assert one["enclosures"] == [
        {"url": "https://show.example/audio/one.mp3", "file_size": len(mp3(3)), "mime_type": "audio/mpeg"}
    ]
    assert one["episode_art_url"] == "https://show.example/img/one.jpg"
    assert one["transcript_url"] == "https://show.example/one"  # of several, it keeps the last
    assert read["funding_url"] == "https://show.example/support"
    assert one["chapters_json_url"] == "https://show.example/one.json"
    assert {person["name"] for person in one["persons"]} == {"Cy & D", "Bob Builder"}
    known = feedparser.parse(data)
    assert known.bozo == 0
    assert (known.feed.author, known.feed.image.href) == ("Ann", "https://show.example/cover.png")
    assert (known.entries[0].itunes_duration, known.entries[0].itunes_episode) == ("90", "3")
    assert known.entries[0].enclosures[0].length == str(len(mp3(3)))


def test_durations_of_local_files_are_read(feedmill: Command, tmp_path: Path) -> None:
    if not can_read_durations():
        lacking("mutagen")
    root = show(tmp_path, {NAME: episode("audio: audio/one.mp3\n"), "audio/one.mp3": mp3(70)})
    assert feedmill(root).code == 0
    assert ("itunes:duration", "70", {}) in item(root)
    assert "0 files written" in feedmill(root).out
    size = (root / "audio/one.mp3").stat().st_size
    # The same length in bytes, another duration: 64 kbit/s in place of 128.
    slow = (b"\xff\xfb\x50\x00" + bytes(204)) * (size // 208)
    (root / "audio/one.mp3").write_bytes(slow + bytes(size - len(slow)))
    assert feedmill(root).code == 0
    assert ("itunes:duration", "70", {}) not in item(root)
    before = tree(root / "feeds")
    assert feedmill(root, "--full").code == 0
    assert tree(root / "feeds") == before
    (root / "audio/one.mp3").write_bytes(b"RIFF not a sound")
    assert feedmill("check", root, "--json").codes == [(NAME, 0, "podcast-duration")]


def test_without_mutagen_check_says_how_to_get_durations(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = show(tmp_path, {NAME: episode("audio: audio/one.mp3\n")})
    monkeypatch.setitem(sys.modules, "mutagen", None)
    monkeypatch.setattr("feedmill.run.podcast.can_read_durations", lambda: False)
    found = feedmill("check", root)
    assert 'install "feedmill[podcast]"' in found.err
    assert "[podcast-duration]" in found.err
    assert feedmill(root).code == 0
    assert "duration" not in (root / "feeds/rss.xml").read_text()


def test_a_feed_is_a_podcast_only_where_it_is_named(feedmill: Command, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        NAME: episode(f"{EPISODE}categories: talks\n"),
        "_posts/2024-05-02-two.md": episode("categories: news\n", "Two"),
    }
    root = show(tmp_path, files, "")
    assert feedmill(root).code == 0
    bare = tree(root / "feeds")
    (root / "feedmill.toml").write_text(CONFIG + PODCAST_TABLE + 'feed = "category/talks"\n')
    assert feedmill(root).code == 0
    made = tree(root / "feeds")
    changed = {path for path in bare if bare[path] != made[path]}
    # JSON Feed has durations, whichever feed it is.
    assert changed == {"category/talks/rss.xml", "category/talks/feed.json", "feed.json"}
    assert further(rss(root, "feeds/category/talks/rss.xml"))
    (root / "feedmill.toml").write_text(CONFIG)
    assert feedmill(root).code == 0
    assert tree(root / "feeds") == bare


def test_a_custom_feed_can_be_the_podcast(feedmill: Command, tmp_path: Path) -> None:
    custom = '[[feeds.custom]]\nname = "Talks"\ncategory = ["talks"]\n'
    root = show(
        tmp_path, {NAME: episode(f"{EPISODE}categories: talks\n")}, custom + PODCAST_TABLE + 'feed = "feed/Talks"\n'
    )
    assert feedmill(root).code == 0
    assert further(rss(root, "feeds/feed/talks/rss.xml"))


MISTAKES = {
    'feed = "talks"': "podcast.feed",
    'feed = "tag/talks"': "podcast.feed",
    'feed = "feed/none"': "podcast.feed",
    'owner = "Ann"': "podcast.owner",
    'guid = "1"': "podcast.guid",
    'type = "daily"': "podcast.type",
    'image = "ftp://a.example/a.png"': "podcast.image",
    'categories = "News"': "podcast.categories",
    'funding = [{ text = "x" }]': "podcast.funding",
    "people = [{}]": "podcast.people",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_names_its_key(feedmill: Command, tmp_path: Path, line: str) -> None:
    root = show(tmp_path, table=f"[podcast]\n{line}\n")
    outcome = feedmill(root)
    assert outcome.code == 2
    assert "feedmill.toml:11: error: " in outcome.err
    assert MISTAKES[line].partition(".")[2] in outcome.err


def codes(outcome: Any) -> set[tuple[str, str]]:
    return {(one["path"], one["code"]) for one in outcome.report["problems"]}


def test_check_tells_what_directories_require(feedmill: Command, tmp_path: Path) -> None:
    bare = '[site]\nurl = "http://show.example"\n[posts]\nfolders = ["_posts"]\n[podcast]\ntype = "serial"\n'
    root = show(tmp_path, {"feedmill.toml": bare, NAME: episode("audio: other.ogg\n")})
    found = feedmill("check", root, "--json").report["problems"]
    words = r"\b(cover|category|language|description|HTTPS|length|duration|number|play)\b"
    told = [(one["code"], re.findall(words, one["message"])[0]) for one in found]
    assert sorted(told) == [
        ("podcast-duration", "duration"),
        ("podcast-episode", "length"),
        ("podcast-episode", "number"),
        ("podcast-episode", "play"),
        ("podcast-https", "HTTPS"),
        ("podcast-https", "HTTPS"),
        ("podcast-setting", "category"),
        ("podcast-setting", "cover"),
        ("podcast-setting", "description"),
        ("podcast-setting", "language"),
    ]
    # A run reports what is wrong with posts, and leaves the rest to `check`.
    assert feedmill(root, "--json").report["problems"] == []


@pytest.mark.parametrize(
    ("files", "table", "expected"),
    [
        ({"cover.png": png(1399, 1399)}, "", {("feedmill.toml", "podcast-image")}),
        ({"cover.png": png(3001, 3001)}, "", {("feedmill.toml", "podcast-image")}),
        ({"cover.png": png(1400, 1500)}, "", {("feedmill.toml", "podcast-image")}),
        ({"cover.png": b"GIF89a"}, "", {("feedmill.toml", "podcast-image")}),
        ({}, 'category = "Gossip"', {("feedmill.toml", "podcast-setting")}),
        ({}, 'category = "News > Gossip"', {("feedmill.toml", "podcast-setting")}),
        ({}, 'feed = "category/none"', {("feedmill.toml", "podcast-setting")}),
        ({}, 'new_feed_url = "https://b.example/rss"', {("feedmill.toml", "podcast-setting")}),
        ({"_posts/2024-05-02-two.md": episode("", "Two")}, "", {("_posts/2024-05-02-two.md", "podcast-episode")}),
        ({NAME: episode(f"{EPISODE}episode_image: /cover.gif\n")}, "", {(NAME, "podcast-image")}),
        ({NAME: episode(f"{EPISODE}image: /one.png\n"), "one.png": png(9, 9)}, "", {(NAME, "podcast-image")}),
        ({NAME: episode(f"{EPISODE}image: /cover.gif\n")}, "", set()),
        (
            {
                NAME: episode(f"{EPISODE}episode: 1\n"),
                "audio/two.mp3": mp3(1),
                "_posts/2024-05-02-two.md": episode("audio: audio/two.mp3\nduration: 1\nepisode: 1\n", "Two"),
            },
            "",
            {(NAME, "podcast-episode"), ("_posts/2024-05-02-two.md", "podcast-episode")},
        ),
        ({}, "", set()),
    ],
)
def test_check_tells_one_by_one(
    feedmill: Command, tmp_path: Path, files: dict[str, str | bytes], table: str, expected: set[tuple[str, str]]
) -> None:
    kept = [line for line in PODCAST_TABLE.splitlines() if line.partition(" ")[0] != table.partition(" ")[0]]
    root = show(tmp_path, files, "\n".join([*kept, table, ""]))
    found = codes(feedmill("check", root, "--json"))
    assert found <= expected
    assert bool(found) == bool(expected)


def test_the_rules_find_what_is_wrong(feedmill: Command, tmp_path: Path) -> None:
    root = show(tmp_path, {NAME: episode(FULL)})
    assert feedmill(root).code == 0
    good = (root / "feeds/rss.xml").read_text()
    broken = {
        "<itunes:explicit>false<": "<itunes:explicit>clean<",
        'text="Daily News"': 'text="Gossip"',
        "<language>en<": "<language>english<",
        'length="': 'length="0',
        'type="audio/mpeg"': 'type="audio/ogg"',
        'cover.png"': 'cover.gif"',
        "<itunes:episode>3<": "<itunes:episode>0<",
        "<itunes:duration>90<": "<itunes:duration>1:30<",
        'type="text/vtt"': 'type="text/x"',
        "itunes:type>": "itunes:kind>",
        "<podcast:guid>": "<podcast:guid>x-",
    }
    for old, new in broken.items():
        assert old in good, old
        try:
            assert violations(good.replace(old, new).encode()) != [], old
        except ValueError:
            assert "guid" in old
