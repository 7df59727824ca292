"""Test the pages without a browser: their content, when they change, and that other files are not replaced."""

from __future__ import annotations

import html
import json
import posixpath
import re
import string
import tomllib
from pathlib import Path

import html5lib
import pytest

import feeds.pages
from feeds.config import decode_feeds_options
from feeds.destinations.local import LocalFolder
from feeds.model import Artifact
from feeds.pages import assets
from feeds.pages.translations import language_tag, load_translation
from feeds.select import activity
from posts.config.table import Table
from posts.errors import RefusedError
from posts.model import Content, Post, Site
from tests.feeds.examples import NOON, mistakes_of, post, posts, published
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
        ("zh-Hant-TW", "zh-Hant-TW", "訂閱"),
        ("zh-HK", "zh-HK", "訂閱"),
        ("zh-Hans-HK", "zh-Hans-HK", "订阅"),
        ("de-AT", "de-AT", "Abonnieren"),
        ("es", "es", "Suscribirse"),
        ("ja", "ja", "購読"),
        ("ZH", "ZH", "订阅"),
        ("en_GB", "en-GB", "Subscribe"),
        ("fr", "fr", "S’abonner"),
        ("it", "en", "Subscribe"),
        ("", "en", "Subscribe"),
        ("../../zh", "en", "Subscribe"),
    ],
)
def test_the_pages_speak_the_language_of_the_site_or_english(language: str, found: str, title: str) -> None:
    say = load_translation(language_tag(language))
    assert (say.language, say("subscribe")) == (found, title)


def test_what_is_in_another_language_than_the_page_says_so() -> None:
    found = pages([post()], site=Site("Marées", "https://a.example", language="it"))
    assert '<html lang="en">' in found["index.html"]
    assert '<h1 dir="auto" lang="it">Marées</h1>' in found["index.html"]
    assert '<main lang="it">' in found["embed.html"]
    assert '<div class="feed-embed" lang="it">' in found["embed.fragment.html"]


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


@pytest.mark.parametrize("path", ["index.html", "embed.html", "embed.fragment.html", *assets.ALL_ASSETS])
def test_pages_are_known_as_ours_when_the_index_is_lost(tmp_path: Path, path: str) -> None:
    files = published([post()], try_widget=True)
    (tmp_path / path).write_bytes(files[path] + b"\n<!-- altered -->")
    assert LocalFolder(tmp_path).publish([Artifact(path, "", files[path])]).written == (path,)


def test_the_page_that_builds_widget_code_is_written_on_request_and_lists_all_feeds(
    feedmill: Command, tmp_path: Path
) -> None:
    root = site(tmp_path / "site", {**numbered(2), "feedmill.toml": "[feeds]\n"})
    feedmill(root)
    (root / "feedmill.toml").write_text("[feeds]\ntry_widget = true\n")
    assert feedmill(root, "--json").report["written"] == ["try.css", "try.html", "try.js"]
    assert feedmill(root, "--json").report["written"] == []
    page = (root / "feeds" / "try.html").read_text("utf-8")
    assert re.findall(r'<option value="([^"]*feed.json)"', page) == ["feed.json", "category/news/feed.json"]
    (root / "_posts/2021-01-04-z.md").write_text(written("Z").replace("categories: news", "categories: '\"><b>'"))
    assert "try.html" in feedmill(root, "--json").report["written"]
    page = (root / "feeds" / "try.html").read_text("utf-8")
    html5lib.HTMLParser(strict=True).parse(page)
    assert "&#34;&gt;&lt;b&gt;" in page
    (root / "feedmill.toml").write_text("[feeds]\n")
    assert set(feedmill(root, "--json").report["removed"]) == set(assets.TRY_ASSETS)


@pytest.mark.parametrize("others", [{"pages": False}, {"formats": ["rss", "atom"]}])
def test_the_page_that_builds_widget_code_needs_pages_and_json(others: dict[str, object]) -> None:
    mistakes: list[tuple[str, str]] = []
    decode_feeds_options(Table({**others, "try_widget": True}, "feeds", mistakes), site_url="https://a.example")
    assert [path for path, _ in mistakes] == ["feeds.try_widget"]


