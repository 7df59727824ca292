"""A Nikola site is read as Nikola itself reads it: posts, links, dates, titles, tags, drafts, bodies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from posts.frontmatter.nikola import split_nikola
from posts.sites.detect import detect_site
from tests.engines.engine_feeds import Entry, entries, program, run
from tests.sites import Command, site, tree

SITE = Path(__file__).parent / "nikola" / "site"
OURS = '[feeds]\nitems = 1000\nout = "feeds"\n'
NOW = ("--now", "2024-06-01T00:00:00Z")
BASE = "https://nikola.example/base"
# A post that is only in French is on a page in English, too, where Nikola shows the French text.
ONLY_FRENCH = f"{BASE}/posts/seulement/"
FRENCH = {f"{BASE}/fr/posts/seulement/", f"{BASE}/fr/billets/sixth.html"}
CONF = "SITE_URL = 'https://a.example/'\nBLOG_TITLE = 'A'\nPOSTS = (('posts/*.md', 'blog', 'post.tmpl'),)\n"
POST = "<!--\n.. title: {}\n.. date: 2024-01-02\n-->\n\nText.\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by Nikola."""
    root = tmp_path_factory.mktemp("nikola") / "site"
    shutil.copytree(SITE, root)
    run(program("nikola"), "build", cwd=root)
    return root


def ours(feedmill: Command, root: Path) -> dict[str, Entry]:
    (root / "feedmill.toml").write_text(OURS)
    outcome = feedmill(root, "--json", *NOW)
    assert (outcome.code, outcome.codes) == (0, [])
    return entries(root / "feeds" / "rss.xml")


def theirs(root: Path) -> dict[str, Entry]:
    main, french = entries(root / "output" / "rss.xml"), entries(root / "output" / "fr" / "rss.xml")
    main.pop(ONLY_FRENCH)
    return {**main, **{link: french[link] for link in FRENCH}}


def test_posts_are_those_of_nikola(built: Path, feedmill: Command) -> None:
    wanted, mine = theirs(built), ours(feedmill, built)
    assert mine.keys() == wanted.keys()
    assert {link: one.at for link, one in mine.items()} == {link: one.at for link, one in wanted.items()}
    assert {link: one.title for link, one in mine.items()} == {link: one.title for link, one in wanted.items()}
    for link in mine:
        page = built / "output" / link.removeprefix(f"{BASE}/")
        assert (page / "index.html" if link.endswith("/") else page).is_file()
    # Nikola's feed has no categories.
    assert {link: one.terms - {"Essays"} for link, one in mine.items()} == {
        link: one.terms for link, one in wanted.items()
    }


def test_bodies_have_the_text_that_nikola_shows(built: Path, feedmill: Command) -> None:
    wanted, mine = theirs(built), ours(feedmill, built)
    assert {link: one.text for link, one in mine.items()} == {link: one.text for link, one in wanted.items()}


def test_links_to_posts_and_tags_lead_to_their_pages(built: Path, feedmill: Command) -> None:
    ours(feedmill, built)
    feed = (built / "feeds" / "rss.xml").read_text()
    assert f'href="{BASE}/categories/nikola/"' in feed
    assert (built / "output" / "categories" / "nikola" / "index.html").is_file()
    assert f'href="{BASE}/posts/md/second/"' in feed
    assert f'href="{BASE}/posts/the-first/"' in feed
    assert f'href="{BASE}/posts/fourth/"' in feed


def test_drafts_and_private_posts_are_held_back(feedmill: Command, tmp_path: Path) -> None:
    shutil.copytree(SITE, tmp_path / "site")
    lines = feedmill("list", tmp_path / "site", *NOW).lines
    assert {line["path"]: line["state"] for line in lines if line["state"] != "published"} == {
        "posts/draft.rst": "draft",
        "posts/draft-tag.rst": "draft",
        "posts/private.rst": "unpublished",
        "posts/future.rst": "future",
    }
    (french,) = (line for line in lines if line["path"] == "notes/sixth.fr.txt")
    assert (french["title"], french["date"]) == ("Sixième", "2024-03-06T12:00:00+01:00")


def test_an_incremental_run_equals_one_from_scratch(feedmill: Command, tmp_path: Path) -> None:
    root = tmp_path / "site"
    shutil.copytree(SITE, root)
    (root / "feedmill.toml").write_text(OURS)
    meta, note = root / "posts/fourth.meta", root / "notes/sixth.txt"
    steps = [
        lambda: None,
        lambda: meta.write_text(meta.read_text().replace("Fourth", "Changed").replace("slug: fourth", "slug: moved")),
        lambda: note.write_text(note.read_text().replace("2024-03-06", "2024-03-16")),
        lambda: (root / "posts/third.meta").write_text(".. title: New\n.. date: 2024-01-01\n"),
        (root / "posts/third.meta").unlink,
        lambda: (root / "posts/first.rst").rename(root / "posts/renamed.rst"),
        (root / "posts/featured.rst").unlink,
        lambda: (root / "conf.py").write_text((root / "conf.py").read_text() + "PRETTY_URLS = False\n"),
    ]
    for number, step in enumerate(steps):
        step()
        before = tmp_path / f"before{number}"
        if (root / ".feedmill").exists():
            shutil.copytree(root / ".feedmill", before)
        assert feedmill(root, *NOW).code == 0
        incremental = tree(root / "feeds")
        if before.exists():
            shutil.rmtree(root / ".feedmill")
            shutil.copytree(before, root / ".feedmill")
            assert feedmill(root, *NOW, "--full").code == 0
            assert tree(root / "feeds") == incremental, number


