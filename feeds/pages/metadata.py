"""Describe a page to programs: the card of a shared link (Open Graph, Twitter) and JSON-LD (schema.org). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from feeds.model import Feed, Item
from feeds.pages.snippets import Address
from posts.model import Site

# JSON in an element whose content HTML and XML read differently: these characters are written as escapes.
_ESCAPES = [(char, f"\\u{ord(char):04x}") for char in "<>&\u2028\u2029"]
_NOT_IN_CARDS = (".svg", ".ico")  # no service shows these in a card


def web_link(link: str) -> str:
    """Return `link` if it is an http(s) address, else "": pages link to nothing else and load nothing else."""
    return link if link[:8].lower().startswith(("http://", "https://")) else ""


def is_same_origin(link: str, url: str) -> bool:
    """Return whether two http(s) addresses have the same scheme, host and port."""
    return urlsplit(link)[:2] == urlsplit(url)[:2]


def card_picture(site: Site, items: Sequence[Item]) -> tuple[str, bool]:
    """Return the picture of the card, "" for none, and whether it is large: the logo, the icon, or an item's image."""
    candidates = ((site.logo, False), (site.icon, False), *((item.image, True) for item in items))
    usable = ((web_link(link), is_large) for link, is_large in candidates if not _is_unusable(link))
    return next((pair for pair in usable if pair[0]), ("", False))


def _is_unusable(link: str) -> bool:
    return link.lower().partition("?")[0].endswith(_NOT_IN_CARDS)


def card(
    feed: Feed, site_title: str, description: str, url: str, language: str, picture: tuple[str, bool]
) -> list[tuple[str, str, str]]:
    """Return the meta elements of a card as (attribute, name, content): https://ogp.me and Twitter's cards.

    Args:
        feed: the feed.
        site_title: the title of the site.
        description: the description of the feed.
        url: the address of the page.
        language: the language tag of the feed, "" if it is not known.
        picture: as `card_picture` returns it.
    """
    image, is_large = picture
    subtags = language.split("-")
    locale = f"{subtags[0].lower()}_{subtags[-1].upper()}" if len(subtags[-1]) == 2 and len(subtags) > 1 else ""
    title, large = feed.title, "summary_large_image" if is_large else "summary"
    metas = [
        ("property", "og:type", "website"),
        ("property", "og:site_name", site_title),
        ("property", "og:title", title),
        ("property", "og:description", description),
        ("property", "og:url", url),
        ("property", "og:locale", locale),
        ("property", "og:image", image),
        ("name", "twitter:card", large),
        ("name", "twitter:title", title),
        ("name", "twitter:description", description),
        ("name", "twitter:image", image),
    ]
    return [meta for meta in metas if meta[2]]


def data_feed(
    feed: Feed, home: Mapping[str, str], description: str, url: str, addresses: Sequence[Address], items: Sequence[Item]
) -> str:
    """Return a `DataFeed` (https://schema.org/DataFeed) as JSON-LD that can be written into a `script` element.

    `home` describes the web site. The element is a data block (HTML, section 4.12.1): it does not run, so that
    `script-src` does not apply to it.
    """
    found = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "@id": url,
        "url": url,
        "identifier": feed.id,
        "name": feed.title,
        "description": description,
        "isPartOf": home,
        "dateModified": max(item.updated for item in items).isoformat() if items else "",
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": one.type, "contentUrl": one.url} for one in addresses
        ],
        "dataFeedElement": [_element(item) for item in items],
    }
    data = json.dumps({key: value for key, value in found.items() if value}, ensure_ascii=False)
    for char, escaped in _ESCAPES:
        data = data.replace(char, escaped)
    return data


def _element(item: Item) -> dict[str, object]:
    article = {
        "@type": "Article",
        "@id": item.id,
        "headline": item.title,
        "url": web_link(item.link),
        "image": web_link(item.image),
        "inLanguage": item.language,
        "datePublished": item.published.isoformat(),
    }
    return {
        "@type": "DataFeedItem",
        "dateCreated": item.published.isoformat(),
        "dateModified": item.updated.isoformat(),
        "item": {key: value for key, value in article.items() if value},
    }
