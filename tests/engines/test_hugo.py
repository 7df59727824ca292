"""Compare what feedmill reads from Hugo sites with what Hugo itself makes of them: pages, dates, links, titles, terms."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from posts.text import fold
from tests.needs import lacking
from tests.sites import Command

SITES = Path(__file__).parent / "hugo"
NOW = "2026-01-10T12:00:00Z"
# All that Hugo knows of its pages, as one JSON file for each language.
LAYOUT = """\
{{ $pages := slice }}{{ range site.RegularPages }}{{ $terms := dict }}{{ $page := . }}
{{ range $plural := slice "categories" "tags" "etiketten" "topics" }}{{ $names := slice }}
{{ range $page.GetTerms $plural }}{{ $names = $names | append .LinkTitle }}{{ end }}
{{ $terms = merge $terms (dict $plural $names) }}{{ end }}
{{ $pages = $pages | append (dict "path" .File.Path "link" .Permalink "title" .Title "date" .Date
  "lastmod" .Lastmod "section" .Section "terms" $terms "language" .Language.Locale "content" .Content) }}{{ end }}
{{ $pages | jsonify }}"""


@pytest.fixture(scope="session")
def hugo() -> str:
    """The program of Hugo that is installed."""
    program = Path(sys.executable).parent / "hugo"
    found = str(program) if program.exists() else shutil.which("hugo")
    if not found:
        lacking("Hugo: install feedmill[dev]")
    return str(found)


def unpack(archive: Path, root: Path) -> Path:
    """Write the files of an archive in the form of Go's txtar, and a template that lists all pages."""
    _, *parts = f"\n{archive.read_text('utf-8')}".split("\n-- ")
    for part in parts:
        name, _, text = part.partition(" --\n")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n", "utf-8")
    (root / "layouts").mkdir()
    (root / "layouts" / "home.json").write_text(LAYOUT, "utf-8")
    return root


def run_hugo(program: str, root: Path, *arguments: str) -> str:
    command = [program, *arguments, "--clock", NOW.replace("Z", "+00:00")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pages_of_hugo(program: str, root: Path) -> dict[str, dict[str, Any]]:
    """Return the regular pages of a site with a date, by their address."""
    more = root / "more.json"
    more.write_text(
        '{"outputs": {"home": ["json", "rss"]}, "disableKinds": ["sitemap"], "services": {"rss": {"limit": -1}}}'
    )
    own = next((name for name in ("hugo.toml", "hugo.json") if (root / name).exists()), "config/_default/hugo.yaml")
    try:
        run_hugo(program, root, "--config", f"{own},more.json", "--noBuildLock", "-d", str(root / "public"))
    finally:
        more.unlink()
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((root / "public").rglob("index.json")):
        for page in json.loads(path.read_text("utf-8")):
            if not page["date"].startswith("0001"):
                found[page["link"]] = page
    shutil.rmtree(root / "public")
    return found


def terms(page: dict[str, Any], *keys: str) -> set[str]:
    return {fold(name) for key in keys for name in page["terms"].get(key) or ()}


@pytest.mark.parametrize("name", [path.stem for path in sorted(SITES.glob("*.txtar"))])
def test_pages_are_those_of_hugo(feedmill: Command, hugo: str, tmp_path: Path, name: str) -> None:
    root = unpack(SITES / f"{name}.txtar", tmp_path / "site")
    theirs = pages_of_hugo(hugo, root)
    rows = feedmill("list", root, "--now", NOW, "--json").lines
    ours = {row["permalink"]: row for row in rows if row["state"] == "published"}
    assert sorted(ours) == sorted(theirs)
    for link, row in ours.items():
        page = theirs[link]
        assert datetime.fromisoformat(row["date"]) == datetime.fromisoformat(page["date"]), link
        assert (row["title"] or "") == " ".join(page["title"].split()), link
        assert {fold(one) for one in row["categories"]} == terms(page, "categories", "topics"), link
        assert {fold(one) for one in row["tags"]} == terms(page, "etiketten"), link
