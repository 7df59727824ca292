"""Test embed.html in a frame on a page of another origin: its options, its measure, and its height."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from feeds.pages import assets
from tests.browsing.conftest import Publish
from tests.browsing.embedding import HEAD, STRICT
from tests.browsing.serving import Server
from tests.sites import post

# What the documentation says that the pages work with.
PAGES_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'"
MANY = {
    f"_posts/2021-12-{day:02}-{day}.md": post(f"Post {day}").replace("2021-12-31", f"2021-12-{day:02}")
    for day in range(1, 13)
}


def framed(
    page: Page, host: Server, server: Server, query: str = "", attributes: str = "", script: str = ""
) -> FrameLocator:
    """Open a page with the frame under a strict policy."""
    server.headers["Content-Security-Policy"] = PAGES_POLICY
    host.headers["Content-Security-Policy"] = STRICT.format(feeds=server.url)
    frame = (
        f'<iframe src="{server.url}/embed.html{query}" title="News" width="100%" height="480" {attributes}></iframe>'
    )
    host.files["/index.html"] = f"{HEAD.format(language='en')}<main><h1>Host</h1>{script}{frame}</main>"
    page.goto(host.url)
    return page.frame_locator("iframe")


def test_the_code_on_the_page_shows_the_feed_without_a_border(page: Page, host: Server, published: Publish) -> None:
    server = published()
    page.goto(server.url)
    code = page.locator("#code-2").text_content() or ""
    server.headers["Content-Security-Policy"] = PAGES_POLICY
    host.headers["Content-Security-Policy"] = STRICT.format(feeds=server.url)
    host.files["/index.html"] = HEAD.format(language="en") + code
    page.goto(host.url)
    expect(page.frame_locator("iframe").locator("li")).to_have_count(3)
    assert page.locator("iframe").evaluate("(one) => getComputedStyle(one).borderTopWidth") == "0px"


@pytest.mark.parametrize("prevented", ["sandbox", "policy"])
def test_the_frame_shows_the_feed_where_scripts_do_not_run(
    browser: Browser, host: Server, published: Publish, prevented: str
) -> None:
    server = published()
    with browser.new_context() as context:
        page = context.new_page()  # the browser logs that it has blocked the script
        frame = framed(page, host, server, "?limit=1", "sandbox" if prevented == "sandbox" else "")
        if prevented == "policy":
            server.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
            page.reload()
        expect(frame.locator("li:visible")).to_have_count(3)
        assert frame.locator("body").evaluate("(one) => getComputedStyle(one).paddingTop") == "12px"


def test_the_address_says_how_many_items_and_how_they_look(page: Page, host: Server, published: Publish) -> None:
    server = published(MANY)
    shown = framed(page, host, server).locator("li:visible")
    expect(shown).to_have_count(10)
    for query, count in (("?limit=3", 3), ("?limit=99", 10), ("?limit=0", 10), ("?limit=-1", 10), ("?limit=x", 10)):
        framed(page, host, server, query)
        expect(shown).to_have_count(count)
    frame = framed(page, host, server, "?layout=cards&limit=2")
    tops = "(all) => new Set(all.map((one) => one.getBoundingClientRect().top)).size"
    assert frame.locator("li:visible").evaluate_all(tops) == 1
    frame = framed(page, host, server, "?layout=compact&limit=2")
    assert frame.locator("li p:visible").count() == 0
    link, time = (frame.locator(f"li >> nth=0 >> {name}").bounding_box() for name in ("a", "time"))
    assert link
    assert time
    assert time["x"] > link["x"] + link["width"]
    frame = framed(page, host, server, "?layout=<b>&theme=<b>&dates=<b>")
    assert frame.locator("li:visible").evaluate_all(tops) == 10


def test_the_address_says_light_or_dark(browser: Browser, host: Server, published: Publish) -> None:
    server = published()
    seen = {}
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        for theme in ("", "auto", "light", "dark"):
            frame = framed(page, host, server, f"?theme={theme}")
            expect(frame.locator("li")).to_have_count(3)
            seen[theme] = frame.locator("html").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert seen[""] == seen["auto"] == seen["dark"] == "rgb(24, 23, 20)"
    assert seen["light"] == "rgb(253, 252, 249)"


def test_the_address_says_how_dates_are_written(page: Page, host: Server, published: Publish) -> None:
    server = published()
    page.clock.set_fixed_time("2022-01-01T12:00:00Z")
    dates = framed(page, host, server, "?dates=relative").locator("time")
    expect(dates.first).to_have_text("1 day ago")
    assert dates.first.get_attribute("title") == "31 December 2021"
    expect(framed(page, host, server, "?dates=none").locator("time:visible")).to_have_count(0)
    expect(framed(page, host, server, "?dates=absolute").locator("time").first).to_have_text("31 December 2021")


def test_lines_are_short_enough_to_read_in_a_wide_frame(page: Page, host: Server, published: Publish) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    frame = framed(page, host, published())
    widths = frame.locator("li").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().width)")
    assert max(widths) <= 44 * 16
    page.set_viewport_size({"width": 320, "height": 700})
    assert frame.locator("html").evaluate("(one) => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize("query", ["", "?layout=cards", "?layout=compact", "?theme=dark"])
def test_axe_finds_nothing(page: Page, published: Publish, query: str) -> None:
    page.goto(f"{published().url}/embed.html{query}")
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]] == []


HEIGHT = "document.documentElement.getBoundingClientRect().height"


def test_a_frame_gets_the_height_of_its_content(page: Page, host: Server, published: Publish) -> None:
    server = published(MANY)
    integrity = assets.integrity(assets.read_asset(assets.FRAME_SCRIPT))
    script = f'<script async src="{server.url}/frame.js" integrity="{integrity}" crossorigin="anonymous"></script>'
    for width, query in ((700, "?limit=2"), (320, "?limit=2"), (700, "")):
        page.set_viewport_size({"width": width, "height": 700})
        frame = framed(page, host, server, query, script=script)
        page.wait_for_function("document.querySelector('iframe').height !== '480'")
        assert int(page.locator("iframe").get_attribute("height") or 0) == pytest.approx(
            frame.locator("html").evaluate(f"() => {HEIGHT}"), abs=1
        )
    before = height(page)
    page.set_viewport_size({"width": 100, "height": 700})
    page.wait_for_function("(low) => document.querySelector('iframe').height > low", arg=before)


def height(page: Page) -> int:
    return int(page.locator("iframe").get_attribute("height") or 0)


def test_a_script_that_comes_after_the_frame_asks_for_the_height(page: Page, host: Server, published: Publish) -> None:
    server = published()
    frame = framed(page, host, server, "?limit=1")
    expect(frame.locator("li:visible")).to_have_count(1)
    host.headers.clear()
    page.reload()
    expect(frame.locator("li:visible")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert height(page) == 480
    page.add_script_tag(url=f"{server.url}/frame.js")
    page.wait_for_function("document.querySelector('iframe').height !== '480'")


def test_only_frames_of_the_feeds_change_their_height(page: Page, host: Server, published: Publish) -> None:
    server = published()
    script = f'<script src="{server.url}/frame.js"></script>'
    framed(page, host, server, script=script)
    page.wait_for_function("document.querySelector('iframe').height !== '480'")
    before = height(page)
    for sent in ('{type: "feed-embed:height", height: 9}', '{type: "feed-embed:height", height: "x"}', "null", '"x"'):
        page.evaluate(f"postMessage({sent}, '*')")
        for frame in page.frames[1:]:
            frame.evaluate(f"parent.postMessage({sent.replace('9', '-9').replace('feed-embed:height', 'x')}, '*')")
    page.wait_for_timeout(100)
    assert height(page) == before
