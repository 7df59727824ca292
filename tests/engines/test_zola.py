"""Zola sites. Zola is in no package registry: what is expected here is written by its documentation.

https://www.getzola.org/documentation/
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from posts.markup.dialects import BodyScope
from posts.markup.zola import expand
from posts.sites.detect import detect_site
from posts.sites.zola.config import zola_slug
from tests.sites import Command, site, tree

CONFIG = """base_url = "https://zola.example/base/"
title = "A Zola site"
description = "About"
default_language = "en"
author = "Ann"
generate_feeds = true
feed_filenames = ["atom.xml", "rss.xml"]
feed_limit = 7
ignored_content = ["*.draft.md", "secret/**"]
taxonomies = [{name = "tags", feed = true}, {name = "categories"}]

[markdown]
smart_punctuation = true
render_emoji = true
"""


def page(title: str, date: str = "2024-05-06", body: str = "Text", more: str = "", tables: str = "") -> str:
    return f'+++\ntitle = "{title}"\n{f"date = {date}" if date else ""}\n{more}\n{tables}\n+++\n{body}\n'


PAGES = {
    "content/_index.md": '+++\ntitle = "Home"\n+++\n',
    "content/blog/_index.md": '+++\nsort_by = "date"\ngenerate_feeds = true\n+++\n',
    "content/about.md": page("About", ""),
    "content/blog/Héllo Wörld.md": page("Hello"),
    "content/blog/2024-01-02-dated.md": page("Dated", ""),
    "content/blog/2024-01-03T10:11:12+02:00_timed.md": page("Timed", ""),
    "content/blog/bundle/index.md": page("Bundle", "2024-05-07T08:00:00Z", "![p](p.png)"),
    "content/blog/bundle/p.png": "png",
    "content/blog/slugged.md": page("Slugged", more='slug = "Other Slug"'),
    "content/blog/path.md": page("Path", more='path = "/elsewhere/page"'),
    "content/blog/draft.md": page("Draft", more="draft = true"),
    "content/blog/unrendered.md": page("Unrendered", more="render = false"),
    "content/blog/terms.md": page(
        "Terms",
        more='authors = ["Bea"]\nupdated = 2024-05-09',
        tables='[taxonomies]\ntags = ["Go Lang", "x"]\ncategories = ["News"]\n[extra]\nlead = "y"',
    ),
    "content/blog/deep/er/n.md": page("Deep"),
    "content/blog/a.draft.md": page("Ignored"),
    "content/secret/b.md": page("Secret"),
    "content/blog/broken.md": "+++\ntitle = \n+++\n",
    "content/blog/links.md": page(
        "Links",
        body="See [it](@/blog/slugged.md#top), [about](@/about.md), [blog](@/blog/_index.md), [no](@/no.md).\n\n"
        'First.\n\n<!-- more -->\n\n{{ youtube(id="dCKeXuVHl1o", autoplay=true) }}\n\n'
        '{% quote(author="V") %}\nWords of *Vincent*.\n{% end %}\n\n:smile: "quoted"',
    ),
    "README.md": page("Readme"),
}
BASE = "https://zola.example/base"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return site(tmp_path / "site", {**PAGES, "config.toml": CONFIG}, None)


def listed(feedmill: Command, root: Path) -> dict[str, dict[str, object]]:
    return {line["title"]: line for line in feedmill("list", root, "--json").lines if line["state"] == "published"}


def test_pages_with_dates_are_posts(feedmill: Command, root: Path) -> None:
    found = listed(feedmill, root)
    assert {title: (line["permalink"], line["date"]) for title, line in found.items()} == {
        "Hello": (f"{BASE}/blog/hello-world/", "2024-05-06T00:00:00+00:00"),
        "Dated": (f"{BASE}/blog/dated/", "2024-01-02T00:00:00+00:00"),
        "Timed": (f"{BASE}/blog/timed/", "2024-01-03T10:11:12+02:00"),
        "Bundle": (f"{BASE}/blog/bundle/", "2024-05-07T08:00:00+00:00"),
        "Slugged": (f"{BASE}/blog/other-slug/", "2024-05-06T00:00:00+00:00"),
        "Path": (f"{BASE}/elsewhere/page/", "2024-05-06T00:00:00+00:00"),
        "Terms": (f"{BASE}/blog/terms/", "2024-05-06T00:00:00+00:00"),
        "Deep": (f"{BASE}/blog/deep/er/n/", "2024-05-06T00:00:00+00:00"),
        "Links": (f"{BASE}/blog/links/", "2024-05-06T00:00:00+00:00"),
    }


def test_items_have_what_the_page_says(feedmill: Command, root: Path) -> None:
    outcome = feedmill(root, "--json")
    assert outcome.code == 0
    codes = [(path, code) for path, _, code in outcome.codes]
    assert ("content/blog/broken.md", "bad-front-matter") in codes or any("broken" in path for path, _ in codes)
    feed = json.loads((root / "feeds" / "feed.json").read_text("utf-8"))
    assert (feed["title"], feed["language"], feed["authors"][0]["name"]) == ("A Zola site", "en", "Ann")
    items = {item["title"]: item for item in feed["items"]}
    assert items["Terms"]["tags"] == ["News", "Go Lang", "x"]
    assert items["Terms"]["authors"] == [{"name": "Bea"}]
    assert items["Terms"]["date_modified"].startswith("2024-05-09")
    assert f'src="{BASE}/blog/bundle/p.png"' in items["Bundle"]["content_html"]
    html = items["Links"]["content_html"]
    assert f'href="{BASE}/blog/other-slug/#top"' in html
    assert f'href="{BASE}/about/"' in html
    assert f'href="{BASE}/blog/"' in html
    assert "@/" not in html
    assert "https://www.youtube.com/watch?v=dCKeXuVHl1o" in html
    assert "Words of <em>Vincent</em>." in html
    assert "“quoted”" in html
    assert "{%" not in html
    assert ("content/blog/links.md", "shortcode") in codes


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"zola.toml": "base_url = 'https://a.example'\n"}, "Zola"),
        ({"config.toml": "base_url = 'https://a.example'\n", "content/a.md": ""}, "Zola"),
        ({"config.toml": "baseURL = 'https://a.example'\n", "content/a.md": ""}, "Hugo"),
        ({"config.toml": "base_url = 'https://a.example'\n", "a.md": ""}, "plain folder"),
        ({"config.toml": "title = 'x'\n", "content/a.md": ""}, "plain folder"),
    ],
)
def test_zola_is_detected_by_its_configuration(tmp_path: Path, files: dict[str, str], kind: str) -> None:
    assert detect_site(site(tmp_path, files, None)).kind.label == kind


def test_a_new_site_needs_no_configuration(feedmill: Command, root: Path) -> None:
    assert feedmill(root).out.splitlines()[0] == "feedmill: Zola site (config.toml), 9 posts in content/blog/"
    assert feedmill("check", root).code in (0, 1)
    assert feedmill("diff", root).code == 0
    assert feedmill("init", root).code == 0
    text = " ".join((root / "feedmill.toml").read_text("utf-8").split())
    assert '"all/atom" = "atom.xml" # Zola: generate_feeds in config.toml' in text
    assert '"all/rss" = "rss.xml"' in text
    assert '"section/blog/atom" = "blog/atom.xml" # Zola: generate_feeds in content/blog/_index.md' in text
    assert '"tag/Go Lang/atom" = "tags/go-lang/atom.xml" # Zola: taxonomies in config.toml' in text
    assert "items = 7 # Zola: feed_limit in config.toml" in text
    assert feedmill(root).code == 0


def test_languages_are_in_file_names(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + "[languages.fr]\ngenerate_feeds = true\n"
    pages = {"content/b/a.md": page("A"), "content/b/a.fr.md": page("B"), "content/b/c/index.fr.md": page("C")}
    root = site(tmp_path, {**pages, "content/b/v1.2.md": page("D"), "config.toml": config}, None)
    found = listed(feedmill, root)
    assert {title: line["permalink"] for title, line in found.items()} == {
        "A": f"{BASE}/b/a/",
        "B": f"{BASE}/fr/b/a/",
        "C": f"{BASE}/fr/b/c/",
        "D": f"{BASE}/b/v1-2/",
    }
    feeds = [(one.path, one.kind, one.term) for one in detect_site(root).kind.own_feeds().feeds]
    assert ("atom.xml", "language", "en") in feeds
    assert ("fr/atom.xml", "language", "fr") in feeds


@pytest.mark.parametrize(
    ("text", "on", "safe"),
    [
        ("input", "input", "input"),
        ("test ", "test", "test"),
        ("tes t", "tes-t", "tes t"),
        ("dot. ", "dot", "dot"),
        ("héhé", "hehe", "héhé"),
        ("test (hey)?", "test-hey", "test (hey)"),
    ],
)
def test_slugs(text: str, on: str, safe: str) -> None:
    assert (zola_slug(text, "on"), zola_slug(text, "safe"), zola_slug(text, "off")) == (on, safe, text)


def test_slugs_may_keep_dates_and_letters(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + '[slugify]\npaths = "safe"\npaths_keep_dates = true\n'
    pages = {"content/2024-01-02_Zürich.md": page("A", ""), "content/2024-01-03.md": page("B", "")}
    root = site(tmp_path, {**pages, "zola.toml": config}, None)
    links = {title: line["permalink"] for title, line in listed(feedmill, root).items()}
    assert links == {"A": f"{BASE}/2024-01-02_Z%C3%BCrich/", "B": f"{BASE}/2024-01-03/"}


def test_an_incremental_run_equals_one_from_scratch(feedmill: Command, root: Path) -> None:
    site(root, {"feedmill.toml": '[feeds]\nby = ["tag", "section"]\n'}, None)
    steps = [
        {"content/blog/terms.md": page("Terms changed")},
        {"content/blog/slugged.md": page("Slugged", more='slug = "third"')},
        {"config.toml": CONFIG + "[slugify]\npaths_keep_dates = true\n"},
    ]
    assert feedmill(root, "--now", "2024-06-01").code == 0
    for day, files in enumerate(steps, 2):
        site(root, files, None)
        if day == 2:
            (root / "content/blog/Héllo Wörld.md").rename(root / "content/blog/renamed.md")
            (root / "content/blog/deep/er/n.md").unlink()
        assert feedmill(root, "--now", f"2024-06-0{day}", "--allow-removals").code == 0
        now = tree(root / "feeds")
        assert feedmill(root, "--now", f"2024-06-0{day}", "--full").code == 0
        assert tree(root / "feeds") == now
    feed = (root / "feeds/feed.json").read_text("utf-8")
    assert f"{BASE}/blog/third/#top" in feed


def expanded(text: str) -> tuple[str, list[str]]:
    codes: list[str] = []
    return expand(text, BodyScope(), lambda _line, code, _message: codes.append(code)), codes


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('a {{ name(title="Words") }} b', "a Words b"),
        ('{% box(kind="x") %}in{% end %}', "in"),
        ("{% box() %}a{% inner() %}b{% end %}c{% end %}", "abc"),
        ('{{/* youtube(id="a") */}}', '{{ youtube(id="a") }}'),
        ("{%/* quote() */%}", "{% quote() %}"),
        ("{{ variable }} {% end %} {% if x %}", "{{ variable }} {% end %} {% if x %}"),
        ('import x from "@/lib/x"', 'import x from "@/lib/x"'),
        ("mail me @/home.md", "mail me @/home.md"),
    ],
)
def test_shortcodes(body: str, shown: str) -> None:
    assert expanded(body)[0] == shown


def test_links_to_nothing_are_reported() -> None:
    assert expanded("[a](@/../../etc/passwd.md)") == ("[a]()", ["bad-address"])


@pytest.mark.parametrize("part", ["{{a(", "{{/*", "{%", "{{ a(') ", "(@/", '"@/a.md', "{{ a()" + " " * 90, "{% a() %}"])
def test_no_body_takes_long(part: str) -> None:
    began = time.process_time()
    expanded(part * (1_000_000 // len(part)))
    assert time.process_time() - began < 5
