"""Plain lines are read just as the parser of all of YAML reads them, or left to it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.errors import PostError
from posts.frontmatter.scalars import Timestamp, parse_plain_lines
from posts.frontmatter.yaml_parser import YamlBuilder, parse_yaml
from posts.sites.yaml_file import read_plain_lines

_WORDS = st.text(st.sampled_from(list("ab九é1-_.:#'\"[]{},&*!|>%@`?~\\/ \t=<")), max_size=8)
_VALUES = st.one_of(
    _WORDS,
    st.sampled_from(["2021-01-02", "2021-01-02 10:00:00 +0800", "null", "~", "true", "", "a b", "a: b", "a #b", "a:"]),
    st.lists(_WORDS, max_size=3).map(lambda words: f"[{', '.join(words)}]"),
    _WORDS.map(lambda word: f'"{word}"'),
    _WORDS.map(lambda word: f"'{word}'"),
)
_KEYS = st.sampled_from(["title", "date", "a-b", "x_1", "null", "<<", "- a", " k", "#c"])
_LINES = st.one_of(
    st.builds(lambda key, value, blank: f"{key}:{blank}{value}", _KEYS, _VALUES, st.sampled_from([" ", "", "  "])),
    st.builds(lambda indent, value: f"{' ' * indent}- {value}", st.integers(0, 3), _VALUES),
    st.builds(lambda indent, value: f"{' ' * indent}{value}", st.integers(0, 3), _VALUES),
)


def _by_yaml(head: str) -> Any:
    builder = YamlBuilder(0, lambda *_: None)
    try:
        return parse_yaml(head, builder), builder.lines
    except PostError as error:
        return str(error)


def _typed(value: Any) -> Any:
    """A value with what equality does not see: the types of its texts."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    return (type(value), value)


@settings(deadline=None, max_examples=1500)
@given(st.lists(_LINES, max_size=6).map("\n".join))
def test_what_is_read_line_by_line_is_what_yaml_reads(head: str) -> None:
    found = parse_plain_lines(head)
    if found is not None:
        metadata, lines = _by_yaml(head)
        assert {key: _typed(value) for key, value in found[0].items()} == {
            key: _typed(value) for key, value in metadata.items()
        }
        assert found[1] == lines


_COMMENTS = st.sampled_from(["# text", "  # - text", "", "   "])


@settings(deadline=None, max_examples=1500)
@given(st.lists(st.one_of(_LINES, _COMMENTS), max_size=7).map("\n".join))
def test_a_configuration_of_plain_lines_is_what_yaml_reads(text: str) -> None:
    found = read_plain_lines(text.encode())
    if found is not None:
        expected = yaml.load(text, yaml.CBaseLoader) or {}
        assert {key: _typed(value) for key, value in found.items()} == {
            key: _typed(value) for key, value in expected.items()
        }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Site\ntitle: News  \n\nplugins: [a, b]\n", {"title": "News", "plugins": ["a", "b"]}),
        ("exclude:\n  - a\n  # and\n  - 2021-01-02\n", {"exclude": ["a", "2021-01-02"]}),
        ("title:\n", None),
        ("list:\n- null\n", None),
        ("list: [a, ~]\n", None),
        ("sass:\n  style: compressed\n", None),
        ("title: a # b\n", None),
        ("title: \xe9\n", {"title": "\xe9"}),
    ],
)
def test_configurations_that_need_no_yaml_parser(text: str, expected: Any) -> None:
    assert read_plain_lines(text.encode()) == expected
    assert read_plain_lines(text.encode("utf-16")) is None


@pytest.mark.parametrize(
    "head",
    [
        "a: 'it''s'",
        'a: "\\n"',
        "a: [b, [c]]",
        "a: {b: c}",
        "a: |\n  text",
        "a: one\n  two",
        "a: b\na: c",
        "a:\n  b: c",
        "a: b # comment",
        "a: b: c",
        "a:\n- b\n - c",
        "a: &x b",
        "a: b\u2028c",
        "a: b\u0085c",
        "a:b",
        "a : b",
        'a: "b" c',
        'a: "',
        "a: b:  ",
        "a: [b] c",
        "a: [b",
        "a:\n-b",
        "a:\n- b: c",
        "a:\n- ",
        "a:\n         - b",
        "a:\n\n- b",
        "a: b\n\nc: d",
        "\n",
    ],
)
def test_whatever_needs_a_second_look_is_left_to_the_parser(head: str) -> None:
    assert parse_plain_lines(head) is None


def test_ordinary_front_matter_needs_no_parser() -> None:
    head = (
        "title: \"金融\"\ndate: 2021-12-31 11:38:35 +0800\ntags: [a, b c]\ncategories:\n  - 新闻\n  - 'x y'\nempty:\n"
    )
    found = parse_plain_lines(head)
    assert found is not None
    assert found[0] == {
        "title": "金融",
        "date": "2021-12-31 11:38:35 +0800",
        "tags": ["a", "b c"],
        "categories": ["新闻", "x y"],
    }
    assert isinstance(found[0]["date"], Timestamp)
    assert found[1] == {"title": 0, "date": 1, "tags": 2, "categories": 3, "empty": 6}


def test_nulls_and_lists_are_read_as_yaml_reads_them() -> None:
    head = "a: null\nb: ~\nc:   \nd:\n-   x  \n- ~\n- null\n-  \"null\"\ne: [ ]\nf: 'null'  \n"
    assert parse_plain_lines(head, 2) == (
        {"d": ["x", "null"], "e": [], "f": "null"},
        {"a": 2, "b": 3, "c": 4, "d": 5, "e": 10, "f": 11},
    )
    assert parse_plain_lines(head) == _by_yaml(head)


def test_long_front_matter_is_left_to_the_parser() -> None:
    assert parse_plain_lines("".join(f"k{number}: x\n" for number in range(501))) is not None
    assert parse_plain_lines("".join(f"k{number}: x\n" for number in range(502))) is None
