"""The parts of the reader of Hugo sites: globs, paths, layouts of times, and bodies that would take long to match."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from posts.markup.dialects import BodyScope
from posts.markup.emoji import with_emoji
from posts.markup.hugo import expand
from posts.markup.hugo_blocks import expand_blocks
from posts.sites.hugo.cascade import decode_cascades, with_cascades
from posts.sites.hugo.content import ContentPath
from posts.sites.hugo.frontmatter import date_and_slug, decode_term_keys
from posts.sites.hugo.go_time import format_go_time
from posts.sites.hugo.paths import PathStyle, escaped_path, glob_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/posts/*", "/posts/a", True),
        ("/posts/*", "/posts/a/b", False),
        ("/posts/**", "/posts/a/b", True),
        ("/posts/**", "/posts", False),
        ("{/posts,/posts/**}", "/posts", True),
        ("/{a,b{c,d}}/*", "/bd/x", True),
        ("/{a,b{c,d}}/*", "/b/x", False),
        ("/Posts/?", "/posts/A", True),
        ("/[ab]/[!c]", "/b/d", True),
        ("/[ab]/[!c]", "/b/c", False),
        ("/a\\*", "/a*", True),
        ("/a\\*", "/ab", False),
        ("/a{b", "/a{b", True),
        ("**a*b*c", "a/a/abbc", True),
        ("*a*b*c*", "a/b/c", False),
        ("**/x/**/y/*", "/q/x/1/2/y/z", True),
    ],
)
def test_a_glob_matches_as_in_hugo(pattern: str, path: str, expected: bool) -> None:
    assert glob_pattern(pattern).fullmatch(path) is expected


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Hello World", "hello-world"),
        ("a  b - c", "a-b-c"),
        ("C# & C++, 50%!", "c#-c++-50"),
        ("%41%zz", "%41zz"),
        ("Été 中文 й", "été-中文-й"),
        ("it's “x”", "its-x"),
        ("-x-", "-x-"),
    ],
)
def test_a_text_becomes_a_path(text: str, path: str) -> None:
    assert PathStyle().sanitized(text) == path


def test_a_path_may_keep_case_and_lose_accents() -> None:
    assert PathStyle(keeps_case=True, removes_accents=True).sanitized("Été À Ñ") == "Ete-A-N"
    assert escaped_path("/a b/(x)/ü") == "/a%20b/%28x%29/%C3%BC"
    assert escaped_path("/a/(x)/%20") == "/a/(x)/%20"


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("2006-01-02", "2024-03-09"),
        ("Jan _2 06", "Mar  9 24"),
        ("Monday, January 2", "Saturday, March 9"),
        ("15:04:05 3PM", "16:05:06 4PM"),
        ("002 __2", "069  69"),
        ("Z07:00 -0700", "Z +0000"),
        ("section", "section"),
    ],
)
def test_a_time_is_written_in_a_layout_of_go(layout: str, expected: str) -> None:
    assert format_go_time(layout, datetime(2024, 3, 9, 16, 5, 6, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2024-05-06-a-b", ("2024-05-06", "a-b")),
        ("2024-05-06_a", ("2024-05-06", "a")),
        ("2024-05-06", ("2024-05-06", "")),
        ("2024-05-06-15-04-05-a", ("2024-05-06 15:04:05", "a")),
        ("2024-05-06T15-04-05", ("2024-05-06 15:04:05", "")),
        ("24-05-06-a", ("", "")),
        ("a", ("", "")),
    ],
)
def test_a_name_may_begin_with_a_date(name: str, expected: tuple[str, str]) -> None:
    assert date_and_slug(name) == expected


def test_terms_come_from_the_taxonomies_of_the_site() -> None:
    def keys(**taxonomies: str) -> tuple[str, str, str]:
        found = decode_term_keys({"taxonomies": taxonomies})
        return found.categories, found.tags, found.authors

    assert keys() == ("categories", "tags", "")
    assert keys(tag="tags") == ("", "tags", "")
    assert keys(category="kategorien", series="series") == ("kategorien", "series", "")
    assert keys(topic="topics", author="autoren", place="places") == ("topics", "places", "autoren")


def test_the_nearest_cascade_wins_and_front_matter_wins_over_all() -> None:
    place = ContentPath("en", "posts", "a", "a", "single")
    near = decode_cascades([{"Draft": "true", "params": {"x": "near"}}, {"target": {"kind": "section"}, "y": "no"}])
    far = decode_cascades({"x": "far", "z": "far", "own": "far", "cascade": {"q": "no"}})
    merged = with_cascades({"own": "mine"}, (*near, *far), place)
    assert merged == {"own": "mine", "draft": "true", "x": "near", "z": "far"}


@pytest.mark.parametrize(
    "text",
    [
        '{{< ref "' * 50_000,
        '{{< ref \\"' * 50_000,
        "{{< figure " + "x=`" * 100_000 + " >}}",
        "{{< details >}}" * 50_000,
        "# x {" + "a=bb" * 100_000,
        "x\n" + "{.a " * 100_000,
        "term\n" * 100_000 + ": definition",
        "term\n: definition\n" * 50_000,
        "<<a" * 200_000,
        "`'s" * 200_000,
    ],
)
def test_no_body_takes_long(text: str) -> None:
    began = time.process_time()
    expand(text, BodyScope(path="content/posts/a.md"), lambda *_: None)
    expand_blocks(text)
    assert time.process_time() - began < 5


def test_no_html_or_pattern_takes_long() -> None:
    began = time.process_time()
    for html in ("<code>" * 200_000, "<pre" * 200_000, ":a" * 400_000, "<" * 500_000):
        with_emoji(html)
    assert glob_pattern("/" + "**a" * 30 + "b").fullmatch("/" + "a" * 4_000) is False
    assert glob_pattern("{a,b}" * 100).fullmatch("a" * 100) is False
    assert time.process_time() - began < 5


def test_emoji_in_code_and_attributes_stay() -> None:
    html = '<p title=":tada:">:tada: <code>:tada: <b>:tada:</b></code> :nothing: :+1:</p>'
    assert with_emoji(html) == '<p title=":tada:">🎉 <code>:tada: <b>:tada:</b></code> :nothing: 👍</p>'
