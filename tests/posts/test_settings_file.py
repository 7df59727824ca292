"""Configurations of site generators in TOML, YAML and JSON: values, mistakes, and the lines of keys."""

import pytest

from posts.config.key_path import Location
from posts.errors import ConfigurationError
from posts.sites.settings_file import is_false, is_true, locate_setting, read_settings, text_of


@pytest.fixture
def written(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    "name, text",
    [
        ("hugo.toml", 'title = "A"\n[params]\nflag = true\n'),
        ("hugo.yaml", "title: A\nparams:\n  flag: true\n"),
        ("hugo.json", '{"title": "A", "params": {"flag": true}}'),
    ],
)
def test_formats(written, name, text):
    found = read_settings(written(name, "\ufeff" + text))
    assert (text_of(found, "title"), is_true(found["params"]["flag"])) == ("A", True)


@pytest.mark.parametrize(
    "name, text, line, message",
    [
        ("a.toml", 'title = "A"\nb = = 1\n', 2, "invalid TOML"),
        ("a.yaml", "title: A\nb: [\n", 2, "invalid YAML"),
        ("a.json", '{"title": "A",\n"b" 1}', 2, "invalid JSON"),
        ("a.json", "[1]", 1, "expected an object"),
    ],
)
def test_mistakes_name_file_and_line(written, name, text, line, message):
    with pytest.raises(ConfigurationError) as caught:
        read_settings(written(name, text))
    (mistake,) = caught.value.mistakes
    assert (mistake.file, mistake.line) == (name, line)
    assert message in mistake.message


def test_a_file_that_is_not_utf8(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        read_settings(path)


@pytest.mark.parametrize(
    "name, text, line",
    [
        ("a.toml", '# comment\nbaseURL = "x"\n[Params]\nAuthor = "B"\n', 4),
        ("a.yaml", "baseURL: x\nparams:\n  author: B\n", 3),
        ("a.json", '{"params": {"author": "B"}}', 0),
        ("a.toml", 'baseURL = "x"\n[params]\n', 0),
    ],
)
def test_lines_of_keys(written, name, text, line):
    assert locate_setting(written(name, text), ["params.author"]) == Location(name, line, "params.author")


@pytest.mark.parametrize("value, expected", [("~", ""), ("a ", "a"), (3, "3"), (True, ""), (["a"], ""), (None, "")])
def test_texts(value, expected):
    assert text_of({"key": value}, "key") == expected


def test_flags():
    assert [is_true(value) for value in (True, "yes", "false", None, 1)] == [True, True, False, False, False]
    assert [is_false(value) for value in (False, "no", "true", None, 0)] == [True, True, False, False, False]


def test_aliases_of_aliases_are_refused(written):
    text = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    with pytest.raises(ConfigurationError, match=r"aliases \(\*name\) stand for"):
        read_settings(written("hugo.yaml", text))
    assert read_settings(written("hugo.yaml", "a: &a [x, y]\nb: *a\n")) == {"a": ["x", "y"], "b": ["x", "y"]}


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "a:\n  " + "- " * 100_000, "a: " + "{b: " * 300 + "}" * 300])
def test_deep_yaml_is_refused(written, text):
    with pytest.raises(ConfigurationError, match=r"nested too deeply|maximum nesting depth"):
        read_settings(written("hugo.yaml", text + "]" * 100_000 if "[" in text else text))