def test_code_reserves_the_rows_that_a_small_feed_has() -> None:
    for count, wanted in ((0, ' reserve="0"'), (2, ' reserve="2"'), (5, ""), (9, "")):
        page = html.unescape(pages(posts(*"abcdefghi"[:count]))["index.html"])
        assert f'feed.json" limit="5"{wanted} show="title date summary">' in page


def test_a_page_of_another_hand_is_left_even_with_our_fragment_inside(tmp_path: Path) -> None:
    files = published([post()])
    mine = b"<!DOCTYPE html><title>Mine</title>" + files["embed.fragment.html"]
    (tmp_path / "index.html").write_bytes(mine)
    with pytest.raises(RefusedError, match=r"not written by feedmill.*pages = false"):
        LocalFolder(tmp_path).publish([Artifact("index.html", "", files["index.html"])])
    assert (tmp_path / "index.html").read_bytes() == mine


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_a_day_on_a_page_is_the_one_that_the_post_and_its_feeds_give(
    feedmill: Command, tmp_path: Path, zone: str
) -> None:
    late = written("Late").replace("11:38:35 +0800", "23:30:00 -0500")
    config = f'[site]\nurl = "https://site.example"\ntitle = "S"\ntimezone = "{zone}"\n'
    root = site(tmp_path, {"late.md": late, "feedmill.toml": config}, None)
    assert feedmill(root).code == 0
    for path in PAGES:
        page = (root / "feeds" / path).read_text("utf-8")
        assert '<time datetime="2021-12-31T23:30:00-05:00">31 December 2021</time>' in page
        assert "January" not in page
    index = (root / "feeds" / "index.html").read_text("utf-8")
    assert index.count("31 December 2021") == 3  # the feed's newest, the item, the weeks
    assert '"date_published": "2021-12-31T23:30:00-05:00"' in (root / "feeds" / "feed.json").read_text("utf-8")


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
    assert removed == sorted([*NEWS, *PAGES, "embed.js", "feed.css", "feed.svg", "frame.css", "frame.js", "pages.js"])
    assert (root / "feeds" / "pages.css").read_text("utf-8") == "/* mine */"
    assert (root / "feeds" / "category" / "news" / "rss.xml").is_file()


def test_without_pictures_a_page_has_no_address_of_another_host_but_in_links() -> None:
    logo = Site("T", "https://finews.example", icon="https://x.example/i.png", favicon="https://x.example/f.ico")
    content = Content("<p><img src='https://x.example/i.png'></p>", "S", image="https://x.example/i.png")
    for path, data in published([post(categories=("news",))], content, logo, pictures=False).items():
        if path.endswith((".html", ".css")):
            page = re.sub(rb"<pre>.*?</pre>", b"", data, flags=re.DOTALL)
            loads = re.findall(rb'(?:src=|<link rel="(?:stylesheet|icon)" href=|url\()"?([^")]+)', page)
            assert not [one for one in loads if b"//" in one.replace(b"http://www.w3.org/2005/Atom", b"")], path


def test_items_show_their_pictures_sized_and_lazy() -> None:
    content = Content("<p>x</p>", "S", image="https://x.example/a&b.png")
    page = pages([post()], contents=content)["index.html"]
    (image,) = re.findall(r"<article[^>]*>\n(<img[^>]*>)", page)
    assert image == (
        '<img src="https://x.example/a&amp;b.png" width="120" height="80" alt="" loading="lazy" decoding="async" '
        'referrerpolicy="no-referrer" />'
    )
    assert "<img" not in pages([post()], contents=content, pictures=False)["index.html"]
    script = Content("<p>x</p>", "S", image="javascript:alert(1)")
    assert "<img" not in pages([post()], contents=script)["index.html"]


def test_pictures_change_pages_only() -> None:
    content = Content("<p>x</p>", "S", image="https://x.example/i.png")
    with_pictures, without = published([post()], content), published([post()], content, pictures=False)
    assert {path for path in without if with_pictures[path] != without[path]} == {"index.html"}


