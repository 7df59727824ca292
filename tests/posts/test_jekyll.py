"""Jekyll sites, as Jekyll reads them: one small site a rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sites import CONFIG, Command, post, site

JAN = "2020-01-02"


def listed(feedmill: Command, root: Path) -> dict[str, dict[str, Any]]:
    outcome = feedmill("list", root, "--now", "2024-01-01")
    assert outcome.code == 0, outcome.err
    return {line["path"]: line for line in outcome.lines}


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        ("_posts/2020-01-02-a.md", True),
        ("_posts/deep/er/2020-01-02-a.html", True),
        ("news/_posts/2020-01-02-a.md", True),
        ("a/b/_posts/c/2020-01-02-a.md", True),
        ("_posts/.hidden/2020-01-02-a.md", False),
        ("_posts/2020-01-02-a.md~", False),
        ("_posts/_2020-01-02-a.md", False),
        ("_site/_posts/2020-01-02-a.md", False),
        ("vendor/bundle/x/_posts/2020-01-02-a.md", False),
        ("node_modules/x/_posts/2020-01-02-a.md", False),
        ("pages/2020-01-02-a.md", False),
    ],
)
def test_posts_lie_in_posts_folders_at_any_depth(feedmill: Command, tmp_path: Path, path: str, reads: bool) -> None:
    assert (path in listed(feedmill, site(tmp_path, {path: post()}))) is reads


def test_exclude_and_include(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + "exclude: [old, '*/skip*']\ninclude: [_kept]\n"
    files = {
        "old/_posts/2020-01-02-a.md": post(),
        "new/_posts/skip/2020-01-02-a.md": post(),
        "new/skip/_posts/2020-01-02-a.md": post(),
        "_kept/_posts/2020-01-02-a.md": post(),
    }
    assert list(listed(feedmill, site(tmp_path, files, config))) == ["_kept/_posts/2020-01-02-a.md"]


@pytest.mark.parametrize(
    ("path", "matter", "categories", "tags"),
    [
        ("_posts/x.md", "categories: a b", ["a", "b"], []),
        ("_posts/x.md", "category: a b", ["a b"], []),
        ("_posts/x.md", "categories: [a, b c]", ["a", "b c"], []),
        ("_posts/x.md", "categories: [a]\ncategory: b", ["a", "b"], []),
        ("_posts/x.md", "categories: [[a], [b, a]]", ["a", "b"], []),
        ("News/Big/_posts/sub/x.md", "categories: [z, Big]", ["News", "Big", "z"], []),
        ("_posts/x.md", "tags: a b, c", [], ["a", "b,", "c"]),
        ("_posts/x.md", "tag: a b\ntags: c", [], ["a b"]),
        ("_posts/x.md", "tags: [no, 010, 1.10, ~, '']", [], ["no", "010", "1.10"]),
        ("_posts/x.md", "categories:\ntags:", [], []),
    ],
)
def test_categories_and_tags(
    feedmill: Command, tmp_path: Path, path: str, matter: str, categories: list[str], tags: list[str]
) -> None:
    path = path.replace("x.md", f"{JAN}-x.md")
    line = listed(feedmill, site(tmp_path, {path: f"---\n{matter}\n---\n"}))[path]
    assert (line["categories"], line["tags"]) == (categories, tags)


@pytest.mark.parametrize(
    ("permalink", "address"),
    [
        ("", "/a%20b/2020/01/02/My-post_1.html"),
        ("pretty", "/a%20b/2020/01/02/My-post_1/"),
        ("ordinal", "/a%20b/2020/002/My-post_1.html"),
        ("weekdate", "/a%20b/2020/W01/Thu/My-post_1.html"),
        ("none", "/a%20b/My-post_1.html"),
        ("/:year/:i_month/:i_day/:slug/", "/2020/1/2/my-post-1/"),
        ("/:short_year-:short_month-:long_month-:title", "/20-Jan-January-My-post_1"),
        ("/:hour:minute:second/:name:output_ext", "/113835/2020-01-02-my-post-1.html"),
        ("/:w_year/:week/:w_day/:long_day/:y_day", "/2020/01/4/Thursday/002"),
        ("/:slugified_categories/:collection/:path", "/a-b/posts/2020-01-02-My-post_1"),
        ("/:month_:day/../:title", "/01_02/My-post_1"),
    ],
)
def test_permalinks(feedmill: Command, tmp_path: Path, permalink: str, address: str) -> None:
    config = CONFIG + "baseurl: /base\n" + (f"permalink: '{permalink}'\n" if permalink else "")
    path = f"_posts/{JAN}-My-post_1.md"
    matter = "---\ndate: 2020-01-02 11:38:35 +0800\ncategory: A b\n---\n"
    line = listed(feedmill, site(tmp_path, {path: matter}, config))[path]
    assert line["permalink"] == "https://site.example/base" + address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/x/:year/:title.html", "/x/2020/a.html"),
        ("中文/../b//c", "/%E4%B8%AD%E6%96%87/b/c"),
        ("plain", "/plain"),
    ],
)
def test_a_permalink_of_its_own(feedmill: Command, tmp_path: Path, written: str, address: str) -> None:
    path = f"_posts/{JAN}-a.md"
    line = listed(feedmill, site(tmp_path, {path: f"---\npermalink: {written}\n---\n"}))[path]
    assert line["permalink"] == "https://site.example" + address


def test_chinese_slugs_are_escaped(feedmill: Command, tmp_path: Path) -> None:
    path = f"_posts/{JAN}-中 文（一）.md"
    line = listed(feedmill, site(tmp_path, {path: "x"}))[path]
    assert line["permalink"] == "https://site.example/2020/01/02/%E4%B8%AD-%E6%96%87-%E4%B8%80.html"


def test_an_unknown_placeholder_costs_one_post_or_is_a_mistake_of_the_configuration(
    feedmill: Command, tmp_path: Path
) -> None:
    root = site(tmp_path / "post", {f"_posts/{JAN}-a.md": "---\npermalink: /:nothing/\n---\n"})
    assert feedmill("check", root, "--json").codes == [(f"_posts/{JAN}-a.md", 2, "bad-permalink")]
    root = site(tmp_path / "site", {f"_posts/{JAN}-a.md": "x"}, CONFIG + "permalink: /:nothing/\n")
    outcome = feedmill("check", root)
    assert outcome.code == 2
    assert "_config.yml:4: error: permalink: unknown placeholder :nothing" in outcome.err


def test_permalinks_follow_jekylls_reading_of_the_date_whatever_naive_says(feedmill: Command, tmp_path: Path) -> None:
    path = f"_posts/{JAN}-a.md"
    files = {path: "---\ndate: 2020-01-02 20:00:00\n---\n"}
    ours = listed(feedmill, site(tmp_path, files))[path]
    assert (ours["date"], ours["permalink"]) == (
        "2020-01-02T20:00:00+08:00",
        "https://site.example/2020/01/03/a.html",  # 20:00 UTC is the next day in Shanghai
    )
    theirs = listed(feedmill, site(tmp_path, {"feedmill.toml": '[posts]\nnaive = "utc"\n'}))[path]
    assert (theirs["date"], theirs["permalink"]) == ("2020-01-02T20:00:00+00:00", ours["permalink"])


@pytest.mark.parametrize(
    ("name", "matter", "title"),
    [
        (f"{JAN}-my-first_POST.md", "", "My First_post"),
        (f"{JAN}-x.md", "title: 1.10", "1.10"),
        (f"{JAN}-x.md", "title: ' a   b '", "a b"),
        (f"{JAN}-x.md", "title: ''", ""),
        (f"{JAN}-x.md", "slug: some-slug", "X"),
        (f"{JAN}-x...md", "", "X"),
    ],
)
def test_titles(feedmill: Command, tmp_path: Path, name: str, matter: str, title: str) -> None:
    path = f"_posts/{name}"
    lines = listed(feedmill, site(tmp_path, {path: f"---\nlayout: post\n{matter}\n---\n"}))
    assert lines[path]["title"] == title


def test_states(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "_posts/2020-01-01-a.md": post(),
        "_posts/2020-01-02-b.md": post("B", published="false"),
        "_posts/2030-01-03-c.md": "---\ntitle: C\n---\n",
        "_drafts/d.md": "---\ntitle: D\n---\n",
        "_drafts/2020-01-04-e.md": "---\ntitle: E\n---\n",
        "_posts/undated.md": post("F"),
        "_posts/2020-01-05-g.md": "---\ntitle: [\n---\n",
    }
    lines = listed(feedmill, site(tmp_path, files))
    assert {path: line["state"] for path, line in lines.items()} == {
        "_posts/2020-01-01-a.md": "published",
        "_posts/2020-01-02-b.md": "unpublished",
        "_posts/2030-01-03-c.md": "future",
        "_drafts/d.md": "draft",
        "_drafts/2020-01-04-e.md": "draft",
        "_posts/undated.md": "invalid",
        "_posts/2020-01-05-g.md": "invalid",
    }


def test_future_unpublished_and_drafts_can_be_shown(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + "future: true\nunpublished: yes\nshow_drafts: true\n"
    files = {
        "_posts/2020-01-02-b.md": post("B", published="false"),
        "_posts/2030-01-03-c.md": "---\ntitle: C\n---\n",
        "_drafts/2020-01-04-e.md": "---\ntitle: E\n---\n",
    }
    lines = listed(feedmill, site(tmp_path, files, config))
    assert {line["state"] for line in lines.values()} == {"published"}


DEFAULTS = """
defaults:
  - values: {author: everyone, categories: all}
  - {scope: {path: _posts/a, type: posts}, values: {author: a, lang: no}}
  - {scope: {path: _posts, type: posts}, values: {author: posts, tags: [t]}}
  - {scope: {path: "_posts/*/b*"}, values: {author: starred}}
  - {scope: {type: pages}, values: {author: pages}}
