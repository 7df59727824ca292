"""Make the snippets on a feed's page: links that subscribe in a reader, and code to embed the feed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlsplit

from msgspec import Struct

# Services that subscribe by a link. The page sends them no request until the visitor follows the link.
READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={}"),
    ("NewsBlur", "https://www.newsblur.com/?url={}"),
    ("Feedbin", "https://feedbin.com/?subscribe={}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={}"),
)

_WIDGET_LIMIT = 5


class Address(Struct, frozen=True):
    """One format of a feed: its label, its address (absolute, and relative to the page) and its media type."""

    name: str
    url: str
    href: str
    type: str


def reader_links(url: str) -> list[tuple[str, str]]:
    """Return (name, link) for each reader that can open the feed at `url`; the name "" is the installed default."""
    quoted = quote(url, safe="")
    return [*((name, link.format(quoted)) for name, link in READERS), ("", f"feed:{url}")]


def autodiscovery_links(title: str, addresses: Sequence[Address]) -> str:
    """Return the autodiscovery links of a feed (https://www.rssboard.org/rss-autodiscovery)."""
    return "\n".join(
        f'<link rel="alternate" type="{one.type}" title="{escape(title)}" href="{escape(one.url)}">'
        for one in addresses
    )


def widget_code(script: str, integrity: str, feed: str, page: str, title: str, items: int) -> str:
    """Return the code of the widget; the link inside it shows while it loads, if it fails, and without scripts.

    Where the feed has fewer items than the widget shows, the code says how many rows to reserve.

    Args:
        script: the address of the widget.
        integrity: the integrity metadata of the widget.
        feed: the address of the JSON feed.
        page: the address of the feed's page.
        title: the title of the feed.
        items: the number of items in the feed.
    """
    reserve = f' reserve="{items}"' if items < _WIDGET_LIMIT else ""
    return (
        f'<script async src="{escape(script)}" integrity="{integrity}" crossorigin="anonymous"></script>\n'
        f'<feed-embed src="{escape(feed)}" limit="{_WIDGET_LIMIT}"{reserve} show="title date summary">'
        f'<a href="{escape(page)}">{escape(title)}</a></feed-embed>'
    )


def iframe_code(url: str, title: str) -> str:
    """Return an iframe with the same list, for pages without scripts.

    `frameborder` is obsolete, but a style would need a page whose policy allows inline styles.
    """
    return (
        f'<iframe src="{escape(url)}" title="{escape(title)}" '
        'width="100%" height="480" frameborder="0" loading="lazy"></iframe>'
    )


def include_code(url: str) -> str:
    """Return a server-side include (Apache, nginx) of the fragment at `url` on the same server."""
    return f'<!--#include virtual="{escape(urlsplit(url).path)}" -->'
