"""Errors and warnings about the configuration name the file that was read, the line and the key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posts.sites.jekyll import keys as jekyll_keys
from tests.sites import Command, post, site

A = "_posts/2021-12-31-a.md"
MISSING = 'is missing or empty; set it to the address of the site, such as "https://example.org"'


def errors(feedmill: Command, root: Path, *arguments: str) -> list[tuple[str, str]]:
    """Return the place and the key of every error."""
    outcome = feedmill(root, *arguments)
    assert outcome.code == 2
    assert not (root / "feeds").exists()
    found = [re.fullmatch(r"(.+?): error: ([^:]+): .+", line) for line in outcome.err.splitlines()]
    assert None not in found, outcome.err
    return [(one[1], one[2]) for one in found if one]


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ('title: T\nurl: ""\n', "_config.yml:2: error: url"),
        ("# url: x\n\n'url':\n", "_config.yml:3: error: url"),
        ("url: ~\n", "_config.yml:1: error: url"),
        ("text: |\n  url: x\nurl: https://a.example\nurl: ''\n", "_config.yml:4: error: url"),  # the last one counts
        ("{title: T,\n url: ''}\n", "_config.yml:2: error: url"),
        ("\ufefftitle: '中 😀\u2028T'\r\nurl: ''\r\n", "_config.yml:2: error: url"),  # U+2028 is no line for editors
        ("title: T\n", "_config.yml: error: url"),
        ("", "_config.yml: error: url"),
    ],
)
def test_a_jekyll_site_without_an_address_is_told_about_its_own_file(
    feedmill: Command, tmp_path: Path, config: str, place: str
) -> None:
    root = site(tmp_path, {A: post()}, config)
    assert feedmill(root).err == f"{place}: {MISSING}\n"


def test_the_other_name_of_the_jekyll_configuration_is_named(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post(), "_config.yaml": "url: x\n"}, None)
    assert errors(feedmill, root) == [("_config.yaml:1", "url")]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("timezone: 8\n", ("_config.yml:2", "timezone")),
        ("locale: '1'\n", ("_config.yml:2", "locale")),
        ("lang: ''\nlocale: '1'\n", ("_config.yml:3", "locale")),  # an empty `lang` leaves it to `locale`
        ("locale: en\nlang: '1'\n", ("_config.yml:3", "lang")),
        ("baseurl: https://a.example\n", ("_config.yml:2", "baseurl")),
        ("encoding: &x utf-99\n", ("_config.yml:2", "encoding")),
        (
            "permalink: date\ncollections:\n  posts:\n    permalink: /:x/\n",
            ("_config.yml:5", "collections.posts.permalink"),
        ),
        ("permalink: /:x/\ncollections:\n  posts:\n    output: true\n", ("_config.yml:2", "permalink")),
        ("permalink: /:x/\ncollections: [posts]\n", ("_config.yml:2", "permalink")),
    ],
)
def test_a_wrong_value_in_a_jekyll_configuration(
    feedmill: Command, tmp_path: Path, config: str, expected: tuple[str, str]
) -> None:
    root = site(tmp_path, {A: post()}, "url: https://site.example\n" + config)
    assert errors(feedmill, root) == [expected]


TOML = """\
# [site]
[feeds]
items = "many"
keep = [
    "24h",
]
itms = 3

[[feeds.custom]]
name = "a"
[[feeds.custom]]
name = "b"
items = 0

[[feed]]
title = '''
[feeds]
by = 3
'''
[feed.titles]
x = 1