"""


@pytest.mark.parametrize(
    ("path", "author", "tags"),
    [
        ("_posts/x.md", "posts", ["t"]),
        ("_posts/a/x.md", "a", ["t"]),
        ("_posts/c/bb/x.md", "starred", ["t"]),
        ("n/_posts/x.md", "everyone", []),
    ],
)
def test_front_matter_defaults(feedmill: Command, tmp_path: Path, path: str, author: str, tags: list[str]) -> None:
    path = path.replace("x.md", f"{JAN}-x.md")
    line = listed(feedmill, site(tmp_path, {path: "---\ncategories: own\n---\n"}, CONFIG + DEFAULTS))[path]
    assert (line["authors"], line["tags"]) == ([author], tags)
    assert line["categories"][-2:] == ["all", "own"]


def test_collections_dir(feedmill: Command, tmp_path: Path) -> None:
    files = {f"c/_posts/{JAN}-a.md": post(), f"_posts/{JAN}-b.md": post(), f"c/news/_posts/{JAN}-d.md": post()}
    lines = listed(feedmill, site(tmp_path, files, CONFIG + "collections_dir: c\n"))
    assert {path: line["categories"] for path, line in lines.items()} == {
        f"c/_posts/{JAN}-a.md": ["news"],
        f"c/news/_posts/{JAN}-d.md": ["news"],
    }
