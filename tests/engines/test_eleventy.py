"""Compare what feedmill reads of an Eleventy site with what Eleventy 3 builds: posts, links, dates, titles, tags."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import pytest

from tests.needs import lacking
from tests.sites import Command

HERE = Path(__file__).parent / "eleventy"
MODULES = HERE / "node_modules"
PLUMBING = {"all", "nav", "post", "posts"}
# Pages of the site: they have no date, list others, or are no HTML.
PAGES = {"content/about.md", "content/index.njk", "content/tags.njk"}
BROKEN = {
    "content/blog/broken.md": "---\ntitle: [unclosed\ndate: 2024-03-01\n---\nText.\n",
    "content/blog/bad-date.md": "---\ntitle: Bad\ndate: 2024-02-31\n---\nText.\n",
    "content/blog/no-date.md": "---\ntitle: Undated\n---\nText.\n",
    "content/blog/no-git.md": "---\ntitle: Git\ndate: git Created\n---\nText.\n",
    "content/blog/bad-link.md": "---\ntitle: Link\ndate: 2024-03-01\npermalink: /{{ title | unheard }}/\n---\nText.\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Return the site, and the pages that Eleventy has in its collections by their paths."""
    if not MODULES.is_dir():
        lacking("Eleventy: run `npm ci --prefix tests/engines/eleventy`")
    root = tmp_path_factory.mktemp("eleventy") / "site"
    shutil.copytree(HERE / "site", root)
    copy = root.with_name("built")
    shutil.copytree(root, copy)
    (copy / "node_modules").symlink_to(MODULES)
    shutil.copy(HERE / "oracle.11ty.js", copy / "content")
    subprocess.run(
        ["node", MODULES / "@11ty/eleventy/cmd.cjs", "--quiet"],
        cwd=copy,
        env={**os.environ, "TZ": "UTC"},
        check=True,
        timeout=120,
    )
    pages = json.loads((copy / "_site/oracle.json").read_text("utf-8"))
    shutil.copytree(copy / "_site", root / "_site")
    (root / "feedmill.toml").write_text("[feeds]\nitems = 1000\n", "utf-8")
    return root, {page["path"]: page for page in pages}


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def text(body: str) -> str:
    return "".join(html.unescape(re.sub(r"<[^<>]*>", "", body)).split())


def test_posts_are_those_that_eleventy_builds(built: tuple[Path, dict[str, dict[str, Any]]], feedmill: Command) -> None:
    root, pages = built
    wanted = {path: page for path, page in pages.items() if page["link"] and not page["draft"] and path not in PAGES}
    rows = {row["path"]: row for row in feedmill("list", root).lines}
    published = {path: row for path, row in rows.items() if row["state"] == "published"}
    assert published.keys() == wanted.keys()
    assert len(wanted) == 20
    for path, page in wanted.items():
        row = published[path]
        assert unquote(row["permalink"]) == urljoin("https://eleventy.example/", page["link"]), path
        assert instant(row["date"]) == instant(page["date"]), path
        assert row["title"] == page.get("title", ""), path
        assert set(row["tags"]) == set(page["tags"]) - PLUMBING, path
    assert {path: row["state"] for path, row in rows.items() if path not in published} == {
        "content/blog/draft.md": "draft",
        "content/blog/excluded.md": "excluded",
    }


def test_bodies_are_what_eleventy_renders(built: tuple[Path, dict[str, dict[str, Any]]], feedmill: Command) -> None:
    root, pages = built
    assert feedmill(root, "--full").code == 0
    items = json.loads((root / "feeds/feed.json").read_text("utf-8"))
    assert (items["title"], items["authors"][0]["name"]) == ("A site of Eleventy", "Ann Author")
    ours = {unquote(item["url"]): item["content_html"] for item in items["items"]}
    wanted = {urljoin("https://eleventy.example/", str(page["link"])): page["content"] for page in pages.values()}
    assert len(ours) == 20
    assert {link for link, body in ours.items() if text(body) != text(wanted[link])} == set()
    first = ours["https://eleventy.example/blog/first/"]
    assert '<img src="https://eleventy.example/a.png" alt="A picture"' in first
    assert "https://www.youtube.com/watch?v=dQw4w9WgXcQ" in first


def test_a_broken_post_affects_itself_alone(
    built: tuple[Path, dict[str, dict[str, Any]]], feedmill: Command, tmp_path: Path
) -> None:
    root = tmp_path / "site"
    shutil.copytree(built[0], root, ignore=shutil.ignore_patterns("feeds", ".feedmill"))
    for path, written in BROKEN.items():
        (root / path).write_text(written, "utf-8")
    outcome = feedmill(root, "--json")
    assert outcome.report["posts"] == 20
    assert {path for path, _, _ in outcome.codes if path in BROKEN} == set(BROKEN)
    for command in ("check", "diff", "list"):
        assert feedmill(command, root).code in (0, 1), command
    assert feedmill("adopt", root, str(root / "feeds/atom.xml")).code == 0
    (root / "feedmill.toml").unlink()
    assert feedmill("init", root).code == 0
