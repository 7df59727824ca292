"""List all feeds of a site: the directory in the root of the output, and the switch between languages. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from msgspec import Struct

from feeds.formats.table import PAGE
from feeds.model import Feed
from feeds.pages.translations import Translation, language_name, language_tag

LONG = 60
"""A group of more feeds scrolls in a box of its own, so that the page does not grow with the number of feeds."""

_PLURALS = {
    "category": "categories",
    "tag": "tags",
    "author": "authors",
    "language": "languages",
    "section": "sections",
    "collection": "collections",
    "custom": "customs",
}
_DIGITS = re.compile(r"(\d+)")


class Entry(Struct, frozen=True):
    """A feed in the directory.

    Attributes:
        href: the relative link to its page.
        posts: the number of its posts with its noun.
        newest: the time of its newest post in seconds since 1970, 0 for none; the page sorts by it.
        recent: how many posts it has in the 26 weeks up to the site's newest post; the page sorts by it.
        document: the relative path of its first format, "" where that is next to the page under its usual name.
    """

    title: str
    href: str
    posts: str
    newest: int
    recent: int
    document: str


class Group(Struct, frozen=True):
    """The feeds of one kind in natural order of their titles; `is_long` if they scroll in a box."""

    name: str
    entries: Sequence[Entry]

    @property
    def is_long(self) -> bool:
        """Return whether the group has more feeds than a page should show at once."""
        return len(self.entries) > LONG


class LanguageLink(Struct, frozen=True):
    """A link to the feed of one language: its name in that language, its tag ("" for all posts), and its page."""

    name: str
    tag: str
    href: str
    is_current: bool


def natural_key(title: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts numbers in titles by value ("Topic 2" before "Topic 10"); case is ignored."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return tuple(_part_key(part) for part in _DIGITS.split(folded) if part)


def _part_key(part: str) -> tuple[int, int, str]:
    if not part[0].isdecimal():
        return 1, 0, part
    digits = part.lstrip("0")  # `int` refuses very long numbers
    return 0, len(digits), digits


def directory_values(feed: Feed) -> tuple[int, int, int]:
    """Return what the directory shows of a feed besides its title and link: posts, newest and recent, as in `Entry`."""
    return feed.total, int(feed.newest.timestamp()) if feed.newest else 0, feed.recent


def directory_groups(feeds: Sequence[Feed], site_title: str, document: str, translate: Translation) -> Iterator[Group]:
    """Yield the groups of the directory.

    Args:
        feeds: all feeds, grouped by kind.
        site_title: the title of the site, which is left out of the titles.
        document: the file name of the first format.
        translate: the texts of the page.
    """
    for kind, members in groupby(feeds, key=lambda feed: feed.kind):
        if kind != "all":
            entries = [_entry(feed, site_title, document, translate) for feed in members]
            entries.sort(key=lambda entry: (natural_key(entry.title), entry.href))
            yield Group(translate(_PLURALS[kind]), entries)


def _entry(feed: Feed, site_title: str, document: str, translate: Translation) -> Entry:
    total, newest, recent = directory_values(feed)
    title, placed = short_title(feed, site_title), feed.file(document)
    return Entry(
        title=language_name(feed.term) if feed.kind == "language" and title == feed.term else title,
        href=relative_link(feed.beside(PAGE)),
        posts=translate.posts(total),
        newest=newest,
        recent=recent,
        document="" if placed == feed.beside(document) else relative_link(placed),
    )


def short_title(feed: Feed, site_title: str) -> str:
    """Return the title of the feed without the title of the site, which is shown above it."""
    return feed.title.removesuffix(f" — {site_title}") or feed.title


def relative_link(path: str) -> str:
    """Return a path below the output as a relative link from its root."""
    return quote(path)


def language_links(members: Sequence[Feed], current: Feed, up: str, translate: Translation) -> list[LanguageLink]:
    """Return the switch between languages: all posts, then each language; [] if fewer than two have a feed.

    Args:
        members: the language feeds of the site.
        current: the feed whose page it is.
        up: the relative path from the page to the root of the output.
        translate: the texts of the page.
    """
    if len(members) < 2:
        return []
    names = Counter(language_name(feed.slug) for feed in members)
    links = [LanguageLink(translate("all_languages"), "", f"{up}{PAGE}", current.kind == "all")]
    for feed in members:
        name = language_name(feed.slug)
        shown = name if names[name] == 1 else f"{name} ({feed.slug})"
        href = up + relative_link(feed.beside(PAGE))
        links.append(LanguageLink(shown, language_tag(feed.slug), href, feed.key == current.key))
    return links
