"""Find the feeds of another site among the files that a run would replace or remove.

Feedmill's mark in a file says that feedmill wrote it, not for which site: two sites may have one output folder by
mistake. A feed names the home page of its site, and the ledger knows the items that this site has published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from feeds.compare.recover import read_own_feed
from posts.store.rows import Published
from posts.text import plain, shorten

_MOST = 3  # items that are named


class OtherSite(Struct, frozen=True):
    """The site that published feeds, as these name it: the title of the outermost feed, the home page, the items."""

    title: str
    home: str
    items: tuple[Published, ...]

    def __str__(self) -> str:
        """Return the title and home page, and the addresses of some items."""
        count = len(self.items)
        names = [_shown(item.page or item.id) for item in self.items[:_MOST]] + ["…"] * (count > _MOST)
        items = f", {count:,} {'item' if count == 1 else 'items'} such as {', '.join(names)}" if count else ""
        return f'"{_shown(self.title)}" ({_shown(self.home)}{items})'


def find_other_site(
    paths: Iterable[Path], is_home: Callable[[str], bool], is_ours: Callable[[Published], bool]
) -> OtherSite | None:
    """Return the site whose feeds are in these files; None if they are feeds of this site, or not feedmill's feeds.

    A feed with another home page is this site's if at least half of such items are: a site may have moved.

    Args:
        paths: the files; those that do not exist are ignored.
        is_home: whether an address is the home page of this site.
        is_ours: whether this site has published an item.
    """
    found = [feed for path in sorted(paths, key=lambda one: (len(one.parts), one)) if (feed := read_own_feed(path))]
    foreign = [feed for feed in found if feed.home and not is_home(feed.home)]
    if not foreign:
        return None
    items = {item.id: item for feed in foreign for item in feed.items}
    if items and 2 * sum(map(is_ours, items.values())) >= len(items):
        return None
    return OtherSite(foreign[0].title, foreign[0].home, tuple(items.values()))


def _shown(text: str) -> str:
    return shorten(plain(text))
