"""Compare what feedmill reads of an Astro site with what Astro 5 builds: posts, links, dates, titles, tags, bodies."""

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
from urllib.parse import unquote

import pytest

from tests.needs import lacking
from tests.sites import Command

HERE = Path(__file__).parent / "astro"
MODULES = HERE / "node_modules"
SITE = "https://astro.example"
ROUTES = {"blog": "/blog/{}/", "notes": "/n/{}/"}
BROKEN = {
    "src/content/blog/broken.md": "---\ntitle: [unclosed\npubDate: 2024-03-01\n---\nText.\n",
    "src/content/blog/bad-date.md": "---\ntitle: Bad\npubDate: 2024-02-31\n---\nText.\n",
    "src/content/blog/no-date.md": "---\ntitle: Undated\n---\nText.\n",
}

Pages = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Pages]:
    """Return the site with what Astro builds of it, and the entries and pages that Astro has, by their paths."""
    if not MODULES.is_dir():
        lacking("Astro: run `npm ci --prefix tests/engines/astro --ignore-scripts`")
    root = tmp_path_factory.mktemp("astro") / "site"
    shutil.copytree(HERE / "site", root)
    copy = root.with_name("built")
    shutil.copytree(root, copy)
    shutil.copy(HERE / "package.json", copy)
    (copy / "node_modules").symlink_to(MODULES)
    subprocess.run(
        ["node", MODULES / "astro/astro.js", "build"],
        cwd=copy,
        env={**os.environ, "TZ": "UTC", "ASTRO_TELEMETRY_DISABLED": "1"},
        capture_output=True,
        check=True,
        timeout=240,
    )
    shutil.copytree(copy / "dist", root / "dist")
    (root / "feedmill.toml").write_text("[feeds]\nitems = 1000\n", "utf-8")
    found = json.loads((copy / "dist/oracle.json").read_text("utf-8"))
    pages = {page["path"]: page for page in found["pages"]}
    for entry in found["entries"]:
        if entry["collection"] in ROUTES:
            pages[entry["path"]] = {**entry, "link": ROUTES[entry["collection"]].format(entry["id"])}
    return root, pages


def text(body: str) -> str:
    """Return the text of a body without white space; Astro makes a longer dash of two hyphens."""
    return "".join(html.unescape(re.sub(r"<[^<>]*>", "", body)).split()).replace("—", "–")


def wanted_posts(pages: Pages) -> Pages:
    return {path: page for path, page in pages.items() if "pubDate" in page["data"] and not page["data"].get("draft")}


def test_posts_are_those_that_astro_builds(built: tuple[Path, Pages], feedmill: Command) -> None:
    root, pages = built
    wanted = wanted_posts(pages)
    rows = {row["path"]: row for row in feedmill("list", root).lines}
    assert {path for path, row in rows.items() if row["state"] == "published"} == set(wanted)
    assert {path for path, row in rows.items() if row["state"] == "draft"} == {"src/content/blog/draft.md"}
    assert len(wanted) == 9
    for path, page in wanted.items():
        row, link = rows[path], page["link"].rstrip("/") + "/"
        assert unquote(row["permalink"]) == SITE + link, path
        assert (root / "dist" / link.strip("/") / "index.html").is_file(), path
        written = page["data"]["pubDate"]
        if re.match(r"\d{4}-\d\d-\d\d(?:T|$)", written):
            assert datetime.fromisoformat(row["date"]) == datetime.fromisoformat(written).replace(tzinfo=UTC), path
        assert row["title"] == page["data"].get("title", ""), path
        assert row["tags"] == page["data"].get("tags", []), path


def test_bodies_are_what_astro_renders(built: tuple[Path, Pages], feedmill: Command) -> None:
    root, pages = built
    assert feedmill(root, "--full").code == 0
    feed = json.loads((root / "feeds/feed.json").read_text("utf-8"))
    assert (feed["title"], feed["description"]) == ("A site of Astro", "What the tests build")
    ours = {unquote(item["url"]).removeprefix(SITE): item for item in feed["items"]}
    assert ours.keys() == {page["link"].rstrip("/") + "/" for page in wanted_posts(pages).values()}
    for link, item in ours.items():
        page = (root / "dist" / link.strip("/") / "index.html").read_text("utf-8")
        article = re.sub(r"<h1>.*?</h1>", "", page.partition("<article>")[2].partition("</article>")[0])
        assert text(item["content_html"]) == text(article), link
    assert '<img src="https://astro.example/a.png" alt="A picture"' in ours["/blog/using-mdx/"]["content_html"]


def test_a_broken_post_affects_itself_alone(built: tuple[Path, Pages], feedmill: Command, tmp_path: Path) -> None:
    root = tmp_path / "site"
    shutil.copytree(built[0], root, ignore=shutil.ignore_patterns("feeds", ".feedmill"))
    for path, written in BROKEN.items():
        (root / path).write_text(written, "utf-8")
    outcome = feedmill(root, "--json")
    assert outcome.report["posts"] == 9
    assert {path for path, _, _ in outcome.codes if path in BROKEN} == set(BROKEN)
    for command in ("check", "diff", "list"):
        assert feedmill(command, root).code in (0, 1), command
    assert feedmill("adopt", root, str(root / "feeds/atom.xml")).code == 0


def test_the_route_is_learned_from_the_built_site(built: tuple[Path, Pages], feedmill: Command, tmp_path: Path) -> None:
    root = tmp_path / "site"
    shutil.copytree(built[0], root, ignore=shutil.ignore_patterns("feeds", ".feedmill", "feedmill.toml", "notes"))
    page = root / "src/pages/blog/[...slug].astro"
    page.write_text(page.read_text().replace("slug: post.id", "slug: route(post)"))
    assert 'set [posts] permalink, such as "/blog/:path/"' in feedmill(root).err
    for post in ("draft.md", "first-post.md"):  # those that are learned from have texts of their own
        assert (root / "src/content/blog" / post).is_file()
    assert feedmill("init", root).code == 0
    assert 'permalink = "/blog/:path/"' in (root / "feedmill.toml").read_text("utf-8")
    assert feedmill(root).code == 0
    links = {unquote(row["permalink"]).removeprefix(SITE) for row in feedmill("list", root).lines}
    assert {"/blog/own/slug/", "/blog/using-mdx/", "/posts/On-a-Page/"} <= links
