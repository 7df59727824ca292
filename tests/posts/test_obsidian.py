"""Vaults of Obsidian: properties, links between notes, pictures, callouts (https://help.obsidian.md/)."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from posts.markup.dialects import BodyScope
from posts.markup.wiki import expand
from tests.sites import Command, site

CONFIG = '[site]\nurl = "https://a.example"\n[posts]\nfolders = ["notes"]\n'
VAULT = {"feedmill.toml": CONFIG, ".obsidian/app.json": '{"attachmentFolderPath": "files"}'}


def note(body: str, properties: str = "created: 2024-05-06") -> str:
    return f"---\n{properties}\n---\n{body}\n"


def items(feedmill: Command, root: Path) -> dict[str, dict[str, object]]:
    assert feedmill(root, "--now", "2024-07-01").code == 0
    feed = json.loads((root / "feeds/feed.json").read_text("utf-8"))
    return {str(item["url"]).rpartition("/")[2]: item for item in feed["items"]}


def test_properties_are_read(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "notes/a.md": note("# A\n\ntext", 'created: 2024-05-06T07:08\nupdated: 2024-05-09\ntags: ["#x/y", z]'),
        "notes/b.md": note("# B\n\ntext", "created: 2024-05-07\ntags: '#one, #two three'"),
        "notes/c.md": note("# C\n\ntext", "created: 2024-05-07\npublish: false"),
        "notes/2024-01-02-d.md": note("# D\n\ntext"),
        "notes/e.md": note("# E\n\ntext", "created: 2024-05-07\ndate: 2024-02-03"),
    }
    found = items(feedmill, site(tmp_path, {**VAULT, **files}, None))
    assert found.keys() == {"a.html", "b.html", "2024-01-02-d.html", "e.html"}
    dates = {name: str(item["date_published"])[:10] for name, item in found.items()}
    assert dates == {
        "a.html": "2024-05-06",
        "b.html": "2024-05-07",
        "2024-01-02-d.html": "2024-01-02",
        "e.html": "2024-02-03",
    }
    assert found["a.html"]["tags"] == ["x/y", "z"]
    assert found["b.html"]["tags"] == ["one", "two", "three"]


def test_a_plain_folder_is_not_a_vault(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "feedmill.toml": CONFIG,
        "notes/a.md": note("# A\n\ntext", "created: 2024-05-06\npublish: false\ntags: '#x'"),
    }
    assert items(feedmill, site(tmp_path, files, None))["a.html"]["tags"] == ["#x"]


def test_notes_and_pictures_are_found(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "notes/a.md": note("# A\n\n[[The other]] [[notes/deep/b|by path]] [[b#Part|part]] [[none]] [[private]]"),
        "notes/deep/b.md": note(
            "# The other\n\n![[one.png]] ![[two.png|300]] ![[three.png|Words]] ![[../../x.png]]",
            "created: 2024-05-06\ntitle: The other",
        ),
        "files/one.png": "",
        "notes/deep/two.png": "",
        "notes/deep/three.png": "",
        ".obsidian/private.png": "",
    }
    found = items(feedmill, site(tmp_path, {**VAULT, **files}, None))
    html = str(found["a.html"]["content_html"])
    other = '<a href="https://a.example/deep/b.html">'
    assert html.count(other) == 3
    assert "none private" in html
    html = str(found["b.html"]["content_html"])
    assert 'src="https://a.example/files/one.png"' in html
    assert 'src="https://a.example/notes/deep/two.png"' in html
    assert '<img src="https://a.example/notes/deep/three.png" alt="Words"' in html
    assert "x.png" in html
    assert html.count("<img") == 3


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("> [!note] A title\n> text", "> **A title**\n>\n> text"),
        ("> [!tip]\n> text", "> **Tip**\n>\n> text"),
        ("> [!see-also]- Folded\n> text", "> **Folded**\n>\n> text"),
        ("> > [!note]\n> > text", "> > **Note**\n> >\n> > text"),
        ("> [!note] a [[b]]\n", "> [!note] a b\n"),
        ("```\n> [!note] A\n```", "```\n> [!note] A\n```"),
        ("[!note] A", "[!note] A"),
        ("> [!note](https://a.example)", "> [!note](https://a.example)"),
    ],
)
def test_callouts_have_a_title(body: str, shown: str) -> None:
    assert expand(body, BodyScope(), lambda *_: None) == shown


@pytest.mark.parametrize("part", ["> [!a", "> [!a|", ">", "> [!a] ", "![[a.png]] ", "> > > [!a]-\n"])
def test_no_body_takes_long(part: str) -> None:
    began = time.process_time()
    expand(part * (1_000_000 // len(part)), BodyScope(), lambda *_: None)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "settings", ["[", "[1]", '{"attachmentFolderPath": 7}', '{"attachmentFolderPath": "../../etc"}']
)
def test_settings_of_a_vault_may_be_anything(feedmill: Command, tmp_path: Path, settings: str) -> None:
    files = {**VAULT, ".obsidian/app.json": settings, "notes/a.md": note("# A\n\n![[passwd.png]] text")}
    assert "passwd.png text" in str(items(feedmill, site(tmp_path, files, None))["a.html"]["content_html"])
