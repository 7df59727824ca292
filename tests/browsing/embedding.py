"""Open pages of another origin with the widget in them, and read what it shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.browsing.serving import Server

if TYPE_CHECKING:  # the library may not be installed
    from playwright.sync_api import Page

HEAD = '<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Host</title>'
# A strict policy: only listed sources, no inline styles, no HTML from strings (Trusted Types).
STRICT = (
    "default-src 'none'; script-src {feeds} 'self'; connect-src {feeds}; img-src {feeds} 'self'; frame-src {feeds}; "
    "style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
ITEM = {"title": "One", "url": "https://site.example/1", "date_published": "2021-12-31T23:30:00-05:00"}

# Add up the layout shifts of the page in `window.shift`.
SHIFTS = (
    "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => shift += one.value))"
    ".observe({type: 'layout-shift', buffered: true})"
)


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
    page.locator("feed-embed ol[aria-busy=false]").wait_for(state="attached")


def rows(page: Page) -> list[str]:
    ready(page)
    return [text.replace("\n\n", "\n") for text in page.locator("feed-embed li").all_inner_texts()]


def settled(page: Page) -> float:
    """Return the height of the widget when it has loaded and closed up."""
    ready(page)
    root = "document.querySelector('feed-embed').shadowRoot"
    page.evaluate(f"Promise.all({root}.getAnimations().map((one) => one.effect.target.part == 'box' && one.finished))")
    return float(page.locator("feed-embed").evaluate("(one) => one.getBoundingClientRect().height"))
