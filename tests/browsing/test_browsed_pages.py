"""Test the pages in a browser."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from feeds.build.build import Builder
from feeds.build.plan import plan
from feeds.select.feeds import select_feeds
from posts.model import Content
from tests.browsing.conftest import Publish
from tests.browsing.serving import Server
from tests.feeds import examples
from tests.sites import post

PATHS = ["/", "/category/news/", "/tag/long-names/", "/embed.html", "/category/news/embed.html"]
STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; require-trusted-types-for 'script'"


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def unfold(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


def test_a_page_asks_nothing_of_other_hosts_and_passes_a_strict_policy(page: Page, published: Publish) -> None:
    server = published()
    server.headers["Content-Security-Policy"] = STRICT
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        page.goto(server.url + path, wait_until="networkidle")
        assert len(asked) > 1
        assert [url for url in asked if not url.startswith(server.url)] == [], path
        assert page.locator("h1").is_visible()
        asked.clear()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-CN", "dark")])
def test_axe_finds_nothing(browser: Browser, published: Publish, language: str, scheme: str) -> None:
    server = published(language=language)
    with browser.new_context(color_scheme=scheme, viewport={"width": 800, "height": 6000}) as context:
        page = context.new_page()
        for path in PATHS:
            page.goto(server.url + path)
            unfold(page)
            assert violations(page) == [], path


def test_light_and_dark_are_what_the_reader_has_chosen(browser: Browser, published: Publish) -> None:
    server = published()
    server.types[".xml"] = "application/xml; charset=utf-8"
    for scheme, is_dark in (("light", False), ("dark", True)):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            for path in ("/", "/embed.html", "/rss.xml"):
                page.goto(server.url + path)
                style = page.evaluate_handle("getComputedStyle(document.documentElement)")
                paper, ink = style.evaluate("({ backgroundColor, color }) => [backgroundColor, color]")
                lightness = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (paper, ink)]
                assert (lightness[0] < lightness[1]) is is_dark, path


def test_at_320_pixels_nothing_scrolls_sideways(page: Page, published: Publish) -> None:
    server = published()
    page.set_viewport_size({"width": 320, "height": 600})
    edges = "(all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    for path in PATHS:
        page.goto(server.url + path)
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        found = page.locator("pre, button, .feeds li, article, main li").evaluate_all(edges)
        assert found
        assert [one for one in found if one[0] < 0 or one[1] > 320] == [], path


def test_the_buttons_copy_what_stands_beside_them(page: Page, published: Publish) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    server = published()
    page.goto(f"{server.url}/category/news/")
    unfold(page)
    buttons = page.get_by_role("button", name="Copy")
    copied = []
    for place in range(buttons.count()):
        page.locator("[data-copy]").nth(place).click()
        page.get_by_role("button", name="Copied").first.wait_for()
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    assert copied[:3] == [f"{server.url}/category/news/{name}" for name in ("rss.xml", "atom.xml", "feed.json")]
    assert copied[3].startswith("<script async src=")
    assert copied[4].startswith("<iframe src=")
    assert copied[5] == '<!--#include virtual="/category/news/embed.fragment.html" -->'
    assert copied[6].count('<link rel="alternate"') == 3
    assert len(copied) == 7


def test_without_a_clipboard_the_old_way_copies(page: Page, published: Publish) -> None:
    server = published()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(server.url)
    page.evaluate("document.addEventListener('copy', () => { window.seen = getSelection().toString() })")
    page.locator("[data-copy]").first.click()
    assert page.evaluate("window.seen") == f"{server.url}/rss.xml"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, published: Publish) -> None:
    page.goto(published().url)
    wanted = page.locator("a[href], summary, input, button:visible").count() - page.locator("details button").count()
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """(() => { const one = document.activeElement, style = getComputedStyle(one);
            return [one.tagName, one.outerHTML, style.outlineStyle, parseFloat(style.outlineWidth)] })()"""
        )
        assert seen[2] == "solid", seen
        assert seen[3] >= 2, seen
        reached.add(seen[1])
    assert len(reached) == wanted
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#code-1").is_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()


def test_without_scripts_everything_is_there_but_what_needs_them(browser: Browser, published: Publish) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(published().url)
        assert page.locator("article").count() == 3
        assert page.locator(".addresses a").count() == 3
        assert page.locator(".feeds a").count() == 3
        assert page.locator("button:visible, input:visible").count() == 0
        page.locator(".feeds a").first.click()
        assert page.locator("h1").inner_text() == "news"
        page.get_by_role("link", name="All feeds of this site").click()
        assert page.locator("h1").inner_text() == "The Tide"


HOSTILE = {
    "_posts/2021-12-31-a.md": post("'<script>window.ran=1</script>&lt;img src=x onerror=window.ran=1>'"),
    "_posts/2021-12-30-b.md": post("'\"><svg onload=window.ran=1>'", source_url="javascript:window.ran=1"),
    "_posts/2021-12-29-c.md": post("'{{ 7*7 }} {% include x %} ]]> -->'", link="javascript:window.ran=1"),
    "_posts/2021-12-28-d.md": post("D", tags="['<script>window.ran=1</script>', '\" onmouseover=\"window.ran=1']"),
    "_posts/2021-12-27-e.md": post("E", permalink="'/x\"onmouseover=\"window.ran=1/'", author="'</title><script>'"),
}


def test_hostile_posts_run_nothing(page: Page, published: Publish) -> None:
    server = published(HOSTILE)
    assert server.folder
    pages = [path.relative_to(server.folder).as_posix() for path in sorted(server.folder.rglob("*.html"))]
    assert len(pages) == 3 * 4
    for path in pages:
        page.goto(f"{server.url}/{path}")
        for link in page.locator("a").all():
            assert re.match(r"https?://|feed:http|[\w./%-]+$", link.get_attribute("href") or ""), path
        page.mouse.move(100, 100)
        inside = page.locator("script, svg[onload], img, [onmouseover], [onerror]").count()
        assert inside == (1 if path.endswith("index.html") else 0), path
        assert page.evaluate("window.ran") is None, path
    page.goto(server.url)
    titles = page.locator("article h3").all_inner_texts()
    assert "<script>window.ran=1</script><img src=x onerror=window.ran=1>" in titles


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml"])
def test_the_raw_feed_can_be_read(page: Page, published: Publish, path: str) -> None:
    server = published(language="zh-CN")
    server.types[".xml"] = "application/xml; charset=utf-8"  # this browser shows other types as source
    page.goto(f"{server.url}/category/news/{path}")
    assert "/feed.css" in server.asked
    shown = page.locator("item, entry").first
    assert shown.locator("title").first.is_visible()
    assert shown.locator("pubDate, published").first.is_visible()
    assert not shown.locator("guid, id").first.is_visible()
    assert not shown.locator("category").first.is_visible()
    hint = page.evaluate("getComputedStyle(document.documentElement, '::before').content")
    assert hint.startswith('"这是一个订阅源')


def test_two_thousand_feeds_are_searched_at_once(page: Page) -> None:
    names = [f"category {number}" for number in range(1999)] + ["Ｚｈｏｕ 港区要闻"]
    posts = [examples.post(f"p{number}", categories=(name,)) for number, name in enumerate(names)]
    options = examples.configured()
    feeds = select_feeds(posts, examples.SITE, options)
    jobs = plan(feeds, {one.path: "" for one in posts}, examples.SITE, options, "")
    wanted = [job for job in jobs if job.path in ("index.html", "pages.css", "pages.js")]
    made = Builder(feeds, lambda _: Content("<p>x</p>", "x"), examples.SITE, options).build(wanted)
    with Server(files={f"/{one.path}": one.data.decode() for one in made}) as server:
        page.goto(server.url)
        search = page.get_by_label("搜索订阅源")
        entries = page.locator(".feeds li:not([hidden])")
        assert entries.count() == 2000
        took = page.evaluate(
            """(words) => words.map((word) => { const before = performance.now();
            const search = document.getElementById("search");
            search.value = word; search.dispatchEvent(new Event("input"));
            return performance.now() - before })""",
            ["1", "nothing", "category 1998"],
        )
        assert min(took) < 100  # milliseconds, best of three: other processes may use the CPU
        assert entries.all_text_contents()[0].startswith("category 1998")
        search.fill("zhou 要闻")
        assert entries.count() == 1
        assert page.locator("#found").inner_text() == "找到 1 个，共 2000 个"
        search.fill("no such feed")
        assert entries.count() == 0
        assert not page.locator(".directory h3").first.is_visible()
        search.fill("")
        assert entries.count() == 2000
