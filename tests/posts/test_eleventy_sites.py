"""Eleventy sites: directories, the data cascade, permalinks, dates and templates in bodies."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from posts.markup.dialects import BodyScope, expand_dialect
from posts.markup.js_slugs import github_slug, slugify_simply, slugify_words
from posts.markup.template_values import UnknownExpressionError, expand_outputs, variables_of
from posts.sites.eleventy.config import read_eleventy_config
from posts.sites.js_literals import UNKNOWN, read_literal, without_comments
from tests.shared import shared
from tests.sites import Command, site, tree

TOML = '[site]\nurl = "https://site.example"\n[feeds]\nitems = 100\n'
POST = "---\ntitle: A title\ndate: 2024-01-02\n---\nText of it.\n"
# Eleventy's starter, https://github.com/11ty/eleventy-base-blog.
STARTER = {
    "eleventy.config.js": """
        import pluginSyntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";
        /** @param {import("@11ty/eleventy").UserConfig} eleventyConfig */
        export default async function (eleventyConfig) {
          eleventyConfig.addPreprocessor("drafts", "*", (data, content) => {
            if (data.draft) { data.title = `${data.title} (draft)`; }
            if (data.draft && process.env.ELEVENTY_RUN_MODE === "build") { return false; }
          });
          eleventyConfig.addFilter("strip", (text) => text.replace(/['"]\\/{/g, ""));
        };
        export const config = {
          templateFormats: ["md", "njk", "html", "liquid", "11ty.js"],
          markdownTemplateEngine: "njk",
          htmlTemplateEngine: "njk",
          // These are all optional:
          dir: { input: "content", includes: "../_includes", data: "../_data", output: "_site" },
          // pathPrefix: "/",
        };""",
    "_data/metadata.js": """
        export default {
          title: "Eleventy Base Blog v9", url: "https://starter.example/", language: "en",
          description: "I am writing about my experiences.",
          author: { name: "Your Name Here", email: "me@starter.example", url: "https://starter.example/about-me/" }
        }""",
    "content/blog/blog.11tydata.js": 'export default {\n  tags: ["posts"],\n  "layout": "layouts/post.njk",\n};\n',
    "content/blog/firstpost.md": "---\ntitle: First\ndate: 2023-10-20\ntags: [posts, another tag]\n---\n## Section\n",
    "content/blog/fourthpost/fourthpost.md": "---\ntitle: Fourth\ndate: 2023-01-23\ndraft: false\n---\nFour.\n",
    "content/about.md": "---\ntitle: About\n---\nPage.\n",
    "content/index.njk": "---js\nconst x = 1;\n---\n{{ 1 }}\n",
    "content/sitemap.xml.njk": "---\npermalink: /sitemap.xml\n---\n<x/>\n",
    "_includes/layouts/post.njk": "---\nlayout: layouts/base.njk\n---\n{{ content }}",
    "_site/blog/firstpost/index.html": "<p>built</p>",
}


def links(feedmill: Command, root: Path) -> dict[str, str]:
    lines = feedmill("list", root).lines
    return {line["path"]: line["permalink"] for line in lines if line["state"] == "published"}


def test_the_starter_needs_no_configuration(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", STARTER, config=None)
    outcome = feedmill(root)
    assert outcome.code == 0
    assert outcome.out.splitlines()[0] == "feedmill: Eleventy site (eleventy.config.js), 2 posts in content/blog/"
    assert outcome.err == ""
    assert links(feedmill, root) == {
        "content/blog/firstpost.md": "https://starter.example/blog/firstpost/",
        "content/blog/fourthpost/fourthpost.md": "https://starter.example/blog/fourthpost/",
    }
    feed = json.loads((root / "feeds/feed.json").read_text("utf-8"))
    assert (feed["title"], feed["language"], feed["authors"][0]["name"]) == (
        "Eleventy Base Blog v9",
        "en",
        "Your Name Here",
    )


@pytest.mark.parametrize(
    ("files", "link"),
    [
        ({"posts/a.md": POST}, "/posts/a/"),
        ({"posts/a/index.md": POST}, "/posts/a/"),
        ({"posts/a/a.md": POST}, "/posts/a/"),
        ({"posts/2024-01-02-a.md": POST}, "/posts/2024-01-02-a/"),
        ({"posts/a.md": POST, "posts/posts.json": '{"permalink": "/p/{{ title | slug }}.html"}'}, "/p/a-title.html"),
        (
            {"posts/a.md": POST, "posts/posts.11tydata.json": '{"permalink": "/{{ page.date | date: \'%Y/%-m\' }}/"}'},
            "/2024/1/",
        ),
        ({"posts/a.md": POST, "posts/a.json": '{"permalink": "{{ page.filePathStem }}/index.html"}'}, "/posts/a/"),
        ({"x/a.md": POST, "_data/base.json": '{"x": "of"}', "x/x.json": '{"permalink": "/{{ base.x }}/a/"}'}, "/of/a/"),
        ({"src/a.md": POST, ".eleventy.js": 'module.exports = (c) => { c.setInputDirectory("src"); };'}, "/a/"),
        ({"in/a.md": POST, "package.json": '{"scripts": {"b": "eleventy --input=in"}}'}, "/a/"),
        ({"a.md": POST, ".eleventy.js": 'module.exports = c => ({ pathPrefix: "/blog/" })'}, "/blog/a/"),
        ({"a.md": POST, ".eleventy.js": 'x.addGlobalData("permalink", "/all/{{ page.fileSlug }}/");'}, "/all/a/"),
        ({"a.md": POST.replace("date", "permalink: /own\ndate")}, "/own"),
    ],
)
def test_links_are_eleventys(files: dict[str, str], link: str, feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {".eleventy.js": "", "feedmill.toml": TOML, **files}, config=None)
    assert [*links(feedmill, root).values()] == [f"https://site.example{link}"]


@pytest.mark.parametrize(
    "files",
    [
        {"posts/posts.11tydata.js": "module.exports = { permalink: (data) => `/${data.title}/` };"},
        {".eleventy.js": 'c.addGlobalData("permalink", () => (data) => `/${data.title}/`);'},
        {"posts/posts.json": '{"permalink": "/{{ title | myFilter }}/"}'},
        {"posts/posts.json": '{"permalink": "/{{ code.x }}/"}', "_data/code.js": "module.exports = () => 1;"},
        {"posts/posts.json": '{"permalink": "/{% if title %}a{% endif %}/"}'},
    ],
)
def test_a_link_that_is_not_known_is_asked_for(files: dict[str, str], feedmill: Command, tmp_path: Path) -> None:
    files = {".eleventy.js": "", "feedmill.toml": TOML, "posts/a.md": POST, **files}
    root = site(tmp_path / "site", files, config=None)
    outcome = feedmill(root)
    assert "set [posts] permalink" in outcome.err
    assert links(feedmill, root) == {}
    (root / "feedmill.toml").write_text(TOML.replace("[feeds]", '[posts]\npermalink = "/:year/:title/"\n[feeds]'))
    assert links(feedmill, root) == {"posts/a.md": "https://site.example/2024/a/"}


def test_data_files_are_merged_from_the_root_down(feedmill: Command, tmp_path: Path) -> None:
    files = {
        ".eleventy.js": "",
        "feedmill.toml": TOML,
        "a/a.json": '{"tags": ["outer"], "lang": "fr", "draft": true}',
        "a/b/b.json": '{"tags": "inner", "draft": false}',
        "a/b/one.md": POST.replace("date", "tags: own\ndate"),
        "a/b/two.md": POST.replace("date", '"override:tags": [only]\ndate'),
        "a/three.md": POST,
    }
    root = site(tmp_path / "site", files, config=None)
    rows = {line["path"]: line for line in feedmill("list", root).lines}
    assert rows["a/b/one.md"]["tags"] == ["outer", "inner", "own"]
    assert rows["a/b/two.md"]["tags"] == ["only"]
    assert rows["a/three.md"]["state"] == "draft"


def test_pages_are_no_posts(feedmill: Command, tmp_path: Path) -> None:
    page = "---\ndate: 2024-01-02\n{}\n---\n"
    files = {
        ".eleventy.js": "",
        "feedmill.toml": TOML,
        ".gitignore": "/drafts\n*.tmp.md\n",
        "a.md": POST,
        "about.md": "---\ntitle: About\n---\nText.\n",
        "README.md": "# Readme\n",
        "feed.njk": page.format("permalink: /feed.xml"),
        "tags.njk": page.format("pagination:\n  data: tags"),
        "none.md": page.format("permalink: false"),
        "drafts/b.md": POST,
        "b.tmp.md": POST,
        "_includes/c.md": POST,
        "node_modules/x/d.md": POST,
    }
    root = site(tmp_path / "site", files, config=None)
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.report["problems"]) == (0, [])
    assert links(feedmill, root) == {"a.md": "https://site.example/a/"}


def test_times_of_git_are_used_where_they_are_asked_for(feedmill: Command, tmp_path: Path) -> None:
    files = {
        ".eleventy.js": "",
        "feedmill.toml": TOML,
        "a.md": "---\ntitle: A\ndate: git Created\n---\nText.\n",
        "b.md": "---\ntitle: B\ndate: Last Modified\n---\nText.\n",
    }
    root = site(tmp_path / "site", files, config=None)
    assert [code for *_, code in feedmill(root, "--json").codes] == ["no-date", "no-date"]

    def commit(day: str) -> None:
        for command in (["add", "-A", "*.md"], ["commit", "-qm", "x"]):
            identity = ["-c", "user.name=A", "-c", "user.email=a@b.example"]
            when = f"{day}T00:00:00+00:00"
            environment = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "PATH": "/usr/bin:/bin:/usr/local/bin"}
            subprocess.run(["git", *identity, *command], cwd=root, check=True, env=environment)

    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    commit("2024-05-06")
    assert feedmill(root).code == 0
    dates = {line["path"]: line["date"][:10] for line in feedmill("list", root).lines}
    assert dates == {"a.md": "2024-05-06", "b.md": "2024-05-06"}
    for name in ("a.md", "b.md"):
        (root / name).write_text((root / name).read_text() + "More.\n")
    commit("2024-06-07")
    assert feedmill(root).code == 0
    dates = {line["path"]: line["date"][:10] for line in feedmill("list", root).lines}
    assert dates == {"a.md": "2024-05-06", "b.md": "2024-06-07"}


def test_later_runs_equal_a_run_from_scratch(feedmill: Command, tmp_path: Path) -> None:
    files = {
        ".eleventy.js": "",
        "feedmill.toml": TOML,
        "posts/posts.json": '{"tags": ["posts"]}',
        "posts/a.md": POST.replace("A title", "A").replace("it", "A"),
        "posts/b.md": POST.replace("A title", "B").replace("it", "B"),
        "_data/site.json": '{"title": "One"}',
    }
    root = site(tmp_path / "site", files, config=None)
    changes: list[dict[str, Any]] = [
        {},
        {"posts/a.md": POST.replace("A title", "A2").replace("it", "{{ site.title }}")},
        {"posts/posts.json": '{"tags": ["posts", "all"], "lang": "fr"}'},
        {"posts/b.11tydata.json": '{"title": "From data"}', "posts/b.md": "---\ndate: 2024-01-02\n---\nText.\n"},
        {"posts/new/new.json": '{"author": "Ann"}', "posts/new/c.md": POST.replace("A title", "C").replace("it", "C")},
        {"_data/site.json": '{"title": "Two", "author": "Bob"}'},
        {".eleventy.js": 'module.exports = () => ({ dir: { input: "posts" } })'},
        {".eleventyignore": "posts/b.md\n"},
        {"posts/a.md": None},
    ]
    for change in changes:
        for path, written in change.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(written) if written is not None else target.unlink()
        before = tree(root / ".feedmill")
        assert feedmill(root, "--allow-removals").code == 0
        incremental = tree(root / "feeds")
        assert feedmill(root, "--full", "--allow-removals").code == 0
        assert tree(root / "feeds") == incremental, change
        assert before is not None


def test_a_new_file_of_global_data_is_noticed(feedmill: Command, tmp_path: Path) -> None:
    files = {
        ".eleventy.js": 'module.exports = { dir: { input: "content", data: "../_data" } }',
        "content/posts/a.md": POST,
        "_data/metadata.js": 'module.exports = { title: "One", url: "https://site.example" }',
    }
    root = site(tmp_path / "site", files, config=None)
    assert feedmill(root).code == 0
    (root / "_data/metadata.json").write_text('{"title": "Two", "url": "https://site.example"}')
    assert feedmill(root).code == 0
    assert b"<title>Two</title>" in tree(root / "feeds")["rss.xml"]


def expanded(text: str, **metadata: object) -> tuple[str, list[str]]:
    problems: list[str] = []

    def ask(kind: str, name: str) -> str | None:
        return json.dumps({"file": {"x": "data"}}) if (kind, name) == ("data", "site") else None

    scope = BodyScope("a.md", "https://site.example/a/", metadata, ask=ask)
    return expand_dialect(text, "eleventy", scope, lambda *found: problems.append(f"{found[0]} {found[2]}")), problems


@pytest.mark.parametrize(
    ("body", "shown", "reported"),
    [
        ("Of {{ title }} and {{ site.x | upper }}", "Of T and DATA", []),
        ("{% raw %}{{ as is }}{% endraw %}", "{{ as is }}", []),
        ("a {%- comment -%} x {%- endcomment -%} b", "ab", []),
        ("{# no #}{% set a = 'b' %}{{ a }}", "b", []),
        ('[text]({% link_to "/a/" %})', "[text](/a/)", []),
        ("a\n{{ later | filter }}", "a\n", ["2 expressions were left out: later | filter"]),
        ("{% box %}in{% endbox %}{% box %}side{% endbox %}", "inside", ["1 template tags were left out: box"]),
        ("{% if x %}a{% else %}b{% endif %}", "ab", ["1 template tags were left out: if"]),
        ("unclosed {% if and {{", "unclosed {% if and {{", []),
        ('{% image "b.png", "Alt" %}', '<img src="b.png" alt="Alt">', []),
    ],
)
def test_templates_in_bodies(body: str, shown: str, reported: list[str]) -> None:
    found, problems = expanded(body, title="T")
    assert found.strip() == shown.strip()
    assert problems == reported


def test_hostile_bodies_take_linear_time() -> None:
    for piece in ("{% raw %}", "{{", "{%", "{#", "{% a %}", "{{ a | b: c", "{% image '", "{{ a }}"):
        expanded(piece * 100_000, title="T")


def test_literals_of_javascript() -> None:
    source = without_comments("{a: 'x\\'y', /* b: 1 */ \"c\": [1, -2.5, true], d: f(1, {e: 2}), g: `t`, h: a ? 1 : 2}")
    assert read_literal(source, 0) == {"a": "x'y", "c": [1, -2.5, True], "d": UNKNOWN, "g": "t", "h": UNKNOWN}
    for hostile in ("{" * 50_000, "[" * 50_000, "{a:" * 50_000, "'" * 100_001, "`${", "/" * 100_000, "{a:1 b:2", ""):
        read_literal(without_comments(hostile), 0)


def test_a_computed_directory_is_reported(tmp_path: Path) -> None:
    source = "const dir = 'x';\nmodule.exports = () => ({\n  dir: { input: process.env.DIR, output: 'out' },\n});"
    root = site(tmp_path / "site", {".eleventy.js": source}, config=None)
    config = read_eleventy_config(root)
    assert (config.input, config.output) == ("", "out")
    assert [name for name, _ in config.unknown] == ["dir.input"]


def test_slugs_are_those_of_the_filters() -> None:
    assert slugify_words("Crème Brûlée & Co") == "creme-brulee-and-co"
    assert slugify_words("Ünïcode ß Ærø, it's John's Привет 中文") == "uenicode-ss-aero-its-johns-privet"
    assert slugify_simply("Crème: it's C++") == "creme:-it's-c++"
    assert slugify_simply("Привет") is None
    assert github_slug("Hello, World! Ünïcode_x") == "hello-world-ünïcode_x"


def test_expressions_with_unknown_parts_are_refused() -> None:
    values = variables_of(({"a": "x", "list": ["p", "q"]},), ("code",))
    assert expand_outputs("{{ a }}{{ list[1] }}{{ none | default: a }}{{ a | append('z') }}", values) == "xqxxz"
    for template in ("{{ code }}", "{{ a | other }}", "{{ a or b }}", "{{ a", "{% x %}", "{{ 'a' + b }}"):
        with pytest.raises(UnknownExpressionError):
            expand_outputs(template, values)


def test_init_keeps_the_address_of_the_feed(feedmill: Command, tmp_path: Path) -> None:
    plugin = """
          eleventyConfig.addPlugin(feedPlugin, {
            type: "atom", // or "rss", "json"
            outputPath: "/feed/feed.xml",
            templateData: { eleventyNavigation: { key: "Feed", order: 4 } },
            collection: { name: "posts", limit: 12 },
          });
        };"""
    config = STARTER["eleventy.config.js"].replace("\n        };", plugin, 1)
    template = '---\npermalink: "/rss.xml"\n---\n<rss version="2.0"></rss>\n'
    root = site(tmp_path / "site", {**STARTER, "eleventy.config.js": config, "content/rss.njk": template}, config=None)
    assert feedmill("init", root).code == 0
    written = (root / "feedmill.toml").read_text("utf-8")
    assert '"all/atom" = "feed/feed.xml"' in written
    assert '"all/rss" = "rss.xml"' in written
    assert "\nitems = 12" in written
    assert feedmill(root).code == 0
    assert (root / "_site/feed/feed.xml").is_file()


def test_a_link_blog_of_1499_posts(feedmill: Command, tmp_path: Path) -> None:
    root = tmp_path / "site"
    shutil.copytree(shared("corpus", "eleventy-nhoizey"), root)
    (root / "feedmill.toml").write_text('[site]\nkind = "eleventy"\nurl = "https://n.example"\n')
    assert feedmill(root).code == 0
    dated = [path for path in root.rglob("*.md") if b"\ndate:" in path.read_bytes()[:2000]]
    found = links(feedmill, root)
    assert len(found) == len(dated) == 1499
    for path, link in found.items():
        assert unquote(link) == "https://n.example/" + path.removeprefix("src/").removesuffix("index.md")
    for command in ("check", "diff"):
        assert feedmill(command, root).code in (0, 1)
    assert feedmill("adopt", root, str(root / "feeds/atom.xml")).code == 0
