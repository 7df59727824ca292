"""Render "Try the widget": a page in the root of the output that builds the code of the widget, with a preview."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import jinja2
from msgspec import Struct

from feeds.formats.table import EMBED, FORMATS
from feeds.model import Feed
from feeds.pages import assets
from feeds.select.paths import address


class _Script(Struct, frozen=True):
    url: str
    integrity: str


class _Choice(Struct, frozen=True):
    """A feed to choose: `href` is its JSON feed as seen from the page; the other addresses are absolute."""

    title: str
    href: str
    url: str
    page: str
    frame: str
    items: int


def render_try_page(template: jinja2.Template, feeds: Sequence[Feed], title: str, root: str) -> bytes:
    """Return the page.

    Args:
        template: the template of the page.
        feeds: all feeds of the site.
        title: the title of the site.
        root: the address of the output folder.
    """
    view = {
        "title": title,
        "script": _script(root, assets.WIDGET),
        "frame": _script(root, assets.FRAME_SCRIPT),
        "feeds": [_choice(feed, root) for feed in feeds],
    }
    return template.render(view).encode()


def _script(root: str, name: str) -> _Script:
    return _Script(address(root, name), assets.integrity(assets.read_asset(name)))


def _choice(feed: Feed, root: str) -> _Choice:
    path = feed.file(FORMATS["json"].file)
    page = address(root, feed.path) + "/"
    frame = address(root, feed.file(EMBED))
    return _Choice(feed.title, quote(path), address(root, path), page, frame, assets.widget_items(feed.total))
