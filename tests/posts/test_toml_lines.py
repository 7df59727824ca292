"""The lines of keys in TOML. Whatever a text holds, a line that is named is a line with that key."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.config.key_path import describe_key, join_keys, split_keys
from posts.config.toml_lines import Step, find_line, scan_toml

SAMPLE = '''\
# [comment]
top = 1
[a.b]
text = """
[fake]
fake = 1
\\""" still """
'q.r' . s = [ 1, "]", # [hm]
  [3, {k = 1, l.m = "}"}],
]
literal = \'\'\'
[fake]
\'\'\'\'\'
[a]
z.w = 'x # y'
"a=b" = "\\"[no]"
at = 1979-05-27 07:32:00
[[list]]
n = 1.5
[[list]]
[list.sub]
n = { }
[[list.deep]]
p = []
[[list.deep]]
"\\u0041\\n" = true'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 14),  # its own header, not that of the table below it
        (("a", "b"), 3),
        (("a", "b", "text"), 4),
        (("a", "b", "q.r"), 8),
        (("a", "b", "q.r", "s"), 8),
        (("a", "b", "q.r", "s", 1), 8),
        (("a", "b", "q.r", "s", 2), 9),
        (("a", "b", "q.r", "s", 2, 1, "l", "m"), 9),
        (("a", "b", "literal"), 11),
        (("a", "z", "w"), 15),
        (("a", "a=b"), 16),
        (("a", "at"), 17),
        (("list",), 18),
        (("list", 0, "n"), 19),
        (("list", 1), 20),
        (("list", 1, "sub", "n"), 22),
        (("list", 1, "deep", 0, "p"), 24),
        (("list", 1, "deep", 1, "A\n"), 26),
    ],
)
def test_the_line_of_a_key(path: tuple[Step, ...], line: int) -> None:
    assert find_line(scan_toml(SAMPLE), path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("fake",), 0),
        (("list", 2, "n"), 18),
        (("a", "b", "fake"), 3),  # the table that lacks it
        (("list", 0, "name"), 18),
        (("list", 1, "deep", 0, "q"), 23),
        (("a", "z", "v"), 0),  # `z` has no line of its own
    ],
)
def test_what_is_missing_has_the_line_of_its_table_if_that_has_one(path: tuple[Step, ...], line: int) -> None:
    assert find_line(scan_toml(SAMPLE), path) == line


def test_a_table_that_is_only_mentioned_in_the_header_of_another_has_no_line_for_what_it_lacks() -> None:
    root = scan_toml("x = 1\n[feeds.titles]\ntag = 1\n")
    assert (find_line(root, ("feeds",)), find_line(root, ("feeds", "url"))) == (2, 0)


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n\n", "# only", "a = 1", "[a]", "\ta\t=\t1", "a = {}", "a = []\n\n"),
        "a = '''x''''\nb = 'y'\n",  # a text that ends in a quote
        'a = """x"""""\nb = "y"\n',
    ],
)
def test_small_documents(text: str) -> None:
    assert [str(path[0]) for path, _ in keys(tomllib.loads(text))] == list(scan_toml(text).below)


def test_more_brackets_than_the_stack_has_frames_do_no_harm() -> None:
    assert find_line(scan_toml("a = " + "[" * 100_000 + "]" * 100_000 + "\nb = 1\n"), ("b",)) == 2


KEY = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True), st.text(st.characters(exclude_categories=("Cs",)), max_size=4)
)
TEXT = st.text(
    st.one_of(
        st.sampled_from("\"'[]{}=#.,\\ \n\t"), st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\r")
    )
)


