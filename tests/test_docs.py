"""The documentation says what is there: every option, verb and setting has a line in it."""

from __future__ import annotations

import re
from pathlib import Path

from feeds.options import decode as decode_feeds
from feeds.telling import decode as decode_telling
from posts import settings
from posts.arguments import VERBS, parser
from posts.options import decode as decode_reading

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")


def test_every_option_and_verb_is_in_the_readme() -> None:
    options = [option for action in parser()._actions for option in action.option_strings if option.startswith("--")]
    assert len(options) > 10
    assert [option for option in options if option != "--help" and f"`{option}" not in README] == []
    assert [verb for verb in VERBS if verb != "publish" and f"feedmill {verb}" not in README] == []


def test_the_pictures_are_there_and_small() -> None:
    named = re.findall(r'(?:src|srcset)="(docs/[^"]+)"', README)
    assert {ROOT / one for one in named} == set((ROOT / "docs" / "images").iterdir())
    assert max((ROOT / one).stat().st_size for one in named) < 150_000


def test_every_setting_is_in_the_configuration_page() -> None:
    asked: set[tuple[str, str]] = set()
    real = settings.Table._take

    def take(self: settings.Table, key: str, *rest: object) -> object:
        asked.add((self.path, key))
        return real(self, key, *rest)  # type: ignore[arg-type]

    settings.Table._take = take  # type: ignore[method-assign]
    try:
        decode_reading({"identity": {"rewrite": [{}]}}, [])
        decode_telling(settings.Table({}, "publish", []))
        decode_feeds(settings.Table({"custom": [{}]}, "feeds", []), site_url="https://site.example")
    finally:
        settings.Table._take = real  # type: ignore[method-assign]
    sections = dict(re.findall(r"^#+ \[+([\w.]+)\]+\n(.*?)(?=^#|\Z)", CONFIGURATION, re.MULTILINE | re.DOTALL))
    missing = []
    for path, key in sorted(asked):
        section = re.sub(r"\[\d+\]", "", path)
        if section == "feeds.titles" or key in ("custom", "rewrite"):
            continue
        if f"`{key}`" not in sections[section]:
            missing.append(f"{section}.{key}")
    assert missing == []


# Words with hyphens that are no codes of problems.
OTHERS = {"ada-url", "data-feedmill-number", "python-dateutil", "python-frontmatter", "python-liquid"}


def test_every_code_of_a_problem_is_described() -> None:
    sources = "".join(path.read_text("utf-8") for path in sorted((ROOT / "posts").rglob("*.py")))
    codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', sources)) - OTHERS
    codes |= {"symlink", "unreadable", "undecodable", "changing", "liquid", "shortcode"}
    assert len(codes) > 20
    page = (ROOT / "docs" / "posts.md").read_text("utf-8")
    assert sorted(code for code in codes if f"`{code}`" not in page) == []
