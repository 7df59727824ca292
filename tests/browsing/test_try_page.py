"""Test the page "Try the widget": the preview follows the form, and the code works on another site."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browsing.embedding import HEAD, STRICT, rows
from tests.browsing.serving import Server
from tests.sites import Command, post, site

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'"
POSTS = {
    "_posts/2021-12-31-a.md": post("Harbour & &lt;em>sea&lt;/em>", tags="['\"><script>window.ran=1</script>']"),
    "_posts/2021-12-30-b.md": post("Tides", image="/tides.svg"),
}


@pytest.fixture
def tried(feedmill: Command, servers: dict[str, Server], tmp_path: Path) -> Server:
    """Return the server of a site that has the page."""
    server = servers["tried"].reset(headers={"Access-Control-Allow-Origin": "*"})
    config = f'[feeds]\nurl = "{server.url}"\nby = ["tag"]\ntry_widget = true\n'
    root = site(tmp_path / "site", {**POSTS, "feedmill.toml": config}, "title: The Tide\nurl: https://site.example\n")
    assert feedmill(root).code == 0
    server.folder = root / "feeds"
    return server


def attributes(page: Page) -> dict[str, str]:
    script = "(one) => Object.fromEntries([...one.attributes].map(({ name, value }) => [name, value]))"
    return page.locator("feed-embed").evaluate(script)  # type: ignore[no-any-return]


def test_the_preview_shows_what_the_form_says_under_a_strict_policy(page: Page, tried: Server) -> None:
    tried.headers["Content-Security-Policy"] = POLICY
    page.goto(f"{tried.url}/try.html")
    assert rows(page)[0] == "Harbour & <em>sea</em>\nDec 31, 2021\nText of Harbour & <em>sea</em>."
    assert attributes(page) == {"src": "feed.json", "limit": "5", "show": "title date summary"}
    page.get_by_label("Layout").select_option("cards")
    page.get_by_label("Number of items").fill("1")
    page.get_by_label("summary").uncheck()
    page.get_by_label("picture").check()
    page.get_by_label("Dates").select_option("relative")
    page.get_by_label("Colours").select_option("dark")
    page.get_by_label("Categories or tags").fill("a, b")
    page.get_by_label("Words in the title").fill('"tides"')
    page.get_by_label("Text of a link").fill("All & more")
    page.get_by_label("Links open in").select_option("a new tab")
    page.get_by_label("Look for new posts").select_option("every hour")
    page.get_by_label("More feeds").fill(f"{tried.url}/feed.json?2")
    expect(page.locator("#widget-code")).to_contain_text("feed.json?2")
    chosen = {
        "limit": "1",
        "layout": "cards",
        "show": "title date image",
        "dates": "relative",
        "theme": "dark",
        "category": "a, b",
        "match": '"tides"',
        "more": "All & more",
        "target": "_blank",
        "refresh": "1h",
    }
    code = page.locator("#widget-code").text_content() or ""
    read = page.evaluate(
        """(code) => { const one = new DOMParser().parseFromString(code, "text/html").querySelector("feed-embed");
        return Object.fromEntries([...one.attributes].map(({ name, value }) => [name, value])) }""",
        code,
    )
    assert read == {"src": f"{tried.url}/feed.json {tried.url}/feed.json?2", **chosen}
    frame = page.locator("#frame-code").text_content() or ""
    assert frame.startswith(
        f'<iframe src="{tried.url}/embed.html?limit=1&amp;layout=cards&amp;theme=dark&amp;dates=relative"'
    )


def test_the_code_works_on_another_site_also_for_a_hostile_feed(page: Page, host: Server, tried: Server) -> None:
    page.goto(f"{tried.url}/try.html")
    page.get_by_label("Feed", exact=True).select_option(index=1)
    page.wait_for_function("document.querySelector('#widget-code').textContent.includes('/tag/')")
    widget, frame = (page.locator(name).text_content() or "" for name in ("#widget-code", "#frame-code"))
    assert 'reserve="1"' in widget
    host.headers["Content-Security-Policy"] = STRICT.format(feeds=tried.url)
    host.files["/index.html"] = f"{HEAD.format(language='en')}<main>{widget}{frame}</main>"
    page.goto(host.url)
    assert [row.partition("\n")[0] for row in rows(page)] == ["Harbour & <em>sea</em>"]
    expect(page.frame_locator("iframe").locator("li")).to_have_count(1)
    page.wait_for_function("document.querySelector('iframe').height !== '480'")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, tried: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{tried.url}/try.html")
    rows(page)
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]] == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_buttons_copy_the_code(page: Page, tried: Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{tried.url}/try.html")
    for name, start in (("Copy: Code of the widget", "<script async"), ("Copy: Code of a frame", "<iframe ")):
        page.get_by_role("button", name=name).click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()").startswith(start)
        page.get_by_role("button", name=name).wait_for()


def test_the_page_in_the_documentation_works_without_a_site(page: Page, servers: dict[str, Server]) -> None:
    server = servers["docs"].reset(headers={"Content-Security-Policy": POLICY})
    server.folder = Path(__file__).parents[2] / "docs" / "try"
    page.goto(f"{server.url}/try.html")
    assert rows(page)[0].startswith("The old pier opens again\nMar 12, 2026\nAfter two years")
    page.get_by_label("picture").check()
    expect(page.locator("feed-embed img")).to_have_count(3)
    expect(page.locator("#widget-code")).to_contain_text("https://example.org/feeds/embed.js")
