"""Test embedding on a page of another origin: the widget, the frame and the fragment."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from feeds.pages import assets
from tests.browsing.conftest import Publish
from tests.browsing.embedding import HEAD, ITEM, SHIFTS, STRICT, feed, ready, rows, settled, show
from tests.browsing.serving import Server
from tests.sites import post

POLLUTION = """
for (const [name, value] of Object.entries({
  title: "polluted", url: "https://polluted.example/", image: "/polluted.png", summary: "polluted", language: "xx",
  content_text: "polluted", date_published: "1999-09-09", items: [{ title: "polluted" }], method: "POST",
  body: "polluted", mode: "no-cors", headers: { polluted: "1" }, cache: "only-if-cached", weekday: "long",
  timeStyle: "full", delegatesFocus: true, slotAssignment: "manual", baseURL: "/polluted/", disabled: true,
  id: "polluted", tags: ["polluted"], home_page_url: "https://polluted.example/", src: "polluted", feed: { items: [] },
  numeric: "auto", style: "narrow", numberingSystem: "arab", calendar: "islamic", localeMatcher: "lookup",
  bubbles: false, detail: "polluted", easing: "steps(1)", composite: "add", offset: 0.5, duration: 1e9, slot: "empty",
})) Object.prototype[name] = value;
"""


def test_the_widget_has_at_most_five_kilobytes() -> None:
    assert len(gzip.compress(assets.read_asset(assets.WIDGET), 9, mtime=0)) <= 5000


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
    feeds.files["/feed.json"] = feed({**ITEM, "tags": ["a"]}, {"title": "Bare"}, {})
    seen = []
    told = "addEventListener('feed-embed:load', ({ detail }) => { window.told = JSON.stringify(detail) });"
    for pollution in ("", POLLUTION):
        host.files["/first.js"] = told + pollution
        seen.append("")
        for chosen in (
            {},
            {"dates": "relative", "src": f"{feeds.url}/feed.json {feeds.url}/feed.json"},
            {"category": "a"},
        ):
            show(page, host, feeds, **{"show": "title date summary image", "more": "More", **chosen})
            assert settled(page) > 0
            seen[-1] += page.evaluate("document.querySelector('feed-embed').shadowRoot.innerHTML + window.told")
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


@pytest.mark.parametrize("layout", ["list", "cards", "compact", "ticker"])
@pytest.mark.parametrize("shown", ["title", "title date summary image", "image"])
def test_nothing_jumps_when_the_feed_comes(page: Page, host: Server, feeds: Server, shown: str, layout: str) -> None:
    picture = f"{feeds.url}/picture.svg"
    feeds.files["/picture.svg"] = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>'
    one = {**ITEM, "title": "长标题" * 60, "summary": "Many words. " * 60, "image": picture}
    feeds.held = {"/feed.json"}
    page.add_init_script(SHIFTS)
    page.emulate_media(reduced_motion="reduce")
    for count, reserve in ((9, ""), (2, "2"), (1, "1")):
        feeds.files["/feed.json"] = feed(*[one] * count, home_page_url=host.url)
        feeds.release.clear()
        show(page, host, feeds, "Loading", show=shown, layout=layout, reserve=reserve, more="More")
        before = page.locator("#after").bounding_box()
        feeds.release.set()
        ready(page)
        for image in page.locator("feed-embed img:visible").all():
            image.evaluate("(one) => one.decode()")
        assert page.locator("feed-embed li").count() == min(count, 5)
        assert page.locator("#after").bounding_box() == before
        assert page.evaluate("window.shift") == 0


def test_fewer_items_none_or_a_failure_leave_no_hole(browser: Browser, host: Server, feeds: Server) -> None:
    with browser.new_context() as context:
        page = context.new_page()  # the browser logs an error for the missing feed
        for count in (2, 5):
            feeds.files["/feed.json"] = feed(*[ITEM] * count)
            show(page, host, feeds)
            assert settled(page) == pytest.approx(count * (3 * 1.45 + 1.2) * 16, abs=1)
        text = page.locator("#after").evaluate("(one) => one.getBoundingClientRect().height")
        for answer in (feed(), "{", None):
            feeds.files["/feed.json"] = answer or ""
            show(page, host, feeds, "<a href='/own'>Own</a>", src=f"{feeds.url}/{'feed' if answer else 'missing'}.json")
            assert settled(page) <= text + 2 * 0.6 * 16 + 1, answer
            assert page.locator("feed-embed > a").is_visible()


def test_the_space_of_missing_items_closes_smoothly_unless_motion_is_unwanted(
    page: Page, host: Server, feeds: Server
) -> None:
    feeds.files["/feed.json"] = feed(ITEM)
    page.add_init_script(
        "window.moved = []; const { animate } = Element.prototype;"
        "Element.prototype.animate = function (...all) { moved.push(all); return animate.apply(this, all) }"
    )
    for motion, wanted in (("no-preference", 1), ("reduce", 0)):
        page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        show(page, host, feeds)
        settled(page)
        assert page.evaluate("moved.length") == wanted


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


def test_the_fragment_fits_into_any_page(page: Page, host: Server, published: Publish) -> None:
    server = published()
    assert server.folder
    fragment = (server.folder / "category" / "news" / "embed.fragment.html").read_text("utf-8")
    host.files["/index.html"] = f"{HEAD.format(language='de')}<main><h1>Host</h1>{fragment}</main>"
    page.goto(host.url)
    assert page.locator(".feed-embed li > a").count() == 3
    assert page.locator(".feed-embed-title a").get_attribute("href") == f"{server.url}/category/news/"
    assert Axe().run(page).response["violations"] == []