@pytest.mark.parametrize(
    ("site", "icon", "shown"),
    [
        (Site("T", "https://a.example"), "feed.svg", ""),
        (Site("T", "https://a.example", icon="https://a.example/i.png"), "https://a.example/i.png", "/i.png"),
        (Site("T", "https://a.example", favicon="https://a.example/f.ico"), "https://a.example/f.ico", ""),
        (Site("T", "https://a.example", logo="https://a.example/l.png"), "feed.svg", "/l.png"),
        (Site("T", "https://a.example", icon="javascript:x", logo="data:x"), "feed.svg", ""),
    ],
)
def test_the_site_is_recognised_by_its_icon_or_logo(site: Site, icon: str, shown: str) -> None:
    page = pages([post()], site=site)["index.html"]
    assert re.findall(r'<link rel="icon" href="(.*)" />', page) == [icon]
    found = re.findall(r'<header>\n<img class="icon[^"]*" src="([^"]*)"', page)
    assert found == ([f"https://a.example{shown}"] if shown else [])


def _metas(page: str) -> dict[str, str]:
    return {name: html.unescape(text) for name, text in re.findall(r'<meta \w+="([\w:]+)" content="(.*)" />', page)}


def test_a_shared_link_has_a_card() -> None:
    logo = Site("A & B", "https://a.example", "About <it>", "zh-CN", logo="https://a.example/l.png")
    found = _metas(pages([post()], site=logo, url="https://a.example/feeds")["index.html"])
    assert (
        found.items()
        >= {
            "description": "About <it>",
            "og:type": "website",
            "og:site_name": "A & B",
            "og:title": "A & B",
            "og:description": "About <it>",
            "og:url": "https://a.example/feeds/",
            "og:locale": "zh_CN",
            "og:image": "https://a.example/l.png",
            "twitter:card": "summary",
            "twitter:title": "A & B",
            "twitter:description": "About <it>",
            "twitter:image": "https://a.example/l.png",
        }.items()
    )


def test_a_card_without_a_logo_has_the_newest_picture_and_no_picture_that_no_service_shows() -> None:
    content = Content("<p>x</p>", "S", image="https://x.example/i.jpg")
    svg = Site("T", "https://a.example", icon="https://a.example/i.svg")
    found = _metas(pages([post()], contents=content, site=svg)["index.html"])
    assert (found["og:image"], found["twitter:card"]) == ("https://x.example/i.jpg", "summary_large_image")
    assert found["og:description"] == "New posts from T"
    bare = _metas(pages([post()], contents=content, site=svg, pictures=False)["index.html"])
    assert "og:image" not in bare
    assert bare["twitter:card"] == "summary"


def test_a_page_describes_its_feed_as_a_data_feed_that_no_title_breaks_out_of() -> None:
    title = "</script><!-- ]]> & \u2028"
    page = pages([post(title=title)], formats=["rss", "json"])["index.html"]
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&\u2028") & set(block)
    data = json.loads(block)
    assert (data["@type"], data["url"]) == ("DataFeed", "https://finews.example/feeds/")
    assert [(one["encodingFormat"], one["contentUrl"]) for one in data["distribution"]] == [
        ("application/rss+xml", "https://finews.example/feeds/rss.xml"),
        ("application/feed+json", "https://finews.example/feeds/feed.json"),
    ]
    (element,) = data["dataFeedElement"]
    assert element["item"]["headline"] == title.strip()
    assert element["item"]["datePublished"] == "2021-12-31T12:00:00+08:00"


def test_a_feed_is_described_as_configured_on_its_page_and_in_its_documents() -> None:
    one = post(categories=("News",), tags=("t",))
    settings = {
        "by": ["category", "tag"],
        "descriptions": {"category": {"news": "All about <news>"}},
        "custom": [{"name": "mine", "description": "My choice"}],
    }
    files = {path: data.decode() for path, data in published([one], **settings).items()}  # type: ignore[arg-type]
    assert "<description>All about &#x3C;news&#x3E;</description>" in files["category/news/rss.xml"]
    assert "<subtitle>All about &lt;news&gt;</subtitle>" in files["category/news/atom.xml"]
    assert '"description": "My choice"' in files["feed/mine/feed.json"]
    assert '<p dir="auto">All about &lt;news&gt;</p>' in files["category/news/index.html"]
    plain = published([one], by=["category", "tag"])
    assert files["tag/t/rss.xml"].encode() == plain["tag/t/rss.xml"]
    assert b"<description>News \xe2\x80\x94" in plain["category/news/rss.xml"]


