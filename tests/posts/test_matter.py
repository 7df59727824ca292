"""Front matter: what is read, what is refused, and where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.errors import PostError
from posts.frontmatter.scalars import Timestamp
from posts.frontmatter.split import MAX_FRONT_MATTER, ParsedFile, split_front_matter


def read(data: str | bytes, encoding: str = "utf-8") -> tuple[ParsedFile, list[tuple[int, str]]]:
    complaints: list[tuple[int, str]] = []
    raw = data.encode() if isinstance(data, str) else data
    matter = split_front_matter(raw, lambda line, code, _: complaints.append((line, code)), encoding)
    return matter, complaints


def refusal(data: str | bytes) -> tuple[int, str]:
    with pytest.raises(PostError) as caught:
        read(data)
    return caught.value.line, caught.value.code


@pytest.mark.parametrize("written", ["no", "010", "1.10", "12:30", "0x1f", "1_000", "yes", ".inf", "2021", "=", "<<"])
def test_a_scalar_stays_the_text_that_was_written(written: str) -> None:
    matter, _ = read(f"---\nkey: {written}\n---\n")
    assert matter.metadata == {"key": written}
    assert not isinstance(matter.metadata["key"], Timestamp)


@pytest.mark.parametrize(
    "written", ["2021-12-31", "2021-12-31 11:38:35", "2021-12-31T1:38:35.5Z", "2021-1-2 1:02:03 +0800"]
)
def test_what_yaml_takes_for_a_timestamp_is_marked(written: str) -> None:
    matter, _ = read(f"---\nplain: {written}\nquoted: '{written}'\n---\n")
    assert matter.metadata == {"plain": written, "quoted": written}
    assert isinstance(matter.metadata["plain"], Timestamp)
    assert not isinstance(matter.metadata["quoted"], Timestamp)


def test_null_is_absent_and_an_empty_text_is_not() -> None:
    matter, _ = read('---\na: null\nb: ~\nc:\nd: ""\ne: "null"\nf: [x, ~, y]\n---\n')
    assert matter.metadata == {"d": "", "e": "null", "f": ["x", "y"]}


def test_keys_named_content_and_handler_are_ordinary() -> None:
    matter, _ = read("---\ncontent: a\nhandler: b\ntext: c\n---\nbody")
    assert matter.metadata == {"content": "a", "handler": "b", "text": "c"}
    assert matter.body == "body"


@pytest.mark.parametrize(
    ("data", "body", "line"),
    [
        ("---\na: b\n---\nx\n", "x\n", 4),
        ("---\na: b\n...\nx", "x", 4),
        ("---\r\na: b\r\n---\r\nx\r\n", "x\n", 4),
        ("---\na: b\n---   \n\n \n    code\n", "    code\n", 6),
        ("---\na: b\n---\n---\nrule", "---\nrule", 4),
        ("---\na: b\n---", "", 3),
        ("----\na: b\n----\n", "----\na: b\n----\n", 1),
        ("--- a: b ---", "--- a: b ---", 1),
        ("just text", "just text", 1),
        ("", "", 1),
    ],
)
def test_the_body_is_what_stands_behind_the_closing_fence(data: str, body: str, line: int) -> None:
    matter, complaints = read(data)
    assert (matter.body, matter.body_line, complaints) == (body, line, [])


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("\ufeff---\ntitle: 早\n---\n文".encode(), "utf-8"),
        ("---\ntitle: 早\n---\n文".encode("utf-16"), "utf-8"),
        ("---\ntitle: 早\n---\n文".encode("utf-16-le"), "utf-8"),
        ("---\ntitle: 早\n---\n文".encode("utf-16-be"), "utf-8"),
        ("---\ntitle: 早\n---\n文".encode("utf-32"), "utf-8"),
        ("---\ntitle: 早\n---\n文".encode("gb18030"), "gb18030"),
        ("---\ntitle: 早\n---\n文".encode("big5"), "big5"),
        ("---\ntitle: 早\n---\n文".encode(), "gb18030"),
    ],
)
def test_encodings_are_told_by_mark_by_validity_and_by_configuration(data: bytes, encoding: str) -> None:
    matter, complaints = read(data, encoding)
    assert (matter.metadata, matter.body, complaints) == ({"title": "早"}, "文", [])


def test_undecodable_bytes_are_replaced_and_reported_with_their_line() -> None:
    matter, complaints = read(b"---\ntitle: a\n---\n\nb\xffc")
    assert (matter.body, complaints) == ("b\ufffdc", [(5, "undecodable")])


def test_characters_that_yaml_forbids_are_replaced() -> None:
    matter, _ = read("---\ntitle: a\x07b\x7f\n---\n")
    assert matter.metadata == {"title": "a\ufffdb\ufffd"}


def test_blank_lines_before_the_fence_are_read_and_reported() -> None:
    matter, complaints = read("\n \n---\na: b\n---\nx")
    assert (matter.metadata, complaints) == ({"a": "b"}, [(3, "late-fence")])


def test_of_duplicate_keys_the_last_wins_and_is_reported() -> None:
    matter, complaints = read("---\na: 1\nb: 2\na: 3\n---\n")
    assert (matter.metadata["a"], complaints, matter.lines["a"]) == ("3", [(4, "duplicate-key")], 4)


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        ("---\ntitle: x\n", 1, "unclosed-fence"),
        ("---\ntitle: x\n----\n", 1, "unclosed-fence"),
        ("---\n- a\n- b\n---\n", 2, "not-a-mapping"),
        ("---\nonly text\n---\n", 2, "not-a-mapping"),
        ("---\na: &x 1\nb: *x\n---\n", 2, "yaml-alias"),
        ("---\nb: *x\n---\n", 2, "yaml-alias"),
        ("---\na: 1\nb: !!python/object:os.system x\n---\n", 3, "yaml-tag"),
        ("---\n? [a]\n: b\n---\n", 2, "bad-yaml"),
        ("---\nok: 1\na: b: c\n---\n", 3, "bad-yaml"),
        ("---\na: [1\n---\n", 2, "bad-yaml"),
        ("---\n" + "- " * 30_000 + "\n---\n", 2, "too-deep"),
        ("---\na: " + "[" * 30_000 + "\n---\n", 2, "too-deep"),
        ("---\na: " + "[" * 900 + "\n---\n", 2, "too-deep"),
        ("---\na: x\nb: " + "[&x " + "[" * 2_000 + "\n---\n", 3, "yaml-alias"),
        ("---\na: x\nb: " + '"' + "[" * 2_000 + "\n---\n", 3, "bad-yaml"),
        ("---\na: " + "{b: " * 17 + "c" + "}" * 17 + "\n---\n", 2, "too-deep"),
        ("---\na: " + "x" * (MAX_FRONT_MATTER - 3) + "\n---\n", 1, "matter-too-large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(data: str, line: int, code: str) -> None:
    assert refusal(data) == (line, code)


def test_sixty_four_kibibytes_are_read() -> None:
    assert MAX_FRONT_MATTER == 65_536
    matter, _ = read("---\na: " + "x" * (MAX_FRONT_MATTER - 4) + "\n---\n")
    assert len(matter.metadata["a"]) == MAX_FRONT_MATTER - 4


def test_sixteen_levels_are_read() -> None:
    matter, _ = read("---\na: " + "[" * 15 + "x" + "]" * 15 + "\n---\n")
    assert str(matter.metadata["a"]).count("[") == 15


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"---\n{text}\n---\n".encode("utf-8", "replace"))
)
@settings(deadline=None, max_examples=300)
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    try:
        matter, _ = read(data)
    except PostError as error:
        assert error.line >= 1
        assert error.message
    else:
        assert isinstance(matter.metadata, dict)


@pytest.mark.parametrize("tag", ["!", "!!str", "!<tag:yaml.org,2002:str>"])
def test_the_tag_of_a_text_makes_any_value_a_text(tag: str) -> None:
    matter, _ = read(f"---\na: {tag} '2021-12-31'\nb: {tag} null\nc: {tag} 2021-12-31\nd: {tag} \"x: y\"\n---\n")
    assert matter.metadata == {"a": "2021-12-31", "b": "null", "c": "2021-12-31", "d": "x: y"}
    assert not isinstance(matter.metadata["c"], Timestamp)


def test_the_core_tags_of_yaml_are_read() -> None:
    matter, _ = read(
        "---\na: !!int 010\nb: !!float 1.10\nc: !!bool 'no'\nd: !!null x\ne: !!timestamp 2021-12-31\n"
        "f: !!seq [!!str 1, ! 2]\ng: !!map {x: 1}\n!!str h: 1\ni: ! [a]\n---\n"
    )
    assert matter.metadata == {
        "a": "010",
        "b": "1.10",
        "c": "no",
        "e": "2021-12-31",
        "f": ["1", "2"],
        "g": {"x": "1"},
        "h": "1",
        "i": ["a"],
    }
    assert isinstance(matter.metadata["e"], Timestamp)


@pytest.mark.parametrize("value", ["!!binary aGk=", "!x y", "!ruby/object:X {}", "!!set {a}", "!!str [a]", "!!seq x"])
def test_other_tags_are_refused(value: str) -> None:
    assert refusal(f"---\na: 1\nb: {value}\n---\n") == (3, "yaml-tag")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\na: x\n---\nb\n---\n", "b\n---\n"),
        ("---\na: x\n--- \nb\n---\n", "b\n---\n"),
        ("---\na: x\n...\nb\n---\n", "b\n---\n"),
        ("---\n...\nb\n---\n", "b\n---\n"),
        ("---\n--- \nb\n---\n", "b\n---\n"),
        ("---\n---\nb\n---\n", "b\n---\n"),
        ("---\na: x\n---\n\n  \n  b\n", "  b\n"),
        ("--- \na: x\n---\nb", "b"),
    ],
)
def test_the_first_closing_fence_ends_front_matter(text: str, body: str) -> None:
    parsed, _ = read(text)
    assert parsed.present
    assert parsed.body == body
    assert parsed.metadata == ({"a": "x"} if "a: x" in text else {})
    assert text.split("\n")[parsed.body_line - 1 :] == body.split("\n")


@pytest.mark.parametrize(
    ("data", "known"),
    [
        ("---\ntitle: é\n---\n\n金融\n".encode(), True),
        ("title: é\n\n金融\n".encode(), True),
        ('{"title": "é"}\n金融\n'.encode(), True),
        ("---\r\ntitle: é\r\n---\r\n金融\r\n".encode(), False),
        ("---\ntitle: é\n---\n金融\rx".encode(), False),
        ("\ufeff---\ntitle: é\n---\n金融\n".encode(), False),
        ("---\ntitle: é\n---\n金融\n".encode("utf-16"), False),
        ("---\ntitle: e\n---\nx\n".encode("utf-16-le"), False),
        ("---\ntitle: e\n---\nx\n".encode("utf-16-be"), False),
        (b"---\ntitle: e\n---\nx\xff", False),
        (b"---\ntitle: \xe9\n---\nx", False),
    ],
)
def test_the_bytes_of_a_body_are_those_of_its_text(data: bytes, known: bool) -> None:
    parsed, _ = read(data, "latin-1")
    assert parsed.present
    assert parsed.body
    assert parsed.encoded == (parsed.body.encode() if known else None)
