"""Test embedding on a page of another origin: the widget, the frame and the fragment."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from feeds.pages import assets
from tests.browsing.conftest import Publish
from tests.browsing.serving import Server
from tests.sites import post

HEAD = '<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Host</title>'
# A strict policy: only listed sources, no inline styles, no HTML from strings (Trusted Types).
STRICT = (
    "default-src 'none'; script-src {feeds} 'self'; connect-src {feeds}; img-src {feeds} 'self'; frame-src {feeds}; "
    "style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
ITEM = {"title": "One", "url": "https://site.example/1", "date_published": "2021-12-31T23:30:00-05:00"}
POLLUTION = """
for (const [name, value] of Object.entries({
  title: "polluted", url: "https://polluted.example/", image: "/polluted.png", summary: "polluted", language: "xx",
  content_text: "polluted", date_published: "1999-09-09", items: [{ title: "polluted" }], method: "POST",
  body: "polluted", mode: "no-cors", headers: { polluted: "1" }, cache: "only-if-cached", weekday: "long",
  timeStyle: "full", delegatesFocus: true, slotAssignment: "manual", baseURL: "/polluted/", disabled: true,
})) Object.prototype[name] = value;
"""


@pytest.fixture
def feeds(servers: dict[str, Server]) -> Server:
    """Return the server of the widget and the feed."""
    files = {"/embed.js": assets.read_asset(assets.WIDGET).decode()}
    return servers["feeds"].reset(files, {"Access-Control-Allow-Origin": "*"})


def feed(*items: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": items, **fields})


def show(page: Page, host: Server, feeds: Server, inside: str = "", language: str = "en", **attributes: str) -> None:
    """Open a page with the widget under the strictest content security policy."""
    told = {"src": f"{feeds.url}/feed.json", **attributes}
    written = " ".join(f'{name}="{value}"' for name, value in told.items())
    host.headers["Content-Security-Policy"] = STRICT.format(feeds=feeds.url)
    host.files["/index.html"] = (
        HEAD.format(language=language)
        + '<script src="/first.js"></script>'
        + f'<main><h1>Host</h1><script src="{feeds.url}/embed.js" crossorigin="anonymous"></script>'
        + f"<feed-embed {written}>{inside}</feed-embed><p id='after'>After</p></main>"
    )
    host.files.setdefault("/first.js", "")
    page.goto(host.url)


def ready(page: Page) -> None:
    expect(page.locator("feed-embed ol")).to_have_attribute("aria-busy", "false")


def rows(page: Page) -> list[str]:
    ready(page)
    return [text.replace("\n\n", "\n") for text in page.locator("feed-embed li").all_inner_texts()]


def test_the_widget_has_at_most_three_kilobytes() -> None:
    assert len(gzip.compress(assets.read_asset(assets.WIDGET), 9, mtime=0)) <= 3000


def test_the_code_on_the_page_works_elsewhere_under_a_strict_policy(
    page: Page, host: Server, published: Publish
) -> None:
    server = published({"_posts/2021-12-31-a.md": post("Harbour & &lt;em>sea&lt;/em>")})
    page.goto(server.url)
    code = page.locator("#code-1").text_content()
    assert code
    assert 'integrity="sha384-' in code
    host.headers["Content-Security-Policy"] = STRICT.format(feeds=server.url)
    host.files["/index.html"] = HEAD.format(language="en") + code
    page.goto(host.url)
    assert rows(page) == ["Harbour & <em>sea</em>\nDec 31, 2021\nText of Harbour & <em>sea</em>."]
    assert page.locator("feed-embed a").nth(0).get_attribute("href", timeout=1000)


def test_a_script_that_was_exchanged_does_not_run_and_the_link_stays(
    browser: Browser, host: Server, published: Publish
) -> None:
    server = published()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        host.files["/index.html"] = HEAD.format(language="en") + (page.locator("#code-1").text_content() or "")
        server.files["/embed.js"] = "window.ran = 1"
        page.goto(host.url, wait_until="networkidle")
        assert page.evaluate("window.ran") is None
        assert page.locator("feed-embed > a").get_attribute("href") == f"{server.url}/"
        assert page.locator("feed-embed > a").is_visible()


def test_what_others_put_on_prototypes_changes_nothing(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(ITEM, {"title": "Bare"}, {})
    seen = []
    for pollution in ("", POLLUTION):
        host.files["/first.js"] = pollution
        show(page, host, feeds, show="title date summary image")
        ready(page)
        seen.append(page.evaluate("document.querySelector('feed-embed').shadowRoot.querySelector('ol').innerHTML"))
    assert seen[0] == seen[1]
    assert "One" in seen[0]
    assert "polluted" not in seen[1]


def test_hostile_items_run_nothing_and_link_nowhere(page: Page, host: Server, feeds: Server) -> None:
    script = "<script>window.ran=1</script><img src=x onerror=window.ran=1>"
    bad = [
        "javascript:window.ran=1",
        " java\nscript:window.ran=1",
        "data:text/html,x",
        "blob:x",
        "vbscript:x",
        "file:///etc",
    ]
    items = [{"title": script, "summary": script, "url": link, "image": link, "date_published": script} for link in bad]
    odd: list[Any] = [None, 1, "x", [], {"title": {}, "url": [], "image": 1, "date_published": {}}]
    evil = '{"__proto__": {"title": "inherited"}, "title": "own", "constructor": {"prototype": {"url": "https://x.example"}}}'
    feeds.files["/feed.json"] = feed(*items, *odd)[:-2] + f", {evil}]}}"
    show(page, host, feeds, limit="50", show="title date summary image")
    found = rows(page)
    assert len(found) == len(bad) + len(odd) + 1
    assert found[0] == f"{script}\n{script}"
    assert found[-1] == "own"
    assert page.locator("feed-embed li a, feed-embed li img").count() == 0
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("inside", ["", '<a href="/own">Own</a>'])
def test_a_feed_that_is_none_leaves_a_link(page: Page, host: Server, feeds: Server, inside: str) -> None:
    for answer in ("{", "[]", "null", '{"items": {}}', '{"items": []}', "<html>", ""):
        feeds.files["/feed.json"] = answer
        show(page, host, feeds, inside)
        assert rows(page) == []
        link = page.locator("feed-embed > a" if inside else "feed-embed slot a")
        expect(link).to_be_visible()
        assert link.get_attribute("href") == ("/own" if inside else f"{feeds.url}/feed.json"), answer


def test_a_feed_that_cannot_be_had_leaves_a_link(browser: Browser, host: Server, feeds: Server) -> None:
    with browser.new_context() as context:
        page = context.new_page()  # the browser logs an error for each of these
        for src in (
            f"{feeds.url}/missing.json",
            "http://127.0.0.1:9/feed.json",
            "https://[",
            "javascript:window.ran=1",
            "",
        ):
            show(page, host, feeds, '<a href="/own">Own</a>', src=src)
            ready(page)
            assert page.locator("feed-embed > a").is_visible(), src
            assert page.evaluate("window.ran") is None
        show(page, host, feeds, src="javascript:window.ran=1")
        ready(page)
        assert page.locator("feed-embed a").count() == 0


@pytest.mark.parametrize("shown", ["title", "title date summary image", "image"])
def test_nothing_jumps_when_the_feed_comes(page: Page, host: Server, feeds: Server, shown: str) -> None:
    picture = f"{feeds.url}/picture.svg"
    feeds.files["/picture.svg"] = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>'
    one = {**ITEM, "title": "长标题" * 60, "summary": "Many words. " * 60, "image": picture}
    feeds.slow["/feed.json"] = 0.2
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => shift += one.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for count in (0, 2, 9):
        feeds.files["/feed.json"] = feed(*[one] * count)
        show(page, host, feeds, '<a href="/own">Own</a>', show=shown)
        before = page.locator("#after").bounding_box()
        ready(page)
        for image in page.locator("feed-embed img").all():
            image.evaluate("(one) => one.decode()")
        assert page.locator("feed-embed li").count() == min(count, 5)
        assert page.locator("#after").bounding_box() == before
        assert page.evaluate("window.shift") == 0


def test_dates_are_in_the_language_of_the_page(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(ITEM, language="fr")
    for language, said in (
        ("en", "Dec 31, 2021"),
        ("zh-CN", "2021年12月31日"),
        ("de", "31.12.2021"),
        ("ar-EG", "٣١"),
        ("not a tag!", "2021"),
    ):
        show(page, host, feeds, language=language)
        assert said in rows(page)[0]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_a_date_is_the_day_that_the_feed_has_wherever_the_reader_is(
    browser: Browser, host: Server, feeds: Server, zone: str
) -> None:
    feeds.files["/feed.json"] = feed(ITEM)
    with browser.new_context(timezone_id=zone) as context:
        page = context.new_page()
        show(page, host, feeds)
        assert rows(page) == ["One\nDec 31, 2021"]


def test_what_is_shown_and_how_many_are_as_the_attributes_say_also_later(
    page: Page, host: Server, feeds: Server
) -> None:
    items = [{**ITEM, "title": f"T{number}", "summary": "S", "image": f"{feeds.url}/i.svg"} for number in range(60)]
    feeds.files |= {"/feed.json": feed(*items), "/i.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
    show(page, host, feeds)
    assert rows(page) == [f"T{number}\nDec 31, 2021" for number in range(5)]
    page.evaluate("document.querySelector('feed-embed').setAttribute('limit', '2')")
    page.evaluate("document.querySelector('feed-embed').setAttribute('show', 'title summary image')")
    assert rows(page) == ["T0\nS", "T1\nS"]
    assert page.locator("feed-embed img").count() == 2
    page.evaluate("document.querySelector('feed-embed').setAttribute('limit', '999999')")
    assert len(rows(page)) == 50


def test_a_page_styles_it_by_properties_and_parts(page: Page, feeds: Server, host: Server) -> None:
    feeds.files["/feed.json"] = feed({**ITEM, "summary": "S"})
    feeds.files["/host.css"] = (
        "feed-embed { --feed-embed-link: rgb(1, 2, 3); --feed-embed-quiet: rgb(4, 5, 6) }"
        "feed-embed::part(title) { font-size: 30px } p { color: red }"
    )
    host.files["/index.html"] = HEAD.format(language="en") + (
        f'<link rel="stylesheet" href="{feeds.url}/host.css"><script src="{feeds.url}/embed.js"></script>'
        f'<feed-embed src="{feeds.url}/feed.json" show="title summary"></feed-embed>'
    )
    page.goto(host.url)
    ready(page)
    style = "(one) => { const { color, fontSize } = getComputedStyle(one); return [color, fontSize] }"
    assert page.locator("feed-embed a").first.evaluate(style) == ["rgb(1, 2, 3)", "30px"]
    assert page.locator("feed-embed p").evaluate(style) == ["rgb(4, 5, 6)", "16px"]


def test_the_keyboard_reaches_its_links_and_axe_finds_nothing(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed({**ITEM, "summary": "S"}, ITEM, language="en")
    show(page, host, feeds, show="title date summary")
    ready(page)
    page.keyboard.press("Tab")
    focused = "document.activeElement.shadowRoot.activeElement"
    assert page.evaluate(f"{focused}.textContent") == "One"
    assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("sandbox", ["", "sandbox"])
def test_the_frame_shows_the_feed_without_any_script(
    page: Page, host: Server, published: Publish, sandbox: str
) -> None:
    server = published()
    page.goto(server.url)
    code = (page.locator("#code-2").text_content() or "").replace("<iframe", f"<iframe {sandbox}")
    server.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    host.headers["Content-Security-Policy"] = STRICT.format(feeds=server.url)
    host.files["/index.html"] = HEAD.format(language="en") + code
    page.goto(host.url)
    frame = page.frame_locator("iframe")
    expect(frame.locator("li")).to_have_count(3)
    assert frame.locator("script").count() == 0
    assert frame.locator("body").evaluate("(one) => getComputedStyle(one).paddingTop") == "12px"


def test_the_fragment_fits_into_any_page(page: Page, host: Server, published: Publish) -> None:
    server = published()
    assert server.folder
    fragment = (server.folder / "category" / "news" / "embed.fragment.html").read_text("utf-8")
    host.files["/index.html"] = f"{HEAD.format(language='de')}<main><h1>Host</h1>{fragment}</main>"
    page.goto(host.url)
    assert page.locator(".feed-embed li > a").count() == 3
    assert page.locator(".feed-embed-title a").get_attribute("href") == f"{server.url}/category/news/"
    assert Axe().run(page).response["violations"] == []
