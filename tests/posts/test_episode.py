"""Durations, and the sizes of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.frontmatter.episode import parse_discussion, parse_episode
from posts.frontmatter.episode_media import LocalMedia, parse_duration, parse_episode_media
from posts.frontmatter.fields import KEYS
from posts.html.urls import resolve_url
from posts.model import Credit, Discussion, Episode, Transcript
from posts.pipeline.media_files import media_duration
from posts.pipeline.picture_size import picture_size
from posts.store import codec
from tests.feeds.examples import post
from tests.media import jpeg, png


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (669, 669),
        (12.9, 12),
        ("1338", 1338),
        ("61.5", 61),
        ("14:02", 842),
        ("0:59", 59),
        ("125:00", 7500),
        ("1:02:03", 3723),
        ("01:02:03.5", 3723),
        ("PT1H2M3S", 3723),
        ("pt90m", 5400),
        ("PT61.25S", 61),
        ("1 h 2 min 3 s", 3723),
        ("1h2m3s", 3723),
        ("45 minutes", 2700),
        ("2 Hours", 7200),
        ("", None),
        ("PT", None),
        ("long", None),
        ("-5", None),
        ("1:2:3:4", None),
        ("1:5", None),
        ("99999999", None),
        (True, None),
        (None, None),
        (["1"], None),
    ],
)
def test_a_duration_is_read_in_every_form(value: Any, seconds: int | None) -> None:
    assert parse_duration(value) == seconds


@given(st.one_of(st.text(), st.text("0123456789:.PTHMS hmsin"), st.integers(), st.floats()))
def test_any_value_is_a_duration_or_none(value: Any) -> None:
    seconds = parse_duration(value)
    assert seconds is None or 0 <= seconds <= 10_000_000


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just("https://a.example/a.vtt")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["url", "name", "role", "type", "img", "duration", "rel"]), inner, max_size=3),
    ),
    max_leaves=5,
)
FIELDS = (
    *("episode_media", "episode_file", "episode_length", "duration", "episode", "season", "episode_type", "explicit"),
    *("episode_image", "episode_summary", "chapters", "transcripts", "people"),
    *("comments", "comments_feed", "comment_count", "media"),
)


@given(st.dictionaries(st.sampled_from([key for field in FIELDS for key in KEYS[field]]), VALUES, max_size=6))
def test_any_front_matter_has_an_episode_that_can_be_stored(metadata: dict[str, Any]) -> None:
    def absolute(address: str) -> str:
        return resolve_url(address, "https://a.example/p/", "src")

    files = LocalMedia(lambda _: 1, lambda _: 2)
    enclosures = parse_episode_media(metadata, (), absolute, files, lambda *_: None)
    episode = parse_episode(metadata, absolute, {"ann": Credit("Ann")}, lambda *_: None)
    discussion = parse_discussion(metadata, absolute)
    one = post(enclosures=enclosures, episode=episode, discussion=discussion)
    assert codec.decode_post(codec.encode_post(one)) == one
    assert codec.post_from_fields(codec.post_to_fields(one)) == one


def test_an_episode_survives_storing() -> None:
    episode = Episode(
        *(3, 2, "bonus", False, "https://a.example/a.png", "S", "https://a.example/c.json"),
        transcripts=(Transcript("https://a.example/a.vtt", "text/vtt", "de", is_captions=True),),
        people=(Credit("Ann", "host", "cast", "i", "u"),),
    )
    one = post(episode=episode, discussion=Discussion("p", "f", 0))
    assert codec.decode_post(codec.encode_post(one)) == one
    assert codec.post_from_fields(codec.post_to_fields(one)) == one
    assert len(codec.encode_post(post())) < len(codec.encode_post(post(episode=Episode())))


@pytest.mark.parametrize("data", [png(3, 7), jpeg(3, 7), jpeg(3, 7, 0xC2)])
def test_the_size_of_a_picture_is_in_its_head(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert picture_size(tmp_path / "a") == (3, 7)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", png(3, 7)[:20], jpeg(3, 7)[:-8], b"\xff\xd8" + b"\xff" * 50, b"\xff\xd8abcdef"]
)
def test_a_file_that_is_no_picture_has_no_size(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert picture_size(tmp_path / "a") == (0, 0)
    assert picture_size(tmp_path / "none") == (0, 0)


@given(data=st.binary(max_size=200).map(lambda rest: b"\xff\xd8" + rest))
def test_any_bytes_have_a_size(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "picture"
    path.write_bytes(data)
    width, height = picture_size(path)
    assert 0 <= width < 65536
    assert 0 <= height < 65536


def test_a_file_outside_of_the_site_has_no_duration(tmp_path: Path) -> None:
    assert media_duration(tmp_path, "../a.mp3") == 0
    assert media_duration(tmp_path, "https://a.example/a.mp3") == 0
