"""Real sites from end to end: every file of every feed is what it says it is, and the seed post is its article."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from tests.shared import shared
from tests.sites import Command

# RFC 3986, appendix A: the characters of a URI, and brackets around an IPv6 address only.
CHARACTERS = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://(?:[^/?#\[\]]*@)?(?:\[[0-9A-Fa-f:.]+\])?)?{CHARACTERS}*"
    rf"(?:\?(?:{CHARACTERS}|\?)*)?(?:#(?:{CHARACTERS}|\?)*)?"
)


def addresses(item: dict[str, Any]) -> Iterator[str]:
    """Every address of an item of a JSON feed: its own, those of its files, and those in its body."""
    yield from (item[name] for name in ("id", "url", "external_url", "image") if name in item)
    yield from (one["url"] for one in item.get("attachments", ()))
    for tag in BeautifulSoup(item.get("content_html", ""), "html.parser").find_all(True):
        for name in ("href", "src", "poster", "cite"):
            if not tag.get(name, "#").startswith("#"):  # a place in the item itself
                yield tag[name]
        yield from (one.split()[0] for one in tag.get("srcset", "").split(", ") if one.strip())


SEED = "2021-12-31-NW202112312232633266.md"


@pytest.mark.parametrize(
    ("name", "feeds", "left_out"),
    [
        ("jekyll-finews", 3, {"_posts/-202205262391921712.md"}),
        ("jekyll-mzlogin", 39, {"_posts/template.md"}),
        ("jekyll-opensuse", 2300, {"_posts/2021/06-06-os-community-readies-for-release.md"}),
    ],
)
def test_a_real_site_is_published_whole(
    feedmill: Command, tmp_path: Path, name: str, feeds: int, left_out: set[str]
) -> None:
    (tmp_path / "feedmill.toml").write_text('[feeds]\nby = ["category", "tag"]\n')
    out = tmp_path / "out"
    outcome = feedmill(
        *(shared("corpus", name), "--config", tmp_path / "feedmill.toml", "--out", out, "--json"),
        *("--state", tmp_path / "index.sqlite3", "--now", "2026-01-01"),
    )
    assert outcome.code == 0, outcome.err
    report = outcome.report
    assert report["feeds"] >= feeds
    assert len(report["written"]) == 6 * report["feeds"] + 8
    assert {one["path"] for one in report["problems"] if one["severity"] == "error"} == left_out
    schema = etree.RelaxNG(etree.parse(shared("schemas", "atom.rng")))
    for path in out.rglob("*.*"):
        if path.suffix == ".json":
            items = json.loads(path.read_bytes())["items"]
            assert items
            wrong = {address for item in items for address in addresses(item) if not URI.fullmatch(address)}
            assert wrong == set(), path
        elif path.suffix in (".xml", ".opml"):
            document = etree.parse(path)
            assert path.name != "atom.xml" or schema.validate(document), (path, schema.error_log)


def test_what_is_left_of_the_seed_post_is_its_article(feedmill: Command, tmp_path: Path) -> None:
    root = tmp_path / "site"
    (root / "_posts").mkdir(parents=True)
    shutil.copy(shared("corpus", "jekyll-finews", "_config.yml"), root / "_config.yml")
    shutil.copy(shared("corpus", "jekyll-finews", "old_post", SEED), root / "_posts" / SEED)
    assert feedmill(root).code == 0
    (item,) = json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]
    source = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202112312232633266"
    assert item["id"] == "urn:uuid:fe37aca1-7790-5e75-b30c-3ab7b3ea59ca"
    assert item["external_url"] == source
    assert item["date_published"] == "2021-12-31T11:38:35+08:00"
    html = item["content_html"]
    assert html.startswith("<p>赴沪举办专场招商会")
    assert html.rstrip().endswith("<p>图：除署名外由南通开发区宣传部提供</p>")
    assert not any(gone in html for gone in ("返回", "文章来源", "infoCode", "class="))
    assert f'<link href="{source}" rel="via" title="南通日报"/>' in (root / "feeds" / "atom.xml").read_text("utf-8")