def basic(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def one_line(text: str) -> str:
    return basic(text.replace("\n", ""))


def multi_line(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"').replace("\x7f", "\\u007f")
    return f'"""{escaped}"""'


def literal(text: str) -> str:
    return "'''" + re.sub("'{3,}", "''", text).replace("\x7f", "") + "'''"


SCALAR = st.one_of(
    st.builds(basic, TEXT),
    st.builds(multi_line, TEXT),
    st.builds(literal, TEXT),
    st.sampled_from(["1", "-1.5e3", "true", "1979-05-27 07:32:00Z", "1979-05-27", "inf", "0x1F"]),
)
GAP = st.sampled_from(["", " ", "\n", " # ] } [x]\n", "\n\n\t"])


def arrays(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(st.builds("{}{}{}".format, GAP, values, GAP), max_size=3)
    return st.builds(lambda parts, end: f"[{','.join(parts)}{end}]", items, GAP)


def spelled(key: str, quoting: int) -> str:
    is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    if quoting == 0 and is_bare:
        return key
    if quoting == 1 and "'" not in key and key.isprintable():
        return f"'{key}'"
    return basic(key)


DOTTED = st.lists(st.builds(spelled, KEY, st.integers(0, 2)), min_size=1, max_size=3).map(" . ".join)


def inline(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.builds("{} = {}".format, DOTTED, values), max_size=3)
    return pairs.map(lambda parts: "{" + ", ".join(parts) + "}")


VALUE = st.recursive(SCALAR, lambda values: arrays(values) | inline(values), max_leaves=6)
STATEMENT = st.one_of(
    st.builds("{} = {}".format, DOTTED, VALUE),
    st.builds("[{}]".format, DOTTED),
    st.builds("[[ {} ]]".format, DOTTED),
    st.just(""),
    st.just("# a = [ '''"),
)
LINE = st.builds("{}{}{}".format, st.sampled_from(["", "  "]), STATEMENT, st.sampled_from(["", " # [x] = 1"]))


def keys(data: Any, above: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Every key path in parsed TOML, with its value."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield (*above, step), value
        yield from keys(value, (*above, step))


def document(lines: list[str]) -> str:
    """The lines that `tomllib` accepts after those before them."""
    text = ""
    for line in lines:
        try:
            tomllib.loads(f"{text}{line}\n")
        except tomllib.TOMLDecodeError:
            continue
        text += f"{line}\n"
    return text


@settings(max_examples=200)
@given(st.lists(LINE, max_size=12).map(document))
def test_every_key_is_in_the_line_that_is_named(text: str) -> None:
    root, lines = scan_toml(text), text.split("\n")
    for path, _ in keys(tomllib.loads(text)):
        line, key = find_line(root, path), path[-1]
        assert line, path
        assert isinstance(key, int) or any(spelled(key, quoting) in lines[line - 1] for quoting in range(3)), path


@settings(max_examples=200)
@given(st.lists(LINE, max_size=12).map(document))
def test_the_line_of_a_value_is_in_the_statement_that_sets_it(text: str) -> None:
    """A statement ends where the text before it is a document, and sets what that document adds to the one before."""
    root, lines = scan_toml(text), re.findall(".*\n", text)
    known: set[tuple[Step, ...]] = set()
    end = 0
    for count in range(1, text.count("\n") + 1):
        try:
            data = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        found = {path for path, value in keys(data) if not isinstance(value, dict | list)}
        assert all(end < find_line(root, path) <= count for path in found - known)
        known, end = found, count


@settings(max_examples=200)
@given(st.lists(st.tuples(KEY, SCALAR), min_size=1, max_size=8, unique_by=lambda pair: pair[0]))
def test_a_key_after_any_values_has_the_line_where_its_statement_begins(pairs: list[tuple[str, str]]) -> None:
    text, expected = "", {}
    for key, value in pairs:
        expected[key] = text.count("\n") + 1
        text += f"{basic(key)} = {value}\n"
    tomllib.loads(text)
    root = scan_toml(text)
    assert {key: find_line(root, (key,)) for key in expected} == expected


@given(st.text(st.sampled_from("\"'[]{}=#.,\\ \nab"), max_size=60))
def test_no_text_breaks_the_scanner(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    root = scan_toml(text)
    assert all(find_line(root, path) for path, _ in keys(data))


@given(st.lists(KEY, min_size=1, max_size=4), st.integers(0, 12))
def test_a_key_path_is_split_into_the_keys_that_it_was_joined_from(parts: list[str], place: int) -> None:
    path = join_keys(f"{join_keys('', *parts)}[{place}]", *parts)
    assert split_keys(path) == (*parts, place, *parts)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("feeds.items", "[feeds] items"),
        ("feeds.custom[1].name", "[[feeds.custom]] name"),
        ("feeds.custom[1]", "[[feeds.custom]]"),
        ('feeds.paths."tag/a"', '[feeds] paths."tag/a"'),
        ("feeds.titles.tag.x", "[feeds] titles.tag.x"),
        ("sight", "[sight]"),
        ("word", "word"),
        ("feed", "[[feed]]"),
    ],
)
def test_a_key_is_described_as_in_the_documentation(path: str, text: str) -> None:
    assert describe_key(split_keys(path), {"sight": {}, "word": 3, "feed": [{}]}) == text
