"""Real sites read as plain folders: which posts become one item, and why that is right."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.shared import shared
from tests.sites import Command

# The same article of another site, announced twice: same title, same source link.
TWICE = {
    "jekyll-opensuse": [],
    "hugo-digitalgov": [
        # 18F's article on quality assurance of May 2022, posted in May and again in July
        {
            "content/news/2022/05/2022-05-19-finding-post-award-balance-with-quality-assurance.md",
            "content/news/2022/07/2022-07-14-finding-post-award-balance-with-quality-assurance.md",
        },
        # 18F's article of 9 July 2024, posted under two file names on the next day
        {
            "content/news/2024/07/2024-07-10-engineering-craft-practices-at-10.md",
            "content/news/2024/07/2024-07-10-18f-engineering-craft-practices-at-10.md",
        },
    ],
}
# Different articles with one link between them: the second one's `source_url` was copied from a template.
SHARED = {
    "jekyll-opensuse": [],
    "hugo-digitalgov": ["content/news/2018/10/2018-10-18-yet-another-example.md"],
}


@pytest.mark.parametrize(("name", "folder"), [("jekyll-opensuse", "_posts"), ("hugo-digitalgov", "content/news")])
def test_no_two_different_articles_become_one_item(feedmill: Command, tmp_path: Path, name: str, folder: str) -> None:
    root = tmp_path / "site"
    root.mkdir()
    toml = f'[site]\nurl = "https://site.example"\n[posts]\nfolders = ["{folder}"]\nexpired = true\n'
    (root / "feedmill.toml").write_text(toml)
    shutil.copytree(shared("corpus", name, folder), root / folder)
    lines = [line for line in feedmill("list", root).lines if line["state"] == "published"]
    assert len(lines) > 2000
    by_id: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_id.setdefault(line["id"], []).append(line)
    merged = [{line["path"] for line in same} for same in by_id.values() if len(same) > 1]
    assert sorted(map(sorted, merged)) == sorted(map(sorted, TWICE[name]))
    report = feedmill("check", root, "--json").report
    assert [p["path"] for p in report["problems"] if p["code"] == "shared-source"] == SHARED[name]
