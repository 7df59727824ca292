"""reStructuredText: the header of a document, and bodies that try to read files or to take forever."""

from __future__ import annotations

import time

import pytest

from posts.errors import PostError
from posts.frontmatter.pelican import split_pelican
from posts.frontmatter.restructured import comment_fields, read_rest_header, rest_text
from posts.markup.restructured import render_rest


def ignore(*_: object) -> None:
    pass


def split(text: str) -> dict[str, object]:
    return split_pelican("a.rst", text.encode(), ignore, "utf-8").metadata


@pytest.mark.parametrize(
    ("text", "title", "fields"),
    [
        ("Title\n=====\n\n:date: 2024\n:tags: a, b\n\nText\n", "Title", {"date": "2024", "tags": ["a", "b"]}),
        ("=====\nTitle\n=====\n:date: 2024\n", "Title", {"date": "2024"}),
        ("=====\n Title\n=====\n\n:Date: 2024\n", "Title", {"date": "2024"}),
        (".. a comment\n   of two lines\n\n.. _target:\n\nTitle\n#####\n\n:date: 2024\n", "Title", {"date": "2024"}),
        ("T\n=\n\n:summary: one\n   two\n\n:date: 2024\n\ntext", "T", {"summary": "one two", "date": "2024"}),
        (":title: From a field\n:date: 2024\n\nText\n", "From a field", {"date": "2024"}),
        ("*A* ``b`` & <c>\n===============\n", "A b &amp; &lt;c&gt;", {}),
        ("T\n=\n:authors: - Ann\n   - Bob\n", "T", {"authors": ["Ann", "Bob"]}),
        ("Just text.\n", None, {}),
        (".. image:: a.png\n\nTitle\n=====\n", None, {}),
    ],
)
def test_the_header_of_a_document(text: str, title: str | None, fields: dict[str, object]) -> None:
    metadata = split(text)
    assert metadata.pop("title", None) == title
    assert metadata == fields


def test_a_title_beside_another_one_is_no_title() -> None:
    with pytest.raises(PostError) as error:
        split("One\n===\n\n:date: 2024\n\nText\n\nTwo\n===\n\nText\n")
    assert (error.value.line, error.value.code) == (1, "front-matter-format")
    assert split("One\n===\n\nTwo\n---\n\nThree\n---\n")["title"] == "One"
    assert split("===\nOne\n===\n\nTwo\n===\n\nThree\n===\n")["title"] == "One"


def test_inline_markup_is_no_text() -> None:
    assert rest_text(r"a *b* **c** ``d`` :role:`e` `f <g>`_ h_ \* i\ j") == "a b c d e f h * ij"
    assert rest_text("snake_case_word") == "snake_case_word"


def test_comments_of_nikola() -> None:
    fields, end = comment_fields(".. title: T\n.. tags: a, b\n.. link:\n\nText")
    assert [(name, value) for name, value, _ in fields] == [("title", "T"), ("tags", "a, b"), ("link", "")]
    assert end == len(".. title: T\n.. tags: a, b\n.. link:\n")


@pytest.mark.parametrize(
    "text",
    [
        ".. include:: /etc/passwd\n",
        ".. include:: /etc/passwd\n   :literal:\n",
        ".. raw:: html\n   :file: /etc/passwd\n",
        ".. raw:: html\n   :url: file:///etc/passwd\n",
        ".. csv-table::\n   :file: /etc/passwd\n",
        ".. csv-table::\n   :url: file:///etc/passwd\n",
        ".. image:: /etc/passwd\n   :loading: embed\n",
        ".. image:: /etc/passwd\n   :scale: 50\n",
        ".. figure:: /etc/passwd\n   :figwidth: image\n",
        ".. code-block:: text\n   :file: /etc/passwd\n\n   x\n",
        ".. math::\n\n   \\input{/etc/passwd}\n",
    ],
)
def test_no_body_reads_a_file(text: str) -> None:
    assert "root:" not in render_rest(text, ignore)


def test_mistakes_are_reported_and_the_rest_is_shown() -> None:
    found: list[tuple[int, str, str]] = []
    html = render_rest("Text.\n\n.. foo:: bar\n\n   inside\n\nMore.\n", lambda *one: found.append(one))
    assert "<p>Text.</p>" in html
    assert "inside" in html
    assert "<p>More.</p>" in html
    assert [(line, code) for line, code, _ in found] == [(3, "rest")]
    assert "foo" in found[0][2]


def test_a_role_that_one_post_defines_is_unknown_in_the_next() -> None:
    assert "<span" in render_rest(".. role:: mine\n\n:mine:`a`\n", ignore)
    assert ":mine:" in render_rest(":mine:`a`\n", ignore)
    render_rest(".. default-role:: literal\n\n`a`\n", ignore)
    assert "<cite>" in render_rest("`a`\n", ignore)


def test_the_date_is_not_that_of_the_run() -> None:
    assert render_rest("|today|\n\n.. |today| date::\n", ignore).count("20") == 0


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f".. |{n}| replace:: |{n + 1}| |{n + 1}| |{n + 1}|" for n in range(30)) + "\n\n|0|\n",
        "".join(f"{' ' * depth}* a\n\n" for depth in range(0, 2000, 2)),
        "*" * 20_000,
        "`" * 20_000,
        "[" * 20_000 + "]_" * 10_000,
        "|" * 20_000,
        "a_ " * 10_000,
        "\\" * 30_000,
        ">" * 20_000,
        "+" + "-" * 3_000 + "+\n" + ("|" + " " * 3_000 + "|\n") * 80 + "+" + "-" * 3_000 + "+\n",
        ":a:`" * 5_000,
        "\0\x01\ufffe text",
        "x" * 300_000,
        ".. a:: b\n   :c: d\n" * 2_000,
    ],
)
def test_hostile_bodies_come_to_an_end(text: str) -> None:
    began = time.monotonic()
    render_rest(text, ignore)
    read_rest_header(text)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("text", ["* " * 2_000 + "a", "\n\n".join(" " * depth + "a" for depth in range(400))])
def test_a_body_that_docutils_fails_at_costs_only_itself(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    codes: list[str] = []
    assert render_rest(text, lambda _line, code, _message: codes.append(code)).startswith("<p>")
    assert codes == ["rest"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("unit", ["{%", "a-", "-x/"])
def test_a_long_word_of_punctuation_takes_no_time(unit: str) -> None:
    begin = time.process_time()
    assert unit in render_rest("b " + unit * 25_000, ignore)
    assert time.process_time() - begin < 2
    picture = "data:image/png;base64," + "A/+/" * 2_000
    assert f'src="{picture}"' in render_rest(f".. image:: {picture}\n", ignore)


def test_a_long_line_is_text() -> None:
    assert render_rest("word " * 25_000, ignore).startswith("<p>word word")