def test_what_a_feed_is_takes_one_line_until_it_is_opened() -> None:
    page = pages([post()], site=Site("T", "https://a.example", language="en"))["index.html"]
    (inside,) = re.findall(r"<details>\n<summary>What is a feed\?</summary>\n(.*?)</details>", page, re.DOTALL)
    assert inside.count(". ") == 2  # three sentences
    assert inside.count("<li>") == 2


def _directory(page: str) -> list[str]:
    return re.findall(r"<li data-newest.*?><a [^>]*>(.*?)</a>", page)


def test_the_directory_is_in_natural_order() -> None:
    names = ("Topic 10", "topic 9", "Topic 2", "Topic 02 b", "Ｔｏｐｉｃ 1", "Alpha", "2021", "9", "9" * 5000)
    page = pages([post(categories=names)], by=["category"])["index.html"]
    expected = ["9", "2021", "9" * 300, "Alpha", "Ｔｏｐｉｃ 1", "Topic 2", "Topic 02 b", "topic 9", "Topic 10"]
    assert [title[:300] for title in _directory(page)] == expected


def test_a_feed_in_the_directory_has_the_values_to_sort_it_by() -> None:
    from datetime import timedelta

    some = [
        post("a", categories=("live",)),
        *(post(f"b{days}", categories=("live", "old"), date=NOON - timedelta(days=200 + days)) for days in range(3)),
    ]
    page = pages(some)["index.html"]
    found = re.findall(r'<li data-newest="(\d+)" data-recent="(\d+)"><a[^>]*>(.*?)</a>', page)
    assert found == [("1640923200", "1", "live"), ("1623643200", "0", "old")]


def test_long_groups_scroll_and_short_ones_do_not() -> None:
    def page(count: int) -> str:
        return pages([post(categories=tuple(f"c{number}" for number in range(count)))])["index.html"]

    assert '<ul class="feeds">' in page(60)
    assert '<ul class="feeds long">' in page(61)


LANGUAGES = [post("a", language="en"), post("b", language="zh-CN"), post("c", language="it")]


def test_pages_switch_between_the_languages_that_have_feeds() -> None:
    found = pages(LANGUAGES, by=["language"], site=Site("T", "https://a.example", language="en"))
    (switch,) = re.findall(r'<nav class="switch" aria-label="Languages">(.*?)</nav>', found["index.html"], re.DOTALL)
    assert re.findall(r'href="(.*?)"(.*?)>(.*?)</a>', switch) == [
        ("index.html", ' aria-current="page"', "All languages"),
        ("language/en/index.html", ' lang="en" hreflang="en"', "English"),
        ("language/it/index.html", ' lang="it" hreflang="it"', "Italiano"),
        ("language/zh-cn/index.html", ' lang="zh-cn" hreflang="zh-cn"', "中文"),
    ]
    assert _directory(found["index.html"]) == ["English", "Italiano", "中文"]
    chinese = found["language/zh-cn/index.html"]
    assert '<html lang="zh-CN">' in chinese
    assert 'href="../../language/zh-cn/index.html" lang="zh-cn" hreflang="zh-cn" aria-current="page"' in chinese
    assert "订阅</h2>" in chinese
    assert "订阅</h2>" not in found["index.html"]
    assert "Subscribe</h2>" in found["language/it/index.html"]  # no texts: as on the other pages of the site


@pytest.mark.parametrize(("some", "settings"), [(LANGUAGES, {}), (LANGUAGES[:1], {"by": ["language"]})])
def test_without_a_choice_of_languages_there_is_no_switch(some: list[Post], settings: dict[str, object]) -> None:
    assert not any("<nav" in page for page in pages(some, **settings).values())


