"""Astro sites: collections, routes, addresses, pages in Markdown, and MDX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posts.markup.dialects import BodyScope, expand_dialect
from posts.sites.astro.config import read_astro_config
from tests.sites import Command, site, tree

POST = "---\ntitle: A title\npubDate: 2024-01-02\n---\nText of it.\n"
ROUTE = "---\nconst posts = await getCollection('blog');\nposts.map((post) => ({ params: { slug: post.id } }));\n---\n"
CONFIG = "import { defineConfig } from 'astro/config';\nexport default defineConfig({ site: 'https://a.example', });\n"
STOCK = {
    "astro.config.mjs": CONFIG,
    "src/content/blog/first.md": POST,
    "src/pages/blog/[...slug].astro": ROUTE,
}


def links(feedmill: Command, root: Path) -> dict[str, str]:
    lines = feedmill("list", root).lines
    return {line["path"]: line["permalink"] for line in lines if line["state"] == "published"}


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({}, "https://a.example/blog/first/"),
        ({"astro.config.mjs": CONFIG.replace("site", "trailingSlash: 'never', site")}, "https://a.example/blog/first"),
        ({"astro.config.mjs": CONFIG.replace("site", "base: '/b', site")}, "https://a.example/b/blog/first/"),
        (
            {"astro.config.mjs": CONFIG.replace("site", "build: { format: 'file' }, site")},
            "https://a.example/blog/first.html",
        ),
        ({"src/content/blog/first.md": POST.replace("pub", "slug: my/own\npub")}, "https://a.example/blog/my/own/"),
        (
            {"src/pages/blog/[...slug].astro": "", "src/pages/[slug].astro": ROUTE.replace("post.id", "id")},
            "https://a.example/first/",
        ),
    ],
)
def test_links_are_astros(changes: dict[str, str], link: str, feedmill: Command, tmp_path: Path) -> None:
    files = {**STOCK, **changes}
    files = {path: written for path, written in files.items() if written}
    root = site(tmp_path / "site", files, config=None)
    assert feedmill(root).code == 0
    assert links(feedmill, root) == {"src/content/blog/first.md": link}


@pytest.mark.parametrize(
    "route",
    [
        {"src/pages/blog/[...slug].astro": ROUTE.replace("post.id", "slugOf(post)")},
        {"src/pages/[lang]/[slug].astro": ROUTE},
        {"src/pages/blog/[...slug].astro": ROUTE + "await getCollection('other');"},
        {"src/pages/blog/index.astro": ROUTE},
    ],
)
def test_a_route_that_is_not_known_is_asked_for(route: dict[str, str], feedmill: Command, tmp_path: Path) -> None:
    files = {path: written for path, written in STOCK.items() if "pages" not in path}
    root = site(tmp_path / "site", {**files, **route}, config=None)
    assert 'set [posts] permalink, such as "/blog/:path/"' in feedmill(root).err
    (root / "feedmill.toml").write_text('[posts]\npermalink = "/:year/:path/"\n')
    assert links(feedmill, root) == {"src/content/blog/first.md": "https://a.example/2024/first/"}


def test_a_theme_with_other_names(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "astro.config.ts": "export default defineConfig({ site: SITE.website });\n",
        "src/config.ts": 'export const SITE = {\n  website: "https://paper.example/",\n  author: "Ann",\n'
        '  desc: "A theme.",\n  title: "Paper",\n  lang: "en", // language\n} as const;\n',
        "src/content.config.ts": 'export const BLOG_PATH = "src/data/blog";\n'
        'const blog = defineCollection({\n  loader: glob({ pattern: "**/[^_]*.md", base: "./src/data/blog" }),\n});\n'
        "export const collections = { blog };\n",
        "src/data/blog/one.md": "---\ntitle: One\npubDatetime: 2024-01-02T03:04:05Z\nmodDatetime: 2024-02-03T00:00:00Z"
        "\nauthor: Bob\nogImage: ../a.png\ndraft: false\ndescription: D\n---\nText.\n",
        "src/data/blog/_two.md": POST,
        "src/pages/posts/[...slug]/index.astro": ROUTE,
    }
    root = site(tmp_path / "site", files, config=None)
    outcome = feedmill(root)
    assert (outcome.code, outcome.err, "1 post in" in outcome.out) == (0, "", True)
    feed = json.loads((root / "feeds/feed.json").read_text("utf-8"))
    assert (feed["title"], feed["language"], feed["description"]) == ("Paper", "en", "A theme.")
    item = feed["items"][0]
    assert (item["url"], item["date_modified"]) == ("https://paper.example/posts/one/", "2024-02-03T00:00:00+00:00")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("pubDate: 'Jul 08 2022'", "2022-07-08"),
        ("pubDate: Monday, July 4 2022", "2022-07-04"),
        ("published: true\npubDate: 2022-07-08", "2022-07-08"),
        ("published: 2022-07-08", "2022-07-08"),
        ("publishedAt: 2022-07-08T01:02:03Z", "2022-07-08"),
    ],
)
def test_dates_have_several_names(written: str, day: str, feedmill: Command, tmp_path: Path) -> None:
    files = {**STOCK, "src/content/blog/first.md": POST.replace("pubDate: 2024-01-02", written)}
    root = site(tmp_path / "site", files, config=None)
    assert [line["date"][:10] for line in feedmill("list", root).lines] == [day]


def test_init_keeps_the_address_of_the_feed(feedmill: Command, tmp_path: Path) -> None:
    endpoint = "import rss from '@astrojs/rss';\nexport async function GET(context) { return rss({}); }\n"
    files = {**STOCK, "src/pages/rss.xml.js": endpoint, "src/pages/feed.json.js": "", "dist/index.html": "<p>Home</p>"}
    root = site(tmp_path / "site", files, config=None)
    assert feedmill("init", root).code == 0
    written = (root / "feedmill.toml").read_text("utf-8")
    assert '"all/rss" = "rss.xml"' in written
    assert "feed.json" not in written.partition("[feeds.paths]")[2].partition("[[")[0]
    assert feedmill(root).code == 0
    assert (root / "dist/rss.xml").is_file()


def test_pages_without_dates_are_no_posts(feedmill: Command, tmp_path: Path) -> None:
    files = {
        **STOCK,
        "src/content/people/ann.md": "---\nname: Ann\n---\nText.\n",
        "src/pages/about.md": "---\ntitle: About\n---\nText.\n",
        "src/pages/posts/on-page.md": POST,
        "src/pages/posts/_hidden.md": POST,
        "README.md": POST,
    }
    root = site(tmp_path / "site", files, config=None)
    outcome = feedmill(root)
    assert (outcome.code, outcome.err) == (0, "")
    assert links(feedmill, root) == {
        "src/content/blog/first.md": "https://a.example/blog/first/",
        "src/pages/posts/on-page.md": "https://a.example/posts/on-page/",
    }


def test_later_runs_equal_a_run_from_scratch(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {**STOCK, "src/content/blog/second.md": POST}, config=None)
    route = "src/pages/blog/[...slug].astro"
    changes: list[dict[str, str | None]] = [
        {},
        {"src/content/blog/first.md": POST.replace("title", "other title")},
        {route: None, "src/pages/new/[...slug].astro": ROUTE},
        {"astro.config.mjs": CONFIG.replace("site", "trailingSlash: 'never', site")},
        {"src/consts.ts": "export const SITE_TITLE = 'New';\n"},
        {"src/content/blog/second.md": None, "src/content/blog/third.mdx": POST + "\n<Box>In</Box>\n"},
    ]
    for change in changes:
        for path, written in change.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(written) if written is not None else target.unlink()
        assert feedmill(root, "--allow-removals").code == 0
        incremental = tree(root / "feeds")
        assert feedmill(root, "--full", "--allow-removals").code == 0
        assert tree(root / "feeds") == incremental, change


def expanded(text: str, path: str = "a.mdx") -> tuple[str, list[str]]:
    problems: list[str] = []
    scope = BodyScope(path, "https://site.example/a/", {"title": "T"})
    return expand_dialect(text, "astro", scope, lambda *found: problems.append(f"{found[0]} {found[2]}")), problems


LOST = "components and expressions were left out: "


@pytest.mark.parametrize(
    ("body", "shown", "reported"),
    [
        ("import A from './a.astro';\nimport {\n  B\n} from 'b';\n\nText", "Text", []),
        ("export const x = {\n  a: 1,\n};\n\nText", "Text", []),
        ("Exports and\nimport of goods", "Exports and\nimport of goods", []),
        ("{/* a { comment } */}a{'b'}{frontmatter.title}", "abT", []),
        ("a {later()} b", "a  b", [f"1 {LOST}later()"]),
        ("import p from './p.png';\n\n<Image src={p} alt=\"P\" />", '<img src="./p.png" alt="P">', []),
        ('<Card href="/x/" title="X" />', '<a href="/x/">X</a>', []),
        ("<Chart data={[1, 2]} />", "", [f"1 {LOST}Chart"]),
        ("<>a<Tabs.Item label={'x'}>b</Tabs.Item></>", "ab", [f"1 {LOST}Tabs.Item"]),
        ("`<A/> {b}` and\n```\n<A/> {b}\n```", "`<A/> {b}` and\n```\n<A/> {b}\n```", []),
        ('<p className="x" style={{ a: "}" }}>t</p>', '<p class="x">t</p>', []),
        ("1 < 2 and a { b", "1 < 2 and a { b", []),
    ],
)
def test_mdx_in_bodies(body: str, shown: str, reported: list[str]) -> None:
    found, problems = expanded(body)
    assert found.strip() == shown.strip()
    assert problems == reported


def test_markdown_is_not_mdx() -> None:
    assert expanded("a {b} <C/>", "a.md") == ("a {b} <C/>", [])


def test_hostile_bodies_take_linear_time() -> None:
    for piece in ("{", "<A ", "<A b={", "import x from '", "`", "<", "{'", "<A b='", "{/*", "<A b={c} ", "\n\nimport "):
        expanded(piece * 50_000)


def test_what_is_computed_is_reported(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG.replace("'https://a.example'", "process.env.SITE")
    files: dict[str, Any] = {
        **STOCK,
        "astro.config.mjs": config,
        "feedmill.toml": '[site]\nurl = "https://b.example"\n',
    }
    root = site(tmp_path / "site", files, config=None)
    assert read_astro_config(root).unknown == ("site",)
    assert [code for *_, code in feedmill(root, "--json").codes] == ["code-setting"]
