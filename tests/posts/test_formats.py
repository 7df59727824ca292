"""Front matter in TOML, JSON and metadata headers is read as what it is, or costs the post; it is never body text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.errors import PostError
from posts.frontmatter.held_back import find_held_back, held_in_text
from posts.frontmatter.split import ParsedFile, split_front_matter


def read(text: str, *, yaml_only: bool = False) -> ParsedFile:
    return split_front_matter(text.encode("utf-8", "surrogatepass"), lambda *_: None, yaml_only=yaml_only)


def refusal(text: str, *, yaml_only: bool = False) -> PostError:
    with pytest.raises(PostError) as caught:
        read(text, yaml_only=yaml_only)
    return caught.value


TOML = """+++
title = "A"
date = 2026-01-02T03:04:05+08:00
day = 2026-01-02
local = 2026-01-02T03:04:05
draft = true
count = 7
price = 1.10
tags = ["a", "b"]

[extra]
x = [{y = "z"}]
+++

Body
"""


def test_toml_becomes_texts_lists_and_mappings() -> None:
    matter = read(TOML)
    assert matter.metadata == {
        "title": "A",
        "date": "2026-01-02 03:04:05+08:00",
        "day": "2026-01-02",
        "local": "2026-01-02 03:04:05",
        "draft": "true",
        "count": "7",
        "price": "1.10",
        "tags": ["a", "b"],
        "extra": {"x": [{"y": "z"}]},
    }
    assert (matter.body, matter.body_line) == ("Body\n", 15)
    assert (matter.lines["title"], matter.lines["tags"], matter.lines["extra"]) == (2, 9, 11)


def test_json_becomes_texts_lists_and_mappings() -> None:
    matter = read(
        '{\n  "title": "A {b}",\n  "n": 1.10,\n  "draft": true,\n  "x": null,\n  "t": ["a", null]\n}\n\nBody\n'
    )
    assert matter.metadata == {"title": "A {b}", "n": "1.10", "draft": "true", "t": ["a"]}
    assert (matter.body, matter.body_line, matter.lines["draft"]) == ("Body\n", 9, 4)


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        ("---toml\na = 1\n---\nBody\n", {"a": "1"}),
        ('--- json\n{"a": 1}\n---\nBody\n', {"a": "1"}),
        ("---yaml\na: 1\n---\nBody\n", {"a": "1"}),
        ('"a": 1\n;;;\nBody\n', {}),
        (';;;\n"a": 1\n;;;\nBody\n', {"a": "1"}),
        ('{"a": "1"}\nBody\n', {"a": "1"}),
        ("\n+++\na = 1\n+++\nBody\n", {"a": "1"}),
        ("Title: x\nTags:\n- a\n- b\n---\nBody\n", {"Title": "x", "Tags": ["a", "b"]}),
        ("<!--\n.. title: x\n.. status: draft\n-->\nBody\n", {"title": "x", "status": "draft"}),
    ],
)
def test_other_ways_to_mark_front_matter(text: str, metadata: dict[str, Any]) -> None:
    matter = read(text)
    assert matter.metadata == metadata
    assert matter.body.endswith("Body\n")


def test_a_metadata_header_is_read_as_pelican_reads_it() -> None:
    matter = read(
        "Title: My post: a story\nDate: 2010-12-03 10:20\nTags: pelican, publishing\nAuthors: A, B; C\nStatus: Draft\n"
        "Summary: One\n    two\nBase Header Level: 2\n\nText: this is\n"
    )
    assert matter.metadata == {
        "title": "My post: a story",
        "date": "2010-12-03 10:20",
        "tags": ["pelican", "publishing"],
        "authors": ["A, B", "C"],
        "status": "Draft",
        "summary": "One two",
        "baseheaderlevel": "2",
    }
    assert (matter.body, matter.lines["status"]) == ("Text: this is\n", 5)


@pytest.mark.parametrize(
    "text",
    [
        "Note: this is text.\n\nMore.\n",
        "https://example.org/\n\nText.\n",
        "Once: upon\na time.\n",
        "Title: of a song\nand its second line.\n",
        "+++ not a fence\n",
        "{: .class}\nText\n",
        "{% include x %}\n{{ y }}\n",
        "\nTitle: x\n\nText\n",
        "--- c ---\nText\n",
    ],
)
def test_ordinary_text_is_body(text: str) -> None:
    matter = read(text)
    assert (matter.metadata, matter.present, matter.body) == ({}, False, text)


@pytest.mark.parametrize(
    ("text", "line", "code", "name"),
    [
        ("+++\na = 1\nb = \n+++\n", 3, "bad-toml", "TOML"),
        ("+++\n\n\nb = \n+++\n", 4, "bad-toml", "TOML"),
        ("+++\na = 1\n", 1, "unclosed-fence", "+++"),
        ("+++\n" + "a." * 40 + "a = 1\n+++\n", 2, "too-deep", "16"),
        ("+++\na = " + "[" * 5_000 + "\n+++\n", 2, "too-deep", "16"),
        ("+++\na = [" + "1," * 11_000 + "]\n+++\n", 2, "matter-too-large", "10,100"),
        ('+++\na = "' + "x" * 66_000 + '"\n+++\n', 1, "matter-too-large", "64 KiB"),
        ('{"a": 1,\n b: 2}\n', 2, "bad-json", "JSON"),
        ('{\n  title: "x"\n}\n', 2, "bad-json", "JSON"),
        ('{"a": ' + "[" * 5_000, 1, "too-deep", "16"),
        ('{"a": "' + "x" * 66_000 + '"}', 1, "matter-too-large", "64 KiB"),
        ("---js\n{a: 1}\n---\n", 2, "front-matter-format", "JavaScript"),
        ("Title: x\nkey: [\n---\nBody\n", 2, "bad-yaml", "YAML"),
    ],
)
def test_what_cannot_be_read_costs_the_post_and_names_the_format(text: str, line: int, code: str, name: str) -> None:
    error = refusal(text)
    assert (error.line, error.code) == (line, code)
    assert name in error.message


@pytest.mark.parametrize(
    "text", [TOML, '{"title": "x"}\nBody\n', "Title: x\nDate: 2026-01-01\n\nBody\n", "+++\nx\n+++\n"]
)
def test_on_a_jekyll_site_it_costs_the_post(text: str) -> None:
    assert refusal(text, yaml_only=True).code == "front-matter-format"


def test_no_control_character_or_surrogate_comes_out_of_escapes() -> None:
    assert read('{"a": "\\u0000\\ud800x", "\\u0001": 1}').metadata == {"a": "\ufffd\ufffdx", "\ufffd": "1"}
    assert read('+++\na = "\\u0000x"\n+++\n').metadata == {"a": "\ufffdx"}


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff"))
_SAFE = _TEXTS.map(lambda text: "".join(c for c in text if c.isprintable()))
_VALUES = st.one_of(
    _SAFE,
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.lists(_SAFE, max_size=3),
    st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), _SAFE, max_size=2),
)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(one)}' for key, one in value.items())}}}"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda at: at.isoformat(" "))


def _yaml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else _json(value)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), _VALUES, min_size=1, max_size=5))
def test_the_same_content_gives_the_same_metadata_in_every_language(content: dict[str, Any]) -> None:
    yaml = read("---\n" + "".join(f"{key}: {_yaml(value)}\n" for key, value in content.items()) + "---\nBody\n")
    toml = read("+++\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in content.items()) + "+++\nBody\n")
    as_json = read(_json(content) + "\nBody\n")
    assert yaml.metadata == toml.metadata == as_json.metadata
    assert yaml.body == toml.body == as_json.body == "Body\n"
    assert yaml.lines == toml.lines


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["+++\n", "{", '{"', "Title: ", "---json\n", "<!--\n.. "]), st.text(max_size=200), st.booleans())
def test_no_text_does_more_than_be_refused(opening: str, text: str, yaml_only: bool) -> None:
    try:
        matter = read(f"{opening}{text}\n+++\n", yaml_only=yaml_only)
    except PostError as error:
        assert error.line >= 1
        assert error.message
    else:
        assert isinstance(matter.metadata, dict)


@pytest.mark.parametrize(
    ("metadata", "state"),
    [
        ({"draft": "true"}, "draft"),
        ({"draft": " True "}, "draft"),
        ({"draft": "YES"}, "draft"),
        ({"draft": "1"}, "draft"),
        ({"status": "Draft"}, "draft"),
        ({"status": "hidden"}, "unpublished"),
        ({"status": "private"}, "unpublished"),
        ({"status": "skip"}, "unpublished"),
        ({"published": "False"}, "unpublished"),
        ({"published": "no"}, "unpublished"),
        ({"feed": "false"}, "excluded"),
        ({"rss": "FALSE"}, "excluded"),
        ({"headless": "true"}, "excluded"),
        ({"build": {"list": "never"}}, "excluded"),
        ({"_build": {"render": "false"}}, "excluded"),
        ({"build": {"list": "local", "render": "link"}, "headless": "false"}, ""),
        ({"draft": "false", "status": "published", "published": "true", "feed": "true"}, ""),
        ({"feed": {"excerpt_only": "true"}}, ""),
        ({"sitemap": "false"}, ""),
        ({"draft": ["true"], "status": {"x": "draft"}}, ""),
    ],
)
def test_what_holds_a_post_back(metadata: dict[str, Any], state: str) -> None:
    held = find_held_back(metadata)
    assert (held.state if held else "") == state


def test_the_options_publish_what_they_name_and_no_opt_out() -> None:
    assert find_held_back({"draft": "true", "status": "draft"}, drafts=True) is None
    assert find_held_back({"published": "false", "status": "private"}, unpublished=True) is None
    assert find_held_back({"feed": "false"}, drafts=True, unpublished=True) is not None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("---\ntitle: a: b\ndraft: true\n---\n", "draft"),
        ("---\ntitle: a: b\nDraft: 'Yes'  # not yet\n---\n", "draft"),
        ("---\ntitle: a: b\nstatus: private\n---\n", "unpublished"),
        ("+++\ntitle = \ndraft = true\n+++\n", "draft"),
        ('{\n  "title": x,\n  "draft": true,\n}\n', "draft"),
        ("---\ntitle: a\ndraft: true\n\nText without a closing fence\n", "draft"),
        ("---\ntitle: a\n\ndraft: true\n", ""),
        ("---\ntitle: a: b\nx:\n  draft: true\n---\n", ""),
        ("---\ntitle: a: b\n---\ndraft: true\n", ""),
        ("---\ntitle: a: b\ndraft: false\n---\n", ""),
    ],
)
def test_front_matter_that_cannot_be_read_may_still_hold_its_post_back(text: str, state: str) -> None:
    assert refusal(text).held == state


def test_a_line_of_front_matter_is_enough() -> None:
    assert held_in_text("title: x\npublished: false") == "unpublished"
    assert held_in_text("x" * 60_000) == ""
