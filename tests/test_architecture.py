"""The one-way street: posts in, feeds out, the mill between them; and one owner for each library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("posts", "feeds", "mill")
MODULES = sorted([*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "publish.py"])

# What the generator may know of the reader: its model, and the leaves that both stand on.
SHARED = {"posts.model", "posts.errors", "posts.records", "posts.settings", "posts.stamps", "posts.text"}

OWNERS = {
    "ada_url": {"posts/identity.py", "posts/addresses.py"},
    "bs4": {"posts/body.py"},
    "cmarkgfm": {"posts/markup.py"},
    "dateutil": {"posts/dates.py"},
    "feedgen": {"feeds/rss_atom.py"},
    "frontmatter": {"posts/matter.py"},
    "jinja2": {"feeds/pages.py"},
    "liquid": {"posts/liquid/"},
    "nh3": {"posts/gate.py"},
    "watchfiles": {"posts/saves.py"},
    "yaml": {"posts/matter.py", "posts/sites/jekyll_config.py"},
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layers"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_left(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    ours = {name for name in imports(path) if name.split(".")[0] in (*ROOMS, "publish")}
    if room == "posts":
        assert not {name for name in ours if not name.startswith("posts")}
    if room == "feeds":
        modules = {".".join(name.split(".")[:2]) for name in ours if name.startswith("posts.")}
        assert modules <= SHARED
        assert not {name for name in ours if name.split(".")[0] in ("mill", "publish")}
    if room == "mill":
        assert "publish" not in ours


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_has_one_owner(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users, f"nothing uses {library}"
    assert {user for user in users if not user.startswith(tuple(OWNERS[library]))} == set()
