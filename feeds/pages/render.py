"""Render the HTML pages of a feed: its newest items, how to subscribe, and how to embed it. Owns Jinja2.

The pages are HTML and well-formed XML, so that they are verified as strictly as the feeds: a text that escaped from its
element would be found. They contain no inline script or style, and load nothing from other hosts but pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from msgspec import Struct

from feeds.formats.table import EMBED, FORMATS, FRAGMENT, OPML_FILE, PAGE
from feeds.formats.verify import count_elements
from feeds.model import Feed, Item
from feeds.options import FeedsOptions
from feeds.pages import assets, snippets
from feeds.pages.directory import Group, directory_groups, language_links, short_title
from feeds.pages.metadata import card, card_picture, data_feed, is_same_origin, web_link
from feeds.pages.translations import Translation, find_translation, language_tag, load_translation
from feeds.pages.try_page import render_try_page
from feeds.select.activity import WEEKS, chart_path, newest_day
from feeds.select.feeds import site_title
from feeds.select.paths import address
from posts.model import Site
from posts.text import shorten

_LABELS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
# Two readers for people who have none: one for every browser and phone, and a free one for Apple devices.
_SUGGESTIONS = (
    ("Feedly", "https://feedly.com/", "suggest_web"),
    ("NetNewsWire", "https://netnewswire.com/", "suggest_app"),
)
_PAGE_LINK_STYLE = b"channel > a, feed > a { display: block; margin-bottom: 1rem; color: LinkText; }\n"
_TEXT_LIMIT = 300  # graphemes of a title or a summary on a page
_ITEM = {PAGE: "article", EMBED: "li", FRAGMENT: "li"}
_ROOT = {PAGE: "html", EMBED: "html", FRAGMENT: "div"}


class _Texts(Struct, frozen=True):
    """The templates in one language."""

    translate: Translation
    templates: dict[str, jinja2.Template]
    macros: Any


class PageRenderer:
    """Render the pages of one site. Items that appear on many pages are rendered once."""

    def __init__(self, feeds: Sequence[Feed], site: Site, options: FeedsOptions) -> None:
        """Compile the templates. `feeds` are all feeds of the site, for the directory."""
        self.feeds = feeds
        self.languages = [feed for feed in feeds if feed.kind == "language"]
        self.site = site
        self.options = options
        self.title = site_title(site)
        self.translate = load_translation(language_tag(site.language))
        self.integrity = assets.integrity(assets.read_asset(assets.WIDGET))
        self.texts: dict[str, _Texts] = {}
        self.items: dict[tuple[str, str, str], Markup] = {}

    def asset(self, name: str) -> bytes:
        """Return the asset `name`. The style sheet of feeds gets a text that explains what a feed is."""
        if name == assets.TRY_PAGE:
            template = _environment(self.translate).get_template(name)
            return render_try_page(template, self.feeds, self.title, self.options.url)
        data = assets.read_asset(name)
        if name == assets.FEED_STYLE:
            raw = self.translate("raw_linked" if self.options.page_link else "raw")
            data += f'rss::before, feed::before {{ content: "{raw}"; }}\n'.encode()
            if self.options.page_link:
                data += _PAGE_LINK_STYLE
        return data

    def page(self, name: str, feed: Feed, items: Sequence[Item], *, directory: bool) -> bytes:
        """Return a page.

        Args:
            name: the template.
            feed: the feed.
            items: the newest items of the feed, as many as the page shows.
            directory: whether this is the page in the root of the output, which lists all feeds.
        """
        texts = self._texts(feed)
        language = language_tag(feed.term if feed.kind == "language" else self.site.language)
        view: dict[str, Any] = {
            "feed": feed,
            "title": short_title(feed, self.title),
            "language": language,
            "lang": None if language == texts.translate.language else language,
            "root": "" if directory else feed.up,
            "url": address(self.options.url, "" if directory else feed.path) + "/",
            "items": [self._item(_ITEM[name], item, texts) for item in items],
        }
        if name == PAGE:
            view |= self._page_only(feed, items, view["url"], view["root"], language, texts.translate)
            view["groups"] = self._groups(texts.translate) if directory else ()
        return texts.templates[name].render(view).encode()

    def item_counter(self, name: str) -> Callable[[bytes], int]:
        """Return a function that counts the items of a page `name`, or raises ValueError if it is not well-formed."""
        return lambda data: count_elements(data, _ROOT[name], _ITEM[name], "data-item")

    def _texts(self, feed: Feed) -> _Texts:
        """Return the templates in the language of a language feed, else in that of the site."""
        own = find_translation(language_tag(feed.term)) if feed.kind == "language" else None
        translate = own or self.translate
        if translate.language not in self.texts:
            environment = _environment(translate)
            environment.globals.update(site_title=self.title, home=f"{self.site.url}/", outline=OPML_FILE)
            templates = {name: environment.get_template(name) for name in _ROOT}
            macros = environment.get_template("items.html").module
            self.texts[translate.language] = _Texts(translate, templates, macros)
        return self.texts[translate.language]

    def _item(self, kind: str, item: Item, texts: _Texts) -> Markup:
        # An item is on the pages of several feeds, and looks the same on all of them that are in one language.
        key = (texts.translate.language, kind, item.id)
        known = self.items.get(key)
        if known is None:
            known = self.items[key] = getattr(texts.macros, kind)(
                shorten(item.title, _TEXT_LIMIT),
                web_link(item.link),
                web_link(item.via),
                item.via_title,
                # The day that the post itself gives, which is also what the widget and the feeds say.
                texts.translate.date(item.published.date()),
                item.published.isoformat(),
                shorten(item.summary, _TEXT_LIMIT),
                item.language,
                web_link(item.image) if self.options.pictures else "",
            )
        return known

    def _page_only(
        self, feed: Feed, items: Sequence[Item], url: str, up: str, language: str, translate: Translation
    ) -> dict[str, Any]:
        """Return the values that only the full page needs, not the embedded ones."""
        addresses = [self._address(name, feed, up) for name in self.options.formats]
        day = newest_day(feed)
        latest = translate.date(day) if day else ""
        posts = translate.posts(sum(feed.weeks))
        title = short_title(feed, self.title)
        about = translate("about", site=self.title) if feed.kind == "all" else translate("about_feed", title=title)
        about = feed.description or about
        home = {"@type": "WebSite", "name": self.title, "url": f"{self.site.url}/"}
        data = data_feed(feed, home, about, url, addresses, items)
        picture = card_picture(self.site, items if self.options.pictures else ())
        return {
            "about": about,
            "kind": "" if feed.kind == "all" else translate(feed.kind),
            "total": translate.posts(feed.total),
            "newest": latest and translate("newest", date=latest),
            "addresses": addresses,
            "hubs": self.options.hubs,
            "readers": snippets.reader_links(addresses[0].url),
            "suggestions": _SUGGESTIONS,
            "rate": translate("rate", posts=posts, weeks=WEEKS, date=latest),
            "chart": translate("chart", most=max(feed.weeks, default=0)),
            "bars": chart_path(feed.weeks),
            "snippets": list(self._snippets(feed, url, addresses, translate)),
            "icon": self._picture(self.site.icon),
            "logo": self._picture(self.site.logo),
            "favicon": self._picture(self.site.favicon) or self._picture(self.site.icon) or f"{up}{assets.FEED_ICON}",
            "languages": language_links(self.languages, feed, up, translate),
            "card": card(feed, self.title, about, url, language, picture),
            "data": Markup(data),  # noqa: S704 # JSON without the characters of markup
            "document": FORMATS[self.options.formats[0]].file,
        }

    def _picture(self, link: str) -> str:
        """Return the address of a picture of the site, "" if the page must not load it."""
        is_allowed = self.options.pictures or is_same_origin(link, self.options.url)
        return web_link(link) if is_allowed else ""

    def _address(self, name: str, feed: Feed, up: str) -> snippets.Address:
        row = FORMATS[name]
        path = feed.file(row.file)
        # Seen from the root, a feed that was placed elsewhere is in its folder; otherwise it is next to the page.
        href = row.file if up and path == feed.beside(row.file) else up + quote(path)
        return snippets.Address(_LABELS[name], address(self.options.url, path), href, row.media_type)

    def _snippets(
        self, feed: Feed, url: str, addresses: Sequence[snippets.Address], translate: Translation
    ) -> Iterator[tuple[str, str, str]]:
        """Yield (heading, explanation or "", code) for each way to embed `feed`."""
        root = self.options.url
        json = next((one.url for one in addresses if one.name == _LABELS["json"]), "")
        if json:
            script = address(root, assets.WIDGET)
            code = snippets.widget_code(script, self.integrity, json, url, feed.title, len(feed.posts))
            yield translate("embed_widget"), translate("embed_widget_how"), code
        yield translate("embed_frame"), "", snippets.iframe_code(address(root, feed.file(EMBED)), feed.title)
        yield translate("embed_include"), "", snippets.include_code(address(root, feed.file(FRAGMENT)))
        yield (
            translate("alternate"),
            translate("alternate_how"),
            snippets.autodiscovery_links(feed.title, addresses),
        )

    def _groups(self, translate: Translation) -> list[Group]:
        document = FORMATS[self.options.formats[0]].file
        return list(directory_groups(self.feeds, self.title, document, translate))


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
