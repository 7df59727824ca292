"""Test the pages without a browser: their content, when they change, and that other files are not replaced."""

from __future__ import annotations

import html
import re
import string
import tomllib
from pathlib import Path

import html5lib
import pytest

import feeds.pages
from feeds.destinations.local import LocalFolder
from feeds.model import Artifact
from feeds.pages import assets
from feeds.pages.translations import language_tag, load_translation
from feeds.select import activity
from posts.errors import RefusedError
from posts.model import Content, Post, Site
from tests.feeds.examples import NOON, post, posts, published
from tests.sites import Command, site
from tests.sites import post as written

ROOT = Path(feeds.pages.__file__).parent
PROJECT = ROOT.parent.parent
PAGES = ("index.html", "embed.html", "embed.fragment.html")
NEWS = [f"category/news/{name}" for name in sorted(PAGES)]


def pages(some: list[Post], **settings: object) -> dict[str, str]:
    files = published(some, **settings)  # type: ignore[arg-type]
    return {path: data.decode() for path, data in files.items() if path.endswith(".html")}


def test_without_pages_there_are_feeds_and_nothing_else() -> None:
    files = published([post(categories=("news",))], pages=False)
    assert {path.rpartition("/")[2] for path in files} == {"rss.xml", "atom.xml", "feed.json", "feeds.opml"}
    assert not any(b"xml-stylesheet" in data for data in files.values())


@pytest.mark.parametrize("formats", [["rss"], ["atom", "json"], ["json"]])
def test_a_page_names_the_formats_that_there_are(formats: list[str]) -> None:
    files = published([post()], formats=formats)
    page = files["index.html"].decode()
    names = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
    found = re.findall(r'<link rel="alternate" type="application/[a-z]+\+[a-z]+" title="金融消息" href="(.*)" />', page)
    assert found == [names[name] for name in formats]
    assert ("embed.js" in files) is ("json" in formats)
    assert ("feed-embed src" in page) is ("json" in formats)


def test_every_page_is_html_that_a_strict_parser_finds_nothing_wrong_with() -> None:
    wild = post(
        "a", title="<b> & ]]> --> \ufffd", categories=("C++ & <x>",), tags=("'\"",), source="https://x.example/?a&b"
    )
    for path, page in pages([wild, *posts("b", "c")], by=["category", "tag"]).items():
        parser = html5lib.HTMLParser(strict=True)
        if path.endswith("fragment.html"):
            parser.parseFragment(page, container="main")
        else:
            parser.parse(page)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "ftp://x.example/", "//x.example"]
)
@pytest.mark.parametrize("by", ["post", "source"])
def test_only_web_addresses_become_links(link: str, by: str) -> None:
    one = post(permalink=link, source=link, source_title="Source")
    for page in pages([one], link=by).values():
        assert link not in html.unescape(page)
        assert "Title a" in page


def test_the_code_to_copy_survives_a_hostile_title() -> None:
    page = pages([], site=Site('</script>"><img src=x>', "https://a.example"))["index.html"]
    (code,) = re.findall(r'<code id="code-1">(.*?)</code>', page, re.DOTALL)
    assert "&lt;/script&gt;&amp;" not in code.partition("<feed-embed")[0]
    copied = html5lib.parseFragment(html.unescape(code), namespaceHTMLElements=False)
    assert [one.tag for one in copied.iter() if isinstance(one.tag, str)][1:] == ["script", "feed-embed", "a"]
    assert copied.find(".//a").text == '</script>"><img src=x>'


def test_the_hash_in_the_code_is_that_of_the_widget() -> None:
    files = published([post()])
    assert assets.integrity(files["embed.js"]) in html.unescape(files["index.html"].decode())
    # openssl dgst -sha384 -binary /dev/null | openssl base64 -A
    nothing = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
    assert assets.integrity(b"") == nothing


def test_a_feed_of_all_posts_that_was_moved_has_its_page_there_and_the_root_keeps_the_directory() -> None:
    found = pages([post(categories=("news",))], paths={"all": "every/thing"})
    assert sorted(path for path in found if path.endswith("index.html")) == [
        "category/news/index.html",
        "every/thing/index.html",
        "index.html",
    ]
    assert 'href="every/thing/rss.xml" type=' in found["index.html"]
    assert 'href="category/news/index.html"' in found["index.html"]
    assert 'href="rss.xml" type=' in found["every/thing/index.html"]
    assert 'href="../../pages.css"' in found["every/thing/index.html"]
    assert '<h2 id="directory">' not in found["every/thing/index.html"]


