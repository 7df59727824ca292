"""The configuration of Pelican and Nikola is read as literals, and never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from posts.errors import ConfigurationError
from posts.sites.python_settings import PythonSettings, read_python_settings


def read(root: Path, text: str, **others: str) -> PythonSettings:
    for name, content in {"conf": text, **others}.items():
        (root / f"{name}.py").write_text(content)
    return read_python_settings(root, "conf.py")


def test_literals_and_what_follows_from_them_are_read(tmp_path: Path) -> None:
    text = """
from pathlib import Path
import os
A = "a"
B: str = A + "b"
C, D = 1, -2
E = {"x": [A, *[B]], **{"y": (True, None)}}
F = f"{A}/{B}.html"
G = ["1"]
G += ["2"]
H = Path("content")
I = not True
J = _("text")
K = dict(a=1)
"""
    settings = read(tmp_path, text)
    assert settings.values == {
        "A": "a",
        "B": "ab",
        "C": 1,
        "D": -2,
        "E": {"x": ["a", "ab"], "y": (True, None)},
        "F": "a/ab.html",
        "G": ["1", "2"],
        "H": "content",
        "I": False,
        "J": "text",
        "K": {"a": 1},
    }
    assert settings.unknown == set()
    assert settings.lines["F"] == ("conf.py", 8)


@pytest.mark.parametrize(
    "code",
    [
        'A = os.environ["A"]',
        'A = open("/etc/passwd").read()',
        'A = "x"\nif DEBUG:\n    A = "y"',
        'A = "%s" % 1',
        "A = [1]\nA.append(2)",
        'A = {}\nA["x"] = 1',
        "A = 1 / 0",
        'A = "x" + 1',
        "A = 9 ** 9 ** 9 ** 9",
        'A = "x"\ndel A',
        "for A in range(3): pass",
        'with open("a") as A: pass',
        "try:\n    A = 1\nexcept Exception:\n    A = 2",
        "A = (lambda: 1)()",
        "A = {[]: 1}",
        'A = f"{1:>99999999}"',
        "A = [*5]",
    ],
)
def test_what_code_computes_is_unknown(tmp_path: Path, code: str) -> None:
    settings = read(tmp_path, code)
    assert "A" in settings.unknown
    assert "A" not in settings.values


def test_nothing_is_run(tmp_path: Path) -> None:
    read(tmp_path, f'from other import *\nopen({str(tmp_path / "made")!r}, "w")\nexit(3)', other="raise SystemExit")
    assert not (tmp_path / "made").exists()


def test_the_settings_of_an_imported_file_beside_it_are_read(tmp_path: Path) -> None:
    settings = read(tmp_path, 'from other import *\nB = A + "!"', other="A = 'a'\nfrom conf import *\nfrom os import *")
    assert settings.values == {"A": "a", "B": "a!"}
    assert settings.lines["A"][0] in ("other.py", "conf.py")
    assert settings.files == ["conf.py", "other.py"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A = (", "conf.py:1: error: invalid Python"),
        ("A = " + "(" * 5000 + ")" * 5000, "conf.py"),
        ("A = 1 #" + "x" * (1 << 20), "larger than 1 MiB"),
        ("A = 'a\0'", "conf.py"),
    ],
)
def test_a_file_that_is_not_python_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, text)
    assert message in str(error.value)
