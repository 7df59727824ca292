"""Test what a first run says about a folder without posts, and what a plain folder leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sites import Command, tree

CONFIG = '[site]\nurl = "https://site.example"\n'
POST = "---\ntitle: A\ndate: 2024-01-02\n---\ntext\n"


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.txt": "text"}, "1 .txt file is not read; rename it to .md"),
        ({"a.rst": "", "b.rst": ""}, "2 .rst files are not read; convert them to Markdown or HTML"),
        ({"hugo.toml": "", "content/a.org": ""}, "1 .org file is not read; convert it to Markdown or HTML"),
        ({"README.md": "text"}, "README.md is left alone; to publish it, set [posts] folders = ["),
        ({"index.md": POST, "LICENSE.md": "text"}, "LICENSE.md and index.md are left alone; to publish them"),
        ({"notes.md": "text"}, "notes.md has no front matter; add it, with a date"),
        ({f"{name}.md": "text" for name in "abcde"}, "a.md, b.md, c.md and 2 more have no front matter"),
        ({"public/a.md": POST}, "public is left alone; to publish what is in it, name it in [posts] folders"),
        ({"_config.yml": "url: https://a.example\n", "source/_posts/a.md": POST}, "this looks like a Hexo site"),
    ],
)
def test_a_first_run_without_posts_says_what_it_found(
    feedmill: Command, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    root = folder(tmp_path / "site", {"feedmill.toml": CONFIG, **files})
    outcome = feedmill(root)
    assert (outcome.code, message in outcome.err) == (2, True), outcome.err
    assert not (root / "feeds").exists()


def test_a_site_whose_posts_are_all_held_back_is_published(feedmill: Command, tmp_path: Path) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "a.md": POST.replace("title", "draft: true\ntitle")})
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.report["skipped_by"]) == (0, {"draft": 1})


BESIDE = ("README.md", "public/a.md", "dist/a.md", "_site/a.md", "node_modules/x/a.md", "themes/t/a.md")
DOCUMENTS = ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "code-of-conduct.md", "CONTRIBUTING.md", "LICENSE.md", "Security.md")
HOME = ("index.md", "index.html", "index.fr.md", "README.zh-CN.md", "README_en.markdown")


@pytest.mark.parametrize("name", [*BESIDE, *DOCUMENTS, *HOME, "archetypes/default.md", "notes/readme.md"])
def test_a_plain_folder_leaves_alone_what_lies_beside_posts(feedmill: Command, tmp_path: Path, name: str) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "2024/a.md": POST, name: POST.replace("A", "B")})
    assert [line["path"] for line in feedmill("list", root, "--json").lines] == ["2024/a.md"]


@pytest.mark.parametrize(
    "name",
    ["2024/index.md", "2024/license.md", "2024/security.md", "readme-first.md", "index-funds.md", "security-ai.md"],
)
def test_a_post_may_have_a_name_like_a_document(feedmill: Command, tmp_path: Path, name: str) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, name: POST})
    assert [line["path"] for line in feedmill("list", root, "--json").lines] == [name]


@pytest.mark.parametrize("folders", ['["."]', '["", "posts"]'])
def test_documents_are_posts_if_the_root_is_named(feedmill: Command, tmp_path: Path, folders: str) -> None:
    files = {"README.md": POST, "index.md": POST, "posts/a.md": POST}
    root = folder(tmp_path, {"feedmill.toml": f"{CONFIG}[posts]\nfolders = {folders}\n", **files})
    assert len(feedmill("list", root, "--json").lines) == 3


def test_a_document_that_was_published_stays_a_post(feedmill: Command, tmp_path: Path) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG + '[posts]\nfolders = ["."]\n', "SECURITY.md": POST})
    feedmill(root)
    (root / "feedmill.toml").write_text(CONFIG)
    assert feedmill(root, "--json").report["posts"] == 1


HEXO = {"_config.yml": "url: https://a.example\n", "source/_posts/2024-01-02-a.md": POST}


def test_the_first_run_says_what_the_site_is_read_as(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "_config.yml": "url: https://a.example\n",
        "_posts/2024/2024-01-02-a.md": POST,
        "_posts/2024-01-03-b.md": POST,
    }
    root = folder(tmp_path, files)
    assert feedmill(root).out.splitlines()[0] == "feedmill: Jekyll site (_config.yml), 2 posts in _posts/"
    assert not feedmill(root).out.startswith("feedmill:")
    assert feedmill(root, "--state", str(tmp_path / "other"), "-q").out == ""


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ({"source/_posts/a.md": POST}, 'if it is one, set [site] kind = "hexo"'),
        ({"gatsby-config.js": "", "content/a.md": POST}, 'set [posts] folders = ["content"] and permalink'),
    ],
)
def test_a_site_of_another_generator_is_named_once(
    feedmill: Command, tmp_path: Path, files: dict[str, str], advice: str
) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "posts.md": POST, **files})
    outcome = feedmill(root, "--json")
    assert [code for _, _, code in outcome.codes].count("other-generator") == 1
    assert advice in outcome.err
    assert (outcome.code, outcome.report["posts"] > 0) == (0, True)
    assert feedmill(root, "-q").err == ""


@pytest.mark.parametrize(
    "files",
    [
        {"scaffolds/post.md": ""},
        {"package.json": '{"dependencies": {"hexo": "^7"}}'},
        {"_config.yml": "url: https://a.example\nsource_dir: source\n"},
        {"feedmill.toml": CONFIG.replace("[site]\n", '[site]\nkind = "hexo"\n')},
    ],
)
def test_a_site_of_hexo_is_read_as_one(feedmill: Command, tmp_path: Path, files: dict[str, str]) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, **HEXO, **files})
    outcome = feedmill(root)
    assert "feedmill: Hexo site (" in outcome.out
    assert ", 1 post in source/_posts/; dates are read in UTC, because `timezone` is not set" in outcome.out
    assert [line["permalink"] for line in feedmill("list", root).lines] == [
        "https://site.example/2024/01/02/2024-01-02-a/"
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"hugo.toml": "", "content/a.md": POST, "feedmill.toml": CONFIG + '[posts]\nfolders = ["content"]\n'},
        {"hugo.toml": "", "content/a.md": POST, "feedmill.toml": CONFIG},
        {"archetypes/default.md": "", "content/a.md": POST, "feedmill.toml": CONFIG},
        {"a.md": POST, "feedmill.toml": CONFIG},
        {**HEXO, "feedmill.toml": CONFIG},  # a Jekyll site may have `source: source`
        {"_config.yml": "url: https://a.example\n", "_posts/2024-01-02-a.md": POST, "archetypes/a.md": ""},
    ],
)
def test_a_site_that_is_set_up_gets_no_hint(feedmill: Command, tmp_path: Path, files: dict[str, str]) -> None:
    assert feedmill(folder(tmp_path, files), "--json").codes == []


def test_a_folder_that_is_named_is_read_whatever_its_name(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + '[posts]\nfolders = ["public"]\n'
    root = folder(tmp_path, {"feedmill.toml": config, "public/a.md": POST, "public/themes/b.md": POST})
    assert len(feedmill("list", root, "--json").lines) == 2


def test_a_file_without_front_matter_is_a_post_if_its_name_has_a_date(feedmill: Command, tmp_path: Path) -> None:
    files = {"feedmill.toml": CONFIG, "notes.md": "notes", "2024-05-06-b.md": "text", "2024-05-06.html": "<p>text"}
    report = feedmill(folder(tmp_path, files), "--json").report
    assert (report["posts"], report["skipped"], report["problems"]) == (2, 0, [])


def test_a_file_without_front_matter_in_a_named_folder_is_reported(feedmill: Command, tmp_path: Path) -> None:
    files = {"feedmill.toml": CONFIG + '[posts]\nfolders = ["posts"]\n', "posts/notes.md": "notes"}
    assert "posts/notes.md:1: error" in feedmill(folder(tmp_path, files)).err


def test_what_was_published_before_stays_a_post(feedmill: Command, tmp_path: Path) -> None:
    config = CONFIG + "[posts]\nexclude = ['nothing']\n"
    root = folder(tmp_path, {"feedmill.toml": config, "public/a.md": POST})
    feedmill(root)
    (root / "feedmill.toml").write_text(CONFIG)
    assert feedmill(root, "--json").report["posts"] == 1
    (root / "public" / "a.md").write_text("no front matter any more")
    report = feedmill(root, "--json").report
    assert (report["gone"], len(report["problems"])) == (0, 1)


NAMED = CONFIG + '[posts]\nfolders = ["posts", "category/notes"]\n'


@pytest.mark.parametrize(
    ("config", "out", "message"),
    [
        (NAMED, "posts", "is a folder of posts; use another --out"),
        (NAMED, "posts/", "is a folder of posts"),
        (NAMED, "other/../posts", "is a folder of posts"),
        (NAMED, "posts/feeds", "a folder of posts; use another --out"),
        (NAMED, "posts/2024/feeds", "a folder of posts"),
        (NAMED, ".", "category/notes is where feeds in"),
        (CONFIG, ".", "/site/feeds, or name the folders of the posts in [posts] folders"),
        (CONFIG + '[posts]\nfolders = ["."]\n', ".", "is a folder of posts"),
        (CONFIG, "posts", "has posts, such as posts/a.md"),
        (CONFIG, "category", "has posts, such as category/notes/2024-01-02.md"),
    ],
)
@pytest.mark.parametrize("is_configured", [False, True])
def test_published_files_and_posts_do_not_mix(
    feedmill: Command, tmp_path: Path, config: str, out: str, message: str, is_configured: bool
) -> None:
    files = {"posts/a.md": POST, "category/notes/2024-01-02.md": "text"}
    root = folder(tmp_path / "site", {"feedmill.toml": config, **files})
    if is_configured:
        (root / "feedmill.toml").write_text(f'{config}[feeds]\nout = "{out}"\n')
    before = tree(root)
    outcome = feedmill(root) if is_configured else feedmill(root, "--out", root / out)
    assert outcome.code == 2, outcome.err
    assert is_configured or message in outcome.err
    assert tree(root) == before


@pytest.mark.parametrize("out", ["_posts", "_posts/feeds", "blog/_posts/feeds", "_drafts"])
def test_the_output_of_a_jekyll_site_is_not_in_its_posts(feedmill: Command, tmp_path: Path, out: str) -> None:
    root = folder(tmp_path, {"_config.yml": "url: https://a.example\n", "_posts/2024-01-02-a.md": POST})
    outcome = feedmill(root, "--out", root / out)
    assert (outcome.code, "folder of posts; use another --out" in outcome.err) == (2, True)


@pytest.mark.parametrize(
    "out", ["feeds", "_site/feeds", "_site", "public", "static/feeds", "../out", "docs/.well-known"]
)
@pytest.mark.parametrize("config", ["", '[posts]\nfolders = ["posts"]\n', None])
def test_the_output_may_be_anywhere_else(feedmill: Command, tmp_path: Path, out: str, config: str | None) -> None:
    jekyll = {"_config.yml": "url: https://a.example\n", "_posts/2024-01-02-a.md": POST}
    files = jekyll if config is None else {"feedmill.toml": CONFIG + config, "posts/a.md": POST, "public/b.md": POST}
    root = folder(tmp_path / "site", files)
    assert feedmill(root, "--out", root / out, "--json").report["posts"] == 1
    assert (root / out / "rss.xml").is_file()
    assert feedmill(root, "--out", root / out, "--full", "--json").report["written"] == []


@pytest.mark.parametrize("files", [{"feedmill.toml": CONFIG + '[posts]\nfolders = ["posts"]\n', "posts/a.md": POST}])
def test_feeds_may_be_published_beside_a_named_folder(feedmill: Command, tmp_path: Path, files: dict[str, str]) -> None:
    root = folder(tmp_path, files)
    assert feedmill(root, "--out", root).code == 0


@pytest.mark.parametrize("arguments", [(), ("--out", "posts")])
def test_an_output_among_posts_is_a_mistake_of_its_option(
    feedmill: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    config = CONFIG + '[posts]\nfolders = ["posts"]\n' + ("" if arguments else '[feeds]\nout = "posts"\n')
    root = folder(tmp_path, {"feedmill.toml": config, "posts/a.md": POST})
    outcome = feedmill(root, *(str(root / one) if one == "posts" else one for one in arguments))
    place = "--out" if arguments else "feedmill.toml:6: error: [feeds] out"
    assert outcome.code == 2
    assert outcome.err.startswith(f"{place}: the output folder "), outcome.err
    assert "is a folder of posts" in outcome.err
    assert [path.name for path in (root / "posts").iterdir()] == ["a.md"]


def test_a_quiet_run_prints_each_problem_once(feedmill: Command, tmp_path: Path) -> None:
    root = folder(tmp_path, {"feedmill.toml": CONFIG, "a.md": POST, "b.md": "---\ntitle: B\n---\n"})
    assert "b.md:1: error" in feedmill(root, "-q").err
    assert feedmill(root, "-q").err == ""
    (root / "a.md").write_text(POST + "more")
    assert feedmill(root, "-q").err == ""
    (root / "c.md").write_text("---\ntitle: C\n---\n")
    said = feedmill(root, "-q").err
    assert ("c.md:1: error" in said, "b.md" in said) == (True, False)
    assert "b.md:1: error" in feedmill("check", root, "-q").err
    assert "b.md:1: error" in feedmill(root).err


@pytest.mark.parametrize("name", ["hugo.toml", "_config.yml"])
def test_a_folder_that_becomes_a_site_of_a_generator_is_read_as_one(
    feedmill: Command, tmp_path: Path, name: str
) -> None:
    files = {"feedmill.toml": CONFIG, "content/posts/a.md": POST, "_posts-old/2024-01-02-a.md": POST}
    root = folder(tmp_path, files)
    links = {"hugo.toml": ["https://site.example/posts/a/"], "_config.yml": []}
    assert [line["permalink"] for line in feedmill("list", root).lines] == ["https://site.example/content/posts/a.html"]
    feedmill(root, "-q")
    (root / name).write_text("")
    feedmill(root, "-q", "--allow-removals")
    shown = [line["permalink"] for line in feedmill("list", root).lines if line["state"] == "published"]
    assert shown == links[name]
