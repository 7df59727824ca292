"""Read Hexo sites: what makes a folder one, names of files, addresses, terms, and the tags in bodies."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posts.config.load import merge, read_config_file
from posts.markup.dialects import BodyScope
from posts.markup.hexo import expand
from posts.sites.detect import detect_site
from posts.sites.globs import glob_test
from posts.sites.hexo.addresses import expand_hexo_permalink, last_category, parse_post_name, slugize
from posts.sites.hexo.config import HexoSettings, hexo_sections
from posts.sites.hexo.site import Hexo, title_case
from posts.sites.permalinks import PermalinkError
from tests.sites import Command, site, tree

CONFIG = "title: Site\nurl: https://site.example\ntimezone: Asia/Shanghai\nnew_post_name: :title.md\n"
AT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def dated(title: str, more: str = "", body: str = "Text.") -> str:
    return f"---\ntitle: {title}\ndate: 2024-01-02 03:04:05\n{more}---\n{body}\n"


@pytest.mark.parametrize(
    ("files", "label"),
    [
        ({"_config.yml": "new_post_name: :title.md\n"}, "Hexo"),
        ({"_config.json": '{"post_asset_folder": true}', "source/_posts/a.md": ""}, "Hexo"),
        ({"package.json": '{"dependencies": {"hexo": "8"}}', "source/_posts/a.md": ""}, "Hexo"),
        ({"_config.yml": "url: https://a.example\n", "scaffolds/post.md": "", "source/a.md": ""}, "Hexo"),
        ({"_config.yml": "url: https://a.example\n", "_posts/2024-01-02-a.md": ""}, "Jekyll"),
        # Octopress, which is Jekyll.
        ({"_config.yml": "source: source\ncategory_dir: blog\ntitlecase: true\ncode_dir: x\n"}, "Jekyll"),
        ({"_config.yml": "minima:\n  # new_post_name: x\n"}, "Jekyll"),
        ({"package.json": '{"dependencies": {"hexo": "8"}}'}, "plain folder"),
        ({"scaffolds/post.md": "", "a.md": ""}, "plain folder"),
    ],
)
def test_a_site_of_hexo_is_told_from_others(tmp_path: Path, files: dict[str, str], label: str) -> None:
    assert detect_site(site(tmp_path, files, config=None)).kind.label == label


def test_the_folder_of_posts_is_a_site_of_hexo_too(feedmill: Command, tmp_path: Path) -> None:
    files = {"_config.yml": CONFIG, "source/_posts/a/b.md": dated("B"), "source/_drafts/c.md": dated("C")}
    root = site(tmp_path, files, config=None) / "source/_posts"
    outcome = feedmill(root)
    assert outcome.out.startswith("feedmill: Hexo site (../../_config.yml), 1 post in a/")
    rows = feedmill("list", root).lines
    assert [(row["path"], row["permalink"]) for row in rows] == [("a/b.md", "https://site.example/2024/01/02/a/b/")]
    (tmp_path / "_config.yml").write_text(CONFIG.replace("site.example", "other.example"))
    assert feedmill(root, "--json").report["written"]
    assert feedmill("list", root).lines[0]["permalink"].startswith("https://other.example/")


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        (":title.md", "a/b c.md", {"title": "a/b c"}),
        (
            ":year-:month-:day-:title.md",
            "2024-01-02-x_y.md",
            {"year": "2024", "month": "01", "day": "02", "title": "x_y"},
        ),
        (":year-:month-:day-:title.md", "sub/x_y.md", {"title": "sub-x-y"}),
        (":lang/:title.md", "fr/bonjour.md", {"lang": "fr", "title": "bonjour"}),
        (
            ":year/:hash.md",
            "2024/0123456789ab.md",
            {"year": "2024", "hash": "0123456789ab", "title": "2024-0123456789ab"},
        ),
    ],
)
def test_names_of_files_say_what_new_post_name_says(rule: str, path: str, expected: dict[str, str]) -> None:
    assert parse_post_name(rule, path) == expected


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello, World!", "Hello-World"),
        ("  Crème brûlée – straße ", "Creme-brulee-–-strase"),
        ("C++ & C#", "C-C"),
        ("中文　标题", "中文-标题"),
        ("a\x07b", "ab"),
        ("_x_", "x"),
    ],
)
def test_a_slug_is_that_of_hexo(text: str, slug: str) -> None:
    assert slugize(text) == slug


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (":year/:month/:day/:title/", "/2024/01/02/a%20b/"),
        (":i_month-:i_day/:hour:minute:second/:name.html", "/1-2/030405/a%20b.html"),
        ("posts/:abbrlink.html", "/posts/4a17.html"),
        ("/:year_:category//:post_title", "/2024_uncategorized/my-title"),
        (":timestamp/:nothing/:layout/:word", "/1704164645/undefined/post/given"),
        (":title?#%", "/a%20b%3F%23%"),
    ],
)
def test_permalinks_are_those_of_hexo(rule: str, expected: str) -> None:
    settings = HexoSettings(permalink_defaults=(("word", "given"),))
    metadata = {"title": "My title!", "abbrlink": "4a17"}
    assert expand_hexo_permalink(rule, "a b", AT, metadata, settings) == expected


@pytest.mark.parametrize("rule", [":id/", ":abbrlink/", ":path/", ":title/" * 200])
def test_a_permalink_that_only_hexo_can_make_is_refused(rule: str) -> None:
    with pytest.raises(PermalinkError):
        expand_hexo_permalink(rule, "a", AT, {}, HexoSettings())


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("One, two", "One-two"),
        (["A", "B"], "A/B"),
        ([["A", "B"], ["C"]], "C"),
        ([["A", "B"], "A"], "A/B"),
        (["编程"], "code"),
        ([], ""),
        (None, ""),
    ],
)
def test_the_category_of_a_permalink_is_the_last_one(value: object, slug: str) -> None:
    assert last_category(value, HexoSettings(category_map=(("编程", "code"),))) == slug


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("_posts/*.md", "_posts/a.md", True),
        ("_posts/*.md", "_posts/a/b.md", False),
        ("_posts/**", "_posts/a/b.md", True),
        ("**/a/**", "x/a", True),
        ("**/a/**", "x/a/b/c", True),
        ("**/.*", "x/.y", True),
        ("*", ".hidden", False),
        ("a?.{md,html}", "ab.html", True),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("!a*", "b", True),
        ("a+b(c).md", "a+b(c).md", True),
        ("x" * 501, "x" * 501, False),
    ],
)
def test_patterns_match_as_those_of_micromatch(pattern: str, path: str, matches: bool) -> None:
    assert bool(glob_test([pattern])(path)) is matches


def test_titles_get_the_capitals_of_titlecase() -> None:
    assert (
        title_case("the iPhone and a sea: a tale of x-ray ferries in")
        == "The iPhone and a Sea: A Tale of X-Ray Ferries In"
    )


def test_settings_of_the_site_are_read() -> None:
    config = {
        "title": "T",
        "subtitle": "S",
        "url": "https://a.example/blog/",
        "author": "Ada",
        "email": "ada@a.example",
        "language": ["default", "zh-CN", "en"],
        "timezone": "",
        "future": "false",
        "render_drafts": "true",
        "permalink": "",
    }
    assert hexo_sections(config) == {
        "site": {
            "title": "T",
            "url": "https://a.example/blog",
            "description": "S",
            "language": "zh-CN",
            "author": {"name": "Ada", "email": "ada@a.example"},
        },
        "posts": {
            "permalink": ":year/:month/:day/:title/",
            "excerpt_separator": "<!-- more -->",
            "future": False,
            "drafts": True,
            "unpublished": True,
        },
    }


def test_a_mistake_names_the_line_of_hexos_configuration(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"_config.yml": CONFIG.replace("Asia/Shanghai", "Asia/Beijing")}, config=None)
    assert "_config.yml:3: error: timezone: expected the name of a time zone" in feedmill(root).err
    assert merge(read_config_file(root, None), {}, detect_site(root).kind.locate)


@pytest.mark.parametrize(
    ("source", "path", "links"),
    [
        ("./src/", "src/_posts/a.md", ["https://site.example/2024/01/02/a/"]),
        (".", "_posts/a.md", ["https://site.example/2024/01/02/a/"]),
        ("../other", "../other/_posts/a.md", []),
        ("/etc", "etc/_posts/b.md", ["https://site.example/2024/01/02/b/"]),
    ],
)
def test_the_folder_of_sources_is_below_the_site(
    feedmill: Command, tmp_path: Path, source: str, path: str, links: list[str]
) -> None:
    root = site(tmp_path / "site", {"_config.yml": f"{CONFIG}source_dir: {source}\n", path: dated("A")}, config=None)
    rows = feedmill("list", root).lines
    assert [row["permalink"] for row in rows if row["state"] == "published"] == links
    assert {row["reason"]["code"] for row in rows if row["state"] != "published"} == (set() if links else {"symlink"})


def test_tabs_may_indent_the_configuration(tmp_path: Path) -> None:
    config = "url: https://a.example\npretty_urls:\n\ttrailing_html: false\nskip_render:\n\t- _posts/a.md\n"
    kind = Hexo(site(tmp_path, {"_config.yml": config}, config=None))
    assert (kind.settings.trailing_html, kind.settings.skip_render) == (False, ("_posts/a.md",))


def test_a_site_without_posts_is_not_told_to_become_one_of_hexo(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"_config.yml": CONFIG, "source/_posts/a.org": ""}, config=None)
    message = feedmill(root).err
    assert "1 .org file is not read; convert it to Markdown or HTML" in message
    assert "kind" not in message


def test_a_broken_post_costs_itself(feedmill: Command, tmp_path: Path) -> None:
    broken = {
        "yaml.md": "---\ntitle: [\n---\nx\n",
        "unclosed.md": "---\ntitle: x\n",
        "json.md": ';;;\n"title": \n;;;\nx\n',
        "undated.md": "---\ntitle: x\n---\nx\n",
        "none.md": "x\n",
        "day.md": "---\ntitle: x\ndate: 2024-02-31 10:00:00\n---\nx\n",
        "list.md": "---\n- title\n---\nx\n",
        "bytes.md": b"---\ntitle: \xff\xfe\xfa\ndate: [2024]\npermalink: {a: b}\ncategories: {a: b}\n---\n{% raw %}",
        "tags.md": dated("Tags", "tags: {a: [b]}\n", "{% codeblock %}{% blockquote %}{{{{{% %}{% post_link %}"),
    }
    files = {f"source/_posts/{name}": text for name, text in broken.items()}
    root = site(tmp_path, {"_config.yml": CONFIG, "source/_posts/whole.md": dated("Whole"), **files}, config=None)
    outcome = feedmill(root, "--json")
    assert outcome.code == 0
    assert {name for name, _, _ in outcome.codes} == {f"source/_posts/{name}" for name in broken}
    assert {row["path"] for row in feedmill("list", root).lines if row["state"] == "published"} == {
        "source/_posts/whole.md",
        "source/_posts/tags.md",
    }


def test_every_command_reads_a_site_of_hexo(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {"_config.yml": CONFIG, "source/_posts/a.md": dated("A")}, config=None)
    assert feedmill("init", root).code == 0
    assert 'timezone = "Asia/Shanghai"' in (root / "feedmill.toml").read_text("utf-8")
    assert feedmill("publish", root).code == 0
    assert feedmill("check", root).code == 0
    assert feedmill("diff", root).code == 0
    assert feedmill("adopt", root, root / "feeds/atom.xml").code == 0
    assert [row["title"] for row in feedmill("list", root).lines] == ["A"]


def test_the_configuration_of_the_guide_keeps_the_address_of_the_feed(feedmill: Command, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/hexo.md").read_text("utf-8")
    files = {"_config.yml": CONFIG, "source/_posts/a.md": dated("A"), "public/index.html": ""}
    files["feedmill.toml"] = page.partition("<!-- file: hexo -->\n```toml\n")[2].partition("```")[0]
    root = site(tmp_path, files, config=None)
    assert feedmill(root).code == 0
    assert '<link href="https://site.example/atom.xml" rel="self"' in (root / "public/atom.xml").read_text("utf-8")


def test_a_later_run_writes_what_a_run_from_scratch_writes(feedmill: Command, tmp_path: Path) -> None:
    posts = {
        "refers.md": dated("Refers", body="{% post_link target %}, {% post_link 'Its title' %}, {% asset_img a.png %}"),
        "2024-01-01-target.md": dated("Its title", "tags: [one]\n"),
        "other.md": dated("Other"),
    }
    files = {"_config.yml": CONFIG, **{f"source/_posts/{name}": text for name, text in posts.items()}}
    root = site(tmp_path / "site", files, config=None)
    folder = root / "source/_posts"

    def compare(name: str) -> str:
        assert feedmill(root).code == 0
        state = tmp_path / f"{name}.sqlite3"
        state.write_bytes((root / ".feedmill/index.sqlite3").read_bytes())
        assert feedmill(root, "--full", "--state", state, "--out", tmp_path / name).code == 0
        assert tree(root / "feeds") == tree(tmp_path / name)
        items = json.loads((root / "feeds/feed.json").read_text("utf-8"))["items"]
        return str(next(item for item in items if item["title"] == "Refers")["content_html"])

    address = "https://site.example/2024/01/02/2024-01-01-target/"
    assert compare("first").count(f'<a href="{address}">Its title</a>') == 2
    (folder / "2024-01-01-target.md").write_text(posts["2024-01-01-target.md"].replace("Its title", "New title"))
    assert compare("titled").count(f'<a href="{address}">New title</a>') == 1
    (folder / "2024-01-01-target.md").rename(folder / "target.md")
    assert '<a href="https://site.example/2024/01/02/target/">New title</a>' in compare("renamed")
    (folder / "refers").mkdir()
    (folder / "refers/a.png").write_bytes(b"png")
    assert '<img src="https://site.example/2024/01/02/refers/a.png"' in compare("asset")
    (root / "_config.yml").write_text(CONFIG + "permalink: p/:title.html\n")
    assert '<a href="https://site.example/p/target.html">New title</a>' in compare("configured")
    (folder / "target.md").unlink()
    assert "target" not in compare("deleted")


def answers(kind: str, name: str) -> str | None:
    """Answer what the tests below refer to."""
    return {
        ("post", "hello"): "https://site.example/hello/\nHello *World*",
        ("link", "source/_posts/a/tide.png"): "x",
        ("text", "source/downloads/code//x/script.js"): "one\ntwo\nthree\n",
    }.get((kind, name))


def expanded(text: str, **metadata: object) -> tuple[str, list[str]]:
    settings = {"assets": "true", "code": "downloads/code", "posts": "source/_posts", "source": "source"}
    settings |= {"prepends": "true", "root": "/blog/", "tags": "true"}
    scope = BodyScope("source/_posts/a.md", "https://site.example/p/a.html", metadata, settings=settings, ask=answers)
    messages: list[str] = []
    return expand(text, scope, lambda line, code, message: messages.append(f"{line}: {code}: {message}")), messages


HELLO = '<a href="https://site.example/hello/">Hello &#42;World&#42;</a>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {% post_link hello %} b", f"a {HELLO} b"),
        ("{% post_link hello#part 'My <title>' %}", '<a href="https://site.example/hello/#part">My &lt;title&gt;</a>'),
        ("{% post_link hello '<b>x</b>' false %}", '<a href="https://site.example/hello/"><b>x</b></a>'),
        ("[x]({% post_path hello %})", "[x](/hello/)"),
        ("{% asset_path tide.png %}", "/p/a/tide.png"),
        (
            "{% asset_img big tide.png 10 20 'T' 'A' %}",
            '<img src="https://site.example/p/a/tide.png" alt="A" title="T">',
        ),
        ("{% asset_link tide.png %}", '<a href="https://site.example/p/a/tide.png">tide.png</a>'),
        ("{% img /x.png %}", '<img src="https://site.example/blog/x.png" alt="">'),
        ("![t](tide.png) ![u](a/tide.png) ![v](./tide.png)", "![t](<https://site.example/p/a/tide.png>)"),
        ('![t](/x.png "y")', '![t](<https://site.example/blog/x.png> "y")'),
        ("![t](x/y.png)", "![t](<https://site.example/blog/x/y.png>)"),
        ("![t](https://b.example/x.png) ![](data:x)", "![t](https://b.example/x.png) ![](data:x)"),
        ("{% link A text https://b.example/ true %}", '<a href="https://b.example/">A text</a>'),
        ("{% youtube abc %}", '<a href="https://www.youtube.com/watch?v=abc">YouTube</a>'),
        ("{% gist user/123 %}", '<a href="https://gist.github.com/user/123">Gist</a>'),
        ("{{ 'a' }}{# gone #}b", "ab"),
        ("{% if x %}a{% else %}b{% endif %}", "ab"),
        ("{% raw %}{{ x }} {% y %}{% endraw %}", "{{ x }} {% y %}"),
        ("{% note info Mind %}\nText\n{% endnote %}", "<p><strong>Mind</strong></p>"),
        ("`{{ x }}` and <!-- {% y %} -->", "`{{ x }}` and <!-- {% y %} -->"),
        ("<code>{{ x }}</code>{{ 'y' }}", "<code>{{ x }}</code>y"),
        ("```\n{{ x }}\n```\n", "```\n{{ x }}\n```\n"),
        ("    {% y %}\n", "    {% y %}\n"),
        ("``` js Title\ncode\n```", '<figcaption>Title</figcaption><pre><code class="language-js">code</code></pre>'),
        ("{% include_code Two lang:ts from:2 to:2 x/script.js %}", '<code class="language-ts">two</code>'),
        ("- a\n\n    {% y %}\n", "- a\n\n    \n"),
        ("{{ unclosed", "{{ unclosed"),
    ],
)
def test_what_hexo_adds_to_a_body_is_replaced(text: str, expected: str) -> None:
    assert expected in expanded(text)[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{% unknown x %}text{% endunknown %}", "2: shortcode: tags that are not known were removed: unknown"),
        ("{% post_link gone %}", "1: shortcode: what tags refer to does not exist: post_link gone"),
        ("{% asset_img gone.png %}", "1: shortcode: what tags refer to does not exist: asset_img gone.png"),
        ("\n\n{{ page.title }}", "3: shortcode: expressions in {{ }} were left out"),
    ],
)
def test_what_is_left_out_is_reported(text: str, message: str) -> None:
    shown, messages = expanded(text)
    assert messages[0].startswith(message)
    assert len(messages) == 1
    assert "{" not in shown


def test_a_title_stays_when_its_post_does_not_exist() -> None:
    assert expanded("see {% post_link gone 'the old post' %}")[0] == "see the old post"


def test_a_post_may_turn_tags_off() -> None:
    assert expanded("{{ x }} {% y %}", disableNunjucks="true")[0] == "{{ x }} {% y %}"


@pytest.mark.parametrize(
    "part",
    ["{% x %}", "{{ x }}", "{%", "{{", "{#", "{% raw %}", "{% code %}", "```\n", "![a](b) ", "<!--", "`", "<code>"],
)
def test_hostile_bodies_take_linear_time(part: str) -> None:
    expanded(part * (400_000 // len(part)))


def test_feeds_with_a_link_to_a_post_that_is_renamed_change(feedmill: Command, tmp_path: Path) -> None:
    files = {"_config.yml": CONFIG}
    for number, category in enumerate("abab"):
        body = f"Text {number} {{% post_link p{(number + 1) % 4} %}}"
        files[f"source/_posts/p{number}.md"] = dated(f"P {number}", f"categories: [{category}]\n", body)
    root = site(tmp_path / "site", files, config=None)
    assert feedmill(root).code == 0
    before = tree(root / "feeds")
    (root / "source/_posts/p1.md").rename(root / "source/_posts/q1.md")
    assert feedmill(root).code == 0
    after = tree(root / "feeds")
    assert after["category/a/atom.xml"] != before["category/a/atom.xml"]
    assert feedmill(root, "--full").code == 0
    assert tree(root / "feeds") == after