def test_every_command_works_on_a_site(feedmill: Command, tmp_path: Path) -> None:
    root = tmp_path / "site"
    shutil.copytree(SITE, root)
    assert feedmill("init", root).code == 0
    assert feedmill(root, *NOW).code == 0
    assert feedmill("check", root, *NOW).code == 0
    assert feedmill("diff", root, *NOW).code == 0
    assert feedmill("adopt", root, next(root.rglob("rss.xml")), *NOW).code == 0


def test_a_broken_post_costs_itself(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "conf.py": CONF + "POSTS += (('posts/*.rst', 'blog', 'p'), ('posts/*.ipynb', 'blog', 'p'))\n",
        "posts/a.md": POST.format("A"),
        "posts/b.md": POST.format("B").replace("-02\n", "-99\n"),
        "posts/c.md": "<!--\n.. title: C\n-->\n\nText.\n",
        "posts/d.ipynb": "{}",
        "posts/e.md": "---\ntitle: [\n---\nText\n",
        "posts/f.rst": ".. title: F\n.. date: 2024-01-02\n\n.. nonsense::\n\n   inside\n",
        "posts/g.md": "",
        "posts/h.md": POST.format("H"),
        "posts/h.meta": "---\ntitle: [\n---\n",
    }
    outcome = feedmill(site(tmp_path, files, None), "--json", *NOW)
    assert outcome.code == 0
    assert [(path, code) for path, _, code in outcome.codes] == [
        ("posts/b.md", "bad-date"),
        ("posts/c.md", "no-date"),
        ("posts/d.ipynb", "front-matter-format"),
        ("posts/e.md", "bad-yaml"),
        ("posts/f.rst", "rest"),
        ("posts/g.md", "no-date"),
        ("posts/h.md", "bad-yaml"),
    ]
    assert outcome.report["posts"] == 2


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ("", "/blog/the-name/"),
        ("PRETTY_URLS = False", "/blog/the-name.html"),
        ("STRIP_INDEXES = False", "/blog/the-name/index.html"),
        ("DEFAULT_LANG = 'de'\nTRANSLATIONS = {'de': '', 'en': './en'}", "/blog/the-name/"),
        ("DEFAULT_LANG = 'de'\nTRANSLATIONS = {'de': './de'}", "/de/blog/the-name/"),
        ("POSTS = (('posts/*.md', '', 'post.tmpl'),)", "/the-name/"),
    ],
)
def test_addresses(feedmill: Command, tmp_path: Path, settings: str, link: str) -> None:
    site(tmp_path, {"conf.py": CONF + settings, "posts/The name!.md": POST.format("T")}, None)
    (line,) = feedmill("list", tmp_path).lines
    assert line["permalink"] == f"https://a.example{link}"


def test_settings_that_code_computes_are_reported(feedmill: Command, tmp_path: Path) -> None:
    conf = CONF + "import os\nTIMEZONE = os.environ['TZ']\n"
    outcome = feedmill(site(tmp_path, {"conf.py": conf, "posts/a.md": POST.format("A")}, None), "--json", *NOW)
    assert outcome.codes == [("conf.py", 5, "code-setting")]
    (tmp_path / "conf.py").write_text(CONF + "POSTS = posts()\n")
    outcome = feedmill(tmp_path, *NOW)
    assert outcome.code == 2
    assert "conf.py:4: error: POSTS: is computed by code" in outcome.err


def test_a_conf_py_of_another_program_is_none_of_nikola(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text('project = "Sphinx"\nextensions = []\n')
    assert detect_site(tmp_path).kind.label == "plain folder"


@pytest.mark.parametrize(
    ("text", "metadata", "body"),
    [
        (".. title: A\n.. tags: b, c\n.. link:\n\nText\n\nMore", {"title": "A", "tags": "b, c"}, "Text\n\nMore"),
        ("\n<!--\n.. title: A: b\n-->\n\n\nText", {"title": "A: b"}, "Text"),
        ("Text\n\n.. title: no\n", {}, "Text\n\n.. title: no\n"),
        (".. image:: a.png\n\nText", {}, ".. image:: a.png\n\nText"),
        ("+++\ntitle = 'A'\n+++\nText", {"title": "A"}, "Text"),
        (".. title: A", {"title": "A"}, ""),
        ("", {}, ""),
    ],
)
def test_headers(text: str, metadata: dict[str, object], body: str) -> None:
    parsed = split_nikola(text.encode(), lambda *_: None, "utf-8")
    assert (parsed.metadata, parsed.body) == (metadata, body)
