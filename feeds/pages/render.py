"""Pages for people: what a feed is, its newest items, how to subscribe to it, and how to embed it. Owns Jinja2.

The pages are HTML that is well-formed XML too: so they can be read again as strictly as the feeds, and a text that
had broken out of its place would not get through. They have no script or style inside, and no address of another
host but in links.
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

from feeds.formats import xml as elements
from feeds.formats.table import EMBED, FORMATS, FRAGMENT, OPML_FILE, PAGE
from feeds.model import Artifact, Feed, Item
from feeds.options import FeedsOptions
from feeds.pages import assets, snippets
from feeds.pages.translations import Wording, speak, tag
from feeds.select import activity
from feeds.select.activity import newest
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
_MOST = 300  # graphemes: what a page shows of a title, and of a summary
_ITEM = {PAGE: "article", EMBED: "li", FRAGMENT: "li"}
_ROOT = {PAGE: "html", EMBED: "html", FRAGMENT: "div"}


class Press:
    """Renders the pages of one site. What is the same on many pages is made once."""

    def __init__(self, feeds: Sequence[Feed], site: Site, options: FeedsOptions) -> None:
        """`feeds` are all of the site, for the directory."""
        self.feeds = feeds
        self.site = site
        self.options = options
        self.title = site_title(site)
        self.say = speak(tag(site.language))
        environment = _environment(self.say)
        environment.globals.update(site_title=self.title, home=f"{site.url}/", outline=OPML_FILE)
        self.templates = {name: environment.get_template(name) for name in _ROOT}
        self.macros: Any = environment.get_template("items.html").module
        self.integrity = assets.integrity(assets.read(assets.WIDGET))
        self.items: dict[tuple[str, str], Markup] = {}
        self.dates: dict[date, str] = {}

    def asset(self, name: str) -> Artifact:
        """The file `name` of the output's root. The style sheet of the feeds says what they are."""
        data = assets.read(name)
        if name == assets.FEED_STYLE:
            data += f'rss::before, feed::before {{ content: "{self.say("raw")}"; }}\n'.encode()
        return Artifact(name, assets.ASSETS[name], data)

    def page(self, name: str, feed: Feed, items: Sequence[Item], *, directory: bool) -> bytes:
        """The page `name` of `feed`, with its newest `items`; with the directory of all feeds in the output's root."""
        language = tag(feed.term if feed.kind == "language" else self.site.language)
        view: dict[str, Any] = {
            "feed": feed,
            "title": self._short(feed),
            "language": language,
            "lang": None if language == self.say.language else language,
            "root": "" if directory else feed.up,
            "url": address(self.options.url, "" if directory else feed.path) + "/",
            "items": [self._item(_ITEM[name], item) for item in items],
        }
        if name == PAGE:
            view |= self._whole(feed, view["url"], view["root"])
            view["groups"] = self._groups() if directory else ()
        return self.templates[name].render(view).encode()

    def count(self, name: str) -> Callable[[bytes], int]:
        """What counts the items in a page `name`, and raises ValueError when it is not well-formed."""
        return lambda data: elements.count(data, _ROOT[name], _ITEM[name], "data-item")

    def _short(self, feed: Feed) -> str:
        """The feed's title without the site's, which stands above it."""
        return feed.title.removesuffix(f" — {self.title}") or feed.title

    def _item(self, kind: str, item: Item) -> Markup:
        # A post is on the pages of several feeds, and looks the same on all of them.
        known = self.items.get((kind, item.id))
        if known is None:
            known = self.items[kind, item.id] = getattr(self.macros, kind)(
                shorten(item.title, _MOST),
                _web(item.link),
                _web(item.via),
                item.via_title,
                self._date(item.published.astimezone(self.site.zone).date()),
                item.published.isoformat(),
                shorten(item.summary, _MOST),
                item.language,
            )
        return known

    def _newest(self, feed: Feed) -> str:
        day = newest(feed, self.site.zone)
        return self._date(day) if day else ""

    def _date(self, day: date) -> str:
        if day not in self.dates:
            self.dates[day] = self.say.date(day)
        return self.dates[day]

    def _whole(self, feed: Feed, url: str, up: str) -> dict[str, Any]:
        """What the page of a feed has, and what embeds it has not."""
        addresses = [self._address(name, feed, up) for name in self.options.formats]
        latest = self._newest(feed)
        posts = self.say.posts(sum(feed.weeks))
        return {
            "description": plain(self.site.description) if feed.kind == "all" else "",
            "kind": "" if feed.kind == "all" else self.say(feed.kind),
            "total": self.say.posts(feed.total),
            "newest": latest and self.say("newest", date=latest),
            "addresses": addresses,
            "hubs": self.options.hubs,
            "readers": snippets.readers(addresses[0].url),
            "rate": self.say("rate", posts=posts, weeks=activity.WEEKS, date=latest),
            "chart": self.say("chart", most=max(feed.weeks, default=0)),
            "bars": activity.path(feed.weeks),
            "snippets": list(self._snippets(feed, url, addresses)),
        }

    def _address(self, name: str, feed: Feed, up: str) -> snippets.Address:
        row = FORMATS[name]
        path = feed.file(row.file)
        # From the root, a feed that has been moved is in its folder; from its own folder it is beside the page.
        href = row.file if up and path == feed.beside(row.file) else up + quote(path)
        return snippets.Address(_LABELS[name], address(self.options.url, path), href, row.media_type)

    def _snippets(self, feed: Feed, url: str, addresses: Sequence[snippets.Address]) -> Iterator[tuple[str, str, str]]:
        """(text that names it, text that explains it or "", the code) for every way to embed `feed`."""
        root = self.options.url
        json = next((one.url for one in addresses if one.name == _LABELS["json"]), "")
        if json:
            script = address(root, assets.WIDGET)
            code = snippets.widget(script, self.integrity, json, url, feed.title)
            yield self.say("embed_widget"), self.say("embed_widget_how"), code
        yield self.say("embed_frame"), "", snippets.frame(address(root, feed.file(EMBED)), feed.title)
        yield self.say("embed_include"), "", snippets.include(address(root, feed.file(FRAGMENT)))
        yield self.say("alternate"), self.say("alternate_how"), snippets.alternates(feed.title, addresses)

    def _groups(self) -> Iterator[tuple[str, list[tuple[str, str, str, str]]]]:
        """The directory: (name of a kind, its feeds: title, way there, how many posts, day of the newest)."""
        for kind, members in groupby(self.feeds, key=lambda feed: feed.kind):
            if kind != "all":
                yield self.say(_PLURALS[kind]), [self._entry(feed) for feed in members]

    def _entry(self, feed: Feed) -> tuple[str, str, str, str]:
        return self._short(feed), address("", feed.file(PAGE))[1:], self.say.posts(feed.total), self._newest(feed)


def _environment(say: Wording) -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    # A filter, not a function: what it makes of a constant is put into the compiled template.
    environment.filters["say"] = say
    environment.globals["page_language"] = say.language
    return environment


def _web(link: str) -> str:
    """`link` if it leads to a web page, else "": nothing else is made a link of."""
    return link if link[:8].lower().startswith(("http://", "https://")) else ""