[feeds.paths]
"tag/a.b" = "../up"
[publish]
ping = { success = "ftp://x" }
"""


def test_errors_of_feedmill_toml(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post(), "feedmill.toml": TOML})
    assert errors(feedmill, root) == [
        ("feedmill.toml:3", "[feeds] items"),
        ("feedmill.toml:4", "[feeds] keep"),
        ("feedmill.toml:7", "[feeds] itms"),
        ("feedmill.toml:13", "[[feeds.custom]] items"),
        ("feedmill.toml:15", "[[feed]]"),
        ("feedmill.toml:24", '[feeds] paths."tag/a.b"'),
        ("feedmill.toml:26", "[publish] ping.success"),
    ]
    said = feedmill(root).err
    assert 'feedmill.toml:7: error: [feeds] itms: there is no such setting (did you mean "items"?)\n' in said
    assert 'feedmill.toml:15: error: [[feed]]: there is no such setting (did you mean "feeds"?)\n' in said


def test_what_a_table_lacks_has_the_line_of_the_table(feedmill: Command, tmp_path: Path) -> None:
    toml = '[feeds]\ncustom = [\n  {name = "a"},\n  {title = "b"},\n]\n[[identity.rewrite]]\n[site]\ntitle = "T"\n'
    root = site(tmp_path, {A: post(), "feedmill.toml": toml}, None)
    assert errors(feedmill, root) == [
        ("feedmill.toml:4", "[[feeds.custom]] name"),
        ("feedmill.toml:6", "[[identity.rewrite]]"),
        ("feedmill.toml:7", "[site] url"),
    ]


def test_a_table_that_is_not_there_has_no_line(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post(), "feedmill.toml": "feeds.items = 3\n"}, None)
    assert errors(feedmill, root) == [("feedmill.toml", "[site] url")]


def test_each_error_is_in_its_own_file(feedmill: Command, tmp_path: Path) -> None:
    config = "url: ''\ntimezone: Mars\nlang: '1'\nbaseurl: /x y\n"
    root = site(tmp_path, {A: post(), "feedmill.toml": '[site]\ntimezone = "Moon"\nlang = "en"\n'}, config)
    assert errors(feedmill, root) == [
        ("_config.yml:1", "url"),
        ("_config.yml:3", "lang"),
        ("_config.yml:4", "baseurl"),
        ("feedmill.toml:2", "[site] timezone"),
        ("feedmill.toml:3", "[site] lang"),
    ]


def test_a_section_that_is_not_a_table_decides_over_the_jekyll_configuration(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post(), "feedmill.toml": "\nsite = 3\n"})
    assert ("feedmill.toml:2", "site") in errors(feedmill, root)
    assert "_config.yml" not in feedmill(root).err


def test_the_file_that_was_named_is_named(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post()})
    (tmp_path / "my.toml").write_text("\n[posts]\nnaive = 1\n", "utf-8")
    config = str(tmp_path / "my.toml")
    assert errors(feedmill, root, "--config", config) == [(f"{config}:3", "[posts] naive")]


@pytest.mark.parametrize(
    ("toml", "place", "message"),
    [
        (b"[site\n", "feedmill.toml:1", "invalid TOML: expected ']' at the end of a table declaration"),
        (b"\n[a]\n[a]\n", "feedmill.toml:3", "invalid TOML: cannot declare ('a',) twice"),
        (b"a = 1\r\nb = 2\r\na = 3\r\n", "feedmill.toml:3", "invalid TOML: cannot overwrite a value"),
        (b'\na = """\nx\n\n', "feedmill.toml:3", "invalid TOML: unterminated string"),
        (b"a = 1\nb = '\xff'\n", "feedmill.toml:2", "not UTF-8; save the file as UTF-8"),
        (b"a = " + b"[" * 99_999, "feedmill.toml", "arrays or tables are nested too deeply; flatten them"),
    ],
)
def test_a_file_that_is_not_toml(feedmill: Command, tmp_path: Path, toml: bytes, place: str, message: str) -> None:
    outcome = feedmill(site(tmp_path, {A: post(), "feedmill.toml": toml}))
    assert outcome.code == 2
    assert outcome.err.startswith(f"{place}: error: {message}")
    assert "(at " not in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("config", "place"),
    [
        (b"a: 1\nb: [\n\n", "_config.yml:2"),
        (b"a: 1\nb: \xff\n", "_config.yml:2"),
        ("a: 中文\nb: \x01\n".encode(), "_config.yml:2"),
        (b"a: 1\n\tb: 2\n", "_config.yml:2"),
        (b"a: 1\n---\nb: 1\n", "_config.yml:2"),
    ],
)
def test_a_jekyll_configuration_that_is_not_yaml(feedmill: Command, tmp_path: Path, config: bytes, place: str) -> None:
    outcome = feedmill(site(tmp_path, {A: post(), "_config.yml": config}))
    assert outcome.code == 2
    assert outcome.err.startswith(f"{place}: error: invalid YAML: ")
    assert outcome.err.count("\n") == 1


def test_a_local_address_names_the_file_that_has_it(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {A: post(), "CNAME": "\n\n mac.local\n"}, "title: T\n")
    assert feedmill(root, "--json").codes == [("CNAME", 3, "local-url")]
    (root / "_config.yml").write_text("title: T\nurl: http://localhost\n", "utf-8")
    assert feedmill(root, "--json").codes == [("_config.yml", 2, "local-url")]
    (root / "feedmill.toml").write_text('[feeds]\n[site]\nurl = "http://localhost"\n', "utf-8")
    assert feedmill(root, "--json").codes == [("feedmill.toml", 3, "local-url")]


def test_lines_are_looked_up_only_for_messages(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a run without messages has looked up a line")

    monkeypatch.setattr("posts.config.toml_lines.scan_toml", fail)
    monkeypatch.setattr(jekyll_keys, "config_file", fail)
    root = site(tmp_path, {A: post(), "feedmill.toml": "[feeds]\nitems = 3\n"})
    assert feedmill(root).code == 0
    assert feedmill(root).code == 0
