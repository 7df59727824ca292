"""A Pelican site is read as Pelican itself reads it: posts, links, dates, titles, terms, drafts, bodies."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import feedparser
import pytest

from tests.engines.engine_feeds import Entry, entries, program, run, words
from tests.sites import Command, tree

SITE = Path(__file__).parent / "pelican" / "site"
OURS = '[feeds]\nitems = 1000\nout = "output/feeds"\n'
NOW = "2024-06-01T00:00:00Z"
BROKEN = {
    ("content/posts/broken-date.md", "bad-date"),
    ("content/posts/broken-status.md", "bad-status"),
    ("content/posts/broken.html", "no-title"),
    ("content/posts/broken.rst", "front-matter-format"),
    ("content/posts/no-title.md", "no-title"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by Pelican."""
    root = tmp_path_factory.mktemp("pelican") / "site"
    shutil.copytree(SITE, root)
    run(program("pelican"), "-s", "publishconf.py", "-o", "built", cwd=root)
    return root


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The site, not built."""
    root = tmp_path / "site"
    shutil.copytree(SITE, root)
    return root


def ours(feedmill: Command, root: Path) -> dict[str, Entry]:
    (root / "feedmill.toml").write_text(OURS)
    outcome = feedmill(root, "--json", "--now", NOW)
    assert outcome.code == 0, outcome.err
    assert {(path, code) for path, _, code in outcome.codes} == BROKEN
    return entries(root / "output" / "feeds" / "atom.xml")


def test_posts_are_those_of_pelican(built: Path, feedmill: Command) -> None:
    theirs, mine = entries(built / "built" / "feeds" / "all.atom.xml"), ours(feedmill, built)
    assert mine.keys() == theirs.keys()
    assert {link: one.at for link, one in mine.items()} == {link: one.at for link, one in theirs.items()}
    assert {link: one.title for link, one in mine.items()} == {link: one.title for link, one in theirs.items()}
    assert {link: one.terms for link, one in mine.items()} == {link: one.terms for link, one in theirs.items()}
    pages = {path.relative_to(built / "built").as_posix() for path in (built / "built").rglob("*.html")}
    for link in mine:
        page = link.removeprefix("https://pelican.example/base/")
        assert (f"{page}index.html" if page.endswith("/") else page) in pages


def test_bodies_have_the_text_that_pelican_shows(built: Path, feedmill: Command) -> None:
    theirs, mine = entries(built / "built" / "feeds" / "all.atom.xml"), ours(feedmill, built)
    differing = {link: (one.text, theirs[link].text) for link, one in mine.items() if one.text != theirs[link].text}
    assert differing == {}


def test_links_between_files_lead_where_pelican_leads_them(built: Path, feedmill: Command) -> None:
    ours(feedmill, built)
    wanted, mine = (linked(built / path) for path in ("built/feeds/all.atom.xml", "output/feeds/atom.xml"))
    assert mine == wanted
    assert {
        "https://pelican.example/base/blog/2024/03/the-second/#section",
        "https://pelican.example/base/blog/2024/03/my-first-post-a-story-more/files/data.csv",
        "https://pelican.example/base/pages/about-this-site.html",
        "https://pelican.example/base/robots.txt",
        "https://pelican.example/base/tags/cpp/",
    } <= mine


def linked(feed: Path) -> set[str]:
    """Return the addresses in the bodies of a feed, without those of its footnotes."""
    parsed = feedparser.parse(feed.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    bodies = " ".join(entry.content[0].value for entry in parsed.entries)
    found = {html.unescape(address) for address in re.findall(r'(?:href|src)="([^"]+)"', bodies)}
    return {address for address in found if not re.search("#(fn|footnote)", address)}


def test_drafts_and_hidden_posts_are_held_back(site: Path, feedmill: Command) -> None:
    lines = {line["path"]: line for line in feedmill("list", site).lines}
    states = {path: line["state"] for path, line in lines.items() if line["state"] != "published"}
    assert {path: states[path] for path in states.keys() - {path for path, _ in BROKEN}} == {
        "content/posts/draft.md": "draft",
        "content/posts/draft-without-date.md": "draft",
        "content/posts/hidden.md": "unpublished",
        "content/posts/skipped.md": "unpublished",
    }
    assert lines["content/posts/translated-fr.md"]["permalink"].endswith("/fr/2024/translated.html")


def test_an_incremental_run_equals_one_from_scratch(site: Path, feedmill: Command, tmp_path: Path) -> None:
    (site / "feedmill.toml").write_text(OURS)
    steps = [
        lambda: None,
        lambda: (site / "content/first.md").write_text("Title: Changed\nDate: 2024-03-01\n\nText.\n"),
        lambda: (site / "content/news/second.rst").rename(site / "content/news/renamed.rst"),
        (site / "content/posts/own-url.md").unlink,
        lambda: (site / "pelicanconf.py").write_text(
            (site / "pelicanconf.py").read_text().replace("{date:%m}/{slug}/", "{slug}/")
        ),
        lambda: (site / "content/pages/about.md").write_text("Title: Renamed page\n\nText.\n"),
    ]
    for number, step in enumerate(steps):
        step()
        before = tmp_path / f"before{number}"
        if (site / ".feedmill").exists():
            shutil.copytree(site / ".feedmill", before / ".feedmill")
        assert feedmill(site, "--now", NOW).code == 0
        incremental = tree(site / "output")
        if before.exists():
            shutil.rmtree(site / ".feedmill")
            shutil.copytree(before / ".feedmill", site / ".feedmill")
            assert feedmill(site, "--now", NOW, "--full").code == 0
            assert tree(site / "output") == incremental, number


def test_every_command_works_on_a_site(site: Path, feedmill: Command) -> None:
    assert feedmill(site, "--now", NOW).code == 0
    for command in ("check", "list"):
        assert feedmill(command, site).code in (0, 1)
    assert feedmill("diff", site, "--now", NOW).code in (0, 1)
    assert feedmill("adopt", site, site / "feeds" / "atom.xml", "--now", NOW).code in (0, 1)
    other = site.parent / "new"
    shutil.copytree(SITE, other)
    assert feedmill("init", other).code == 0


def test_the_words_of_a_body_have_no_markup() -> None:
    assert words("<p>a &amp; b<br>c</p><!-- d -->") == "a&bc"