def test_every_page_gets_the_link_to_a_new_language(feedmill: Command, tmp_path: Path) -> None:
    config = '[feeds]\nby = ["category", "language"]\n'
    some = {"_posts/2021-01-01-a.md": written("A", lang="en"), "_posts/2021-01-02-b.md": written("B", lang="fr")}
    root = site(tmp_path / "site", {**some, "feedmill.toml": config})
    feedmill(root)
    site(root, {"_posts/2021-01-03-c.md": written("C", lang="de").replace("news", "other")}, None)
    feedmill(root)
    for path in ("index.html", "category/news/index.html", "language/en/index.html"):
        assert "Deutsch</a>" in (root / "feeds" / path).read_text("utf-8"), path


def test_a_few_changes_leave_the_same_directory_as_a_run_over_all_posts(feedmill: Command, tmp_path: Path) -> None:
    old = {f"_posts/2021-03-0{day}-o.md": written(f"O{day}").replace("news", "old") for day in range(1, 4)}
    old = {path: text.replace("2021-12-31", path[7:17]) for path, text in old.items()}
    root = site(tmp_path / "site", {**numbered(3), **old})
    feedmill(root)
    site(root, {"_posts/2021-08-31-new.md": written("New").replace("2021-12-31", "2021-08-31")}, None)
    feedmill(root)
    part = (root / "feeds" / "index.html").read_text("utf-8")
    assert re.findall(r'data-recent="(\d+)"', part) == ["1", "1"]  # 26 weeks before 31 August end on 2 March
    feedmill(root, "--full")
    assert (root / "feeds" / "index.html").read_text("utf-8") == part


@pytest.mark.parametrize("place", ["", "favicon.ico", "assets/images/favicon.png", "static/favicon.svg"])
@pytest.mark.parametrize("config", [None, "title: T\nurl: https://site.example\nicon: fa fa-home\n"])
def test_the_icon_of_the_site_is_found(feedmill: Command, tmp_path: Path, place: str, config: str | None) -> None:
    toml = '[site]\nurl = "https://site.example"\nbaseurl = "/blog"\n'
    root = site(
        tmp_path / "site", {"a.md": written("A"), "_posts/2021-01-01-a.md": written("A"), "feedmill.toml": toml}, config
    )
    feedmill(root)
    feeds_before = (root / "feeds" / "atom.xml").read_bytes()
    if place:
        site(root, {place: "x"}, None)
        assert feedmill(root).code == 0
    page = (root / "feeds" / "index.html").read_text("utf-8")
    address = f"https://site.example/blog/{place.removeprefix('static/')}" if place else "feed.svg"
    assert f'<link rel="icon" href="{address}" />' in page
    assert (root / "feeds" / "atom.xml").read_bytes() == feeds_before


def test_the_icon_that_a_theme_of_jekyll_has_is_that_of_the_pages(feedmill: Command, tmp_path: Path) -> None:
    config = "title: T\nurl: https://site.example\nfavicon: /img/f.png\n"
    root = site(tmp_path / "site", {"_posts/2021-01-01-a.md": written("A"), "favicon.ico": "x"}, config)
    feedmill(root)
    assert 'rel="icon" href="https://site.example/img/f.png"' in (root / "feeds" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("settings", [{}, {"root": "www", "out": "www/feeds", "paths": {"all/rss": "feed.xml"}}])
def test_a_document_leads_to_its_page_where_that_is_configured(settings: dict[str, object]) -> None:
    one = post(categories=("港口",))
    plain, linked = published([one], **settings), published([one], page_link=True, **settings)  # type: ignore[arg-type]
    assert plain.keys() == linked.keys()
    changed = sorted(path for path in plain if plain[path] != linked[path])
    assert {path.rpartition("/")[2] for path in changed} <= {"atom.xml", "feed.css", "feed.xml", "rss.xml"}
    assert len(changed) == 5
    for path in changed:
        if path.endswith(".xml"):
            (href,) = re.findall(rb'<a xmlns="http://www.w3.org/1999/xhtml" href="(.*)">.*</a>\n', linked[path])
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href.decode()))
            assert target in linked, path
            assert target.endswith("index.html")


def test_a_link_to_a_page_needs_pages() -> None:
    assert "feeds.page_link" in mistakes_of(page_link=True, pages=False)