def test_weeks_are_counted_back_from_the_newest_post() -> None:
    from datetime import timedelta

    ages = [0, 6, 7, 8, 13.9, 14, 181.9, 182, 900]
    some = [post(str(age), date=NOON - timedelta(days=age)) for age in ages]
    counted = activity.posts_per_week(some)
    assert len(counted) == 26
    assert counted[-3:] == (1, 3, 2)
    assert counted[0] == 1
    assert sum(counted) == 7
    assert activity.posts_per_week([]) == ()


def test_the_highest_bar_fills_the_drawing_and_one_post_is_seen_beside_a_thousand() -> None:
    path = activity.chart_path((0, 1, 1000))
    assert path == "M0 47h260v1h-260zM10 45h8v2h-8zM20 1h8v46h-8z"


def test_posts_are_counted_that_are_not_in_the_feed_any_more() -> None:
    page = pages(posts(*"abcdefgh"), items=3)["index.html"]
    assert "8 篇文章" in page
    assert page.count("<article") == 3


def text_files() -> list[Path]:
    return sorted((ROOT / "texts").iterdir())


def placeholders(text: object) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name} if isinstance(text, str) else {len(text)}  # type: ignore[arg-type]


@pytest.mark.parametrize("path", text_files(), ids=lambda path: path.stem)
def test_a_language_says_everything_that_english_says(path: Path) -> None:
    english = tomllib.loads((ROOT / "texts" / "en.toml").read_text("utf-8"))
    other = tomllib.loads(path.read_text("utf-8"))
    assert other.keys() == english.keys()
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in english.items()
    }
    assert not re.search(r'["\\\n]', other["raw"])  # it becomes a CSS string


@pytest.mark.parametrize(
    ("language", "found", "title"),
    [
        ("zh-CN", "zh-CN", "订阅"),
        ("zh-Hant-TW", "zh-Hant-TW", "订阅"),
        ("ZH", "ZH", "订阅"),
        ("en_GB", "en-GB", "Subscribe"),
        ("fr", "en", "Subscribe"),
        ("", "en", "Subscribe"),
        ("../../zh", "en", "Subscribe"),
    ],
)
def test_the_pages_speak_the_language_of_the_site_or_english(language: str, found: str, title: str) -> None:
    say = load_translation(language_tag(language))
    assert (say.language, say("subscribe")) == (found, title)


def test_what_is_in_another_language_than_the_page_says_so() -> None:
    found = pages([post()], site=Site("Marées", "https://a.example", language="fr"))
    assert '<html lang="en">' in found["index.html"]
    assert '<h1 dir="auto" lang="fr">Marées</h1>' in found["index.html"]
    assert '<main lang="fr">' in found["embed.html"]
    assert '<div class="feed-embed" lang="fr">' in found["embed.fragment.html"]


def _folder(package: str) -> Path:
    return PROJECT.joinpath(*package.split("."))


def test_what_comes_with_the_program_is_in_its_package() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    folders = project["tool"]["setuptools"]["package-data"]
    packed = {path for name, globs in folders.items() for one in globs for path in _folder(name).glob(one)}
    packages = (PROJECT / package for package in ("feedmill", "feeds", "posts"))
    code = (".py", ".pyc")
    others = {path for one in packages for path in one.rglob("*") if path.is_file() and path.suffix not in code}
    assert packed == others


@pytest.mark.parametrize("path", ["index.html", "embed.html", "embed.fragment.html", *assets.ASSETS])
def test_pages_are_known_as_ours_when_the_index_is_lost(tmp_path: Path, path: str) -> None:
    files = published([post()])
    (tmp_path / path).write_bytes(files[path] + b"\n<!-- altered -->")
    assert LocalFolder(tmp_path).publish([Artifact(path, "", files[path])]).written == (path,)


