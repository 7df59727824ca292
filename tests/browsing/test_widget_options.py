"""Test each option of the widget: layouts, dates, colours, selection, several feeds, refreshes, slots, the event."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browsing.embedding import HEAD, ITEM, feed, ready, rows, settled, show
from tests.browsing.serving import Server

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>'
EVERYTHING = "title date summary image"


def item(name: str, day: int = 1, **fields: Any) -> dict[str, Any]:
    published = f"2021-12-{day:02}T12:00:00+00:00"
    return {"id": name, "title": name, "url": f"https://site.example/{name}", "date_published": published, **fields}


def set_attribute(page: Page, name: str, value: str) -> None:
    page.locator("feed-embed").evaluate("(one, [name, value]) => one.setAttribute(name, value)", [name, value])


def titles(page: Page) -> list[str]:
    ready(page)
    return page.locator("feed-embed [part=title]").all_inner_texts()


def boxes(page: Page) -> list[dict[str, float]]:
    ready(page)
    script = "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"
    return page.locator("feed-embed li").evaluate_all(script)  # type: ignore[no-any-return]


@pytest.mark.parametrize("layout", ["list", "cards", "compact", "ticker"])
@pytest.mark.parametrize("theme", ["", "auto", "light", "dark"])
def test_axe_finds_nothing_in_any_layout_or_theme(
    page: Page, host: Server, feeds: Server, layout: str, theme: str
) -> None:
    page.emulate_media(reduced_motion="reduce", color_scheme="dark" if theme == "auto" else "light")
    feeds.files |= {"/feed.json": feed(*(item(name, summary="S", image=f"{feeds.url}/i.svg") for name in "abc"))}
    feeds.files["/i.svg"] = PICTURE
    chosen = {"theme": theme} if theme else {}
    show(page, host, feeds, "<h2 slot='heading'>News</h2>", layout=layout, show=EVERYTHING, more="More", **chosen)
    ready(page)
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]] == []


def test_axe_finds_nothing_in_a_ticker_that_moves(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(*(item(name) for name in "abc"))
    show(page, host, feeds, layout="ticker")
    ready(page)
    assert Axe().run(page).response["violations"] == []


def test_cards_stand_side_by_side_with_the_ratio_of_their_pictures_reserved(
    page: Page, host: Server, feeds: Server
) -> None:
    feeds.files |= {"/feed.json": feed(*(item(name, image=f"{feeds.url}/i.svg") for name in "abc")), "/i.svg": PICTURE}
    show(page, host, feeds, layout="cards", show=EVERYTHING)
    one, other, _ = boxes(page)
    assert one["top"] == other["top"]
    assert one["right"] < other["left"]
    image = page.locator("feed-embed img").first
    assert image.get_attribute("loading") == "lazy"
    width, height = image.evaluate("(one) => [one.offsetWidth, one.offsetHeight]")
    assert width / height == pytest.approx(16 / 9, abs=0.01)
    page.set_viewport_size({"width": 320, "height": 600})
    one, other, _ = boxes(page)
    assert one["bottom"] < other["top"]
    assert one["right"] <= 320


def test_pictures_out_of_view_are_not_loaded(page: Page, host: Server, feeds: Server) -> None:
    feeds.files |= {"/feed.json": feed(*(item(f"i{one}", image=f"{feeds.url}/{one}.svg") for one in range(50)))}
    feeds.files |= {f"/{one}.svg": PICTURE for one in range(50)}
    page.set_viewport_size({"width": 800, "height": 300})
    show(page, host, feeds, show="image", limit="50", layout="cards")
    expect(page.locator("feed-embed img")).to_have_count(50)
    page.wait_for_load_state("networkidle")
    assert 0 < sum(path.endswith(".svg") for path in feeds.asked) < 50


def test_a_compact_row_is_one_line_with_the_date_at_its_end(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(item("many words " * 40, summary="S"), item("b", summary="S"))
    show(page, host, feeds, layout="compact", show=EVERYTHING)
    assert [one["height"] for one in boxes(page)] == [pytest.approx(2.65 * 16, abs=1)] * 2
    assert not page.locator("feed-embed p").first.is_visible()
    for row in page.locator("feed-embed li").all():
        title, date = (row.locator(f"[part={part}]").bounding_box() for part in ("title", "date"))
        assert title
        assert date
        assert date["x"] >= title["x"] + title["width"]
        assert abs(date["y"] - title["y"]) < 3


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_ticker_moves_in_reading_direction_until_it_is_paused(
    page: Page, host: Server, feeds: Server, direction: str
) -> None:
    feeds.files["/feed.json"] = feed(item("a"), item("b"))
    host.files["/first.js"] = f"document.documentElement.dir = '{direction}'"
    show(page, host, feeds, layout="ticker")

    def moved() -> float:
        before = boxes(page)[0]["left"]
        page.wait_for_timeout(300)
        return boxes(page)[0]["left"] - before

    assert len({one["top"] for one in boxes(page)}) == 1
    assert moved() < 0 if direction == "ltr" else moved() > 0
    page.get_by_role("button", name="Pause").click()
    page.mouse.move(0, 0)
    assert moved() == 0
    assert page.get_by_role("button", name="Pause").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Pause").click()
    page.mouse.move(0, 0)
    assert moved() != 0
    page.keyboard.press("Tab")  # a link in focus stands where it can be seen
    assert moved() == 0
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("document.activeElement.blur()")
    assert moved() == 0
    assert page.get_by_role("button", name="Pause").count() == 0


def test_dates_are_absolute_relative_or_none(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = (
        feed(
            *(item("a", date_published=date) for date in ("2021-12-31T23:30:00-05:00", "2022-01-03T04:15:00Z", "soon")),
        )[:-1]
        + ', "_": 1}'
    )
    feeds.files["/feed.json"] = feeds.files["/feed.json"].replace('"id": "a"', '"id": null', 1)
    page.clock.set_fixed_time("2022-01-03T04:30:00Z")
    for language, said in (("en", ["2 days ago", "15 minutes ago"]), ("de", ["vor 2 Tagen", "vor 15 Minuten"])):
        show(page, host, feeds, language=language, dates="relative", show="date")
        assert rows(page)[: len(said)] == said[: len(rows(page))]
    date = page.locator("feed-embed time").first
    assert date.get_attribute("title") == "31.12.2021"
    assert date.get_attribute("datetime") == "2021-12-31T23:30:00-05:00"
    for chosen, text in (("absolute", "a\n31.12.2021"), ("none", "a"), ("", "a\n31.12.2021")):
        show(page, host, feeds, language="de", dates=chosen, limit="1")
        assert rows(page) == [text]


def test_every_unit_of_time_is_told(page: Page, host: Server, feeds: Server) -> None:
    dates = ["2022-01-01T00:00:10Z", "2021-12-31T23:59:20Z", "2021-12-31T22:00:00Z", "2021-12-24T00:00:00Z"]
    dates += ["2021-10-20T00:00:00Z", "2019-06-01T00:00:00Z"]
    feeds.files["/feed.json"] = feed(*(item(date, date_published=date) for date in dates))
    page.clock.set_fixed_time("2022-01-01T00:00:00Z")
    show(page, host, feeds, dates="relative", show="date", limit="9")
    assert rows(page) == ["1 second ago", "40 seconds ago", "2 hours ago", "8 days ago", "2 months ago", "2 years ago"]


def test_themes_have_colours_of_their_own_and_none_has_those_of_the_page(
    browser: Browser, host: Server, feeds: Server
) -> None:
    feeds.files["/feed.json"] = feed(ITEM)
    seen = {}
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        for theme in ("", "auto", "light", "dark"):
            show(page, host, feeds, **({"theme": theme} if theme else {}))
            ready(page)
            style = page.locator("feed-embed").evaluate_handle("(one) => getComputedStyle(one)")
            seen[theme] = style.evaluate("({ color, backgroundColor }) => [color, backgroundColor]")
    assert seen[""] == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
    assert seen["auto"] == seen["dark"]
    assert seen["light"] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert seen["dark"][0] == "rgb(255, 255, 255)"


def test_links_open_where_target_says(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(ITEM, home_page_url="https://site.example/")
    show(page, host, feeds, target="_blank", more="More")
    ready(page)
    assert page.locator("feed-embed a").evaluate_all("(all) => all.map((one) => one.target)") == ["_blank"] * 3


def test_more_is_a_link_to_the_page_of_the_feed(page: Page, host: Server, feeds: Server) -> None:
    more = page.locator("feed-embed [part=more]")
    for home, inside, leads in (
        ("https://site.example/", "", "https://site.example/"),
        ("https://site.example/", "<a href='https://site.example/feeds/'>Feed</a>", "https://site.example/feeds/"),
        ("javascript:window.ran=1", "", f"{feeds.url}/feed.json"),
        (None, "", f"{feeds.url}/feed.json"),
    ):
        feeds.files["/feed.json"] = feed(ITEM, home_page_url=home)
        show(page, host, feeds, inside, more="All <b>news</b>")
        ready(page)
        assert more.inner_text() == "All <b>news</b>"
        assert more.get_attribute("href") == leads
    feeds.files["/feed.json"] = "{"
    set_attribute(page, "src", f"{feeds.url}/feed.json?2")
    expect(more).to_have_count(0)


def test_categories_and_words_select_items(page: Page, host: Server, feeds: Server) -> None:
    odd: Any = [None, 1, {"toString": 1}, ["News"]]
    feeds.files["/feed.json"] = feed(
        item("Harbour news", tags=["News", "Sea"]),
        item("Tides", tags=["Sea"]),
        item("R&D", tags=["R＆D"]),
        item("Odd", tags=odd),
        item("Odder", tags={"0": "news"}),
        item("None"),
    )
    for attributes, found in (
        ({"category": "news"}, ["Harbour news"]),
        ({"category": " SEA , r&amp;d "}, ["Harbour news", "Tides", "R&D"]),
        ({"category": "absent"}, []),
        ({"match": "HARBOUR, tide"}, ["Harbour news", "Tides"]),
        ({"match": "harbour", "category": "sea"}, ["Harbour news"]),
        ({"match": "[", "category": ","}, []),
        ({"match": " , "}, ["Harbour news", "Tides", "R&D", "Odd", "Odder"]),
    ):
        show(page, host, feeds, "<i>Nothing here</i>", **attributes)
        assert titles(page) == found, attributes
        assert page.get_by_text("Nothing here").is_visible() is (not found)


def test_several_feeds_are_one_list_by_date_with_each_id_once(page: Page, host: Server, feeds: Server) -> None:
    feeds.files |= {
        "/a.json": feed(item("old", 1), item("both", 5), item("undated", date_published=""), title="A"),
        "/b.json": feed(item("both", 5), item("new", 9), item("middle", 3, id=7), item("seven", 2, id="7"), title="B"),
    }
    show(page, host, feeds, src=f"{feeds.url}/a.json\n {feeds.url}/b.json", limit="9")
    assert [row.replace("\n", " ") for row in rows(page)] == [
        "new Dec 9, 2021 · B",
        "both Dec 5, 2021 · A",
        "middle Dec 3, 2021 · B",
        "seven Dec 2, 2021 · B",
        "old Dec 1, 2021 · A",
        "undated A",
    ]
    set_attribute(page, "limit", "2")
    assert titles(page) == ["new", "both"]
    show(page, host, feeds, src=f"{feeds.url}/a.json", show="title source")
    assert rows(page) == ["old\nA", "both\nA", "undated\nA"]


def test_a_feed_that_fails_leaves_the_others(browser: Browser, host: Server, feeds: Server) -> None:
    feeds.files["/a.json"] = feed(item("a"))
    with browser.new_context() as context:
        page = context.new_page()  # the browser logs an error for the missing feed
        show(page, host, feeds, "<i>Fails</i>", src=f"{feeds.url}/missing.json {feeds.url}/a.json javascript:x")
        assert titles(page) == ["a"]
        assert not page.get_by_text("Fails").is_visible()


def test_a_refresh_asks_conditionally_and_tells_what_is_new(page: Page, host: Server, feeds: Server) -> None:
    feeds.validates = True
    feeds.files["/feed.json"] = feed(item("old"))
    page.clock.install()

    def refresh(time: str) -> None:
        with page.expect_event("requestfinished"):
            page.clock.run_for(time)
        page.wait_for_load_state("networkidle")

    show(page, host, feeds, refresh="10m")
    assert titles(page) == ["old"]
    row = page.locator("feed-embed li").element_handle()
    page.clock.run_for("09:59")
    assert feeds.asked.count("/feed.json") == 1
    refresh("00:02")
    expect(page.locator("feed-embed output")).to_have_text("")
    assert feeds.kept == ["/feed.json"]
    assert row.evaluate("(one) => one.isConnected")
    feeds.files["/feed.json"] = feed(item("new", 2), item("old"))
    refresh("10:00")
    expect(page.locator("feed-embed [part=title]")).to_have_text(["new", "old"])
    expect(page.locator("feed-embed").get_by_role("status")).to_have_text("new")
    feeds.files["/feed.json"] = "{"
    refresh("10:00")
    refresh("10:00")
    assert titles(page) == ["new", "old"]
    assert feeds.kept == ["/feed.json"] * 2


@pytest.mark.parametrize("refresh", ["", "0m", "10", "soon", "-5m", "1e3m"])
def test_without_a_period_nothing_is_asked_again(page: Page, host: Server, feeds: Server, refresh: str) -> None:
    feeds.files["/feed.json"] = feed(ITEM)
    page.clock.install()
    show(page, host, feeds, refresh=refresh)
    ready(page)
    page.clock.fast_forward(99 * 3600 * 1000)
    page.wait_for_load_state("networkidle")
    assert feeds.asked.count("/feed.json") == 1


def test_nothing_is_refreshed_under_the_pointer_or_the_focus(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(item("a"))
    page.clock.install()
    show(page, host, feeds, refresh="1h")
    ready(page)
    page.keyboard.press("Tab")
    page.clock.run_for("01:00:00")
    page.evaluate("document.activeElement.blur()")
    page.locator("feed-embed li").hover()
    page.clock.run_for("01:00:00")
    assert feeds.asked.count("/feed.json") == 1
    page.mouse.move(0, 0)
    with page.expect_request("**/feed.json"):
        page.clock.run_for("01:00:00")


def test_slots_are_shown_in_their_states(page: Page, host: Server, feeds: Server) -> None:
    inside = "<h2 slot='heading'>News</h2> <p slot='empty'>None</p> <p slot='error'>Failed</p> <a href='/own'>Own</a>"
    feeds.held = {"/feed.json"}

    def seen() -> list[str]:
        return page.locator("feed-embed > :is([slot], a):visible").all_inner_texts()

    for answer, wanted in ((feed(ITEM), []), (feed(), ["None"]), ("[]", ["Failed"])):
        feeds.files["/feed.json"] = answer
        feeds.release.clear()
        show(page, host, feeds, inside)
        assert seen() == ["News", "Own"]
        feeds.release.set()
        ready(page)
        assert seen() == ["News", *wanted]
    show(page, host, feeds, "<h2 slot='heading'>News</h2> <!-- nothing else -->")
    ready(page)
    assert seen() == ["News"]
    assert page.locator("feed-embed [part=fallback]").is_visible()


def test_an_event_tells_that_it_has_loaded(page: Page, host: Server, feeds: Server) -> None:
    host.files["/first.js"] = """
        window.told = [];
        addEventListener("feed-embed:load", ({ target, detail }) =>
          told.push([target.localName, detail.state, detail.items]))
    """
    for answer, state, count in ((feed(ITEM, ITEM), "ready", 2), (feed(), "empty", 0), ("{", "error", 0)):
        feeds.files["/feed.json"] = answer
        show(page, host, feeds)
        ready(page)
        assert page.evaluate("told") == [["feed-embed", state, count]]


def test_from_right_to_left_everything_is_mirrored(page: Page, host: Server, feeds: Server) -> None:
    feeds.files |= {"/feed.json": feed(item("خبر", image=f"{feeds.url}/i.svg"), item("News")), "/i.svg": PICTURE}
    host.files["/first.js"] = "document.documentElement.dir = 'rtl'"
    for layout in ("list", "compact", "cards"):
        show(page, host, feeds, language="ar", layout=layout, show="title date image")
        one, other = boxes(page)
        if layout == "cards":
            assert one["left"] > other["right"]
            continue
        for row in page.locator("feed-embed li").all():
            title = row.locator("[part=title]")
            drawn = title.evaluate(
                "(one) => { const range = new Range(); range.selectNodeContents(one);"
                "return range.getBoundingClientRect().right }"
            )
            around = row.locator("[part=text]").evaluate("(one) => one.getBoundingClientRect().right")
            assert drawn == pytest.approx(around, abs=1)
    show(page, host, feeds, language="ar", show="title image")
    ready(page)
    image, title = (page.locator(f"feed-embed [part={part}]").first.bounding_box() for part in ("image", "title"))
    assert image
    assert title
    assert image["x"] > title["x"]


def test_options_can_be_changed_later_without_another_request(page: Page, host: Server, feeds: Server) -> None:
    feeds.files["/feed.json"] = feed(item("a", tags=["x"]), item("b"))
    show(page, host, feeds)
    ready(page)
    for name, value, found in (("category", "x", ["a"]), ("category", "", ["a", "b"]), ("match", "b", ["b"])):
        set_attribute(page, name, value)
        assert titles(page) == found
    assert feeds.asked.count("/feed.json") == 1
    page.evaluate("document.querySelector('feed-embed').remove()")
    assert page.evaluate("customElements.get('feed-embed') !== undefined")


def test_a_page_can_style_the_placeholders(page: Page, host: Server, feeds: Server) -> None:
    feeds.files |= {"/feed.json": feed(ITEM), "/host.css": "feed-embed::part(placeholder) { visibility: visible }"}
    feeds.held = {"/feed.json"}
    host.files["/index.html"] = HEAD.format(language="en") + (
        f'<link rel="stylesheet" href="{feeds.url}/host.css"><script src="{feeds.url}/embed.js"></script>'
        f'<feed-embed src="{feeds.url}/feed.json" reserve="2"></feed-embed>'
    )
    page.goto(host.url)
    assert page.locator("feed-embed [part=placeholder]:visible").count() == 2
    feeds.release.set()
    assert settled(page) > 0
