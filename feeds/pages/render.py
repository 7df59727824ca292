"""Render the HTML pages of a feed: its newest items, how to subscribe, and how to embed it. Owns Jinja2.

The pages are HTML and well-formed XML, so that they are verified as strictly as the feeds: a text that escaped from its
element would be found. They contain no inline script or style, and load nothing from other hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from feeds.formats.table import EMBED, FORMATS, FRAGMENT, OPML_FILE, PAGE
from feeds.formats.verify import count_elements
from feeds.model import Feed, Item
from feeds.options import FeedsOptions
from feeds.pages import assets, snippets
from feeds.pages.translations import Translation, language_tag, load_translation
from feeds.select.activity import WEEKS, chart_path, newest_day
from feeds.select.feeds import site_title
from feeds.select.paths import address
from posts.model import Site
from posts.text import plain, shorten

_LABELS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
_PLURALS = {
    "category": "categories",
    "tag": "tags",
    "author": "authors",
    "language": "languages",
    "custom": "customs",
}
_TEXT_LIMIT = 300  # graphemes of a title or a summary on a page
_ITEM = {PAGE: "article", EMBED: "li", FRAGMENT: "li"}
_ROOT = {PAGE: "html", EMBED: "html", FRAGMENT: "div"}


class PageRenderer:
    """Render the pages of one site. Items and dates that appear on many pages are rendered once."""

    def __init__(self, feeds: Sequence[Feed], site: Site, options: FeedsOptions) -> None:
        """Compile the templates. `feeds` are all feeds of the site, for the directory."""
        self.feeds = feeds
        self.site = site
        self.options = options
        self.title = site_title(site)
        self.translate = load_translation(language_tag(site.language))
        environment = _environment(self.translate)
        environment.globals.update(site_title=self.title, home=f"{site.url}/", outline=OPML_FILE)
        self.templates = {name: environment.get_template(name) for name in _ROOT}
        self.macros: Any = environment.get_template("items.html").module
        self.integrity = assets.integrity(assets.read_asset(assets.WIDGET))
        self.items: dict[tuple[str, str], Markup] = {}
        self.dates: dict[date, str] = {}

    def asset(self, name: str) -> bytes:
        """Return the asset `name`. The style sheet of feeds gets a text that explains what a feed is."""
        data = assets.read_asset(name)
        if name == assets.FEED_STYLE:
            data += f'rss::before, feed::before {{ content: "{self.translate("raw")}"; }}\n'.encode()
        return data

    def page(self, name: str, feed: Feed, items: Sequence[Item], *, directory: bool) -> bytes:
        """Return a page.

        Args:
            name: the template.
            feed: the feed.
            items: the newest items of the feed, as many as the page shows.
            directory: whether this is the page in the root of the output, which lists all feeds.
        """
        language = language_tag(feed.term if feed.kind == "language" else self.site.language)
        view: dict[str, Any] = {
            "feed": feed,
            "title": self._short_title(feed),
            "language": language,
            "lang": None if language == self.translate.language else language,
            "root": "" if directory else feed.up,
            "url": address(self.options.url, "" if directory else feed.path) + "/",
            "items": [self._item(_ITEM[name], item) for item in items],
        }
        if name == PAGE:
            view |= self._page_only(feed, view["url"], view["root"])
            view["groups"] = self._groups() if directory else ()
        return self.templates[name].render(view).encode()

    def item_counter(self, name: str) -> Callable[[bytes], int]:
        """Return a function that counts the items of a page `name`, or raises ValueError if it is not well-formed."""
        return lambda data: count_elements(data, _ROOT[name], _ITEM[name], "data-item")

    def _short_title(self, feed: Feed) -> str:
        """Return the title of the feed without the title of the site, which is shown above it."""
        return feed.title.removesuffix(f" — {self.title}") or feed.title

    def _item(self, kind: str, item: Item) -> Markup:
        # An item is on the pages of several feeds, and looks the same on all of them.
        known = self.items.get((kind, item.id))
        if known is None:
            known = self.items[kind, item.id] = getattr(self.macros, kind)(
                shorten(item.title, _TEXT_LIMIT),
                _web_link(item.link),
                _web_link(item.via),
                item.via_title,
                self._date(item.published.astimezone(self.site.zone).date()),
                item.published.isoformat(),
                shorten(item.summary, _TEXT_LIMIT),
                item.language,
            )
        return known

    def _newest(self, feed: Feed) -> str:
        day = newest_day(feed, self.site.zone)
        return self._date(day) if day else ""

    def _date(self, day: date) -> str:
        if day not in self.dates:
            self.dates[day] = self.translate.date(day)
        return self.dates[day]

    def _page_only(self, feed: Feed, url: str, up: str) -> dict[str, Any]:
        """Return the values that only the full page needs, not the embedded ones."""
        addresses = [self._address(name, feed, up) for name in self.options.formats]
        latest = self._newest(feed)
        posts = self.translate.posts(sum(feed.weeks))
        return {
            "description": plain(self.site.description) if feed.kind == "all" else "",
            "kind": "" if feed.kind == "all" else self.translate(feed.kind),
            "total": self.translate.posts(feed.total),
            "newest": latest and self.translate("newest", date=latest),
            "addresses": addresses,
            "hubs": self.options.hubs,
            "readers": snippets.reader_links(addresses[0].url),
            "rate": self.translate("rate", posts=posts, weeks=WEEKS, date=latest),
            "chart": self.translate("chart", most=max(feed.weeks, default=0)),
            "bars": chart_path(feed.weeks),
            "snippets": list(self._snippets(feed, url, addresses)),
        }

    def _address(self, name: str, feed: Feed, up: str) -> snippets.Address:
        row = FORMATS[name]
        path = feed.file(row.file)
        # Seen from the root, a feed that was placed elsewhere is in its folder; otherwise it is next to the page.
        href = row.file if up and path == feed.beside(row.file) else up + quote(path)
        return snippets.Address(_LABELS[name], address(self.options.url, path), href, row.media_type)

    def _snippets(self, feed: Feed, url: str, addresses: Sequence[snippets.Address]) -> Iterator[tuple[str, str, str]]:
        """Yield (heading, explanation or "", code) for each way to embed `feed`."""
        root = self.options.url
        json = next((one.url for one in addresses if one.name == _LABELS["json"]), "")
        if json:
            script = address(root, assets.WIDGET)
            code = snippets.widget_code(script, self.integrity, json, url, feed.title)
            yield self.translate("embed_widget"), self.translate("embed_widget_how"), code
        yield self.translate("embed_frame"), "", snippets.iframe_code(address(root, feed.file(EMBED)), feed.title)
        yield self.translate("embed_include"), "", snippets.include_code(address(root, feed.file(FRAGMENT)))
        yield (
            self.translate("alternate"),
            self.translate("alternate_how"),
            snippets.autodiscovery_links(feed.title, addresses),
        )

    def _groups(self) -> Iterator[tuple[str, list[tuple[str, str, str, str]]]]:
        """Yield the directory: each kind and its feeds as (title, link, number of posts, date of the latest post)."""
        for kind, members in groupby(self.feeds, key=lambda feed: feed.kind):
            if kind != "all":
                yield self.translate(_PLURALS[kind]), [self._entry(feed) for feed in members]

    def _entry(self, feed: Feed) -> tuple[str, str, str, str]:
        return (
            self._short_title(feed),
            address("", feed.file(PAGE))[1:],
            self.translate.posts(feed.total),
            self._newest(feed),
        )


def _environment(translation: Translation) -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    # A filter, not a function: Jinja2 evaluates filters of constants when it compiles the template.
    environment.filters["translate"] = translation
    environment.globals["page_language"] = translation.language
    return environment


def _web_link(link: str) -> str:
    """Return `link` if it is an http(s) address, else "": pages link to nothing else."""
    return link if link[:8].lower().startswith(("http://", "https://")) else ""