def test_a_page_of_another_hand_is_left_even_with_our_fragment_inside(tmp_path: Path) -> None:
    files = published([post()])
    mine = b"<!DOCTYPE html><title>Mine</title>" + files["embed.fragment.html"]
    (tmp_path / "index.html").write_bytes(mine)
    with pytest.raises(RefusedError, match=r"not written by feedmill.*pages = false"):
        LocalFolder(tmp_path).publish([Artifact("index.html", "", files["index.html"])])
    assert (tmp_path / "index.html").read_bytes() == mine


def test_a_day_on_a_page_is_one_of_the_site_whatever_the_offset_of_the_post(feedmill: Command, tmp_path: Path) -> None:
    late = written("Late").replace("11:38:35 +0800", "23:30:00 -0500")
    config = '[site]\nurl = "https://site.example"\ntitle = "S"\ntimezone = "Asia/Shanghai"\n'
    root = site(tmp_path, {"late.md": late, "feedmill.toml": config}, None)
    assert feedmill(root).code == 0
    for path in PAGES:
        page = (root / "feeds" / path).read_text("utf-8")
        assert '<time datetime="2021-12-31T23:30:00-05:00">1 January 2022</time>' in page
    assert page.count("31 December") == 0
    index = (root / "feeds" / "index.html").read_text("utf-8")
    assert index.count("1 January 2022") == 4  # the feed's newest, the item, the weeks, the directory


def numbered(count: int) -> dict[str, str | bytes]:
    """Return posts of one category, oldest first."""
    return {
        f"_posts/2021-01-{day:02}-x.md": written(f"T{day}").replace("2021-12-31", f"2021-01-{day:02}")
        for day in range(1, count + 1)
    }


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ("_posts/2021-01-28-x.md", [*NEWS, *sorted(PAGES)]),  # latest: on every page
        ("_posts/2021-01-12-x.md", ["category/news/index.html", "index.html"]),  # after the ten embedded items
        ("_posts/2021-01-02-x.md", []),  # after the twenty items of a page
    ],
)
def test_a_changed_post_changes_the_pages_that_show_it(
    feedmill: Command, tmp_path: Path, change: str, changed: list[str]
) -> None:
    other = {
        "_posts/2021-01-30-other.md": written("Other").replace("news", "other").replace("2021-12-31", "2020-01-01")
    }
    root = site(tmp_path, {**numbered(28), **other})
    feedmill(root)
    (root / change).write_text(str(numbered(28)[change]) + "More.\n")
    report = feedmill(root, "--json").report
    assert [path for path in report["written"] if path.endswith(".html")] == changed
    assert "category/news/rss.xml" in report["written"]


def test_a_post_that_is_gone_from_the_depth_of_a_feed_is_counted_out(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {**numbered(28), "feedmill.toml": "[feeds]\nitems = 5\n"})
    feedmill(root)
    (root / "_posts/2021-01-02-x.md").unlink()
    report = feedmill(root, "--json").report
    said = ["atom.xml", "feed.json", "rss.xml"]  # Atom has the tombstone, the others its time
    assert set(report["written"]) - set(said) - {f"category/news/{name}" for name in said} == {
        *("category/news/index.html", "index.html")
    }
    assert "27 posts" in (root / "feeds" / "index.html").read_text("utf-8")


def test_pages_that_are_given_up_go_and_those_of_other_hands_stay(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", numbered(2))
    feedmill(root)
    (root / "feeds" / "pages.css").write_text("/* mine */")
    (root / "feedmill.toml").write_text("[feeds]\npages = false\n")
    removed = feedmill(root, "--json").report["removed"]
    assert removed == sorted([*NEWS, *PAGES, "embed.js", "feed.css", "pages.js"])
    assert (root / "feeds" / "pages.css").read_text("utf-8") == "/* mine */"
    assert (root / "feeds" / "category" / "news" / "rss.xml").is_file()


def test_a_page_has_no_address_of_another_host_but_in_links() -> None:
    content = Content("<p><img src='https://x.example/i.png'></p>", "S", image="https://x.example/i.png")
    for path, data in published([post(categories=("news",))], content).items():
        if path.endswith((".html", ".css")):
            page = re.sub(rb"<pre>.*?</pre>", b"", data, flags=re.DOTALL)
            loads = re.findall(rb'(?:src=|<link rel="stylesheet" href=|url\()"?([^")]+)', page)
            assert not [one for one in loads if b"//" in one.replace(b"http://www.w3.org/2005/Atom", b"")], path
