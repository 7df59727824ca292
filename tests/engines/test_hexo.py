"""Compare what feedmill reads of a Hexo site with what Hexo 8 generates: posts, links, dates, titles, terms, bodies."""

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
from urllib.parse import urljoin

import pytest

from tests.needs import lacking
from tests.sites import Command

HERE = Path(__file__).parent / "hexo"
MODULES = HERE / "node_modules"
ZONE = "Asia/Shanghai"
# Hexo has the time of the file for a post without a date, which feedmill takes from its name.
UNDATED = "_posts/2024-01-03-no-date.md"

# What each variant of the site changes in `_config.yml`: replacements of lines by their keys.
VARIANTS: dict[str, dict[str, str]] = {
    "stock": {},
    "names": {
        "permalink": ":category/:i_month-:i_day/:name.html",
        "default_category": "none",
        "filename_case": "1",
        "future": "false",
        "titlecase": "true",
        "render_drafts": "true",
        "skip_render": "[]",
        "ignore": "[]",
    },
    "times": {"permalink": "/p/:hour:minute:second/:timestamp-:hash/:post_title/index.html", "category_map": "{}"},
    "short": {
        "permalink": "archives/:abbr/:year_:month/:title/index.html",
        "permalink_defaults": "{abbr: short}",
        "pretty_urls": "{trailing_index: false}",
        "timezone": "America/New_York",
    },
    "bare": {"permalink": ":lang/:series/:number/:title.html", "pretty_urls": "{trailing_html: false}"},
    "dated": {
        "permalink": ":year/:title/",
        "new_post_name": ":year-:month-:day-:title.md",
        "use_slug_as_post_title": "true",
        "post_asset_folder": "true",
        "skip_render": "_posts/tags.md",  # names of posts that it links to are others here
    },
    "folders": {"permalink": ":section/:title/", "new_post_name": ":section/:part/:title.md"},
    "ignored": {
        "skip_render": "['_posts/*.html', '_posts/deep/**']",
        "ignore": "['**/p*.md', '**/keys.*', '**/{tags,x}.md']",
    },
}


def hexo_site(folder: Path, changes: dict[str, str]) -> Path:
    """Return a copy of the site with a changed configuration, in which Hexo can run."""
    if not MODULES.is_dir():
        lacking("Hexo: run `npm ci --prefix tests/engines/hexo`")
    root = folder / "site"
    shutil.copytree(HERE / "site", root)
    config = (root / "_config.yml").read_text("utf-8")
    for key, value in changes.items():
        config = re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", config, flags=re.MULTILINE) + f"{key}: {value}\n"
    (root / "_config.yml").write_text(config, "utf-8")
    (root / "feedmill.toml").write_text("[feeds]\nitems = 1000\n", "utf-8")
    return root


def generated(root: Path, zone: str) -> dict[str, dict[str, Any]]:
    """Return the posts that Hexo publishes, by path."""
    copy = root.with_name("generated")
    shutil.copytree(root, copy)
    (copy / "node_modules").symlink_to(MODULES)
    done = subprocess.run(
        ["node", HERE / "oracle.cjs", copy],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    return {post["source"]: post for post in json.loads(done.stdout.splitlines()[-1])}


# What feedmill shows in another way on purpose: a frame is a link, and text in Chinese is strong.
DIFFERENT = {"embeds", "%E4%B8%AD%E6%96%87%E6%A0%87%E9%A2%98"}


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC).replace(microsecond=0)


def text(body: str) -> str:
    """Return the text of a body without white space, numbers of lines, and the marks of who is quoted."""
    body = re.sub(r'<td class="gutter">.*?</td>', "", body, flags=re.DOTALL)
    return re.sub(r"[—,]", "", "".join(html.unescape(re.sub(r"<!--.*?-->|<[^<>]*>", "", body)).split()))


@pytest.mark.parametrize("variant", VARIANTS)
def test_posts_are_those_that_hexo_generates(variant: str, feedmill: Command, tmp_path: Path) -> None:
    changes = VARIANTS[variant]
    root = hexo_site(tmp_path, changes)
    wanted = generated(root, changes.get("timezone", ZONE))
    rows = {
        row["path"].removeprefix("source/"): row
        for row in feedmill("list", root, "--json", "--now", "2026-01-10T12:00:00Z").lines
        if row["state"] == "published"
    }
    assert rows.keys() == wanted.keys()
    for path, post in wanted.items():
        row = rows[path]
        if path == UNDATED and instant(row["date"]) != instant(post["date"]):
            continue
        assert row["permalink"] == post["link"], path
        assert instant(row["date"]) == instant(post["date"]), path
        assert set(row["categories"]) == set(post["categories"]), path
        assert set(row["tags"]) == set(post["tags"]), path
        assert row["title"] == post["title"] or not post["title"], path


@pytest.mark.parametrize("changes", [{}, {"post_asset_folder": "true", "marked": "{postAsset: true, breaks: false}"}])
def test_bodies_are_what_hexo_renders(changes: dict[str, str], feedmill: Command, tmp_path: Path) -> None:
    root = hexo_site(tmp_path, changes)
    wanted = {post["link"]: post["content"] for post in generated(root, ZONE).values()}
    assert feedmill(root).code == 0
    items = json.loads((root / "feeds/feed.json").read_text("utf-8"))["items"]
    ours = {item["url"]: item["content_html"] for item in items if item["url"] in wanted}
    assert len(ours) == len(wanted) - 1  # one has no date
    different = [link for link in ours if text(ours[link]) != text(wanted[link])]
    assert {link.rstrip("/").rpartition("/")[2] for link in different} == DIFFERENT | (set() if changes else {"assets"})
    for link, body in ours.items():
        if not link.endswith("/embeds/") and (changes or not link.endswith("/assets/")):
            assert addresses(body, link) == addresses(wanted[link], link), link


def test_items_of_the_feed_of_hexo_are_adopted(feedmill: Command, tmp_path: Path) -> None:
    root = hexo_site(tmp_path, {})
    wanted = generated(root, ZONE)
    outcome = feedmill("adopt", root, tmp_path / "generated/public/atom.xml", "--json", "--yes")
    assert outcome.code == 0
    assert feedmill(root).code == 0
    ids = {line["path"].removeprefix("source/"): line["id"] for line in feedmill("list", root).lines}
    assert {path: post["link"] for path, post in wanted.items() if path != UNDATED} == {
        path: ids[path] for path in wanted if path != UNDATED
    }


def addresses(body: str, base: str) -> list[str]:
    """Return the addresses of links and pictures in a body, without those of headings and of the body itself."""
    found = re.findall(r'<(?:a|img)\b[^<>]*?(?:href|src)="([^"#][^"]*)"', body)
    return [urljoin(base, html.unescape(address)).replace("xn--fsqu00a.xn--fiqs8s", "例子.中国") for address in found]
