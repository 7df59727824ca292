"""What a feed's page gives away to copy: links into readers, and the code that puts the feed on other pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlsplit

# Services that take an address by a link: nothing is asked of them before somebody follows it.
READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={}"),
    ("NewsBlur", "https://www.newsblur.com/?url={}"),
    ("Feedbin", "https://feedbin.com/?subscribe={}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={}"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """A file of a feed: what it is called, where it is (absolute, and from the page), and its media type."""

    name: str
    url: str
    href: str
    type: str


def readers(url: str) -> list[tuple[str, str]]:
    """(name, link) for the readers that the feed at `url` can be opened in; "" is whichever one is installed."""
    quoted = quote(url, safe="")
    return [*((name, link.format(quoted)) for name, link in READERS), ("", f"feed:{url}")]


def alternates(title: str, addresses: Sequence[Address]) -> str:
    """The lines by which a reader finds the feed from a page (https://www.rssboard.org/rss-autodiscovery)."""
    return "\n".join(
        f'<link rel="alternate" type="{one.type}" title="{escape(title)}" href="{escape(one.url)}">'
        for one in addresses
    )


def widget(script: str, integrity: str, feed: str, page: str, title: str) -> str:
    """The widget; what is inside it is shown while it loads, when it cannot, and where scripts do not run."""
    return (
        f'<script async src="{escape(script)}" integrity="{integrity}" crossorigin="anonymous"></script>\n'
        f'<feed-embed src="{escape(feed)}" limit="5" show="title date summary">'
        f'<a href="{escape(page)}">{escape(title)}</a></feed-embed>'
    )


def frame(url: str, title: str) -> str:
    """The same list in a frame, without any script."""
    return f'<iframe src="{escape(url)}" title="{escape(title)}" width="100%" height="480" loading="lazy"></iframe>'


def include(url: str) -> str:
    """A server-side include of the fragment at `url`, which is on the same server (Apache, nginx)."""
    return f'<!--#include virtual="{escape(urlsplit(url).path)}" -->'
